"""Workflow commands of GitHub Actions: whole outputs, its limits, and texts that would like to be commands."""

import pytest
from golden.endings import FOUND
from hypothesis import example, given
from hypothesis import strategies as st
from render.runner import Command, read

from reconciler.errors import Place, Problem, Severity
from reconciler.render.annotations import COMMANDS, LONGEST, annotations, fenced_log
from reconciler.render.escape import visible

EVIL = "::set-output name=a::b\r\n::error::%0A##[add-mask]x,y=%25,🦊\u202e"
TEXT = st.text(":#[]%025ADC,= \r\n\u2028\x1b🦊se", max_size=30) | st.text(max_size=20)


def test_each_problem_is_one_command() -> None:
    """Errors first; file, position and code as properties, the hint on a line of its own."""
    assert annotations(FOUND) == (
        "::error file=segments/a.json,line=3,col=5,title=unknown-member::unknown member `nam`"
        "%0Ahint: did you mean `name`?\n"
        "::error title=no-target::no target is named `prod`%0Ahint: targets: `local`, `production`\n"
        "::warning file=segments/b.json,title=unknown-metric::the vendor's pages do not name a metric `x|y`\n"
        "::warning title=odd::one ` alone, @octocat and https://example.com\n"
    )


def test_without_a_problem_there_is_no_command() -> None:
    """Nothing is said of what is fine."""
    assert annotations([]) == ""


def test_what_github_would_take_for_syntax_is_escaped() -> None:
    """A property more than a message; a line break in a file's name leads to that file, one in words is shown."""
    problem = Problem("odd", "100%: a,b\n::error::c", Place("a:b,c%0A\r\n🦊.json", 1, 2), "x\ny")

    assert annotations([problem]) == (
        "::error file=a%3Ab%2Cc%250A%0D%0A🦊.json,line=1,col=2,title=odd::100%25: a,b\\n::error::c%0Ahint: x\\ny\n"
    )


@given(st.lists(st.tuples(TEXT, TEXT, TEXT, st.sampled_from(Severity)), max_size=4))
@example([(EVIL, EVIL, EVIL, Severity.ERROR)])
@example([("a", "::", "%", Severity.WARNING)])
def test_no_text_starts_another_command(texts: list[tuple[str, str, str, Severity]]) -> None:
    """The runner reads as many commands as there are problems, and the words of each as they are."""
    problems = [
        Problem("odd", message or "?", Place(f"a{file}b", 7, 8), hint, kind) for message, file, hint, kind in texts
    ]

    assert read(annotations(problems)) == [
        _expected(one) for kind in Severity for one in problems if one.severity is kind
    ]


def _expected(problem: Problem) -> Command:
    assert problem.place
    file = "".join(letter if letter in "\r\n" else visible(letter) for letter in problem.place.file)
    hint = f"\nhint: {visible(problem.hint)}" if problem.hint else ""
    return Command(
        COMMANDS[problem.severity],
        {"file": file, "line": "7", "col": "8", "title": "odd"},
        visible(problem.message) + hint,
    )


def _many(number: int, kind: Severity) -> list[Problem]:
    return [Problem("odd", f"number {one}", Place("a.json", one), severity=kind) for one in range(1, number + 1)]


@pytest.mark.parametrize("kind", Severity)
def test_as_many_as_github_shows_are_all_there(kind: Severity) -> None:
    """Ten of a kind need no word about more."""
    shown = annotations(_many(10, kind)).splitlines()

    assert shown == [f"::{COMMANDS[kind]} file=a.json,line={one},title=odd::number {one}" for one in range(1, 11)]


def test_of_more_the_last_says_how_many_there_are() -> None:
    """Of each kind by itself: GitHub shows ten errors and ten warnings of a step."""
    shown = annotations([*_many(12, Severity.WARNING), *_many(11, Severity.ERROR)]).splitlines()

    assert shown == [
        *(f"::error file=a.json,line={one},title=odd::number {one}" for one in range(1, 10)),
        "::error title=+2 more errors::not shown here: GitHub has room for 10 in a step",
        *(f"::warning file=a.json,line={one},title=odd::number {one}" for one in range(1, 10)),
        "::warning title=+3 more warnings::not shown here: GitHub has room for 10 in a step",
    ]


def test_who_has_less_room_says_so() -> None:
    """A step that prints annotations of its own leaves less."""
    assert annotations(_many(3, Severity.ERROR), most=1) == (
        "::error title=+3 more errors::not shown here: GitHub has room for 1 in a step\n"
    )


def test_a_long_message_leaves_room_for_its_hint() -> None:
    """Both are cut before GitHub cuts them, at 4,096 units of UTF-16; what just fits is whole."""
    cut, whole = [read(annotations([Problem("odd", "🦊" * size, None, "🦊" * size)]))[0] for size in (5_000, LONGEST)]

    assert cut == Command("error", {"title": "odd"}, f"{'🦊' * 999}…\nhint: {'🦊' * 999}…")
    assert whole == Command("error", {"title": "odd"}, f"{'🦊' * 1_000}\nhint: {'🦊' * 1_000}")
    assert len(f"{'🦊' * 1_000}\nhint: {'🦊' * 1_000}".encode("utf-16-le")) <= 4_096 * 2


def test_text_is_fenced_from_the_runner() -> None:
    """It stands between two commands of ours, and its last line is ended."""
    assert fenced_log("::error::a\nb", "t0ken") == "::stop-commands::t0ken\n::error::a\nb\n::t0ken::\n"
    assert fenced_log("b\n", "t0ken") == "::stop-commands::t0ken\nb\n::t0ken::\n"


def test_text_that_knows_the_token_does_not_open_the_fence() -> None:
    """In whatever case it is written: the token grows until the text does not hold it."""
    text = "::T0KEN-::\n::error::a\n##[t0ken]\n"

    assert fenced_log(text, "t0ken") == f"::stop-commands::t0ken--\n{text}::t0ken--::\n"


@given(TEXT, st.sampled_from(["t0ken", "error", "e"]))
@example(f"{EVIL}\r##[e]\r\n::e::\n::e-::", "e")
def test_nothing_in_a_fence_is_obeyed(text: str, token: str) -> None:
    """The runner sees the fence, and lines between; a command behind the fence is obeyed again."""
    first, *lines, last, after = read(fenced_log(text, token) + "::error::after\n")

    assert isinstance(first, Command)
    assert "stop-commands" == first.name
    assert [] == [line for line in lines if isinstance(line, Command)]
    assert Command(first.data) == last
    assert Command("error", {}, "after") == after
