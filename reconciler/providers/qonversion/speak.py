"""The four verbs over Qonversion's API v4. Its quirks in paging and deleting end here; it never sees a plan."""

from urllib.parse import quote

from reconciler.core.segment import Body, Live
from reconciler.errors import Problem, SegmentInUse, VendorAnswer, VendorFailure
from reconciler.providers.qonversion.wire import Automation, AutomationPage, Page, Segment, read
from reconciler.providers.transport import RUN_AGAIN, Answer, Transport

PAGE_SIZE = 100
RESTARTED = "x-qon-pagination-restarted"
NOT_FOUND, CONFLICT = 404, 409


class Qonversion:
    """A Provider. Sources: the vendor's pages for listing, creating, reading, updating and deleting segments."""

    def __init__(self, transport: Transport) -> None:
        """Speak over this transport, whose endpoint is the root of v4."""
        self._transport = transport

    def list(self) -> tuple[Live, ...]:
        """Return every segment once: ceil(n/100) requests, at least one, and one for the system segments."""
        found: dict[str, Live] = {}
        walk = _Walk("/segments")
        while not walk.done:
            answer = self._transport.get(walk.path, walk.params)
            page = read(Page, f"GET {walk.path}", answer.data)
            found |= {segment.id: segment.live() for segment in page.data}
            walk.step(answer, [segment.id for segment in page.data], more=page.has_more, cursor=page.next_cursor)
        system = read(Page, "GET /segments/system", self._transport.get("/segments/system").data)
        if system.has_more:
            raise _incomplete("GET /segments/system: says that there is more, and documents no way to get it", "short")
        found |= {segment.id: segment.live(system=True) for segment in system.data}
        return tuple(found.values())

    def read(self, segment_id: str) -> Live | None:
        """Return one segment; a 404 means that there is none."""
        path = _path(segment_id)
        try:
            answer = self._transport.get(path)
        except VendorAnswer as error:
            if error.status == NOT_FOUND:
                return None
            raise
        segment = read(Segment, f"GET {path}", answer.data)
        if segment.id != segment_id:
            problem = Problem("unexpected-answer", f"GET {path}: answered with the segment `{segment.id}`")
            raise VendorFailure(problem)
        return segment.live()

    def create(self, body: Body, *, idempotency_key: str) -> Live:
        """Send POST with the key, then read the segment back."""
        answer = self._transport.send("POST", "/segments", body=body, headers={"Idempotency-Key": idempotency_key})
        return self._read_back(read(Segment, "POST /segments", answer.data).id)

    def update(self, segment_id: str, body: Body) -> Live:
        """Send PUT with name and conditions: the vendor leaves conditions that are not sent as they were."""
        self._transport.send("PUT", _path(segment_id), body={"conditions": [], **body})
        return self._read_back(segment_id)

    def delete(self, segment_id: str) -> None:
        """Delete a segment that no automation uses; other uses cannot be read through the API."""
        users = self._automations_using(segment_id)
        if users:
            raise _in_use(segment_id, f"it is used by {', '.join(users)}")
        try:
            self._transport.send("DELETE", _path(segment_id))
        except VendorAnswer as error:
            if error.status == CONFLICT:
                raise _in_use(segment_id, f"the vendor refused: {error.problems[0].message}") from None
            if error.status != NOT_FOUND:
                raise
        if self.read(segment_id) is not None:
            problem = Problem(
                "still-there", f"`{segment_id}` is still there after its deletion was accepted", hint=RUN_AGAIN
            )
            raise VendorFailure(problem)

    def _read_back(self, segment_id: str) -> Live:
        live = self.read(segment_id)
        if live is None:
            problem = Problem("not-there", f"`{segment_id}` is not there after it was written", hint=RUN_AGAIN)
            raise VendorFailure(problem)
        return live

    def _automations_using(self, segment_id: str) -> tuple[str, ...]:
        users: dict[str, Automation] = {}
        walk = _Walk("/automations")
        while not walk.done:
            answer = self._transport.get(walk.path, walk.params)
            page = read(AutomationPage, f"GET {walk.path}", answer.data)
            users |= {automation.id: automation for automation in page.data if automation.uses(segment_id)}
            walk.step(answer, [automation.id for automation in page.data], more=page.has_more, cursor=page.next_cursor)
        return tuple(sorted(f"the automation `{user.name or user.id}`" for user in users.values()))


class _Walk:
    """A way through the pages of a list that ends only where the vendor says so, and never silently short."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.params: dict[str, str | int] = {"limit": PAGE_SIZE}
        self.done = False
        self._seen: set[str] = set()

    def step(self, answer: Answer, ids: "list[str]", *, more: bool, cursor: str | None) -> None:
        """Take one page in; raises VendorFailure where the list restarted, repeated itself or ended short."""
        if answer.headers.get(RESTARTED, "").lower() == "true":
            raise _incomplete(f"GET {self.path}: the vendor restarted the list from the top", "restarted")
        if ids and self._seen.issuperset(ids):
            raise _incomplete(f"GET {self.path}: a page repeated what was already listed", "repeated")
        if more and not ids:
            raise _incomplete(f"GET {self.path}: says that there is more, and sent an empty page", "short")
        self._seen.update(ids)
        self.done = not more
        if more:
            self.params["starting_after"] = cursor or ids[-1]


def _path(segment_id: str) -> str:
    return f"/segments/{quote(segment_id, safe='')}"


def _incomplete(message: str, how: str) -> VendorFailure:
    hint = "nothing was planned on an incomplete list; run the command again, and without others editing meanwhile"
    return VendorFailure(Problem(f"listing-{how}", message, hint=hint))


def _in_use(segment_id: str, words: str) -> SegmentInUse:
    hint = "take the segment out of what uses it, then apply again; or keep the definition"
    return SegmentInUse(Problem("segment-in-use", f"`{segment_id}` was not deleted: {words}", hint=hint))
