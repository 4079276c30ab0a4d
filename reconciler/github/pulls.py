"""Which pull requests brought the commits of a branch: by their commits, however they were merged. It writes nothing.

Pages: https://docs.github.com/en/rest/commits/commits (compare; pulls of a commit)
"""

from collections.abc import Iterator

from pydantic import BaseModel

from reconciler.errors import GitHubAnswer
from reconciler.github.api import NOT_FOUND, PER_PAGE, GitHub

MOST_PAGES = 20
"""How far back the branch is followed: this many pages of commits."""


class _Parent(BaseModel):
    sha: str


class _Commit(BaseModel):
    sha: str
    parents: list[_Parent]


class _Comparison(BaseModel):
    merge_base_commit: _Parent
    commits: list[_Commit]


class _Base(BaseModel):
    ref: str


class _Pull(BaseModel):
    number: int
    merged_at: str | None = None
    base: _Base


def tip(github: GitHub, branch: str) -> str:
    """Return the newest commit of a branch."""
    return github.get(_Commit, f"/commits/{branch}").sha


def merged(github: GitHub, branch: str, head: str, since: str) -> tuple[int, ...]:
    """Return the numbers of the pull requests that were merged into the branch after `since`, up to `head`.

    A merge commit, a squashed one and each rebased one lead to their pull request. Where `since` does not lie on the
    way to `head`, as after a forced push, only the newest commit counts.
    """
    numbers = [
        pull.number
        for sha in _between(github, since, head)
        for pull in _pulls(github, sha)
        if pull.merged_at and pull.base.ref == branch
    ]
    return tuple(dict.fromkeys(numbers))


def _between(github: GitHub, since: str, head: str) -> Iterator[str]:
    """Yield the commits of the branch itself after `since`, the newest first: those by way of first parents."""
    parents = _parents(github, since, head) if since else {}
    sha = head
    yield sha
    while (sha := parents.get(sha, "")) in parents:
        yield sha


def _parents(github: GitHub, since: str, head: str) -> dict[str, str]:
    """Return the first parent of each commit after `since`; empty where `since` is not before `head`."""
    found: dict[str, str] = {}
    for page in range(1, MOST_PAGES + 1):
        try:
            path, query = f"/compare/{since}...{head}", {"per_page": PER_PAGE, "page": page}
            comparison = github.get(_Comparison, path, query)
        except GitHubAnswer as error:
            if error.status == NOT_FOUND:
                return {}
            raise
        if comparison.merge_base_commit.sha != since:
            return {}
        found |= {commit.sha: commit.parents[0].sha for commit in comparison.commits if commit.parents}
        if len(comparison.commits) < PER_PAGE:
            break
    return found


def _pulls(github: GitHub, sha: str) -> list[_Pull]:
    try:
        return list(github.pages(_Pull, f"/commits/{sha}/pulls"))
    except GitHubAnswer as error:
        if error.status == NOT_FOUND:
            return []
        raise
