"""`github apply` as a person starts it, on several targets, beside another run, and with the ledger in a file."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from clones import log
from hub.runner import Event
from town import CONFIG, Town, definition, town
from watching import HOLDER, OTHER, lease, second, watched

from reconciler.emulator import make_app
from reconciler.emulator.app import Emulator
from reconciler.emulator.faults import Fault, FaultKind
from reconciler.emulator.server import serve

A, B = "segments/a.json", "segments/b.json"
HAND: Event = "workflow_dispatch"
DIGEST = re.compile(r"digest is (sha256:[0-9a-f]{64})")


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Town]:
    """Yield a repository of three segments that are live as they were applied."""
    with watched(tmp_path) as found:
        yield found
        assert found.hub.complaints == []


def names(made: Town) -> str:
    """Return the names of the live segments, in order."""
    return " ".join(sorted(made.live().values()))


def test_who_starts_it_says_how_many_deletions_are_meant(made: Town) -> None:
    """A limit refuses them all, and so does another number; the right one lets them pass."""
    made.commit("main", {A: None, B: None})

    refused = made.apply(event=HAND)
    wrong = made.apply("--allow-deletes", "1", event=HAND)
    left = names(made)
    meant = made.apply("--allow-deletes", "2", event=HAND)

    assert [job.code for job in (refused, wrong, meant)] == [5, 5, 0]
    assert (left, names(made)) == ("A B C", "C")
    assert (refused.outputs, meant.outputs["applied"]) == ({"applied": "0", "unreviewed": "0"}, "2")


def test_who_starts_it_says_which_plan_is_meant(made: Town) -> None:
    """Another digest than the plan's refuses it; several targets have several."""
    made.commit("main", {A: definition("A1")})

    wrong = made.apply("--expect-digest", f"sha256:{'0' * 64}", event=HAND)
    [digest] = set(DIGEST.findall(wrong.said))
    left = names(made)
    right = made.apply("--expect-digest", digest, event=HAND)

    assert [job.code for job in (wrong, right)] == [5, 0]
    assert "digest-mismatch" in wrong.said
    assert (left, names(made)) == ("A B C", "A1 B C")


def test_another_branch_is_not_applied(made: Town) -> None:
    """A run by hand can be of any branch."""
    made.commit("feature", {A: definition("A1")})
    run = made.hub.start_run(workflow="apply.yml", event=HAND, branch="feature")

    told = made.apply(event=HAND, run=run)

    assert (told.code, names(made)) == (3, "A B C")
    assert "only what is on the default branch `main` is applied" in told.said
    assert "wrong-event" in told.summary


@pytest.mark.parametrize("command", ["plan", "apply"])
def test_another_event_is_not_taken(made: Town, command: str) -> None:
    """A schedule has no pull request, and nobody who asked for an apply."""
    run = made.hub.start_run(workflow="drift.yml", event="schedule", branch="main")

    assert made.job(command, "schedule", run).code == 3


def test_a_lease_of_another_run_refuses_it(made: Town) -> None:
    """Nothing is planned, and who has it is said; one that ran out is taken over, aloud."""
    made.commit("main", {A: definition("A1")})
    lease(made, 10)

    held = made.apply(event=HAND)
    left = names(made)
    lease(made, -1)
    over = made.apply(event=HAND)

    assert (held.code, left, HOLDER in held.said) == (5, "A B C", True)
    assert (over.code, names(made), "lease-expired" in over.said) == (0, "A1 B C", True)


@contextmanager
def two(folder: Path) -> Iterator[tuple[Town, Emulator]]:
    """Yield a town of two targets, `production` with two segments and `staging` with one, and the other vendor."""
    files = {A: definition("A"), B: definition("B"), "other/c.json": definition("C")}
    with (
        make_app("qonversion", None) as other,
        serve(other) as server,
        town(folder, config=second(server.url), files=files) as made,
    ):
        assert made.apply("--all-targets", event=HAND, variables=OTHER).code == 0
        yield made, other


