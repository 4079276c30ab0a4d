"""One verb over several targets: a failure of one is kept beside the results of the others, never in their place."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

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


def each(settings: Settings, targets: Iterable[Target], verb: Callable[[Opened], Value]) -> tuple[Ended[Value], ...]:
    """Do the verb on each target in turn."""
    return tuple(_one(settings, target, verb) for target in targets)


def _one(settings: Settings, target: Target, verb: Callable[[Opened], Value]) -> Ended[Value]:
    try:
        return Ended(target, value=verb(open_target(settings, target)))
    except ReconcilerError as error:
        return Ended(target, error=error)


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
