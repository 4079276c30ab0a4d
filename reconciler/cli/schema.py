"""`reconciler schema`."""

import click

from reconciler.cli.output import Format
from reconciler.cli.session import Session, common
from reconciler.errors import ExitCode, InvalidInput, Problem
from reconciler.intake.schema import nearest, schema_text
from reconciler.providers.registry import VENDORS

OURS = ("config", "plan", "ledger")


@click.command("schema")
@click.argument("provider")
@common(targets=False, formats=(Format.TEXT, Format.JSON), out=False)
def command(session: Session, *, provider: str) -> ExitCode:
    """Print the JSON Schema of a provider's definitions, or of one of our files: config, plan, ledger.

    \b
    Example:
      reconciler schema qonversion > qonversion.segment.schema.json
    """
    names = {**{name: f"{name}.segment" for name in VENDORS}, **{name: name for name in OURS}}
    if provider not in names:
        known = ", ".join(f"`{name}`" for name in names)
        hint = nearest(provider, names, f"there are schemas for {known}")
        raise InvalidInput(Problem("unknown-provider", f"there is no schema for `{provider}`", hint=hint))
    session.output.result(schema_text(names[provider]))
    return ExitCode.DONE
