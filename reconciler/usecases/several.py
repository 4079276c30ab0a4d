"""One verb over several targets: a failure of one is kept beside the results of the others, never in their place."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Generic, TypeVar

from reconciler.core.document import Document, incomplete_document
from reconciler.core.segment import Unmanaged
from reconciler.errors import ExitCode, InvalidInput, Problem, ReconcilerError
from reconciler.providers.registry import VENDORS
from reconciler.settings.config import Settings, Target
from reconciler.settings.environment import same_credential
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


def refuse_rivals(targets: Iterable[Target]) -> None:
    """Raise InvalidInput where two of these targets are one project, and would undo each other's work on it."""
    problems = [_rivalry(one, other) for one, other in combinations(targets, 2) if _are_one_project(one, other)]
    found = tuple(problem for problem in problems if problem)
    if found:
        raise InvalidInput(*found)


def _are_one_project(one: Target, other: Target) -> bool:
    """Say whether two targets have the same vendor, endpoint and key, as far as this process can tell."""
    if one.embedded or other.embedded or one.provider != other.provider:
        return False
    default = VENDORS[one.provider].endpoint
    here, there = ((target.endpoint or default).rstrip("/").casefold() for target in (one, other))
    return here == there and same_credential(one.credential_env or "", other.credential_env or "")


def _rivalry(one: Target, other: Target) -> Problem | None:
    pair = f"the targets `{one.name}` and `{other.name}` are one project"
    hint = f"name one of them with `--target`; if they are two projects, `{other.name}` needs a key of its own"
    here, there = one.definitions, other.definitions
    if here == there or here in there.parents or there in here.parents:
        return Problem("same-project", f"{pair}, and both would make the segments in `{other.shown}`", hint=hint)
    for deleting, losing in ((one, other), (other, one)):
        if deleting.unmanaged is Unmanaged.DELETE:
            words = f'{pair}: `{deleting.name}` has `unmanaged = "delete"`, and so deletes what `{losing.name}` manages'
            return Problem("same-project", words, hint=hint)
    return None


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
