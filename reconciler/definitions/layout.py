"""The one layout of a definition file. Must never change what a file says, nor how its numbers are written."""

import json
import re

from reconciler.core.segment import Json
from reconciler.intake.parse import Written, parse_as_written

WIDTH = 100
_INDENT = "  "
_ENCODER = json.JSONEncoder(ensure_ascii=False)
_UNSEEN = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def layout(value: Json) -> str:
    """Return the text of a value: one member of the top object a line, the rest on one line where it fits.

    A list that holds an object has each item on its own line. What cannot be seen is written as an escape.
    """
    if isinstance(value, dict) and value:
        return _broken(value, "") + "\n"
    return _fitted(value, "", 0) + "\n"


def format_text(data: bytes, file: str) -> str:
    """Return the text of a file in the one layout; raises InvalidInput with every problem where it does not parse."""
    return layout(parse_as_written(data, file))


def _fitted(value: Json, indent: str, taken: int) -> str:
    """Return a value on one line where it fits behind what is taken of it, with room for a comma; else broken."""
    line = _line(value)
    if not isinstance(value, dict | list) or not value:
        return line
    own_lines = isinstance(value, list) and any(isinstance(item, dict) for item in value)
    if not own_lines and len(indent) + taken + len(line) + 1 <= WIDTH:
        return line
    return _broken(value, indent)


def _broken(value: dict[str, Json] | list[Json], indent: str) -> str:
    inner = indent + _INDENT
    if isinstance(value, list):
        return "[\n" + ",\n".join(inner + _fitted(item, inner, 0) for item in value) + f"\n{indent}]"
    named = [(f"{_line(name)}: ", item) for name, item in value.items()]
    members = [inner + name + _fitted(item, inner, len(name)) for name, item in named]
    return "{\n" + ",\n".join(members) + f"\n{indent}}}"


def _line(value: Json) -> str:
    match value:
        case Written():
            return value.text
        case list():
            return "[" + ", ".join(_line(item) for item in value) + "]"
        case dict():
            return "{" + ", ".join(f"{_line(name)}: {_line(item)}" for name, item in value.items()) + "}"
        case str():
            text = _ENCODER.encode(value)
            return text if text.isprintable() else _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
        case _:
            return _ENCODER.encode(value)
