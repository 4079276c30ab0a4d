"""The ledger in git under real processes: eight that write at once, and one that is killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from clones import REF, claimed, clone, environment, git, hook, hub, ledger, log, repository

TESTS = Path(__file__).parents[1]

WRITER = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from clones import ledger, record
from reconciler.errors import Refused
from reconciler.ledger.git import pause
from reconciler.ledger.trail import Signature

folder, who, key, name = Path(sys.argv[2]), *sys.argv[3:]
keeper = ledger(folder, Signature(who, "process", "segments"), wait=lambda attempt: pause(attempt * 3))
claims = keeper.read()
print("ready", flush=True)
sys.stdin.readline()
try:
    print("wrote", keeper.write(claims.claim(record(key, name))).serial)
except Refused as refused:
    print(refused)
"""


def start(folder: Path, who: str, key: str, name: str = "") -> "subprocess.Popen[str]":
    """Start a process that has read the ledger of a clone, and writes when it is told to."""
    command = [sys.executable, "-c", WRITER, str(TESTS), str(folder), who, key, name]
    pipe = subprocess.PIPE
    writer = subprocess.Popen(command, env=environment(), stdin=pipe, stdout=pipe, encoding="utf-8")
    assert writer.stdout
    assert "ready\n" == writer.stdout.readline()
    return writer


def race(writers: "list[subprocess.Popen[str]]") -> list[str]:
    """Let all of them write at once, and return what they say."""
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()
    return [writer.communicate()[0].strip() for writer in writers]


@pytest.mark.parametrize("clones", [8, 2, 0], ids=["eight clones", "two clones", "no remote"])
def test_eight_that_write_different_keys_lose_nothing(tmp_path: Path, clones: int) -> None:
    """Each of them has written, one upon the other, and every record is there."""
    shared = hub(tmp_path / "hub")
    folders = [clone(shared, tmp_path / f"clone-{number}") for number in range(clones)]
    folders = folders or [repository(tmp_path / "alone")]
    writers = [start(folders[number % len(folders)], f"user-{number}@host", f"k{number}") for number in range(8)]

    said = race(writers)

    assert [f"wrote {serial}" for serial in range(1, 9)] == sorted(said)
    assert claimed(*(f"k{number}" for number in range(8))).segments == ledger(folders[0]).read().segments
    assert 8 == len(log(folders[0]))


def test_of_eight_that_write_the_same_key_one_wins_and_is_named_to_the_others(tmp_path: Path) -> None:
    """What the winner wrote is what is there."""
    shared = hub(tmp_path / "hub")
    names = [f"name-{number}" for number in range(8)]
    writers = [start(clone(shared, tmp_path / name), f"{name}@host", "eu", name) for name in names]

    said = race(writers)

    won = [name for name, words in zip(names, said, strict=True) if words == "wrote 1"]
    assert 1 == len(won)
    last = f"`local: record eu`, by {won[0]}@host, process (ledger-moved)"
    assert [f"{REF}: another run has written the ledger since it was read: {last}"] * 7 == [
        words for words in said if words != "wrote 1"
    ]
    assert won[0] == ledger(tmp_path / names[0]).read().segments["eu"].body["name"]


def wait_for(path: Path) -> None:
    """Wait until there is a file."""
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_run_that_is_killed_while_the_remote_takes_its_write_leaves_a_true_record(tmp_path: Path) -> None:
    """The remote has it and this clone's ref does not yet: the next read does, and writes go on."""
    shared = hub(tmp_path / "hub")
    ours = clone(shared, tmp_path / "ours")
    slow = hook(shared, "post-receive", f"touch '{tmp_path / 'reached'}'; exec sleep 5")
    writer = start(ours, "ada@host", "eu")

    assert writer.stdin
    writer.stdin.write("go\n")
    writer.stdin.flush()
    wait_for(tmp_path / "reached")
    os.kill(writer.pid, signal.SIGKILL)
    writer.communicate()
    slow.unlink()

    assert "" == git(ours, "for-each-ref", REF)
    found = ledger(ours).read()
    assert (1, ["eu"]) == (found.serial, list(found.segments))
    assert 2 == ledger(ours).write(found.release("eu")).serial


def test_a_run_that_is_killed_before_the_remote_has_its_write_leaves_the_record_as_it_was(tmp_path: Path) -> None:
    """Nothing of it is seen, and the next run writes as if it had never been."""
    shared = hub(tmp_path / "hub")
    ours = clone(shared, tmp_path / "ours")
    before = ledger(ours).write(claimed("us"))
    refusing = hook(shared, "pre-receive", f"touch '{tmp_path / 'reached'}'; sleep 2; exit 1")
    writer = start(ours, "ada@host", "eu")

    assert writer.stdin
    writer.stdin.write("go\n")
    writer.stdin.flush()
    wait_for(tmp_path / "reached")
    os.kill(writer.pid, signal.SIGKILL)
    writer.communicate()
    refusing.unlink()

    assert before == ledger(ours).read()
    assert 2 == ledger(ours).write(before.claim(claimed("eu").segments["eu"])).serial
