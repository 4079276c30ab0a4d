"""A plan as a page: what is on it, that it needs nothing else, and that no text breaks out of its place."""

import re
import subprocess
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from golden.worlds import EVERYDAY, LONG, REFUSED, RULES
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.audience import Counted, Overlap, Population, Size
from reconciler.core.plan import Action, Change, FieldChange, FieldKind, Plan, Published, Reason
from reconciler.core.verdict import Judgement, Verdict
from reconciler.errors import Place, Problem, Severity
from reconciler.render import html
from reconciler.render.page import POLICY

EVIL = "</style></title><script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\">'&\u202e"
JUDGED = [
    Judgement(Verdict.NARROWER, leaves={"sessionCount": 10, "country": None}),
    Judgement(Verdict.WIDER, enters=dict.fromkeys("abcdefghi", 1)),
    Judgement(Verdict.DIFFERENT, {"plan": "free"}, {}),
    Judgement(Verdict.SAME_AUDIENCE),
    Judgement(Verdict.UNKNOWN, why="the solver came to no end in its time"),
]
COUNTED = [
    Counted(100, 50, 0, 50, examples_left=("u1", "u2")),
    Counted(0, 1, 1, 0),
    Counted(0, 0, 0, 0),
    Counted(7, None, why="the table has no column `x`"),
    None,
]


