"""The one comment of a run, where others get in between."""

from collections.abc import Iterator
from pathlib import Path

import clones
import pytest
from hub.records import BOT, Run
from hub.server import Hub
from hub.work import Work

from reconciler.errors import GitHubAnswer, GitHubFailure
from reconciler.github import marker
from reconciler.github.api import HEADERS, GitHub
from reconciler.github.comment import post
from reconciler.github.marker import Marker
from reconciler.web.transport import Transport


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """Yield a hub with one open pull request."""
    made = Hub(clones.hub(tmp_path / "hub.git"))
    with made.serving():
        Work(made.bare.folder, tmp_path / "work").push("feature", "segments/a.json")
        made.open_pull("feature")
        yield made


def say(hub: Hub, run: Run) -> str:
    """Post the comment of a run, and return where it is."""
    ours = marker.Run("plan", run.id, run.number, run.attempt)
    with GitHub(Transport(hub.url, hub.token(), headers=HEADERS), "octo/segments") as github:
        return post(github, 1, Marker("plan", "local", run.sha, ours), f"run {run.number}", author=BOT)


def said(hub: Hub) -> list[str]:
    """Return the texts of the comments below their first lines."""
    return [comment.body.partition("\n")[2] for comment in hub.comments(1)]


def one_after_the_other(hub: Hub) -> tuple[Run, Run]:
    """Return a run that has commented and ended, and the next one."""
    first = hub.start_run(branch="feature")
    say(hub, first)
    hub.end_run(first)
    return first, hub.start_run(branch="feature")


def test_a_comment_that_is_deleted_before_it_is_changed_is_written_anew(hub: Hub) -> None:
    """Somebody was quicker."""
    _, second = one_after_the_other(hub)

    def sweep(_token: str, method: str, _path: str, when: str) -> None:
        if (method, when) == ("PATCH", "before"):
            for each in hub.comments(1):
                hub.delete_comment(each.id)

    hub.gate = sweep

    assert say(hub, second).startswith("http")
    assert [seen.status for seen in hub.seen("PATCH")] == [404]
    assert said(hub) == ["run 2"]


def test_a_comment_that_may_not_be_changed_is_told(hub: Hub) -> None:
    """The older one stays as it was."""
    _, second = one_after_the_other(hub)
    hub.fail(("PATCH", "/comments/"), status=403)

    with pytest.raises(GitHubAnswer):
        say(hub, second)

    assert said(hub) == ["run 1"]


def test_a_comment_that_does_not_stay_is_given_up(hub: Hub) -> None:
    """Something deletes whatever is written: no run goes on for ever."""

    def sweep(_token: str, method: str, _path: str, when: str) -> None:
        if (method, when) == ("POST", "after"):
            for each in hub.comments(1):
                hub.delete_comment(each.id)

    hub.gate = sweep

    with pytest.raises(GitHubFailure, match=r"other runs keep writing and deleting comments on #1") as caught:
        say(hub, hub.start_run(branch="feature"))

    assert caught.value.problems[0].code == "github-contested"
    assert len(hub.seen("POST")) == 20


def test_an_older_run_leaves_the_newer_ones(hub: Hub) -> None:
    """It returns nothing, and takes its own away if it has one already."""
    first, second = one_after_the_other(hub)
    say(hub, second)

    assert say(hub, first) == ""
    assert said(hub) == ["run 2"]
