"""What live segments say that no definition could, in words. Must never refuse to read one, however odd."""

from collections.abc import Iterable, Iterator

from reconciler.core.segment import Json
from reconciler.intake.lexical import shown
from reconciler.intake.words import described
from reconciler.providers.unleash.operators import operator_of
from reconciler.providers.unleash.refusals import refusals

MEMBERS = frozenset({"contextName", "operator", "values", "value", "inverted", "caseInsensitive"})


def inexpressible(name: str, constraints: Iterable[Json]) -> str:
    """Return what a definition cannot say, each once; empty where it can say it all."""
    said = [] if name.strip() else ["its empty name"]
    said += [words for constraint in constraints for words in _of_constraint(constraint)]
    return ", ".join(dict.fromkeys(said))


def _of_constraint(constraint: Json) -> Iterator[str]:
    if not isinstance(constraint, dict):
        yield f"a constraint that is {described(constraint)}"
        return
    yield from (f"a constraint's member {shown(member)}" for member in sorted(constraint.keys() - MEMBERS))
    field = constraint.get("contextName")
    if not isinstance(field, str) or not field:
        yield f"a field that is {described(field)}"
    if operator_of(constraint) is None:
        operator = constraint.get("operator")
        yield f"the operator {shown(operator) if isinstance(operator, str) else described(operator)}"
    yield from (
        f"an `{member}` that is {described(constraint[member])}"
        for member in ("inverted", "caseInsensitive")
        if not isinstance(constraint.get(member, False), bool)
    )
    values, value = constraint.get("values", []), constraint.get("value", "")
    if not isinstance(values, list):
        yield f"values that are {described(values)}"
    yield from (
        f"a value that is {described(each)}"
        for each in (*(values if isinstance(values, list) else ()), value)
        if not isinstance(each, str)
    )
    yield from (finding.message for finding in refusals(constraint, ()))
