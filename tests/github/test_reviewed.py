"""What `github apply` carries out, and what it refuses: each way in which a change can come to be applied."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from town import CONFIG, Job, Town, definition, town

from reconciler.emulator.faults import Fault, FaultKind

A, B, C = "segments/a.json", "segments/b.json", "segments/c.json"


@dataclass
class Merged:
    """A repository whose segments A, B and C are live as defined."""

    town: Town

    def pull(self, branch: str, files: dict[str, str | None], *, plan: bool = True) -> int:
        """Open a pull request and plan it."""
        number = self.town.propose(branch, files)
        if plan:
            assert self.town.plan(branch).code == 0
        return number

    def merge(self, number: int, method: str = "merge") -> None:
        """Merge a pull request."""
        self.town.hub.merge_pull(number, method)

    def names(self) -> str:
        """Return the names of the live segments, in order."""
        return " ".join(sorted(self.town.live().values()))


@pytest.fixture
def merged(tmp_path: Path) -> Iterator[Merged]:
    """Yield the repository, with a first apply behind it."""
    files = {A: definition("A"), B: definition("B"), C: definition("C")}
    with town(tmp_path, files=files) as made:
        assert made.apply(event="workflow_dispatch").code == 0
        yield Merged(made)


def rename(letter: str, name: str) -> dict[str, str | None]:
    """Return the files of a pull request that renames one segment."""
    return {f"segments/{letter}.json": definition(name)}


def one(how: str) -> Callable[[Merged], Job]:
    """Merge one pull request in a way."""

    def go(merged: Merged) -> Job:
        number = merged.pull("one", rename("a", "A1"))
        merged.town.commit("one", rename("b", "B1"))
        assert merged.town.plan("one").code == 0
        merged.merge(number, how)
        return merged.town.apply()

    return go


def back_to_back(merged: Merged) -> Job:
    """Two are merged before the first is applied, which then never is: the run of the second does both."""
    one, two = merged.pull("one", rename("a", "A1")), merged.pull("two", rename("b", "B1"))
    merged.merge(one)
    merged.merge(two)
    return merged.town.apply()


def one_after_the_other(merged: Merged) -> Job:
    """Two were planned side by side; the second is applied after the first."""
    one, two = merged.pull("one", rename("a", "A1")), merged.pull("two", rename("b", "B1"))
    merged.merge(one)
    assert merged.town.apply().code == 0
    merged.merge(two)
    return merged.town.apply()


def updated_after_its_plan(merged: Merged) -> Job:
    """Have the pull request get another commit, and no plan of it."""
    number = merged.pull("one", rename("a", "A1"))
    merged.town.commit("one", rename("a", "A2"))
    merged.merge(number)
    return merged.town.apply()


def updated_to_the_same(merged: Merged) -> Job:
    """Have it get one that changes no segment: what was merged is still not what was reviewed."""
    number = merged.pull("one", rename("a", "A1"))
    merged.town.commit("one", {"README.md": "more"})
    merged.merge(number)
    return merged.town.apply()


def never_planned(merged: Merged) -> Job:
    """Merge what has no plan."""
    merged.merge(merged.pull("one", rename("a", "A1"), plan=False))
    return merged.town.apply()


def planned_after_the_merge(merged: Merged) -> Job:
    """Have the plan come when it was merged already."""
    number = merged.pull("one", rename("a", "A1"), plan=False)
    late = merged.town.hub.start_run(workflow="plan.yml", event="pull_request", branch="one")
    merged.merge(number)
    assert merged.town.job("plan", "pull_request", late).code == 0
    return merged.town.apply()


def pushed_without_a_pull_request(merged: Merged) -> Job:
    """Somebody pushed to main."""
    merged.town.commit("main", rename("a", "A1"))
    return merged.town.apply()


def pushed_beside_a_pull_request(merged: Merged) -> Job:
    """Push to main between a plan and its merge: the merge is applied."""
    number = merged.pull("one", rename("a", "A1"))
    merged.town.commit("main", rename("b", "B1"))
    merged.merge(number)
    return merged.town.apply()


def drifted_elsewhere(merged: Merged) -> Job:
    """Somebody edited another segment after the review: it is left as it is."""
    number = merged.pull("one", rename("a", "A1"))
    merged.town.vendor.edit_segment(merged.town.named("C"), name="Vandal")
    merged.merge(number)
    return merged.town.apply()


def drifted_there(merged: Merged) -> Job:
    """Somebody edited the very segment after the review."""
    number = merged.pull("one", {**rename("a", "A1"), **rename("b", "B1")})
    merged.town.vendor.edit_segment(merged.town.named("A"), name="Vandal")
    merged.merge(number)
    return merged.town.apply()


def drifted_before_the_review(merged: Merged) -> Job:
    """Show in the plan that an edit is undone."""
    merged.town.vendor.edit_segment(merged.town.named("C"), name="Vandal")
    merged.merge(merged.pull("one", rename("a", "A1")))
    return merged.town.apply()


def run_again_after_a_failure(merged: Merged) -> Job:
    """Have the vendor fail half way, and run the same run again."""
    number = merged.pull("one", {**rename("a", "A1"), **rename("b", "B1")})
    merged.merge(number)
    merged.town.vendor.faults = [Fault(FaultKind.STATUS, at=1, match="PUT *")]
    run = merged.town.hub.start_run(workflow="apply.yml", event="push", branch="main")
    assert merged.town.apply(run=run).code == 4
    return merged.town.apply(run=merged.town.hub.rerun(run))


def run_again_after_success(merged: Merged) -> Job:
    """Everything is done already."""
    merged.merge(merged.pull("one", rename("a", "A1")))
    run = merged.town.hub.start_run(workflow="apply.yml", event="push", branch="main")
    assert merged.town.apply(run=run).code == 0
    return merged.town.apply(run=merged.town.hub.rerun(run))


def run_again_to_undo_a_colleague(merged: Merged) -> Job:
    """After the apply somebody set it back by hand; a later merge does not undo that with the old review."""
    merged.merge(merged.pull("one", rename("a", "A1")))
    assert merged.town.apply().code == 0
    merged.town.vendor.edit_segment(merged.town.named("A1"), name="A")
    merged.merge(merged.pull("two", {"README.md": "more"}, plan=False))
    return merged.town.apply()


def old_run_again(merged: Merged) -> Job:
    """Run the run of an older commit again after a newer one was applied."""
    merged.merge(merged.pull("one", rename("a", "A1")))
    run = merged.town.hub.start_run(workflow="apply.yml", event="push", branch="main")
    assert merged.town.apply(run=run).code == 0
    merged.merge(merged.pull("two", rename("a", "A2")))
    assert merged.town.apply().code == 0
    return merged.town.apply(run=merged.town.hub.rerun(run))


def forged(merged: Merged) -> Job:
    """Somebody else copies the bot's comment of another pull request."""
    shown = merged.pull("shown", rename("a", "A1"))
    number = merged.pull("one", rename("a", "A1"), plan=False)
    body = merged.town.hub.comments(shown)[0].body
    head = merged.town.hub.pulls[number].head_sha
    merged.town.hub.comment_as("mallory", number, body.replace(merged.town.hub.pulls[shown].head_sha, head))
    merged.merge(number)
    return merged.town.apply()


