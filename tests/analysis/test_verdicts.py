"""What an edit does to an audience: the verdict, who leaves and who enters, and when nobody knows."""

import os
import signal
import threading
from itertools import combinations
from random import Random
from typing import Any

import pytest
import z3
from bodies import DRAWN, OPTIONS, Body

from reconciler.analysis.questions import Nobody, Open, Somebody, anybody, limited
from reconciler.analysis.verdicts import Judge
from reconciler.core import predicate as of
from reconciler.core.semantics import matches
from reconciler.core.verdict import Verdict
from reconciler.providers.registry import VENDORS

PAIRS, PROFILES = 40, 200
PATIENCE = 30
HIGH = "\U00030000"
"""A character that the solver has not."""


def judged(name: str, before: Body, after: Body, **options: str) -> Any:  # noqa: ANN401 - a Judgement
    """Return the verdict on an edit from one body to another."""
    vendor = VENDORS[name]
    settings = OPTIONS.get(name, {}) | options
    return Judge(vendor.always_there).judged(vendor.meaning(before, settings), vendor.meaning(after, settings))


def group(*constraints: tuple[str, str, Any]) -> Body:
    """Return a body of Push0."""
    items: list[Any] = [
        {"field": field, "relation": relation, "value": value} for field, relation, value in constraints
    ]
    return {"name": "A", "constraints": [{"type": "AND", "constraints": items}]}


@pytest.mark.parametrize(
    ("before", "after", "verdict", "leaves", "enters"),
    [
        (("sessionCount", ">=", 10), ("sessionCount", ">", 10), "narrower", {"sessionCount": 10}, None),
        (("sessionCount", ">", 10), ("sessionCount", ">=", 10), "wider", None, {"sessionCount": 10}),
        (("sessionCount", ">", 10), ("sessionCount", ">=", 11), "same_audience", None, None),
        (("sessionCount", ">", 10), ("sessionCount", ">", 10), "same_audience", None, None),
        (("country", "==", "PL"), ("country", "==", "DE"), "different", {"country": "PL"}, {"country": "DE"}),
        (("country", "starts_with", "P"), ("country", "starts_with", "PL"), "narrower", {"country": "P"}, None),
        (("country", "contains", "PL"), ("country", "exists", "true"), "wider", None, {"country": "other"}),
        (("tags", "contains", "a"), ("tags", "exists", "true"), "wider", None, {"tags": ["other"]}),
        (("country", "!=", "PL"), ("country", "exists", "true"), "wider", None, {"country": "PL"}),
    ],
)
def test_an_edit(before: Any, after: Any, verdict: str, leaves: Any, enters: Any) -> None:  # noqa: ANN401 - JSON
    """The examples are the likeliest values that show the difference."""
    found = judged("push0", group(before), group(after))

    assert (verdict, leaves, enters, "") == (found.verdict, found.leaves, found.enters, found.why)


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_no_verdict_is_refuted(name: str) -> None:
    """No profile is in one audience alone where they are the same, nor leaves where nobody does; examples hold."""
    random = Random(name)
    draw, somebody = DRAWN[name]
    profiles = [somebody(random) for _ in range(PROFILES)]
    known = 0
    for _ in range(PAIRS):
        before, after = draw(random), draw(random)
        found = judged(name, before, after)
        old, new = (of.together(VENDORS[name].meaning(each, OPTIONS.get(name, {}))) for each in (before, after))  # type: ignore[arg-type]
        leaving = {matches(old, each) and not matches(new, each) for each in profiles}
        entering = {matches(new, each) and not matches(old, each) for each in profiles}
        if found.leaves is not None:
            assert matches(old, found.leaves)
            assert not matches(new, found.leaves)
        if found.enters is not None:
            assert matches(new, found.enters)
            assert not matches(old, found.enters)
        if found.verdict is not Verdict.UNKNOWN:
            known += 1
            assert found.verdict in {Verdict.DIFFERENT, Verdict.NARROWER} or leaving == {False}
            assert found.verdict in {Verdict.DIFFERENT, Verdict.WIDER} or entering == {False}
    assert known > PAIRS * 0.8


def test_what_is_unclear_is_unknown() -> None:
    """On either side, with the reason; and never the same, though the bodies are."""
    odd = group(("tags", "==", "a"))
    why = "group 1: constraint 1: `tags` has several values, for which the vendor documents no `==`"

    assert (Verdict.UNKNOWN, why) == _told(judged("push0", group(("country", "==", "PL")), odd))
    assert (Verdict.UNKNOWN, f"what is live: {why}") == _told(judged("push0", odd, odd))


def test_there_is_an_end_to_the_time() -> None:
    """What is left when the time for a plan is over is unknown."""
    before, after = ((of.Stated((), of.Test("a", of.OneOf((text,)))),) for text in "ab")

    found = Judge(frozenset(), seconds=-1).judged(before, after)

    assert (Verdict.UNKNOWN, "the time for the verdicts of one plan was used up") == _told(found)


def _told(judgement: Any) -> tuple[Verdict, str]:  # noqa: ANN401 - a Judgement
    return judgement.verdict, judgement.why


