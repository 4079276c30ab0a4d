"""What is posted, when vendors and definitions write what they like: it stays in its place, and within its limit."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reconciler.core.plan import Action, Block, Change, FieldChange, FieldKind, Plan, Reason
from reconciler.core.report import Drift, DriftKind, DriftReport, Outcome, Report, Result
from reconciler.errors import Place, Problem
from reconciler.github import marker
from reconciler.render import conversation
from reconciler.render.conversation import Source
from reconciler.render.items import called

PARSER = MarkdownIt("commonmark").enable("table")
COMMIT = "5b2f9c1d7e8a4036b1c2d3e4f5061728394a5b6c"
SOURCE = Source(COMMIT, f"https://github.com/o/r/commit/{COMMIT}", "12", "https://github.com/o/r/actions/runs/1")
MARKER = marker.Marker("plan", "t", COMMIT, marker.Run("plan", 1, 12, 1))

PIECES = (
    *("`", "``", "```", "`````", "~~~", "-->", "<!--", "--!>", "<!-- reconciler {} -->", "\n<!-- reconciler {} -->\n"),
    *(
        "@octocat",
        "@org/team",
        f"octocat@{COMMIT}",
        "a@e.example",
        "#123",
        "o/r#1",
        "GH-123",
        "gh-1",
        COMMIT,
        "a1b2c3d",
    ),
    *("http://e.example", "HTTPS://e.example", "ftp://e.example", "www.e.example", "[x](http://e)", "![x](//e)"),
    *("<script>", "</details>", "</code>", "<b>", "&lt;", "&#64;", ":tada:", "**", "__", "*", "_", "|", "\\", "\\|"),
    *("\x1b[31m", "\x1b]0;t\x07", "\u202e", "\u2066", "\u200b", "\ufeff", "\u2028", "\x00", "\x85", "\ud800"),
    *(
        "\n::set-output name=x::y",
        "::error::x",
        "::add-mask::x",
        "##[error]",
        "\n##[set-env name=A;]b",
        "\r::warning::",
    ),
    *(
        "😀",
        "\U0001d518",
        "é",
        "日本",
        "a",
        "1",
        " ",
        "\t",
        "\n",
        "\r\n",
        "\n\n",
        "# ",
        "- ",
        "> ",
        "---",
        "===",
        "    ",
        "| --- |",
    ),
)
HOSTILE = st.lists(st.sampled_from(PIECES) | st.characters(), min_size=1, max_size=8).map("".join)

ANYWHERE = re.compile(r"\w://|\bwww\.|[\w.+-]@[\w-]", re.IGNORECASE)
"""What GitHub's Markdown makes a link of, also between elements that it does not know as code."""
OUTSIDE_OF_CODE = re.compile(r"@\w|#\d|\bgh-\d|(?<![^\W_])[0-9a-f]{7,}(?![^\W_])|:\w+:", re.IGNORECASE)
"""What the site makes a mention, a reference, a commit or a picture of."""
COMMANDS = ("::", "##[")


@settings(max_examples=40)
@given(HOSTILE)
@example("".join(PIECES))
@example("`")
@example("|")
@example("| a |\n| --- |")
@example("</details>\n\n# Fake")
@example(f"a{COMMIT}")
def test_no_text_breaks_out_of_its_place(text: str) -> None:
    """Whatever is in a name, a key, an id, a value, a path, a message or a hint, all else is as without it.

    In messages and hints, what stands between backticks is meant to be code, and may be.
    """
    found = {name: _structure(said) for name, said in _texts(text).items()}
    unquoted = {name: _structure(said) for name, said in _texts(text, text.replace("`", "'")).items()}

    assert unquoted == _expected()
    assert _without_code(found) == _without_code(_expected())


@given(HOSTILE)
@example(" ".join(PIECES))
@example(f"a{COMMIT} {COMMIT}a")
def test_no_text_mentions_refers_or_links(text: str) -> None:
    """Nobody is told, nothing is linked but what we link."""
    shown = [(said, part, literal) for said in _texts(text).values() for part, literal in _read(said)]

    assert [part for _, part, _ in shown if ANYWHERE.search(part)] == []
    assert [part for _, part, literal in shown if not literal and OUTSIDE_OF_CODE.search(part)] == []


