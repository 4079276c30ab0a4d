"""`reconciler plan`."""

from functools import partial
from pathlib import Path
from typing import assert_never

import click

from reconciler.cli.output import Format, Page
from reconciler.cli.progress import waiting
from reconciler.cli.session import Session, common
from reconciler.core.document import Document, plan_document, refusal_problems, several
from reconciler.core.plan import Plan
from reconciler.errors import ExitCode
from reconciler.usecases.census import census_of
from reconciler.usecases.plan import Planned, plan_target
from reconciler.usecases.several import Ended, each, heaviest, refuse_rivals


@click.command("plan")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 where changes are pending.")
@click.option("--live", type=click.Path(path_type=Path), help="Plan against a snapshot instead of the vendor.")
@click.option("--audience", metavar="SOURCE", help="Count users in these files, or in this database.")
@click.option("--examples", type=click.IntRange(0), default=0, help="Show so many ids of users that enter or leave.")
@common(formats=(*Format, *Page))
def command(
    session: Session, *, detailed_exitcode: bool, live: Path | None, audience: str | None, examples: int
) -> ExitCode:
    """Show what apply would do to each segment, and why; sends nothing that writes.

    \b
    Example:
      reconciler plan --target production --out plan.json
      reconciler apply plan.json
      reconciler plan --audience users.parquet
    """
    targets = session.targets()
    refuse_rivals(targets)
    asked = partial(census_of, source=audience, examples=examples, overlaps=bool(session.output.page))
    with waiting("reading live segments"):
        ended = each(session.settings, targets, lambda opened: plan_target(opened, snapshot=live, census=asked(opened)))
    show_plans(session, ended)
    save_plans(session, ended)
    return heaviest(_code(item, detailed=detailed_exitcode) for item in ended)


def _code(ended: Ended[Planned], *, detailed: bool) -> ExitCode:
    if ended.error:
        return ended.error.exit_code
    return ExitCode.PENDING if detailed and ended.value and ended.value.plan.pending else ExitCode.DONE


def show_plans(session: Session, ended: tuple[Ended[Planned], ...]) -> None:
    """Show the plans on stdout; warnings, refusals and what failed on stderr."""
    output = session.output
    plans = tuple(item.value.plan for item in ended if item.value)
    failed = [item.target.name for item in ended if item.error]
    for item in ended:
        if item.value:
            session.warn(item.value.warnings)
    if output.page:
        from reconciler.render import html

        told = [(item.target.name, item.error.problems) for item in ended if item.error]
        output.result(html.plans(plans, told, verbose=output.verbose))
        show_notes(session, plans)
        show_errors(session, ended)
        return
    match output.format:
        case Format.JSON:
            output.document(several("plan", [_document(item) for item in ended]))
        case Format.MARKDOWN:
            from reconciler.render import markdown

            parts = [f"**Not planned:** {', '.join(f'`{name}`' for name in failed)}\n"] if failed and plans else []
            parts += [markdown.plans(plans, verbose=output.verbose)] if plans else []
            parts += [markdown.problems(item.error.problems) for item in ended if item.error]
            output.result("\n".join(parts))
        case Format.TEXT:
            from reconciler.render import terminal

            if plans:
                shown = terminal.plans(plans, verbose=output.verbose, colour=output.colour, width=session.width)
                output.result("\n".join([shown, *(f"{name}: not planned" for name in failed)]))
        case _:
            assert_never(output.format)
    if output.format is not Format.TEXT:
        show_notes(session, plans)
    show_errors(session, ended)


def show_notes(session: Session, plans: tuple[Plan, ...]) -> None:
    """Show on stderr what a reader should know of plans besides their changes: warnings, and what refuses them."""
    for plan in plans:
        session.output.problems((*plan.warnings, *refusal_problems(plan)))


def show_errors(session: Session, ended: tuple[Ended[Planned], ...]) -> None:
    """Show what went wrong with each target that failed."""
    for item in ended:
        if item.error:
            session.output.problems(item.error.problems)


def save_plans(session: Session, ended: tuple[Ended[Planned], ...]) -> None:
    """Write the document where `--out` says, unless a plan in it is incomplete."""
    if session.out is None:
        return
    if any(item.error for item in ended):
        session.output.note(f"{session.out} was not written: a plan is incomplete")
        return
    session.output.save(session.out, several("plan", [_document(item) for item in ended]))


def _document(ended: Ended[Planned]) -> Document:
    if ended.value:
        return plan_document(ended.value.plan)
    return ended.incomplete("plan")


def pending(plans: tuple[Plan, ...]) -> int:
    """Return how many changes apply would carry out."""
    return sum(1 for plan in plans if not plan.refused_by for change in plan.pending if change.blocked_by is None)
