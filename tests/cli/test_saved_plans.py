"""Plans that were saved, reviewed and handed to an apply: what still holds is done, and whatever moved is told."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cli.applied import apply, ledger, outcomes
from repository import Repository
from unruly import PROD, SANDBOX, Meddled, configure, settle


def test_a_saved_plan_is_carried_out_to_the_letter(repository: Repository, meddled: Meddled) -> None:
    """`plan --out FILE`, then `apply FILE`: what was planned is done, and the file says which target it is of."""
    settle(repository, meddled, "alpha", "beta")
    repository.define("alpha", "Alpha", SANDBOX)
    repository.define("new", "New")
    assert repository.run("plan", "--out", "plan.json").code == 0

    ended = apply(repository, "plan.json")

    planned = json.loads((repository.root / "plan.json").read_text())
    pending = [change["digest"] for change in planned["changes"] if change["action"] in {"create", "update"}]
    assert ended.code == 0
    assert [outcome["digest"] for outcome in ended.document["outcomes"]] == pending
    assert repository.run("plan", "--detailed-exitcode").code == 0


CHANGED = "`{}`: what would be sent, or the live segment that it replaces, has changed"


NAME_TOLD = 'name was "Alpha" and is "Theirs"'


PROD_TOLD = '{"comparator":"eq","metric":"environment","negate":false,"value":"prod"}'


@pytest.mark.parametrize(
    ("move", "words"),
    [
        (
            lambda repository, _: (repository.root / "segments" / "new.json").unlink(),
            "`new`: the reviewed plan would create, and now there is nothing to do",
        ),
        (
            lambda repository, _: repository.define("new", "New", PROD),
            f"{CHANGED.format('new')} (to be sent: conditions[environment eq] is new: {PROD_TOLD})",
        ),
        (
            lambda _, vendor: vendor.edit_segment("alpha", conditions=[], name="Theirs"),
            f"{CHANGED.format('alpha')} (live: conditions[environment eq] is gone: {PROD_TOLD}; {NAME_TOLD})",
        ),
        (
            lambda _, vendor: vendor.remove_segment("alpha"),
            "`alpha`: the reviewed plan would update, and now it would create",
        ),
        (
            lambda _, vendor: vendor.put_segment({"name": "New", "conditions": []}),
            "`new`: the reviewed plan would create, and now it would adopt (`new`)",
        ),
    ],
    ids=["less to do", "another body", "edited live", "deleted live", "created live"],
)
def test_a_saved_plan_that_no_longer_holds_is_refused_with_the_difference(
    repository: Repository, meddled: Meddled, move: Callable[[Repository, Meddled], object], words: str
) -> None:
    """Whatever moved since the plan was saved, on either side: nothing is written, and each difference is told."""
    settle(repository, meddled, "alpha", "beta")
    repository.define("alpha", "Alpha", SANDBOX)
    repository.define("new", "New")
    assert repository.run("plan", "--out", "plan.json").code == 0
    move(repository, meddled)
    before = ledger(repository)

    ended = repository.run("apply", "--yes", "plan.json")

    assert ended.code == 5
    assert f"{words} (plan-stale)" in ended.stderr
    assert (meddled.writes, ledger(repository)) == ([], before)


def test_what_a_saved_plan_says_nothing_of_is_left_alone(repository: Repository, meddled: Meddled) -> None:
    """A drift elsewhere, or another definition, since the review: what was reviewed is done, and the rest is told."""
    settle(repository, meddled, "alpha", "beta")
    repository.define("alpha", "Alpha", SANDBOX)
    assert repository.run("plan", "--out", "plan.json").code == 0
    repository.define("newer", "Newer")
    meddled.edit_segment("beta", name="Theirs")

    ended = apply(repository, "plan.json")

    assert (ended.code, outcomes(ended)) == (0, [("alpha", "done", "")])
    assert meddled.names == ["Alpha", "Theirs"]
    for words in ("`beta`: would update now", "`newer`: would create now"):
        assert f"warning: {words}, which the saved plan does not say; it is left (unreviewed)" in ended.stderr


def test_a_plan_reviewed_as_refused_needs_its_number_said(repository: Repository, meddled: Meddled) -> None:
    """That the limit was raised since the review lets no deletion through; that somebody says how many does."""
    settle(repository, meddled, "alpha", "beta", "gamma", "delta", "epsilon")
    for key in ("alpha", "beta"):
        (repository.root / "segments" / f"{key}.json").unlink()
    configure(repository, max_deletes=1)
    assert repository.run("plan", "--out", "plan.json").code == 0
    configure(repository, max_deletes=5)

    refused = repository.run("apply", "--yes", "plan.json")
    said = apply(repository, "plan.json", "--allow-deletes", "2")

    assert refused.code == 5
    assert "`alpha`: the reviewed plan does not: max_deletes, and now it would delete (plan-stale)" in refused.stderr
    assert (said.code, outcomes(said)) == (0, [("alpha", "done", ""), ("beta", "done", "")])


def leaves(value: Any, *path: str | int) -> Iterator[tuple[str | int, ...]]:  # noqa: ANN401 - JSON
    """Yield where each scalar of a document is."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if items is None:
        yield path
    for name, item in items or ():
        yield from leaves(item, *path, name)


