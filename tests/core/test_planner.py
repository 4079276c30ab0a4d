"""The planner over tiny worlds: which action, and why."""

from dataclasses import replace

from worlds import PROD, RENEWS, decided, defined, held, lives, plan, records

from reconciler.core.guard import Limits, blocked
from reconciler.core.planner import make_plan
from reconciler.core.ports import Capabilities
from reconciler.core.segment import Unmanaged
from reconciler.providers.qonversion.convert import QonversionForm


def test_a_new_definition_is_created() -> None:
    """A definition that nothing live or recorded matches is created."""
    made = plan([defined("a", PROD)], [], {})

    assert decided(made) == [("a", "create", "new_definition")]


def test_equal_sides_are_kept() -> None:
    """Definition, live segment and record that say the same are left alone."""
    made = plan([defined("a", PROD)], [lives("A", PROD)], records(held("a", PROD)))

    assert decided(made) == [("a", "keep", "same")]


def test_order_and_defaults_of_conditions_change_nothing() -> None:
    """A shuffled and default-filled live body is the same body."""
    live = lives("A", {**RENEWS, "negate": False}, {**PROD, "negate": False})
    made = plan([defined("a", PROD, RENEWS)], [live], records(held("a", RENEWS, PROD)))

    assert decided(made) == [("a", "keep", "same")]


def test_a_repeated_condition_is_not_folded() -> None:
    """Conditions are a multiset: two of a kind are not one."""
    made = plan([defined("a", PROD)], [lives("A", PROD, PROD)], records(held("a", PROD)))

    assert decided(made) == [("a", "update", "drifted")]


def test_who_changed_decides_the_reason_of_an_update() -> None:
    """Definition against record and live against record say which side changed."""
    world = [
        ("edited", PROD, RENEWS, RENEWS, "definition_changed"),
        ("drifted", PROD, RENEWS, PROD, "drifted"),
        ("both", PROD, RENEWS, {**PROD, "value": "sandbox"}, "both_changed"),
    ]
    made = plan(
        [defined(key, desired) for key, desired, *_ in world],
        [lives(key.upper(), live) for key, _, live, *_ in world],
        records(*(held(key, known) for key, _, _, known, _ in world)),
    )

    assert decided(made) == [(key, "update", reason) for key, *_, reason in sorted(world)]


def test_a_change_made_on_both_sides_alike_is_adopted() -> None:
    """Where definition and live changed to the same, only the ledger is behind."""
    made = plan([defined("a", PROD)], [lives("A", PROD)], records(held("a", RENEWS)))

    assert decided(made) == [("a", "adopt", "both_changed")]


def test_an_unmanaged_namesake_is_adopted_when_equal_and_updated_when_not() -> None:
    """A definition takes over the one unmanaged live segment of exactly its name."""
    made = plan([defined("a", PROD), defined("b", PROD)], [lives("A", PROD), lives("B", RENEWS)], {})

    assert decided(made) == [("a", "adopt", "name_matches"), ("b", "update", "name_matches")]


def test_two_namesakes_are_ambiguous() -> None:
    """Of two unmanaged segments with the name, neither is guessed, and neither is deleted."""
    live = [lives("A", PROD, segment_id="1"), lives("A", PROD, segment_id="2")]
    made = plan([defined("a", PROD)], live, {}, Unmanaged.DELETE)

    assert decided(made) == [
        ("a", "create !ambiguous_name", "ambiguous_name"),
        ("1", "skip", "ambiguous_name"),
        ("2", "skip", "ambiguous_name"),
    ]


def test_two_definitions_of_one_name_are_ambiguous_where_one_segment_has_it() -> None:
    """One unmanaged segment is not given to the first of two definitions that name it."""
    made = plan([defined("a", PROD, name="X"), defined("b", RENEWS, name="X")], [lives("X", PROD)], {})

    assert decided(made) == [
        ("a", "create !ambiguous_name", "ambiguous_name"),
        ("b", "create !ambiguous_name", "ambiguous_name"),
        ("id-x", "skip", "ambiguous_name"),
    ]


def test_a_removed_definition_is_deleted_unless_protected() -> None:
    """A record without a definition is a deletion; a protected one keeps its action and says what stops it."""
    made = plan([], [lives("A"), lives("B")], records(held("a"), held("b", protected=True)))

    assert decided(made) == [("a", "delete", "definition_removed"), ("b", "delete !protected", "definition_removed")]


def test_a_record_of_what_is_gone_is_forgotten() -> None:
    """Nothing is left to delete where neither definition nor live segment is left."""
    made = plan([], [], records(held("a", protected=True)))

    assert decided(made) == [("a", "forget", "vanished")]


def test_a_vanished_segment_is_created_again() -> None:
    """A definition whose live segment is gone is created again, and the change says which id it had."""
    made = plan([defined("a", PROD)], [], records(held("a", PROD)))

    assert decided(made) == [("a", "create", "vanished")]
    assert made.changes[0].id == "id-a"


