"""`reconciler drift`."""

from typing import assert_never

import click

from reconciler.cli.output import Format
from reconciler.cli.progress import waiting
from reconciler.cli.session import Session, common
from reconciler.core.document import Document, drift_document, several
from reconciler.core.report import DriftReport
from reconciler.errors import ExitCode
from reconciler.usecases.drift import check_drift
from reconciler.usecases.several import Ended, each, heaviest


@click.command("drift")
@common()
def command(session: Session) -> ExitCode:
    """Compare the live segments with what was last applied; exits 2 where somebody changed one.

    \b
    Example:
      reconciler drift --all-targets
    """
    targets = session.targets()
    with waiting("reading live segments"):
        ended = each(session.settings, targets, check_drift)
    show_drift(session, ended)
    return heaviest(drift_code(item) for item in ended)


def drift_code(ended: Ended[DriftReport]) -> ExitCode:
    """Return how the check of one target ended."""
    if ended.error:
        return ended.error.exit_code
    return ExitCode.PENDING if ended.value and ended.value.drifts else ExitCode.DONE


def show_drift(session: Session, ended: tuple[Ended[DriftReport], ...]) -> None:
    """Show what drifted on stdout, and what went wrong on stderr."""
    output = session.output
    reports = tuple(item.value for item in ended if item.value)
    document = several("drift", [_document(item) for item in ended])
    match output.format:
        case Format.JSON:
            output.document(document)
        case Format.MARKDOWN:
            from reconciler.render import markdown

            parts = [markdown.drift(report) for report in reports]
            parts += [markdown.problems(item.error.problems) for item in ended if item.error]
            output.result("\n".join(parts))
        case Format.TEXT:
            from reconciler.render import terminal

            parts = [terminal.drift(report, colour=output.colour, width=session.width) for report in reports]
            if parts:
                output.result("\n".join(parts))
        case _:
            assert_never(output.format)
    for item in ended:
        output.problems(item.error.problems if item.error else item.value.warnings if item.value else ())
    if session.out:
        output.save(session.out, document)


def _document(ended: Ended[DriftReport]) -> Document:
    if ended.value:
        return drift_document(ended.value)
    return ended.incomplete("drift")
