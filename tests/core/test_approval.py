"""What reviewers were shown, and which changes of a later plan that covers."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.approval import ENTRY, Approval, approvals, held_back, is_shown, unreviewed
from reconciler.core.plan import Action, Block, Change, FieldChange, FieldKind, Plan, Reason

KEYS = ("eu", "us", "jp")
UNPROTECTED = FieldChange("reconciler.protected", FieldKind.CHANGED, before=True, after=False)


def update(key: str, live: str = "before", name: str = "after") -> Change:
    """Return an update of a segment that was live as `live`."""
    fingerprint = f"sha256:{live}"
    return Change(name, Action.UPDATE, Reason.DEFINITION_CHANGED, key, f"id-{key}", {}, {"name": name}, (), fingerprint)


def create(key: str) -> Change:
    """Return a create."""
    return Change(key, Action.CREATE, Reason.NEW_DEFINITION, key, after={"name": key})


def planned(*changes: Change, target: str = "local", refused: tuple[Block, ...] = ()) -> Plan:
    """Return a plan."""
    return Plan(target, "qonversion", changes, refused)


def shown(*plans: Plan, most: int = 20_000) -> list[Approval]:
    """Return what these plans of one target showed."""
    return [approvals([plan], most)[plan.target] for plan in plans]


def rules(plan: Plan) -> dict[str, str | None]:
    """Return by which rule each change is blocked."""
    return {change.key or "": change.blocked_by and change.blocked_by.value for change in plan.changes}


def test_what_was_shown_is_carried_out() -> None:
    """Each change of one plan is among those of the same plan made again."""
    plan = planned(update("eu"), create("us"))

    assert held_back(plan, shown(plan)) == plan


def test_what_was_shown_in_several_places_is_carried_out() -> None:
    """Two pull requests, each with its own change, cover a plan of both."""
    plan = planned(update("eu"), create("us"))

    assert is_shown(plan, shown(planned(update("eu")), planned(create("us"))))


def test_what_nobody_was_shown_is_held_back_alone() -> None:
    """The other change goes on."""
    plan = held_back(planned(update("eu"), update("us")), shown(planned(update("eu"))))

    assert rules(plan) == {"eu": None, "us": "unreviewed"}
    assert [change.key for change in unreviewed(plan.changes)] == ["us"]


@pytest.mark.parametrize("later", [update("eu", live="edited"), update("eu", name="another"), create("eu")])
def test_what_was_shown_otherwise_is_held_back_as_such(later: Change) -> None:
    """The live segment moved, the definition changed, or the segment is gone."""
    assert rules(held_back(planned(later), shown(planned(update("eu"))))) == {"eu": "reviewed_otherwise"}


def test_what_a_rule_stops_keeps_its_rule() -> None:
    """A protected segment is not deleted, whoever was shown what."""
    plan = planned(replace(update("eu"), blocked_by=Block.PROTECTED))

    assert held_back(plan, []) == plan


def test_what_was_shown_as_stopped_is_not_carried_out() -> None:
    """The rule is a part of what was shown."""
    stopped = planned(replace(update("eu"), blocked_by=Block.PROTECTED))

    assert rules(held_back(planned(update("eu")), shown(stopped))) == {"eu": "reviewed_otherwise"}


def test_a_refused_plan_shows_that_nothing_is_done() -> None:
    """Nor is anything else of that plan: it said that apply does none of it, whatever becomes of the limit."""
    gone = Change("EU", Action.DELETE, Reason.DEFINITION_REMOVED, "eu", "1", {}, None, (), "sha256:00")
    refused = planned(replace(gone, blocked_by=Block.MAX_DELETES), create("us"), refused=(Block.MAX_DELETES,))

    assert rules(held_back(planned(gone, create("us")), shown(refused))) == dict.fromkeys(
        ("eu", "us"), "reviewed_otherwise"
    )


def test_what_does_nothing_needs_no_review() -> None:
    """A segment that is kept or left alone is in no approval."""
    kept = Change("EU", Action.KEEP, Reason.SAME, "eu", "1")

    assert held_back(planned(kept), []) == planned(kept)
    assert shown(planned(kept))[0].changes == ""


def test_where_there_is_no_room_whole_plans_are_compared() -> None:
    """The same plan is carried out; one with a change more is not, nor is a part of it."""
    plan = planned(update("eu"), update("us"))
    tight = shown(plan, most=2 * ENTRY - 1)

    assert is_shown(plan, tight)
    assert rules(held_back(planned(update("eu")), tight)) == {"eu": "unreviewed"}
    assert not is_shown(planned(update("eu"), update("us"), create("jp")), tight)


def test_a_refused_plan_is_never_approved_as_a_whole() -> None:
    """Where there is no room for its changes either, nothing of it is."""
    refused = planned(create("us"), refused=(Block.MAX_DELETES,))

    assert shown(refused, most=0) == [Approval("")]


def test_the_room_is_for_all_targets_together() -> None:
    """Two plans that fit one by one do not fit together."""
    plans = [planned(create("eu")), planned(create("us"), target="other")]

    assert [bool(each.changes) for each in approvals(plans, 2 * ENTRY).values()] == [True, True]
    assert [bool(each.changes) for each in approvals(plans, 2 * ENTRY - 1).values()] == [False, False]


def test_what_waits_for_something_held_back_is_held_back() -> None:
    """A name that is not given up cannot be taken, by the next or by the one after it."""
    first = replace(update("eu"), turn=-2)
    second = replace(update("us"), waits_for="id-eu", turn=-1)
    third = replace(create("jp"), waits_for="id-us")
    plan = planned(first, second, third)

    assert rules(held_back(plan, shown(planned(second, third)))) == dict.fromkeys(KEYS, "unreviewed")


@given(st.sets(st.sampled_from(KEYS)), st.sets(st.sampled_from(KEYS)))
def test_exactly_what_was_not_shown_is_held_back(now: set[str], then: set[str]) -> None:
    """Whatever two plans hold, the second goes on with what both do."""
    plan = held_back(planned(*map(update, now)), shown(planned(*map(update, then))))

    assert {key for key, rule in rules(plan).items() if rule is None} == now & then


@pytest.mark.parametrize(
    ("change", "managed", "expected"),
    [
        (Change("after", Action.ADOPT, Reason.BOTH_CHANGED, "eu", "id-eu"), ["id-eu"], None),
        (Change("after", Action.ADOPT, Reason.NAME_MATCHES, "eu", "id-eu"), ["id-us"], "unreviewed"),
        (
            Change("after", Action.ADOPT, Reason.DEFINITION_CHANGED, "eu", "id-eu", fields=(UNPROTECTED,)),
            ["id-eu"],
            "unreviewed",
        ),
        (Change("after", Action.FORGET, Reason.VANISHED, "eu", "id-eu"), ["id-eu"], None),
    ],
    ids=["the record catches up", "another's segment", "protection goes", "it is gone"],
)
def test_what_only_the_ledger_notes_needs_no_review(change: Change, managed: list[str], expected: str | None) -> None:
    """Where it comes to say what is live of a managed segment; not where it takes one over, or lets go of a guard."""
    plan = planned(change)

    assert rules(held_back(plan, [], managed)) == {"eu": expected}
    assert is_shown(plan, [], managed) == (expected is None)
