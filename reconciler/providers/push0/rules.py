"""What is wrong or doubtful in a Push0 body that its schema accepts, by the vendor's page alone. Total."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from reconciler.core.canonical import canonical_json
from reconciler.core.finding import Finding
from reconciler.core.segment import Body, Json
from reconciler.intake.lexical import shown
from reconciler.intake.lines import Pointer
from reconciler.intake.words import described, listed
from reconciler.providers.push0.fields import (
    ALIASES,
    EQUALITY,
    LIKELY_ON_ARRAYS,
    NUMBERS,
    Kind,
    kind_of,
    relation_of,
)
from reconciler.providers.push0.fold import canonical_constraint, canonical_group, whole
from reconciler.providers.push0.refusals import EXISTS_HINT, refusals
from reconciler.providers.push0.standards import doubts

LIKE_SECONDS = range(10**8, 10**11)
"""Times that are in 1970 as milliseconds, and in our days as seconds: from 1973 to 5138."""


def findings(body: Body) -> Iterator[Finding]:
    """Yield errors, which the vendor's tables rule out, and warnings; in the order of the groups."""
    groups = body.get("constraints")
    first: dict[str, int] = {}
    demanded: dict[str, Json] = {}
    heads = Counter(map(_head, groups if isinstance(groups, list) else ()))
    for index, group in enumerate(groups if isinstance(groups, list) else []):
        if not isinstance(group, dict):
            continue
        pointer = ("constraints", index)
        if heads[_head(group)] > 1:
            text = canonical_json(canonical_group(group))
            if (other := first.setdefault(text, index)) != index:
                message = f"group {index + 1} says the same as group {other + 1}"
                yield Finding(pointer, "repeated-group", message, "remove one of the two")
        yield from _of_group(group, pointer, demanded)


def _head(item: Json) -> str:
    """Return what is alike in groups or constraints that say the same: most differ in it, and need no closer look."""
    if not isinstance(item, dict):
        return ""
    parts = item.get("constraints")
    inner = sorted(map(_head, parts)) if isinstance(parts, list) else ()
    return f"{item.get('type')} {item.get('field')} {inner}"


def _of_group(group: dict[str, Json], pointer: Pointer, demanded: dict[str, Json]) -> Iterator[Finding]:
    """Yield what is in one group; `demanded` is what must be equal to which value, by the groups so far."""
    items = group.get("constraints")
    constraints = items if isinstance(items, list) else []
    all_hold = group.get("type") == "AND" or len(constraints) == 1
    first: dict[str, int] = {}
    heads = Counter(map(_head, constraints))
    for index, constraint in enumerate(constraints):
        if not isinstance(constraint, dict):
            continue
        place = (*pointer, "constraints", index)
        if heads[_head(constraint)] > 1:
            text = canonical_json(canonical_constraint(constraint))
            if (other := first.setdefault(text, index)) != index:
                message = f"constraint {index + 1} of the group says the same as constraint {other + 1}"
                yield Finding(place, "repeated-constraint", message, "remove one of the two")
        if all_hold:
            yield from _contradiction(constraint, place, demanded)
        yield from _of_constraint(constraint, place)


def _contradiction(constraint: dict[str, Json], pointer: Pointer, demanded: dict[str, Json]) -> Iterator[Finding]:
    field, value = constraint.get("field"), constraint.get("value")
    has_one_value = kind_of(field) not in {None, Kind.STRING_ARRAY}
    if not has_one_value or relation_of(constraint.get("relation")) != "==":
        return
    wanted = demanded.setdefault(str(field), value)
    if value is not wanted and _compared(constraint) != _compared({**constraint, "value": wanted}):
        yield Finding(
            pointer,
            "never-true",
            f"no device has two values of `{field}`, {described(wanted)} and {described(value)}",
            'if one of them is enough, put them into one group with `"type": "OR"`',
        )


def _compared(constraint: dict[str, Json]) -> str:
    return canonical_json(canonical_constraint({**constraint, "relation": "=="}))


def _of_constraint(constraint: dict[str, Json], pointer: Pointer) -> Iterator[Finding]:
    field, written, value = constraint.get("field"), constraint.get("relation"), constraint.get("value")
    kind, relation = kind_of(field), relation_of(written)
    if kind is None or relation is None:
        return
    if written != relation:
        message = f"{shown(str(written))} is not in the vendor's table of relations"
        yield Finding((*pointer, "relation"), "relation-alias", message, f"write `{ALIASES[str(written)]}`")
    if kind is Kind.STRING_ARRAY and relation not in LIKELY_ON_ARRAYS:
        message = f"`{field}` is {kind.value}, for which the vendor documents no relation such as `{relation}`"
        hint = f"those most likely to work are {listed(LIKELY_ON_ARRAYS)}"
        yield Finding((*pointer, "relation"), "relation-undocumented", message, hint)
    refused = [*refusals(constraint, pointer)]
    yield from refused
    place = (*pointer, "value")
    is_idle = relation == "exists" and kind in NUMBERS
    if is_idle or any(finding.pointer == place for finding in refused):
        return
    if kind in NUMBERS:
        yield from _of_number(str(field), kind, value, place)
    elif isinstance(value, str):
        yield from _of_text(str(field), relation, value, place)


def _of_text(field: str, relation: str, value: str, pointer: Pointer) -> Iterator[Finding]:
    if relation in EQUALITY:
        yield from doubts(field, value, pointer)
    elif relation == "exists" and value != "true":
        message = "the vendor does not document what `exists` is compared with"
        yield Finding(pointer, "exists-value", message, EXISTS_HINT)


def _of_number(field: str, kind: Kind, value: Json, pointer: Pointer) -> Iterator[Finding]:
    number = whole(value)
    if number is None:
        return
    if isinstance(value, str):
        message = f"`{field}` is {kind.value}, and the number is written as a string"
        yield Finding(pointer, "number-as-text", message, f"write `{number}`, without quotes")
    if kind is Kind.LONG and number in LIKE_SECONDS:
        day = datetime.fromtimestamp(number / 1000, UTC).date()
        message = f"`{field}` counts milliseconds, by which {number} is {day}"
        yield Finding(pointer, "seconds", message, f"if these are seconds, write `{number * 1000}`")
