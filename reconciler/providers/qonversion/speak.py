"""The four verbs over Qonversion's API v4. Its quirks in paging and deleting end here; it never sees a plan."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from reconciler.core.finding import Finding
from reconciler.core.segment import Body, Json, Live
from reconciler.errors import VendorAnswer, VendorFailure
from reconciler.providers.answers import (
    CONFLICT,
    Listed,
    in_use,
    is_missing,
    make_sure_it_is_gone,
    one,
    path_of,
    read,
    read_back,
    same_id,
)
from reconciler.providers.paging import Walk, incomplete
from reconciler.providers.qonversion.listed import listed, single
from reconciler.providers.qonversion.uses import Uses
from reconciler.web.attempt import Answer
from reconciler.web.transport import Transport

if TYPE_CHECKING:
    from reconciler.providers.qonversion.wire import Automation

PAGE_SIZE = 100
CURSOR = "starting_after"
RESTARTED = "x-qon-pagination-restarted"


class Qonversion:
    """A Provider. Sources: the vendor's pages for listing, creating, reading, updating and deleting segments."""

    def __init__(self, transport: Transport) -> None:
        """Speak over this transport, whose endpoint is the root of v4."""
        self._transport = transport
        self._uses = Uses(self._automations)

    def list(self) -> tuple[Live, ...]:
        """Return every segment once: ceil(n/100) requests, at least one, and one for the system segments."""
        self._uses.forget()
        found: dict[str, Live] = {}
        walk = Walk("/segments", cursor=CURSOR, size=PAGE_SIZE)
        while not walk.done:
            page = _listed(f"GET {walk.path}", self._page(walk).data)
            ids = [segment.id for segment in page.segments]
            found |= zip(ids, page.segments, strict=True)
            walk.step(ids, more=page.more, cursor=page.cursor)
        system = _listed("GET /segments/system", self._transport.get("/segments/system").data, system=True)
        if system.more:
            raise incomplete("GET /segments/system: says that there is more, and documents no way to get it", "short")
        found |= {segment.id: segment for segment in system.segments}
        return tuple(found.values())

    def read(self, segment_id: str) -> Live | None:
        """Return one segment; a 404 means that there is none."""
        return one(self._transport, _single, segment_id)

    def findings(self, _body: Body) -> Iterable[Finding]:
        """Return nothing: the API lists no metrics to hold a body against."""
        return ()

    def create(self, body: Body, *, idempotency_key: str) -> Live:
        """Send POST with the key, then read the segment back: a key that was seen is answered as it was then."""
        self._uses.forget()
        answer = self._transport.send("POST", "/segments", body=body, headers={"Idempotency-Key": idempotency_key})
        return read_back(self, _single("POST /segments", answer.data).id)

    def update(self, segment_id: str, body: Body) -> Live:
        """Send PUT with name and conditions: the vendor leaves conditions that are not sent as they were.

        It answers with the segment as it is then; where the answer is anything else, the segment is read back.
        """
        self._uses.forget()
        path = path_of(segment_id)
        answer = self._transport.send("PUT", path, body={"conditions": [], **body})
        try:
            segment = _single(f"PUT {path}", answer.data)
        except VendorFailure:
            return read_back(self, segment_id)
        same_id(f"PUT {path}", segment_id, segment.id)
        return segment

    def delete(self, segment_id: str) -> None:
        """Delete a segment that no automation uses, and make sure; other uses cannot be read through the API.

        The automations are listed ahead of the first deletion, and again after any other write.
        """
        if users := self._uses.of(segment_id):
            raise in_use(segment_id, f"it is used by {', '.join(users)}")
        try:
            self._transport.send("DELETE", path_of(segment_id))
        except VendorAnswer as error:
            if error.status == CONFLICT:
                raise in_use(segment_id, f"the vendor refused: {error.problems[0].message}") from None
            if not is_missing(error):
                raise
        make_sure_it_is_gone(self, segment_id)

    def _automations(self) -> "tuple[Automation, ...]":
        from reconciler.providers.qonversion.wire import AUTOMATION_PAGE

        found: dict[str, Automation] = {}
        walk = Walk("/automations", cursor=CURSOR, size=PAGE_SIZE)
        while not walk.done:
            page = read(AUTOMATION_PAGE, f"GET {walk.path}", self._page(walk).data)
            found |= {automation.id: automation for automation in page.data}
            walk.step([automation.id for automation in page.data], more=page.has_more, cursor=page.next_cursor)
        return tuple(found.values())

    def _page(self, walk: Walk) -> Answer:
        answer = self._transport.get(walk.path, walk.params)
        if answer.headers.get(RESTARTED, "").lower() == "true":
            raise incomplete(f"GET {walk.path}: the vendor restarted the list from the top", "restarted")
        return answer


def _listed(request: str, data: Json, *, system: bool = False) -> Listed:
    """Return a page of segments; raises VendorFailure where it is not as documented."""
    if page := listed(data, system=system):
        return page
    from reconciler.providers.qonversion.wire import PAGE

    return read(PAGE, request, data).listed(system=system)


def _single(request: str, data: Json) -> Live:
    """Return a segment that was asked for by itself; raises VendorFailure where it is not as documented."""
    if segment := single(data):
        return segment
    from reconciler.providers.qonversion.wire import SEGMENT

    return read(SEGMENT, request, data).live()
