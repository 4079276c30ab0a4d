"""`reconciler init`."""

from pathlib import Path

import click

from reconciler.cli.output import Format
from reconciler.cli.session import Session, common
from reconciler.core.document import FORMAT_VERSION
from reconciler.errors import ExitCode
from reconciler.providers.registry import VENDORS
from reconciler.usecases.init import start


@click.command("init")
@click.option("--provider", type=click.Choice(list(VENDORS)), default=next(iter(VENDORS)), show_default=True)
@common(targets=False, formats=(Format.TEXT, Format.JSON), out=False)
def command(session: Session, *, provider: str) -> ExitCode:
    """Start a repository in this folder: configuration, one example, and the schema; overwrites nothing.

    \b
    Example:
      reconciler init && reconciler plan
    """
    started = start(Path.cwd(), provider)
    if session.output.format is Format.JSON:
        session.output.document(
            {
                "format": "reconciler-init",
                "format_version": FORMAT_VERSION,
                "written": list(started.written),
                "kept": list(started.kept),
            }
        )
        return ExitCode.DONE
    rows = [f"{name}: written" for name in started.written]
    rows += [f"{name}: was there, left as it is" for name in started.kept]
    session.output.result("\n".join([*rows, "next: `reconciler plan`"]))
    return ExitCode.DONE
