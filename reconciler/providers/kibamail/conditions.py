"""The shape of Kibamail's conditions, in both ways of writing them. Must never know whether they make sense.

A condition is `{"field": "country", "operator": "eq", "value": "US"}`, or in the words of MongoDB
`{"country": {"$eq": "US"}}`, where several operators and several fields must all hold; or topics; or `$and`, `$or` and
`$not` of conditions. Sources: the vendor's page for creating a segment, and the schema of its API.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from reconciler.core.segment import Json

BUILT_INS = (
    "email",
    "firstName",
    "lastName",
    "phone",
    "country",
    "timezone",
    "city",
    "status",
    "createdAt",
    "updatedAt",
)
OPERATORS = ("eq", "ne", "gt", "gte", "lt", "lte", "in", "nin", "contains", "startsWith", "endsWith", "exists")
MONGO = {f"${word}": word for word in ("eq", "ne", "gt", "gte", "lt", "lte", "in", "nin", "exists")}
REGEX = "$regex"
LISTS = ("$and", "$or")
NOT = "$not"
LOGICAL = (*LISTS, NOT)
TOPICS = {"subscribedToTopic": True, "notSubscribedToTopic": False}
FIELD_FORM = frozenset({"field", "operator", "value"})

Pointer: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison as it is written: `operator` in field words, or `$regex`; `mongo` says which form it has.

    In the words of MongoDB a comparison is one operator of one field, and its value stands at its operator.
    """

    field: str
    operator: str
    value: Json
    pointer: Pointer
    mongo: bool
    value_pointer: Pointer
    operator_pointer: Pointer
    field_pointer: Pointer


@dataclass(frozen=True, slots=True)
class Topic:
    """Topics by id: subscribed to any of them where they are `wanted`, else to none; what is no id is left out."""

    pointer: Pointer
    ids: tuple[str, ...]
    wanted: bool


@dataclass(frozen=True, slots=True)
class Logical:
    """A combination: which of `$and`, `$or` and `$not` it has, and how many `$not` it stands under."""

    pointer: Pointer
    operators: tuple[str, ...]
    negations: int


Node: TypeAlias = Test | Topic | Logical
_Unread: TypeAlias = tuple[Json, Pointer, int]


def walk(conditions: Json, pointer: Pointer = ("conditions",)) -> Iterator[Node]:
    """Yield each node as it is written, depth first, a combination before its parts. Total, however deep.

    What has no known shape yields nothing. Of an object that is several things at once each one is yielded.
    """
    stack: list[Node | _Unread] = [(conditions, pointer, 0)]
    while stack:
        top = stack.pop()
        if isinstance(top, tuple):
            stack.extend(reversed([*_read(*top)]))
        else:
            yield top


def is_test(item: Json) -> bool:
    """Say whether this is one comparison in field form, and nothing else."""
    return isinstance(item, dict) and item.keys() == FIELD_FORM and _has_test(item)


def is_combination(item: Json) -> bool:
    """Say whether this is an object of nothing but `$and`, `$or` and `$not`."""
    return isinstance(item, dict) and bool(item) and all(name in LOGICAL for name in item)


def mongo_tests(item: Json) -> list[tuple[str, str, Json]] | None:
    """Return field, operator (as in `Test`) and value of an object in the words of MongoDB; None where it is none."""
    if not isinstance(item, dict):
        return None
    tests: list[tuple[str, str, Json]] = []
    for field, operators in item.items():
        if not is_mongo_field(field) or not isinstance(operators, dict) or not operators:
            return None
        if any(word not in MONGO and word != REGEX for word in operators):
            return None
        tests += [(field, MONGO.get(word, word), value) for word, value in operators.items()]
    return tests or None


def is_mongo_field(name: str) -> bool:
    """Say whether a member of this name can be a field in the words of MongoDB, or already means something else."""
    return not name.startswith("$") and name not in TOPICS


def _has_test(item: dict[str, Json]) -> bool:
    return isinstance(item.get("field"), str) and item.get("operator") in OPERATORS and "value" in item


def _read(item: Json, pointer: Pointer, negations: int) -> Iterator[Node | _Unread]:
    if not isinstance(item, dict):
        return
    field = item.get("field")
    if isinstance(field, str) and _has_test(item):
        at = {f"{name}_pointer": (*pointer, name) for name in ("value", "operator", "field")}
        yield Test(field, str(item["operator"]), item["value"], pointer, mongo=False, **at)
    operators = tuple(name for name in item if name in LOGICAL)
    if operators:
        yield Logical(pointer, operators, negations)
    for name, value in item.items():
        yield from _member(name, value, (*pointer, name), negations)


def _member(name: str, value: Json, pointer: Pointer, negations: int) -> Iterator[Node | _Unread]:
    if name == NOT:
        yield value, pointer, negations + 1
    elif isinstance(value, list) and name in LISTS:
        yield from ((part, (*pointer, index), negations) for index, part in enumerate(value))
    elif isinstance(value, list) and name in TOPICS:
        yield Topic(pointer, tuple(each for each in value if isinstance(each, str)), TOPICS[name])
    elif isinstance(value, dict) and is_mongo_field(name):
        for word, operand in value.items():
            if word in MONGO or word == REGEX:
                at = (*pointer, word)
                yield Test(
                    name,
                    MONGO.get(word, word),
                    operand,
                    at,
                    mongo=True,
                    value_pointer=at,
                    operator_pointer=at,
                    field_pointer=pointer,
                )
