"""The plain evaluator: each check, what is not there, and how parts come together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core import predicate as of
from reconciler.core.reading import READINGS
from reconciler.core.segment import Json
from reconciler.core.semantics import matches


def passes(check: of.Check, value: Json) -> bool:
    """Say whether a profile with this plan passes a check."""
    return matches(of.Test("plan", check), {"plan": value})


@pytest.mark.parametrize(
    ("check", "yes", "no"),
    [
        (of.OneOf(("a", "5")), ["a", "5", 5], ["A", "b", " a", "", "5.0"]),
        (of.OneOf(("a", "É"), lowered=True), ["a", "A", "é", "É"], ["b", "e"]),
        (of.OneOf(("ΑΣ",), lowered=True), ["\u03b1ς", "ΑΣ"], ["\u03b1\u03c3"]),
        (of.OneOf(("",)), [""], [" "]),
        (of.OneOf(()), [], ["", "a"]),
        (of.Has(of.Where.START, "ab"), ["ab", "abc"], ["Ab", "cab", "a", ""]),
        (of.Has(of.Where.END, "ab"), ["ab", "cab"], ["AB", "abc"]),
        (of.Has(of.Where.ANYWHERE, "a%"), ["a%", "ca%b"], ["ab", "a"]),
        (of.Has(of.Where.ANYWHERE, ""), ["", "a"], []),
        (of.Has(of.Where.ANYWHERE, "I", lowered=True), ["İ", "i"], ["\u0131"]),
        (of.Found("^a"), ["ab"], ["ba", "A"]),
        (of.Found("^a", folded=True), ["ab", "A"], ["ba"]),
        (of.Compared(of.Cast.NUMBER, of.Relation.LESS, "5"), ["4.9", -1, ""], ["5", "6", "x"]),
        (of.Compared(of.Cast.NUMBER, of.Relation.AT_MOST, "5"), ["4", "5.0"], ["5.1", "NaN"]),
        (of.Compared(of.Cast.NUMBER, of.Relation.EQUAL, " 5 "), ["5", "0x5", 5], ["5a", "6"]),
        (of.Compared(of.Cast.NUMBER, of.Relation.AT_LEAST, "-0"), ["0", "1"], ["-1"]),
        (of.Compared(of.Cast.NUMBER, of.Relation.MORE, "10"), ["11"], ["9", "10"]),
        (of.Compared(of.Cast.NUMBER, of.Relation.MORE, "x"), [], ["1", "x"]),
        (
            of.Compared(of.Cast.VERSION, of.Relation.MORE, "1.0.0-a"),
            ["1.0.0", "1.0.0-b"],
            ["1.0.0-1", "1.0.0-a+b", "1"],
        ),
        (of.Compared(of.Cast.TIME, of.Relation.MORE, "2026-01-01"), ["2026-01-01T00:00:00.001Z"], ["2026-01-01", "x"]),
    ],
    ids=repr,
)
def test_a_check(check: of.Check, yes: list[Json], no: list[Json]) -> None:
    """What passes and what does not."""
    assert (yes, []) == (
        [value for value in yes if passes(check, value)],
        [value for value in no if passes(check, value)],
    )


def test_each_cast_and_each_relation_has_its_reading() -> None:
    """One that is added is read and compared, too."""
    assert (set(of.Cast), set(of.Relation)) == (set(READINGS), set(of.ORDER))


CHECKS: list[of.Check] = [
    of.OneOf(("", "null", "[]")),
    of.Has(of.Where.ANYWHERE, ""),
    of.Found(""),
    of.Compared(of.Cast.NUMBER, of.Relation.EQUAL, "0"),
]


@pytest.mark.parametrize("check", CHECKS, ids=repr)
def test_what_is_not_there_passes_nothing(check: of.Check) -> None:
    """Nor does a list or an object; and what is left out is as null."""
    nothing: list[Json] = [None, ["a"], {"a": 1}]

    assert [False] * 3 == [passes(check, value) for value in nothing]
    assert not matches(of.Test("plan", check), {"other": ""})
    assert matches(of.Not(of.Test("plan", check)), {})


def test_no_part_is_everybody_and_nobody() -> None:
    """All of nothing is true, and any of nothing is not."""
    assert (True, False) == (matches(of.All(()), {}), matches(of.Any(()), {}))


TESTS = st.builds(
    of.Test,
    st.sampled_from(["plan", "age"]),
    st.builds(of.OneOf, st.lists(st.sampled_from("ab"), max_size=2).map(tuple)),
)
PREDICATES: st.SearchStrategy[of.Predicate] = st.recursive(
    TESTS,
    lambda parts: (
        st.builds(of.Not, parts)
        | st.builds(of.All, st.lists(parts, max_size=3).map(tuple))
        | st.builds(of.Any, st.lists(parts, max_size=3).map(tuple))
    ),
    max_leaves=8,
)
PROFILES = st.dictionaries(st.sampled_from(["plan", "age"]), st.sampled_from(["a", "b", "", None]))


@given(st.lists(PREDICATES, max_size=3).map(tuple), PROFILES)
def test_what_is_not_true_of_all_is_false_of_one(parts: tuple[of.Predicate, ...], profile: of.Profile) -> None:
    """De Morgan's laws: there is no third truth value."""
    negated = tuple(of.Not(part) for part in parts)

    assert matches(of.Not(of.All(parts)), profile) == matches(of.Any(negated), profile)
    assert matches(of.Not(of.Any(parts)), profile) == matches(of.All(negated), profile)


@given(PREDICATES, PROFILES)
def test_a_predicate_or_its_negation_matches(predicate: of.Predicate, profile: of.Profile) -> None:
    """One of the two, and never both."""
    assert matches(predicate, profile) != matches(of.Not(predicate), profile)