def merged(made: Town) -> int:
    """Propose, plan and merge a change of both targets."""
    number = made.propose("feature", {A: definition("A1"), "other/c.json": definition("C1")})
    assert made.plan("feature", "--all-targets", variables=OTHER).code == 0
    made.hub.merge_pull(number)
    return number


def test_what_cannot_be_planned_holds_up_every_target(tmp_path: Path) -> None:
    """One vendor is down: the other target is not touched, and a re-run does both."""
    with two(tmp_path) as (made, other):
        merged(made)
        other.faults = [Fault(FaultKind.STATUS, status=503)]
        run = made.hub.start_run(workflow="apply.yml", event="push", branch="main")

        failed = made.apply("--all-targets", run=run, variables=OTHER)

        assert (failed.code, names(made)) == (1, "A B")
        assert "nothing was applied: not every target could be planned" in failed.said
        assert "503" in failed.summary
        other.faults = []
        again = made.apply("--all-targets", run=made.hub.rerun(run), variables=OTHER)
        assert (again.code, names(made), again.outputs["applied"]) == (0, "A1 B", "2")
        usage = made.apply("--all-targets", "--expect-digest", f"sha256:{0:064}", event=HAND, variables=OTHER)
        assert (usage.code, "`--expect-digest` works on one target" in usage.said) == (3, True)


def test_of_two_targets_one_is_incomplete(tmp_path: Path) -> None:
    """The other is done, and only its ledger says that all is; one comment says both, and a re-run does the rest."""
    with two(tmp_path) as (made, other):
        number = merged(made)
        other.faults = [Fault(FaultKind.STATUS, match="PUT *")]
        run = made.hub.start_run(workflow="apply.yml", event="push", branch="main")

        half = made.apply("--all-targets", run=run, variables=OTHER)

        (comment,) = made.comments(number, "apply")
        refs = [f"refs/reconciler/ledger/{target}" for target in ("production", "staging")]
        said = [log(made.hub.bare.folder, ref=ref)[0].partition(": ")[2] for ref in refs]
        assert (half.code, half.outputs["applied"]) == (4, "1")
        assert ("1 failed" in comment, "`staging`" in comment, "1 updated" in comment) == (True, True, True)
        assert [each == f"everything reviewed is applied up to {run.sha}" for each in said] == [True, False]
        other.faults = []
        again = made.apply("--all-targets", run=made.hub.rerun(run), variables=OTHER)
        assert (again.code, again.outputs["applied"]) == (0, "1")


def test_of_two_targets_one_was_applied_by_a_newer_run(tmp_path: Path) -> None:
    """An old run that is run again leaves what a newer one did, and does what only it can do."""
    with two(tmp_path) as (made, other):
        merged(made)
        run = made.hub.start_run(workflow="apply.yml", event="push", branch="main")
        made.commit("main", {A: definition("A2")})
        assert made.apply("--target", "production", event=HAND, variables=OTHER).code == 0

        late = made.apply("--all-targets", run=run, variables=OTHER)

        assert (late.code, names(made), late.outputs["applied"]) == (0, "A2 B", "1")
        assert [each["name"] for each in other.segments()] == ["C1"]
        assert "production: nothing was applied: a newer commit was" in late.said
        assert "Segments: nothing applied, a newer commit was" in late.summary


@pytest.mark.parametrize("command", ["plan", "apply", "drift"])
def test_a_ledger_in_a_file_is_refused(tmp_path: Path, command: str) -> None:
    """It would be gone with the checkout: the next run would make twins of what this one made."""
    with town(tmp_path, config=CONFIG.replace('ledger = "git"\n', ""), files={A: definition("A")}) as made:
        made.propose("feature", {A: definition("A1")})
        job = {"plan": lambda: made.plan("feature"), "apply": made.apply, "drift": made.drift}[command]()

        assert (job.code, names(made), made.vendor.requests) == (3, "", [])
        assert "title=ledger-in-checkout" in job.said
