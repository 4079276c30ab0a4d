"""A profile that matches, found by trying likely values: most that there are, are found so, without a solver.

That none is found says nothing.
"""

from collections.abc import Iterator

from reconciler.analysis.values import candidates
from reconciler.core.predicate import All, Predicate, Profile, checks_of, tests_of
from reconciler.core.semantics import matches

MOST = 20_000
"""How often the parts that ask for a field are evaluated, for one round of its values; there are some in any case."""
FEWEST = 40

ROUNDS = 2
"""How often each field is tried, as what is best for one depends on the others."""


def guess(predicate: Predicate, always: frozenset[str] = frozenset()) -> Profile | None:
    """Return a profile that matches; None where none was found. Raises InvalidInput as the evaluator does.

    One field after the other is given the first value with which most of what must hold does hold.
    """
    parts = [*_parts(predicate)]
    asking: dict[str, list[Predicate]] = {}
    for part in parts:
        for name in {test.field for test in tests_of(part)}:
            asking.setdefault(name, []).append(part)
    values = {name: candidates(checks, always=name in always) for name, checks in checks_of(predicate).items()}
    profile = {name: found[0] for name, found in values.items()}
    for _ in range(ROUNDS):
        for name, every in values.items():
            found = every[: max(FEWEST, MOST // len(asking[name]))]
            held = [sum(matches(part, profile | {name: value}) for part in asking[name]) for value in found]
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
