"""The four verbs over Push0's API v1. Its quirks in paths, paging and answers end here; it never sees a plan."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from reconciler.core.canonical import canonical_json
from reconciler.core.finding import Finding
from reconciler.core.segment import Body, Json, Live
from reconciler.errors import Problem, VendorAnswer, VendorFailure
from reconciler.intake.lexical import shown
from reconciler.providers.answers import (
    One,
    if_there,
    is_missing,
    make_sure_it_is_gone,
    path_of,
    read,
    read_back,
    same_id,
)
from reconciler.providers.paging import check_end, incomplete
from reconciler.providers.push0.created import created_id, refusal
from reconciler.providers.push0.fold import canonical
from reconciler.providers.push0.listed import BUILT_IN, listed
from reconciler.web.attempt import RUN_AGAIN, Answer
from reconciler.web.transport import Transport

PATH = "/segments"
PAGE_SIZE = 100
ROOT, OTHER_ROOT = "/v1", "/api/v1"
REFUSED = frozenset({400, 404})


class Push0:
    """A Provider. Sources: the vendor's pages for creating, updating and listing segments; none is about deleting."""

    def __init__(self, transport: Transport, deletion: str | None) -> None:
        """Speak over this transport; `deletion` is where a deletion has its id: `body`, `query` or `path`."""
        self._transport = transport
        self._deletion = deletion
        self._list_root: str | None = None
        self._list_found = False

    def list(self) -> tuple[Live, ...]:
        """Return every segment once: one request a page, and one for the empty page that ends the list.

        Every account has a segment of everybody, so a list without one lacks what came before its first page.
        """
        found = tuple(self._pages(_listed).values())
        if not any(live.looks_system for live in found):
            words = f"GET {PATH}: the list lacks `{BUILT_IN}`, which every account has; does it count pages from 0?"
            raise incomplete(words, "short")
        return found

    def read(self, segment_id: str) -> Live | None:
        """Return one segment by the list's query for its id, which goes without `page`: one is enough by the page.

        An empty list means that there is none, and so does a 404 where the list itself is there.
        """
        request = f"GET {PATH}?id={segment_id}"
        try:
            answer = self._get({"id": segment_id})
        except VendorAnswer as error:
            if not is_missing(error):
                raise
            self._find_list(error)
            return None
        found = _listed(request, answer.data)
        if len(found) > 1:
            raise _unexpected(f"{request}: answered with {len(found)} segments")
        for segment in found:
            same_id(request, segment_id, segment.id)
        return found[0] if found else None

    def findings(self, _body: Body) -> Iterable[Finding]:
        """Return nothing: the API lists no fields to hold a body against."""
        return ()

    def create(self, body: Body, *, idempotency_key: str) -> Live:
        """Send POST, then read the segment back by the id in the answer, or else by looking for it in the list.

        The vendor knows no key: where the answer is lost, whoever asked looks for the segment.
        """
        del idempotency_key
        answer = self._transport.send("POST", PATH, body=body)
        if words := refusal(answer.data):
            hint = "correct the definition; the message has the vendor's own words"
            raise VendorFailure(Problem("vendor-rejected", f"POST {PATH}: answered {words}", hint=hint))
        segment_id = created_id(answer.data)
        if not segment_id:
            return self._newest(body)
        live = if_there(self, segment_id)
        if live is None:
            raise _unexpected(f"POST {PATH}: answered {shown(segment_id)}, and no segment has that id")
        return live

    def update(self, segment_id: str, body: Body) -> Live:
        """Send PATCH with the whole body, then read the segment back.

        The vendor changes what is sent with a value, so a description that the body lacks is sent as empty, and no
        constraints at all are never sent.
        """
        whole = {"id": segment_id, "description": "", **body}
        self._transport.send("PATCH", PATH, body={name: value for name, value in whole.items() if value != []})
        return read_back(self, segment_id)

    def delete(self, segment_id: str) -> None:
        """Delete a segment in the way that the target chose; one that is refused and gone is deleted.

        The vendor documents no status for what is not there.
        """
        try:
            self._send_deletion(segment_id)
        except VendorAnswer as error:
            if error.status in REFUSED and self.read(segment_id) is None:
                return
            raise
        make_sure_it_is_gone(self, segment_id)

    def _send_deletion(self, segment_id: str) -> None:
        match self._deletion:
            case "body":
                self._transport.send("DELETE", PATH, body={"id": segment_id})
            case "query":
                self._transport.send("DELETE", PATH, params={"id": segment_id})
            case "path":
                self._transport.send("DELETE", path_of(segment_id))
            case _:
                words = f"`{segment_id}` was not deleted: Push0 documents no way to delete a segment"
                hint = 'delete it in the dashboard; or try `delete = "body"`, `"query"` or `"path"` in the target'
                raise VendorFailure(Problem("cannot-express", words, hint=hint))

    def _pages(self, reading: Callable[[str, Json], Sequence[One]]) -> dict[str, One]:
        """Return every segment by id. A page that is short ends nothing: the vendor may cap what a page holds."""
        found: dict[str, One] = {}
        number = 1
        while page := reading(f"GET {PATH}", self._get({"page": number, "limit": PAGE_SIZE}).data):
            if found.keys() >= {segment.id for segment in page}:
                raise incomplete(f"GET {PATH}: page {number} repeated what was already listed", "repeated")
            check_end(PATH, number)
            found |= {segment.id: segment for segment in page}
            number += 1
        return found

    def _newest(self, body: Body) -> Live:
        """Return the newest segment with the name and meaning of what was just created; raises where none is."""
        from reconciler.providers.push0.wire import PAGE

        want = canonical_json(canonical(body))
        segments = self._pages(partial(read, PAGE))
        same = [each for each in segments.values() if canonical_json(canonical(each.live().body)) == want]
        newest = max((each.age for each in same), default=0)
        found = [each for each in same if each.age == newest]
        if len(found) != 1:
            raise _unexpected(f"POST {PATH}: the answer has no id, and {len(found)} segments could be the new one")
        return found[0].live()

    def _get(self, params: Mapping[str, str | int]) -> Answer:
        """Ask the list, which the vendor's pages print below `/v1` and below `/api/v1`; remember which it was."""
        try:
            answer = self._transport.get(PATH, params, root=self._list_root)
        except VendorAnswer as error:
            other = None if self._list_found else _other_root(self._transport.root)
            if other is None or not is_missing(error):
                raise
            answer = self._get_elsewhere(other, params, error)
            self._list_root = other
        self._list_found = True
        return answer

    def _find_list(self, first: VendorAnswer) -> None:
        """Make sure that the list is there at all; raises the first answer where it is not."""
        if self._list_found:
            return
        try:
            _listed(f"GET {PATH}", self._get({"page": 1, "limit": 1}).data)
        except VendorAnswer as error:
            raise (first if is_missing(error) else error) from None

    def _get_elsewhere(self, root: str, params: Mapping[str, str | int], first: VendorAnswer) -> Answer:
        try:
            return self._transport.get(PATH, params, root=root)
        except VendorAnswer as error:
            raise (first if is_missing(error) else error) from None


def _listed(request: str, data: Json) -> Sequence[Live]:
    """Return a page of segments; raises VendorFailure where it is not as documented."""
    if page := listed(data):
        return page.segments
    from reconciler.providers.push0.wire import PAGE

    return [segment.live() for segment in read(PAGE, request, data)]


def _other_root(root: str) -> str | None:
    for one, other in ((OTHER_ROOT, ROOT), (ROOT, OTHER_ROOT)):
        if root.endswith(one):
            return root.removesuffix(one) + other
    return None


def _unexpected(words: str) -> VendorFailure:
    return VendorFailure(Problem("unexpected-answer", words, hint=RUN_AGAIN))