def test_a_saved_plan_that_was_edited_anywhere_is_refused(repository: Repository, meddled: Meddled) -> None:
    """Whatever a reviewer reads of what would be done: if the file says anything else, nothing is written.

    What the file says of segments that nothing would be done to is not held against anything.
    """
    settle(repository, meddled, "alpha", "beta", "gamma", "delta", "epsilon")
    repository.define("alpha", "Alpha", SANDBOX)
    repository.define("new", "New", PROD)
    (repository.root / "segments" / "delta.json").unlink()
    assert repository.run("plan", "--out", "plan.json").code == 0
    text = (repository.root / "plan.json").read_text()
    pending = {n for n, each in enumerate(json.loads(text)["changes"]) if each["action"] not in {"keep", "skip"}}

    taken = []
    for path in leaves(json.loads(text)):
        if path[0] == "changes" and path[1] not in pending:
            continue
        document: Any = json.loads(text)
        *way, last = path
        holder = document
        for step in way:
            holder = holder[step]
        value = holder[last]
        holder[last] = (not value) if isinstance(value, bool) else value + 1 if isinstance(value, int) else f"{value}x"
        (repository.root / "edited.json").write_text(json.dumps(document))
        if repository.run("apply", "--yes", "edited.json").code not in {3, 5}:
            taken.append(path)
        assert meddled.writes == [], path

    assert (taken, len(pending)) == ([], 3)


def test_a_part_of_a_saved_plan_is_applied_as_it_was_saved(repository: Repository, meddled: Meddled) -> None:
    """`--only` narrows the saved plan and the one made now alike; the rest of the saved plan can follow later."""
    settle(repository, meddled, "kept")
    repository.define("one", "One", PROD)
    repository.define("two", "Two", PROD)
    assert repository.run("plan", "--out", "plan.json").code == 0

    assert outcomes(apply(repository, "plan.json", "--only", "one")) == [("one", "done", "")]
    assert outcomes(apply(repository, "plan.json", "--only", "two")) == [("two", "done", "")]


def test_segments_that_a_saved_plan_does_not_touch_may_move(repository: Repository, meddled: Meddled) -> None:
    """Other people's work on other segments makes no saved plan stale."""
    settle(repository, meddled, "alpha", "beta")
    repository.define("alpha", "Alpha", SANDBOX)
    assert repository.run("plan", "--out", "plan.json").code == 0
    meddled.put_segment({"name": "Theirs", "conditions": []})

    assert apply(repository, "plan.json").code == 0


def test_a_limit_that_was_lowered_since_the_review_refuses_the_plan(repository: Repository, meddled: Meddled) -> None:
    """The plan is the one that was reviewed, and what the target allows now counts."""
    settle(repository, meddled, "alpha", "beta", "gamma", "delta", "epsilon")
    for key in ("alpha", "beta"):
        (repository.root / "segments" / f"{key}.json").unlink()
    assert repository.run("plan", "--out", "plan.json").code == 0
    configure(repository, max_deletes=1)

    ended = apply(repository, "plan.json")

    assert (5, ["max_deletes"], []) == (ended.code, ended.document["refused_by"], meddled.writes)


def test_a_deletion_that_is_protected_since_the_review_is_stale(repository: Repository, meddled: Meddled) -> None:
    """Somebody put the file back, protected, applied that, and took the file away again."""
    settle(repository, meddled, "alpha", "beta", "gamma")
    path = repository.root / "segments" / "alpha.json"
    path.unlink()
    assert repository.run("plan", "--out", "plan.json").code == 0
    repository.define("alpha", "Alpha", PROD, protected=True)
    assert apply(repository).code == 0
    path.unlink()

    ended = repository.run("apply", "--yes", "plan.json")

    assert 5 == ended.code
    assert "`alpha`: the reviewed plan would delete, and now it does not: protected (plan-stale)" in ended.stderr
    assert meddled.names == ["Alpha", "Beta", "Gamma"]


def test_another_segment_of_the_same_name_is_another_plan(repository: Repository, meddled: Meddled) -> None:
    """What was reviewed is to adopt one segment; that one is gone, and another has its name: both ids are told."""
    settle(repository, meddled, "alpha")
    meddled.put_segment({"name": "Theirs", "conditions": []}, segment_id="theirs-1")
    repository.define("theirs", "Theirs")
    assert repository.run("plan", "--out", "plan.json").code == 0
    meddled.remove_segment("theirs-1")
    meddled.put_segment({"name": "Theirs", "conditions": []}, segment_id="theirs-2")

    ended = repository.run("apply", "--yes", "plan.json")

    assert 5 == ended.code
    assert f"{CHANGED.format('theirs')} (`theirs-2` in place of `theirs-1`) (plan-stale)" in ended.stderr
    assert ["alpha"] == list(ledger(repository)["segments"])


