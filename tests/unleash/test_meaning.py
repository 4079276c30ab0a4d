"""What a constraint means to us, held to what the playground of a real server makes of it."""

import logging
from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from instance import Instance
from unleash.drawn import constraint, context
from unleash.playground import Context, Playground, profile

from reconciler.core.predicate import Predicate, Stated, Unclear, together
from reconciler.core.segment import Json
from reconciler.core.semantics import matches
from reconciler.errors import InvalidInput
from reconciler.providers.unleash.meaning import meaning, meaning_of_one
from reconciler.providers.unleash.operators import OPERATORS
from reconciler.usecases import clock

LOG = logging.getLogger(__name__)
SEED = 20_261_126
CONSTRAINTS = 32
"""Of each operator, as many as stand in one segment."""

CONTEXTS = 100
OFTEN = 40
SEGMENTS = 80
"""Of any operators, for what a segment makes of its constraints."""

NEW_LETTER, NEW_LETTER_LOWERED = "\U00016ea0", "\U00016ebb"
"""Of Unicode 17."""

WEB: Context = {"appName": "web", "properties": {}}


def clear(found: Predicate | tuple[Stated, ...] | Unclear) -> Predicate:
    """Return a predicate, or fail on what is unclear."""
    assert not isinstance(found, Unclear), found
    return together(found) if isinstance(found, tuple) else found


def now() -> str:
    """Return the time, for contexts that say none."""
    return clock.now().isoformat()


def one_of(operator: str, operand: str, field: str = "plan", **flags: bool) -> dict[str, Json]:
    """Return a constraint."""
    several = operator.startswith(("IN", "NOT_IN", "STR"))
    compared: dict[str, Json] = {"values": [operand]} if several else {"value": operand}
    return {"contextName": field, "operator": operator, **compared, **flags}


def test_each_constraint_means_what_the_server_makes_of_it(unleash: Instance) -> None:
    """Random constraints of every operator in random contexts have the same answer; each answer comes often enough."""
    random = Random(SEED)
    operators = sorted(OPERATORS)
    segments = [[constraint(random, operator) for _ in range(CONSTRAINTS)] for operator in operators]
    predicates = [[clear(meaning_of_one(one)) for one in constraints] for constraints in segments]
    answers: Counter[tuple[str, bool, bool]] = Counter()
    different = []
    with unleash.client() as client:
        playground = Playground.of(client, segments)
        for _ in range(CONTEXTS):
            drawn = context(random)
            person = profile(drawn, now())
            for constraints, meant, outcome in zip(segments, predicates, playground.outcomes(drawn), strict=True):
                for one, predicate, answer in zip(constraints, meant, outcome.constraints, strict=True):
                    answers[str(one["operator"]), bool(one.get("inverted")), answer] += 1
                    if matches(predicate, person) != answer:
                        different.append((one, person, answer))

    LOG.info("%d pairs, %s", answers.total(), answers)
    assert different == []
    assert answers.total() == len(operators) * CONSTRAINTS * CONTEXTS
    kinds = {(operator, inverted) for operator in operators for inverted in (False, True)} - {("REGEX", True)}
    assert {(*kind, answer) for kind in kinds for answer in (False, True)} == answers.keys()
    assert min(answers.values()) > OFTEN


def test_a_segment_is_all_of_its_constraints(unleash: Instance) -> None:
    """Also one without any, which is of everybody."""
    random = Random(SEED + 1)
    operators = sorted(OPERATORS)
    segments = [[constraint(random, random.choice(operators)) for _ in range(number % 4)] for number in range(SEGMENTS)]
    predicates = [clear(meaning({"name": "A", "constraints": [*constraints]}, {})) for constraints in segments]
    answers: Counter[tuple[int, bool]] = Counter()
    different = []
    with unleash.client() as client:
        playground = Playground.of(client, segments)
        for _ in range(CONTEXTS):
            drawn = context(random)
            person = profile(drawn, now())
            for constraints, predicate, outcome in zip(segments, predicates, playground.outcomes(drawn), strict=True):
                answers[len(constraints), outcome.matches] += 1
                if matches(predicate, person) != outcome.matches:
                    different.append((constraints, person, outcome))

    LOG.info("%d pairs, %s", answers.total(), answers)
    assert different == []
    assert answers.total() == SEGMENTS * CONTEXTS
    assert {(0, True), *((number, answer) for number in (1, 2, 3) for answer in (False, True))} == answers.keys()
    assert min(answers.values()) > OFTEN


