"""What is wrong or doubtful in a Push0 body that its schema accepts, by the vendor's page alone. Total."""

import json
from collections.abc import Iterator

from reconciler.core.canonical import canonical_json
from reconciler.core.report import Finding
from reconciler.core.segment import Body, Json
from reconciler.errors import Severity
from reconciler.intake.lexical import shown
from reconciler.intake.lines import Pointer
from reconciler.intake.words import described, listed, nearest
from reconciler.providers.push0.fields import (
    ALIASES,
    DEVICES,
    EQUALITY,
    FIELDS,
    LIKELY_ON_ARRAYS,
    NUMBERS,
    RELATIONS,
    Kind,
    kind_of,
    relation_of,
)
from reconciler.providers.push0.fold import canonical_constraint, canonical_group, whole
from reconciler.providers.push0.standards import doubts


def findings(body: Body) -> Iterator[Finding]:
    """Yield errors, which the vendor's tables rule out, and warnings; in the order of the groups."""
    groups = body.get("constraints")
    first: dict[str, int] = {}
    demanded: dict[str, Json] = {}
    for index, group in enumerate(groups if isinstance(groups, list) else []):
        if not isinstance(group, dict):
            continue
        pointer = ("constraints", index)
        text = canonical_json(canonical_group(group))
        if (other := first.setdefault(text, index)) != index:
            message = f"group {index + 1} says the same as group {other + 1}"
            yield Finding(pointer, "repeated-group", message, "remove one of the two")
        yield from _of_group(group, pointer, demanded)


def _of_group(group: dict[str, Json], pointer: Pointer, demanded: dict[str, Json]) -> Iterator[Finding]:
    """Yield what is in one group; `demanded` is what must be equal to which value, by the groups so far."""
    items = group.get("constraints")
    constraints = items if isinstance(items, list) else []
    all_hold = group.get("type") == "AND" or len(constraints) == 1
    first: dict[str, int] = {}
    for index, constraint in enumerate(constraints):
        if not isinstance(constraint, dict):
            continue
        place = (*pointer, "constraints", index)
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
    if _compared(constraint) != _compared({**constraint, "value": wanted}):
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
    yield from _of_relation(str(field), kind, relation, (*pointer, "relation"))
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        yield from _of_value(str(field), relation, value, (*pointer, "value"))


def _of_relation(field: str, kind: Kind, relation: str, pointer: Pointer) -> Iterator[Finding]:
    if kind in RELATIONS[relation]:
        return
    if kind is not Kind.STRING_ARRAY:
        message = f"`{field}` is {kind.value}, which the relation `{relation}` does not support"
        supported = listed(name for name, kinds in RELATIONS.items() if kind in kinds)
        hint = f"the relations of {kind.value} are {supported}"
        yield Finding(pointer, "relation-unsupported", message, hint, Severity.ERROR)
    elif relation not in LIKELY_ON_ARRAYS:
        message = f"`{field}` is {kind.value}, for which the vendor documents no relation such as `{relation}`"
        hint = f"those most likely to work are {listed(LIKELY_ON_ARRAYS)}"
        yield Finding(pointer, "relation-undocumented", message, hint)


def _of_value(field: str, relation: str, value: str | float, pointer: Pointer) -> Iterator[Finding]:
    if relation == "exists":
        if value != "true":
            message = "the vendor does not document what `exists` is compared with"
            yield Finding(pointer, "exists-value", message, 'write `"true"`, which is the likeliest to work')
    elif FIELDS[field] in NUMBERS:
        yield from _of_number(field, value, pointer)
    elif not isinstance(value, str):
        message = f"expected a string for `{field}`, found {described(value)}"
        hint = f"write `{json.dumps(json.dumps(value))}`"
        yield Finding(pointer, "wrong-type", message, hint, Severity.ERROR)
    elif relation in EQUALITY:
        yield from doubts(field, value, pointer)
        if field == "type" and value not in DEVICES:
            message = f"{shown(value)} is no type of device that the vendor documents"
            hint = nearest(value, DEVICES, f"those are {listed(DEVICES)}")
            yield Finding(pointer, "unknown-device-type", message, hint)


def _of_number(field: str, value: str | float, pointer: Pointer) -> Iterator[Finding]:
    number = whole(value)
    if number is None:
        hint = "write digits, such as `5`"
        if FIELDS[field] is Kind.LONG:
            hint = "write the milliseconds since 1970, such as `1767225600000`"
        message = f"expected a whole number for `{field}`, found {described(value)}"
        yield Finding(pointer, "wrong-type", message, hint, Severity.ERROR)
    elif isinstance(value, str):
        message = f"`{field}` is {FIELDS[field].value}, and the number is written as a string"
        yield Finding(pointer, "number-as-text", message, f"write `{number}`, without quotes")
