"""What is wrong with the conditions of one body taken together: nobody or everybody matches, or one adds nothing.

Most bodies need no solver, see `plain`; these come here.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from reconciler.analysis.questions import Nobody, anybody, beyond
from reconciler.core.predicate import All, Not, Predicate, Stated, together


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
    every = list(range(len(stated)))
    if contradictions := [*_contradictions(stated, every, always)]:
        return contradictions
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


def _contradictions(stated: Sequence[Stated], indices: Sequence[int], always: frozenset[str]) -> Iterator[Flaw]:
    """Yield conditions that cannot hold at once, and look on without the last of them."""
    while _is_nobody(stated, indices, always):
        fewest = _fewest(indices, lambda some: _is_nobody(stated, some, always))
        yield Flaw(Kind.NOBODY, tuple(fewest))
        indices = [index for index in indices if index != fewest[-1]]


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