def by_hand(merged: Merged) -> Job:
    """Somebody pushed to main, looked, and starts the workflow by hand."""
    merged.town.commit("main", rename("a", "A1"))
    return merged.town.apply(event="workflow_dispatch")


def accepted(merged: Merged) -> Job:
    """Have the target take what nobody reviewed."""
    config = CONFIG.format(endpoint=merged.town.endpoint).replace("ledger =", "accept_unreviewed = true\nledger =")
    merged.town.commit("main", {"reconciler.toml": config, **rename("a", "A1")})
    return merged.town.apply()


def edited_after_the_merge(merged: Merged) -> Job:
    """Edit the comment once it is merged."""
    number = merged.pull("one", rename("a", "A1"))
    merged.merge(number)
    (shown,) = merged.town.hub.comments(number)
    merged.town.hub.edit_comment(shown.id, f"{shown.body} ")
    return merged.town.apply()


def more_than_half_gone(merged: Merged) -> Job:
    """Merge a plan that was refused: nothing of it is done."""
    merged.merge(merged.pull("one", {A: None, B: None, "segments/d.json": definition("D")}))
    return merged.town.apply()


def refused_by_a_limit(merged: Merged) -> Job:
    """Show the plan as refused, and lift the limit later: that is no review of its deletions."""
    config = CONFIG.format(endpoint=merged.town.endpoint)
    merged.town.commit("main", {"reconciler.toml": config.replace("limits = {", "limits = { max_deletes = 0,")})
    merged.merge(merged.pull("one", {A: None}))
    merged.town.commit("main", {"reconciler.toml": config})
    return merged.town.apply()


def deleted_beside_a_push(merged: Merged) -> Job:
    """Have one deletion reviewed and another pushed: what is held back counts among the definitions that are gone."""
    merged.merge(merged.pull("one", {A: None}))
    merged.town.commit("main", {B: None})
    return merged.town.apply()


def protection_taken_off(merged: Merged) -> Job:
    """Take the protection off that the plan showed."""
    number = merged.pull("one", {A: definition("A1", protected=True)})
    merged.merge(number)
    merged.town.commit("main", {A: definition("A1")})
    return merged.town.apply()


