"""An apply of fifty changes on a real server, killed at random requests with SIGKILL, and run again."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from faults.gate import Gate, standing
from faults.mishaps import KILLS
from instance import Instance
from repository import Repository
from unleash.relay import Relay
from unleash.workplace import Document, People, body, define, repository, users

REQUESTS = 130
"""An undisturbed apply sends a few more."""

KILLED = 256 - 9
KINDS = {"create": 20, "update": 20, "delete": 10}


def managed() -> dict[str, Document]:
    """Return what was defined before: fifteen to be edited, five to be renamed, ten to go, and two to stay."""
    keys = [
        *(f"u{n}" for n in range(15)),
        *(f"r{n}" for n in range(5)),
        *(f"d{n}" for n in range(10)),
        "stays",
        "stays-too",
    ]
    return {key: body(f"Segment {key}", users(key)) for key in keys}


def wanted() -> dict[str, Document]:
    """Return what is defined now: twenty updates, of which five are a chain of names; ten deletions; twenty creates."""
    before = managed()
    return {
        **{key: before[key] for key in ("stays", "stays-too")},
        **{f"u{n}": body(f"Segment u{n}", users("more", f"u{n}"), description="Edited") for n in range(15)},
        **{f"r{n}": body(f"Segment r{n + 1}", users(f"r{n}")) for n in range(5)},
        **{f"c{n}": body(f"New c{n}", users(f"c{n}")) for n in range(18)},
        "d0-again": body("Segment d0", users("d0-again")),
        "r0-again": body("Segment r0", users("r0-again")),
    }


@pytest.fixture
def gate(watched: Relay) -> Iterator[tuple[Gate, str]]:
    """Yield a gate before the server, and its address."""
    with standing() as (made, address):
        made.open(watched)
        yield made, address


@pytest.fixture
def place(unleash: Instance, people: People, gate: tuple[Gate, str], tmp_path: Path) -> Repository:
    """Return a repository in which fifty changes are to be applied, on a server that has strangers' segments too."""
    made = repository(tmp_path, unleash, f"{gate[1]}/api/admin")
    define(made, managed())
    for stranger in (body("A stranger's", users("1")), body("Another stranger's")):
        people.put_segment(stranger)
    assert made.run("apply", "--yes").code == 0
    define(made, wanted())
    return made


def strangers(people: People) -> dict[str, Document]:
    """Return the segments that nobody manages, by id."""
    return {number: each for number, each in people.look().items() if "stranger" in each["name"]}


@pytest.mark.parametrize("seed", range(10))
def test_an_apply_that_is_killed_at_random_converges(
    people: People, gate: tuple[Gate, str], place: Repository, seed: int
) -> None:
    """All that is defined is live once, under its own name; what nobody manages is as it was; nothing is left to do."""
    random, theirs = Random(seed), strangers(people)
    planned = place.run("plan", "--format", "json").document["summary"]
    assert {kind: planned[kind] for kind in KINDS} == KINDS
    at, moment = random.randint(1, REQUESTS), random.choice(sorted(KILLS))
    gate[0].arm(at, KILLS[moment])

    died = place.run("apply", "--yes").code
    gate[0].arm(0, None)
    assert died == KILLED, f"killed {moment} request {at}"
    assert place.run("ledger", "unlock").code == 0
    again = place.run("apply", "--yes")

    assert again.code == 0, f"killed {moment} request {at}: {again.stdout}{again.stderr}"
    assert place.run("plan", "--detailed-exitcode").code == 0
    assert strangers(people) == theirs
    ids = people.ids()
    live = {each["name"]: each for number, each in people.look().items() if number not in theirs}
    assert live == {each["name"]: each for each in wanted().values()}, f"killed {moment} request {at}"
    ledger = place.run("ledger", "show", "--format", "json").document
    recorded = {record["key"]: record["id"] for record in ledger["segments"]}
    assert recorded == {key: ids[each["name"]] for key, each in wanted().items()}
    assert ([], None) == (ledger["intents"], ledger["lease"])
