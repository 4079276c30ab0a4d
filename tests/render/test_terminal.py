"""What the terminal shows, beside the golden files: harmless text, and thousands of changes at once."""

from dataclasses import replace

import pytest
from golden.endings import FOUND, INTERRUPTED
from golden.worlds import EVERYDAY, PROD, QUIET, SANDBOX, body, delete, update
from hypothesis import example, given
from hypothesis import strategies as st

from reconciler.core.plan import Action, Change, FieldChange, FieldKind, Plan, Reason
from reconciler.core.report import Drift, DriftKind, DriftReport
from reconciler.errors import Place, Problem
from reconciler.render import terminal
from reconciler.render.lines import cells

EVIL = "x\nPlan: nothing\x1b[2J\u202e"


@given(st.text(min_size=1))
@example(EVIL)
def test_no_text_adds_a_line_or_a_control_character(text: str) -> None:
    """Whatever a vendor or a definition calls a segment, it stays inside its place."""
    field = FieldChange(text, FieldKind.CHANGED, text, "other")
    change = Change(text, Action.UPDATE, Reason.DRIFTED, text, text, fields=(field,))
    problem = Problem("code", text, Place(text), text)
    shown = terminal.plan(Plan(text, text, (change,), warnings=(problem,)))

    assert len(shown.split("\n")) in {12, 14}  # the two sides of a long field stand on lines of their own
    assert shown.replace("\n", "").isprintable()


@given(st.text(min_size=1))
@example(EVIL)
def test_no_text_colours_anything(text: str) -> None:
    """The escape sequences of a coloured plan are ours, whatever a segment is called."""

    def sequences(name: str) -> int:
        drift = Drift(name, name, name, DriftKind.DELETED)
        return terminal.drift(DriftReport("t", "p", (drift,), 1), colour=True).count("\x1b")

    assert sequences(text) == sequences("a")


@pytest.mark.parametrize("width", [40, 64, 80, 120, 200])
def test_on_a_terminal_no_line_is_wider_than_it(width: int) -> None:
    """Everything is wrapped, nothing cut."""
    shown = terminal.plan(EVERYDAY, width=width) + terminal.report(INTERRUPTED, width=width)

    assert [line for line in shown.splitlines() if cells(line) > width] == []


@pytest.mark.parametrize("width", [40, 64])
def test_narrow_text_has_all_the_words(width: int) -> None:
    """A narrow terminal shows the same, over more lines."""
    wide, narrow = terminal.problems(FOUND), terminal.problems(FOUND, width=width)

    assert "".join(wide.split()) == "".join(narrow.split())


def test_a_plan_without_pending_changes_is_one_line() -> None:
    """It can be told at a glance, and with grep."""
    assert terminal.plan(QUIET) == (
        "local: nothing to do; 10 unchanged, 3 left alone (2 system segments, 1 unmanaged)\n"
    )


def test_ten_thousand_changes_are_all_shown() -> None:
    """Every update and every deletion has its line, however many there are."""
    updated, gone = update("u", body("A", PROD), body("A", SANDBOX)), delete("d", "B", PROD)
    updates = (replace(updated, key=f"u{number}") for number in range(5_000))
    deletes = (replace(gone, key=f"d{number}") for number in range(5_000))
    shown = terminal.plan(Plan("t", "p", (*updates, *deletes)), colour=True, width=100)

    assert shown.count("the definition changed") == shown.count("the definition was removed") == 5_000
