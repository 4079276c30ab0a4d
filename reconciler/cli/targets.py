"""`reconciler targets`."""

import click

from reconciler.cli.output import Format
from reconciler.cli.session import Session, common
from reconciler.core.document import FORMAT_VERSION
from reconciler.errors import ExitCode


@click.command("targets")
@click.option("--json", "as_json", is_flag=True, help="The same as `--format json`.")
@common(targets=False, formats=(Format.TEXT, Format.JSON), out=False)
def command(session: Session, *, as_json: bool) -> ExitCode:
    """List the targets, for people or for a CI matrix.

    \b
    Example:
      reconciler targets --json
    """
    settings = session.settings
    if not as_json and session.output.format is Format.TEXT:
        rows = [
            f"{target.name}{' (default)' if target.name == settings.default_target else ''}: {target.provider}, "
            f"{target.shown}, {target.endpoint or 'the vendor'}"
            for target in settings.targets.values()
        ]
        session.output.result("\n".join(rows))
        return ExitCode.DONE
    session.output.document(
        {
            "format": "reconciler-targets",
            "format_version": FORMAT_VERSION,
            "targets": [
                {
                    "name": target.name,
                    "provider": target.provider,
                    "definitions": target.shown,
                    "endpoint": target.endpoint,
                    "environment": target.options.get("environment"),
                    "default": target.name == settings.default_target,
                }
                for target in settings.targets.values()
            ],
        }
    )
    return ExitCode.DONE
