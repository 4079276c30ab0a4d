"""Two runs that comment on one pull request at the same time, in every order of their requests."""

import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import clones
import pytest
from hub.interleavings import Turns, every
from hub.records import PERMISSIONS
from hub.records import Run as HubRun
from hub.server import Hub
from hub.work import Work

from reconciler.github.api import HEADERS, GitHub
from reconciler.github.comment import post
from reconciler.github.marker import Marker, Run
from reconciler.web.transport import Transport

BOT = "github-actions[bot]"
LOG = logging.getLogger(__name__)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """Yield a hub with one open pull request."""
    made = Hub(clones.hub(tmp_path / "hub.git"))
    with made.serving():
        Work(made.bare.folder, tmp_path / "work").push("feature", "segments/a.json")
        made.open_pull("feature")
        yield made


def say(hub: Hub, token: str, run: HubRun) -> None:
    """Post the comment of one run, and end it."""
    ours = Run("Plan", run.id, run.number, run.attempt)
    transport = Transport(hub.url, token, headers=HEADERS, app=hub)
    with GitHub(transport, "octo/segments") as github:
        post(github, 1, Marker("plan", "local", run.sha, ours), f"run {run.number}.{run.attempt}", author=BOT)
    hub.end_run(run)


def said(hub: Hub) -> list[str]:
    """Return the texts of all comments below their first lines."""
    return [comment.body.partition("\n")[2] for comment in hub.comments(1)]


def race(
    hub: Hub, later: Callable[[], HubRun], first: HubRun, permissions: dict[str, str], order: Sequence[int]
) -> Turns:
    """Race a run that has begun with one that begins meanwhile, in an order of requests."""
    turns = Turns(order)
    tokens = {name: hub.token(BOT, installation=True, permissions=permissions) for name in ("first", "later")}
    names = {token: name for name, token in tokens.items()}

    def gate(token: str, _method: str, _path: str, when: str) -> None:
        if when == "before":
            turns.gate(names[token])

    hub.gate = gate
    raised = turns.run(
        {
            "first": lambda: say(hub, tokens["first"], first),
            "later": lambda: say(hub, tokens["later"], later()),
        }
    )
    hub.gate = None
    assert raised == []
    return turns


SEEING, BLIND = dict(PERMISSIONS), {name: PERMISSIONS[name] for name in PERMISSIONS if name != "actions"}
SCENES = {
    "a newer run begins, and there is a comment": (False, True, SEEING),
    "an older run is run again, and there is a comment": (True, True, SEEING),
    "nobody sees who else runs": (False, True, BLIND),
    "a newer run begins": (False, False, SEEING),
    "an older run is run again": (True, False, SEEING),
    "nobody sees who else runs, and an older run is run again": (True, True, BLIND),
}
"""Whether it is an older run that begins meanwhile, whether there is a comment already, and what the tokens may do."""


@pytest.mark.parametrize(("again", "earlier", "permissions"), SCENES.values(), ids=SCENES)
def test_of_two_runs_that_race_the_newer_has_the_comment(
    hub: Hub, request: pytest.FixtureRequest, *, again: bool, earlier: bool, permissions: dict[str, str]
) -> None:
    """There is one comment in the end, and it is that of the newer run.

    In every order of their requests in which the turn changes once; with `--every-position`, in all.
    """

    def run(order: Sequence[int]) -> list[tuple[int, int]]:
        for comment in hub.comments(1):
            hub.delete_comment(comment.id)
        old = hub.start_run(branch="feature")
        if earlier:
            say(hub, hub.token(BOT, installation=True), old)
        hub.end_run(old)
        new = hub.start_run(branch="feature")
        taken = race(
            hub, lambda: hub.rerun(old) if again else hub.start_run(branch="feature"), new, permissions, order
        ).taken
        newest = new.number if again else new.number + 1
        assert said(hub) == [f"run {newest}.1"], taken
        return taken

    most = None if request.config.getoption("--every-position") else 1
    tried = max(every(run, most))
    LOG.info("%d orders", tried)

    assert tried > 10
