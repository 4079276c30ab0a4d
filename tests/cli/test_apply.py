"""What an apply does over the real thing: whole commands, and a vendor that is meddled with between two requests."""

import json
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable
from typing import Any

import pytest
from cli.applied import apply, ledger, outcomes
from repository import COMMAND, Repository
from unruly import PROD, SANDBOX, Meddled, configure, settle

from reconciler.emulator.faults import Fault, FaultKind

PATIENCE = 60
WRITE = "POST /v4/segments"


def start(repository: Repository, *arguments: str) -> "subprocess.Popen[str]":
    """Begin an apply, and go on without waiting for it."""
    return subprocess.Popen(
        [COMMAND, "apply", "--yes", "--format", "json", *arguments],
        cwd=repository.root,
        env=repository.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def slow(meddled: Meddled, line: str) -> tuple[threading.Event, threading.Event]:
    """Hold the first request of this kind up; return what says that it came, and what lets it go on."""
    came, go = threading.Event(), threading.Event()

    def hold() -> None:
        came.set()
        go.wait(PATIENCE)

    meddled.once(line, hold)
    return came, go


def test_a_report_has_one_outcome_for_each_change_and_what_was_blocked(
    repository: Repository, meddled: Meddled
) -> None:
    """The whole JSON report of a tiny world: one created, one updated, one deleted, one protected."""
    settle(repository, meddled, "edited", "gone", "guarded", "same", protected="guarded")
    repository.define("edited", "Edited", SANDBOX)
    repository.define("new", "New", PROD)
    for key in ("gone", "guarded"):
        (repository.root / "segments" / f"{key}.json").unlink()

    ended = apply(repository, "--out", "report.json")

    document = ended.document
    assert ended.code == 5
    assert json.loads((repository.root / "report.json").read_text()) == document
    assert list(document) == [
        "format",
        "format_version",
        "tool_version",
        "target",
        "provider",
        "complete",
        "summary",
        "outcomes",
        "blocked",
        "refused_by",
        "problems",
    ]
    assert (document["format"], document["target"], document["complete"]) == ("reconciler-report", "local", True)
    assert document["summary"] == {"done": 3, "failed": 0, "stale": 0, "not_started": 0, "blocked": 1}
    assert [
        {name: value for name, value in outcome.items() if name != "digest"} for outcome in document["outcomes"]
    ] == [
        {"key": key, "id": key, "name": name, "action": action, "result": "done", "problem": None, "fields": []}
        for key, name, action in [
            ("edited", "Edited", "update"),
            ("new", "New", "create"),
            ("gone", "Gone", "delete"),
        ]
    ]
    assert [(change["key"], change["blocked_by"]) for change in document["blocked"]] == [("guarded", "protected")]
    assert document["problems"] == []
    assert meddled.names == ["Edited", "Guarded", "New", "Same"]


@pytest.mark.parametrize(
    ("meddle", "path"),
    [
        (lambda vendor: vendor.edit_segment("alpha", conditions=[]), "conditions"),
        (lambda vendor: vendor.edit_segment("alpha", name="Renamed"), "name"),
        (lambda vendor: vendor.remove_segment("alpha"), ""),
    ],
    ids=["edited", "renamed", "deleted"],
)
@pytest.mark.parametrize("change", ["update", "delete"])
def test_a_segment_that_moved_since_the_plan_is_left_alone(
    repository: Repository, meddled: Meddled, meddle: Callable[[Meddled], None], path: str, change: str
) -> None:
    """What somebody did to the live segment stays, the difference is shown, and the other changes are made."""
    settle(repository, meddled, "alpha", "beta", "delta")
    repository.define("beta", "Beta", SANDBOX)
    if change == "update":
        repository.define("alpha", "Alpha", SANDBOX)
    else:
        (repository.root / "segments" / "alpha.json").unlink()
    meddled.once("GET /v4/segments/alpha", lambda: meddle(meddled))

    ended = apply(repository)

    assert ended.code == 5
    assert sorted(outcomes(ended)) == [("alpha", "stale", "stale"), ("beta", "done", "")]
    assert meddled.writes == [("PUT", "/v4/segments/beta")]
    (stale,) = [outcome for outcome in ended.document["outcomes"] if outcome["key"] == "alpha"]
    assert [field["path"].split("[")[0] for field in stale["fields"]] == ([path] if path else [])
    assert ledger(repository)["intents"] == []
    assert "alpha" in ledger(repository)["segments"]


def test_a_segment_that_came_back_since_the_plan_gets_no_twin(repository: Repository, meddled: Meddled) -> None:
    """A vanished segment is looked for once more before it is created again."""
    settle(repository, meddled, "alpha", "beta")
    meddled.remove_segment("alpha")
    back: dict[str, Any] = {"name": "Alpha", "conditions": [{**PROD, "negate": False}]}
    meddled.once("GET /v4/segments/alpha", lambda: meddled.put_segment(back, segment_id="alpha"))

    ended = apply(repository)

    assert (ended.code, outcomes(ended)) == (5, [("alpha", "stale", "stale")])
    assert (meddled.writes, meddled.names) == ([], ["Alpha", "Beta"])
    assert repository.run("plan", "--detailed-exitcode").code == 0


def test_a_list_that_left_a_segment_out_leads_to_no_twin(repository: Repository, meddled: Meddled) -> None:
    """A vendor that says that a short list is whole is not believed before a create."""
    settle(repository, meddled, "alpha", "beta")
    kept: dict[str, Any] = {"name": "Alpha", "conditions": [{**PROD, "negate": False}]}

    def before(line: str) -> None:
        if line == "GET /v4/segments":
            meddled.remove_segment("alpha")
        if line == "GET /v4/segments/system":
            meddled.put_segment(kept, segment_id="alpha")

    meddled.before = before

    ended = apply(repository)

    assert (ended.code, outcomes(ended)) == (5, [("alpha", "stale", "stale")])
    assert (meddled.writes, meddled.names) == ([], ["Alpha", "Beta"])


@pytest.mark.parametrize(("defined", "read"), [("alpha", 2), ("new", 1)], ids=["update", "create"])
def test_what_the_vendor_stored_is_held_against_what_was_sent(
    repository: Repository, meddled: Meddled, defined: str, read: int
) -> None:
    """A vendor that stores something else fails the change, with the difference, and the next plan tries again.

    An update is read back here since its answer lacks a member.
    """
    settle(repository, meddled, "alpha")
    meddled.faults = [Fault(FaultKind.MISSING_MEMBER, match="PUT *")]
    repository.define(defined, defined.capitalize(), SANDBOX, PROD)
    meddled.once(f"GET /v4/segments/{defined}", lambda: meddled.edit_segment(defined, conditions=[PROD]), at=read)

    ended = apply(repository)
    planned = repository.run("plan", "--format", "json")

    assert (ended.code, outcomes(ended)) == (4, [(defined, "failed", "not-as-sent")])
    (outcome,) = ended.document["outcomes"]
    assert [(field["path"], field["kind"]) for field in outcome["fields"]] == [
        ("conditions[environment eq]", "removed")
    ]
    assert ledger(repository)["segments"][defined]["id"] == defined
    assert planned.document["summary"]["update"] == 1


def test_a_failure_does_not_stop_the_other_changes(repository: Repository, meddled: Meddled) -> None:
    """One create that the vendor refuses leaves its neighbours done, and the next run does the rest."""
    for key in ("alpha", "beta", "delta"):
        repository.define(key, key.capitalize())
    meddled.faults = [Fault(FaultKind.STATUS, at=2, match=WRITE, status=422)]

    first, second = apply(repository), apply(repository)

    assert first.code == 4
    assert outcomes(first) == [("alpha", "done", ""), ("beta", "failed", "vendor-rejected"), ("delta", "done", "")]
    assert (second.code, outcomes(second)) == (0, [("beta", "done", "")])
    assert meddled.names == ["Alpha", "Beta", "Delta"]


def test_a_segment_that_a_campaign_uses_is_not_deleted(repository: Repository, meddled: Meddled) -> None:
    """The automations that use it are named, whether or not the vendor itself would refuse."""
    settle(repository, meddled, "alpha", "beta", "delta")
    meddled.add_automation("Welcome mail", "alpha")
    (repository.root / "segments" / "alpha.json").unlink()

    ended = apply(repository)

    assert (ended.code, outcomes(ended)) == (4, [("alpha", "failed", "segment-in-use")])
    assert "`Welcome mail`" in ended.document["outcomes"][0]["problem"]["message"]
    assert (meddled.writes, meddled.names) == ([], ["Alpha", "Beta", "Delta"])
    assert "alpha" in ledger(repository)["segments"]


def test_a_vanished_segment_that_is_back_is_not_forgotten(repository: Repository, meddled: Meddled) -> None:
    """A record is given up only if its segment is still not there when it is looked for by id."""
    settle(repository, meddled, "kept", "gone", "other")
    (repository.root / "segments" / "gone.json").unlink()
    meddled.remove_segment("gone")
    plan = repository.run("plan", "--format", "json")
    assert [change["action"] for change in plan.document["changes"] if change["key"] == "gone"] == ["forget"]
    gone: dict[str, Any] = {"name": "Gone", "conditions": []}
    meddled.once("GET /v4/segments/gone", lambda: meddled.put_segment(gone, segment_id="gone"))

    ended = apply(repository)

    assert (ended.code, outcomes(ended)) == (5, [("gone", "stale", "stale")])
    assert "gone" in ledger(repository)["segments"]


def test_a_digest_that_is_expected_is_the_plan_s(repository: Repository, meddled: Meddled) -> None:
    """`--expect-digest` lets the plan with that digest through, and no other."""
    repository.define("new", "New")
    digest = repository.run("plan", "--format", "json").document["digest"]

    other = repository.run("apply", "--yes", "--expect-digest", "sha256:" + "0" * 64)
    written = meddled.writes[:]
    same = repository.run("apply", "--yes", "--expect-digest", digest)

    assert (other.code, written) == (5, [])
    assert f"the plan's digest is {digest}" in other.stderr
    assert (same.code, meddled.names) == (0, ["New"])


def test_only_what_is_named_is_done(repository: Repository, meddled: Meddled) -> None:
    """`--only KEY` leaves the other changes for the next run."""
    for key in ("alpha", "beta", "delta"):
        repository.define(key, key.capitalize())

    ended = apply(repository, "--only", "alpha", "--only", "delta")

    assert (ended.code, meddled.names) == (0, ["Alpha", "Delta"])
    assert outcomes(apply(repository)) == [("beta", "done", "")]


def test_a_file_that_moved_and_says_so_keeps_its_segment(repository: Repository, meddled: Meddled) -> None:
    """`previously` moves the record to the new key; nothing is sent."""
    settle(repository, meddled, "alpha", "beta")
    (repository.root / "segments" / "alpha.json").unlink()
    repository.define("growth/alpha", "Alpha", PROD, previously=["alpha"])

    ended = apply(repository)

    assert (ended.code, outcomes(ended)) == (0, [("growth/alpha", "done", "")])
    assert meddled.writes == []
    assert {key: record["id"] for key, record in ledger(repository)["segments"].items()} == {
        "beta": "beta",
        "growth/alpha": "alpha",
    }
    assert repository.run("plan", "--detailed-exitcode").code == 0


def test_protection_ends_in_two_steps(repository: Repository, meddled: Meddled) -> None:
    """A protected segment outlives its file; taken back in a definition that is applied, the file may go."""
    settle(repository, meddled, "alpha", "beta", "delta", protected="alpha")
    path = repository.root / "segments" / "alpha.json"
    path.unlink()
    blocked = repository.run("apply", "--yes")
    names = meddled.names
    repository.define("alpha", "Alpha", PROD, protected=False)
    unprotected = apply(repository)
    path.unlink()
    deleted = apply(repository)

    assert (blocked.code, names) == (5, ["Alpha", "Beta", "Delta"])
    assert "protected" in blocked.stdout
    assert (unprotected.code, outcomes(unprotected)) == (0, [("alpha", "done", "")])
    assert (deleted.code, meddled.names) == (0, ["Beta", "Delta"])


@pytest.mark.parametrize(("keep", "action"), [(True, "adopt"), (False, "skip")], ids=["file kept", "file removed"])
def test_what_is_forgotten_stays_live(repository: Repository, meddled: Meddled, action: str, *, keep: bool) -> None:
    """After `forget` the segment is unmanaged; a definition that stays finds it again by its name."""
    settle(repository, meddled, "alpha", "beta")
    if not keep:
        (repository.root / "segments" / "alpha.json").unlink()

    ended = repository.run("forget", "alpha")
    changes = repository.run("plan", "--format", "json").document["changes"]

    assert (ended.code, meddled.requests) == (0, [request for request in meddled.requests if request[0] == "GET"])
    assert [change["action"] for change in changes if change["name"] == "Alpha"] == [action]
    assert meddled.names == ["Alpha", "Beta"]


def test_a_name_that_two_segments_have_is_imported_by_id(repository: Repository, meddled: Meddled) -> None:
    """`import --name` names the ids, `import --id` takes the one that is meant, and the plan leaves the other alone."""
    for segment_id in ("one", "two"):
        meddled.put_segment({"name": "Twin", "conditions": []}, segment_id=segment_id)

    by_name = repository.run("import", "--name", "Twin")
    by_id = repository.run("import", "--id", "two")
    planned = repository.run("plan", "--format", "json", "--detailed-exitcode")

    assert by_name.code == 3
    assert "say which one with `--id`: `one`, `two`" in by_name.stderr
    assert by_id.code == 0
    assert {key: record["id"] for key, record in ledger(repository)["segments"].items()} == {"twin": "two"}
    assert planned.code == 0
    assert [(change["id"], change["action"]) for change in planned.document["changes"] if change["name"] == "Twin"] == [
        ("two", "keep"),
        ("one", "skip"),
    ]


def test_an_import_by_id_claims_a_segment_for_the_definition_of_its_name(
    repository: Repository, meddled: Meddled
) -> None:
    """A definition that is blocked, since two live segments have its name, gets the one that is named."""
    for segment_id in ("one", "two"):
        meddled.put_segment({"name": "Twin", "conditions": [PROD]}, segment_id=segment_id)
    path = repository.define("mine", "Twin", SANDBOX)
    written = path.read_bytes()
    blocked = repository.run("apply", "--yes")

    imported = repository.run("import", "--id", "one", "--format", "json")
    applied = apply(repository)

    assert blocked.code == 5
    assert imported.document["claimed"] == [{"key": "mine", "id": "one", "name": "Twin"}]
    assert imported.document["written"] == []
    assert path.read_bytes() == written
    assert outcomes(applied) == [("mine", "done", "")]
    assert meddled.writes == [("PUT", "/v4/segments/one")]


def test_an_interrupted_plan_is_over_at_once(repository: Repository, meddled: Meddled) -> None:
    """Before anything is written, Ctrl-C ends the command with 1, in the format asked for."""
    repository.define("new", "New")
    came, go = slow(meddled, "GET /v4/segments")

    with start(repository) as running:
        assert came.wait(PATIENCE)
        running.send_signal(signal.SIGINT)
        stdout, stderr = running.communicate(timeout=PATIENCE)
        go.set()

    assert running.returncode == 1
    assert json.loads(stdout)["problems"][0]["code"] == "interrupted"
    assert "Traceback" not in stderr
    assert (meddled.writes, repository.ledger.exists()) == ([], False)


def test_two_applies_at_once_are_one_too_many(repository: Repository, meddled: Meddled) -> None:
    """While one holds the lease, another is refused before it shows or writes anything, and told who holds it."""
    repository.define("new", "New")
    came, go = slow(meddled, WRITE)

    with start(repository) as first:
        assert came.wait(PATIENCE)
        second = repository.run("apply", "--yes")
        shown = repository.run("ledger", "show")
        go.set()
        first.communicate(timeout=PATIENCE)

    assert (first.returncode, second.code, second.stdout) == (0, 5, "")
    assert f"process {first.pid} has been applying since" in second.stderr
    assert "reconciler ledger unlock" in second.stderr
    assert f"process {first.pid} until" in shown.stdout
    assert meddled.names == ["New"]


def test_a_lease_that_a_dead_run_left_is_freed_by_name(repository: Repository, meddled: Meddled) -> None:
    """A killed apply leaves its lease and its intent; `ledger unlock` says whose it was, and the next apply goes on."""
    repository.define("new", "New")
    came, go = slow(meddled, WRITE)
    with start(repository) as killed:
        assert came.wait(PATIENCE)
        killed.kill()
        killed.communicate(timeout=PATIENCE)
        go.set()

    refused = repository.run("apply", "--yes")
    shown = repository.run("ledger", "show")
    freed = repository.run("ledger", "unlock")
    applied = repository.run("apply", "--yes")

    assert (refused.code, freed.code, applied.code) == (5, 0, 0)
    assert "new: a create whose outcome is not known" in shown.stdout
    assert f"process {killed.pid}, held since" in freed.stdout
    assert repository.run("ledger", "unlock").stdout == "local: no lease is held\n"
    assert meddled.names == ["New"]
    assert ledger(repository)["intents"] == []


@pytest.mark.parametrize("kind", [FaultKind.FAILED_AFTER_COMMIT, FaultKind.TRUNCATED_JSON, FaultKind.HTML])
def test_a_create_of_which_nobody_knows_makes_no_twin(
    repository: Repository, meddled: Meddled, kind: FaultKind
) -> None:
    """Whether or not the vendor did what it gave no good answer to, running again ends with one segment."""
    repository.define("new", "New", PROD)
    meddled.faults = [Fault(kind, at=1, match=WRITE)]

    first, second = apply(repository), apply(repository)

    assert (first.code, second.code) == (4, 0)
    assert first.document["outcomes"][0]["result"] == "failed"
    assert meddled.names == ["New"]
    assert list(ledger(repository)["segments"]) == ["new"]
    assert ledger(repository)["intents"] == []


def test_a_create_is_tried_again_with_the_key_of_the_first_time(repository: Repository, meddled: Meddled) -> None:
    """The idempotency key is in the ledger before it is sent, and is sent again until the outcome is known."""
    repository.define("new", "New")
    noted: list[str] = []
    meddled.once(WRITE, lambda: noted.extend(intent["idempotency_key"] for intent in ledger(repository)["intents"]))
    meddled.faults = [Fault(FaultKind.STATUS, at=1, match=WRITE, status=502)]

    assert [apply(repository).code, apply(repository).code] == [4, 0]

    assert len(noted) == 1
    assert meddled.keys == noted * 2


def test_a_create_that_was_refused_gets_another_key(repository: Repository, meddled: Meddled) -> None:
    """A clear no is an outcome: the next try is a new request, which the vendor must not take for the old one."""
    repository.define("new", "New")
    meddled.faults = [Fault(FaultKind.STATUS, at=1, match=WRITE, status=422)]

    assert [apply(repository).code, apply(repository).code] == [4, 0]

    assert len(set(meddled.keys)) == 2


def test_a_ledger_that_cannot_be_written_stops_the_apply(repository: Repository, meddled: Meddled) -> None:
    """What was recorded before stays so; the rest is reported as not started; with the ledger back, no twin is made."""
    for key in ("alpha", "beta", "delta"):
        repository.define(key, key.capitalize())
    folder, aside = repository.ledger.parent, repository.root / "aside"

    def lose() -> None:
        folder.rename(aside)
        folder.write_text("")

    meddled.once(WRITE, lose, at=2)
    broken = apply(repository)
    folder.unlink()
    shutil.move(aside, folder)
    freed = repository.run("ledger", "unlock")
    again = apply(repository)

    assert broken.code == 4
    assert outcomes(broken) == [
        ("alpha", "done", ""),
        ("beta", "failed", "ledger-unusable"),
        ("delta", "not_started", "ledger-unusable"),
    ]
    [problem] = broken.document["problems"]
    assert problem["code"] == "ledger-unusable"
    assert "the lease of this run stays in the ledger" in problem["hint"]
    assert (freed.code, again.code) == (0, 0)
    assert meddled.names == ["Alpha", "Beta", "Delta"]
    assert list(ledger(repository)["segments"]) == ["alpha", "beta", "delta"]


def test_a_ledger_that_another_run_wrote_meanwhile_stops_the_apply(repository: Repository, meddled: Meddled) -> None:
    """Its serial moved: whoever wrote it knows something that this run does not, which gives back its lease alone."""
    repository.define("alpha", "Alpha")
    repository.define("beta", "Beta")

    def write() -> None:
        repository.ledger.write_text(json.dumps(ledger(repository) | {"serial": 99}))

    meddled.once(WRITE, write)

    ended = apply(repository)

    assert ended.code == 4
    assert outcomes(ended) == [("alpha", "failed", "ledger-moved"), ("beta", "not_started", "ledger-moved")]
    assert (ledger(repository)["serial"], ledger(repository)["lease"]) == (100, None)


def test_a_ledger_that_another_run_wrote_before_the_first_change_refuses_the_apply(
    repository: Repository, meddled: Meddled
) -> None:
    """Between the plan and the lease nothing has been sent, so nothing is: exit 5."""
    settle(repository, meddled, "alpha", "beta")
    repository.define("alpha", "Alpha", SANDBOX)

    def write() -> None:
        repository.ledger.write_text(json.dumps(ledger(repository) | {"serial": 99}))

    meddled.once("GET /v4/segments/system", write)

    ended = apply(repository)

    assert ended.code == 5
    assert ended.document["problems"][0]["code"] == "ledger-moved"
    assert (ended.document["complete"], meddled.writes) == (False, [])


def test_a_target_that_deletes_the_unmanaged_deletes_them_and_nothing_of_the_vendor_s(
    repository: Repository, meddled: Meddled
) -> None:
    """`unmanaged = "delete"` means every live segment without a definition, but for system segments."""
    configure(repository, unmanaged="delete")
    settle(repository, meddled, "alpha", "beta")
    meddled.put_segment({"name": "Theirs", "conditions": []})
    system = [segment for segment in meddled.segments(system=True) if segment["is_system"]]

    ended = apply(repository)

    assert (ended.code, meddled.names) == (0, ["Alpha", "Beta"])
    assert [segment for segment in meddled.segments(system=True) if segment["is_system"]] == system
    assert repository.run("plan", "--detailed-exitcode").code == 0


def test_an_apply_with_nothing_to_do_writes_no_ledger(repository: Repository, meddled: Meddled) -> None:
    """Nothing to do is nothing done: the ledger's bytes stay, and there is nothing to commit."""
    settle(repository, meddled, "alpha", "beta")
    before = repository.ledger.read_bytes()

    ended = repository.run("apply")

    assert (ended.code, repository.ledger.read_bytes()) == (0, before)
    assert [method for method, _ in meddled.requests] == ["GET", "GET"]


def test_a_lease_that_ran_out_is_taken_over_aloud(repository: Repository, meddled: Meddled) -> None:
    """The run that left it is named, and what it made is found again, though its definition has changed since."""
    repository.define("new", "New", PROD)
    came, go = slow(meddled, "GET /v4/segments/new")
    with start(repository) as killed:
        assert came.wait(PATIENCE)
        killed.kill()
        killed.communicate(timeout=PATIENCE)
        go.set()
    left = ledger(repository)
    left["lease"]["until"] = "2026-01-01T00:00:00+00:00"
    repository.ledger.write_text(json.dumps(left))
    repository.define("new", "New", SANDBOX)

    again = repository.run("apply", "--yes")

    assert 0 == again.code
    assert "never gave its lease back, which ran out at 2026-01-01 00:00:00 UTC (lease-expired)" in again.stderr
    assert "`new`: a run that ended before it could record it made `new` (recovered)" in again.stderr
    assert ["New"] == meddled.names
    assert [{**SANDBOX, "negate": False}] == meddled.segments()[0]["conditions"]


def test_a_plan_beside_a_run_that_goes_on_does_not_say_that_it_ended(repository: Repository, meddled: Meddled) -> None:
    """What the run has made, and reads back, is told as its own; once it has ended there is nothing to tell."""
    repository.define("new", "New", PROD)
    came, go = slow(meddled, "GET /v4/segments/new")
    with start(repository) as running:
        assert came.wait(PATIENCE)
        lease = ledger(repository)["lease"]
        beside = repository.run("plan")
        go.set()
        running.communicate(timeout=PATIENCE)
    after = repository.run("plan")

    until = lease["until"].replace("T", " ").partition(".")[0]
    assert (
        f"warning: `new`: {lease['holder']} has made `new`, and not recorded it yet (recovered)\n"
        f"  hint: it holds the lease until {until} UTC: plan again once it has ended\n"
    ) == beside.stderr
    assert [(0, 0), ""] == [(beside.code, running.returncode), after.stderr]


def test_many_changes_are_few_writes_of_the_ledger(repository: Repository, meddled: Meddled) -> None:
    """What is between is noted beside it; every change is recorded in the end, and nothing is left there."""
    for number in range(120):
        repository.define(f"s{number:03}", f"S {number}")
    configure(repository, concurrency=8)

    ended = apply(repository)

    assert (0, 120) == (ended.code, len(meddled.names))
    assert (120, []) == (len(ledger(repository)["segments"]), ledger(repository)["intents"])
    assert ledger(repository)["serial"] == 2
    assert not repository.ledger.with_suffix(".journal").exists()
    assert [f"s{number:03}" for number in range(120)] == [key for key, _, _ in outcomes(ended)]