@given(HOSTILE)
@example("\n".join(PIECES))
def test_no_line_is_a_command_or_a_marker(text: str) -> None:
    """A log that the text gets into obeys none of it; and behind the hidden first line there is no other."""
    for said in _texts(text).values():
        assert [line for line in said.splitlines() if line.strip().startswith(COMMANDS)] == []
        assert [character for character in said if not character.isprintable() and character != "\n"] == []
        assert marker.read(said) is None
        assert marker.read(f"{MARKER.line()}\n{said}") == MARKER
        assert said.startswith("## Segments: ")
        assert said.encode()


@given(HOSTILE)
def test_a_title_is_plain(text: str) -> None:
    """A title says the target's name, as far as that means nothing else."""
    title = conversation.drift_title(text * 40)

    assert len(title) <= 256
    assert title.isprintable()
    assert re.search(r"[@#`<>:/&*\[\]]", title) is None


@given(st.integers(2_000, 66_000), HOSTILE, st.integers(0, 300), st.integers(0, 300), st.integers(0, 60))
@example(60_000, "😀", 2_500, 2_500, 3)
@example(60_000, "a", 0, 5_000, 1)
@example(60_000, "a" * 70_000, 3, 3, 1)
@example(2_000, "".join(PIECES), 3, 300, 60)
def test_a_limit_is_kept_and_no_deletion_is_missing(
    limit: int, text: str, creates: int, deletes: int, others: int
) -> None:
    """Each deletion is named, or counted where there is no room for its name; whatever else has to go."""
    plan = _many(text, creates, deletes)
    said = conversation.plan([plan], [(text, (_problem(text),))] * others, SOURCE, limit=limit)

    assert len(said.encode()) <= limit
    missing = sum(1 for change in plan.changes if change.action is Action.DELETE and not _names(said, change))
    counted = [int(number) for number in re.findall(r"\*\*…and (\d+) more\*\*", _after(said, f"Delete ({deletes})"))]
    if "only the sums" in said:
        assert said.startswith(f"## Segments: {deletes} to delete" if deletes else "## Segments: ")
    else:
        assert counted == ([missing] if missing else [])
    assert ("Shortened to fit" in said) == (" has more.</sub>" in said)


@settings(max_examples=25)
@given(st.integers(2_000, 20_000), HOSTILE, st.integers(1, 80))
@example(2_000, "😀" * 200, 80)
@example(60_000, "a", 2_000)
def test_every_text_keeps_its_limit(limit: int, text: str, number: int) -> None:
    """Reports, problems and drift do too, however many there are, and however many targets."""
    many = _many(text, number, number)
    plans = [Plan(f"{text}{each}", text, many.changes[:3]) for each in range(min(number, 80))]
    report = Report(
        text,
        text,
        tuple(Outcome(change, Result.FAILED, problem=_problem(text)) for change in many.changes),
        tuple(_stopped(change) for change in many.changes),
        (_problem(text),) * number,
    )
    drifts = tuple(Drift(f"{text}{each}", text, text, DriftKind.DELETED) for each in range(number))

    for said in (
        conversation.plan(plans, (), SOURCE, limit=limit),
        conversation.applied([report], (), SOURCE, limit=limit),
        conversation.applied([report] * 5, (), SOURCE, limit=limit),
        conversation.invalid((_problem(text),) * number, SOURCE, limit=limit),
        conversation.drift(DriftReport(text, text, drifts, number), SOURCE, limit=limit),
    ):
        assert len(said.encode()) <= limit


@pytest.mark.parametrize("size", range(4_000, 4_012))
def test_a_character_at_the_border_is_whole_or_not_there(size: int) -> None:
    """Names of four bytes a character are never cut in two, nor counted as one byte each."""
    plan = _many("😀" * 20, 5, 60)
    said = conversation.plan([plan], (), SOURCE, limit=size)

    assert size - 120 <= len(said.encode()) <= size
    assert "�" not in said


