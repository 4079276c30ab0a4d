"""A predicate as a formula of z3. Knows the rules of predicates and nothing of what is asked about them.

A field without searches has no text, but a rank among the texts that are asked for: 2i+1 is the i-th of them, an even
number is any between two. So have its readings as number, version and time. What a reading is of a text that is not
asked for is left open: then a formula has more models than there are profiles, and never fewer. So where it has none,
no profile matches; where it has one, a profile has to be shown.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any as Anything
from typing import TypeAlias, assert_never

import z3

from reconciler.analysis.lettering import BeyondError, having, lowered_within, matching, ordered, text_value
from reconciler.analysis.values import between, constants, operands
from reconciler.core.predicate import (
    ORDER,
    All,
    Any,
    Cast,
    Check,
    Compared,
    Filled,
    Found,
    Has,
    Holds,
    Like,
    Not,
    OfText,
    OneOf,
    Predicate,
    Present,
    Relation,
    Test,
    checks_of,
)
from reconciler.core.reading import READINGS
from reconciler.core.semantics import passes

Formula: TypeAlias = Anything
"""A z3.BoolRef; the library has no types."""


class Field:
    """One field: what is known of it, and whether it passes each of the checks that are made of it."""

    def __init__(self, name: str, checks: Sequence[Check], context: z3.Context, *, always: bool) -> None:
        """Make the variables of a field, which is `always` there or not; `searched`: it has a text, and no rank."""
        self.name = name
        self.checks = checks
        self.always = always
        self._context = context
        self.searched = any(is_search(check) for check in self.checks)
        texts = constants(check for check in self.checks if not isinstance(check, Holds))
        self._texts = {text: place for place, text in enumerate(texts)}
        self._items = constants(check for check in self.checks if isinstance(check, Holds))
        self._wordless: dict[Check, None] = {}
        self._text = self._bool("text")
        listed = any(isinstance(check, Holds | Filled) for check in self.checks)
        self._list = self._bool("list") if listed else z3.BoolVal(val=False, ctx=context)

    @cached_property
    def passed(self) -> Mapping[Check, Formula]:
        """Whether the field passes each check."""
        return {check: self._passed(check) for check in self.checks}

    @cached_property
    def string(self) -> Formula:
        """The text of a field that is searched."""
        return z3.Const(f"{self.name}:string", z3.StringSort(self._context))

    def rules(self) -> list[Formula]:
        """Return what holds of the field whatever is asked."""
        _ = self.passed  # which finds out for which checks there are no words
        there = z3.Or(self._text, self._list)
        found = [z3.Not(z3.And(self._text, self._list)), *([there] if self.always else [])]
        if not self.searched and self._texts:
            found += self._of_rank(Cast.TEXT, [*self._texts])
        for cast in self._casts:
            found += self._of_rank(cast, self._operands[cast])
            if self.searched and cast in {Cast.DECIMAL, Cast.WHOLE}:
                found.append(self._bool(f"{cast.name}?") == z3.InRe(self.string, matching(cast, self._context)))
        return found + [rule for text in self._texts for rule in self._of_constant(text)]

    def _of_rank(self, cast: Cast, readings: list[Anything]) -> Iterator[Formula]:
        rank = self._rank(cast)
        yield from (rank >= 0, rank <= 2 * len(readings))
        for index, (low, high) in enumerate(pairwise([None, *readings, None])):
            if not between(low, high, cast):
                yield rank != 2 * index

    @cached_property
    def _operands(self) -> dict[Cast, list[Anything]]:
        """What the field is compared with as each cast, in order."""
        return {cast: operands(self.checks, cast) for cast in Cast if cast is not Cast.TEXT}

    @property
    def _casts(self) -> list[Cast]:
        return [cast for cast, found in self._operands.items() if found]

    def _of_constant(self, text: str) -> Iterator[Formula]:
        """Yield what is known where the field is a text that is asked for, and that the solver has."""
        try:
            same = self._is(text)
        except BeyondError:
            return
        for cast in self._casts:
            value = READINGS[cast](text)
            known = self._bool(f"{cast.name}?")
            if value is None:
                yield z3.Implies(same, z3.Not(known))
            else:
                yield z3.Implies(same, z3.And(known, self._rank(cast) == _rank_of(value, self._operands[cast])))
        for check in self._wordless:
            yield z3.Implies(same, self._opaque(check) == z3.BoolVal(passes(check, text), ctx=self._context))

    def _bool(self, name: str) -> Formula:
        return z3.Bool(f"{self.name}:{name}", self._context)

    def _rank(self, cast: Cast) -> Formula:
        return z3.Int(f"{self.name}:{cast.name}", self._context)

    def _opaque(self, check: Check) -> Formula:
        """Return whether the field passes a check for which the solver has no words, and note it."""
        self._wordless.setdefault(check)
        return self._bool(f"check {self.checks.index(check)}")

    def _is(self, text: str) -> Formula:
        if self.searched:
            return self.string == text_value(text, self._context)
        return self._rank(Cast.TEXT) == 2 * self._texts[text] + 1

    def _passed(self, check: Check) -> Formula:
        match check:
            case Present():
                return z3.Or(self._text, self._list)
            case Holds(texts):
                return z3.And(self._list, self._or(self._bool(f"holds:{text}") for text in texts))
            case Filled():
                held = (self._bool(f"holds:{text}") for text in self._items)
                return z3.And(self._list, self._or([self._bool("holds something else"), *held]))
            case _:
                return z3.And(self._text, self._in_words(check))

    def _in_words(self, check: OfText) -> Formula:
        try:
            return self._of_text(check)
        except BeyondError:
            return self._opaque(check)

    def _of_text(self, check: OfText) -> Formula:
        match check:
            case OneOf(texts):
                return self._or(map(self._lowered if check.lowered else self._is, texts))
            case Has(where, text, lowered=True):
                return z3.InRe(self.string, lowered_within(text.lower(), where, self._context))
            case Has(where, text):
                return z3.InRe(self.string, having(text, where, self._context))
            case Like(pattern):
                return z3.InRe(self.string, matching(pattern, self._context))
            case Found():
                return self._opaque(check)
            case Compared(Cast.TEXT, relation, operand):
                return self._in_order(relation, operand)
            case Compared(cast, relation, operand):
                return self._compared(cast, relation, operand)
            case _:
                assert_never(check)

    def _lowered(self, text: str) -> Formula:
        return z3.InRe(self.string, lowered_within(text.lower(), None, self._context))

    def _in_order(self, relation: Relation, operand: str) -> Formula:
        if self.searched:
            return z3.InRe(self.string, ordered(relation, operand, self._context))
        return ORDER[relation](self._rank(Cast.TEXT), 2 * self._texts[operand] + 1)

    def _compared(self, cast: Cast, relation: Relation, operand: str) -> Formula:
        value = READINGS[cast](operand)
        if value is None:
            return z3.BoolVal(val=False, ctx=self._context)
        at = _rank_of(value, self._operands[cast])
        return z3.And(self._bool(f"{cast.name}?"), ORDER[relation](self._rank(cast), at))

    def _or(self, parts: Iterable[Formula]) -> Formula:
        return z3.Or([z3.BoolVal(val=False, ctx=self._context), *parts])


class Encoding:
    """Predicates over the same fields, as formulas of one context."""

    def __init__(self, predicates: Iterable[Predicate], always: frozenset[str], context: z3.Context) -> None:
        """Make the variables of all fields that these predicates look at."""
        self.context = context
        self.fields = {
            name: Field(name, checks, context, always=name in always) for name, checks in checks_of(*predicates).items()
        }

    def rules(self) -> list[Formula]:
        """Return what holds of every profile."""
        return [rule for field in self.fields.values() for rule in field.rules()]

    def formula(self, predicate: Predicate) -> Formula:
        """Return a predicate as a formula."""
        match predicate:
            case All(parts):
                return z3.And([z3.BoolVal(val=True, ctx=self.context), *map(self.formula, parts)])
            case Any(parts):
                return z3.Or([z3.BoolVal(val=False, ctx=self.context), *map(self.formula, parts)])
            case Not(part):
                return z3.Not(self.formula(part))
            case Test(field, check):
                return self.fields[field].passed[check]
            case _:
                assert_never(predicate)


def is_search(check: Check) -> bool:
    """Say whether a check looks into a text, so that the field needs one, and not only a place in an order."""
    match check:
        case Has() | Like():
            return True
        case OneOf():
            return check.lowered
        case _:
            return False


def _rank_of(value: Anything, readings: list[Anything]) -> int:
    """Return the rank of a reading among those that are asked for."""
    below = bisect_left(readings, value)
    return 2 * below + (1 if below < len(readings) and readings[below] == value else 0)
