"""What every engine that counts users gives: one scan, and a number for each question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from reconciler.core.predicate import Predicate, Unclear
from reconciler.core.segment import Json


@dataclass(frozen=True, slots=True)
class Tally:
    """How many users were looked at, and how many of them match each predicate, or why nobody can say."""

    users: int
    counts: tuple[int | Unclear, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds which field of a profile, and what is the same for everybody, such as the time.

    A field that is not in `names` is in the column of its own name.
    """

    names: Mapping[str, str]
    constants: Mapping[str, Json]

    def of(self, field: str) -> str:
        """Return the column of a field."""
        return self.names.get(field, field)


class Engine(Protocol):
    """Counts over one table. Must never guess: a predicate that it cannot count exactly has no number, and a reason."""

    def tally(self, predicates: Sequence[Predicate], columns: Columns) -> Tally:
        """Count whom each predicate matches, all in one scan; raises InvalidInput where the table cannot be read."""
        ...

    def close(self) -> None:
        """Let go of what was opened."""
        ...

    def examples(self, predicate: Predicate, columns: Columns, column: str, most: int) -> tuple[str, ...]:
        """Return, as texts, what a column has of the first users whom a predicate matches, in order, but no nulls."""
        ...