def _texts(text: str, message: str | None = None) -> Mapping[str, str]:
    """Return each text that we have, with the same hostile one wherever vendors and definitions may write."""
    problem = _problem(text, text if message is None else message)
    plan = Plan(text, text, _changes(text), (), (problem,))
    quiet = Plan(text, text, ())
    failed = [(text, (problem,))]
    report = Report(
        text,
        text,
        (
            *(Outcome(change, Result.DONE, text) for change in plan.changes),
            Outcome(plan.changes[0], Result.FAILED, text, problem, plan.changes[1].fields),
        ),
        tuple(_stopped(change) for change in plan.changes),
        (problem,),
    )
    drifts = tuple(Drift(text, text, text, kind, plan.changes[1].fields) for kind in DriftKind)
    return {
        "plan": conversation.plan([plan, quiet], failed, SOURCE),
        "fork": conversation.plan([plan], (), SOURCE, base=COMMIT),
        "short": conversation.plan([plan], (), SOURCE, limit=1),
        "packed": _packed(text),
        "applied": conversation.applied([report, report], failed, SOURCE),
        "invalid": conversation.invalid([problem] * 2, SOURCE),
        "drift": conversation.drift(DriftReport(text, text, drifts, 2, (problem,)), SOURCE),
        "again": conversation.drift_again(DriftReport(text, text, drifts, 2), SOURCE),
        "over": conversation.drift_over(DriftReport(text, text, (), 2), SOURCE),
        "superseded": conversation.superseded(SOURCE, SOURCE),
    }


def _packed(text: str) -> str:
    """Return a text that has room for the keys of what is deleted, and for none of the long names."""
    lost = tuple(replace(change, name="n" * 5_000) for change in _many(text, 0, 5).changes)
    room = sum(len(called(change.key, None).encode()) for change in lost)
    said = conversation.plan([Plan("t", "p", lost)], (), SOURCE, limit=2_000 + 2 * room)
    assert "only counts, problems and the keys of what is deleted" in said
    return said


def _changes(text: str) -> tuple[Change, ...]:
    fields = (FieldChange(text, FieldKind.CHANGED, text, {f"{text}x": text}),)
    return (
        Change(text, Action.CREATE, Reason.NEW_DEFINITION, f"{text}1", after={f"{text}x": text}, moved_from=text),
        Change(text, Action.UPDATE, Reason.DRIFTED, f"{text}2", text, fields=fields),
        Change(text, Action.DELETE, Reason.UNMANAGED, None, text, {f"{text}x": [text, {text: text}]}),
    )


def _many(text: str, creates: int, deletes: int) -> Plan:
    made = [Change(text, Action.CREATE, Reason.NEW_DEFINITION, f"{n}!", after={"x": text}) for n in range(creates)]
    lost = [
        Change(text, Action.DELETE, Reason.DEFINITION_REMOVED, f"{text}{n:05}!", "id", {"x": text})
        for n in range(deletes)
    ]
    return Plan("t", "p", (*made, *lost))


def _stopped(change: Change) -> Change:
    return replace(change, blocked_by=Block.UNREVIEWED)


def _problem(text: str, message: str | None = None) -> Problem:
    said = text if message is None else message
    return Problem("evil", said, Place(text), said)


def _names(said: str, change: Change) -> bool:
    return called(change.key, change.id) in said


def _after(said: str, heading: str) -> str:
    return said.partition(heading)[2]


def _structure(text: str) -> list[tuple[str, str]]:
    """Return every block and element, and the HTML; but not the spans by which we take a meaning away."""
    every = [token for block in PARSER.parse(text) for token in (block, *(block.children or ()))]
    harmless = {"<span>", "</span>", "<code>", "</code>"}
    return [
        (token.type, token.content if token.type.startswith("html") else "")
        for token in every
        if token.type != "text" and token.content not in harmless
    ]


@cache
def _expected() -> dict[str, list[tuple[str, str]]]:
    return {name: _structure(said) for name, said in _texts("a").items()}


def _without_code(structures: Mapping[str, list[tuple[str, str]]]) -> dict[str, list[tuple[str, str]]]:
    return {name: [part for part in parts if part[0] != "code_inline"] for name, parts in structures.items()}


def _read(text: str) -> Iterator[tuple[str, bool]]:
    """Yield what a site reads outside of Markdown's code, and whether it stands in an element of code."""
    for block in PARSER.parse(text):
        literal = False
        for token in block.children or ():
            if token.type == "html_inline" and token.content in {"<code>", "</code>"}:
                literal = token.content == "<code>"
            elif token.type == "text":
                yield token.content, literal
