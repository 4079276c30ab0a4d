"""What Unleash's constraints mean, by worked examples; tests/unleash holds the meaning to a real server."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unleash.drawn import constraint, context
from unleash.playground import profile

from reconciler.core import predicate as of
from reconciler.core.segment import Json
from reconciler.core.semantics import matches
from reconciler.providers.unleash import FORM, VENDOR
from reconciler.providers.unleash.meaning import meaning, meaning_of_one
from reconciler.providers.unleash.operators import MANY, OPERATORS

NOON = "2026-03-01T12:00:00Z"
MOMENTS = ["2026-03-01T11:59:59.999Z", "2026-03-01T13:00:00+01:00", "2026-03-01T12:00:00.001Z"]
BLANKS = ["", None]

FOLDED: dict[str, Json] = {"caseInsensitive": True}
INVERTED: dict[str, Json] = {"inverted": True}


def compared(operator: str, *operands: str, field: str = "x", **flags: Json) -> dict[str, Json]:
    """Return a constraint."""
    if operator in MANY:
        return {"contextName": field, "operator": operator, "values": [*operands], **flags}
    return {"contextName": field, "operator": operator, "value": operands[0], **flags}


def clear(found: of.Predicate | tuple[of.Stated, ...] | of.Unclear) -> of.Predicate:
    """Return a predicate, or fail on what is unclear."""
    assert not isinstance(found, of.Unclear), found
    return of.together(found) if isinstance(found, tuple) else found


def whom(one: dict[str, Json], values: list[Json], field: str = "x") -> list[Json]:
    """Return the values of a field with which a profile matches a constraint."""
    predicate = clear(meaning_of_one(one))
    return [value for value in values if matches(predicate, {field: value})]


@pytest.mark.parametrize(
    ("one", "yes", "no"),
    [
        (compared("IN", "a", "5"), ["a", "5", 5], ["A", "b", *BLANKS]),
        (compared("IN", "a", " b "), ["a", "b"], [" b ", " a"]),
        (compared("IN", " "), [], [" ", *BLANKS]),
        (compared("IN", "É") | FOLDED, ["é", "É"], ["E", *BLANKS]),
        (compared("IN", "a") | INVERTED, ["b", *BLANKS], ["a"]),
        (compared("NOT_IN", "a", "b"), ["A", "c", *BLANKS], ["a", "b"]),
        (compared("NOT_IN", "a") | FOLDED, ["b", *BLANKS], ["a", "A"]),
        (compared("NOT_IN", "a") | INVERTED, ["a"], ["b", *BLANKS]),
        (compared("STR_STARTS_WITH", "ab", "c "), ["abx", "cx"], ["xab", "AB", *BLANKS]),
        (compared("STR_ENDS_WITH", "ab"), ["xab"], ["abx", *BLANKS]),
        (compared("STR_CONTAINS", "ab", "%"), ["xaby", "%"], ["a", "AB", *BLANKS]),
        (compared("STR_CONTAINS", "ß") | FOLDED, ["STRAẞE", "ß"], ["STRASSE", *BLANKS]),
        (compared("STR_CONTAINS", " "), ["a", " "], BLANKS),
        (compared("STR_CONTAINS", "a") | INVERTED, ["b", *BLANKS], ["a"]),
        (compared("NUM_EQ", "5"), ["5", " 5.0", "0x5", "5e0", 5], ["6", "5a", "1,5", *BLANKS]),
        (compared("NUM_EQ", "0"), ["-0", " ", "0x0"], ["x", *BLANKS]),
        (compared("NUM_EQ", "5") | INVERTED, ["6", "x", *BLANKS], ["5"]),
        (compared("NUM_GT", "9"), ["10", "Infinity"], ["9", "NaN", *BLANKS]),
        (compared("NUM_GTE", "9"), ["9", "1e1"], ["8.9", *BLANKS]),
        (compared("NUM_LT", "9"), ["8", "-Infinity"], ["9", "10", *BLANKS]),
        (compared("NUM_LTE", "9") | FOLDED, ["9", "-1"], ["10", *BLANKS]),
        (compared("SEMVER_EQ", "1.2.3"), ["1.2.3+b", "v1.2.3", " 1.2.3 "], ["1.2.3-a", "1.2", "=1.2.3", *BLANKS]),
        (compared("SEMVER_EQ", "1.2.3") | INVERTED, ["1.2.3-a", "1.2", *BLANKS], ["1.2.3+b"]),
        (compared("SEMVER_GT", "1.2.3-2"), ["1.2.3-10", "1.2.3-a", "1.2.3"], ["1.2.3-2", "1.2.3-1", "1.10", *BLANKS]),
        (compared("SEMVER_GTE", "1.9.0"), ["1.10.0", "1.9.0"], ["1.9.0-rc", *BLANKS]),
        (compared("SEMVER_LT", "1.2.3"), ["1.2.3-rc", "0.9.9"], ["1.2.3", *BLANKS]),
        (compared("SEMVER_LTE", "1.2.3"), ["1.2.3-rc", "1.2.3+9"], ["1.2.4", *BLANKS]),
        (compared("REGEX", "b"), ["abc"], ["B", *BLANKS]),
        (compared("REGEX", "^b$") | FOLDED, ["B", "b"], ["abc", *BLANKS]),
        (compared("REGEX", "^$|.*"), ["a", " "], BLANKS),
        (compared("REGEX", "a", inverted=False), ["a"], ["b"]),
    ],
    ids=lambda value: "" if isinstance(value, list) else str(value),
)
def test_an_operator(one: dict[str, Json], yes: list[Json], no: list[Json]) -> None:
    """Whom it means, and whom not: nothing at all fails each comparison, and is turned round with it."""
    assert yes == whom(one, [*yes, *no])


@pytest.mark.parametrize("field", ["currentTime", "x"])
@pytest.mark.parametrize(
    ("operator", "flags", "expected"),
    [
        ("DATE_AFTER", {}, MOMENTS[2:]),
        ("DATE_BEFORE", {}, MOMENTS[:1]),
        ("DATE_AFTER", INVERTED, MOMENTS[:2]),
        ("DATE_BEFORE", INVERTED, MOMENTS[1:]),
    ],
)
def test_a_date_is_compared_with_the_clock(
    field: str, operator: str, flags: dict[str, Json], expected: list[Json]
) -> None:
    """Whatever field the constraint names; the moment itself is neither before nor after."""
    one = compared(operator, NOON, field=field) | flags

    assert expected == whom(one, [*MOMENTS], field="currentTime")


def test_the_treatment_of_what_is_empty_stands_in_the_tree() -> None:
    """So does the turning round; nobody needs to know the vendor who reads it."""
    number = of.Test("age", of.Compared(of.Cast.NUMBER, of.Relation.AT_LEAST, "18"))
    filled = of.Not(of.Test("age", of.OneOf(("",))))

    assert of.Not(of.All((filled, number))) == meaning_of_one(compared("NUM_GTE", "18", field="age") | INVERTED)


def test_a_segment_means_all_of_its_constraints() -> None:
    """One without any means everybody; the vendor's entry in the registry says the same."""
    body: dict[str, Json] = {"name": "A", "constraints": [compared("IN", "a"), compared("NUM_GT", "1", field="y")]}
    predicate = clear(meaning(body, {}))

    assert predicate == clear(VENDOR.meaning(body, {}))
    assert [True, False, False] == [matches(predicate, {"x": x, "y": y}) for x, y in (("a", 2), ("b", 2), ("a", 1))]
    assert of.All(()) == clear(meaning({"name": "A", "constraints": []}, {}))


