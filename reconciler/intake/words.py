"""How values, types, names and paths are called in a message. Must never know what is wrong with them."""

import difflib
import json
from collections.abc import Iterable, Sequence

from reconciler.intake.lexical import plain, shown
from reconciler.intake.lines import Pointer

_TYPES = {
    "string": "a string",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "null",
    "array": "a list",
    "object": "an object",
}
_ALIKE = 0.6
_LONGEST = 100


def nearest(name: object, known: Iterable[object], rest: str) -> str:
    """Return a hint: the known name that is most like this one, where one is, and then the rest.

    A name that says no to another one is not like it, and a sign is like one that has no other signs in it.
    """
    asked = str(name).lower()
    names = {str(each).lower(): str(each) for each in known if not _denies(asked, str(each).lower())}
    if not any(map(str.isalnum, asked)):
        names = {each: shown_as for each, shown_as in names.items() if set(each) == set(asked)}
    close = difflib.get_close_matches(asked, names, n=1, cutoff=_ALIKE)
    return " ".join([*(f"did you mean {shown(names[each])}?" for each in close), rest]).strip()


def _denies(name: str, other: str) -> bool:
    core = other.lstrip("$")
    return name.endswith(core) and "n" in name.removesuffix(core)


def listed(names: Iterable[object]) -> str:
    """Return names for a hint: in backticks, in their order."""
    return ", ".join(f"`{name}`" if isinstance(name, str) else f"`{json.dumps(name)}`" for name in names)


def alternatives(types: Sequence[str]) -> str:
    """Return JSON Schema types in words: `a string, a number or null`."""
    *first, last = [_TYPES[each] for each in dict.fromkeys(types)]
    return f"{', '.join(first)} or {last}" if first else last


def path(pointer: Pointer) -> str:
    """Return a pointer as it is named in a message, in backticks: `conditions[0].value`; the end of a long one."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in pointer]
    text = plain("".join(parts).removeprefix("."))
    return f"`{text}`" if len(text) <= _LONGEST else f"`…{text[-_LONGEST:]}`"


def inside(pointer: Pointer) -> str:
    """Return where something is missing or too much: nothing at the top, else ` in` and the path."""
    return f" in {path(pointer)}" if pointer else ""


def described(value: object) -> str:
    """Return a value as it was found: `the number 1`, `a list`."""
    match value:
        case bool() | None:
            return json.dumps(value)
        case int() | float():
            return f"the number {value}"
        case str():
            return f"the string {shown(value)}"
        case list():
            return "a list"
        case dict():
            return "an object"
        case _:
            return f"the date or time {value}"