@dataclass(frozen=True)
class Difference:
    """Where the server and we are known to disagree, and why; `ours` is a code where we refuse."""

    why: str
    constraint: dict[str, Json]
    context: Context
    theirs: bool
    ours: bool | str


DIFFERENCES = [
    Difference(
        "the server's Unicode is of the year of its Node, ours of the year of our Python",
        one_of("STR_CONTAINS", NEW_LETTER_LOWERED, caseInsensitive=True),
        {**WEB, "properties": {"plan": NEW_LETTER}},
        theirs=True,
        ours=False,
    ),
    Difference(
        "the same, of the two implementations of RE2",
        one_of("REGEX", r"\p{Lu}"),
        {**WEB, "properties": {"plan": NEW_LETTER}},
        theirs=True,
        ours=False,
    ),
    Difference(
        "the same, of a script that ours does not know",
        one_of("REGEX", r"\p{Garay}"),
        {**WEB, "properties": {"plan": "\U00010d50"}},
        theirs=True,
        ours="bad-pattern",
    ),
    Difference(
        "half of a pair of surrogates is no character of UTF-8, which our RE2 reads, so U+FFFD takes its place",
        one_of("REGEX", r"\x{FFFD}"),
        {**WEB, "properties": {"plan": "\ud800"}},
        theirs=False,
        ours=True,
    ),
    Difference(
        "a time without a zone is read in the server's, which we do not know",
        one_of("DATE_AFTER", "2020-01-01T00:00:00Z", "currentTime"),
        {**WEB, "currentTime": "2026-01-01T00:00:00"},
        theirs=True,
        ours=False,
    ),
    Difference(
        "a number that is a member of the context, and no property, stays a number to the server and is in no `values`",
        one_of("IN", "5"),
        {**WEB, "plan": 5},
        theirs=False,
        ours=True,
    ),
]


@pytest.mark.parametrize("known", DIFFERENCES, ids=lambda known: known.why)
def test_what_is_known_to_differ_still_does(unleash: Instance, known: Difference) -> None:
    """A difference that is gone is to be taken out of the list, and of decision 23."""
    with unleash.client() as client:
        [outcome] = Playground.of(client, [[known.constraint]]).outcomes(known.context)
    person = profile(known.context, now())
    try:
        ours: bool | str = matches(clear(meaning_of_one(known.constraint)), person)
    except InvalidInput as error:
        ours = error.problems[0].code

    assert (known.theirs, known.ours) == (outcome.matches, ours)


UNCLEAR: list[dict[str, Any]] = [
    one_of("DATE_AFTER", "2026-03-01T12:00:00", "currentTime"),
    one_of("DATE_AFTER", "03/01/2026", "currentTime"),
    one_of("DATE_BEFORE", "Mar 1, 2026", "currentTime"),
    one_of("DATE_BEFORE", "1767225600000", "currentTime"),
    one_of("DATE_BEFORE", "2026-03-01 12:00:00Z", "currentTime"),
    one_of("IN", "2026-03-01T12:00:00Z", "currentTime"),
    one_of("NOT_IN", "2026-03-01T12:00:00Z", "currentTime"),
    one_of("NUM_GT", "5", "currentTime"),
    one_of("SEMVER_LT", "1.0.0", "currentTime"),
    one_of("REGEX", "2026", "currentTime"),
]


def test_what_is_unclear_is_something_that_the_server_has_an_answer_to(unleash: Instance) -> None:
    """We do not guess what it makes of a date in a form of its own, nor of a time as something else."""
    with unleash.client() as client:
        [outcome] = Playground.of(client, [UNCLEAR]).outcomes({**WEB, "currentTime": "2026-03-01T12:00:00Z"})

    assert len(UNCLEAR) == len(outcome.constraints)
    assert all(isinstance(meaning_of_one(one), Unclear) for one in UNCLEAR)