@pytest.mark.parametrize(
    ("one", "why"),
    [
        ("IN", "it is no constraint with a known operator"),
        (compared("IN", "a") | {"operator": "EQ"}, "it is no constraint with a known operator"),
        (compared("IN", "a") | {"contextName": 5}, "a member has a wrong type"),
        (compared("IN", "a", inverted="true"), "a member has a wrong type"),
        (compared("IN", "a", caseInsensitive=None), "a member has a wrong type"),
        (compared("IN", "a") | {"values": "a"}, "`values` is no list of texts"),
        (compared("IN", "a") | {"values": ["a", 5]}, "`values` is no list of texts"),
        (compared("NUM_EQ", "5") | {"value": 5}, "`value` is no text"),
        (compared("IN"), "`IN` needs one of `values` at least"),
        (compared("NUM_EQ", "x"), "`x` is no number to the vendor"),
        (compared("REGEX", "a") | INVERTED, "the vendor does not invert a `REGEX`"),
        (
            compared("DATE_AFTER", "2026-03-01T12:00:00"),
            "`2026-03-01T12:00:00` has no zone or is not RFC 3339, so that each server reads it in its own way",
        ),
        (
            compared("IN", "1", field="constructor"),
            "the server takes `constructor` for something that every object of JavaScript has",
        ),
        *(
            (
                compared(operator, operand, field="currentTime"),
                f"`currentTime` is a time and no text, and of that `{operator}` has no answer that could be relied on",
            )
            for operator, operand in (("IN", NOON), ("STR_CONTAINS", "2026"), ("NUM_GT", "5"), ("REGEX", "2026"))
        ),
    ],
    ids=str,
)
def test_what_nobody_can_be_sure_of_is_unclear(one: Json, why: str) -> None:
    """And says why; one unclear constraint makes the segment unclear."""
    assert of.Unclear(why) == meaning_of_one(one)
    assert of.Unclear(f"constraint 2: {why}") == meaning({"name": "A", "constraints": [compared("IN", "a"), one]}, {})


