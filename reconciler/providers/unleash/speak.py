"""The four verbs over Unleash's admin API. Its quirks in ids and empty answers end here; it never sees a plan."""

import re
from collections.abc import Iterable

from reconciler.core.finding import Finding
from reconciler.core.segment import Body, Json, Live
from reconciler.errors import Problem, SegmentInUse, VendorAnswer, VendorFailure
from reconciler.providers.answers import (
    CONFLICT,
    in_use,
    is_missing,
    make_sure_it_is_gone,
    one,
    path_of,
    read,
    read_back,
)
from reconciler.providers.unleash.listed import listed, single
from reconciler.providers.unleash.lookup import Fields, Instance
from reconciler.web.transport import Transport

ID = re.compile(r"0|-?[1-9][0-9]{0,9}", re.ASCII)
LARGEST_ID = 2**31 - 1
REFUSED = 400
TIMED_OUT = 408
FAILED = 500
CLEARED: Body = {"description": None, "project": None}
SHOWN = 5
REFUSED_IT = "the vendor refused"


class Unleash:
    """A Provider. Source: the OpenAPI document that each instance serves."""

    def __init__(self, transport: Transport) -> None:
        """Speak over this transport, whose endpoint is the root of the admin API."""
        self._transport = transport
        self._instance = Instance(self._fields, self._projects)

    def list(self) -> tuple[Live, ...]:
        """Return every segment once, in one request: the list has no pages."""
        data = self._transport.get("/segments").data
        answer = listed(data)
        if answer is None:
            from reconciler.providers.unleash.wire import SEGMENTS

            answer = read(SEGMENTS, "GET /segments", data).listed()
        return tuple({segment.id: segment for segment in answer.segments}.values())

    def read(self, segment_id: str) -> Live | None:
        """Return one segment; a 404 means that there is none, and so does an id that is no number."""
        if not _is_id(segment_id):
            return None
        return one(self._transport, _single, segment_id)

    def findings(self, body: Body) -> Iterable[Finding]:
        """Return what the instance's context fields and projects have against a body."""
        return self._instance.findings(body)

    def create(self, body: Body, *, idempotency_key: str) -> Live:
        """Send POST, then read the segment back by the id in the answer.

        The vendor knows no key: where the answer is lost, whoever asked looks for the segment.
        """
        from reconciler.providers.unleash.wire import WRITTEN

        del idempotency_key
        try:
            answer = self._transport.send("POST", "/segments", body=body)
        except VendorAnswer as error:
            if error.status == REFUSED:
                self._refuse_one_more()
            raise
        return read_back(self, read(WRITTEN, "POST /segments", answer.data).id)

    def update(self, segment_id: str, body: Body) -> Live:
        """Send PUT with all members, then read the segment back: the answer is empty."""
        self._transport.send("PUT", path_of(segment_id), body={**CLEARED, **body})
        return read_back(self, segment_id)

    def delete(self, segment_id: str) -> None:
        """Delete a segment, and make sure; where a strategy uses it, the vendor answers 409 without a word.

        It is asked once, and where the answer was lost, looked for: version 8.2.0 ends its process where it is asked
        to delete what is gone, unless by an admin.
        """
        if not _is_id(segment_id):
            return
        try:
            self._transport.send("DELETE", path_of(segment_id), repeatable=False)
        except VendorAnswer as error:
            if error.status == CONFLICT:
                raise self._in_use(segment_id) from None
            unclear = error.status >= FAILED or error.status == TIMED_OUT
            if not is_missing(error) and (not unclear or self._may_be_there(segment_id)):
                raise
        except VendorFailure:
            if self._may_be_there(segment_id):
                raise
        make_sure_it_is_gone(self, segment_id)

    def _may_be_there(self, segment_id: str) -> bool:
        try:
            return self.read(segment_id) is not None
        except VendorFailure:
            return True

    def _in_use(self, segment_id: str) -> SegmentInUse:
        from reconciler.providers.unleash.wire import STRATEGIES

        path = f"{path_of(segment_id)}/strategies"
        try:
            uses = read(STRATEGIES, f"GET {path}", self._transport.get(path).data)
        except VendorFailure:
            return in_use(segment_id, REFUSED_IT)
        said = sorted({str(each) for each in (*uses.strategies, *uses.requested)})
        more = f" and {len(said) - SHOWN} more" if len(said) > SHOWN else ""
        return in_use(segment_id, f"it is used by {', '.join(said[:SHOWN])}{more}" if said else REFUSED_IT)

    def _refuse_one_more(self) -> None:
        """Raise VendorFailure where the instance has as many segments as it takes, as far as it can be asked."""
        from reconciler.providers.unleash.wire import CONFIGURATION

        try:
            limits = read(CONFIGURATION, "GET /ui-config", self._transport.get("/ui-config").data).limits
            count = len(self.list())
        except VendorFailure:
            return
        if count >= limits.segments:
            words = f"POST /segments: the instance has {count} segments, and takes {limits.segments} at most"
            hint = "delete segments that nobody needs, or raise `UNLEASH_SEGMENTS_LIMIT` of the instance"
            raise VendorFailure(Problem("segment-limit", words, hint=hint))

    def _fields(self) -> Fields:
        from reconciler.providers.unleash.wire import CONTEXT

        fields = read(CONTEXT, "GET /context", self._transport.get("/context").data)
        return {field.name: [legal.value for legal in field.legal] for field in fields}

    def _projects(self) -> frozenset[str]:
        from reconciler.providers.unleash.wire import PROJECTS

        answer = read(PROJECTS, "GET /projects", self._transport.get("/projects").data)
        return frozenset(project.id for project in answer.projects)


def _single(request: str, data: Json) -> Live:
    """Return a segment that was asked for by itself; raises VendorFailure where it is not as documented."""
    if segment := single(data):
        return segment
    from reconciler.providers.unleash.wire import SEGMENT

    return read(SEGMENT, request, data).live()


def _is_id(text: str) -> bool:
    """Say whether a text can be an id: others the vendor refuses, or fails on, in place of finding nothing."""
    return bool(ID.fullmatch(text)) and -LARGEST_ID - 1 <= int(text) <= LARGEST_ID
