"""Documents of our own read back into strict models: ledgers, saved plans, snapshots. Knows none of them by name."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from reconciler.errors import InvalidInput, Place, Problem
from reconciler.intake.parse import parse
from reconciler.intake.position import position

if TYPE_CHECKING:
    from pydantic import BaseModel

    from reconciler.intake.complaint import Complaint

Model = TypeVar("Model", bound="BaseModel")
SHOWN = 5
BEGINNING = 40


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document that parsed: its bytes, how it is named to people, and its value."""

    data: bytes
    shown: str
    value: dict[str, Any]

    def place(self, *pointer: int | str, on_key: bool = False) -> Place:
        """Return where a value stands, or its key; where what should hold it stands if it is not there."""
        return Place(self.shown, *position(self.data.decode(), pointer, on_key=on_key))


def read_document(data: bytes, shown: str, *, code: str, hint: str) -> Parsed:
    """Return what a file holds.

    Raises InvalidInput where that is not one JSON object, with the first reason alone: such a file was damaged on its
    way, and nobody mends it by hand.
    """
    try:
        return Parsed(data, shown, parse(data, shown))
    except InvalidInput as error:
        first = replace(error.problems[0], code=code, hint=hint)
        beginning = data.decode("utf-8", "replace").strip()
        if error.problems[0].code == "syntax" and beginning[:1] != "{":
            words = f"is not JSON: it begins with `{beginning[:BEGINNING]}{'…' if len(beginning) > BEGINNING else ''}`"
            first = replace(first, message=words)
        raise InvalidInput(first) from None


def read_model(model: type[Model], source: Parsed, *part: int | str, code: str, hint: str) -> Model:
    """Return a document, or the part of it at a pointer, as a model.

    Raises InvalidInput naming each member that is missing, unknown or of another type, the first five of many; the
    remedy, which is the same for all of them, stands below the last.
    """
    from pydantic import ValidationError  # noqa: PLC0415 - as the module of the model imports it too

    from reconciler.intake.complaint import complaints  # noqa: PLC0415 - as above

    value: Any = source.value
    for step in part:
        value = value[step]
    try:
        return model.model_validate(value)
    except ValidationError as error:
        found = complaints(error)
        problems = [_problem(source, part, each, code) for each in found[:SHOWN]]
        if len(found) > SHOWN:
            problems.append(Problem(code, f"and {len(found) - SHOWN} problems more", Place(source.shown)))
        raise InvalidInput(*problems[:-1], replace(problems[-1], hint=hint)) from None


def _problem(source: Parsed, part: tuple[int | str, ...], found: "Complaint", code: str) -> Problem:
    return Problem(code, found.words, source.place(*part, *found.pointer, on_key=found.on_key))
