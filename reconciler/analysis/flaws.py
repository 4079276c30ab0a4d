"""What is wrong with the conditions of one body taken together: nobody or everybody matches, or one adds nothing.

Most bodies ask each field once, and need no solver: a first look at the tests tells that there is nothing to find.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache, partial
from itertools import chain

from reconciler.analysis.questions import Nobody, anybody, beyond
from reconciler.analysis.values import candidates
from reconciler.core.predicate import All, Check, Not, Predicate, Stated, tests_of, together
from reconciler.core.semantics import matches

MANY = 4096


class Kind(StrEnum):
    """What is wrong, as the code that it is reported under."""

    NOBODY = "matches-nobody"
    EVERYBODY = "matches-everybody"
    REDUNDANT = "redundant-condition"


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong, and with which conditions by index: the one that is reported, and those because of which."""

    kind: Kind
    conditions: tuple[int, ...]


def flaws(stated: Sequence[Stated], always: frozenset[str] = frozenset()) -> list[Flaw]:
    """Return what is wrong with conditions that must all hold, proved; what the solver leaves open is no flaw."""
    if not stated:
        return [Flaw(Kind.EVERYBODY, ())]
    if _is_plain(stated, always):
        return []
    every = list(range(len(stated)))
    if _is_nobody(stated, every, always):
        return [Flaw(Kind.NOBODY, tuple(_fewest(every, lambda some: _is_nobody(stated, some, always))))]
    if isinstance(anybody(Not(together(tuple(stated))), always), Nobody):
        return [Flaw(Kind.EVERYBODY, tuple(every))]
    found: list[Flaw] = []
    kept = every
    for index in reversed(every):
        others = [other for other in kept if other != index]
        if _implies(stated, others, index, always):
            fewest = _fewest(others, partial(_implies, stated, index=index, always=always))
            found.append(Flaw(Kind.REDUNDANT, (index, *fewest)))
            kept = others
    return found[::-1]


def _fewest(indices: Sequence[int], holds: Callable[[Sequence[int]], bool]) -> list[int]:
    """Return as few of these as still suffice, by leaving out one after the other."""
    kept = list(indices)
    for index in indices:
        fewer = [other for other in kept if other != index]
        if holds(fewer):
            kept = fewer
    return kept


def _is_nobody(stated: Sequence[Stated], indices: Sequence[int], always: frozenset[str]) -> bool:
    return isinstance(anybody(_all(stated, indices), always), Nobody)


def _implies(stated: Sequence[Stated], indices: Sequence[int], index: int, always: frozenset[str]) -> bool:
    return isinstance(beyond(_all(stated, indices), stated[index].means, always), Nobody)


def _all(stated: Sequence[Stated], indices: Sequence[int]) -> Predicate:
    return All(tuple(stated[index].means for index in indices))


def _is_plain(stated: Sequence[Stated], always: frozenset[str]) -> bool:
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