def text(check: of.Check, field: str = "a") -> of.Predicate:
    """Return a test of one field."""
    return of.Test(field, check)


COMPARED = of.Compared
NUMBER, TEXT, TIME, VERSION = of.Cast.NUMBER, of.Cast.TEXT, of.Cast.TIME, of.Cast.VERSION
LESS, MORE, EQUAL, AT_LEAST, AT_MOST = (
    of.Relation.LESS,
    of.Relation.MORE,
    of.Relation.EQUAL,
    of.Relation.AT_LEAST,
    of.Relation.AT_MOST,
)
NOON = "2026-01-01T12:00:00Z"
FEW = [
    (text(of.OneOf(())), False),
    (of.All((text(of.OneOf(("a",))), text(of.OneOf(("b",))))), False),
    (of.All((text(of.Has(of.Where.START, "ab")), text(of.Has(of.Where.END, "cd")))), True),
    (of.All((text(of.Has(of.Where.ANYWHERE, "ab")), of.Not(text(of.Has(of.Where.ANYWHERE, "a"))))), False),
    (of.All((text(of.Like("a_c%")), of.Not(text(of.Has(of.Where.START, "a"))))), False),
    (of.All((text(of.Like("%b")), text(of.Has(of.Where.START, "a")))), True),
    (of.All((text(of.OneOf(("straße",), lowered=True)), of.Not(text(of.OneOf(("straße",)))))), True),
    (of.All((text(of.Has(of.Where.END, "ik", lowered=True)), text(of.Has(of.Where.END, "İK")))), False),
    (of.All((text(of.OneOf(("i\u0307x",), lowered=True)), text(of.Has(of.Where.START, "İ")))), True),
    (of.All((text(of.Has(of.Where.ANYWHERE, "i", lowered=True)), text(of.OneOf(("İ",))))), True),
    (text(of.OneOf(("ΑΣ",), lowered=True)), True),
    (of.All((text(COMPARED(TEXT, LESS, "")), text(of.Present()))), False),
    (of.All((text(COMPARED(TEXT, MORE, "a")), text(COMPARED(TEXT, LESS, "a\0")))), False),
    (of.All((text(COMPARED(TEXT, MORE, "a")), text(COMPARED(TEXT, LESS, "b")))), True),
    (of.All((text(COMPARED(TEXT, AT_MOST, "a")), text(of.Has(of.Where.START, "b")))), False),
    (of.All((text(COMPARED(TEXT, MORE, "a")), text(of.Has(of.Where.END, "b")))), True),
    (of.All((text(COMPARED(TEXT, EQUAL, "ab")), text(of.Has(of.Where.END, "c")))), False),
    (of.All((text(COMPARED(TEXT, AT_LEAST, "b")), text(COMPARED(TEXT, LESS, "c")), text(of.Like("%z")))), True),
    (
        of.All(
            (text(COMPARED(TIME, MORE, "2026-01-01T00:00:00Z")), text(COMPARED(TIME, LESS, "2026-01-01T00:00:00.001Z")))
        ),
        False,
    ),
    (
        of.All(
            (text(COMPARED(TIME, MORE, "2026-01-01T00:00:00Z")), text(COMPARED(TIME, LESS, "2026-01-02T00:00:00Z")))
        ),
        True,
    ),
    (of.All((text(COMPARED(VERSION, MORE, "1.0.0")), text(COMPARED(VERSION, LESS, "1.0.1")))), True),
    (of.All((text(COMPARED(VERSION, MORE, "1.0.1")), text(COMPARED(VERSION, LESS, "1.0.0")))), False),
    (of.All((text(COMPARED(NUMBER, MORE, "1")), text(COMPARED(NUMBER, LESS, "1.0000000000000002")))), False),
    (text(COMPARED(NUMBER, MORE, "1e999")), False),
    (text(COMPARED(NUMBER, LESS, "-1e999")), False),
    (text(COMPARED(NUMBER, MORE, "1e308")), True),
    (text(COMPARED(NUMBER, EQUAL, "x")), False),
    (of.All((text(of.Has(of.Where.START, "1")), text(COMPARED(of.Cast.DECIMAL, LESS, "0")))), True),
    (of.All((text(of.Has(of.Where.START, "x")), text(COMPARED(of.Cast.WHOLE, LESS, "0")))), False),
    (of.All((text(of.Has(of.Where.START, "-1")), text(COMPARED(of.Cast.DECIMAL, LESS, "0")))), True),
    (text(of.Found("^abc$")), True),
    (text(COMPARED(TIME, MORE, "9999-12-31T23:59:59.999Z")), True),
    (of.All((text(of.Has(of.Where.START, "a")), text(COMPARED(TEXT, LESS, "\0b")))), False),
    (of.All((text(of.Found("a")), text(of.OneOf(("b",))))), False),
    (of.All((text(of.Filled()), of.Not(text(of.Holds(("a", "b")))))), True),
    (of.All((text(of.Holds(("a",))), of.Not(text(of.Filled())))), False),
    (of.All((text(of.Holds(("a",))), text(of.OneOf(("a",))))), False),
    (of.All((text(of.Present()), of.Not(text(of.Holds(("a",)))), of.Not(text(of.Filled())))), True),
    (of.All((text(of.Holds(("a",))), text(of.Holds(("b",))), of.Not(text(of.Holds(("c",)))))), True),
    (of.All((text(of.OneOf((HIGH,))), text(of.Has(of.Where.START, "a")))), False),
    (of.All((text(of.Like("")), of.Not(text(of.OneOf(("",)))))), False),
]
"""Predicates, and whether anybody matches; of those that the solver cannot decide, None is expected instead."""


