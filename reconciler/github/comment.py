"""One comment on an issue or pull request that follows its runs: never two, never an older run's over a newer one's.

GitHub cannot be told "only if it is still as I read it". But what is deleted cannot be overwritten: so where another
run may be about to write, a new comment takes the place of the old one instead of changing it. Decision 20 says more.
Page: https://docs.github.com/en/rest/issues/comments
"""

from dataclasses import dataclass

from pydantic import BaseModel

from reconciler.errors import GitHubAnswer, GitHubFailure, Problem
from reconciler.github.api import NOT_FOUND, RUN_AGAIN, Account, GitHub
from reconciler.github.marker import Marker, read
from reconciler.github.runs import Company, company

ROUNDS = 20


class _Comment(BaseModel):
    id: int
    body: str | None = None
    user: Account | None = None
    html_url: str = ""
    updated_at: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A comment of ours, and what its first line says; `updated_at` is GitHub's, in UTC to the second."""

    id: int
    marker: Marker
    url: str
    updated_at: str


def find(github: GitHub, number: int, author: str) -> tuple[Found, ...]:
    """Return every comment that this account wrote with a first line of ours, the oldest first."""
    every = github.pages(_Comment, f"/issues/{number}/comments")
    return tuple(
        Found(each.id, marker, each.html_url, each.updated_at)
        for each in every
        if each.user and each.user.login == author and (marker := read(each.body or ""))
    )


def post(github: GitHub, number: int, marker: Marker, text: str, *, author: str) -> str:
    """Have exactly one comment of this kind and subject, that of the newest run; return where it is.

    Where that is another run's, nothing is returned. `text` is without the hidden line. Raises GitHubAnswer where the
    token may not comment, and GitHubFailure.
    """
    body = {"body": marker.above(text)}
    there = company(github, marker.run)
    for _ in range(ROUNDS):
        found = [each for each in find(github, number, author) if _same(each.marker, marker)]
        own = [each for each in found if each.marker.run == marker.run]
        if any(each.marker.run.newer(marker.run) for each in found):
            _delete(github, own)
            return ""
        older = [each for each in found if each.marker.run != marker.run]
        # NOTE: a newer run may be changing one of these, which then is no longer an older one's.
        spare = [] if there is Company.NEWER else older
        if own:
            if not spare and len(own) == 1:
                return own[0].url
            _delete(github, [*spare, *own[1:]])
        elif older and there is Company.NONE:
            _change(github, older[-1], body)
        else:
            made = github.post(_Comment, f"/issues/{number}/comments", {**body}, repeatable=True)
            author = made.user.login if made.user else author
    words = f"other runs keep writing and deleting comments on #{number}"
    raise GitHubFailure(Problem("github-contested", words, hint=RUN_AGAIN))


def _same(one: Marker, other: Marker) -> bool:
    return (one.kind, one.subject) == (other.kind, other.subject)


def _change(github: GitHub, found: Found, body: dict[str, str]) -> None:
    try:
        github.patch(_Comment, f"/issues/comments/{found.id}", {**body})
    except GitHubAnswer as error:
        if error.status != NOT_FOUND:
            raise


def _delete(github: GitHub, found: list[Found]) -> None:
    for each in found:
        github.tell("DELETE", f"/issues/comments/{each.id}")
