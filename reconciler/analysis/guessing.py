"""A profile that matches, found by trying likely values: most that there are, are found so, without a solver.

That none is found says nothing.
"""

from collections.abc import Iterator

from reconciler.analysis.values import candidates
from reconciler.core.predicate import All, Check, Predicate, Profile, tests_of
from reconciler.core.semantics import matches

ROUNDS = 2
"""How often each field is tried, as what is best for one depends on the others."""


def guess(predicate: Predicate, always: frozenset[str] = frozenset()) -> Profile | None:
    """Return a profile that matches; None where none was found. Raises InvalidInput as the evaluator does.

    One field after the other is given the first value with which most of what must hold does hold.
    """
    parts = [*_parts(predicate)]
    checks: dict[str, list[Check]] = {}
    for test in tests_of(predicate):
        checks.setdefault(test.field, []).append(test.check)
    values = {
        name: [value for value in candidates(found) if value is not None or name not in always]
        for name, found in checks.items()
    }
    profile = {name: found[0] for name, found in values.items()}
    for _ in range(ROUNDS):
        for name, found in values.items():
            asking = [part for part in parts if any(test.field == name for test in tests_of(part))]
            held = [sum(matches(part, {**profile, name: value}) for part in asking) for value in found]
            profile[name] = found[held.index(max(held))]
        if all(matches(part, profile) for part in parts):
            return profile
    return None


def _parts(predicate: Predicate) -> Iterator[Predicate]:
    """Yield what must all hold, as far down as nothing else stands above it."""
    if isinstance(predicate, All):
        for part in predicate.parts:
            yield from _parts(part)
    else:
        yield predicate
