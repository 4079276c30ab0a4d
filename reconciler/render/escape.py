"""Makes text from vendors and definitions harmless, visibly. It never changes text that is printable as it stands."""

import json

from reconciler.core.segment import Json

ENCODER = json.JSONEncoder(ensure_ascii=False)
SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def visible(text: str) -> str:
    r"""Return text on one line, with what a terminal would obey or hide as an escape such as `\u202e`.

    That is: controls, line ends, bidirectional marks, invisible characters, and every space but the plain one.
    """
    return text if text.isprintable() else "".join(map(_shown, text))


def quoted(value: Json) -> str:
    """Return a JSON value as JSON, harmless: `"1"` and `1` stay apart."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case _:
            return visible(ENCODER.encode(value))


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    return SHORT.get(character) or (f"\\u{code:04x}" if code < 1 << 16 else f"\\U{code:08x}")
