"""`reconciler validate`."""

from pathlib import Path
from typing import assert_never

import click

from reconciler.cli.output import Format
from reconciler.cli.session import Session, common, split
from reconciler.core.document import findings_document
from reconciler.errors import ExitCode
from reconciler.usecases.validate import Validated, validate


@click.command("validate")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Make errors of warnings.")
@common()
def command(session: Session, *, paths: tuple[Path, ...], strict: bool) -> ExitCode:
    """Check definitions, offline and without credentials, and report every problem at once.

    Without PATH, every target's definitions are checked; `--target` narrows that down.

    \b
    Example:
      reconciler validate segments/qonversion/eu-prod.json
    """
    targets = session.targets() if session.names else tuple(session.settings.targets.values())
    found = validate(targets, paths, strict=strict)
    _show(session, found)
    return ExitCode.INVALID if split(found.problems)[0] else ExitCode.DONE


def _show(session: Session, found: Validated) -> None:
    output = session.output
    document = findings_document(found.problems, found.files)
    errors, warnings = split(found.problems)
    match output.format:
        case Format.JSON:
            output.document(document)
        case Format.MARKDOWN:
            from reconciler.render import markdown

            output.result(markdown.problems(found.problems) if found.problems else _summary(found, 0, 0))
        case Format.TEXT:
            shown = ""
            if found.problems:
                from reconciler.render import terminal

                shown = terminal.problems(found.problems, colour=output.colour, width=session.width).rstrip("\n") + "\n"
            output.result(shown + _summary(found, len(errors), len(warnings)))
        case _:
            assert_never(output.format)
    if session.out:
        output.save(session.out, document)


def _summary(found: Validated, errors: int, warnings: int) -> str:
    counts = [_count(found.files, "definition") + " fine"]
    counts += [_count(errors, "error")] if errors else []
    counts += [_count(warnings, "warning")] if warnings else []
    return ", ".join(counts)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
