"""Saved plans that were carried out in part: the same command does the rest, and whatever moved since is still told."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from cli.applied import apply, ledger, outcomes
from repository import Ended, Repository
from unruly import PROD, SANDBOX, Meddled, configure, settle

from reconciler.emulator.faults import Fault, FaultKind

Step = Callable[[Repository, Meddled], object]
DONE = "warning: `{}`: the reviewed plan would {}, and that is done already (done-already)"


def planned(repository: Repository) -> None:
    """Save a plan."""
    ended = repository.run("plan", "--out", "plan.json")
    assert ended.code == 0, ended.stderr


def begun(repository: Repository, meddled: Meddled) -> None:
    """Save a plan of four changes, and carry it out but for its create, which the vendor fails."""
    settle(repository, meddled, "alpha", "beta", "gamma", "kept")
    repository.define("alpha", "Alpha", SANDBOX)
    repository.define("beta", "Renamed", PROD)
    (repository.root / "segments" / "gamma.json").unlink()
    repository.define("new", "New", PROD)
    planned(repository)
    meddled.faults = (Fault(FaultKind.STATUS, match="POST *", status=400),)
    ended = apply(repository, "plan.json")
    meddled.faults = ()
    assert ended.code == 4, ended.stderr
    assert outcomes(ended) == [
        ("alpha", "done", ""),
        ("beta", "done", ""),
        ("new", "failed", "vendor-rejected"),
        ("gamma", "done", ""),
    ]


def test_the_same_command_does_what_is_left(repository: Repository, meddled: Meddled) -> None:
    """After a change failed: the rest is done, what was done is told, and once more there is nothing to do."""
    begun(repository, meddled)
    written = len(meddled.writes)

    again, once_more = apply(repository, "plan.json"), apply(repository, "plan.json")

    assert (again.code, outcomes(again)) == (0, [("new", "done", "")])
    for words in (("alpha", "update"), ("beta", "update"), ("gamma", "delete")):
        assert DONE.format(*words) in again.stderr
    assert (once_more.code, outcomes(once_more)) == (0, [])
    assert ["POST"] == [method for method, _ in meddled.writes[written:]]
    assert repository.run("plan", "--detailed-exitcode").code == 0


def test_the_expected_digest_is_still_that_of_the_saved_plan(repository: Repository, meddled: Meddled) -> None:
    """The same command with all of its options, whatever is done of it."""
    begun(repository, meddled)
    digest = json.loads((repository.root / "plan.json").read_text())["digest"]

    other = apply(repository, "plan.json", "--expect-digest", "sha256:" + "0" * 64)
    again = apply(repository, "plan.json", "--expect-digest", digest)

    assert (5, 0) == (other.code, again.code)
    assert outcomes(again) == [("new", "done", "")]


def back(repository: Repository, key: str, name: str) -> None:
    """Write a definition, and apply."""
    repository.define(key, name, PROD)
    ended = apply(repository, "--only", key)
    assert ended.code == 0, ended.stderr


@pytest.mark.parametrize(
    ("move", "words"),
    [
        (
            lambda repository, _: back(repository, "alpha", "Other"),
            "`alpha`: the reviewed plan would update, and now there is nothing to do",
        ),
        (
            lambda _, vendor: vendor.edit_segment("alpha", name="Theirs"),
            "`alpha`: what would be sent, or the live segment that it replaces, has changed",
        ),
        (
            lambda repository, _: repository.define("alpha", "Alpha", SANDBOX, protected=True),
            "`alpha`: the reviewed plan would update, and now it would adopt",
        ),
        (
            lambda repository, _: back(repository, "gamma", "Gamma"),
            "`gamma`: the reviewed plan would delete, and now there is nothing to do",
        ),
        (
            lambda _, vendor: vendor.put_segment({"name": "Gamma", "conditions": []}, segment_id="gamma"),
            "`gamma`: the reviewed plan would delete, and now there is nothing to do",
        ),
    ],
    ids=["done otherwise", "edited live", "protected", "defined again", "made again"],
)
def test_what_moved_since_it_was_done_is_stale(
    repository: Repository, meddled: Meddled, move: Step, words: str
) -> None:
    """Only what is live and recorded just as it was reviewed counts as done; else nothing is written."""
    begun(repository, meddled)
    move(repository, meddled)
    before = (meddled.writes, ledger(repository))

    ended = repository.run("apply", "--yes", "plan.json")

    assert ended.code == 5
    assert words in ended.stderr
    assert "(plan-stale)" in ended.stderr
    assert (meddled.writes, ledger(repository)) == before


def test_another_segment_of_the_key_is_not_the_one_that_was_reviewed(repository: Repository, meddled: Meddled) -> None:
    """The updated segment was deleted and made again: what is live is as it was meant, and it is another."""
    begun(repository, meddled)
    meddled.remove_segment("alpha")
    meddled.put_segment({"name": "Alpha", "conditions": [{**SANDBOX, "negate": False}]}, segment_id="theirs")
    assert apply(repository, "--only", "alpha").code == 0

    ended = repository.run("apply", "--yes", "plan.json")

    assert ended.code == 5
    assert "`alpha`: the reviewed plan would update, and now there is nothing to do (plan-stale)" in ended.stderr


def lost(repository: Repository, meddled: Meddled, line: str) -> Ended:
    """Carry the plan out, and have the vendor do one thing without saying so."""
    meddled.faults = (Fault(FaultKind.FAILED_AFTER_COMMIT, match=line, status=500),)
    ended = apply(repository, "plan.json")
    meddled.faults = ()
    return ended


@pytest.mark.parametrize(
    ("line", "key"),
    [("PUT */segments/alpha", "alpha"), ("DELETE */segments/gamma", "gamma"), ("POST */segments", "new")],
    ids=["update", "delete", "create"],
)
def test_what_was_done_and_not_heard_of_is_recorded(
    repository: Repository, meddled: Meddled, line: str, key: str
) -> None:
    """The ledger has what was begun: that the vendor did it is no reason to call the plan stale."""
    settle(repository, meddled, "alpha", "gamma", "kept")
    repository.define("alpha", "Alpha", SANDBOX)
    repository.define("new", "New", PROD, protected=True)
    (repository.root / "segments" / "gamma.json").unlink()
    planned(repository)
    first = lost(repository, meddled, line)
    written = meddled.writes

    again = apply(repository, "plan.json")

    assert (4, 0) == (first.code, again.code), again.stderr
    assert outcomes(again) == [(key, "done", "")]
    assert meddled.writes == written
    assert ["alpha", "kept", "new"] == sorted(ledger(repository)["segments"])
    assert repository.run("plan", "--detailed-exitcode").code == 0


def test_what_a_person_did_instead_is_stale(repository: Repository, meddled: Meddled) -> None:
    """Without a run that had begun it, an edit by hand to just what was reviewed is somebody else's."""
    settle(repository, meddled, "alpha", "gamma", "kept")
    repository.define("alpha", "Alpha", SANDBOX)
    (repository.root / "segments" / "gamma.json").unlink()
    planned(repository)
    meddled.edit_segment("alpha", conditions=[{**SANDBOX, "negate": False}])
    meddled.remove_segment("gamma")

    ended = repository.run("apply", "--yes", "plan.json")

    assert ended.code == 5
    assert "`alpha`: the reviewed plan would update, and now it would adopt" in ended.stderr
    assert "`gamma`: the reviewed plan would delete, and now it would forget" in ended.stderr


