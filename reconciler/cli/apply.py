"""`reconciler apply`."""

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import assert_never

import click

from reconciler.cli.consent import ALLOW_DELETES, EXPECT_DIGEST, refuse_several
from reconciler.cli.output import Format
from reconciler.cli.plan import pending, show_errors, show_notes, show_plans
from reconciler.cli.progress import Bar, waiting
from reconciler.cli.session import Session, common, file_error, split
from reconciler.cli.stopping import Stop, stopping
from reconciler.core.document import Document, report_document, several
from reconciler.core.plan import Plan
from reconciler.core.report import Report
from reconciler.errors import ExitCode, InvalidInput, Problem, ReconcilerError
from reconciler.settings.config import Target
from reconciler.usecases.apply import apply_plan, cancelled, check_digest, check_lease, exit_code
from reconciler.usecases.open import Opened
from reconciler.usecases.plan import Planned, narrowed, plan_target, read_file
from reconciler.usecases.several import Ended, each, heaviest, refuse_rivals


@click.command("apply")
@click.argument("planfile", required=False, type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Apply without asking; needed off a terminal.")
@EXPECT_DIGEST
@ALLOW_DELETES
@click.option("--only", multiple=True, metavar="KEY", help="Only the segment with this key; repeatable.")
@common()
def command(
    session: Session,
    *,
    planfile: Path | None,
    yes: bool,
    expect_digest: str | None,
    allow_deletes: int | None,
    only: tuple[str, ...],
) -> ExitCode:
    """Carry a plan out: the one made now, and only if it still is the saved one where PLANFILE is given.

    \b
    Example:
      reconciler apply
      reconciler apply plan.json --yes
    """
    reviewed = _reviewed(planfile) if planfile else ()
    targets = _targets(session, reviewed)
    refuse_several(targets, expect_digest, allow_deletes)
    refuse_rivals(targets)

    def plan(opened: Opened) -> Planned:
        taken_over = check_lease(opened)
        session.output.problems(taken_over)
        saved = next((plan for plan in reviewed if plan.target == opened.target.name), None)
        planned = plan_target(opened, allow_deletes=allow_deletes, only=only, reviewed=saved)
        if expect_digest:
            check_digest(narrowed(saved or planned.plan, only), expect_digest)
        return replace(planned, taken_over=taken_over)

    with waiting("reading live segments"):
        ended = each(session.settings, targets, plan)
    return _ask_and_carry_out(session, ended, yes=yes)


def _reviewed(planfile: Path) -> tuple[Plan, ...]:
    from reconciler.planfile import load_plans

    return load_plans(read_file(planfile), str(planfile))


def _targets(session: Session, reviewed: tuple[Plan, ...]) -> tuple[Target, ...]:
    """Return the targets of the saved plans, or those that were named; saved plans of others are refused."""
    if not reviewed:
        return session.targets()
    planned = tuple(plan.target for plan in reviewed)
    named = {target.name for target in session.targets()} if session.names or session.every else set(planned)
    foreign = sorted(named ^ set(planned))
    if foreign:
        listed = ", ".join(f"`{name}`" for name in foreign)
        problem = Problem(
            "plan-foreign",
            f"the saved plan and `--target` do not name the same targets: {listed}",
            hint="leave `--target` out: the saved plan says which target it is of",
        )
        raise InvalidInput(problem)
    return session.settings.choose(planned)


def _ask_and_carry_out(session: Session, ended: tuple[Ended[Planned], ...], *, yes: bool) -> ExitCode:
    output = session.output
    failed = [item.error for item in ended if item.error]
    plans = tuple(item.value.plan for item in ended if item.value)
    if output.format is Format.TEXT or (failed and output.format is Format.MARKDOWN):
        show_plans(session, ended)
    else:
        for item in ended:
            session.warn(item.value.warnings if item.value else ())
        show_notes(session, plans)
    if failed and output.format is Format.JSON:
        output.document(several("report", [item.incomplete("report") for item in ended]))
        show_errors(session, ended)
    if failed:
        output.note("nothing was applied" + (": not every target could be planned" if len(ended) > 1 else ""))
        return heaviest(error.exit_code for error in failed)
    if pending(plans) and not yes:
        _ask(session, pending(plans), plans)
    with stopping(output) as stop:
        done = tuple(carry_out(session, item.target, item.value, stop) for item in ended if item.value)
        stop.over()
        try:
            show_reports(session, done)
        except (OSError, ReconcilerError) as error:
            session.fail(error if isinstance(error, ReconcilerError) else file_error(error))
            return ExitCode.INCOMPLETE if changed(done) else ExitCode.FAILED
    return heaviest(exit_code(item.value) if item.value else failure(item, done) for item in done)


def _ask(session: Session, count: int, plans: tuple[Plan, ...]) -> None:
    if session.output.format is not Format.TEXT or not (sys.stdin.isatty() and sys.stderr.isatty()):
        problem = Problem(
            "needs-yes",
            "off a terminal, apply does not ask, and was not told to go on",
            hint="look at `reconciler plan`, then add `--yes`",
        )
        raise InvalidInput(problem)
    names = ", ".join(f"`{plan.target}`" for plan in plans if plan.pending)
    changes = "this change" if count == 1 else f"these {count} changes"
    if not click.confirm(f"Apply {changes} to {names}?", err=True):
        raise cancelled()


def carry_out(session: Session, target: Target, planned: Planned, stop: Stop) -> Ended[Report]:
    """Carry out the plan of one target."""

    def verb(opened: Opened) -> Report:
        with Bar(f"applying to {opened.target.name}") as bar:
            return apply_plan(opened, planned, bar, lambda: stop.asked)

    return each(session.settings, (target,), verb)[0]


def failure(ended: Ended[Report], done: tuple[Ended[Report], ...]) -> ExitCode:
    """Return the exit code of a target that failed as a whole: 1 says that nothing at all was changed."""
    if changed(done):
        return ExitCode.INCOMPLETE
    return ended.error.exit_code if ended.error else ExitCode.FAILED


def changed(done: tuple[Ended[Report], ...]) -> bool:
    """Say whether anything was set out to be done."""
    return any(item.value and item.value.outcomes for item in done)


def show_reports(session: Session, done: tuple[Ended[Report], ...]) -> None:
    """Show how each change ended on stdout, and what went wrong on stderr."""
    output = session.output
    reports = tuple(item.value for item in done if item.value)
    documents = [_document(item) for item in done]
    match output.format:
        case Format.JSON:
            output.document(several("report", documents))
        case Format.MARKDOWN:
            from reconciler.render import markdown

            output.result("\n".join(markdown.report(report) for report in reports))
        case Format.TEXT:
            from reconciler.render import terminal

            shown = partial(terminal.report, verbose=output.verbose, colour=output.colour, width=session.width)
            told = [shown(report) for report in reports if report.outcomes or report.blocked]
            if told:
                output.result("\n".join(told))
        case _:
            assert_never(output.format)
    for item in done:
        errors, _ = split(item.error.problems if item.error else item.value.problems if item.value else ())
        output.problems(errors)
    if session.out:
        output.save(session.out, several("report", documents))


def _document(ended: Ended[Report]) -> Document:
    if ended.value:
        return report_document(ended.value)
    return ended.incomplete("report")
