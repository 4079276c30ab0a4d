"""JSON values in few words: what is shown of a value, and what of a difference."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.plan import Action, Change, FieldChange, FieldKind, Reason
from reconciler.core.segment import Json
from reconciler.render.values import compact, members, sides, tree, word

CONDITION: dict[str, Json] = {"metric": "environment", "comparator": "eq", "value": "prod"}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=2), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("1", '"1"'),
        (1, "1"),
        (1.0, "1.0"),
        (True, "true"),
        (None, "null"),
        ("", '""'),
        ([], "[]"),
        ({}, "{}"),
        (["a", 1, {}], '["a", 1, {}]'),
        ("a\x1b[31m\u202eb", '"a\\u001b[31m\\u202eb"'),
        (CONDITION, 'environment eq "prod"'),
        (CONDITION | {"negate": True}, 'environment eq "prod", negate true'),
        ([CONDITION], '[{environment eq "prod"}]'),
        ({"field": "age", "operator": "gte", "value": 18}, "age gte 18"),
        ({"contextName": "id", "operator": "IN", "values": ["a"], "value": ""}, 'id IN ["a"], value ""'),
        ({"contextName": "id", "operator": "GT", "values": [], "value": "5"}, 'id GT "5", values []'),
        ({"country": {"$eq": "US"}}, 'country {$eq "US"}'),
        ({"b": [1], "a": 1, "c": 0}, "a 1, c 0, b [1]"),
        ({"two words": 1, "": 2}, '"" 2, "two words" 1'),
    ],
)
def test_a_value_is_shown_on_one_line(value: Json, shown: str) -> None:
    """A condition reads as a sentence, everything else as JSON with bare member names."""
    assert compact(value) == shown


@pytest.mark.parametrize("subject", ["two words", "", "a,b", 'a"b', "a\x1b", 1])
def test_a_condition_whose_subject_is_no_plain_word_is_shown_by_its_members(subject: Json) -> None:
    """What could be read in two ways is written out."""
    shown = compact({"metric": subject, "comparator": "eq", "value": "x"})

    assert shown.startswith("comparator ")


def test_a_condition_of_two_subjects_is_shown_by_its_members() -> None:
    """Where it is not certain which member is the subject, none is taken for it."""
    assert compact(CONDITION | {"note": "x"}) == 'comparator "eq", metric "environment", note "x", value "prod"'


@given(VALUES, VALUES)
def test_different_values_are_shown_differently(one: Json, other: Json) -> None:
    """A string is never shown as a number, nor an explicit `false`, `""` or `[]` as nothing."""
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)

    assert (compact(one) == compact(other)) == same


def test_a_deep_value_is_shown_line_by_line() -> None:
    """Lists of objects go item by item; an object that is too long for a line has its parts indented."""
    deep: Json = [
        {"type": "OR", "constraints": [CONDITION | {"value": f"a value of some length, {n}"} for n in (1, 2)]}
    ]

    assert list(tree(deep)) == [
        'type "OR"',
        "constraints",
        '  environment eq "a value of some length, 1"',
        '  environment eq "a value of some length, 2"',
    ]


def test_a_long_value_without_parts_stays_on_its_line() -> None:
    """Nothing is cut, and a long condition is not taken apart."""
    long = CONDITION | {"value": "x" * 100}

    assert list(tree([long, "y"])) == [f'environment eq "{"x" * 100}"', '"y"']
    assert list(tree({"$or": [long]})) == ["$or", f'  environment eq "{"x" * 100}"']


def test_a_creation_shows_its_body_less_its_name() -> None:
    """The name stands beside the key already; a body with another name shows it."""
    change = Change("A", Action.CREATE, Reason.NEW_DEFINITION, "a", after={"name": "A", "conditions": [], "x": None})

    assert members(change) == [("conditions", ["[]"]), ("x", ["null"])]
    assert members(Change("B", change.action, change.reason, "a", after={"name": "A"})) == [("name", ['"A"'])]


def test_a_deletion_shows_the_body_and_the_id_that_are_lost() -> None:
    """Where there is no key, the id stands in its place already."""
    managed = Change("A", Action.DELETE, Reason.DEFINITION_REMOVED, "a", "1", {"name": "A", "conditions": [CONDITION]})
    stranger = Change("A", Action.DELETE, Reason.UNMANAGED, None, "1", {"name": "A"})

    assert members(managed) == [("id", ["1"]), ("conditions", ['environment eq "prod"'])]
    assert members(stranger) == []
    assert members(Change("A", Action.DELETE, Reason.DEFINITION_REMOVED, "a", "1")) == [("id", ["1"])]


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("1", 1, ('"1"', "1")),
        (None, "", ("null", '""')),
        (CONDITION, CONDITION | {"value": "sandbox"}, ('value "prod"', 'value "sandbox"')),
        (CONDITION, CONDITION | {"negate": True}, ("negate absent", "negate true")),
        ({"a": 1, "b": 2}, {"a": 1}, ("b 2", "b absent")),
        ({"a": 1}, {"b": 1}, ("a 1", "b 1")),
        ({"a": True, "b": 0}, {"a": 1, "b": 0}, ("a true", "a 1")),
        (["a"], ["b"], ('["a"]', '["b"]')),
        ([*"abcde", 1], [*"edcba", 2], ("[1, …and 5 in both]", "[2, …and 5 in both]")),
        ([*"abcde"], [*"edcba"], ('["a", "b", "c", "d", "e"]', '["e", "d", "c", "b", "a"]')),
        ([*"abcde"], [*"abcdee"], ("[…and 5 in both]", '["e", …and 5 in both]')),
        ({"k": 1, "v": ["a"]}, {"k": 1, "v": "a"}, ('v ["a"]', 'v "a"')),
        ({"k": 1, "v": [*"abcde"]}, {"k": 1, "v": [*"abcdef"]}, ("v […and 5 in both]", 'v ["f", …and 5 in both]')),
    ],
)
def test_a_difference_shows_what_differs(before: Json, after: Json, shown: tuple[str, str]) -> None:
    """Of objects that share members, only the others; of long lists, only the items that one side lacks."""
    assert sides(FieldChange("x", FieldKind.CHANGED, before, after)) == shown


def test_what_was_added_or_removed_does_not_repeat_its_path() -> None:
    """A path that ends with subject and operator has said them."""
    path = "conditions[environment eq]"

    assert sides(FieldChange(path, FieldKind.ADDED, None, CONDITION)) == ("", 'value "prod"')
    assert sides(FieldChange(path, FieldKind.REMOVED, CONDITION | {"negate": False}, None)) == (
        'value "prod", negate false',
        "",
    )
    assert sides(FieldChange("conditions[1]", FieldKind.ADDED, None, CONDITION)) == ("", 'environment eq "prod"')
    assert sides(FieldChange("x", FieldKind.ADDED, None, None)) == ("", "null")
    assert sides(FieldChange("x", FieldKind.ADDED, None, {"a": 1})) == ("", "a 1")


@pytest.mark.parametrize("text", ["", " a", 'a"b', "a  b", "a → b", "a\nb  c"])
def test_a_word_that_could_pass_for_something_else_is_quoted(text: str) -> None:
    """Neither a key nor a path can look like the columns beside it."""
    assert word(text).startswith('"')


def test_a_plain_word_stays_as_it_is() -> None:
    """Keys and paths as they should be are not quoted."""
    assert word("conditions[environment not eq] #2") == "conditions[environment not eq] #2"
