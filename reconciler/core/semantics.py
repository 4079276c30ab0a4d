"""Whether a profile matches a predicate: the plain evaluator, to which every other one is held. Knows no vendor."""

from typing import assert_never

from reconciler.core import reading
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
    Profile,
    Relation,
    Test,
    Where,
)
from reconciler.core.searching import found
from reconciler.core.segment import Json


def matches(predicate: Predicate, profile: Profile) -> bool:
    """Say whether a profile matches; raises InvalidInput where RE2 is needed and missing, or refuses a pattern."""
    match predicate:
        case All(parts):
            return all(matches(part, profile) for part in parts)
        case Any(parts):
            return any(matches(part, profile) for part in parts)
        case Not(part):
            return not matches(part, profile)
        case Test(field, check):
            return passes(check, profile.get(field))
        case _:
            assert_never(predicate)


def passes(check: Check, value: Json) -> bool:
    """Say whether one value passes a check; raises as `matches` does."""
    text, texts = reading.text(value), reading.texts(value)
    match check:
        case Present():
            return text is not None or texts is not None
        case Filled():
            return bool(texts)
        case Holds(wanted):
            return not set(wanted).isdisjoint(texts or ())
        case _:
            return text is not None and _of_text(check, text)


def _of_text(check: OfText, text: str) -> bool:
    match check:
        case OneOf():
            return _cased(text, lowered=check.lowered) in check.members
        case Has(where, part, lowered):
            return _has(where, _cased(text, lowered=lowered), _cased(part, lowered=lowered))
        case Found(pattern, folded):
            return found(pattern, text, folded=folded)
        case Compared(cast, relation, operand):
            return _compared(cast, relation, text, operand)
        case Like(pattern):
            return _like(pattern, text)
        case _:
            assert_never(check)


def _cased(text: str, *, lowered: bool) -> str:
    return text.lower() if lowered else text


def _has(where: Where, text: str, part: str) -> bool:
    match where:
        case Where.START:
            return text.startswith(part)
        case Where.END:
            return text.endswith(part)
        case Where.ANYWHERE:
            return part in text
        case _:
            assert_never(where)


def _like(pattern: str, text: str) -> bool:
    """Match without going back further than to the last `%`, so that no pattern takes longer than the product."""
    at, start, back, resumed = 0, 0, -1, 0
    while at < len(text):
        if start < len(pattern) and pattern[start] == "%":
            back, resumed = start, at
            start += 1
        elif start < len(pattern) and pattern[start] in {"_", text[at]}:
            at, start = at + 1, start + 1
        elif back >= 0:
            resumed += 1
            at, start = resumed, back + 1
        else:
            return False
    return pattern[start:].strip("%") == ""


def _compared(cast: Cast, relation: Relation, text: str, operand: str) -> bool:
    left, right = reading.READINGS[cast](text), reading.READINGS[cast](operand)
    return left is not None and right is not None and bool(ORDER[relation](left, right))
