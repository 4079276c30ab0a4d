"""What means the same to Unleash though it is written differently. Total: whatever has another shape is left alone."""

from reconciler.core.canonical import multiset
from reconciler.core.segment import Body, Json
from reconciler.providers.unleash.operators import MANY, operator_of

DEFAULTS: dict[str, Json] = {"inverted": False, "caseInsensitive": False}
NULLABLE = ("description", "project")


def canonical(body: Body) -> Body:
    """Return the body with constraints as a multiset of canonical ones: all must hold, so their order says nothing.

    A description or a project of null is one that is not there.
    """
    folded = {name: value for name, value in body.items() if name not in NULLABLE or value is not None}
    if isinstance(constraints := folded.get("constraints"), list):
        folded["constraints"] = multiset(canonical_constraint(item) for item in constraints)
    return folded


def canonical_constraint(item: Json) -> Json:
    """Return a constraint with its defaults, and its values as a multiset: any of them will do.

    An empty list of values is left out where the operator reads none: the vendor puts one into each such constraint.
    """
    operator = operator_of(item)
    if not isinstance(item, dict) or operator is None:
        return item
    folded = {**DEFAULTS, **item}
    if operator in MANY:
        if isinstance(values := folded.get("values"), list):
            folded["values"] = multiset(values)
    elif folded.get("values") == []:
        del folded["values"]
    return folded
