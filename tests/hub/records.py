"""What the hub keeps: people, tokens, issues and pull requests, comments, runs, and the requests that it saw."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

OWNER = "octo"
NAME = "segments"
FULL_NAME = f"{OWNER}/{NAME}"
FORK = f"mallory/{NAME}"
MAIN = "main"
BOT = "github-actions[bot]"
LONGEST_BODY = 65_536

PERMISSIONS: Mapping[str, str] = {"issues": "write", "pull_requests": "write", "contents": "read", "actions": "read"}
READ_ONLY: Mapping[str, str] = dict.fromkeys(PERMISSIONS, "read")
"""What the token of a workflow has at most where a fork's pull request started it."""


class Refused(Exception):
    """An answer that is an error: its status, GitHub's message, and the errors of a body that is not valid."""

    def __init__(self, status: int, message: str, *errors: Mapping[str, object]) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors


@dataclass
class Clock:
    """A clock that goes on by a second whenever it is asked to tick."""

    now: datetime = datetime(2026, 1, 31, 12, tzinfo=UTC)

    def tick(self, seconds: float = 1) -> str:
        """Go on, and return the time as GitHub writes it."""
        self.now += timedelta(seconds=seconds)
        return self.text

    @property
    def text(self) -> str:
        """The time as GitHub writes it."""
        return f"{self.now:%Y-%m-%dT%H:%M:%SZ}"


@dataclass(frozen=True)
class Token:
    """Who asks, and what may be done.

    `installation`: a GitHub App's token, such as a workflow's. `push`: whether its owner may push to the repository.
    """

    text: str
    login: str
    permissions: Mapping[str, str]
    installation: bool
    push: bool

    def may(self, permission: str, access: str = "read") -> bool:
        """Say whether it has this access."""
        return self.permissions.get(permission) in {access, "write"}


@dataclass
class Comment:
    """A comment on an issue or a pull request."""

    id: int
    number: int
    login: str
    body: str
    created_at: str
    updated_at: str


@dataclass
class Issue:
    """An issue, or what a pull request has of one."""

    number: int
    login: str
    title: str
    body: str | None
    created_at: str
    updated_at: str
    labels: list[str] = field(default_factory=list)
    state: str = "open"
    state_reason: str | None = None
    closed_at: str | None = None
    closed_by: str | None = None


@dataclass
class Pull(Issue):
    """A pull request against the default branch.

    `tip` is the ref of the bare repository that its commits come from, and `own` are these commits. Merged, it has
    `brought` commits to the default branch. `merge_sha` is the trial merge until then, as `merge_commit_sha` is.
    """

    branch: str = ""
    tip: str = ""
    fork: bool = False
    head_sha: str = ""
    base_sha: str = ""
    merge_sha: str | None = None
    mergeable: bool = True
    merged_at: str | None = None
    merged_by: str | None = None
    own: frozenset[str] = frozenset()
    brought: frozenset[str] = frozenset()

    @property
    def repository(self) -> str:
        """The full name of the repository that has its branch."""
        return FORK if self.fork else FULL_NAME

    @property
    def label(self) -> str:
        """Its branch with the owner before it."""
        return f"{self.repository.partition('/')[0]}:{self.branch}"


@dataclass
class Run:
    """A run of a workflow, in its latest attempt; `pull` is its pull request as it was when the run was started."""

    id: int
    workflow: str
    workflow_id: int
    number: int
    attempt: int
    event: str
    branch: str
    sha: str
    actor: str
    created_at: str
    updated_at: str
    started_at: str
    status: str = "in_progress"
    conclusion: str | None = None
    pull: Pull | None = None


@dataclass(frozen=True)
class Seen:
    """A request and its answer; status 0 where the connection was dropped. Names of headers are in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: object
    login: str | None
    token: str | None
    status: int
    answer: object

    def is_to(self, method: str, pattern: str) -> bool:
        """Say whether it has this method and a path in which the pattern is found."""
        return self.method == method and re.search(pattern, self.path) is not None
