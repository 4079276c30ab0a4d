"""Where things stand in a JSON text, by pointer; right on escaped and long keys. Knows only texts that parse."""

import json
from typing import TYPE_CHECKING

from reconciler.intake.lexical import TOKEN
from reconciler.intake.lines import Lines, Pointer, Position, Positions

if TYPE_CHECKING:
    from tree_sitter import Node


def positions(text: str) -> Positions:
    """Return where everything stands in a JSON text that parses and has no duplicate members."""
    import tree_sitter_json  # noqa: PLC0415 - only for files that have something to report
    from tree_sitter import Language, Parser  # noqa: PLC0415

    # NOTE: the grammar (tree-sitter-json 0.24.8) refuses the plus of `1e+16`, so a digit stands in for it here.
    data = TOKEN.sub(lambda match: match[0].replace("+", "0") if match["word"] else match[0], text).encode()
    found = Positions(Lines(data))
    root = Parser(Language(tree_sitter_json.language())).parse(data).root_node
    waiting: list[tuple[Node, Pointer]] = []
    for node in root.named_children:
        found.note((), node.start_byte)
        waiting.append((node, ()))
    while waiting:
        node, pointer = waiting.pop()
        for index, child in enumerate(node.named_children if node.type in {"object", "array"} else ()):
            if child.type == "pair":
                key, value = child.named_children
                inner = (*pointer, json.loads(data[key.start_byte : key.end_byte]))
                found.note(inner, value.start_byte, key.start_byte)
            else:
                value, inner = child, (*pointer, index)
                found.note(inner, value.start_byte)
            waiting.append((value, inner))
    return found


def position(text: str, pointer: Pointer, *, on_key: bool = False) -> Position:
    """Return the line and column of one value in a JSON text, or of its key; for many, use `positions`."""
    return positions(text).at(pointer, on_key=on_key)