def test_what_touches_the_ledger_alone_is_done_too(repository: Repository, meddled: Meddled) -> None:
    """An adoption and a vanished segment, both recorded by the first run."""
    settle(repository, meddled, "gone", "kept")
    meddled.remove_segment("gone")
    (repository.root / "segments" / "gone.json").unlink()
    meddled.put_segment({"name": "Theirs", "conditions": []})
    repository.define("theirs", "Theirs")
    repository.define("new", "New")
    planned(repository)
    assert apply(repository, "plan.json", "--only", "gone", "--only", "theirs").code == 0

    again = apply(repository, "plan.json")

    assert (again.code, outcomes(again)) == (0, [("new", "done", "")])
    assert 2 == again.stderr.count("(done-already)")


def test_unmanaged_segments_that_are_deleted_are_done(repository: Repository, meddled: Meddled) -> None:
    """They have no key; that their ids are gone is all there is to see."""
    settle(repository, meddled, "kept")
    configure(repository, unmanaged="delete")
    for name in ("one", "two"):
        meddled.put_segment({"name": name, "conditions": []}, segment_id=name)
    planned(repository)
    meddled.faults = (Fault(FaultKind.STATUS, match="DELETE */segments/two", status=400),)
    first = apply(repository, "plan.json")
    meddled.faults = ()

    again = apply(repository, "plan.json")

    assert (4, 0) == (first.code, again.code), again.stderr
    assert DONE.format("one", "delete") in again.stderr
    assert meddled.names == ["Kept"]


