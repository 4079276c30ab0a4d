"""Ctrl-C and SIGTERM during an apply, to real processes: once to finish what is under way, twice to stop at once."""

import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from clones import NOBODY, git, hook, log
from repository import COMMAND, Ended, Repository
from unruly import PROD, Meddled, configure

from reconciler.cli.output import Output
from reconciler.cli.signals import SIGNALS
from reconciler.cli.stopping import Abandoned, Stop, stopping
from reconciler.emulator.faults import Fault, FaultKind

PATIENCE = 60
PROMPT = 20
"""Sooner than any request is given up whose answer does not come, which is after 30 seconds."""
WRITE = "POST /v4/segments"
KEYS = [f"k{number:02}" for number in range(20)]
NAMES = [f"Segment {key}" for key in KEYS]
ONCE = "stopping: what is under way is finished and recorded first; once more stops at once\n"
TWICE = (
    "error: stopped at once: the ledger still holds what was begun, and the lease; free that with "
    "`reconciler ledger unlock`, and the next apply finishes what was begun (abandoned)\n"
)
BOTH = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])


def held_up(meddled: Meddled, line: str, count: int) -> tuple[threading.Event, threading.Event]:
    """Hold up every request of this kind; return what says that so many have come, and what lets all go on."""
    came, go = threading.Event(), threading.Event()
    arrived = threading.Semaphore(0)

    def hold(found: str) -> None:
        if found == line:
            arrived.release()
            go.wait(PATIENCE)

    def count_them() -> None:
        for _ in range(count):
            arrived.acquire()
        came.set()

    threading.Thread(target=count_them, daemon=True).start()
    meddled.before = hold
    return came, go


def start(repository: Repository, *arguments: str) -> "subprocess.Popen[str]":
    """Begin an apply, and go on without waiting for it."""
    return subprocess.Popen(
        [COMMAND, "apply", "--yes", "--format", "json", *arguments],
        cwd=repository.root,
        env=repository.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )


def twice(running: "subprocess.Popen[str]", first: signal.Signals) -> tuple[str, str]:
    """Send one signal, and Ctrl-C once the first was noticed; return what stdout and stderr got."""
    assert running.stderr
    running.send_signal(first)
    told = running.stderr.readline()
    running.send_signal(signal.SIGINT)
    stdout, stderr = running.communicate(timeout=PROMPT)
    return stdout, told + stderr


def results(ended: Ended) -> dict[str, tuple[str, str]]:
    """Return by its key how each change ended: result, and the code of the problem."""
    listed: list[dict[str, Any]] = ended.document["outcomes"]
    return {each["key"]: (each["result"], (each["problem"] or {"code": ""})["code"]) for each in listed}


def ledger(repository: Repository) -> dict[str, Any]:
    """Return the ledger document."""
    found: dict[str, Any] = json.loads(repository.ledger.read_text())
    return found


@pytest.fixture
def many(repository: Repository) -> Repository:
    """Return a repository with twenty new definitions, of which eight are sent at a time."""
    configure(repository, concurrency=8)
    for key, name in zip(KEYS, NAMES, strict=True):
        repository.define(key, name, PROD)
    return repository


@BOTH
@pytest.mark.parametrize("concurrency", [1, 8])
def test_an_interrupted_apply_finishes_what_is_in_flight_and_starts_nothing_more(
    many: Repository, meddled: Meddled, number: signal.Signals, concurrency: int
) -> None:
    """What is in flight is recorded, the rest is reported as not started, the lease is given back: exit 4."""
    configure(many, concurrency=concurrency)
    came, go = held_up(meddled, WRITE, concurrency)

    with start(many) as running:
        assert came.wait(PATIENCE)
        running.send_signal(number)
        go.set()
        stdout, stderr = running.communicate(timeout=PATIENCE)
    ended = Ended(running.returncode, stdout, stderr)

    done, rest = KEYS[:concurrency], KEYS[concurrency:]
    assert (4, ONCE) == (ended.code, stderr)
    assert dict.fromkeys(done, ("done", "")) | dict.fromkeys(rest, ("not_started", "interrupted")) == results(ended)
    assert meddled.names == NAMES[:concurrency]
    assert sorted(ledger(many)["segments"]) == done
    assert (ledger(many)["lease"], ledger(many)["intents"]) == (None, [])
    assert (many.run("apply", "--yes").code, meddled.names) == (0, NAMES)