class Read(HTMLParser):
    """What a browser would find: elements, attributes and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.words.append(data)

    @property
    def text(self) -> str:
        """All text, blanks put together."""
        return " ".join(" ".join(self.words).split())


def changed(text: str, judgement: Judgement | None = None, counted: Counted | None = None) -> Change:
    """Return an update of which everything that can be is this text."""
    fields = (FieldChange(text, FieldKind.CHANGED, text, [text]),)
    body = {"name": text}
    return Change(
        text,
        Action.UPDATE,
        Reason.DRIFTED,
        key=text,
        id=text,
        before=body,
        after=body,
        fields=fields,
        judgement=judgement,
        counted=counted,
    )


def world(text: str) -> Plan:
    """Return a plan of such updates, with a warning and a population."""
    warning = Problem("code", text, Place(text), text, Severity.WARNING)
    population = Population(
        9, 1, (Size(text, 9), Size(f"{text}2", 5), Size(f"{text}3", None, text)), (Overlap(text, f"{text}2", 3),)
    )
    judgement = Judgement(Verdict.DIFFERENT, {text: text}, {text: [text]})
    counted = Counted(1, 2, 1, 0, examples_entered=(text,))
    return Plan(text, text, (changed(text, judgement, counted),), warnings=(warning,), population=population)


@given(st.text("<>&\"'/=! -\u202e\n\x00ab", max_size=30))
def test_no_text_breaks_out_of_its_place(text: str) -> None:
    """The page has the same elements and attributes, whatever vendors and definitions wrote."""
    mine, plain = (
        Read(html.plans([world(each)], [(each, [Problem(each, each, hint=each)])])) for each in (f"x{text}", "x")
    )

    assert (plain.tags, [name for name, _ in plain.attributes]) == (mine.tags, [name for name, _ in mine.attributes])


def test_a_page_needs_nothing_but_itself() -> None:
    """No script, no link, no address; its policy forbids all but its own style; it says its language and title."""
    page = html.plans([EVERYDAY, REFUSED, RULES, LONG], verbose=True)
    read = Read(page)

    assert not {"script", "link", "img", "iframe", "object", "a"} & set(read.tags)
    assert not {"src", "href", "srcset", "action"} & {name for name, _ in read.attributes}
    assert "url(" not in page
    assert ("content", POLICY) in read.attributes
    assert ("lang", "en") in read.attributes
    assert page == html.plans([EVERYDAY, REFUSED, RULES, LONG], verbose=True)


def test_headings_come_in_their_order() -> None:
    """One of the first level, and none that leaves a level out; what is lost is told before what is made."""
    page = html.plans([EVERYDAY, REFUSED], [("other", [Problem("code", "why", hint="do")])])
    levels = [int(tag[1]) for tag in Read(page).tags if tag in {"h1", "h2", "h3", "h4"}]

    assert Counter(levels)[1] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert page.index("Delete (1)") < page.index("Update (2)") < page.index("Create (2)")
    assert "no plan of other" in page


@pytest.mark.parametrize(("judgement", "counted"), [*zip(JUDGED, COUNTED, strict=True)])
def test_what_a_change_does_to_the_audience(judgement: Judgement, counted: Counted | None) -> None:
    """The verdict, who leaves and who enters, and the bars with their numbers as text."""
    page = html.plans([Plan("t", "qonversion", (changed("a", judgement, counted),))])
    text = Read(page).text

    expected = {
        Verdict.NARROWER: ("somebody with sessionCount 10, no country leaves", "100 → 50; 50 leave, none enter"),
        Verdict.WIDER: ("a 1, b 1, c 1, d 1, e 1, f 1, and 3 more fields enters", "0 → 1; none leave, 1 enters"),
        Verdict.DIFFERENT: ("somebody with anything at all enters", "0 → 0; none leave, none enter"),
        Verdict.SAME_AUDIENCE: ("same audience", "7 → ?; the table has no column `x`"),
        Verdict.UNKNOWN: ("the solver came to no end in its time", "unknown"),
    }[judgement.verdict]
    assert [words for words in expected if words not in text] == []
    assert ("<svg" in page) is (counted is not None)


def test_the_segments_and_their_overlaps() -> None:
    """A field for each two of the largest, its number in words; how many have no room; and the numbers as tables."""
    keys = [f"{'k' * 50}{number:02}" for number in range(23)]
    overlaps = tuple(Overlap(keys[0], other, 5) for other in keys[1:])
    population = Population(1000, 0.1, tuple(Size(key, 100) for key in keys), overlaps)
    page = html.plans([Plan("t", "push0", (), population=population)])

    assert page.count('class="cell"') == 20 * 19
    assert page.count('class="self"') == 20
    assert "3 smaller segments are left out of the picture." in page
    assert f"{keys[0]} and {keys[1]}: 5 users in both" in page
    assert "Counted over 1,000 users, a sample of 10 % of all." in page
    alone = html.plans([Plan("t", "push0", (), population=Population(1, 1, (Size("a", 1), Size("b", 0))))])
    assert 'class="cell"' not in alone
    assert "The largest overlaps" not in alone


def test_a_change_that_makes_nothing_but_a_name_has_no_table() -> None:
    """Nor has one of which nothing is known."""
    change = Change("a", Action.CREATE, Reason.NEW_DEFINITION, key="a", after={"name": "a"}, moved_from="b")

    page = html.plans([Plan("t", "qonversion", (change,))])

    assert "What is made" not in page
    assert "formerly b" in page


def test_each_number_of_the_picture_is_a_text() -> None:
    """Also where there are more overlaps than the largest that are listed; one with a segment left out is not in it."""
    keys = [f"k{number:02}" for number in range(23)]
    overlaps = tuple(Overlap(one, other, int(one[1:]) * 100 + int(other[1:])) for one, other in combinations(keys, 2))
    sizes = tuple(Size(key, 10_000 - number) for number, key in enumerate(keys))
    text = Read(html.plans([Plan("t", "push0", (), population=Population(99_999, 1, sizes, overlaps))])).text
    told = text.partition("The overlaps in the picture")[2]

    shown = [each for each in overlaps if {each.one, each.other} <= set(keys[:20])]
    assert len(shown) == 190
    assert [each for each in shown if f"{each.other}: {each.users:,}" not in told] == []
    assert [each for each in shown if f"{each.one}: {each.users:,}" not in told] == []
    assert "k22" not in told
    assert "and 233 smaller ones" in text


def test_segments_that_share_nobody() -> None:
    """Their fields are empty, and one without any overlap is said to have none."""
    apart = Population(9, 1, (Size("a", 4), Size("b", 5)))
    others = [f"k{number:02}" for number in range(22)]
    many = (*(Size(other, 50) for other in others), Size("lone", 60))
    shared = tuple(Overlap("k00", other, 1) for other in others[1:])
    empty, lone = (
        html.plans([Plan("t", "push0", (), population=each)]) for each in (apart, Population(99, 1, many, shared))
    )

    assert empty.count('class="cell" x=') == 2
    assert empty.count('fill-opacity="0.000"') == 2
    assert "the largest part here is 0.0%" in empty
    assert '<th scope="row">lone</th><td>none</td>' in lone


def test_the_colour_of_a_field_says_how_large_the_part_is() -> None:
    """All of a segment is full, a small part is still to be seen, and where nobody is in both there is no colour."""
    overlaps = (Overlap("a", "b", 50), Overlap("a", "c", 1))
    page = html.plans(
        [Plan("t", "push0", (), population=Population(300, 1, tuple(Size(key, 100) for key in "abc"), overlaps))]
    )
    shades = re.findall(r'class="cell".*? fill-opacity="([0-9.]+)"', page)

    assert shades == ["0.575", "0.159", "0.575", "0.000", "0.159", "0.000"]
    assert "the largest part here is 50.0%" in page


@pytest.mark.parametrize("counted", [Counted(7, None, why="no column"), Counted(None, 7, why="no column")])
def test_what_nobody_can_count_is_not_drawn_as_nobody(counted: Counted) -> None:
    """There is a bar of the side that is known alone; of the other it says so, and of neither who moves."""
    page = html.plans([Plan("t", "qonversion", (changed("a", counted=counted),))])

    assert page.count("<svg") == 1
    assert '<span class="note">not counted</span><span class="number">?</span>' in page
    assert ": 7 users</title>" in page
    assert "0 users" not in page


def test_what_scrolls_is_reached_by_the_keyboard_and_printed_whole() -> None:
    """Each frame that scrolls takes the focus and has a name; on paper it does not scroll."""
    page = html.plans([world("x")])
    style = page.partition("<style>")[2].partition("</style>")[0]

    assert page.count('class="scroll"') == len(
        re.findall(r'class="scroll" role="group" aria-label="[^"]+" tabindex="0"', page)
    )
    assert ".scroll { overflow: visible; }" in style.partition("@media print")[2]


def test_personal_values_are_not_on_it() -> None:
    """The page shows what documents show."""
    public = Published(None, None, (FieldChange("a", FieldKind.CHANGED, "sha256:1", "sha256:2"),))
    page = html.plans(
        [Plan("t", "qonversion", (replace(changed("me@example.com"), key="k", name="n", id="i", public=public),))]
    )

    assert "me@example.com" not in page
    assert "sha256:1" in page


def test_a_browser_shows_it_and_runs_nothing(tmp_path: Path, chromium: str) -> None:
    """Chromium finds each segment on the page, its title as it was; and prints it."""
    page = tmp_path / "plan.html"
    page.write_text(html.plans([world(EVIL), EVERYDAY, REFUSED]), encoding="utf-8")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    flags += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]

    def run(*more: str) -> str:
        command = [chromium, *flags, f"--user-data-dir={tmp_path / 'profile'}", *more, page.as_uri()]
        return subprocess.run(command, check=True, capture_output=True, timeout=120).stdout.decode()

    read = Read(run("--dump-dom"))
    run(f"--print-to-pdf={tmp_path / 'plan.pdf'}", "--no-pdf-header-footer")

    assert "Plan of segments" in read.words
    assert "script" not in read.tags
    assert "old-campaign" in read.text
    assert "<script>document.title='pwned'</script>" in read.text
    assert (tmp_path / "plan.pdf").read_bytes().startswith(b"%PDF")
