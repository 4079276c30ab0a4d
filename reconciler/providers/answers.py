"""What the vendors' answers have in common: read strictly, believed only when read back. Knows no vendor by name."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar
from urllib.parse import quote

from reconciler.core.segment import Json, Live
from reconciler.errors import Problem, SegmentInUse, VendorAnswer, VendorFailure
from reconciler.web.attempt import RUN_AGAIN
from reconciler.web.transport import Transport

if TYPE_CHECKING:
    from pydantic import TypeAdapter

NOT_FOUND, CONFLICT = 404, 409
SHOWN = 5

Shape = TypeVar("Shape")


class Listed(NamedTuple):
    """One page of a vendor's list: its segments, whether there is more, and where that begins if the vendor says so."""

    segments: list[Live]
    more: bool = False
    cursor: str | None = None


NO_PATH_PART = frozenset({"", ".", ".."})
"""What cannot be an id, which is a part of a path; apart from that an id is opaque."""


def is_identifier(value: object) -> bool:
    """Say whether a value can be a segment's id."""
    return type(value) is str and value not in NO_PATH_PART


class Reader(Protocol):
    """Whatever can read one segment."""

    def read(self, segment_id: str) -> Live | None:
        """Return one live segment, or None where there is none."""
        ...


def read(shape: "TypeAdapter[Shape]", request: str, data: Any) -> Shape:  # noqa: ANN401 - whatever the vendor sent
    """Return the answer in its shape; raises VendorFailure naming each member that is missing or of another type."""
    from pydantic import ValidationError  # noqa: PLC0415 - as the module of the shape imports it too

    from reconciler.intake.complaint import complaints  # noqa: PLC0415 - as above

    try:
        return shape.validate_python(data)
    except ValidationError as error:
        found = ["it is empty"] if data is None else [each.words for each in complaints(error)]
        more = f"; and {len(found) - SHOWN} problems more" if len(found) > SHOWN else ""
        raise VendorFailure(
            Problem(
                "unexpected-answer",
                f"{request}: the answer is not as the vendor documents it: {'; '.join(found[:SHOWN])}{more}",
                hint="check the target's `endpoint`; if it is right, the vendor's API has changed: please report it",
            )
        ) from None


def path_of(segment_id: str) -> str:
    """Return the path of one segment."""
    return f"/segments/{quote(segment_id, safe='')}"


class Identified(Protocol):
    """Whatever has an id."""

    @property
    def id(self) -> str:
        """The id."""
        ...


One = TypeVar("One", bound=Identified)


def one(transport: Transport, reading: Callable[[str, Json], Live], segment_id: str) -> Live | None:
    """Return the segment at the path of its id, as `reading` takes it from the answer; None for a 404."""
    request = f"GET {path_of(segment_id)}"
    try:
        answer = transport.get(path_of(segment_id))
    except VendorAnswer as error:
        if is_missing(error):
            return None
        raise
    segment = reading(request, answer.data)
    same_id(request, segment_id, segment.id)
    return segment


def is_missing(error: VendorAnswer) -> bool:
    """Say whether the vendor answered that there is no such thing."""
    return error.status == NOT_FOUND


def same_id(request: str, asked: str, answered: str) -> None:
    """Raise VendorFailure where the answer is about another segment than the one that was asked for."""
    if asked != answered:
        raise VendorFailure(Problem("unexpected-answer", f"{request}: answered with the segment `{answered}`"))


def read_back(provider: Reader, segment_id: str) -> Live:
    """Return what was written as the vendor has it now; raises VendorFailure where it is not there, or not readable."""
    live = if_there(provider, segment_id)
    if live is None:
        problem = Problem("not-there", f"`{segment_id}` is not there after it was written", hint=RUN_AGAIN)
        raise VendorFailure(problem)
    return live


def if_there(provider: Reader, segment_id: str) -> Live | None:
    """Return what was written, or None; raises VendorFailure where it cannot be read.

    Then it may have been written all the same, whatever the status of the reading says.
    """
    try:
        return provider.read(segment_id)
    except VendorFailure as error:
        first = error.problems[0]
        words = f"`{segment_id}` was written, and cannot be read back: {first.message}"
        raise VendorFailure(replace(first, code="not-read-back", message=words)) from None


def make_sure_it_is_gone(provider: Reader, segment_id: str) -> None:
    """Raise VendorFailure where a segment is still there after its deletion."""
    if provider.read(segment_id) is not None:
        words = f"`{segment_id}` is still there after its deletion was accepted"
        raise VendorFailure(Problem("still-there", words, hint=RUN_AGAIN))


def in_use(segment_id: str, words: str) -> SegmentInUse:
    """Return the failure of a deletion that would take a segment from what uses it."""
    hint = "take the segment out of what uses it, then apply again; or keep the definition"
    return SegmentInUse(Problem("segment-in-use", f"`{segment_id}` was not deleted: {words}", hint=hint))
