"""Whole commands on a ledger in git: two clones that share it through their remote."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from clones import BOB, NOBODY, REF, git, hook, ledger, log, record
from repository import COMMAND, Repository
from unruly import PROD, SANDBOX, Meddled, configure


@pytest.fixture
def ours(repository: Repository, tmp_path: Path) -> Repository:
    """Return a clone with one definition, pushed, whose ledger is in git."""
    repository.env |= NOBODY
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "hub")
    git(repository.root, "init", "--quiet", "--initial-branch=main")
    git(repository.root, "remote", "add", "origin", f"file://{tmp_path / 'hub'}")
    configure(repository, ledger="git")
    repository.define("alpha", "Alpha", PROD)
    git(repository.root, "add", ".")
    git(repository.root, "commit", "--quiet", "--message", "Define alpha")
    git(repository.root, "push", "--quiet", "--set-upstream", "origin", "main")
    return repository


@pytest.fixture
def theirs(ours: Repository, tmp_path: Path) -> Repository:
    """Return another clone."""
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{tmp_path / 'hub'}", "theirs")
    cloned = Repository(tmp_path / "theirs", ours.endpoint, ours.env)
    git(cloned.root, "checkout", "--quiet", "reconciler.toml")
    return cloned


def test_the_loop_works_over_two_clones(ours: Repository, theirs: Repository, meddled: Meddled) -> None:
    """Applied here, there is nothing to do there; drift is seen there; what is forgotten there is forgotten here."""
    applied = ours.run("apply", "--yes")
    planned = theirs.run("plan", "--detailed-exitcode")
    in_step = theirs.run("drift")
    [segment] = meddled.segments()
    meddled.edit_segment(str(segment["id"]), conditions=[])
    drifted = theirs.run("drift")
    forgotten = theirs.run("forget", "alpha")
    shown = ours.run("ledger", "show")

    assert [0, 0, 0, 2, 0, 0] == [ended.code for ended in (applied, planned, in_step, drifted, forgotten, shown)], (
        applied.stderr
    )
    assert "local: 0 managed, serial 3\n" == shown.stdout
    assert ["local: forget alpha", "local: create alpha", "local: lease taken by"] == [
        " ".join(line.split()[: 4 if "taken" in line else 3]) for line in log(ours.root)
    ]
    assert not list(ours.root.glob(".reconciler/ledger*")) + list(theirs.root.glob(".reconciler/ledger*"))


def test_an_import_is_recorded_for_all(ours: Repository, theirs: Repository, meddled: Meddled) -> None:
    """Two imports of different segments, each in a clone of its own, are both had."""
    for name in ("Beta", "Gamma"):
        meddled.put_segment({"name": name, "conditions": []}, segment_id=name.lower())

    here, there = ours.run("import", "--name", "Beta"), theirs.run("import", "--name", "Gamma")

    assert (0, 0) == (here.code, there.code)
    assert "beta: beta\ngamma: gamma\nlocal: 2 managed, serial 2\n" == ours.run("ledger", "show").stdout


def test_an_apply_is_refused_where_another_clone_wrote_since_its_plan(
    ours: Repository, theirs: Repository, meddled: Meddled
) -> None:
    """The other is named, nothing is sent, and another apply works."""

    def write() -> None:
        other = ledger(theirs.root, BOB)
        other.write(other.read().claim(record("beta")))

    meddled.once("GET /v4/segments", write)

    refused = ours.run("apply", "--yes")

    assert (5, []) == (refused.code, meddled.writes)
    assert (
        f"{REF}: another run has written the ledger since it was read: `local: record beta`, by bob@host"
        in refused.stderr
    )
    ours.define("beta", "beta")
    assert 0 == ours.run("apply", "--yes").code


def test_a_lease_is_held_for_all_clones_and_freed_from_any(
    ours: Repository, theirs: Repository, meddled: Meddled
) -> None:
    """A killed apply keeps the others out until somebody frees its lease; then another clone goes on."""
    dead: list[int] = []

    def kill() -> None:
        dead.append(run.pid)
        run.kill()

    with subprocess.Popen(
        [COMMAND, "apply", "--yes"], cwd=ours.root, env=ours.environment(), stderr=subprocess.DEVNULL
    ) as run:
        meddled.once("POST /v4/segments", kill)
        run.wait()
    kept_out = theirs.run("apply", "--yes")
    freed = theirs.run("ledger", "unlock")
    applied = theirs.run("apply", "--yes")

    assert 1 == len(dead)
    assert (5, 0, 0) == (kept_out.code, freed.code, applied.code)
    assert "(lease-held)" in kept_out.stderr
    assert f"process {dead[0]}, held since" in freed.stdout
    assert ["Alpha"] == meddled.names
    assert "alpha" in ours.run("ledger", "show").stdout
    assert 1 == len([line for line in log(theirs.root) if line.startswith("local: lease of ")])


def test_a_run_whose_lease_was_freed_ends_incomplete(ours: Repository, theirs: Repository, meddled: Meddled) -> None:
    """It finds out with its next write; what it made is found again by the next run, and no twin is made."""
    ours.define("beta", "Beta")
    other = ledger(theirs.root, BOB)
    meddled.once("POST /v4/segments", lambda: other.write(other.read().leased(None)))

    ended = ours.run("apply", "--yes", "--format", "json")

    assert (4, ["done", "done"]) == (ended.code, [each["result"] for each in ended.document["outcomes"]])
    assert ["ledger-moved"] == [each["code"] for each in ended.document["problems"]]
    assert (0, 2, ["Alpha", "Beta"]) == (ours.run("apply", "--yes").code, len(meddled.writes), meddled.names)
    assert ["alpha", "beta"] == sorted(other.read().segments)


def test_a_remote_that_stops_answering_stops_the_apply(ours: Repository, tmp_path: Path, meddled: Meddled) -> None:
    """What could not be recorded is reported and noted on this side, and with the remote back no twin is made."""
    ours.define("beta", "Beta")
    there, away = tmp_path / "hub", tmp_path / "away"
    meddled.once("POST /v4/segments", lambda: there.rename(away))

    ended = ours.run("apply", "--yes", "--format", "json")
    away.rename(there)
    freed = ours.run("ledger", "unlock")
    again = ours.run("apply", "--yes")

    assert (4, ["done", "done"]) == (ended.code, [each["result"] for each in ended.document["outcomes"]])
    assert ["ledger-remote"] == [each["code"] for each in ended.document["problems"]]
    assert (0, 0, ["Alpha", "Beta"]) == (freed.code, again.code, meddled.names)


@pytest.mark.parametrize("command", ["plan", "drift", "apply --yes", "ledger show", "forget alpha"])
def test_without_the_remote_nothing_is_asked_of_the_vendor(
    ours: Repository, tmp_path: Path, meddled: Meddled, command: str
) -> None:
    """A ledger that cannot be read ends the run before anything."""
    assert 0 == ours.run("apply", "--yes").code
    before = meddled.requests
    (tmp_path / "hub").rename(tmp_path / "away")

    ended = ours.run(*command.split())

    assert (1, before) == (ended.code, meddled.requests)
    assert "(ledger-remote)" in ended.stderr


def test_ctrl_c_lets_a_push_in_flight_end(ours: Repository, tmp_path: Path, meddled: Meddled) -> None:
    """The signal goes to everything that the terminal started, and git is no part of that: the lease is given back."""
    reached = tmp_path / "reached"
    slow = hook(tmp_path / "hub", "pre-receive", f"touch '{reached}'; sleep 1")
    with subprocess.Popen(
        [COMMAND, "apply", "--yes"],
        cwd=ours.root,
        env=ours.environment(),
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as run:
        while not reached.exists():
            time.sleep(0.02)
        slow.unlink()
        os.killpg(run.pid, signal.SIGINT)
        code = run.wait(60)

    assert (4, []) == (code, meddled.writes)
    assert [True, True] == [said in line for said, line in zip(("given back", "taken"), log(ours.root), strict=True)]


def test_a_push_that_is_forbidden_says_what_the_remote_says(ours: Repository, tmp_path: Path, meddled: Meddled) -> None:
    """As with a token that may only read: nothing was sent."""
    hook(tmp_path / "hub", "pre-receive", "echo you may not >&2; exit 1")

    ended = ours.run("apply", "--yes")

    assert (1, []) == (ended.code, meddled.writes)
    assert "remote: you may not" in ended.stderr


def test_commands_work_where_a_hook_of_git_started_them(ours: Repository) -> None:
    """The variables that git gives its hooks name a repository as seen from elsewhere; they are not followed."""
    ours.env |= {
        "GIT_DIR": "elsewhere/.git",
        "GIT_INDEX_FILE": "nowhere",
        "GIT_TRACE": "1",
        "SSH_ASKPASS": "/bin/false",
    }

    assert 0 == ours.run("apply", "--yes").code
    assert 2 == len(log(ours.root))


@pytest.fixture
def moving(ours: Repository) -> Repository:
    """Return a repository that has applied with its ledger in a file, and asks for it in git now."""
    configure(ours)
    assert 0 == ours.run("apply", "--yes").code
    configure(ours, ledger="git")
    return ours


def test_a_ledger_file_is_carried_over_when_asked(moving: Repository, theirs: Repository) -> None:
    """Until then every command stops; after it both clones have it, and the file is as it was."""
    file = moving.ledger.read_bytes()
    stopped = moving.run("plan")
    carried = moving.run("ledger", "migrate")
    planned = theirs.run("plan", "--detailed-exitcode")
    again = moving.run("ledger", "migrate")

    assert (5, 0, 0, 3) == (stopped.code, carried.code, planned.code, again.code)
    assert "`reconciler ledger migrate --target local` carries it over" in stopped.stderr
    assert "local: 1 managed, in git from now on; delete the file\n" == carried.stdout
    assert "target `local` has a ledger in git already (nothing-to-migrate)" in again.stderr
    assert file == moving.ledger.read_bytes()
    assert ["local: record alpha"] == log(theirs.root)


def test_carrying_over_answers_in_json(moving: Repository) -> None:
    """With what is managed now."""
    carried = moving.run("ledger", "migrate", "--format", "json")

    assert ("reconciler-claims", 1, ["alpha"]) == (
        carried.document["format"],
        carried.document["serial"],
        [segment["key"] for segment in carried.document["segments"]],
    )


def test_what_is_not_there_or_in_use_is_not_carried_over(moving: Repository, tmp_path: Path) -> None:
    """A file that a run is writing, a remote that cannot be asked, no file, and a target that wants none in git."""
    document = json.loads(moving.ledger.read_text())
    lease = {"holder": "ana@runner", "since": "2026-01-01T00:00:00+00:00", "until": "2999-01-01T00:00:00+00:00"}
    moving.ledger.write_text(json.dumps(document | {"lease": lease}))
    leased = moving.run("ledger", "migrate")
    git(moving.root, "fetch", "--quiet", "origin", f"main:{REF}")
    unclear = moving.run("ledger", "migrate")
    git(moving.root, "update-ref", "-d", REF)
    moving.ledger.unlink()
    gone = moving.run("ledger", "migrate")
    configure(moving)
    in_file = moving.run("ledger", "migrate")

    said = [(ended.code, ended.stderr.splitlines()[0].rpartition("(")[2]) for ended in (leased, unclear, gone, in_file)]
    assert [
        (5, "lease-held)"),
        (5, "ledger-unpublished)"),
        (3, "nothing-to-migrate)"),
        (3, "nothing-to-migrate)"),
    ] == said


def shallow(hub: Path, folder: Path) -> None:
    """Clone the last commit alone."""
    git(hub, "clone", "--quiet", "--depth=1", f"file://{hub}", str(folder))


def detached(hub: Path, folder: Path) -> None:
    """Clone, with a head that is no branch, as CI does."""
    git(hub, "clone", "--quiet", f"file://{hub}", str(folder))
    git(folder, "checkout", "--quiet", "--detach")


def worktree(hub: Path, folder: Path) -> None:
    """Make a second work tree of a clone."""
    main = folder.with_name("main")
    git(hub, "clone", "--quiet", f"file://{hub}", str(main))
    git(main, "worktree", "add", "--quiet", str(folder))


def unshared(hub: Path, folder: Path) -> None:
    """Make a repository without a remote."""
    git(hub, "clone", "--quiet", f"file://{hub}", str(folder))
    git(folder, "remote", "remove", "origin")


@pytest.mark.parametrize("make", [shallow, detached, worktree, unshared], ids=lambda made: made.__name__)
def test_the_loop_leaves_a_trail_that_people_can_read(
    ours: Repository, tmp_path: Path, meddled: Meddled, make: Callable[[Path, Path], None]
) -> None:
    """Made, then edited and one more made, then deleted: who, what, in which run, and on which definitions."""
    ours.define("beta", "Beta", PROD)
    git(ours.root, "add", ".")
    git(ours.root, "commit", "--quiet", "--message", "Define beta")
    git(ours.root, "push", "--quiet", "origin", "main")
    make(tmp_path / "hub", tmp_path / "there")
    there = Repository(tmp_path / "there", ours.endpoint, ours.env | {"GITHUB_RUN_ID": "77"})
    git(there.root, "checkout", "--quiet", "reconciler.toml")
    head = git(there.root, "rev-parse", "HEAD")
    branches = git(there.root, "for-each-ref", "refs/heads", "refs/remotes")

    codes = [there.run("apply", "--yes").code]
    there.define("alpha", "Alpha", SANDBOX)
    (there.root / "segments" / "beta.json").unlink()
    there.define("gamma", "Gamma", PROD)
    codes.append(there.run("apply", "--yes").code)
    codes.append(there.run("plan", "--detailed-exitcode").code)

    who = git(there.root, "log", "-1", "--format=%(trailers:key=Who,valueonly)", REF).strip()
    log_of_all = git(there.root, "log", "--reverse", "--format=%B", REF)
    edited = f"{head}, with uncommitted changes in segments"
    taken, back = f"local: lease taken by {who}, process N, GitHub run 77", f"lease given back by {who}"
    writes = [
        (taken, ["about to create alpha", "about to create beta"], head),
        ("local: create alpha, create beta", ["create alpha", "create beta", back], head),
        (taken, ["about to update alpha", "about to create gamma", "about to delete beta"], edited),
        (
            "local: update alpha, create gamma and 1 more",
            ["update alpha", "create gamma", "delete beta", back],
            edited,
        ),
    ]
    expected = [
        f"{subject}\n\n" + "\n".join(lines) + f"\n\nTarget: local\nSerial: {serial}\nWho: {who}\n"
        f"Run: process N, GitHub run 77\nDefinitions: {definitions}\n"
        for serial, (subject, lines, definitions) in enumerate(writes, start=1)
    ]
    assert ([0, 0, 0], ["Alpha", "Gamma"]) == (codes, meddled.names)
    assert "\n".join(expected).strip() == re.sub(r"process [0-9]+", "process N", log_of_all).strip()
    assert (head, branches) == (
        git(there.root, "rev-parse", "HEAD"),
        git(there.root, "for-each-ref", "refs/heads", "refs/remotes"),
    )
