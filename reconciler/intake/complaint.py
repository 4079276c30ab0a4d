"""What a strict model finds wrong in a value, in words for people. Must never know whose model or value it is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from reconciler.intake.words import described, inside, path

_TIME = "a time with its zone, such as `2026-01-31T12:00:00+00:00`,"
_EXPECTED = {
    "string_type": "a string",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing wrong: the pointer to it, and the words; it is about the key of the value where `on_key` says so."""

    pointer: tuple[int | str, ...]
    words: str
    on_key: bool = False


def complaints(error: ValidationError) -> list[Complaint]:
    """Return everything that is wrong, in the order of the model's members."""
    return [_complaint(dict(item)) for item in error.errors(include_url=False)]


def _complaint(item: Mapping[str, Any]) -> Complaint:
    pointer, value, limits = item["loc"], item["input"], item.get("ctx", {})
    name = path(pointer)
    outer, last = pointer[:-1], pointer[-1] if pointer else ""
    match item["type"]:
        case "missing":
            return Complaint(pointer, f"`{last}` is missing{inside(outer)}")
        case "extra_forbidden":
            return Complaint(pointer, f"unknown member `{last}`{inside(outer)}", on_key=True)
        case "string_pattern_mismatch" if last == "[key]":
            return Complaint(outer, f"`{outer[-1]}` is not a name that can stand here", on_key=True)
        case "literal_error" | "enum":
            allowed = re.sub(r"'([^']*)'", r"`\1`", limits["expected"])
            return Complaint(pointer, f"{name} must be {allowed}, and is {described(value)}")
        case "greater_than_equal":
            return Complaint(pointer, f"{name} is {value}, and must be at least {limits['ge']}")
        case "string_too_short" | "too_short":
            return Complaint(pointer, f"{name} is empty")
        case "value_error":
            return Complaint(pointer, f"{name} {limits['error']}")
        case kind:
            is_time = kind.startswith(("datetime", "timezone"))
            expected = _TIME if is_time else _EXPECTED.get(kind, "another kind of value")
            return Complaint(
                pointer, f"expected {expected}{f' for {name}' if pointer else ''}, found {described(value)}"
            )
