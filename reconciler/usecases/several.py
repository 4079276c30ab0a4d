"""One verb over several targets: a failure of one is kept beside the results of the others, never in their place."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from reconciler.core.document import Document, incomplete_document
from reconciler.errors import ExitCode, ReconcilerError
from reconciler.settings.config import Settings, Target
from reconciler.usecases.open import Opened, open_target

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Ended(Generic[Value]):
    """How the verb ended on one target: with a value, or with the error that it raised."""

    target: Target
    value: Value | None = None
    error: ReconcilerError | None = None

    def incomplete(self, kind: str) -> Document:
        """Return the document of this kind that says why there is no value, if the verb failed on this target."""
        problems = self.error.problems if self.error else ()
        return incomplete_document(kind, self.target.name, self.target.provider, problems)


def each(settings: Settings, targets: Iterable[Target], verb: Callable[[Opened], Value]) -> tuple[Ended[Value], ...]:
    """Do the verb on each target in turn."""
    chosen = tuple(targets)
    ended = tuple(_one(settings, target, verb) for target in chosen)
    return tuple(_named(item) for item in ended) if len(chosen) > 1 else ended


def _one(settings: Settings, target: Target, verb: Callable[[Opened], Value]) -> Ended[Value]:
    try:
        return Ended(target, value=verb(open_target(settings, target)))
    except ReconcilerError as error:
        return Ended(target, error=error)


def _named(ended: Ended[Value]) -> Ended[Value]:
    """Have every problem say of which target it is; a place in a file says it already."""
    if ended.error is not None:
        ended.error.problems = tuple(
            problem
            if problem.place or problem.message.startswith(f"target `{ended.target.name}`")
            else replace(problem, message=f"target `{ended.target.name}`: {problem.message}")
            for problem in ended.error.problems
        )
    return ended


WEIGHT = (
    ExitCode.INVALID,
    ExitCode.FAILED,
    ExitCode.INCOMPLETE,
    ExitCode.REFUSED,
    ExitCode.PENDING,
    ExitCode.DONE,
)
"""Which exit code a run has whose targets ended differently: the first of these that occurs."""


def heaviest(codes: Iterable[ExitCode]) -> ExitCode:
    """Return the exit code of a whole run."""
    return min(codes, key=WEIGHT.index, default=ExitCode.DONE)
