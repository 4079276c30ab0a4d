"""`reconciler init`."""

from pathlib import Path

import click

from reconciler.cli.output import Format
from reconciler.cli.session import Session, common
from reconciler.core.document import FORMAT_VERSION
from reconciler.errors import ExitCode
from reconciler.providers.registry import VENDORS
from reconciler.usecases.init import start

NEXT = "next: `reconciler plan`"
NEXT_ON_GITHUB = """\
next on GitHub:
  1. uncomment `[targets.production]` in reconciler.toml
  2. make the environment `production` (settings, environments), for the branch `main` alone, with its reviewers
  3. make the secret `{secret}` (settings, secrets and variables, actions)
  4. if the default branch is not `main`, name it in .github/workflows/segments-apply.yml
  5. commit all of this, and open a pull request that changes a definition: its plan is a comment there"""


@click.command("init")
@click.option("--provider", type=click.Choice(list(VENDORS)), default=next(iter(VENDORS)), show_default=True)
@click.option("--ci", type=click.Choice(["github"]), help="Also workflows for plan, apply and drift, and their action.")
@common(targets=False, formats=(Format.TEXT, Format.JSON), out=False)
def command(session: Session, *, provider: str, ci: str | None) -> ExitCode:
    """Start a repository in this folder: configuration, one example, and the schema; overwrites nothing.

    \b
    Example:
      reconciler init && reconciler plan
      reconciler init --ci github
    """
    started = start(Path.cwd(), provider, github=ci == "github")
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
    rows.append(NEXT)
    if ci:
        rows.append(NEXT_ON_GITHUB.format(secret=VENDORS[provider].credential_env))
    session.output.result("\n".join(rows))
    return ExitCode.DONE
