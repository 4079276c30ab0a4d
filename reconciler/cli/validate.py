"""`reconciler validate`."""

from pathlib import Path
from typing import assert_never

import click

from reconciler.cli.output import Findings, Format
from reconciler.cli.session import Session, common, split
from reconciler.errors import ExitCode
from reconciler.usecases.validate import Validated, validate


@click.command("validate")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Make errors of warnings.")
@common(formats=(*Format, *Findings))
def command(session: Session, *, paths: tuple[Path, ...], strict: bool) -> ExitCode:
    """Check definitions, offline and without credentials, and report every problem at once.

    Without PATH, every target's definitions are checked; `--target` narrows that down.

    \b
    Example:
      reconciler validate segments/qonversion/eu-prod.json
    """
    targets = session.targets() if session.names else tuple(session.settings.targets.values())
    found = validate(session.settings, targets, paths, strict=strict)
    code = ExitCode.INVALID if split(found.problems)[0] else ExitCode.DONE
    if session.output.findings:
        session.findings(session.output.findings, found.problems, code, ran=True)
    else:
        _show(session, found)
    if session.output.findings is Findings.GITHUB:
        session.output.result(_counts(found))
    if session.out:
        from reconciler.core.document import findings_document

        session.output.save(session.out, findings_document(found.problems, found.files))
    return code


def _show(session: Session, found: Validated) -> None:
    output = session.output
    match output.format:
        case Format.JSON:
            from reconciler.core.document import findings_document

            output.document(findings_document(found.problems, found.files))
        case Format.MARKDOWN:
            from reconciler.render import markdown

            output.result(markdown.problems(found.problems) if found.problems else _counts(found))
        case Format.TEXT:
            shown = ""
            if found.problems:
                from reconciler.render import terminal

                shown = terminal.problems(found.problems, colour=output.colour, width=session.width).rstrip("\n") + "\n"
            output.result(shown + _counts(found))
        case _:
            assert_never(output.format)


def _counts(found: Validated) -> str:
    errors, warnings = split(found.problems)
    counts = [_count(found.files, "definition") + " fine"]
    counts += [_count(len(errors), "error")] if errors else []
    counts += [_count(len(warnings), "warning")] if warnings else []
    return ", ".join(counts)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
