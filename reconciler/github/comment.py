"""One comment on an issue or pull request that follows its runs: never two, never an older run's over a newer one's.

GitHub cannot be told "only if it is still as I read it". But what is deleted cannot be overwritten: so where another run
may be about to write, the new comment takes the place of the old one instead of changing it. Decision 20 says more.
Page: https://docs.github.com/en/rest/issues/comments
"""

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel

from reconciler.errors import GitHubAnswer, GitHubFailure, Problem
from reconciler.github.api import NOT_FOUND, RUN_AGAIN, Account, GitHub
from reconciler.github.marker import Marker, read
from reconciler.github.runs import Company

LONGEST = 60_000
"""In bytes of UTF-8, hidden line included. GitHub's own limit is 65,536 characters."""
ACTIONS = "github-actions[bot]"
"""Whose comments the token of a job writes."""
ROUNDS = 20


class _Comment(BaseModel):
    id: int
    body: str | None = None
    user: Account | None = None
    html_url: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A comment of ours, and what its first line says."""

    id: int
    marker: Marker
    url: str


@dataclass(frozen=True, slots=True)
class Posted:
    """Where the comment is; None where a newer run has the word. `author` is who wrote it."""

    url: str | None
    author: str


def find(github: GitHub, number: int, author: str) -> tuple[Found, ...]:
    """Return every comment that this account wrote with a first line of ours, the oldest first."""
    every = github.pages(_Comment, f"/issues/{number}/comments")
    return tuple(
        Found(each.id, marker, each.html_url)
        for each in every
        if each.user and each.user.login == author and (marker := read(each.body or ""))
    )


def post(
    github: GitHub, number: int, marker: Marker, text: str, *, author: str, company: Callable[[], Company]
) -> Posted:
    """Have exactly one comment of this kind and subject, that of the newest run, and return where it is.

    `text` is without the hidden line. Raises GitHubAnswer where the token may not comment, and GitHubFailure.
    """
    body = {"body": f"{marker.line()}\n{text}"}
    there = company()
    for _ in range(ROUNDS):
        found = [each for each in find(github, number, author) if _same(each.marker, marker)]
        if there is Company.NEWER or any(each.marker.run.newer(marker.run) for each in found):
            _delete(github, [each for each in found if each.marker.run == marker.run])
            return Posted(None, author)
        own = [each for each in found if each.marker.run == marker.run]
        others = [each for each in found if each.marker.run != marker.run]
        if own:
            if not others and len(own) == 1:
                return Posted(own[0].url, author)
            _delete(github, [*others, *own[1:]])
        elif others and there is Company.NONE:
            try:
                github.patch(_Comment, f"/issues/comments/{others[-1].id}", body)
            except GitHubAnswer as error:
                if error.status != NOT_FOUND:
                    raise
        else:
            made = github.post(_Comment, f"/issues/{number}/comments", body)
            author = made.user.login if made.user else author
    words = f"other runs keep writing and deleting comments on #{number}"
    raise GitHubFailure(Problem("github-contested", words, hint=RUN_AGAIN))


def _same(one: Marker, other: Marker) -> bool:
    return (one.kind, one.subject) == (other.kind, other.subject)


def _delete(github: GitHub, found: list[Found]) -> None:
    for each in found:
        github.delete(f"/issues/comments/{each.id}")
