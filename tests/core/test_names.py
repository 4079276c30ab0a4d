"""Vendors that know a name once: what is freed first, what is blocked, and that no name is ever had twice."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import PROD, RENEWS, Unique, decided, defined, held, lives, records

from reconciler.core.document import plan_document, text
from reconciler.core.plan import Action, Plan
from reconciler.core.planner import make_plan
from reconciler.core.segment import Definition, Live, Recorded
from reconciler.planfile import load_plans
from reconciler.providers.qonversion.convert import QonversionForm


def plan(desired: Sequence[Definition], live: Sequence[Live], recorded: Mapping[str, Recorded]) -> Plan:
    """Return the plan for such a vendor."""
    return make_plan(desired, live, recorded, form=Unique(), target="local")


A, B, C = (lives(name, PROD) for name in "ABC")
HELD = records(held("a", PROD), held("b", PROD), held("c", PROD))


@pytest.mark.parametrize(
    ("desired", "expected"),
    [
        (
            [defined("a", PROD, name="B"), defined("c", PROD)],
            [("b", "delete", "definition_removed"), ("a", "update", "definition_changed"), ("c", "keep", "same")],
        ),
        (
            [defined("a", PROD, name="B"), defined("b", PROD, name="D"), defined("c", PROD)],
            [("b", "update", "definition_changed"), ("a", "update", "definition_changed"), ("c", "keep", "same")],
        ),
        (
            [defined("a", PROD, name="B"), defined("b", PROD, name="C"), defined("c", PROD, name="D")],
            [("c", "update", "definition_changed"), ("b", "update", "definition_changed"),
             ("a", "update", "definition_changed")],
        ),
        (
            [defined("a", PROD, name="B"), defined("b", PROD, name="A"), defined("c", PROD)],
            [("a", "update !name_conflict", "definition_changed"), ("b", "update !name_conflict", "definition_changed"),
             ("c", "keep", "same")],
        ),
        (
            [defined("a", PROD, name="B"), defined("b", PROD), defined("c", PROD)],
            [("a", "update !name_conflict", "definition_changed"), ("b", "keep", "same"), ("c", "keep", "same")],
        ),
        (
            [defined("a", PROD, name="D"), defined("b", PROD, name="D"), defined("c", PROD, name="B")],
            [("a", "update !name_conflict", "definition_changed"), ("b", "update !name_conflict", "definition_changed"),
             ("c", "update !name_conflict", "definition_changed")],
        ),
        (
            [defined("a", PROD), defined("b", RENEWS), defined("c", PROD), defined("d", PROD, name="A")],
            [("a", "keep", "same"), ("b", "update", "definition_changed"), ("c", "keep", "same"),
             ("d", "create !name_conflict", "new_definition")],
        ),
    ],
    ids=["deleted first", "renamed first", "a chain", "an exchange", "kept by another", "asked for twice", "a create"],
)  # fmt: skip
def test_a_name_is_freed_before_it_is_taken(desired: list[Definition], expected: list[tuple[str, str, str]]) -> None:
    """In the order of the plan, or what cannot be is blocked, with all that waits for it."""
    assert expected == decided(plan(desired, [A, B, C], HELD))


@pytest.mark.parametrize("turn", [1, -1])
def test_a_segment_with_a_twin_is_changed_like_any_other(turn: int) -> None:
    """It takes no name that it does not have; a third one takes it only when neither keeps it."""
    twins = [A, lives("A", PROD, segment_id="id-twin")][::turn]
    edited = [defined("a", RENEWS), defined("b", PROD, name="A")]

    assert [("a", "update", "definition_changed")] == decided(plan(edited[:1], twins, records(held("a", PROD))))[:1]
    both = records(held("a", PROD), held("b", PROD), held("t", PROD, name="A", segment_id="id-twin"))
    taken = decided(plan([*edited, defined("t", PROD, name="T")], [*twins, B], both))
    assert ("b", "update !name_conflict", "definition_changed") in taken


NAMES = st.sampled_from("ABCDE")


@given(wanted=st.dictionaries(st.sampled_from("abcde"), NAMES), live=st.lists(NAMES, unique=True, max_size=5))
def test_no_name_is_ever_had_twice(wanted: dict[str, str], live: list[str]) -> None:
    """Carried out in its order, without what is blocked, a plan never gives a name that another segment has."""
    desired = [defined(key, PROD, name=name) for key, name in sorted(wanted.items())]
    there = [lives(name, PROD) for name in live]
    recorded = records(*(held(name.lower(), PROD) for name in live[::2]))

    names = {segment.id: segment.name for segment in there}
    done = [change for change in plan(desired, there, recorded).pending if change.blocked_by is None]
    for number, change in enumerate(done):
        if change.action is Action.DELETE:
            del names[change.id or ""]
        elif change.action in {Action.CREATE, Action.UPDATE}:
            names[change.id or f"new {number}"] = change.name
        assert len(set(names.values())) == len(names), change


def test_elsewhere_names_may_repeat() -> None:
    """A vendor that does not mind gets what was asked for."""
    desired = [defined("a", PROD, name="B"), defined("b", PROD, name="A"), defined("c", PROD)]
    made = make_plan(desired, [A, B, C], HELD, form=QonversionForm(), target="local")

    assert [None, None] == [change.blocked_by for change in made.pending]


def test_a_saved_plan_keeps_its_order() -> None:
    """What waits for a name is not in the document; that the document is whole is known all the same."""
    made = plan(
        [defined("a", PROD, name="B"), defined("b", PROD, name="C"), defined("c", PROD, name="D")], [A, B, C], HELD
    )

    (loaded,) = load_plans(text(plan_document(made)).encode(), "plan.json")

    assert (["c", "b", "a"], made.digest) == ([change.key for change in loaded.changes], loaded.digest)