def test_many_differences_of_one_change_are_told_in_part(repository: Repository, meddled: Meddled) -> None:
    """The first five, and how many more there are."""
    metrics = ["bundle_id", "client_uid", "custom_uid", "environment", "renewable", "target_platform", "tracker"]
    conditions = [{"metric": metric, "comparator": "eq", "value": "prod"} for metric in metrics]
    settle(repository, meddled, "alpha")
    repository.define("new", "New")
    assert repository.run("plan", "--out", "plan.json").code == 0
    repository.define("new", "New", *conditions)

    ended = repository.run("apply", "--yes", "plan.json")

    (line,) = [line for line in ended.stderr.splitlines() if "(plan-stale)" in line]
    assert (5, 5) == (ended.code, line.count(" is new: "))
    assert line.endswith("; and 2 more) (plan-stale)")


def test_the_differences_hold_no_personal_value(repository: Repository, meddled: Meddled) -> None:
    """On either side a fingerprint stands for it, as in the saved plan."""
    ada: dict[str, Any] = {"metric": "custom_uid", "comparator": "eq", "value": "ada@example.com"}
    bob = ada | {"value": "bob@example.com"}
    settle(repository, meddled, "alpha")
    repository.define("alpha", "Alpha", ada)
    assert repository.run("plan", "--out", "plan.json").code == 0
    repository.define("alpha", "Alpha", bob)
    meddled.edit_segment("alpha", conditions=[ada])

    ended = repository.run("apply", "--yes", "plan.json")

    assert (5, True) == (ended.code, "sha256:" in ended.stderr)
    assert "@example.com" not in ended.stdout + ended.stderr + (repository.root / "plan.json").read_text()


@pytest.mark.parametrize(
    ("member", "value"),
    [("name", "Betty"), ("reason", "drifted"), ("before", {"name": "Alpha", "conditions": []}), ("fields", [])],
)
def test_what_no_digest_covers_is_held_against_the_new_plan(
    repository: Repository, meddled: Meddled, member: str, value: object
) -> None:
    """What a reviewer reads besides what would be sent: if it was edited, that is said, and nothing is done."""
    settle(repository, meddled, "alpha", "beta")
    repository.define("alpha", "Alpha", SANDBOX)
    assert repository.run("plan", "--out", "plan.json").code == 0
    document = json.loads((repository.root / "plan.json").read_text())
    (change,) = [change for change in document["changes"] if change["key"] == "alpha"]
    assert change[member] != value
    change[member] = value
    (repository.root / "plan.json").write_text(json.dumps(document))

    ended = repository.run("apply", "--yes", "plan.json")

    assert (5, []) == (ended.code, meddled.writes)
    assert (
        "error: `alpha`: the saved plan shows something else than what it would do: it was edited (plan-edited)\n"
        "  hint: make a new one with `reconciler plan --out FILE`\n"
    ) in ended.stderr


def test_each_change_that_moved_is_told(repository: Repository, meddled: Meddled) -> None:
    """Not the first alone."""
    settle(repository, meddled, "alpha", "beta")
    for key in ("alpha", "beta"):
        repository.define(key, key.capitalize(), SANDBOX)
    assert repository.run("plan", "--out", "plan.json").code == 0
    meddled.edit_segment("alpha", name="Theirs")
    (repository.root / "segments" / "beta.json").unlink()

    ended = repository.run("apply", "--yes", "plan.json")

    assert 2 == ended.stderr.count("(plan-stale)")
    assert "`beta`: the reviewed plan would update, and now it would delete (" in ended.stderr


def test_a_saved_plan_is_of_one_endpoint(repository: Repository, meddled: Meddled) -> None:
    """Before the first apply no ledger says where a target is: the saved plan does, and nothing is asked elsewhere."""
    repository.define("new", "New")
    assert repository.run("plan", "--out", "plan.json").code == 0
    asked = meddled.requests
    configure(repository, endpoint=repository.endpoint.replace("/v4", "/of-another-project/v4"))

    ended = repository.run("apply", "--yes", "plan.json")

    assert (ended.code, meddled.requests) == (3, asked)
    assert "is for qonversion at http://localhost/v4, and the target is on" in ended.stderr
    assert "(plan-foreign)" in ended.stderr


def test_the_digest_of_one_target_is_not_that_of_another(repository: Repository, meddled: Meddled) -> None:
    """Both would do the same: who read the plan of one has not read the other's."""
    repository.define("new", "New")
    one = repository.run("plan", "--format", "json").document["digest"]
    config = (repository.root / "reconciler.toml").read_text()
    repository.configure(config.replace("local", "production"))

    ended = repository.run("apply", "--yes", "--expect-digest", one)

    assert (ended.code, meddled.writes) == (5, [])
    assert "(digest-mismatch)" in ended.stderr