@BOTH
def test_a_second_ctrl_c_stops_at_once(many: Repository, meddled: Meddled, number: signal.Signals) -> None:
    """While the vendor still sits on eight requests: exit 4, one line more, nothing half-written; then it converges."""
    came, go = held_up(meddled, WRITE, 8)
    with start(many) as running:
        assert came.wait(PATIENCE)
        stdout, stderr = twice(running, number)
        assert not go.is_set()
    left = ledger(many)
    files = sorted(path.name for path in many.ledger.parent.iterdir())
    go.set()

    refused = many.run("apply", "--yes")
    freed = many.run("ledger", "unlock")
    again = many.run("apply", "--yes")

    assert (4, "", ONCE + TWICE) == (running.returncode, stdout, stderr)
    assert (20, {}, ["local.json", "local.lock"]) == (len(left["intents"]), left["segments"], files)
    assert f"process {running.pid}" in left["lease"]["holder"]
    assert [5, 0, 0] == [ended.code for ended in (refused, freed, again)]
    assert (NAMES, KEYS) == (meddled.names, sorted(ledger(many)["segments"]))
    assert many.run("plan", "--detailed-exitcode").code == 0


def test_a_quiet_apply_says_only_that_it_stopped_at_once(many: Repository, meddled: Meddled) -> None:
    """`--quiet` leaves out what the first Ctrl-C is told: two different signals, as a terminal and CI send them."""
    came, go = held_up(meddled, WRITE, 8)
    with start(many, "--quiet") as running:
        assert came.wait(PATIENCE)
        running.send_signal(signal.SIGTERM)
        running.send_signal(signal.SIGINT)
        stdout, stderr = running.communicate(timeout=PATIENCE)
    go.set()

    assert (4, "", TWICE) == (running.returncode, stdout, stderr)


def test_ctrl_c_wakes_whoever_sits_out_a_pause(many: Repository, meddled: Meddled) -> None:
    """A vendor that asks everybody to wait for four minutes is not waited for: nothing was made, and exit 4."""
    configure(many, concurrency=8, retry_seconds=300)
    meddled.faults = [Fault(FaultKind.STATUS, match="POST *", status=429, retry_after="240")]
    came, go = held_up(meddled, WRITE, 8)

    with start(many) as running:
        assert came.wait(PATIENCE)
        running.send_signal(signal.SIGINT)
        go.set()
        stdout, _ = running.communicate(timeout=PATIENCE)

    waited, rest = dict.fromkeys(KEYS[:8], ("failed", "rate-limited")), KEYS[8:]
    assert waited | dict.fromkeys(rest, ("not_started", "interrupted")) == results(Ended(4, stdout, ""))
    assert (4, 8, []) == (running.returncode, len(meddled.writes), meddled.names)
    assert (None, KEYS[:8]) == (ledger(many)["lease"], [intent["key"] for intent in ledger(many)["intents"]])


def test_a_second_ctrl_c_does_not_wait_for_a_push(many: Repository, tmp_path: Path, meddled: Meddled) -> None:
    """The remote sits on the write that takes the lease: git is stopped with the run, and another run goes on."""
    many.env |= NOBODY
    git(tmp_path, "init", "--quiet", "--bare", "hub")
    git(many.root, "init", "--quiet")
    git(many.root, "remote", "add", "origin", f"file://{tmp_path / 'hub'}")
    configure(many, ledger="git", concurrency=8)
    reached = tmp_path / "reached"
    slow = hook(tmp_path / "hub", "pre-receive", f"touch '{reached}'; exec sleep 600")

    with start(many) as running:
        while not reached.exists():
            time.sleep(0.02)
        stdout, stderr = twice(running, signal.SIGINT)
    slow.unlink()
    applied = many.run("apply", "--yes")

    assert (4, "", ONCE + TWICE) == (running.returncode, stdout, stderr)
    assert (0, NAMES) == (applied.code, meddled.names)
    assert [True, True] == [said in line for said, line in zip(("create k00", "taken"), log(many.root), strict=True)]
    with pytest.raises(ProcessLookupError):
        os.killpg(running.pid, 0)