def test_a_vanished_segment_that_came_back_under_another_id_is_adopted() -> None:
    """A segment that somebody deleted and made again is matched by its name."""
    made = plan([defined("a", PROD)], [lives("A", PROD, segment_id="new")], records(held("a", PROD)))

    assert decided(made) == [("a", "adopt", "name_matches")]


def test_system_segments_are_never_touched() -> None:
    """Neither a definition of the name, nor a record of the id, nor `unmanaged = "delete"` reaches a system segment."""
    live = [lives("A", system=True), lives("B", system=True), lives("C", system=True)]
    made = plan([defined("a", PROD), defined("b", name="OTHER")], live, records(held("b"), held("c")), Unmanaged.DELETE)

    assert decided(made) == [
        ("a", "skip", "system_segment"),
        ("b", "skip", "system_segment"),
        ("c", "forget", "system_segment"),
        ("id-a", "skip", "system_segment"),
        ("id-b", "skip", "system_segment"),
        ("id-c", "skip", "system_segment"),
    ]
    assert [warning.code for warning in made.warnings] == ["system-name", "system-name"]


def test_a_namesake_of_a_system_segment_is_left_alone() -> None:
    """A definition that names a system segment does not take over an unmanaged segment of that name."""
    live = [lives("A", system=True, segment_id="sys"), lives("A", PROD, segment_id="own")]
    made = plan([defined("a", PROD)], live, {})

    assert decided(made) == [
        ("a", "skip", "system_segment"),
        ("own", "skip", "unmanaged"),
        ("sys", "skip", "system_segment"),
    ]


def test_unmanaged_segments_are_reported_ignored_or_deleted() -> None:
    """The target says what becomes of a live segment that nobody recorded."""
    made = [decided(plan([], [lives("A")], {}, mode)) for mode in Unmanaged]

    assert made == [[("id-a", "skip", "unmanaged")], [], [("id-a", "delete", "unmanaged")]]


def test_a_moved_definition_keeps_its_segment() -> None:
    """`previously` finds the record under the former key; only the ledger changes."""
    made = plan(
        [defined("new", PROD, name="OLD", previously=("old",))], [lives("OLD", PROD)], records(held("old", PROD))
    )

    assert decided(made) == [("new", "adopt", "definition_changed")]
    assert [(field.path, field.before, field.after) for field in made.changes[0].fields] == [("key", "old", "new")]
    assert made.changes[0].moved_from == "old"


def test_a_moved_and_edited_definition_is_one_update() -> None:
    """A move and an edit at once replace the body of the segment that was there."""
    made = plan(
        [defined("new", RENEWS, name="OLD", previously=("x", "old"))], [lives("OLD", PROD)], records(held("old", PROD))
    )

    assert decided(made) == [("new", "update", "definition_changed")]
    assert [field.path for field in made.changes[0].fields] == [
        "conditions[environment eq]",
        "conditions[renewable eq]",
        "key",
    ]


def test_one_record_is_not_given_to_two_definitions() -> None:
    """The planner stays total where two definitions claim the same former key: the first has it."""
    desired = [defined("b", PROD, previously=("old",)), defined("c", PROD, previously=("old",))]
    made = plan(desired, [lives("OLD", PROD)], records(held("old", PROD)))

    assert decided(made) == [("b", "update", "definition_changed"), ("c", "create", "new_definition")]


def test_a_move_without_previously_is_pointed_out() -> None:
    """A definition that appears where one of its name disappears is created and the other deleted, with a warning."""
    made = plan([defined("new", PROD, name="OLD")], [lives("OLD", PROD)], records(held("old", PROD)))

    assert decided(made) == [("new", "create", "new_definition"), ("old", "delete", "definition_removed")]
    assert [warning.code for warning in made.warnings] == ["looks-moved"]


def test_protection_alone_changes_the_ledger_alone() -> None:
    """Setting `protected` is a change of the record, and of nothing live."""
    made = plan([defined("a", PROD, protected=True)], [lives("A", PROD)], records(held("a", PROD)))

    assert decided(made) == [("a", "adopt", "definition_changed")]
    assert [field.path for field in made.changes[0].fields] == ["reconciler.protected"]


def test_what_a_definition_cannot_say_is_not_overwritten() -> None:
    """A live segment with parts beyond the documented ones is not replaced by a definition that would drop them."""
    live = lives("A", {**PROD, "window": "7d"}, inexpressible="a condition's member `window`")
    made = plan([defined("a", PROD)], [live], records(held("a", PROD)))

    assert decided(made) == [("a", "update !cannot_express", "cannot_express")]


def test_explicit_values_are_not_absent_ones() -> None:
    """`negate: false` is the default; an empty value is not a missing one, and `negate: true` is not either."""
    empty = {**PROD, "value": ""}
    made = plan(
        [defined("a", empty), defined("b", {**PROD, "negate": True})],
        [lives("A", PROD), lives("B", PROD)],
        records(held("a", PROD), held("b", PROD)),
    )

    assert [change.action.value for change in made.changes] == ["update", "update"]


