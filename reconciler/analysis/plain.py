"""Bodies of which a first look tells that there is nothing to find: they ask each field in one condition. No solver.

Where no two conditions ask for one field, and of each some are seen to match and others not, then some match all of
them, some match none, and each leaves somebody out whom the others do not.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

from reconciler.analysis.values import candidates
from reconciler.core.predicate import Check, Predicate, Stated, tests_of
from reconciler.core.semantics import matches

MANY = 4096
"""Of how many conditions it is kept in mind: the definitions of a target share many."""


def is_plain(stated: Sequence[Stated], always: frozenset[str]) -> bool:
    """Say whether no two conditions ask for one field, and of each some are seen to match, and others not."""
    asked = [{test.field for test in tests_of(each.means)} for each in stated]
    return len(set().union(*asked)) == sum(map(len, asked)) and all(_is_seen(each.means, always) for each in stated)


@lru_cache(maxsize=MANY)
def _is_seen(predicate: Predicate, always: frozenset[str]) -> bool:
    """Say whether examples that differ in one field show somebody who matches and somebody who does not."""
    checks: dict[str, list[Check]] = {}
    for test in tests_of(predicate):
        checks.setdefault(test.field, []).append(test.check)
    values = {name: [each for each in candidates(found) if each is not None] for name, found in checks.items()}
    likely = {name: found[0] for name, found in values.items()}
    there = {name: value for name, value in likely.items() if name in always}
    profiles = ({**first, name: value} for first in (there, likely) for name in values for value in values[name])
    seen: set[bool] = set()
    for profile in chain([there, likely], profiles):
        seen.add(matches(predicate, profile))
        if len(seen) > 1:
            return True
    return False