def test_signals_after_the_work_do_not_cut_the_report_short(many: Repository, meddled: Meddled) -> None:
    """Stdout is a pipe that nobody reads until both signals have come: the report is whole, and the exit code is 0."""
    for number in range(600):
        many.define(f"more-{number:03}", f"More {number}", PROD)
    configure(many, concurrency=8)
    reading, writing = os.pipe()
    with (
        subprocess.Popen(
            [COMMAND, "apply", "--yes", "--format", "json"],
            cwd=many.root,
            env=many.environment(),
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
        ) as running,
        os.fdopen(reading) as pipe,
    ):
        os.close(writing)
        assert running.stderr
        first = pipe.read(1)
        running.send_signal(signal.SIGINT)
        running.send_signal(signal.SIGTERM)
        document = json.loads(first + pipe.read())
        told = running.stderr.read()

    assert (0, "") == (running.returncode, told)
    assert {"done": 620, "failed": 0, "stale": 0, "not_started": 0, "blocked": 0} == document["summary"]


@BOTH
def test_signals_after_the_report_change_nothing(
    repository: Repository, meddled: Meddled, number: signal.Signals
) -> None:
    """However many come from then until the process has ended: the exit code is 0, and nothing more is said."""
    repository.define("new", "New", PROD)

    with start(repository) as running:
        assert running.stdout
        while running.stdout.readline() != "}\n":
            pass
        while running.poll() is None:
            running.send_signal(number)
            time.sleep(0.001)
        ended = (running.returncode, *running.communicate(timeout=PATIENCE))

    assert ((0, "", ""), ["New"]) == (ended, meddled.names)


@BOTH
@pytest.mark.parametrize("command", ["plan", "apply", "drift", "snapshot", "import"])
def test_before_anything_is_written_both_end_a_command_with_1(
    repository: Repository, meddled: Meddled, command: str, number: signal.Signals
) -> None:
    """In words, and at once, whatever the command waits for; a person who still presses Ctrl-C then sees no more."""
    repository.define("new", "New", PROD)
    came, go = threading.Event(), threading.Event()

    def hold(_: str) -> None:
        came.set()
        go.wait(PATIENCE)

    meddled.before = hold
    with subprocess.Popen(
        [COMMAND, command, *{"apply": ["--yes"], "import": ["--all"]}.get(command, [])],
        cwd=repository.root,
        env=repository.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert came.wait(PATIENCE)
        running.send_signal(number)
        stdout, stderr = running.communicate(timeout=PROMPT)
        go.set()

    words = "error: interrupted; nothing was changed (interrupted)\n  hint: run the command again\n"
    assert (1, "", words) == (running.returncode, stdout, stderr)
    assert ([], False) == (meddled.writes, repository.ledger.exists())


def test_a_third_ctrl_c_changes_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """Once the run is stopped at once, what it says last is not cut short by yet another signal."""
    stop = Stop(Output())
    stop(signal.SIGINT, None)
    with pytest.raises(Abandoned):
        stop(signal.SIGTERM, None)

    stop(signal.SIGINT, None)

    assert ((True, True), ("", ONCE)) == ((stop.asked, stop.abandoned), capfd.readouterr())


def test_an_apply_that_breaks_hands_the_signals_back() -> None:
    """What comes after an error of ours may be interrupted as anything else."""
    former = [signal.getsignal(number) for number in SIGNALS]

    with pytest.raises(ValueError, match="broken"), stopping(Output()):
        raise ValueError("broken")

    assert former == [signal.getsignal(number) for number in SIGNALS]