def test_deletions_come_last_and_the_rest_by_key() -> None:
    """The order of a plan does not depend on the order of its inputs."""
    desired, live = [defined("c"), defined("a")], [lives("Z"), lives("B")]
    recorded = records(held("b"))

    assert decided(plan(desired, live, recorded)) == decided(plan(desired[::-1], live[::-1], recorded))
    assert [change.key for change in plan(desired, live, recorded).changes] == ["a", "c", None, "b"]


class Keeping(QonversionForm):
    """The form of a vendor whose API deletes nothing."""

    @property
    def capabilities(self) -> Capabilities:
        """Return what the vendor can do."""
        return replace(super().capabilities, delete=False)


def test_a_vendor_that_cannot_delete_is_not_asked_to() -> None:
    """A deletion that the API does not offer is blocked aloud, be it of a managed segment or of an unmanaged one."""
    made = make_plan([], [lives("A"), lives("B")], records(held("a")), form=Keeping(), unmanaged=Unmanaged.DELETE)

    assert decided(made) == [
        ("a", "delete !cannot_express", "cannot_express"),
        ("id-b", "delete !cannot_express", "cannot_express"),
    ]


def test_a_key_that_is_recorded_is_not_taken_over_by_a_move() -> None:
    """Where a definition has a record, and says that it was another key that has one too, neither is touched."""
    made = plan(
        [defined("b", RENEWS, name="A", previously=("a",))],
        [lives("A", PROD), lives("B", PROD)],
        records(held("a", PROD), held("b", PROD)),
    )

    assert decided(made) == [
        ("b", "update !ambiguous_name", "definition_changed"),
        ("a", "delete !ambiguous_name", "definition_removed"),
    ]
    assert [warning.code for warning in made.warnings] == ["previously-recorded"]


def test_what_bears_the_name_of_a_definition_is_never_deleted_as_unmanaged() -> None:
    """A definition that is left alone for a system segment's name protects its unmanaged namesake."""
    live = [lives("A", system=True, segment_id="sys"), lives("A", PROD, segment_id="own"), lives("B", segment_id="b")]
    made = plan([defined("a", PROD)], live, {}, Unmanaged.DELETE)

    assert decided(made) == [
        ("a", "skip", "system_segment"),
        ("own", "skip", "unmanaged"),
        ("sys", "skip", "system_segment"),
        ("b", "delete", "unmanaged"),
    ]


def test_what_looks_like_the_vendor_s_own_is_left_alone_unless_a_record_names_it() -> None:
    """A segment that only looks like a system segment is one for a namesake and for a cleaner, not for its manager."""
    doubtful = lives("A")._replace(looks_system=True)

    assert [("a", "skip", "system_segment"), ("id-a", "skip", "system_segment")] == decided(
        plan([defined("a", PROD)], [doubtful], {}, Unmanaged.DELETE)
    )
    assert [("a", "update", "drifted")] == decided(plan([defined("a", PROD)], [doubtful], records(held("a", PROD))))
    assert [("a", "delete", "definition_removed")] == decided(plan([], [doubtful], records(held("a", PROD))))


def test_a_record_comes_before_the_name_of_what_only_looks_like_the_vendor_s_own() -> None:
    """A namesake without rules does not freeze a managed segment; a system segment's name stays taken."""
    doubtful = lives("A", segment_id="other")._replace(looks_system=True)
    mine = lives("A", PROD)

    assert [("a", "update", "definition_changed"), ("other", "skip", "system_segment")] == decided(
        plan([defined("a", RENEWS)], [mine, doubtful], records(held("a", PROD)))
    )
    assert [("a", "skip", "system_segment"), ("other", "skip", "system_segment")] == decided(
        plan([defined("a", RENEWS)], [mine, doubtful._replace(system=True)], records(held("a", PROD)))
    )


def test_a_move_that_was_not_said_is_told_also_where_the_old_one_cannot_be_deleted() -> None:
    """A protected segment, whose definition seems to have moved, would get a twin."""
    made = plan([defined("b", PROD, name="A")], [lives("A", PROD)], records(held("a", PROD, protected=True)))

    assert [("b", "create", "new_definition"), ("a", "delete !protected", "definition_removed")] == decided(made)
    assert ["looks-moved"] == [warning.code for warning in made.warnings]


def test_what_no_definition_can_say_is_named() -> None:
    """An update that is blocked for what is live says what that is."""
    live = lives("A", {**PROD, "window": "7d"}, inexpressible="a condition's member `window`")

    (warning,) = plan([defined("a", RENEWS)], [live], records(held("a", PROD))).warnings

    assert ("cannot-express", "a.json") == (warning.code, str(warning.place))
    assert warning.message.endswith("an update would lose it: a condition's member `window`")


def test_what_was_blocked_has_another_digest_than_what_is_done() -> None:
    """A plan that was reviewed as blocked was not reviewed as done; a limit that a number lifts is no such block."""
    free = plan([], [lives("A", PROD)], records(held("a", PROD)))
    protected = plan([], [lives("A", PROD)], records(held("a", PROD, protected=True)))
    limited = blocked(free, Limits(max_deletes=0, managed=1, definitions=1))

    assert free.digest == limited.digest != protected.digest
