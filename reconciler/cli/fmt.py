"""`reconciler fmt`."""

from pathlib import Path

import click

from reconciler.cli.output import Format
from reconciler.cli.session import Session, common
from reconciler.core.document import FORMAT_VERSION
from reconciler.errors import ExitCode
from reconciler.usecases.fmt import format_files


@click.command("fmt")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; exit 2 where a file needs it.")
@common(formats=(Format.TEXT, Format.JSON), out=False)
def command(session: Session, *, paths: tuple[Path, ...], check: bool) -> ExitCode:
    """Give definition files their one layout; what they say stays the same.

    Without PATH, the definitions of every target are formatted; `--target` narrows that down.

    \b
    Example:
      reconciler fmt --check
    """
    places = [(path, str(path)) for path in paths]
    if not places:
        targets = session.targets() if session.names else session.settings.targets.values()
        places = list(dict.fromkeys((target.definitions, target.shown) for target in targets))
    formatted = format_files(places, check=check)
    if session.output.format is Format.JSON:
        session.output.document(
            {
                "format": "reconciler-formatted",
                "format_version": FORMAT_VERSION,
                "check": check,
                "files": formatted.looked_at,
                "changed": list(formatted.changed),
            }
        )
    else:
        verb = "needs formatting" if check else "formatted"
        rows = [f"{name}: {verb}" for name in formatted.changed]
        session.output.result("\n".join([*rows, _summary(formatted.looked_at, len(rows), check=check)]))
    return ExitCode.PENDING if check and formatted.changed else ExitCode.DONE


def _summary(files: int, changed: int, *, check: bool) -> str:
    noun = "file" if files == 1 else "files"
    if not changed:
        return f"{files} {noun}, nothing to format"
    return f"{files} {noun}, {changed} " + ("to format" if check else "formatted")
