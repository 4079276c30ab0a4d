"""What means the same to Push0 though it is written differently. Total: whatever has another shape is left alone."""

import re

from reconciler.core.canonical import multiset
from reconciler.core.segment import Body, Json
from reconciler.providers.push0.fields import NUMBERS, kind_of, relation_of

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,18})", re.ASCII)
"""A whole number as text, of no more digits than a Long has."""


def canonical(body: Body) -> Body:
    """Return the body with groups and constraints as multisets, aliases folded and whole numbers as numbers.

    All groups must hold, and AND and OR do not care for order. A description of null is one that is not there.
    """
    folded = {name: value for name, value in body.items() if name != "description" or value is not None}
    if isinstance(groups := folded.get("constraints"), list):
        folded["constraints"] = multiset(canonical_group(group) for group in groups)
    return folded


def canonical_group(group: Json) -> Json:
    """Return a group with its constraints as a multiset of canonical ones."""
    if not isinstance(group, dict) or not isinstance(constraints := group.get("constraints"), list):
        return group
    return {**group, "constraints": multiset(canonical_constraint(item) for item in constraints)}


def canonical_constraint(item: Json) -> Json:
    """Return a constraint with its relation as in the vendor's table, and a number on a field of numbers as one."""
    if not isinstance(item, dict):
        return item
    folded = dict(item)
    if relation := relation_of(item.get("relation")):
        folded["relation"] = relation
    number = whole(item.get("value"))
    if number is not None and kind_of(item.get("field")) in NUMBERS:
        folded["value"] = number
    return folded


def whole(value: Json) -> int | None:
    """Return the whole number that a value is, as a number or as text (`5`, `5.0`, `"5"`), or None."""
    match value:
        case bool():
            return None
        case int():
            return value
        case float() if value.is_integer():
            return int(value)
        case str() if _WHOLE.fullmatch(value):
            return int(value)
        case _:
            return None
