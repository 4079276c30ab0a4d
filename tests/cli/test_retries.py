"""Whole commands on a vendor that fails for a moment, or for good."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from repository import COMMAND, Ended, Repository
from scripted import Step, drops, says, scripted
from unruly import PROD, Meddled, configure, served

from reconciler.emulator.faults import Fault, FaultKind

EMPTY = {"data": [], "has_more": False, "next_cursor": None}
LIST = "GET /v4/segments?limit=100"
SYSTEM = "GET /v4/segments/system"


@pytest.fixture
def patient(meddled: Meddled, tmp_path: Path) -> Iterator[Repository]:
    """Yield a repository whose target may send a request again for half a minute."""
    with served(meddled, Repository(tmp_path / "repository")) as made:
        configure(made, retry_seconds=30)
        yield made


def results(ended: Ended) -> list[tuple[str, str, str]]:
    """Return how each change ended: key, result, and the code of its problem."""
    listed: list[dict[str, Any]] = ended.document["outcomes"]
    return [(each["key"], each["result"], (each["problem"] or {"code": ""})["code"]) for each in listed]


@pytest.mark.parametrize(
    "step",
    [says(503, {"error": "later"}), says(429, Retry_After="0"), drops],
    ids=["503", "429", "a dropped connection"],
)
def test_a_plan_gets_over_a_moment_s_failure(tmp_path: Path, step: Step) -> None:
    """The request is sent again, and nothing is said of it."""
    with scripted(step, says(200, EMPTY), says(200, EMPTY)) as vendor:
        repository = Repository(tmp_path, endpoint=vendor.url)
        configure(repository, retry_seconds=30)
        ended = repository.run("plan", "--detailed-exitcode")

    assert (0, "") == (ended.code, ended.stderr)
    assert [LIST, LIST, SYSTEM] == vendor.requests


@pytest.mark.parametrize(
    "fault",
    [
        Fault(FaultKind.STATUS, at=1, match="[PD]*", status=503),
        Fault(FaultKind.STATUS, at=1, match="[PD]*", status=429, retry_after="0"),
        Fault(FaultKind.FAILED_AFTER_COMMIT, at=1, match="[PD]*", status=504),
    ],
    ids=["503", "429", "a lost answer"],
)
def test_an_apply_gets_over_a_moment_s_failure_of_a_write(patient: Repository, meddled: Meddled, fault: Fault) -> None:
    """A create, an update and a deletion each fail once, and are done once; the create has one key."""
    path = patient.define("a", "A")
    created = []
    for edit in (lambda: path, lambda: patient.define("a", "A", PROD), path.unlink):
        edit()
        meddled.faults = [fault]
        created.append(results(patient.run("apply", "--yes", "--allow-deletes", "1", "--format", "json")))

    assert [[("a", "done", "")]] * 3 == created
    assert [] == meddled.names
    assert ["POST", "POST", "PUT", "PUT", "DELETE", "DELETE"] == [method for method, _ in meddled.writes]
    assert (2, 1) == (len(meddled.keys), len(set(meddled.keys)))


def test_a_plan_that_gives_up_says_for_how_long_it_tried(repository: Repository, meddled: Meddled) -> None:
    """And a pause that is too long is not begun: the message says what the vendor asks for."""
    configure(repository, retry_seconds=1)
    meddled.faults = [Fault(FaultKind.STATUS, status=503)]
    tried = repository.run("plan").stderr
    meddled.faults = [Fault(FaultKind.STATUS, status=429, retry_after="120")]
    meddled.clear_requests()
    asked = repository.run("plan").stderr

    assert "answered 503: an arranged fault with status 503" in tried
    assert " times in 1 second (vendor-error)\n" in tried
    assert "; the vendor asks to wait 120 seconds (rate-limited)\n" in asked
    assert 1 == len(meddled.requests)


def test_what_meets_a_vendor_that_is_down_is_not_started(repository: Repository, meddled: Meddled) -> None:
    """After five failures in a row nothing more is sent; a later run does it all, and makes no twins."""
    for number in range(8):
        repository.define(f"k{number}", f"Segment {number}")
    meddled.faults = [Fault(FaultKind.STATUS, match="POST *", status=502)]
    down = repository.run("apply", "--yes", "--format", "json")
    posts = len(meddled.writes)
    meddled.faults = ()
    again = repository.run("apply", "--yes", "--format", "json")

    failed = [(f"k{number}", "failed", "vendor-error") for number in range(5)]
    assert [*failed, *((f"k{number}", "not_started", "vendor-down") for number in range(5, 8))] == results(down)
    assert (4, 5, 0) == (down.code, posts, again.code)
    assert [f"Segment {number}" for number in range(8)] == meddled.names


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_a_run_that_is_to_stop_does_not_sit_out_its_retries(
    patient: Repository, meddled: Meddled, number: signal.Signals
) -> None:
    """The request that waits for its next try fails as it last did; the rest is not started."""
    configure(patient, retry_seconds=300)
    patient.define("a", "A")
    patient.define("b", "B")
    meddled.faults = [Fault(FaultKind.STATUS, match="POST *", status=503, retry_after="250")]
    command = [str(COMMAND), "apply", "--yes", "--format", "json"]
    with subprocess.Popen(command, cwd=patient.root, env=patient.environment(), stdout=subprocess.PIPE) as process:
        meddled.once("POST /v4/segments", lambda: process.send_signal(number))
        stdout, _ = process.communicate(timeout=60)

    ended = Ended(process.returncode, stdout.decode(), "")
    assert [("a", "failed", "vendor-error"), ("b", "not_started", "interrupted")] == results(ended)
    assert 4 == ended.code