@pytest.mark.parametrize(("predicate", "expected"), FEW, ids=lambda part: repr(part)[:100])
def test_whether_anybody_matches(predicate: of.Predicate, expected: bool) -> None:  # noqa: FBT001 - an expectation
    """A yes has an example that the evaluator confirms; a no is proved; what is neither says why."""
    found = anybody(predicate)

    if isinstance(found, Somebody):
        assert matches(predicate, found.profile)
    assert (Somebody if expected else Nobody) is type(found) or isinstance(found, Open), found


def test_a_field_that_is_always_there() -> None:
    """Nobody lacks it, so that nobody is found who does."""
    missing = of.Not(text(of.Present()))

    assert anybody(missing, frozenset({"a"})) == Nobody()
    assert anybody(missing) == Somebody({"a": None})


def test_a_question_that_takes_too_much_is_open() -> None:
    """The limit is counted in the solver's own effort."""
    hard = of.All((text(of.Has(of.Where.START, "ab")), of.Not(text(of.Like("a%"))), text(of.Like("%b_d%"))))

    assert anybody(hard) == Nobody()
    assert anybody(hard, effort=1) == Open("the solver came to no end in its time")


def test_ctrl_c_is_no_answer_of_the_solver() -> None:
    """It ends the run, also where it comes while a question is open: else an apply would go on with an unknown."""
    context = z3.Context()
    places = [[z3.Bool(f"{pigeon} in {hole}", context) for hole in range(11)] for pigeon in range(12)]
    solver = limited(context)
    solver.add(*(z3.Or(row) for row in places))
    solver.add(*(z3.Not(z3.And(pair)) for held in zip(*places, strict=True) for pair in combinations(held, 2)))

    def interrupted() -> None:
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
        assert solver.check() == z3.unknown
        threading.Event().wait(PATIENCE)

    with pytest.raises(KeyboardInterrupt):
        interrupted()


def test_ctrl_c_is_heard_after_a_question() -> None:
    """By whatever waits then, such as for the threads of an apply."""
    assert anybody(of.All((text(of.OneOf(("a",))), of.Not(text(of.Has(of.Where.START, "a")))))) == Nobody()

    over = threading.Event()
    late = threading.Timer(PATIENCE, over.set)
    late.start()
    threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        over.wait()  # NOTE: without a time, as what waits with one is woken up in any case
    late.cancel()

    assert not over.is_set()


def test_of_whom_nothing_can_be_written_down_it_is_open() -> None:
    """The solver takes patterns for anything; no text is known here that has one of these."""
    patterns = [text(of.Found(f"^x{{{number}}}y$")) for number in range(60, 66)]
    why = "no example could be written down of whom the solver found"

    assert [Open(why)] * 2 == [anybody(of.Any(tuple(patterns))), anybody(of.All(tuple(patterns)))]


def test_what_comes_after_the_last_character_of_the_solver() -> None:
    """It is not proved that nobody is there, where there are characters that it has not."""
    last = "\U0002ffff"
    after = text(of.Compared(of.Cast.TEXT, of.Relation.MORE, last))
    others = of.All((after, of.Not(text(of.Has(of.Where.ANYWHERE, last)))))

    assert matches(others, {"a": HIGH})
    assert not isinstance(anybody(others), Nobody)


def test_a_field_that_is_searched_for_too_much_is_left_open() -> None:
    """The solver would keep to no limit; where nobody searches, as many texts as there are make no difference."""
    many = tuple(f"a{number}" for number in range(401))
    none = of.Not(text(of.OneOf((*many, "b"))))
    open_ = Open("one field is searched for more than the solver can take")
    searches = [of.Not(text(of.Has(of.Where.ANYWHERE, each))) for each in many[:51]]

    assert anybody(of.All((text(of.OneOf(many)), none))) == Nobody()
    assert anybody(of.All((text(of.OneOf(many)), none, *searches[:1]))) == open_
    assert anybody(of.All((text(of.OneOf(many[:1])), *searches))) == open_
    assert anybody(of.All((text(of.OneOf(many[:1])), *searches[:50]))) == Nobody()


def test_a_pattern_that_is_refused_leaves_it_open() -> None:
    """What RE2 says of it is the reason."""
    found = anybody(of.All((text(of.Found("(")), text(of.OneOf(("a",))))))

    assert isinstance(found, Open)
    assert "RE2 does not take" in found.why
