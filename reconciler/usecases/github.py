"""What the three jobs on GitHub share: who they are there, how a text is posted, and what if none may be."""

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from reconciler.core.approval import Approval
from reconciler.errors import GitHubAnswer, InvalidInput, Problem, Severity
from reconciler.github import comment
from reconciler.github.api import FORBIDDEN, HEADERS, NOT_FOUND, GitHub
from reconciler.github.marker import Marker, Run
from reconciler.render.conversation import Source
from reconciler.settings.config import Target
from reconciler.settings.github import Job
from reconciler.usecases import clock
from reconciler.web.pacing import Patience
from reconciler.web.transport import Transport

ACTIONS = "github-actions[bot]"
"""Whose texts the token of a job writes."""
RETRY_SECONDS = 120
"""More than the minute for which GitHub asks where its answer does not say how long."""
UNHEARD = frozenset({FORBIDDEN, NOT_FOUND})

Text: TypeAlias = Callable[[int], str]
"""Makes a text of at most so many bytes."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A job that speaks on GitHub: in which repository and run, as whom, and about which configuration.

    `asked` are the targets as they were asked for, which is known also where the configuration cannot be read. `clean`
    keeps credentials out of what is posted.
    """

    github: GitHub
    job: Job
    author: str
    folder: Path
    asked: tuple[str, ...]
    clean: Callable[[str], str]

    @property
    def run(self) -> Run:
        """The run that the job is a part of."""
        return Run(self.job.workflow, *self.job.run)

    @property
    def subject(self) -> str:
        """What the texts of the job are about: these targets of this configuration."""
        return json.dumps([self._place, sorted(self.asked)])

    @property
    def _place(self) -> str:
        return os.path.relpath(self.folder.resolve(), self.job.workspace.resolve())

    def topic(self, target: str) -> str:
        """Return the name of one target among those of all configurations of the repository."""
        return json.dumps([self._place, target])

    def source(self, commit: str, *, summary: bool = False) -> Source:
        """Return where a text about a commit comes from; `summary` says that it is the summary of the job."""
        return Source(commit, self.job.commit_url(commit), str(self.job.run[1]), self.job.run_url, summary)

    def marker(self, kind: str, head: str, approvals: dict[str, Approval]) -> Marker:
        """Return the hidden line of a text of this kind about a commit."""
        digests = {self.topic(target): (each.whole, each.changes) for target, each in approvals.items()}
        return Marker(kind, self.subject, head, self.run, digests)

    def comment(self, number: int, marker: Marker, text: Text) -> tuple[str, tuple[Problem, ...]]:
        """Post a comment; return where it is, and a warning where the token may not, or a newer run has the word.

        Raises GitHubFailure.
        """
        try:
            url = comment.post(self.github, number, marker, self.clean(text(marker.room)), author=self.author)
        except GitHubAnswer as error:
            if error.status not in UNHEARD:
                raise
            return "", (_unheard(error, f"#{number} has no comment"),)
        return url, () if url else (_outrun(number),)


def connect(job: Job) -> GitHub:
    """Return the repository of the job, as its token sees it."""
    patience = Patience(RETRY_SECONDS, clock.now)
    return GitHub(Transport(job.api, job.token, headers=HEADERS, patience=patience), job.repository)


def author(github: GitHub, named: str | None) -> str:
    """Return whose texts are ours: who is named, else the token's own user, else that of every job's token."""
    return named or github.login() or ACTIONS


def _unheard(error: GitHubAnswer, words: str) -> Problem:
    hint = f"{error.problems[0].hint}; the summary of the job has it all"
    message = f"{words}: {error.problems[0].message}"
    return Problem("comment-refused", message, hint=hint, severity=Severity.WARNING)


def _outrun(number: int) -> Problem:
    words = f"#{number} has the comment of a newer run, which was left as it is"
    return Problem("comment-outrun", words, hint="look at the newer run", severity=Severity.WARNING)


def warnings(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems as warnings."""
    return tuple(replace(problem, severity=Severity.WARNING) for problem in problems)


def refuse_ledger_files(targets: Iterable[Target]) -> None:
    """Raise InvalidInput for each target whose ledger would be gone with the checkout of the job."""
    problems = [
        Problem(
            "ledger-in-checkout",
            f"target `{target.name}` keeps its ledger in a file, which a job loses",
            hint='set `ledger = "git"` in the target; `reconciler ledger migrate` carries the file over',
        )
        for target in targets
        if target.ledger != "git" and not target.embedded
    ]
    if problems:
        raise InvalidInput(*problems)
