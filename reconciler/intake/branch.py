"""Which branch of a choice (`anyOf`, `oneOf`) a value most nearly means. Must never word a message."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.intake.breach import Breach, Schema

_CHOICES = ("anyOf", "oneOf")
_VALUES = {"enum", "const"}


@dataclass(frozen=True, slots=True)
class Shape:
    """The members that a branch speaks of: by name and by pattern."""

    names: frozenset[str] = frozenset()
    patterns: frozenset[str] = frozenset()

    def knows(self, name: str) -> bool:
        """Say whether the branch says something of a member of this name."""
        return name in self.names or any(re.search(pattern, name) for pattern in self.patterns)


def only_types(breach: Breach) -> list[str]:
    """Return the types that the branches ask for, where the value has none of them; else nothing."""
    types = []
    for errors in _by_branch(breach):
        asked = [kind for each in errors for kind in _asked(each)]
        if not asked:
            return []
        types += asked
    return list(dict.fromkeys(types))


def only_values(breach: Breach) -> list[tuple[Breach, list[Any]]]:
    """Return the values that each branch asks for at one and the same place, where that is all that is wrong."""
    found: list[tuple[Breach, list[Any]]] = []
    for errors in _by_branch(breach):
        if len(errors) != 1 or errors[0].keyword not in _VALUES:
            return []
        found.append((errors[0], errors[0].rule if errors[0].keyword == "enum" else [errors[0].rule]))
    same = {each.pointer for each, _ in found}
    return found if len(same) == 1 else []


def nearest_branch(breach: Breach, root: Schema) -> list[Breach]:
    """Return the errors of the branch that the value most nearly means."""

    def distance(errors: list[Breach]) -> tuple[bool, int, int, int]:
        schema = breach.rule[errors[0].branch]
        members = set(breach.value) if isinstance(breach.value, dict) else set()
        shape = shape_of(schema, root)
        return (
            any(_asked(each) for each in errors),
            sum(each.keyword == "const" and each.depth == 1 for each in errors),
            -sum(shape.knows(name) for name in members),
            len(errors),
        )

    return min(_by_branch(breach), key=distance)


def shape_of(schema: Schema, root: Schema, seen: frozenset[str] = frozenset()) -> Shape:
    """Return what a schema says of members, through its references and combinations; each reference once."""
    if not isinstance(schema, Mapping):
        return Shape()
    extra = schema.get("additionalProperties")
    found = Shape(
        frozenset(schema.get("properties", {})),
        frozenset([*schema.get("patternProperties", {}), *([""] if isinstance(extra, Mapping) else [])]),
    )
    reference = str(schema.get("$ref", ""))
    if reference.startswith("#") and reference not in seen:
        found = _both(found, shape_of(_resolved(reference, root), root, seen | {reference}))
    for part in [part for keyword in ("allOf", *_CHOICES) for part in schema.get(keyword, [])]:
        found = _both(found, shape_of(part, root, seen))
    return found


def _both(one: Shape, other: Shape) -> Shape:
    return Shape(one.names | other.names, one.patterns | other.patterns)


def _resolved(reference: str, root: Schema) -> Schema:
    for part in reference.split("/")[1:]:
        root = root[part]
    return root


def _by_branch(breach: Breach) -> list[list[Breach]]:
    branches: dict[int, list[Breach]] = {}
    for each in breach.parts:
        branches.setdefault(each.branch, []).append(each)
    return list(branches.values())


def _asked(breach: Breach) -> list[str]:
    """Return the types that are asked for in place of the whole value's own, or nothing."""
    if breach.depth:
        return []
    if breach.keyword == "type":
        return breach.types
    return only_types(breach) if breach.keyword in _CHOICES else []
