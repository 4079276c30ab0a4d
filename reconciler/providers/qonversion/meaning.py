"""What a Qonversion segment means, as a predicate over a user's metrics. Must never ask the vendor.

The vendor's pages say that all conditions must hold and that `negate` turns one round. What they do not say is assumed,
and the target can assume otherwise:

- `compares`: both sides are read as decimal numbers where both can be (`numbers`); or never (`texts`).
- `missing_metric`: `ne` and `not_contains` do not match a user without the metric (`fails`), since every comparison
  with what is not there fails; or they do (`differs`). A negated condition does in any case.
- Upper and lower case count, and texts are ordered by the code points of their characters.
"""

from reconciler.core import reading
from reconciler.core.predicate import (
    All,
    Any,
    Cast,
    Compared,
    Has,
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
from reconciler.providers.qonversion.convert import COMPARATORS
from reconciler.providers.vendor import Options

OPPOSITES = {"ne": "eq", "not_contains": "contains"}
RELATIONS = {"gt": Relation.MORE, "gte": Relation.AT_LEAST, "lt": Relation.LESS, "lte": Relation.AT_MOST}


def meaning(body: Body, options: Options) -> tuple[Stated, ...] | Unclear:
    """Return what a body means: all of its conditions hold. Total."""
    conditions = body.get("conditions", [])
    if not isinstance(conditions, list):
        return Unclear("`conditions` is no list")
    stated: list[Stated] = []
    for index, item in enumerate(conditions):
        part = _of_one(item, options)
        if isinstance(part, Unclear):
            return Unclear(f"condition {index + 1}: {part.why}")
        stated.append(Stated(("conditions", index), part))
    return tuple(stated)


def _of_one(item: Json, options: Options) -> Predicate | Unclear:
    condition = item if isinstance(item, dict) else {}
    metric, comparator, value = (condition.get(name) for name in ("metric", "comparator", "value"))
    negated = condition.get("negate", False)
    if not (isinstance(metric, str) and isinstance(value, str) and isinstance(negated, bool)):
        return Unclear("a member has a wrong type, or is not there")
    if not isinstance(comparator, str) or comparator not in COMPARATORS:
        return Unclear(f"nobody knows what the comparator `{comparator}` does")
    part = _compared(metric, OPPOSITES.get(comparator, comparator), value, options)
    if comparator in OPPOSITES:
        differs = options.get("missing_metric") == "differs"
        part = Not(part) if differs else All((Test(metric, Present()), Not(part)))
    return Not(part) if negated else part


def _compared(metric: str, comparator: str, value: str, options: Options) -> Predicate:
    numeric = options.get("compares") != "texts" and reading.decimal(value) is not None
    if comparator == "contains":
        return Test(metric, Has(Where.ANYWHERE, value))
    if comparator == "eq":
        return Test(metric, Compared(Cast.DECIMAL, Relation.EQUAL, value) if numeric else OneOf((value,)))
    as_text = Test(metric, Compared(Cast.TEXT, RELATIONS[comparator], value))
    if not numeric:
        return as_text
    is_number = Test(metric, Compared(Cast.DECIMAL, Relation.AT_LEAST, "-1e999"))
    return Any((Test(metric, Compared(Cast.DECIMAL, RELATIONS[comparator], value)), All((Not(is_number), as_text))))
