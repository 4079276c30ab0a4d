"""The protocol of an apply, searched in small worlds: each order of each event, with the plan and apply that users run.

`--every-position` gives the worlds more to happen in; docs/guarantees.md says what is looked for.
"""

import logging
from dataclasses import dataclass, replace

import pytest
from model.mistakes import Forgetful, Leaseless, Overwriting, Unannounced, Unlooking, Unminding
from model.scenes import LATER, Scene
from model.story import Program

LOG = logging.getLogger(__name__)

ALONE = Scene(second=None, kills=1, edits=1)
TOGETHER = Scene(kills=1, jumps=1)
WITH_A_PERSON = Scene(edits=1)
CHANGED = Scene(second=LATER, kills=1, jumps=1)


@dataclass(frozen=True)
class Sizes:
    """A scene as it is searched each time, and as it is where every position is asked for."""

    small: Scene
    large: Scene


SCENES = {
    "one run": Sizes(ALONE, replace(ALONE, faults=1)),
    "one run and another": Sizes(TOGETHER, replace(TOGETHER, faults=1, edits=1)),
    "two runs and a person": Sizes(WITH_A_PERSON, replace(WITH_A_PERSON, edits=2)),
    "a run of other definitions": Sizes(CHANGED, replace(CHANGED, edits=1)),
}


@pytest.mark.parametrize("keyed", [True, False], ids=["idempotency keys", "no keys"])
@pytest.mark.parametrize("sizes", SCENES.values(), ids=SCENES)
def test_whatever_happens_in_whatever_order_the_next_run_ends_it(
    request: pytest.FixtureRequest, sizes: Sizes, *, keyed: bool
) -> None:
    """No write that was not planned, no twin, nothing left behind; and then live, ledger and definitions agree."""
    scene = sizes.large if request.config.getoption("--every-position") else sizes.small
    seeker = replace(scene, keyed=keyed).seeker()

    found = seeker.search()

    LOG.info("%s states, %s endings", seeker.states, seeker.endings)
    assert found is None, "\n".join([found.what, *found.trace])


def test_a_run_whose_lease_was_taken_makes_no_twin_where_the_vendor_knows_its_keys() -> None:
    """Also where that run was only slow, and goes on."""
    found = Scene(stalls=True, kills=1, jumps=1).seeker().search()

    assert found is None, "\n".join([found.what, *found.trace])


@pytest.mark.parametrize(
    ("mistake", "scene", "wrong"),
    [
        (Forgetful, CHANGED, "left a segment behind that nobody manages"),
        (Unminding, Scene(), "wrote without holding the lease"),
        (Leaseless, Scene(), "wrote without holding the lease"),
        (Overwriting, Scene(), "wrote without holding the lease"),
        (Unannounced, ALONE, "created something that the ledger did not know of"),
        (Unlooking, WITH_A_PERSON, "wrote over what the plan had not seen"),
        (Program, Scene(stalls=True, keyed=False, jumps=1), "made a twin"),
    ],
)
def test_the_search_finds_what_is_left_out(mistake: type[Program], scene: Scene, wrong: str) -> None:
    """A run that lacks one part of the protocol goes wrong somewhere; so does what is not promised."""
    found = scene.seeker(mistake).search()

    assert found is not None
    assert wrong == found.what