def test_a_body_without_constraints_is_unclear() -> None:
    """It is not one of everybody."""
    assert of.Unclear("the segment has no list of constraints") == meaning({"name": "A"}, {})


SEEDS = st.integers(0, 2**32)
OPERATOR = st.sampled_from(sorted(OPERATORS))


@given(OPERATOR.filter(lambda operator: operator != "REGEX"), SEEDS)
def test_inverted_is_the_opposite(operator: str, seed: int) -> None:
    """Of everybody, also of whom the field is unknown or makes no sense."""
    random = Random(seed)
    one, person = constraint(random, operator), profile(context(random), NOON)
    turned = {**one, "inverted": not one.get("inverted", False)}

    assert matches(clear(meaning_of_one(one)), person) != matches(clear(meaning_of_one(turned)), person)


@given(OPERATOR, SEEDS)
def test_empty_is_as_good_as_missing(operator: str, seed: int) -> None:
    """To every operator."""
    one = constraint(Random(seed), operator)
    predicate, field = clear(meaning_of_one(one)), str(one["contextName"])
    missing: dict[str, Json] = {"currentTime": NOON}

    assert 1 == len({matches(predicate, each | missing) for each in ({}, {field: ""}, {field: None})})


@given(st.lists(OPERATOR, max_size=3), SEEDS)
def test_the_canonical_form_means_the_same(operators: list[str], seed: int) -> None:
    """A body is compared in it, so that no difference may get lost."""
    random = Random(seed)
    body: dict[str, Json] = {"name": "A", "constraints": [constraint(random, operator) for operator in operators]}
    person = profile(context(random), NOON)

    assert matches(clear(meaning(body, {})), person) == matches(clear(meaning(FORM.canonical(body), {})), person)


ANY_JSON: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
MEMBERS = st.fixed_dictionaries(
    {},
    optional={
        "contextName": st.sampled_from(["x", "currentTime", ""]) | ANY_JSON,
        "operator": OPERATOR | ANY_JSON,
        "value": st.text() | ANY_JSON,
        "values": st.lists(st.text(), max_size=3) | ANY_JSON,
        "inverted": st.booleans() | ANY_JSON,
        "caseInsensitive": st.booleans() | ANY_JSON,
    },
)


@given(MEMBERS | ANY_JSON)
def test_every_shape_has_a_meaning_or_is_unclear(one: Json) -> None:
    """Nothing that a server may answer is an exception."""
    assert isinstance(meaning_of_one(one), of.All | of.Any | of.Not | of.Test | of.Unclear)
