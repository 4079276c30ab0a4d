"""`reconciler init`."""

from pathlib import Path

import click

from reconciler.cli.output import Format
from reconciler.cli.session import Session, common
from reconciler.core.document import FORMAT_VERSION
from reconciler.errors import ExitCode, InvalidInput, Problem
from reconciler.providers.registry import VENDORS
from reconciler.usecases.init import WORKFLOWS, start

NEXT = "next: `reconciler plan`"
ACTION = WORKFLOWS["action.yml"]
TARGET = "uncomment `[targets.production]` in reconciler.toml"
PACKAGE = f"say what pip installs, as the default of `install` in {ACTION}; no public index has it"
REST = (
    "make the environment `production` (settings, environments), for the branch `main` alone, with its reviewers",
    "make the secret `{secret}` (settings, secrets and variables, actions)",
    f"if the default branch is not `main`, name it in {WORKFLOWS['apply.yml']}",
    "commit all of this, and open a pull request that changes a definition: its plan is a comment there",
)


def specification(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """Return what pip is to install, as it was given; raises BadParameter where it cannot be that, or hides something.

    GitHub would replace an expression in it; what follows a line break, or cannot be seen, no reviewer sees.
    """
    if value is None:
        return None
    if not value or value != value.strip() or not value.isprintable():
        raise click.BadParameter("it is one line of characters that can be seen, with no space around it")
    if value.startswith("-"):
        raise click.BadParameter("an option of pip is nothing to install")
    if "${{" in value:
        raise click.BadParameter("GitHub would replace what begins with `${{`")
    return value


@click.command("init")
@click.option("--provider", type=click.Choice(list(VENDORS)), default=next(iter(VENDORS)), show_default=True)
@click.option("--ci", type=click.Choice(["github"]), help="Also workflows for plan, apply and drift, and their action.")
@click.option(
    "--package",
    metavar="SPEC",
    callback=specification,
    help="With --ci: what pip installs there: a requirement with a pinned commit or hash, a wheel's path in the "
    "repository, … This project is on no public index: without SPEC every job refuses until the action has one.",
)
@common(targets=False, formats=(Format.TEXT, Format.JSON), out=False)
def command(session: Session, *, provider: str, ci: str | None, package: str | None) -> ExitCode:
    """Start a repository in this folder: configuration, one example, and the schema; overwrites nothing.

    \b
    Example:
      reconciler init && reconciler plan
      reconciler init --ci github --package ./ci/reconciler-0.1.0-py3-none-any.whl
    """
    if package and not ci:
        hint = "`reconciler init --help` shows how it is used"
        raise InvalidInput(Problem("usage", "`--package` goes with `--ci`", hint=hint))
    started = start(Path.cwd(), provider, github=ci == "github", package=package or "")
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
        said = package and ACTION in started.written
        steps = (TARGET, *(() if said else (PACKAGE,)), *REST)
        rows.append("next on GitHub:")
        secret = VENDORS[provider].credential_env
        rows += [f"  {number}. {step.format(secret=secret)}" for number, step in enumerate(steps, start=1)]
    session.output.result("\n".join(rows))
    return ExitCode.DONE
