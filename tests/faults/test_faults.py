"""An apply of twenty changes, of which one request goes wrong, and then another: the end is that of a quiet run."""

from collections.abc import Callable
from pathlib import Path

import pytest
from contract.subjects import SUBJECTS
from faults.gate import Act, Gate
from faults.mishaps import HANDS, MISHAPS
from faults.scene import CHANGES, TARGET, Base
from repository import Ended

STRIDE = 41
ENDS = {0, 1, 4, 5}
RETRIED = ("429 with Retry-After", "408", "503 after it is done", "slow", "dropped before it is sent")


def is_whole(ended: Ended) -> None:
    """Assert that a command said how it ended: for each change once, or why there was none."""
    assert ended.code in ENDS, ended.stderr
    assert "Traceback" not in ended.stderr
    document = ended.document
    if ended.code == 1:
        assert (False, []) == (document["complete"], document.get("outcomes", []))
    elif "outcomes" in document:
        keys = [each["key"] for each in (*document["outcomes"], *document["blocked"])]
        # NOTE: what a person does before the plan is made can be one change more.
        assert (TARGET, sorted({*keys})) == (document["target"], sorted(keys))
        assert len(keys) in {CHANGES, CHANGES + 1}
    results = [outcome["result"] for outcome in document.get("outcomes", [])]
    assert (ended.code == 0) == (results == ["done"] * len(results) and document["complete"])


@pytest.mark.parametrize("mishap", [*MISHAPS, *HANDS])
@pytest.mark.parametrize("vendor", SUBJECTS)
def test_a_request_that_goes_wrong_anywhere_changes_nothing_about_the_end(
    vendor: str,
    mishap: str,
    *,
    base: Callable[..., Base],
    gate: Gate,
    positions: Callable[[int, int], range],
    place: Callable[[int], Path],
) -> None:
    """Whatever it was, each change has its outcome, another run ends it, and no stranger's segment was written to."""
    ready, act = base(vendor), {**MISHAPS, **HANDS}[mishap]
    for at in positions(ready.requests, STRIDE):
        tried(ready, gate, at, act, place(at))


def tried(ready: Base, gate: Gate, at: int, act: Act, folder: Path) -> None:
    """Have it happen at one request, and apply again."""
    with ready.at(folder, gate, at, act) as (scene, app):
        disturbed = scene.apply()
        is_whole(disturbed)
        gate.arm(0, None)
        again = scene.apply()
        assert again.code == 0, f"request {at}: {again.stderr}"
        assert ready.expected == scene.state(app), f"request {at}"
        ready.untouched(app, gate)


@pytest.mark.parametrize("mishap", RETRIED)
@pytest.mark.parametrize("vendor", SUBJECTS)
def test_what_can_be_asked_again_is_hidden(
    vendor: str,
    mishap: str,
    *,
    base: Callable[..., Base],
    gate: Gate,
    positions: Callable[[int, int], range],
    place: Callable[[int], Path],
) -> None:
    """One run does it all where it may ask again; a create without a key, which may not be, is looked for."""
    ready = base(vendor)
    for at in positions(ready.requests, STRIDE):
        with ready.at(place(at), gate, at, MISHAPS[mishap]) as (scene, app):
            scene.configure(side_by_side=1, retry_seconds=20)
            ended = scene.apply()
            is_whole(ended)
            failed = [one for one in ended.document["outcomes"] if one["result"] != "done"]
            assert all(one["action"] == "create" for one in failed), f"request {at}: {failed}"
            if failed:
                assert scene.apply().code == 0
            assert ready.expected == scene.state(app), f"request {at}"
            ready.untouched(app, gate)
