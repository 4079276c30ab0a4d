"""Regular expressions of RE2, and what is said where there is no RE2, or a pattern is not of it."""

import pytest

from reconciler.core.searching import found
from reconciler.errors import InvalidInput


@pytest.mark.parametrize(
    ("pattern", "text", "folded", "expected"),
    [
        ("b", "abc", False, True),
        ("^b", "abc", False, False),
        ("^b", "a\nb", False, False),
        ("a.b", "a\nb", False, False),
        ("B", "abc", False, False),
        ("B", "abc", True, True),
        ("\u212a", "k", True, True),
        ("\u00df", "SS", True, False),
        (r"^\w$", "\u00e9", False, False),
        (r"^\pL$", "\u00e9", False, True),
        ("^.$", "\U0001f600", False, True),
        ("^.$", "\ud800", False, True),
        (r"\pL{1000}", "a", False, False),
    ],
)
def test_a_pattern_is_looked_for_anywhere(pattern: str, text: str, *, folded: bool, expected: bool) -> None:
    """As RE2 does it, whose classes have ASCII alone, and whose letters are folded one by one."""
    assert expected == found(pattern, text, folded=folded)


def test_a_pattern_that_re2_does_not_take_is_refused() -> None:
    """With its own words."""
    with pytest.raises(InvalidInput) as error:
        found("(?=a)", "a", folded=False)

    assert ["bad-pattern"] == [problem.code for problem in error.value.problems]
    assert str(error.value).startswith("RE2 does not take the regular expression `(?=a)`: invalid perl operator")


def test_the_extra_is_named_where_it_is_missing() -> None:
    """With a word on how to get it."""
    with pytest.raises(InvalidInput) as error:
        found("a", "a", folded=False, library="no_library_of_this_name")

    [problem] = error.value.problems
    assert ("analysis-missing", "install this program with its extra `analysis`") == (problem.code, problem.hint)
