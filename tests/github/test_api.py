"""Requests to GitHub where they go wrong: how long they are tried, and in whose words it is told."""

from collections.abc import Iterator
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import clones
import pytest
from hub.server import Hub
from pydantic import BaseModel
from web.clockwork import Clockwork

from reconciler.emulator.server import serve
from reconciler.errors import GitHubAnswer, GitHubFailure
from reconciler.github.api import HEADERS, MOST_PAGES, GitHub
from reconciler.github.label import label
from reconciler.web.pacing import Patience
from reconciler.web.transport import Transport


class Thing(BaseModel):
    """What a list is of."""

    id: int


class Endless:
    """A server whose lists always have a next page."""

    root = ""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        """Answer with one thing."""
        self.asked.append(environ["QUERY_STRING"])
        start("200 OK", [("Content-Type", "application/json"), ("Link", '<http://x/?page=2>; rel="next"')])
        return [b'[{"id": 1}]']


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """Yield a hub with one issue."""
    made = Hub(clones.hub(tmp_path / "hub.git"))
    made.open_issue_as("ada", "Look")
    with made.serving():
        yield made


def seen_by(hub: Hub, patience: Patience | None = None, token: str = "") -> GitHub:
    """Return the repository as somebody sees it."""
    return GitHub(Transport(hub.url, token or hub.token(), headers=HEADERS, patience=patience), "octo/segments")


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_failure_that_does_not_pass_is_given_up(hub: Hub, status: int) -> None:
    """After as much time as there is patience for, with how often it was tried; in words about GitHub."""
    clock = Clockwork()
    hub.fail(("POST", "/comments$"), times=99, status=status)

    with seen_by(hub, clock.patience(30)) as github, pytest.raises(GitHubAnswer) as caught:
        github.post(Thing, "/issues/1/comments", {"body": "Hello"}, repeatable=True)

    (problem,) = caught.value.problems
    assert (caught.value.status, problem.code) == (status, "github-answer")
    assert "; tried 7 times in " in problem.message
    assert "vendor" not in f"{problem.message} {problem.hint}"


def test_a_post_that_may_not_be_done_twice_is_sent_once(hub: Hub) -> None:
    """Whoever makes an issue would make two."""
    hub.fail(("POST", "/issues$"), times=99, status=502)

    with seen_by(hub, Clockwork().patience(30)) as github, pytest.raises(GitHubAnswer):
        github.post(Thing, "/issues", {"title": "Look"})

    assert len(hub.seen("POST")) == 1


def test_a_minute_is_waited_where_github_does_not_say_how_long(hub: Hub) -> None:
    """It asks for at least that."""
    clock = Clockwork()
    hub.fail(("GET", "/issues/1"), status=403, body={"message": "You have exceeded a secondary rate limit."})

    with seen_by(hub, clock.patience(120)) as github:
        assert github.get(Thing, "/issues/1").id

    assert 60 <= sum(clock.slept) < 62


def test_a_server_that_is_not_there(hub: Hub) -> None:
    """It is a failure of the way to GitHub."""
    nowhere = GitHub(Transport("http://127.0.0.1:1", hub.token(), headers=HEADERS), "octo/segments")

    with nowhere as github, pytest.raises(GitHubFailure) as caught:
        github.get(Thing, "/issues/1")

    (problem,) = caught.value.problems
    assert problem.code == "github-answer"
    assert problem.hint == "run the job again; what was done is not done twice"


def test_a_list_without_an_end_is_left() -> None:
    """A server that always has a next page is not asked for ever."""
    endless = Endless()

    with serve(endless) as server, GitHub(Transport(server.url, "t0ken"), "octo/segments") as github:
        pages = github.pages(Thing, "/issues")
        found = [next(pages) for _ in range(MOST_PAGES)]
        with pytest.raises(GitHubFailure, match="GitHub has more than 300 pages of it"):
            next(pages)

    assert len(found) == len(endless.asked) == MOST_PAGES
    assert endless.asked[-1] == f"per_page=100&page={MOST_PAGES}"


@pytest.mark.parametrize(("body", "where"), [({"id": "one"}, "`id`"), ([], "`the answer`"), (None, "`the answer`")])
def test_an_answer_of_another_shape(hub: Hub, body: object, where: str) -> None:
    """It is told what was asked for, and where the answer is odd."""
    hub.fail(("GET", "/issues/1"), status=200, body="" if body is None else body)

    with seen_by(hub) as github, pytest.raises(GitHubFailure) as caught:
        github.get(Thing, "/issues/1")

    assert caught.value.problems[0].message.startswith(f"/issues/1: GitHub answered something unexpected: {where}: ")


def test_a_list_that_is_none(hub: Hub) -> None:
    """Something else in its place is told too."""
    hub.fail(("GET", "/issues"), status=200, body={"id": 1})

    with seen_by(hub) as github, pytest.raises(GitHubFailure, match="a list was asked for"):
        list(github.pages(Thing, "/issues"))


def test_who_a_token_is(hub: Hub) -> None:
    """A person's says so, an installation's may not."""
    logins = []
    for login in ("ada", "github-actions[bot]"):
        with seen_by(hub, token=hub.token(login)) as github:
            logins.append(github.login())

    assert logins == ["ada", None]


def test_who_a_token_is_may_not_be_known(hub: Hub) -> None:
    """Another failure is one."""
    hub.fail(("GET", "/user$"), status=500)

    with seen_by(hub) as github, pytest.raises(GitHubAnswer):
        github.login()


def test_what_is_gone_already_is_fine(hub: Hub) -> None:
    """To delete a comment that somebody has deleted, or to take off a label that is not there, is no failure."""
    with seen_by(hub) as github:
        github.tell("DELETE", "/issues/comments/1")
        label(github, 1, [], ["segment-changes"])

    assert [seen.status for seen in hub.seen("DELETE")] == [404, 404]


def test_a_label_that_cannot_be_put_on_is_told(hub: Hub) -> None:
    """There nothing is gone already: 404 is how GitHub hides what a token may not do."""
    with seen_by(hub) as github, pytest.raises(GitHubAnswer):
        label(github, 404, ["segment-changes"], ["segment-changes"])
