"""How a command speaks inside a job of GitHub Actions: annotations, the job's summary, and its outputs."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

import click

from reconciler.cli.output import Findings
from reconciler.cli.session import Session
from reconciler.errors import ExitCode, Problem, ReconcilerError
from reconciler.render import markdown
from reconciler.settings.config import find
from reconciler.settings.github import Job, job
from reconciler.usecases.github import Text, Voice, author, connect

LONGEST_SUMMARY = 1_000_000
"""In bytes. GitHub's limit is 1 MiB for each step."""

AUTHOR = click.option(
    "--author", metavar="LOGIN", help="Whose comments are ours, where the token is a GitHub App's or a person's."
)


@contextmanager
def speaking(session: Session, named: str | None) -> Iterator[Voice]:
    """Yield the voice of the job; what is raised is annotated, and told in the summary, on its way out."""
    found = job()
    try:
        with connect(found) as github:
            asked = session.names or (("--all-targets",) if session.every else ())
            yield Voice(github, found, author(github, named), _folder(session), asked, session.output.clean)
    except ReconcilerError as error:
        problems = error.problems
        annotate(session, problems)
        # NOTE: where the summary cannot be written either, this is what is to be told.
        with suppress(OSError):
            summarize(session, found, lambda room: markdown.problems(problems, limit=room))
        raise


def _folder(session: Session) -> Path:
    """Return the folder of the configuration, or where it was looked for."""
    with suppress(ReconcilerError):
        return (session.config or find(Path.cwd())).parent
    return Path.cwd()


def annotate(session: Session, problems: Iterable[Problem]) -> None:
    """Have the job show these problems, where they have a place, beside the line."""
    session.findings(Findings.GITHUB, problems, ExitCode.DONE, ran=True)


def summarize(session: Session, found: Job, text: Text) -> None:
    """Add a text to the summary of the job, of which GitHub shows nothing where all its texts are too long."""
    if found.summary:
        with _end_of(found.summary) as file:
            file.write(session.output.clean(text(max(0, LONGEST_SUMMARY - file.tell()))))


def put_out(found: Job, values: Mapping[str, str | int]) -> None:
    """Set outputs of the step: numbers and addresses, which are on one line."""
    if found.output:
        with _end_of(found.output) as file:
            file.write("".join(f"{name}={value}\n" for name, value in values.items()))


def _end_of(path: Path) -> TextIO:
    return path.open("a", encoding="utf-8", errors="backslashreplace")
