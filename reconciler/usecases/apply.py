"""Apply a target: plan it, hold the plan against the one that was reviewed, and carry it out."""

import gc
from collections.abc import Callable
from dataclasses import replace

from reconciler.core.plan import Plan
from reconciler.core.ports import Observer
from reconciler.core.report import Report, Result
from reconciler.errors import Cancelled, ExitCode, Problem, Refused, Severity
from reconciler.executor.run import Run, apply, refuse_lease
from reconciler.settings.environment import holder
from reconciler.usecases import clock
from reconciler.usecases.open import Opened, connect
from reconciler.usecases.plan import Planned


def check_lease(opened: Opened) -> tuple[Problem, ...]:
    """Raise Refused where another run is applying to this target, before anybody is shown a plan.

    Returns a warning where a run has left a lease that ran out, which this one takes over.
    """
    claims = opened.claims()
    refuse_lease(claims, clock.now())
    if claims.lease is None:
        return ()
    words = (
        f"{claims.lease.holder} never gave its lease back, which ran out at {claims.lease.until:%Y-%m-%d %H:%M:%S} UTC"
    )
    hint = "this run takes it over, and finishes what that one left"
    return (Problem("lease-expired", words, hint=hint, severity=Severity.WARNING),)


def check_digest(plan: Plan, expected: str) -> None:
    """Raise Refused where the plan has another digest than the expected one."""
    if plan.digest != expected:
        raise Refused(
            Problem(
                "digest-mismatch",
                f"`{plan.target}`: the plan's digest is {plan.digest}, not {expected}",
                hint="something changed since that plan was reviewed: review this one, and expect its digest",
            )
        )


def apply_plan(opened: Opened, planned: Planned, observer: Observer, stopping: Callable[[], bool]) -> Report:
    """Carry the plan out; raises Refused or a failure only where nothing was done.

    Each request leaves some garbage that refers to itself, which is collected from here on: not among what was read.
    """
    gc.freeze()
    gc.enable()
    run = Run(holder(), clock.now, stopping, opened.target.limits.concurrency)
    with connect(opened, stopping) as provider:
        report = apply(
            planned.plan,
            provider,
            opened.ledger,
            observer,
            form=opened.form,
            claims=planned.claims,
            run=run,
            found=planned.found,
        )
    # NOTE: by the time of the plan another run may have taken it over, and given it back.
    taken_over = planned.taken_over if planned.claims.lease else ()
    return replace(report, problems=(*taken_over, *report.problems))


def exit_code(report: Report) -> ExitCode:
    """Return how an apply ended: incomplete outweighs refused, and refused outweighs done."""
    results = {outcome.result for outcome in report.outcomes}
    if any(problem.severity is Severity.ERROR for problem in report.problems) or results & {
        Result.FAILED,
        Result.NOT_STARTED,
    }:
        return ExitCode.INCOMPLETE
    if report.blocked or Result.STALE in results:
        return ExitCode.REFUSED
    return ExitCode.DONE


def cancelled() -> Cancelled:
    """Return what is raised when the person says no."""
    return Cancelled(
        Problem("cancelled", "nothing was applied, as you said", hint="run apply again when you are ready")
    )
