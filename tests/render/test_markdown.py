"""What Markdown shows, beside the golden files: text that stays in its place, and a limit that is kept."""

from dataclasses import replace

import pytest
from golden.endings import APPLIED, DRIFTED, FOUND, INTERRUPTED
from golden.worlds import EVERYDAY, LONG, NO_LEDGER, REFUSED, RULES, delete
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reconciler.core.plan import Action, Change, FieldChange, FieldKind, Plan, Reason
from reconciler.core.report import Outcome, Report, Result
from reconciler.errors import Place, Problem
from reconciler.render import markdown
from reconciler.render.gfm import code, fenced

PARSER = MarkdownIt("commonmark").enable("table")
EVIL = '</details>`````| <script>@octocat **b** [x](http://e) \r\n\n# Fake\n```\n--> &lt; \\| "q" \\'
MARKUP = st.text("`|<>@#*_[]()!\\~&-+=\n\r \"'ab:/.w", min_size=1, max_size=20)


@given(MARKUP | st.text(min_size=1, max_size=20))
@example(EVIL)
@example("`")
@example("|")
@example("\\|")
@example("www.example.com http://example.com @octocat #1")
def test_no_text_breaks_out_of_its_place(text: str) -> None:
    """Whatever a vendor or a definition wrote, the document has the same blocks, elements and links."""
    assert _structure(markdown.plan(_world(text))) == _structure(markdown.plan(_world("a")))


@given(MARKUP)
@example("@octocat")
@example("`@octocat")
def test_no_text_mentions_or_refers_to_anybody(text: str) -> None:
    """Outside of code no `@` or `#` is followed by text that a site could take for a name or a number."""
    shown = PARSER.parse(markdown.problems([Problem("code", text, Place(text), text)]))
    texts = [token.content for block in shown for token in block.children or () if token.type == "text"]

    assert [one for one in texts if one.strip() != "@" and ("@" in one or "#" in one.strip("#"))] == []


def _world(text: str) -> Plan:
    fields = (FieldChange(text, FieldKind.CHANGED, text, {text: text}),)
    changes = (
        Change(text, Action.CREATE, Reason.NEW_DEFINITION, text, after={text: text}),
        Change(text, Action.UPDATE, Reason.DRIFTED, f"{text}2", text, fields=fields),
        Change(text, Action.DELETE, Reason.UNMANAGED, None, text, {text: text}),
    )
    return Plan(text, text, changes, warnings=(Problem("evil", "ours", Place(text)),))


def _structure(text: str) -> list[tuple[str, str]]:
    every = [token for block in PARSER.parse(text) for token in (block, *(block.children or ()))]
    return [
        (token.type, token.content if token.type.startswith("html") else "")
        for token in every
        if token.type != "text" and token.content not in {"<span>", "</span>"}
    ]


@given(st.text("`a ", max_size=12).filter(lambda text: text.strip() or not text))
def test_a_code_span_shows_what_it_was_given(text: str) -> None:
    """Backticks and spaces at its ends come through."""
    (block,) = PARSER.parseInline(f"x{code(text)}x")
    spans = [token.content for token in block.children or () if token.type == "code_inline"]

    assert spans == [text or " "]


def test_a_fence_is_longer_than_any_inside_it() -> None:
    """A line of backticks does not end the block."""
    assert fenced(["- ````"]) == ["`````diff", "- ````", "`````"]


def test_deletions_come_first_and_are_never_folded() -> None:
    """Twelve creations are folded, twelve deletions stand open above them."""
    shown = markdown.plan(LONG)

    assert shown.index("#### Delete (12)") < shown.index("<summary><b>Create (12)</b></summary>")


@pytest.mark.parametrize("limit", [500, 1_000, 2_000, 3_000, 4_000, 60_000])
def test_a_limit_is_kept(limit: int) -> None:
    """However little room there is above that of the counts, the text fits, and says what was left out."""
    shown = markdown.plan(LONG, limit=limit)

    assert len(shown.encode()) <= limit
    assert ("Shortened to fit" in shown) == (shown != markdown.plan(LONG))


