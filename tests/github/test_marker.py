"""The hidden line: whatever it holds is read back, and nothing in it ends it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.github.marker import CLOSES, OPENS, Marker, Run, read

TEXTS = st.text(st.characters(codec="utf-8")) | st.sampled_from(["-->", "--!>", "<!--", "\n", "\\u002d", '"', "&gt;"])
NUMBERS = st.integers(1, 10**12)
RUNS = st.builds(Run, TEXTS, NUMBERS, NUMBERS, NUMBERS)
DIGESTS = st.dictionaries(TEXTS, st.tuples(TEXTS, TEXTS), max_size=3)
MARKERS = st.builds(Marker, TEXTS, TEXTS, TEXTS, RUNS, DIGESTS)
RUN = Run("plan", 9, 4, 1)
LINE = Marker("plan", "[]", "0" * 40, RUN).line()


@given(MARKERS, TEXTS)
def test_what_is_written_is_read(marker: Marker, text: str) -> None:
    """Whatever its members hold, and whatever text is below it; GitHub may end its lines as Windows does."""
    assert read(marker.line()) == marker
    assert read(f"{marker.line()}\n{text}") == marker
    assert read(f"{marker.line()}\r\n{text}") == marker


@given(MARKERS)
def test_nothing_ends_the_line_but_its_end(marker: Marker) -> None:
    """It is one comment of HTML on one line of plain ASCII: none begins or ends inside of it."""
    line = marker.line()
    inside = line.removeprefix("<!--").removesuffix("-->")

    assert line.isascii()
    assert line.isprintable()
    assert not set("<>&") & set(inside)
    assert "--" not in inside


def altered(**members: object) -> str:
    """Return the line with other members; one that is None is left out."""
    written = json.loads(LINE[len(OPENS) : -len(CLOSES)]) | members
    return f"{OPENS}{json.dumps({name: value for name, value in written.items() if value is not None})}{CLOSES}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "## Segments",
        f"\n{LINE}",
        f"x {LINE}",
        f"{LINE} x",
        OPENS + CLOSES,
        "<!-- reconciler -->",
        f"{OPENS}[]{CLOSES}",
        f"{OPENS}{{{CLOSES}",
        altered(version="2"),
        altered(tool="another"),
        altered(kind=None),
        altered(kind=1),
        altered(run=[1, 2]),
        altered(run=["1", "2", "3"]),
        altered(digests={"a": ["b"]}),
        altered(digests=[]),
    ],
)
def test_another_line_is_none(text: str) -> None:
    """What this version does not write it does not read; what a later one adds it does."""
    assert read(text) is None
    assert read(altered(more=1)) == read(LINE)


@pytest.mark.parametrize(
    ("one", "other", "newer"),
    [
        (Run("plan", 2, 1, 1), Run("plan", 1, 9, 9), True),
        (Run("plan", 1, 2, 2), Run("plan", 1, 2, 1), True),
        (Run("plan", 1, 2, 1), Run("plan", 1, 2, 1), False),
        (Run("plan", 2, 1, 1), Run("renamed", 1, 9, 1), True),
        (Run("plan", 1, 9, 9), Run("renamed", 2, 1, 1), False),
        (Run("plan", 1, 9, 2), Run("renamed", 1, 9, 1), True),
    ],
)
def test_which_run_is_newer(one: Run, other: Run, *, newer: bool) -> None:
    """By ids, which only rise, whatever a workflow is called; then by attempts."""
    assert one.newer(other) is newer
