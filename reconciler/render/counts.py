"""The line of counts that ends every plan, report and drift check. It never knows the format around it."""

from collections import Counter

from reconciler.core.plan import Action, Plan, Reason
from reconciler.core.report import DriftKind, DriftReport, Report, Result
from reconciler.render.words import SHOWN, because, drifted, ended


def counted(number: int, singular: str) -> str:
    """Return a number with its noun: `1 segment`, `2 segments`."""
    return f"{number} {singular}" if number == 1 else f"{number} {singular}s"


def figure(number: int | None) -> str:
    """Return how many users something has, `1,204`; a question mark where nobody can say."""
    return "?" if number is None else f"{number:,}"


def part(sampled: float) -> str:
    """Return which part of all users was looked at: `a sample of 10 %`."""
    return f"a sample of {100 * sampled:g} %"


def plan_summary(plan: Plan) -> str:
    """Return the one line that says what a plan would do, with counts that are zero left out."""
    rest = untouched(plan)
    if not plan.pending:
        return f"nothing to do; {rest or 'there is no segment and no definition'}"
    counts = Counter(change.action for change in plan.pending)
    parts = [f"{counts[action]} to {action.value}" for action in SHOWN if counts[action]]
    stopped = sum(1 for change in plan.pending if change.blocked_by)
    parts += [_stopped(stopped, len(plan.pending))] if stopped else []
    return f"Plan: {', '.join(parts)}{f'; {rest}' if rest else ''}."


def _stopped(blocked: int, pending: int) -> str:
    if blocked < pending:
        return f"{blocked} of these blocked"
    return "blocked" if pending == 1 else "all of these blocked"


def untouched(plan: Plan) -> str:
    """Return how many segments a plan does nothing to, and why; empty where there is none."""
    kept = sum(1 for change in plan.changes if change.action is Action.KEEP)
    skipped = [change for change in plan.changes if change.action is Action.SKIP]
    counts = Counter((change.reason, change.key is None) for change in skipped)
    kinds = [_left_alone(reason, counts[reason, alone], alone=alone) for reason in Reason for alone in (True, False)]
    parts = [f"{kept} unchanged"] if kept else []
    parts += [f"{len(skipped)} left alone ({', '.join(filter(None, kinds))})"] if skipped else []
    return ", ".join(parts)


def _left_alone(reason: Reason, number: int, *, alone: bool) -> str:
    """Return how many are left alone for a reason; `alone` are live segments that no definition claims."""
    match reason:
        case _ if not number:
            return ""
        case Reason.SYSTEM_SEGMENT if alone:
            return counted(number, "system segment")
        case Reason.SYSTEM_SEGMENT:
            return f"{number} named like a system segment"
        case Reason.UNMANAGED:
            return f"{number} unmanaged"
        case Reason.AMBIGUOUS_NAME:
            return f"{number} of an ambiguous name"
        case _:
            return f"{number}: {because(reason)}"


def report_summary(report: Report) -> str:
    """Return the one line that says how an apply ended, with counts that are zero left out."""
    counts = Counter(outcome.result for outcome in report.outcomes)
    parts = [f"{counts[result]} {ended(result)}" for result in Result if counts[result]]
    parts += [f"{len(report.blocked)} blocked"] if report.blocked else []
    return f"Applied: {', '.join(parts)}." if parts else "nothing to do"


def drift_summary(report: DriftReport) -> str:
    """Return the one line that says how much drifted, and of how many."""
    checked = f"{counted(report.checked, 'managed segment')} checked"
    if not report.drifts:
        return f"no drift; {checked}"
    counts = Counter(drift.kind for drift in report.drifts)
    found = ", ".join(f"{counts[kind]} {drifted(kind)}" for kind in DriftKind if counts[kind])
    return f"Drift: {found}; {checked}."
