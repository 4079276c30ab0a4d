"""Documents of our own read back into strict models: ledgers, saved plans, snapshots. Knows none of them by name."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from reconciler.errors import InvalidInput, Place, Problem
from reconciler.definitions.parse import parse

Model = TypeVar("Model", bound=BaseModel)
SHOWN = 10


def read_model(model: type[Model], source: bytes | object, shown: str, *, code: str, hint: str) -> Model:
    """Return a document as a model: from the bytes of its file, or from what was parsed of them.

    Raises InvalidInput naming each member that is missing, unknown or of another type; the first ten of many.
    """
    value = parse(source, shown) if isinstance(source, bytes) else source
    try:
        return model.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        problems = [
            Problem(code, f"{_path(item['loc'])}{item['msg'][:1].lower()}{item['msg'][1:]}", Place(shown), hint)
            for item in found[:SHOWN]
        ]
        if len(found) > SHOWN:
            problems.append(Problem(code, f"and {len(found) - SHOWN} problems more", Place(shown), hint))
        raise InvalidInput(*problems) from None


def _path(location: tuple[int | str, ...]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".")
    return f"`{text}`: " if text else ""
