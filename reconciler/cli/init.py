"""`reconciler init`."""

import re
from collections.abc import Iterable
from pathlib import Path

import click

from reconciler.cli.output import Format
from reconciler.cli.session import Session, common
from reconciler.core.document import FORMAT_VERSION
from reconciler.errors import ExitCode, InvalidInput, Problem, Severity
from reconciler.providers.registry import VENDORS
from reconciler.usecases.init import WORKFLOWS, Started, start

NEXT = "next: `reconciler plan`"
ACTION = WORKFLOWS["action.yml"]
ON_GITHUB = "next on GitHub (docs/github.md of reconciler says more):"
FIRST = (
    "delete the example, {example}",
    "uncomment `[targets.production]` in reconciler.toml",
    "with its key in `{secret}` here, bring in what is live: `reconciler import --all --target production`",
)
PACKAGE = f"say what pip installs, as the default of `install` in {ACTION}; no public index has it"
REST = (
    "make the environment `production` (settings, environments), for the branch `main` alone, with its reviewers",
    "make the secret `{secret}` (settings, secrets and variables, actions)",
    f"if the default branch is not `main`, name it in {WORKFLOWS['apply.yml']}",
    "commit all of this on a branch, and open a pull request, the first one: its plan is a comment there",
)
STRAIGHT = "a push straight to the default branch is red (5), as expected: nobody reviewed what it would change"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\s*(\[[^\]]*\])?\s*([(<>=!~;].*)?")
EXTRAS = re.compile(r"\[[^\]]*\]$")
ARCHIVES = (".whl", ".zip", ".tar.gz")


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


def refuse_name(package: str) -> None:
    """Raise InvalidInput where pip would look for a bare name on an index, where it may be anybody's."""
    if NAME.fullmatch(package) and not EXTRAS.sub("", package).endswith(ARCHIVES):
        words = f"`--package`: pip takes `{package}` from a public index, where the name is somebody else's"
        hint = (
            "name a path that begins with `./`, a commit or a wheel with its hash; what an index of yours has, "
            f"write as the default of `install` in {ACTION}"
        )
        raise InvalidInput(Problem("usage", words, hint=hint))


def is_missing(package: str, folder: Path) -> bool:
    """Say whether this is a path, and leads to nothing in the folder, which is all that a job checks out."""
    path = EXTRAS.sub("", package)
    if not path.startswith((".", "/")) and ("@" in path or ":" in path or not ("/" in path or path.endswith(ARCHIVES))):
        return False
    found = (folder / path).resolve()
    return not (found.is_relative_to(folder.resolve()) and found.exists())


def doubts(package: str, started: Started) -> Iterable[Problem]:
    """Yield why no job might install this package."""
    if ACTION in started.kept:
        words = f"`{package}` was not written: {ACTION} was there, and was left as it is"
        yield Problem(
            "package-not-written", words, None, "see what `install` has there as its default", Severity.WARNING
        )
    if is_missing(package, Path.cwd()):
        words = f"`{package}` is not in this folder, so no job would find it"
        hint = "`pip wheel --no-deps` builds it from a checkout; commit it as well"
        yield Problem("package-missing", words, None, hint, Severity.WARNING)


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
    if package:
        refuse_name(package)
    started = start(Path.cwd(), provider, github=ci == "github", package=package or "")
    if package:
        session.warn(doubts(package, started))
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
    rows += on_github(provider, started, said=bool(package) and ACTION in started.written) if ci else [NEXT]
    session.output.result("\n".join(rows))
    return ExitCode.DONE


def on_github(provider: str, started: Started, *, said: bool) -> list[str]:
    """Return what is left to do; `said` tells that the action knows what to install."""
    secret = VENDORS[provider].credential_env
    files = (*started.written, *started.kept)
    example = next(name for name in files if name.startswith("segments/"))
    steps = (*FIRST, *(() if said else (PACKAGE,)), *REST)
    numbered = enumerate((step.format(secret=secret, example=example) for step in steps), start=1)
    return [ON_GITHUB, *(f"  {number}. {step}" for number, step in numbered), STRAIGHT]
