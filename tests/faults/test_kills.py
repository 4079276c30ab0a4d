"""An apply of twenty changes that is killed at a request with SIGKILL, and run again, ends as one that was not."""

from collections.abc import Callable
from pathlib import Path

import pytest
from contract.subjects import SUBJECTS
from faults.gate import Gate
from faults.mishaps import KILLS
from faults.scene import Base, Scene, named, wanted

STRIDE = {"file": 37, "git": 53}
KILLED = 256 - 9


def went_on(ready: Base, scene: Scene, *arguments: str, at: int, died: int) -> None:
    """Assert that a run died at this request, unless there were no more, and have another go on."""
    assert died == (KILLED if at <= ready.requests else 0)
    freed = scene.unlock()
    assert freed.code == 0, freed.stderr
    again = scene.apply(*arguments)
    assert again.code == 0, f"killed at request {at}: {again.stderr}"


@pytest.mark.parametrize("moment", KILLS)
@pytest.mark.parametrize("ledger", ["file", "git"])
@pytest.mark.parametrize("vendor", SUBJECTS)
def test_an_apply_that_is_killed_anywhere_ends_the_same(
    vendor: str,
    ledger: str,
    moment: str,
    *,
    base: Callable[..., Base],
    gate: Gate,
    positions: Callable[[int, int], range],
    place: Callable[[int], Path],
) -> None:
    """Before the vendor has seen the request, or when it has done what was asked; on the same machine."""
    ready = base(vendor, git=ledger == "git")
    for at in positions(ready.requests, STRIDE[ledger]):
        with ready.at(place(at), gate, at, KILLS[moment]) as (scene, app):
            died = scene.apply().code
            gate.arm(0, None)
            went_on(ready, scene, at=at, died=died)
            assert ready.expected == scene.state(app), f"killed at request {at}"
            ready.untouched(app, gate)


@pytest.mark.parametrize("moment", KILLS)
@pytest.mark.parametrize("vendor", SUBJECTS)
def test_an_apply_whose_machine_is_lost_anywhere_ends_the_same(
    vendor: str,
    moment: str,
    *,
    base: Callable[..., Base],
    gate: Gate,
    positions: Callable[[int, int], range],
    place: Callable[[int], Path],
) -> None:
    """Nothing is left but the remote, with the definitions and the ledger; a new clone goes on."""
    ready = base(vendor, git=True)
    for at in positions(ready.requests, STRIDE["git"]):
        with ready.at(place(at), gate, at, KILLS[moment]) as (scene, app):
            died = scene.apply().code
            gate.arm(0, None)
            scene.lose_the_machine()
            went_on(ready, scene, at=at, died=died)
            assert ready.expected == scene.state(app), f"killed at request {at}"
            ready.untouched(app, gate)


@pytest.mark.parametrize("moment", KILLS)
@pytest.mark.parametrize("vendor", SUBJECTS)
def test_an_apply_side_by_side_that_is_killed_anywhere_ends_the_same(
    vendor: str,
    moment: str,
    *,
    base: Callable[..., Base],
    gate: Gate,
    positions: Callable[[int, int], range],
    place: Callable[[int], Path],
) -> None:
    """Eight at a time: what else is under way when it dies may be done or not."""
    ready = base(vendor)
    for at in positions(ready.requests, STRIDE["file"]):
        with ready.at(place(at), gate, at, KILLS[moment]) as (scene, app):
            scene.configure(side_by_side=8, retry_seconds=0)
            died = scene.apply().code
            gate.arm(0, None)
            went_on(ready, scene, at=at, died=died)
            assert ready.expected == scene.state(app), f"killed at request {at}"
            ready.untouched(app, gate)


@pytest.mark.parametrize("vendor", SUBJECTS)
def test_what_a_dead_run_made_is_known_also_when_its_definition_has_changed(
    vendor: str,
    *,
    base: Callable[..., Base],
    gate: Gate,
    positions: Callable[[int, int], range],
    place: Callable[[int], Path],
) -> None:
    """Between the two runs one new definition is edited, and two go: no twin is left, and nothing unrecorded."""
    ready = base(vendor)
    subject = ready.scene.subject
    later = {**wanted(subject), "c0": named(subject.second, "New c0, and edited")}
    for gone in ("t0", "t1"):
        del later[gone]
    with ready.at(place(0), gate, 0, None) as (scene, app):
        scene.define(later)
        assert scene.apply().code == 0
        expected = scene.state(app)

    for at in positions(ready.requests, STRIDE["file"]):
        with ready.at(place(at), gate, at, KILLS["after"]) as (scene, app):
            died = scene.apply().code
            gate.arm(0, None)
            scene.define(later)
            went_on(ready, scene, at=at, died=died)
            assert expected == scene.state(app), f"killed at request {at}"


@pytest.mark.parametrize("moment", KILLS)
@pytest.mark.parametrize("ledger", ["file", "git"])
@pytest.mark.parametrize("vendor", SUBJECTS)
def test_a_saved_plan_is_carried_out_by_the_same_command_wherever_that_was_killed(
    vendor: str,
    ledger: str,
    moment: str,
    *,
    reviewed: Callable[..., Base],
    gate: Gate,
    positions: Callable[[int, int], range],
    place: Callable[[int], Path],
) -> None:
    """What was done is known as done, what was not recorded is, and once more there is nothing to do.

    Where the ledger is in git the machine is lost too, and the plan is brought to the new clone.
    """
    ready = reviewed(vendor, git=ledger == "git")
    for at in positions(ready.requests, STRIDE[ledger]):
        with ready.at(place(at), gate, at, KILLS[moment]) as (scene, app):
            saved = (scene.repository.root / "plan.json").read_text()
            died = scene.apply("plan.json").code
            gate.arm(0, None)
            if scene.git:
                scene.lose_the_machine()
                (scene.repository.root / "plan.json").write_text(saved)
            went_on(ready, scene, "plan.json", at=at, died=died)
            assert ready.expected == scene.state(app), f"killed at request {at}"
            ready.untouched(app, gate)
            gate.written.clear()
            once_more = scene.apply("plan.json")
            assert (0, [], []) == (once_more.code, gate.written, once_more.document["outcomes"])
