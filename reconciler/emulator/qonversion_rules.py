"""What Qonversion's pages say of a segment's body: which members it has, and of what kind.

Reads a body into what is wrong with it. Must never know a request, the store, or what is done about it.
"""

from collections.abc import Iterator
from typing import Final, TypeAlias

from reconciler.emulator.tables import Document, Json

NAME_LENGTH: Final = 256
COMPARATORS: Final = ("eq", "ne", "gt", "gte", "lt", "lte", "contains", "not_contains")

Detail: TypeAlias = dict[str, Json]


def wrong_in(body: Document) -> list[Detail]:
    """Return what is wrong with the body of a create or an update, as `field` and `message`, in the body's order.

    The rules are those of the create, update and overview pages; that members besides the documented ones are refused,
    and that a name needs one character that is not a blank, is assumed.
    """
    return [{"field": field, "message": message} for field, message in _body(body)]


def _body(body: Document) -> Iterator[tuple[str, str]]:
    match body.get("name"):
        case str() as name if 1 <= len(name.strip()) <= NAME_LENGTH:
            pass
        case str():
            yield "name", f"must have 1 to {NAME_LENGTH} characters"
        case None:
            yield "name", "is required"
        case _:
            yield "name", "must be a string"
    for member in [one for one in body if one not in {"name", "conditions"}]:
        yield member, "is not a member of a segment"
    match body.get("conditions", []):
        case list() as conditions:
            for place, condition in enumerate(conditions):
                for member, message in _condition(condition):
                    yield f"conditions[{place}]{member}", message
        case _:
            yield "conditions", "must be an array"


def _condition(condition: Json) -> Iterator[tuple[str, str]]:
    if not isinstance(condition, dict):
        yield "", "must be an object"
        return
    match condition.get("metric"):
        case str() as metric if metric:
            pass
        case _:
            yield ".metric", "must be a string that is not empty"
    if condition.get("comparator") not in COMPARATORS:
        yield ".comparator", f"must be one of {', '.join(COMPARATORS)}"
    if not isinstance(condition.get("value"), str):
        yield ".value", "must be a string"
    if not isinstance(condition.get("negate", False), bool):
        yield ".negate", "must be true or false"
    for member in [one for one in condition if one not in {"metric", "comparator", "value", "negate"}]:
        yield f".{member}", "is not a member of a condition"
