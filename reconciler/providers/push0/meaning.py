"""What a Push0 segment means, as a predicate over a device's fields. Must never ask the vendor.

The vendor's pages say that all groups must hold, and all or any of the constraints of one. What they do not say is
assumed:

- `missing_field`: `!=` does not match a device without the field (`fails`), or it does (`differs`), as the target says.
- Upper and lower case count. `tags` contains a tag as a whole, and exists where there is at least one.
"""

from reconciler.core.predicate import (
    All,
    Any,
    Cast,
    Compared,
    Filled,
    Has,
    Holds,
    Not,
    OneOf,
    Predicate,
    Present,
    Relation,
    Stated,
    Test,
    Unclear,
    Where,
)
from reconciler.core.segment import Body, Json
from reconciler.providers.push0.fields import NUMBERS, TYPES, Kind, kind_of, relation_of
from reconciler.providers.push0.fold import whole
from reconciler.providers.push0.refusals import refusals
from reconciler.providers.vendor import Options

PLACES = {"contains": Where.ANYWHERE, "starts_with": Where.START, "ends_with": Where.END}
RELATIONS = {
    "==": Relation.EQUAL,
    ">": Relation.MORE,
    ">=": Relation.AT_LEAST,
    "<": Relation.LESS,
    "<=": Relation.AT_MOST,
}


def meaning(body: Body, options: Options) -> tuple[Stated, ...] | Unclear:
    """Return what a body means: all of its groups hold. A group whose constraints must all hold is these. Total."""
    groups = body.get("constraints")
    if not isinstance(groups, list):
        return Unclear("`constraints` is no list of groups")
    stated: list[Stated] = []
    for index, group in enumerate(groups):
        found = _of_group(group, ("constraints", index), options)
        if isinstance(found, Unclear):
            return Unclear(f"group {index + 1}: {found.why}")
        stated += found
    return tuple(stated)


def _of_group(group: Json, pointer: tuple[str | int, ...], options: Options) -> list[Stated] | Unclear:
    items = group.get("constraints") if isinstance(group, dict) else None
    if not isinstance(group, dict) or not isinstance(items, list) or not items or group.get("type") not in TYPES:
        return Unclear("it is no `AND` or `OR` of constraints")
    parts: list[Predicate] = []
    for index, item in enumerate(items):
        part = _of_constraint(item, options)
        if isinstance(part, Unclear):
            return Unclear(f"constraint {index + 1}: {part.why}")
        parts.append(part)
    if group["type"] == "OR" and len(parts) > 1:
        return [Stated(pointer, Any(tuple(parts)))]
    return [Stated((*pointer, "constraints", index), part) for index, part in enumerate(parts)]


def _of_constraint(item: Json, options: Options) -> Predicate | Unclear:
    constraint = item if isinstance(item, dict) else {}
    field, value = constraint.get("field"), constraint.get("value")
    kind, relation = kind_of(field), relation_of(constraint.get("relation"))
    if not isinstance(field, str) or kind is None or relation is None:
        return Unclear("the vendor's page has no such field or relation")
    for finding in refusals(constraint, ()):
        return Unclear(finding.message)
    differs = options.get("missing_field") == "differs"
    number = whole(value)
    if kind in NUMBERS and number is not None:
        return _of_number(field, relation, str(number), differs=differs)
    if not isinstance(value, str) or kind in NUMBERS:
        return Unclear("`value` has another type than the field")
    if relation == "exists" and value != "true":
        return Unclear('the vendor does not document what `exists` is compared with, other than "true"')
    if kind is Kind.STRING_ARRAY:
        return _of_array(field, relation, value)
    return _of_text(field, relation, value, differs=differs)


def _of_number(field: str, relation: str, number: str, *, differs: bool) -> Predicate:
    def compared(how: Relation) -> Test:
        return Test(field, Compared(Cast.WHOLE, how, number))

    if relation != "!=":
        return compared(RELATIONS[relation])
    return Not(compared(Relation.EQUAL)) if differs else Any((compared(Relation.LESS), compared(Relation.MORE)))


def _of_array(field: str, relation: str, value: str) -> Predicate | Unclear:
    if relation == "exists":
        return Test(field, Filled())
    if relation == "contains":
        return Test(field, Holds((value,)))
    return Unclear(f"`{field}` has several values, for which the vendor documents no `{relation}`")


def _of_text(field: str, relation: str, value: str, *, differs: bool) -> Predicate:
    if relation == "exists":
        return Test(field, Present())
    if relation in PLACES:
        return Test(field, Has(PLACES[relation], value))
    same = Test(field, OneOf((value,)))
    if relation == "==":
        return same
    return Not(same) if differs else All((Test(field, Present()), Not(same)))