@pytest.mark.parametrize("said", ["3", "2"])
def test_the_number_of_deletions_may_still_be_that_of_the_whole(
    repository: Repository, meddled: Meddled, said: str
) -> None:
    """Three of four were to go, and one went: the same number lets the other two go, and so does two."""
    settle(repository, meddled, "alpha", "beta", "gamma", "kept")
    for key in ("alpha", "beta", "gamma"):
        (repository.root / "segments" / f"{key}.json").unlink()
    planned(repository)
    meddled.faults = tuple(
        Fault(FaultKind.STATUS, match=f"DELETE */segments/{key}", status=400) for key in ("beta", "gamma")
    )
    first = apply(repository, "plan.json", "--allow-deletes", "3")
    meddled.faults = ()

    refused = apply(repository, "plan.json", "--allow-deletes", "1")
    again = apply(repository, "plan.json", "--allow-deletes", said)

    assert (4, 5, 0) == (first.code, refused.code, again.code), again.stderr
    assert meddled.names == ["Kept"]


def test_what_was_reviewed_as_blocked_is_never_done(repository: Repository, meddled: Meddled) -> None:
    """Somebody lifted the protection and deleted it: that is another plan, and nobody reviewed it in this one."""
    settle(repository, meddled, "alpha", "beta", "gamma", protected="alpha")
    path = repository.root / "segments" / "alpha.json"
    path.unlink()
    planned(repository)
    back(repository, "alpha", "Alpha")
    path.unlink()
    assert apply(repository).code == 0

    ended = repository.run("apply", "--yes", "plan.json")

    assert ended.code == 5
    assert "`alpha`: the reviewed plan would delete, and now there is nothing to do (plan-stale)" in ended.stderr


def test_personal_values_are_compared_by_their_fingerprints(repository: Repository, meddled: Meddled) -> None:
    """What is live with the value that was reviewed is done; with another it is not. Neither is shown."""
    ada: dict[str, Any] = {"metric": "custom_uid", "comparator": "eq", "value": "ada@example.com"}
    settle(repository, meddled, "alpha", "kept")
    repository.define("alpha", "Alpha", ada)
    planned(repository)
    assert apply(repository, "plan.json").code == 0

    again = repository.run("apply", "--yes", "plan.json")
    repository.define("alpha", "Alpha", ada | {"value": "bob@example.com"})
    assert apply(repository).code == 0
    stale = repository.run("apply", "--yes", "plan.json")

    assert (0, 5) == (again.code, stale.code)
    assert DONE.format("alpha", "update") in again.stderr
    assert "`alpha`: the reviewed plan would update, and now there is nothing to do (plan-stale)" in stale.stderr
    assert "@example.com" not in again.stdout + again.stderr + stale.stdout + stale.stderr
