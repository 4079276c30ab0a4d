"""The four verbs over Kibamail's API v1. Its quirks in paging and deleting end here; it never sees a plan."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from reconciler.core.finding import Finding
from reconciler.core.segment import Body, Json, Live
from reconciler.errors import VendorAnswer
from reconciler.providers.answers import One, is_missing, make_sure_it_is_gone, one, path_of, read, read_back
from reconciler.providers.kibamail.listed import listed, single
from reconciler.providers.kibamail.lookup import Project
from reconciler.providers.paging import Walk
from reconciler.web.transport import Transport

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from reconciler.providers.kibamail import wire

PAGE_SIZE = 100
CURSOR = "after"

Page: TypeAlias = tuple[Sequence[One], bool]
"""What stands on one page of a list, and whether there is another one."""


class Kibamail:
    """A Provider. Sources: the vendor's page for creating a segment, its other pages, and the source of its API."""

    def __init__(self, transport: Transport) -> None:
        """Speak over this transport, whose endpoint is the root of v1."""
        self._transport = transport
        self._project = Project(self._properties, self._topics)

    def list(self) -> tuple[Live, ...]:
        """Return every segment once: ceil(n/100) requests, at least one."""
        return tuple({segment.id: segment for segment in self._all("/segments", _listed)}.values())

    def read(self, segment_id: str) -> Live | None:
        """Return one segment; a 404 means that there is none."""
        return one(self._transport, _single, segment_id)

    def findings(self, body: Body) -> Iterable[Finding]:
        """Return what the project's custom properties and topics have against a body."""
        return self._project.findings(body)

    def create(self, body: Body, *, idempotency_key: str) -> Live:
        """Send POST, then read the segment back by the id in the answer.

        The vendor knows no key: where the answer is lost, whoever asked looks for the segment.
        """
        from reconciler.providers.kibamail.wire import WRITTEN

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
        from reconciler.providers.kibamail.wire import PROPERTIES

        return {item.name: item.type or "" for item in self._all("/contact-properties", partial(_modelled, PROPERTIES))}

    def _topics(self) -> Mapping[str, str]:
        from reconciler.providers.kibamail.wire import TOPICS

        return {item.id: item.name for item in self._all("/topics", partial(_modelled, TOPICS))}

    def _all(self, path: str, reading: "Callable[[str, Json], Page[One]]") -> Iterator[One]:
        """Yield what stands on all pages of a list; the cursor is the last id of a page."""
        walk = Walk(path, cursor=CURSOR, size=PAGE_SIZE)
        while not walk.done:
            items, more = reading(f"GET {path}", self._transport.get(path, walk.params).data)
            yield from items
            walk.step([item.id for item in items], more=more)


def _listed(request: str, data: Json) -> "Page[Live]":
    """Return a page of segments; raises VendorFailure where it is not as documented."""
    page = listed(data)
    if page is None:
        from reconciler.providers.kibamail.wire import SEGMENTS

        page = read(SEGMENTS, request, data).listed()
    return page.segments, page.more


def _single(request: str, data: Json) -> Live:
    """Return a segment that was asked for by itself; raises VendorFailure where it is not as documented."""
    if segment := single(data):
        return segment
    from reconciler.providers.kibamail.wire import SEGMENT

    return read(SEGMENT, request, data).live()


def _modelled(shape: "TypeAdapter[wire.Page[wire.One]]", request: str, data: Json) -> "Page[wire.One]":
    """Return a page of something else."""
    found = read(shape, request, data)
    return found.data, found.has_more
