"""Whether anybody matches a predicate, with an example; under a limit, beyond which the answer is that it is open.

That nobody does is what the solver proved. An example is one that the plain evaluator confirms.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import z3

from reconciler.analysis.encoding import Encoding, Field, Formula, is_search
from reconciler.analysis.guessing import guess
from reconciler.analysis.lettering import from_value
from reconciler.analysis.values import candidates
from reconciler.core.predicate import All, Not, OneOf, Predicate, Profile, checks_of
from reconciler.core.segment import Json
from reconciler.core.semantics import matches, passes
from reconciler.errors import InvalidInput

MILLISECONDS = 1000
"""For one question."""

EFFORT = 3_000_000
"""In units of the solver, which are the same on every machine; about as long."""

WORDS, SEARCHES = 400, 50
"""With more texts that a field is, or more that are looked for in it, the solver keeps to no limit of time."""

TRIES = 16
"""How many models are taken up for which no example could be written down."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """Somebody matches: one profile that does, where None is a field that is not there."""

    profile: Profile


@dataclass(frozen=True, slots=True)
class Nobody:
    """Nobody matches; proved."""


@dataclass(frozen=True, slots=True)
class Open:
    """Nobody knows, and why not."""

    why: str


Answer: TypeAlias = Somebody | Nobody | Open


def anybody(predicate: Predicate, always: frozenset[str] = frozenset(), *, effort: int = EFFORT) -> Answer:
    """Return whether anybody matches a predicate. `always` are the fields that no profile lacks."""
    context = z3.Context()
    try:
        if (guessed := guess(predicate, always)) is not None:
            return Somebody(guessed)
        if _is_wordy(predicate):
            return Open("one field is searched for more than the solver can take")
        encoding = Encoding([predicate], always, context)
        solver = limited(context, effort)
        solver.add(*encoding.rules(), encoding.formula(predicate))
        return _answer(predicate, encoding, solver)
    except InvalidInput as error:
        return Open(error.problems[0].message)


def _is_wordy(predicate: Predicate) -> bool:
    """Say whether the solver would keep to no limit of time with one of the fields."""
    for checks in checks_of(predicate).values():
        searches = sum(map(is_search, checks))
        texts = sum(len(check.texts) for check in checks if isinstance(check, OneOf))
        if searches > SEARCHES or (searches and texts > WORDS):
            return True
    return False


def limited(context: z3.Context, effort: int = EFFORT) -> z3.Solver:
    """Return a solver that ends in time."""
    solver = z3.Solver(ctx=context)
    # NOTE: it would take Ctrl-C for an answer, with which the run goes on; and would hand it back with SA_RESTART, so
    # that no wait of ours heard it any more.
    solver.set(ctrl_c=False, timeout=MILLISECONDS, rlimit=effort)
    return solver


def beyond(inner: Predicate, outer: Predicate, always: frozenset[str] = frozenset()) -> Answer:
    """Return whether anybody matches the first predicate and not the second."""
    return anybody(All((inner, Not(outer))), always)


def _answer(predicate: Predicate, encoding: Encoding, solver: z3.Solver) -> Answer:
    known: dict[str, dict[tuple[bool, ...], Json]] = {}
    passed_over = False
    for _ in range(TRIES):
        found = solver.check()
        if found == z3.unsat:
            return Open("no example could be written down of whom the solver found") if passed_over else Nobody()
        if found == z3.unknown:
            return Open(_why(solver.reason_unknown()))
        known = known or {name: _known(field) for name, field in encoding.fields.items()}
        model = solver.model()
        wanted = {name: _truths(field, model) for name, field in encoding.fields.items()}
        profile = {name: _value(field, wanted[name], known[name], model) for name, field in encoding.fields.items()}
        if matches(predicate, profile):
            return Somebody(_likely(predicate, profile, encoding))
        passed_over = True
        solver.add(_otherwise(encoding, wanted))
    return Open("no example could be written down of whom the solver found")


def _likely(predicate: Predicate, profile: Profile, encoding: Encoding) -> Profile:
    """Return a profile that matches too, with the likeliest values that it can have, one field after the other."""
    likely = dict(profile)
    for name, field in encoding.fields.items():
        others = candidates(field.checks, always=field.always)
        likely[name] = next((value for value in others if matches(predicate, {**likely, name: value})), likely[name])
    return likely


def _otherwise(encoding: Encoding, outcomes: Mapping[str, tuple[bool, ...]]) -> Formula:
    """Return that some field has another outcome."""
    return z3.Not(
        z3.And(
            [
                field.passed[check] == z3.BoolVal(truth, ctx=encoding.context)
                for name, field in encoding.fields.items()
                for check, truth in zip(field.checks, outcomes[name], strict=True)
            ]
        )
    )


def _known(field: Field) -> dict[tuple[bool, ...], Json]:
    """Return for each outcome of the checks of a field a value that has it, the likeliest."""
    found: dict[tuple[bool, ...], Json] = {}
    for value in candidates(field.checks, always=field.always):
        found.setdefault(_outcome(field, value), value)
    return found


def _outcome(field: Field, value: Json) -> tuple[bool, ...]:
    return tuple(passes(check, value) for check in field.checks)


def _truths(field: Field, model: z3.ModelRef) -> tuple[bool, ...]:
    return tuple(z3.is_true(model.eval(field.passed[check], model_completion=True)) for check in field.checks)


def _value(field: Field, wanted: tuple[bool, ...], known: Mapping[tuple[bool, ...], Json], model: z3.ModelRef) -> Json:
    """Return a value with the outcome that is wanted; where none is known, the text that the model has, if any."""
    if wanted in known:
        return known[wanted]
    return from_value(model.eval(field.string, model_completion=True)) if field.searched else None


def _why(reason: str) -> str:
    ended = any(word in reason for word in ("timeout", "canceled", "limit"))
    return "the solver came to no end in its time" if ended else f"the solver gave up: {reason}"
