"""What happened: the drift of a target, the outcomes of an apply. Values only."""

from dataclasses import dataclass
from enum import StrEnum

from reconciler.core.plan import Block, Change, FieldChange
from reconciler.errors import Problem


class Result(StrEnum):
    """How one change of an apply ended."""

    DONE = "done"
    FAILED = "failed"
    STALE = "stale"
    NOT_STARTED = "not_started"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One change and how it ended; `problem` says why where it is not done, `fields` how the live segment had moved."""

    change: Change
    result: Result
    id: str | None = None
    problem: Problem | None = None
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One outcome for every change that the plan set out to do and no rule blocked; `blocked` are the others.

    `problems` is what went wrong with the run itself, beside its changes; `refused_by` are the rules that refused the
    whole plan, of which then nothing was done.
    """

    target: str
    provider: str
    outcomes: tuple[Outcome, ...]
    blocked: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    refused_by: tuple[Block, ...] = ()


class DriftKind(StrEnum):
    """How a managed segment drifted."""

    CHANGED = "changed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Drift:
    """One managed segment whose live body is not what the ledger last applied, or that is gone."""

    key: str
    id: str
    name: str
    kind: DriftKind
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class DriftReport:
    """Every drifted segment of a target, by key, and how many were looked at."""

    target: str
    provider: str
    drifts: tuple[Drift, ...]
    checked: int
    warnings: tuple[Problem, ...] = ()
