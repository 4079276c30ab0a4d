"""Styled lines: columns, wrapping and colour."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.render.escape import visible
from reconciler.render.lines import Style, cells, column, line, padded, painted

TEXTS = st.text("ab 日🐳", max_size=120)


@given(TEXTS, TEXTS, st.integers(40, 90), st.integers(0, 6))
def test_wrapping_keeps_every_character_and_the_width(one: str, other: str, width: int, indent: int) -> None:
    """Only spaces go, where a line ends; no line is wider than it may be."""
    text = painted([line(indent, one, (other, Style.RED))], colour=False, width=width)

    assert (one + other).replace(" ", "") == text.replace(" ", "").replace("\n", "")
    assert [shown for shown in text.splitlines() if cells(shown) > width] == []


def test_a_line_is_broken_at_a_space_and_indented() -> None:
    """What is continued stands further right than what begins."""
    long = line(2, "one two three four five six seven eight nine ten", hang=3)

    assert painted([long], colour=False, width=40) == ("  one two three four five six seven\n     eight nine ten\n")


def test_a_word_wider_than_a_line_is_broken_inside() -> None:
    """Nothing is cut off, however long it is."""
    text = painted([line(0, "a ", "x" * 100)], colour=False, width=40)

    assert [len(shown) for shown in text.splitlines()] == [1, 40, 40, 32]


def test_a_span_that_follows_without_a_space_is_not_parted_unless_it_must() -> None:
    """Where there is no space, the line is filled."""
    text = painted([line(0, "x" * 40, "y" * 10)], colour=False, width=40)

    assert text == f"{'x' * 40}\n    {'y' * 10}\n"


def test_without_a_width_nothing_is_wrapped() -> None:
    """Off a terminal a line is a line."""
    assert painted([line(1, "x " * 500)], colour=False, width=None) == f" {'x ' * 500}".rstrip() + "\n"


def test_a_terminal_is_never_taken_to_be_narrower_than_forty() -> None:
    """Below that, the terminal's own wrapping is as good."""
    assert painted([line(0, "x" * 40)], colour=False, width=3) == "x" * 40 + "\n"


def test_colour_adds_nothing_but_escape_sequences() -> None:
    """A span has its sequence and its end; plain and empty ones have none."""
    spans = (("a", Style.RED), " b", ("", Style.DIM))

    assert painted([line(1, *spans)], colour=True, width=None) == " \x1b[31ma\x1b[0m b\n"
    assert painted([line(1, *spans)], colour=False, width=None) == " a b\n"


@pytest.mark.parametrize(
    ("style", "bold"), [(Style.RED, Style.BOLD_RED), (Style.PLAIN, Style.BOLD), (Style.BOLD_CYAN, Style.BOLD_CYAN)]
)
def test_a_style_has_a_bold_one(style: Style, bold: Style) -> None:
    """What is bold already stays so."""
    assert style.bold is bold


def test_columns_count_cells() -> None:
    """A wide character takes two; what is too wide for a column does not widen it."""
    assert padded("日本", 6) == "日本  "
    assert column(["a", "日本", "x" * 50], 44) == 4
    assert column([], 44) == 0


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, ünïcode 日本 🐳", "plain, ünïcode 日本 🐳"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x1b[31m\x9b\x7f", "\\u001b[31m\\u009b\\u007f"),
        ("\u202eabc\u2066", "\\u202eabc\\u2066"),
        ("a\u00a0b\u200bc\u2028", "a\\u00a0b\\u200bc\\u2028"),
        ("\U000e0041\ud800", "\\U000e0041\\ud800"),
    ],
)
def test_what_a_terminal_would_obey_or_hide_is_made_visible(text: str, shown: str) -> None:
    """Controls, line ends, bidirectional marks, odd spaces and invisible characters are written as escapes."""
    assert visible(text) == shown
