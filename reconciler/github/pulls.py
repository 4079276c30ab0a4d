"""Which pull requests brought the commits of a branch: by their commits, however they were merged. It writes nothing.

Pages: https://docs.github.com/en/rest/commits/commits (compare; pulls of a commit)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from pydantic import BaseModel

from reconciler.errors import GitHubAnswer
from reconciler.github.api import NOT_FOUND, PER_PAGE, GitHub, Parameters

MOST_COMMITS = 100
"""How far back the branch is followed: each commit costs a request, and each of its pull requests another."""
BEHIND = "behind"
UNKNOWN = 422
"""What GitHub answers about a commit that it does not have."""


@dataclass(frozen=True, slots=True)
class Way:
    """From one commit of a branch to another: the commits of the branch itself in between, the newest first.

    `behind` says that it goes back: the other commit is the older one.
    """

    commits: tuple[str, ...]
    behind: bool = False


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request that was merged: its last commit, and when it was merged, in UTC to the second."""

    number: int
    head: str
    merged_at: str


class _Sha(BaseModel):
    sha: str


class _Commit(BaseModel):
    sha: str
    parents: list[_Sha]


class _Comparison(BaseModel):
    status: str
    total_commits: int
    merge_base_commit: _Sha
    commits: list[_Commit]


class _Branch(BaseModel):
    ref: str
    sha: str


class _Pull(BaseModel):
    number: int
    merged_at: str | None = None
    head: _Branch
    base: _Branch


class _Merge(BaseModel):
    merged: bool


def is_merged(github: GitHub, number: int) -> bool:
    """Say whether a pull request has been merged."""
    return github.get(_Merge, f"/pulls/{number}").merged


def tip(github: GitHub, branch: str) -> str:
    """Return the newest commit of a branch."""
    return github.get(_Sha, f"/commits/{branch}").sha


def way(github: GitHub, since: str, head: str) -> Way:
    """Return the way from `since` to `head`; the newest commit alone where they are not on one line.

    That is so where nobody says since when, and after a forced push.
    """
    first = _compared(github, since, head, 1)
    if first is None:
        return Way((head,))
    if first.status == BEHIND:
        return Way((), behind=True)
    if first.merge_base_commit.sha != since:
        return Way((head,))
    # NOTE: the oldest come first.
    last = -(-first.total_commits // PER_PAGE)
    pages = [first, *(_compared(github, since, head, page) for page in range(max(2, last - 1), last + 1))]
    commits = [commit for page in pages if page for commit in page.commits if commit.parents]
    line = _line(head, {commit.sha: commit.parents[0].sha for commit in commits})
    return Way(tuple(islice(line, MOST_COMMITS)))


def merged(github: GitHub, branch: str, sha: str) -> list[Pull]:
    """Return the pull requests that brought this commit into the branch.

    A merge commit, a squashed one and each rebased one lead to their pull request.
    """
    try:
        found = list(github.pages(_Pull, f"/commits/{sha}/pulls"))
    except GitHubAnswer as error:
        if error.status not in {NOT_FOUND, UNKNOWN}:
            raise
        return []
    return [
        Pull(each.number, each.head.sha, each.merged_at) for each in found if each.merged_at and each.base.ref == branch
    ]


def _compared(github: GitHub, since: str, head: str, page: int) -> _Comparison | None:
    query: Parameters = {"per_page": PER_PAGE, "page": page}
    try:
        return github.get(_Comparison, f"/compare/{since}...{head}", query) if since else None
    except GitHubAnswer as error:
        if error.status != NOT_FOUND:
            raise
        return None


def _line(head: str, parents: dict[str, str]) -> Iterator[str]:
    """Yield the commits of the branch itself, the newest first: those by way of first parents."""
    yield head
    sha = parents.get(head, "")
    while sha in parents:
        yield sha
        sha = parents[sha]
