"""One issue that is open while something is wrong: made, kept up to date, closed, and opened again. Never two.

Page: https://docs.github.com/en/rest/issues/issues
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from pydantic import BaseModel

from reconciler.github.api import Account, GitHub
from reconciler.github.marker import Marker, read

OPEN, CLOSED = "open", "closed"


class Told(StrEnum):
    """What was done about the issue."""

    CREATED = "created"
    UPDATED = "updated"
    REOPENED = "reopened"
    CLOSED = "closed"
    LEFT = "left"
    """It says what there is to say, or there is nothing to say."""
    SILENCED = "silenced"
    """Somebody closed it, and it is still about the same thing."""
    NEWER = "newer"
    """A newer run has the word."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What the issue says while it is open, and the comments with which it is opened again and closed."""

    title: str
    body: str
    again: str
    over: str


class _Issue(BaseModel):
    number: int
    state: str
    body: str | None = None
    user: Account | None = None
    html_url: str = ""
    pull_request: dict[str, object] | None = None


class _Comment(BaseModel):
    id: int


@dataclass(frozen=True, slots=True)
class _Found:
    issue: _Issue
    marker: Marker


def follow(github: GitHub, marker: Marker, texts: Texts, *, author: str, label: str) -> tuple[Told, str]:
    """Have the issue of this kind and subject say how it is; return what was done, and where the issue is.

    The marker's digests say what is wrong; where there are none, all is well. Raises GitHubAnswer where the token may
    not write issues, and GitHubFailure.
    """
    found = _find(github, marker, author, label)
    if found is None:
        return _create(github, marker, texts, label) if marker.digests else (Told.LEFT, "")
    url = found.issue.html_url
    if found.marker.run.newer(marker.run):
        return Told.NEWER, url
    if not marker.digests:
        return _close(github, found, marker, texts), url
    if found.issue.state == OPEN:
        return _update(github, found, marker, texts), url
    return _reopen(github, found, marker, texts), url


def _find(github: GitHub, marker: Marker, author: str, label: str) -> _Found | None:
    """Return the issue, rather an open one than a closed one, and rather a newer than an older one.

    Somebody may have taken its label off, or GitHub may have dropped it: then it is looked for among all that are open.
    """
    for query in ({"labels": label, "state": "all"}, {"state": OPEN}):
        found = [
            _Found(issue, written)
            for issue in github.pages(_Issue, "/issues", query)
            if issue.user and issue.user.login == author and issue.pull_request is None
            if (written := read(issue.body or "")) and (written.kind, written.subject) == (marker.kind, marker.subject)
        ]
        if found:
            return max(found, key=lambda each: (each.issue.state == OPEN, each.issue.number))
    return None


def _create(github: GitHub, marker: Marker, texts: Texts, label: str) -> tuple[Told, str]:
    title, body = texts.title, marker.above(texts.body)
    made = github.post(_Issue, "/issues", {"title": title, "body": body, "labels": [label]})
    return Told.CREATED, made.html_url


def _update(github: GitHub, found: _Found, marker: Marker, texts: Texts) -> Told:
    if found.marker.digests == marker.digests:
        return Told.LEFT
    _patch(github, found, {"title": texts.title, "body": marker.above(texts.body)})
    return Told.UPDATED


def _reopen(github: GitHub, found: _Found, marker: Marker, texts: Texts) -> Told:
    if found.marker.digests == marker.digests:
        return Told.SILENCED
    _patch(github, found, {"title": texts.title, "body": marker.above(texts.body), "state": OPEN})
    _comment(github, found, texts.again)
    return Told.REOPENED


def _close(github: GitHub, found: _Found, marker: Marker, texts: Texts) -> Told:
    if found.issue.state == CLOSED and not found.marker.digests:
        return Told.LEFT
    _, _, written = (found.issue.body or "").partition("\n")
    body = replace(marker, digests={}).above(written)
    if found.issue.state == CLOSED:
        _patch(github, found, {"body": body})
        return Told.LEFT
    _patch(github, found, {"body": body, "state": CLOSED, "state_reason": "completed"})
    _comment(github, found, texts.over)
    return Told.CLOSED


def _patch(github: GitHub, found: _Found, body: dict[str, str]) -> None:
    github.patch(_Issue, f"/issues/{found.issue.number}", {**body})


def _comment(github: GitHub, found: _Found, text: str) -> None:
    github.post(_Comment, f"/issues/{found.issue.number}/comments", {"body": text})