def old_run_by_hand_again(merged: Merged) -> Job:
    """Run a run by hand again, after a newer one did a part of what was merged."""
    run = merged.town.hub.start_run(workflow="apply.yml", event="workflow_dispatch", branch="main")
    assert merged.town.apply(event="workflow_dispatch", run=run).code == 0
    merged.merge(merged.pull("one", rename("a", "A1")))
    merged.town.commit("main", rename("b", "B1"))
    assert merged.town.apply().code == 5
    return merged.town.apply(event="workflow_dispatch", run=merged.town.hub.rerun(run))


def branch_set_back(merged: Merged) -> Job:
    """Push main back to before what was applied."""
    before = merged.town.hub.bare.main
    merged.merge(merged.pull("one", rename("a", "A1")))
    assert merged.town.apply().code == 0
    merged.town.hub.bare.update("refs/heads/main", before)
    return merged.town.apply()


def branch_set_back_by_hand(merged: Merged) -> Job:
    """Push it back, and mean it."""
    branch_set_back(merged)
    return merged.town.apply(event="workflow_dispatch")


TABLE = [
    (one("merge"), 0, "A1 B1 C", ""),
    (one("squash"), 0, "A1 B1 C", ""),
    (one("rebase"), 0, "A1 B1 C", ""),
    (back_to_back, 0, "A1 B1 C", ""),
    (one_after_the_other, 0, "A1 B1 C", ""),
    (updated_after_its_plan, 5, "A B C", "was merged"),
    (updated_to_the_same, 5, "A B C", "was merged"),
    (never_planned, 5, "A B C", "unreviewed"),
    (planned_after_the_merge, 5, "A B C", "unreviewed"),
    (edited_after_the_merge, 5, "A B C", "after it was merged"),
    (pushed_without_a_pull_request, 5, "A B C", "unreviewed"),
    (pushed_beside_a_pull_request, 5, "A1 B C", "unreviewed"),
    (drifted_elsewhere, 5, "A1 B Vandal", "unreviewed"),
    (drifted_there, 5, "B1 C Vandal", "reviewed-otherwise"),
    (drifted_before_the_review, 0, "A1 B C", ""),
    (run_again_after_a_failure, 0, "A1 B1 C", ""),
    (run_again_after_success, 0, "A1 B C", "nothing to do"),
    (run_again_to_undo_a_colleague, 5, "A B C", "unreviewed"),
    (old_run_again, 0, "A2 B C", "a newer commit was"),
    (forged, 5, "A B C", "unreviewed"),
    (by_hand, 0, "A1 B C", ""),
    (accepted, 0, "A1 B C", ""),
    (more_than_half_gone, 5, "A B C", "definitions-gone"),
    (refused_by_a_limit, 5, "A B C", "reviewed-otherwise"),
    (protection_taken_off, 5, "A B C", "reviewed-otherwise"),
    (old_run_by_hand_again, 0, "A1 B C", "a newer commit was"),
    (branch_set_back, 5, "A1 B C", "branch-set-back"),
    (branch_set_back_by_hand, 0, "A B C", ""),
    (deleted_beside_a_push, 5, "A B C", "definitions-gone"),
]


@pytest.mark.parametrize(
    ("way", "code", "live", "said"), TABLE, ids=[getattr(way, "__name__", "go") for way, *_ in TABLE]
)
def test_what_was_not_reviewed_is_left(
    merged: Merged, way: Callable[[Merged], Job], code: int, live: str, said: str
) -> None:
    """What was reviewed is done, the rest is refused, and a second look finds the vendor as the table says."""
    job = way(merged)

    assert (job.code, merged.names()) == (code, live), job.said
    assert said in job.said
    assert merged.town.hub.complaints == []


SECOND = CONFIG.partition("\n\n")[2].replace("production", "staging")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--expect-digest", ""), "and this is empty (usage)"),
        (("--expect-digest", "sha256:0123"), "`--expect-digest` cannot be used"),
        (("--all-targets", "--allow-deletes", "1"), "`--allow-deletes` works on one target (usage)"),
        (("--all-targets", "--expect-digest", "sha256:" + "0" * 64), "`--expect-digest` works on one target (usage)"),
    ],
)
def test_what_is_said_is_said_of_one_plan(merged: Merged, arguments: tuple[str, ...], said: str) -> None:
    """A variable that was never set is no consent, and a number is not meant for each of several targets."""
    config = f"{CONFIG}\n{SECOND}".format(endpoint=merged.town.endpoint)
    merged.town.commit("main", {"reconciler.toml": config, **rename("a", "A1")})

    job = merged.town.apply(*arguments, event="workflow_dispatch")

    assert (job.code, merged.names()) == (3, "A B C"), job.said
    assert said in job.said
