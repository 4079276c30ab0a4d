"""The four verbs over Kibamail's API v1. Its quirks in paging and deleting end here; it never sees a plan."""

from collections.abc import Iterable, Iterator, Mapping

from pydantic import TypeAdapter

from reconciler.core.finding import Finding
from reconciler.core.segment import Body, Live
from reconciler.errors import VendorAnswer
from reconciler.providers.answers import is_missing, make_sure_it_is_gone, one, path_of, read, read_back
from reconciler.providers.kibamail.lookup import Project
from reconciler.providers.kibamail.wire import PROPERTIES, SEGMENT, SEGMENTS, TOPICS, WRITTEN, One, Page
from reconciler.providers.paging import Walk
from reconciler.web.transport import Transport

PAGE_SIZE = 100
CURSOR = "after"


class Kibamail:
    """A Provider. Sources: the vendor's page for creating a segment, its other pages, and the source of its API."""

    def __init__(self, transport: Transport) -> None:
        """Speak over this transport, whose endpoint is the root of v1."""
        self._transport = transport
        self._project = Project(self._properties, self._topics)

    def list(self) -> tuple[Live, ...]:
        """Return every segment once: ceil(n/100) requests, at least one."""
        found = {segment.id: segment for segment in self._all("/segments", SEGMENTS)}
        return tuple(segment.live() for segment in found.values())

    def read(self, segment_id: str) -> Live | None:
        """Return one segment; a 404 means that there is none."""
        segment = one(self._transport, SEGMENT, segment_id)
        return segment.live() if segment else None

    def findings(self, body: Body) -> Iterable[Finding]:
        """Return what the project's custom properties and topics have against a body."""
        return self._project.findings(body)

    def create(self, body: Body, *, idempotency_key: str) -> Live:
        """Send POST, then read the segment back by the id in the answer.

        The vendor knows no key: where the answer is lost, whoever asked looks for the segment.
        """
        del idempotency_key
        answer = self._transport.send("POST", "/segments", body=body)
        return read_back(self, read(WRITTEN, "POST /segments", answer.data).id)

    def update(self, segment_id: str, body: Body) -> Live:
        """Send PUT with all members, since what is left out stays, then read the segment back.

        The vendor accepts a PUT on a deleted segment, which then is not there.
        """
        self._transport.send("PUT", path_of(segment_id), body={"description": None, **body})
        return read_back(self, segment_id)

    def delete(self, segment_id: str) -> None:
        """Delete a segment; the vendor neither refuses nor says where one is in use."""
        try:
            self._transport.send("DELETE", path_of(segment_id))
        except VendorAnswer as error:
            if not is_missing(error):
                raise
        make_sure_it_is_gone(self, segment_id)

    def _properties(self) -> Mapping[str, str]:
        return {item.name: item.type or "" for item in self._all("/contact-properties", PROPERTIES)}

    def _topics(self) -> Mapping[str, str]:
        return {item.id: item.name for item in self._all("/topics", TOPICS)}

    def _all(self, path: str, shape: TypeAdapter[Page[One]]) -> Iterator[One]:
        """Yield what stands on all pages of a list; the cursor is the last id of a page."""
        walk = Walk(path, cursor=CURSOR, size=PAGE_SIZE)
        while not walk.done:
            page = read(shape, f"GET {path}", self._transport.get(path, walk.params).data)
            yield from page.data
            walk.step([item.id for item in page.data], more=page.has_more)
