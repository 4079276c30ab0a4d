"""What an Unleash segment means, as a predicate over the context of a flag's evaluation. Must never ask the instance.

Tests hold it to a real server's playground. A profile is a context made flat: its own members, and its properties where
those lack one or have null. `currentTime` is always there: whoever evaluates puts it in, as a text of RFC 3339.

Sources: the vendor's page on constraints, and what the playground of version 8.2.0 answered.
"""

from reconciler.core import reading
from reconciler.core.predicate import (
    All,
    Any,
    Cast,
    Compared,
    Found,
    Has,
    Not,
    OneOf,
    Predicate,
    Relation,
    Stated,
    Test,
    Unclear,
    Where,
)
from reconciler.core.segment import Body, Json
from reconciler.intake.lexical import shown
from reconciler.providers.unleash.operators import CLOCK, MANY, ONE, Kind, operator_of
from reconciler.providers.unleash.refusals import refusals
from reconciler.providers.vendor import Options

MEMBERSHIP = {"IN", "NOT_IN"}
PLACES = {"STR_CONTAINS": Where.ANYWHERE, "STR_ENDS_WITH": Where.END, "STR_STARTS_WITH": Where.START}
INHERITED = frozenset(
    {
        *("constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString"),
        *("valueOf", "__proto__", "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__"),
    }
)
"""What every object of JavaScript has: the server finds that in place of a property of the name."""

CASTS = {Kind.NUMBER: Cast.NUMBER, Kind.VERSION: Cast.VERSION, Kind.DATE: Cast.TIME}
RELATIONS = {
    "AFTER": Relation.MORE,
    "BEFORE": Relation.LESS,
    "EQ": Relation.EQUAL,
    "GT": Relation.MORE,
    "GTE": Relation.AT_LEAST,
    "LT": Relation.LESS,
    "LTE": Relation.AT_MOST,
}


def meaning(body: Body, _options: Options) -> tuple[Stated, ...] | Unclear:
    """Return what a body means: all of its constraints hold. Total: what the server would not take is unclear."""
    constraints = body.get("constraints")
    if not isinstance(constraints, list):
        return Unclear("the segment has no list of constraints")
    stated: list[Stated] = []
    for index, item in enumerate(constraints):
        part = meaning_of_one(item)
        if isinstance(part, Unclear):
            return Unclear(f"constraint {index + 1}: {part.why}")
        stated.append(Stated(("constraints", index), part))
    return tuple(stated)


def meaning_of_one(constraint: Json) -> Predicate | Unclear:
    """Return what one constraint means. Total.

    Whatever is missing, empty or has no reading fails the comparison, and `inverted` negates the outcome of that: so an
    inverted constraint is true of a user without the field. `NOT_IN` is `IN` negated. Each of `values` is trimmed, a
    `value` is not, so that a blank one is in every text.
    """
    operator = operator_of(constraint)
    if operator is None or not isinstance(constraint, dict):
        return Unclear("it is no constraint with a known operator")
    field, value, values = (constraint.get(name, "") for name in ("contextName", "value", "values"))
    inverted, folded = (constraint.get(name, False) for name in ("inverted", "caseInsensitive"))
    if not (isinstance(field, str) and isinstance(inverted, bool) and isinstance(folded, bool)):
        return Unclear("a member has a wrong type")
    for finding in refusals(constraint, ()):
        return Unclear(finding.message)
    if field in INHERITED and ONE.get(operator) is not Kind.DATE:
        return Unclear(f"the server takes `{field}` for something that every object of JavaScript has")
    if operator in MANY:
        part = _of_many(operator, field, values, folded=folded)
    else:
        part = _of_one(operator, field, value, folded=folded)
    if isinstance(part, Unclear):
        return part
    return Not(part) if inverted != (operator == "NOT_IN") else part


def _of_many(operator: str, field: str, values: Json, *, folded: bool) -> Predicate | Unclear:
    texts = tuple(reading.trimmed(each) for each in values if isinstance(each, str)) if isinstance(values, list) else ()
    if not isinstance(values, list) or len(texts) < len(values):
        return Unclear("`values` is no list of texts")
    if field == CLOCK:
        return _on_the_clock(operator)
    if operator in MEMBERSHIP:
        return _unless_empty(field, Test(field, OneOf(texts, lowered=folded)))
    return _unless_empty(field, Any(tuple(Test(field, Has(PLACES[operator], each, lowered=folded)) for each in texts)))


def _of_one(operator: str, field: str, value: Json, *, folded: bool) -> Predicate | Unclear:
    if not isinstance(value, str):
        return Unclear("`value` is no text")
    kind = ONE[operator]
    if kind is Kind.DATE:
        return _of_date(operator, value)
    if field == CLOCK:
        return _on_the_clock(operator)
    if kind is Kind.PATTERN:
        return _unless_empty(field, Test(field, Found(value, folded=folded)))
    return _unless_empty(field, Test(field, Compared(CASTS[kind], RELATIONS[operator.partition("_")[2]], value)))


def _of_date(operator: str, value: str) -> Predicate | Unclear:
    """Compare the clock, whatever field the constraint names."""
    if reading.time(value) is None:
        return Unclear(f"{shown(value)} has no zone or is not RFC 3339, so that each server reads it in its own way")
    return Test(CLOCK, Compared(Cast.TIME, RELATIONS[operator.partition("_")[2]], value))


def _unless_empty(field: str, part: Predicate) -> Predicate:
    """Add that the field is not empty: to the vendor it is missing then, and not 0, or a text with nothing in it."""
    return All((Not(Test(field, OneOf(("",)))), part))


def _on_the_clock(operator: str) -> Unclear:
    return Unclear(f"`{CLOCK}` is a time and no text, and of that `{operator}` has no answer that could be relied on")
