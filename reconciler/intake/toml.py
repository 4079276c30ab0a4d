"""Where things stand in a TOML text, by path, and what its parser complains of. Must never know what keys mean."""

import re
import tomllib
from typing import TYPE_CHECKING, Any

from reconciler.intake.lines import Lines, Pointer, Position, Positions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_HEADERS = {"table", "table_array_element"}
_COMPLAINT = re.compile(
    r"(?P<words>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL
)


def toml_positions(text: str) -> Positions:
    """Return where everything stands in a TOML text that parses; a table stands where its header first names it."""
    import tree_sitter_toml  # noqa: PLC0415 - only for files that have something to report
    from tree_sitter import Language, Parser  # noqa: PLC0415

    data = text.encode()
    found = Positions(Lines(data))
    counts: dict[Pointer, int] = {}
    for node in Parser(Language(tree_sitter_toml.language())).parse(data).root_node.named_children:
        if node.type == "pair":
            _pair(node, (), found)
        elif node.type in _HEADERS:
            header, *pairs = [child for child in node.named_children if child.type != "comment"]
            pointer = _header(header, node, counts, found)
            for pair in pairs:
                _pair(pair, pointer, found)
    return found


def toml_position(text: str, path: Pointer, *, on_key: bool = False) -> Position:
    """Return the line and column of one value in a TOML text, or of its key; of its table where it is not there."""
    return toml_positions(text).at(path, on_key=on_key)


def toml_error(error: tomllib.TOMLDecodeError, text: str = "") -> tuple[int, int, str]:
    """Return line, column and words of a TOML error; at the end of the text where the error is that it ends."""
    match = _COMPLAINT.fullmatch(str(error))
    if match is None:
        return 1, 1, _lower(str(error))
    if match["line"]:
        return int(match["line"]), int(match["column"]), _lower(match["words"])
    return *Lines(text.encode()).at(len(text.encode())), _lower(match["words"])


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _header(header: "Node", node: "Node", counts: dict[Pointer, int], found: Positions) -> Pointer:
    pointer: Pointer = ()
    parts = list(_parts(header))
    for number, (name, start) in enumerate(parts, 1):
        pointer = (*pointer, name)
        found.note(pointer, start, start)
        if number == len(parts) and node.type == "table_array_element":
            counts[pointer] = counts.get(pointer, 0) + 1
        if pointer in counts:
            pointer = (*pointer, counts[pointer] - 1)
            found.note(pointer, start)
    return pointer


def _pair(pair: "Node", pointer: Pointer, found: Positions) -> None:
    key, value = (child for child in pair.named_children if child.type != "comment")
    parts = list(_parts(key))
    for number, (name, start) in enumerate(parts, 1):
        pointer = (*pointer, name)
        found.note(pointer, value.start_byte if number == len(parts) else start, start)
    _value(value, pointer, found)


def _value(value: "Node", pointer: Pointer, found: Positions) -> None:
    children = [child for child in value.named_children if child.type != "comment"]
    if value.type == "inline_table":
        for child in children:
            _pair(child, pointer, found)
    elif value.type == "array":
        for index, child in enumerate(children):
            found.note((*pointer, index), child.start_byte)
            _value(child, (*pointer, index), found)


def _parts(key: "Node") -> "Iterator[tuple[str, int]]":
    if key.type == "dotted_key":
        for child in key.named_children:
            yield from _parts(child)
    else:
        parsed: dict[str, Any] = tomllib.loads(f"{(key.text or b'').decode()} = 0")
        yield next(iter(parsed)), key.start_byte
