"""Kibamail's conditions: which of them the schema accepts, what of them is kept, and the comparisons in them.

Reads conditions alone. Must never know a request, the store, or whether a field exists.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from reconciler.emulator.tables import Document, Json

OPERATORS: Final = frozenset(
    {"eq", "ne", "gt", "gte", "lt", "lte", "in", "nin", "contains", "startsWith", "endsWith", "exists"}
)
MONGO_OPERATORS: Final = {
    "$eq": "eq",
    "$ne": "ne",
    "$gt": "gt",
    "$gte": "gte",
    "$lt": "lt",
    "$lte": "lte",
    "$in": "in",
    "$nin": "nin",
    "$exists": "exists",
    "$regex": "regex",
}
_LARGEST: Final = sys.float_info.max
_LOGICAL: Final = ("$and", "$or", "$not")
_TOPICS: Final = ("subscribedToTopic", "notSubscribedToTopic")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of one field; the operator is a word of the schema, or `regex`."""

    field: str
    operator: str
    value: Json


def kept(condition: Json, *, mongo: bool) -> Document | None:
    """Return what is stored of a condition, or None for one that the schema refuses.

    The schema is a union, tried in the order field, topics, logical operators, and here at last, where `mongo` says so,
    the page's MongoDB form. The first member that fits is taken, and keys that it does not know are dropped.
    """
    match condition:
        case dict() if condition:
            return (
                _field(condition)
                or _topics(condition)
                or _logical(condition, mongo=mongo)
                or (_mongo(condition) if mongo else None)
            )
        case _:
            return None


def comparisons(conditions: Json, *, evaluated: bool = False) -> Iterator[Comparison]:
    """Yield the comparisons of stored conditions in order: all of them, or those that the server evaluates.

    Of several logical operators in one object it evaluates the first of `$and`, `$or` and `$not`. Raises `ValueError`
    on reaching something that is no condition.
    """
    waiting = [conditions]
    while waiting:
        match waiting.pop():
            case {"field": str() as field, "operator": str() as operator, "value": value}:
                yield Comparison(field, operator, value)
            case {"subscribedToTopic": _} | {"notSubscribedToTopic": _}:
                pass
            case dict() as held if present := [name for name in _LOGICAL if name in held]:
                children = [one for name in (present[:1] if evaluated else present) for one in _children(held, name)]
                waiting += reversed(children)
            case dict() as held if held:
                yield from _mongo_comparisons(held)
            case _:
                raise ValueError("not a condition")


def _children(held: Document, name: str) -> list[Json]:
    match name, held[name]:
        case "$not", child:
            return [child]
        case _, list() as children:
            return children
        case _:
            raise ValueError("not a list of conditions")


def _mongo_comparisons(held: Document) -> Iterator[Comparison]:
    for field, operators in held.items():
        match operators:
            case dict():
                for operator, value in operators.items():
                    yield Comparison(field, MONGO_OPERATORS.get(operator, operator), value)
            case _:
                raise ValueError("not a condition")


def _field(condition: Document) -> Document | None:
    match condition:
        case {"field": str() as field, "operator": str() as operator, "value": value} if field:
            fits = operator in OPERATORS and _is_value(value, operator)
            return {"field": field, "operator": operator, "value": _as_kept(value)} if fits else None
        case _:
            return None


def _topics(condition: Document) -> Document | None:
    ids: Document = {name: condition[name] for name in _TOPICS if name in condition}
    good = all(isinstance(one, list) and one and all(isinstance(topic, str) for topic in one) for one in ids.values())
    return ids if good else None


def _logical(condition: Document, *, mongo: bool) -> Document | None:
    stored: Document = {}
    for name in [one for one in _LOGICAL if one in condition]:
        match name, condition[name]:
            case "$not", child:
                stored[name] = kept(child, mongo=mongo)
            case (("$and" | "$or"), [*children]) if children:
                below: list[Json] = [kept(child, mongo=mongo) for child in children]
                stored[name] = None if None in below else below
            case _:
                stored[name] = None
    return None if None in stored.values() else stored


def _mongo(condition: Document) -> Document | None:
    stored: Document = {}
    for field, operators in condition.items():
        match operators:
            case dict() if operators and field and not field.startswith("$"):
                good = all(one in MONGO_OPERATORS and _is_value(operators[one], one) for one in operators)
                stored[field] = {one: _as_kept(value) for one, value in operators.items()} if good else None
            case _:
                stored[field] = None
    return None if None in stored.values() else stored


def _is_value(value: Json, operator: str) -> bool:
    match value:
        case None:
            return MONGO_OPERATORS.get(operator, operator) == "exists"
        case bool() | str():
            return True
        case int() | float():
            return abs(value) <= _LARGEST
        case list():
            return all(not isinstance(one, bool | list | None) and _is_value(one, operator) for one in value)
        case _:
            return False


def _as_kept(value: Json) -> Json:
    """Return a value as the server's language keeps it, in which every number is a double."""
    match value:
        case bool():
            return value
        case int() | float():
            double = float(value)
            return int(double) if double.is_integer() else double
        case list():
            return [_as_kept(one) for one in value]
        case _:
            return value
