"""Bodies of which a first look tells that there is nothing to find: they ask each field in one condition. No solver.

Where no two conditions ask for one field, and of each some are seen to match and others not, then some match all of
them, some match none, and each leaves somebody out whom the others do not.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from math import isfinite

from reconciler.analysis.values import candidates
from reconciler.core.predicate import (
    NUMERIC,
    Check,
    Compared,
    Has,
    Holds,
    OneOf,
    Predicate,
    Profile,
    Stated,
    Test,
    checks_of,
    tests_of,
)
from reconciler.core.reading import READINGS
from reconciler.core.semantics import matches

FAR = ("-1e30", "1e30", "other")
MANY = 4096
"""Of how many conditions it is kept in mind: the definitions of a target share many."""


def is_plain(stated: Sequence[Stated], always: frozenset[str]) -> bool:
    """Say whether no two conditions ask for one field, and of each some are seen to match, and others not."""
    asked = [{test.field for test in tests_of(each.means)} for each in stated]
    if len(set().union(*asked)) < sum(map(len, asked)):
        return False
    return all(_is_known(each.means) or _is_seen(each.means, always) for each in stated)


def _is_known(predicate: Predicate) -> bool:
    """Say whether this is one test of the common kinds, each of which some values pass and others do not."""
    match predicate:
        case Test(_, OneOf(texts) | Holds(texts)):
            return bool(texts)
        case Test(_, Has(_, text)):
            return bool(text)
        case Test(_, Compared(cast, _, operand)) if cast in NUMERIC:
            value = READINGS[cast](operand)
            return value is not None and isfinite(value)
        case _:
            return False


@lru_cache(maxsize=MANY)
def _is_seen(predicate: Predicate, always: frozenset[str]) -> bool:
    """Say whether examples that differ in one field show somebody who matches and somebody who does not."""
    checks = checks_of(predicate)
    seen: set[bool] = set()
    for profile in chain(_quick(checks), _thorough(checks, always)):
        seen.add(matches(predicate, profile))
        if len(seen) > 1:
            return True
    return False


def _quick(checks: Mapping[str, list[Check]]) -> Iterator[Profile]:
    """Yield profiles of a predicate that asks for one field, which most do."""
    for name, (first, *_) in checks.items() if len(checks) == 1 else ():
        near = first.operand if isinstance(first, Compared) else "other"
        yield from ({name: value} for value in (near, *FAR))


def _thorough(checks: Mapping[str, list[Check]], always: frozenset[str]) -> Iterator[Profile]:
    values = {name: candidates(found, always=True) for name, found in checks.items()}
    likely = {name: found[0] for name, found in values.items()}
    there = {name: value for name, value in likely.items() if name in always}
    yield from (there, likely)
    yield from ({**first, name: value} for first in (there, likely) for name in values for value in values[name])
