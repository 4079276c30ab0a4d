"""Who may apply, told in whole commands, with the ledger in a file and in git: leases that are held, freed and lost."""

import json
import subprocess
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from clones import NOBODY, git
from contract.check_retrying import Silence
from repository import COMMAND, Ended, Repository
from unruly import PROD, SANDBOX, Meddled, configure

from reconciler.core.claims import Lease
from reconciler.core.ports import Ledger
from reconciler.errors import Problem
from reconciler.settings.config import find, load
from reconciler.usecases.apply import apply_plan
from reconciler.usecases.open import open_target
from reconciler.usecases.plan import plan_target

PATIENCE = 60
WRITE = "POST /v4/segments"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = ["alpha", "beta", "delta"]
NAMES = ["Alpha", "Beta", "Delta"]


def in_file(repository: Repository, root: Path) -> Repository:
    """Keep the ledger in a file."""
    assert root.is_dir()
    return repository


def alone(repository: Repository, root: Path) -> Repository:
    """Keep the ledger in a repository without a remote."""
    git(root, "init", "--quiet", "repository")
    configure(repository, ledger="git")
    return repository


def shared(repository: Repository, root: Path) -> Repository:
    """Keep the ledger in a clone of a bare repository."""
    git(root, "init", "--quiet", "--bare", "hub")
    git(root, "init", "--quiet", "repository")
    git(repository.root, "remote", "add", "origin", f"file://{root / 'hub'}")
    configure(repository, ledger="git")
    return repository


@pytest.fixture(params=[in_file, alone, shared], ids=["file", "git", "git with a remote"])
def place(request: pytest.FixtureRequest, repository: Repository, tmp_path: Path) -> Repository:
    """Return a repository with three new definitions."""
    repository.env |= NOBODY
    made: Repository = request.param(repository, tmp_path)
    for key, name in zip(KEYS, NAMES, strict=True):
        made.define(key, name, PROD)
    return made


def kept(place: Repository) -> Ledger:
    """Return the ledger, as another process opens it."""
    settings = load(find(place.root), "reconciler.toml")
    return open_target(settings, settings.targets["local"]).ledger