def test_deletions_are_named_as_long_as_there_is_room() -> None:
    """What is created goes first, then all of a deletion but its key; then the text says how many more there are."""
    shown = markdown.plan(LONG, limit=1_200)
    packed = markdown.plan(LONG, limit=900)
    tight = markdown.plan(LONG, limit=460)

    assert (shown.count("**`old/"), shown.count("**`new/")) == (12, 0)
    assert (packed.count("\n- old/"), packed.count("**`old/")) == (12, 0)
    assert 0 < tight.count("\n- old/") < 12
    assert f"**…and {12 - tight.count('- old/')} more**" in tight


def test_each_step_shows_less() -> None:
    """Bodies go before fields, fields before names, names before counts."""
    whole = markdown.plan(EVERYDAY)
    seen = [whole]
    while "only counts" not in seen[-1]:
        seen.append(markdown.plan(EVERYDAY, limit=len(seen[-1].encode()) - 1))
    bodies, fields, names, counts = seen

    assert "renewable eq" in bodies
    assert 'value "sandbox"' in fields
    assert 'renewable eq "1"' not in fields
    assert "eu/win-back" in names
    assert "value" not in names
    assert "eu/win-back" not in counts
    assert "old-campaign" in counts


def test_a_limit_is_kept_to_the_byte() -> None:
    """A text of exactly the limit is whole, and one byte less of room is too little."""
    whole = markdown.plan(LONG)

    assert markdown.plan(LONG, limit=len(whole.encode())) == whole
    assert markdown.plan(LONG, limit=len(whole.encode()) - 1) != whole


def test_a_report_packs_what_is_deleted_after_its_problems() -> None:
    """Problems keep their text; deletions of which there is nothing to tell are named by their keys, or counted."""
    lost = tuple(Outcome(change, Result.DONE) for change in LONG.changes)
    failed = Outcome(delete("bad", "Bad"), Result.DONE, None, Problem("odd", "it went wrong"))
    report = Report("production", "qonversion", (*lost, failed))
    shown, tight = markdown.report(report, limit=500), markdown.report(report, limit=400)

    assert "- error: it went wrong" in shown
    assert (shown.count("\n- old/"), shown.count("new/")) == (12, 0)
    assert "- error: it went wrong" in tight
    assert f"**…and {12 - tight.count('- old/')} more**" in tight


def test_a_limit_below_the_counts_gives_the_counts() -> None:
    """There is always something to show."""
    shown = markdown.plan(replace(LONG, changes=(delete("a", "A"),)), limit=1)

    assert "Plan: 1 to delete." in shown
    assert "**…and 1 more**" in shown


def test_a_report_keeps_its_problems_where_room_is_short() -> None:
    """What is done gives way to what failed."""
    shown = markdown.report(INTERRUPTED, limit=1_200)

    assert "the vendor did not answer within 30 s" in shown
    assert "eu/renewables" not in shown


def test_a_report_of_deletions_done_keeps_them() -> None:
    """A deletion stays named when creations do not."""
    shown = markdown.report(APPLIED, limit=360)

    assert "old-campaign" in shown
    assert "whales" not in shown


def test_drift_keeps_what_was_deleted_where_room_is_short() -> None:
    """What is gone is named before what changed."""
    shown = markdown.drift(DRIFTED, limit=500)

    assert "`gone-too`" in shown
    assert "win-back" not in shown


def test_problems_say_how_many_more_there_are() -> None:
    """A list that does not fit ends with the number of the others."""
    shown = markdown.problems(FOUND * 50, limit=2_000)

    assert len(shown.encode()) <= 2_000
    assert "more**" in shown


def test_a_plan_within_its_limit_is_whole() -> None:
    """A limit that is wide enough changes nothing."""
    every = [EVERYDAY, RULES, REFUSED, NO_LEDGER]

    assert markdown.plans(every, limit=60_000) == markdown.plans(every)


def test_no_plan_is_no_text() -> None:
    """Nothing in, nothing out."""
    assert markdown.plans([]) == ""
