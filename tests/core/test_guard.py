"""The rules that refuse a whole plan, and what lifts them."""

from dataclasses import replace

import pytest
from worlds import PROD, defined, held, lives, plan, records

from reconciler.core.guard import Limits, blocked, way_out, why
from reconciler.core.plan import Block, Plan
from reconciler.core.segment import Unmanaged


def losing(gone: int, kept: int) -> Plan:
    """Return a plan that deletes `gone` managed segments and keeps others."""
    keys = [f"k{number}" for number in range(gone + kept)]
    return plan(
        [defined(key) for key in keys[gone:]],
        [lives(key.upper()) for key in keys],
        records(*(held(key) for key in keys)),
    )


def limits(managed: int, *, definitions: int = 1, allow: int | None = None, max_deletes: int = 5) -> Limits:
    """Return limits with the defaults of a target."""
    return Limits(max_deletes, managed, definitions, allow_deletes=allow)


@pytest.mark.parametrize(
    ("gone", "kept", "rules"),
    [
        (1, 1, ()),
        (1, 2, ()),
        (2, 1, (Block.DEFINITIONS_GONE,)),
        (2, 2, ()),
        (5, 5, ()),
        (6, 6, (Block.MAX_DELETES,)),
        (6, 5, (Block.DEFINITIONS_GONE, Block.MAX_DELETES)),
    ],
)
def test_deletions_are_held_against_the_limits(gone: int, kept: int, rules: tuple[Block, ...]) -> None:
    """More than `max_deletes`, or more than half of what is managed, refuses the plan."""
    assert blocked(losing(gone, kept), limits(gone + kept)).refused_by == rules


def test_deleting_everything_managed_is_refused_from_two_on() -> None:
    """The one managed segment may go while there are definitions; two may not go together."""
    one = plan([defined("new")], [lives("A")], records(held("a")))

    assert blocked(one, limits(1)).refused_by == ()
    assert Block.ALL_MANAGED in blocked(losing(2, 0), limits(2)).refused_by


def test_an_empty_folder_deletes_nothing() -> None:
    """Without a single definition even one deletion is refused."""
    assert blocked(losing(1, 0), limits(1, definitions=0)).refused_by == (Block.NO_DEFINITIONS,)


def test_without_a_ledger_nothing_unmanaged_is_deleted() -> None:
    """A first run cannot tell what is unmanaged from what was managed by a ledger that is lost."""
    made = plan([defined("a")], [lives("B")], {}, Unmanaged.DELETE)

    assert blocked(made, Limits(5, 0, 1, first_run=True)).refused_by == (Block.NO_LEDGER,)


def test_a_refused_plan_is_whole_and_marked() -> None:
    """Every change stays, deletions say which rule stops them, and the digest is that of the plan as it was."""
    made = losing(2, 0)
    held_back = blocked(made, limits(2))

    assert [change.key for change in held_back.changes] == [change.key for change in made.changes]
    assert {change.blocked_by for change in held_back.changes} == {Block.ALL_MANAGED}
    assert held_back.digest == made.digest


@pytest.mark.parametrize(("said", "refused"), [(None, True), (5, True), (6, False), (7, True), (100, True)])
def test_the_number_of_deletions_has_to_be_said_exactly(said: int | None, *, refused: bool) -> None:
    """`--allow-deletes N` lifts the rules for exactly N deletions, so that no generous number becomes a habit."""
    assert bool(blocked(losing(6, 6), limits(12, allow=said)).refused_by) is refused


def test_a_smaller_number_than_planned_refuses() -> None:
    """`--allow-deletes 0` stops a plan that no other rule stops."""
    assert blocked(losing(1, 9), limits(10, allow=0)).refused_by == (Block.MAX_DELETES,)


def test_protected_segments_do_not_count_as_deletions() -> None:
    """What is blocked for itself is not deleted, so it needs no number."""
    made = plan([defined("b")], [lives("A"), lives("B")], records(held("a", protected=True), held("b")))

    assert blocked(made, limits(2, max_deletes=0)).refused_by == ()


@pytest.mark.parametrize("rule", Block)
def test_every_rule_says_why_and_the_way_out(rule: Block) -> None:
    """No block leaves a reader without a next step."""
    made = blocked(losing(2, 0), limits(2))

    assert why(rule)
    assert way_out(rule, made)


def test_the_way_out_says_the_number() -> None:
    """The hint of a refused plan can be copied."""
    made = blocked(losing(6, 6), limits(12))

    assert "--allow-deletes 6`" in way_out(Block.MAX_DELETES, made)


def test_nothing_to_delete_is_never_refused() -> None:
    """Rules are about deletions: a first plan with creates only passes an empty ledger."""
    assert blocked(plan([defined("a", PROD)], [], {}), Limits(0, 0, 1, first_run=True)).refused_by == ()


def test_what_is_held_back_is_gone_and_not_deleted() -> None:
    """Of three of four that are gone two were not reviewed: the one that was is stopped too, and its number is 1."""
    made = losing(3, 1)
    kept_back = {"k0", "k1"}
    changes = tuple(
        replace(change, blocked_by=Block.UNREVIEWED) if change.key in kept_back else change for change in made.changes
    )
    refused = blocked(replace(made, changes=changes), limits(4))

    assert refused.refused_by == (Block.DEFINITIONS_GONE,)
    assert "--allow-deletes 1`" in way_out(Block.DEFINITIONS_GONE, refused)
    assert [change.blocked_by for change in refused.changes if change.key in kept_back] == [Block.UNREVIEWED] * 2


@pytest.mark.parametrize(("said", "refused"), [(None, True), (2, False), (3, True), (4, False), (5, True)])
def test_what_an_earlier_run_deleted_may_be_among_the_number(said: int | None, *, refused: bool) -> None:
    """Of four reviewed deletions two are done: the number of the whole still counts, and that of the rest does."""
    begun = replace(limits(3, allow=said), done=2)

    assert bool(blocked(losing(2, 1), begun).refused_by) is refused