def start(place: Repository) -> "subprocess.Popen[str]":
    """Begin an apply, and go on without waiting for it."""
    return subprocess.Popen(
        [COMMAND, "apply", "--yes", "--format", "json"],
        cwd=place.root,
        env=place.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def slow(meddled: Meddled, at: int) -> tuple[threading.Event, threading.Event]:
    """Hold the how many-th create up; return what says that it came, and what lets it go on."""
    came, go = threading.Event(), threading.Event()

    def hold() -> None:
        came.set()
        go.wait(PATIENCE)

    meddled.once(WRITE, hold, at=at)
    return came, go


def killed(place: Repository, meddled: Meddled) -> int:
    """Apply, be killed with the first create under way, and return which process that was."""
    came, go = slow(meddled, at=1)
    with start(place) as running:
        assert came.wait(PATIENCE)
        running.kill()
        running.communicate(timeout=PATIENCE)
    go.set()
    return running.pid


def run_out(place: Repository) -> Lease:
    """Have the lease of the ledger run out long ago, and return it."""
    ledger = kept(place)
    claims = ledger.read()
    assert claims.lease
    lease = replace(claims.lease, until=LONG_AGO)
    ledger.write(claims.leased(lease))
    return lease


def results(ended: Ended) -> list[tuple[str, str, str]]:
    """Return how each change ended: key, result, and the code of its problem."""
    listed: list[dict[str, Any]] = ended.document["outcomes"]
    return [(each["key"], each["result"], (each["problem"] or {"code": ""})["code"]) for each in listed]


@pytest.mark.parametrize("still", [True, False])
def test_a_lease_that_somebody_else_has_taken_over_by_then_is_not_told(tmp_path: Path, *, still: bool) -> None:
    """The ledger is looked at before the plan, and for it: between the two another run may have come and gone."""
    made = Repository(tmp_path)
    made.define("a", "A", PROD)
    settings = load(find(made.root), "reconciler.toml")
    opened = open_target(settings, settings.targets["local"])
    if still:
        opened.ledger.write(opened.ledger.read().leased(Lease("a dead run", LONG_AGO, LONG_AGO)))
    looked = Problem("lease-expired", "told before the plan")

    report = apply_plan(opened, replace(plan_target(opened), taken_over=(looked,)), Silence(), lambda: False)

    assert ([looked] if still else []) == [*report.problems]
    assert ["done"] == [outcome.result.value for outcome in report.outcomes]


def test_a_lease_that_is_held_says_by_whom_and_how_to_free_it(place: Repository, meddled: Meddled) -> None:
    """Every command that would write the ledger is refused with the words; those that only look are not."""
    dead = killed(place, meddled)
    lease = kept(place).read().lease

    applied, forgotten = place.run("apply", "--yes"), place.run("forget", "alpha")
    shown, planned = place.run("ledger", "show"), place.run("plan")

    assert lease
    assert lease.holder.endswith(f", process {dead}")
    words = (
        f"error: {lease.holder} has been applying since {lease.since:%Y-%m-%d %H:%M:%S} UTC, and holds the lease until "
        f"{lease.until:%Y-%m-%d %H:%M:%S} UTC (lease-held)\n"
        "  hint: wait for it to end; if that run is dead, free the lease with `reconciler ledger unlock`\n"
    )
    assert (5, f"{words}nothing was applied\n") == (applied.code, applied.stderr)
    assert (5, words) == (forgotten.code, forgotten.stderr)
    assert [0, 0] == [shown.code, planned.code]


def test_unlock_says_whose_lease_it_frees(place: Repository, meddled: Meddled) -> None:
    """Who, in which run, since when and until when; as JSON too. Then the next apply goes on."""
    dead = killed(place, meddled)
    lease = kept(place).read().lease

    freed = place.run("ledger", "unlock")
    none = place.run("ledger", "unlock", "--format", "json")
    applied = place.run("apply", "--yes")

    assert lease
    assert lease.holder.endswith(f", process {dead}")
    assert (
        f"local: freed the lease of {lease.holder}, held since {lease.since:%Y-%m-%d %H:%M:%S} UTC until "
        f"{lease.until:%Y-%m-%d %H:%M:%S} UTC\n"
    ) == freed.stdout
    assert none.document["lease"] is None
    assert (0, NAMES) == (applied.code, meddled.names)


def test_a_lease_that_ran_out_is_taken_over_aloud(place: Repository, meddled: Meddled) -> None:
    """On stderr and in the report, also with `--quiet` and in JSON; that is no failure, and no twin is made."""
    killed(place, meddled)
    lease = run_out(place)

    ended = place.run("apply", "--yes", "--quiet", "--format", "json")

    words = f"{lease.holder} never gave its lease back, which ran out at 2026-01-01 00:00:00 UTC"
    assert (0, NAMES) == (ended.code, meddled.names)
    assert f"warning: {words} (lease-expired)\n" in ended.stderr
    assert [("lease-expired", words)] == [(each["code"], each["message"]) for each in ended.document["problems"]]
    assert (None, ()) == (kept(place).read().lease, kept(place).read().intents)


def test_a_lease_that_ran_out_goes_also_where_there_is_nothing_to_do(place: Repository, meddled: Meddled) -> None:
    """A run that died with all done leaves a lease and nothing else: the next apply clears it away."""
    assert place.run("apply", "--yes").code == 0
    ledger = kept(place)
    ledger.write(ledger.read().leased(Lease("ada@host, process 1", LONG_AGO, LONG_AGO)))
    writes = len(meddled.writes)

    ended = place.run("apply", "--format", "json")

    assert (0, [], writes) == (ended.code, results(ended), len(meddled.writes))
    assert "ada@host, process 1 never gave its lease back" in ended.stderr
    assert (None, KEYS) == (kept(place).read().lease, sorted(kept(place).read().segments))


@pytest.mark.parametrize("lost", ["unlocked", "ran out"])
@pytest.mark.parametrize("another", [False, True], ids=["nobody else", "another run"])
def test_a_run_that_lost_its_lease_stops_at_its_next_note(
    place: Repository, meddled: Meddled, lost: str, *, another: bool
) -> None:
    """Though it only notes what it did beside the ledger: nothing more is sent, exit 4, who wrote is named, no twin."""
    came, go = slow(meddled, at=2)
    with start(place) as running:
        assert came.wait(PATIENCE)
        if lost == "unlocked":
            assert place.run("ledger", "unlock").code == 0
        else:
            run_out(place)
        other = place.run("apply", "--yes", "--format", "json") if another else None
        go.set()
        stdout, _ = running.communicate(timeout=PATIENCE)
    ended = Ended(running.returncode, stdout, "")

    moved = ["failed", "not_started"]
    assert [("alpha", "done", ""), *((key, end, "ledger-moved") for key, end in zip(KEYS[1:], moved, strict=True))] == (
        results(ended)
    )
    assert 4 == ended.code
    told = ended.document["outcomes"][1]["problem"]["message"]
    assert told.startswith("another run has written the ledger since it was read: ")
    if other:
        assert (0, [("beta", "done", ""), ("delta", "done", "")]) == (other.code, results(other))
    again = place.run("apply", "--yes")
    held = kept(place).read()
    assert (0, NAMES, KEYS) == (again.code, meddled.names, sorted(held.segments))
    assert ({str(each["id"]) for each in meddled.segments()}, None, ()) == (
        {record.id for record in held.segments.values()},
        held.lease,
        held.intents,
    )


def test_a_lease_taken_between_plan_and_apply_is_left_alone(place: Repository, meddled: Meddled) -> None:
    """Whoever planned on what a live run has begun is refused, and spoils nothing for it."""
    came, go = slow(meddled, at=1)
    place.define("edited", "Edited", SANDBOX)
    runs: list[subprocess.Popen[str]] = []

    def begin() -> None:
        runs.append(start(place))
        assert came.wait(PATIENCE)

    planning = meddled.before
    met = threading.Event()

    def before(line: str) -> None:
        if line == "GET /v4/segments/system" and not met.is_set():
            met.set()
            begin()
        planning(line)

    meddled.before = before
    late = place.run("apply", "--yes")
    go.set()
    [first] = runs
    stdout, _ = first.communicate(timeout=PATIENCE)

    assert (5, 0) == (late.code, first.returncode)
    assert f"process {first.pid}" in late.stderr
    assert "(ledger-moved)" in late.stderr
    assert ["done"] * 4 == [each["result"] for each in json.loads(stdout)["outcomes"]]
    assert [*NAMES, "Edited"] == sorted(meddled.names)


def test_a_ledger_file_that_is_replaced_between_plan_and_apply_is_left_alone(
    repository: Repository, meddled: Meddled
) -> None:
    """Though its serial is the same, as after `git checkout` meanwhile: exit 5, nothing is sent, no record is lost."""
    repository.define("alpha", "Alpha", PROD)
    assert repository.run("apply", "--yes").code == 0
    theirs = repository.ledger.read_text().replace('"alpha"', '"omega"')
    repository.define("beta", "Beta", PROD)
    meddled.once("GET /v4/segments/system", lambda: repository.ledger.write_text(theirs))

    ended = repository.run("apply", "--yes")

    assert (5, ["Alpha"]) == (ended.code, meddled.names)
    assert "the ledger was replaced since it was read, and not by a newer one: by " in ended.stderr
    assert theirs == repository.ledger.read_text()
