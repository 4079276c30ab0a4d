"""Which definitions have the same audience, and which lies inside another's. Must never say what is not proved.

Everybody is compared over a few profiles first, each definition as the bits of those that match it; only what these
leave possible is put to the solver. Somebody of each definition is among them, so that none is taken for empty.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.analysis.guessing import guess
from reconciler.analysis.values import candidates
from reconciler.core.predicate import All, Not, Predicate, Profile, checks_of, tests_of
from reconciler.core.semantics import matches

if TYPE_CHECKING:
    from reconciler.analysis.questions import Answer

PROFILES = 256
QUESTIONS = 500
"""For the solver in one run, so that it ends."""


@dataclass(frozen=True, slots=True)
class Overlaps:
    """Pairs of indices: of the same audience, the earlier one last; and of one inside another, which is the smallest.

    `left` says how many comparisons were left open: by the solver, or as it was asked enough already.
    """

    same: tuple[tuple[int, int], ...]
    inside: tuple[tuple[int, int], ...]
    left: int


def overlaps(predicates: Sequence[Predicate], always: frozenset[str] = frozenset()) -> Overlaps:
    """Return how the audiences of definitions lie to one another; `always` are the fields that no profile lacks."""
    return _Comparison(predicates, always).run()


class _Comparison:
    def __init__(self, predicates: Sequence[Predicate], always: frozenset[str]) -> None:
        self._predicates = predicates
        self._always = always
        self._fields = [frozenset(test.field for test in tests_of(each)) for each in predicates]
        self._left = 0
        self._asked = 0
        profiles = _profiles(predicates, always)
        bits = [_bits(each, profiles) for each in predicates]
        missed = [each for each, known in zip(predicates, bits, strict=True) if not known]
        more = [{**profiles[0], **found} for each in missed if (found := self._somebody(each)) is not None]
        self._bits = [known | _bits(each, more) << len(profiles) for each, known in zip(predicates, bits, strict=True)]

    def run(self) -> Overlaps:
        first: dict[int, list[int]] = defaultdict(list)
        same: list[tuple[int, int]] = []
        alone: list[int] = []
        for index, bits in enumerate(self._bits):
            twin = next((other for other in first[bits] if self._is_same(index, other)), None)
            if twin is None:
                first[bits].append(index)
                alone.append(index)
            else:
                same.append((index, twin))
        inside = [(index, outer) for index in alone if (outer := self._smallest_around(index, alone)) is not None]
        return Overlaps(tuple(same), tuple(inside), self._left)

    def _is_same(self, one: int, other: int) -> bool:
        if self._predicates[one] == self._predicates[other]:
            return True
        return self._fields[one] == self._fields[other] and self._within(one, other) and self._within(other, one)

    def _smallest_around(self, index: int, others: Sequence[int]) -> int | None:
        bits, fields = self._bits[index], self._fields[index]
        around = [
            other
            for other in others
            if other != index
            and self._fields[other]
            and self._fields[other] <= fields
            and bits & ~self._bits[other] == 0
            and (bits != self._bits[other] or self._fields[other] != fields)
        ]
        around.sort(key=lambda other: (self._bits[other].bit_count(), -len(self._fields[other]), other))
        return next((other for other in around if bits and self._within(index, other)), None)

    def _within(self, inner: int, outer: int) -> bool:
        from reconciler.analysis.questions import Nobody  # noqa: PLC0415 - a solver, which few need

        return isinstance(self._answer(All((self._predicates[inner], Not(self._predicates[outer])))), Nobody)

    def _somebody(self, predicate: Predicate) -> Profile | None:
        if (guessed := guess(predicate, self._always)) is not None:
            return guessed
        from reconciler.analysis.questions import Somebody  # noqa: PLC0415 - as above

        answer = self._answer(predicate)
        return answer.profile if isinstance(answer, Somebody) else None

    def _answer(self, predicate: Predicate) -> "Answer":
        from reconciler.analysis.questions import Open, anybody  # noqa: PLC0415 - as above

        self._asked += 1
        answer = anybody(predicate, self._always) if self._asked <= QUESTIONS else Open("enough was asked already")
        self._left += isinstance(answer, Open)
        return answer


def _bits(predicate: Predicate, profiles: Sequence[Profile]) -> int:
    return sum(1 << number for number, profile in enumerate(profiles) if matches(predicate, profile))


def _profiles(predicates: Sequence[Predicate], always: frozenset[str]) -> list[Profile]:
    """Return profiles near what the predicates ask for: the values of each field in turn, in steps of their own."""
    values = {
        name: candidates(checks, always=name in always) for name, checks in sorted(checks_of(*predicates).items())
    }
    return [
        {
            name: found[(number * (2 * place + 1) + number // 7 * place) % len(found)]
            for place, (name, found) in enumerate(values.items())
        }
        for number in range(PROFILES)
    ]
