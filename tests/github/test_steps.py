"""How the jobs end: the scripts of the shipped workflows and of the action, and the real command in a checkout."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from clones import environment, log
from hub.records import PERMISSIONS
from hub.runner import Event
from repository import COMMAND, KEY, VARIABLE
from town import Town, definition
from watching import issue, lease, spoil, watched
from workflows import steps
from workflows.runner import TEXTS

from reconciler.emulator.faults import Fault, FaultKind

A, B = "segments/a.json", "segments/b.json"
NOTICE = "::notice title=reconciler::live segments were changed behind git's back: an issue says which\n"
PRODUCTION = "refs/reconciler/ledger/production"
DOWN = Fault(FaultKind.STATUS, status=503)
EVENTS: Mapping[str, Event] = {"plan": "pull_request", "apply": "push", "drift": "schedule"}


def play(made: Town, command: str, *, branch: str = "main", token: str = "") -> steps.Ended:
    """Play a workflow step by step in a fresh checkout, and return how its last step ended."""
    event = EVENTS[command]
    run = made.hub.start_run(workflow=f"{command}.yml", event=event, branch=branch)
    folder = made.folder / f"played-{run.id}"
    given = made.hub.environment(event, run, token or made.token, folder, workspace=folder / "checkout")
    made.check_out(folder / "checkout", given)
    program = folder / "temp" / "reconciler" / "bin" / "reconciler"
    program.parent.mkdir(parents=True)
    program.symlink_to(COMMAND)
    env = environment(**given, RUNNER_TEMP=str(folder / "temp"))
    text, action = TEXTS[f"{command}.yml"], TEXTS["action.yml"]
    ended = steps.run_job(text, action, env, folder / "checkout", secrets={VARIABLE: KEY})
    made.hub.end_run(run)
    return ended


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Town]:
    """Yield a repository of segments that are live as they were applied."""
    with watched(tmp_path) as found:
        yield found
        assert found.hub.complaints == []


def test_a_plan_that_fails_turns_the_job_red(made: Town) -> None:
    """A definition that is not valid, and a vendor that is down; a plan that could be made is green."""
    number = made.propose("feature", {A: definition("A1")})
    green = play(made, "plan", branch="feature")
    assert (green.returncode, len(made.comments(number))) == (0, 1)

    made.vendor.faults = [DOWN]
    down = play(made, "plan", branch="feature")
    made.vendor.faults = []
    made.commit("feature", {B: "{"})
    invalid = play(made, "plan", branch="feature")

    assert (down.returncode, invalid.returncode) == (1, 3)
    assert "::error file=segments/b.json" in invalid.stdout


def test_an_apply_that_is_not_whole_turns_the_job_red(made: Town) -> None:
    """One that failed half way, one of what nobody reviewed, one beside another; the ledger is pushed in each."""
    number = made.propose("feature", {A: definition("A1")})
    made.plan("feature")
    made.hub.merge_pull(number)
    made.vendor.faults = [Fault(FaultKind.STATUS, match="PUT *")]
    incomplete = play(made, "apply")
    made.vendor.faults = []
    green = play(made, "apply")
    applied = log(made.hub.bare.folder, "%s", ref=PRODUCTION)
    made.commit("main", {B: definition("B1")})
    unreviewed = play(made, "apply")
    lease(made, 10)
    held = play(made, "apply")

    ended = (incomplete, green, unreviewed, held)
    assert [each.returncode for each in ended] == [4, 0, 5, 5], [each.stdout for each in ended]
    assert all(each.stdout.startswith("::add-mask::") for each in ended)
    assert applied[0].startswith("production: everything reviewed is applied up to ")
    assert sorted(made.live().values()) == ["A1", "B", "C"]


def test_drift_is_green_where_it_was_told(made: Town) -> None:
    """With a notice; red where nobody could be told of it, or could look."""
    clean = play(made, "drift")
    spoil(made, "A")
    silent = play(made, "drift", token=made.hub.token(permissions={**PERMISSIONS, "issues": "read"}))
    told = play(made, "drift")
    made.vendor.faults = [DOWN]
    down = play(made, "drift")

    assert [each.returncode for each in (clean, silent, told, down)] == [0, 1, 0, 1]
    assert [NOTICE in each.stdout for each in (clean, silent, told, down)] == [False, False, True, False]
    assert issue(made).state == "open"
