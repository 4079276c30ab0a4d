"""Whether a profile matches a predicate: the plain evaluator, to which every other one is held. Knows no vendor."""

from typing import TypeVar, assert_never

from reconciler.core import reading
from reconciler.core.predicate import (
    All,
    Any,
    Cast,
    Check,
    Compared,
    Found,
    Has,
    Not,
    OneOf,
    Predicate,
    Profile,
    Relation,
    Test,
    Where,
)
from reconciler.core.searching import found

Ordered = TypeVar("Ordered", float, int, reading.Version)


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
            text = reading.text(profile.get(field))
            return text is not None and _passes(check, text)
        case _:
            assert_never(predicate)


def _passes(check: Check, text: str) -> bool:
    match check:
        case OneOf(texts, lowered):
            return _cased(text, lowered=lowered) in {_cased(each, lowered=lowered) for each in texts}
        case Has(where, part, lowered):
            return _has(where, _cased(text, lowered=lowered), _cased(part, lowered=lowered))
        case Found(pattern, folded):
            return found(pattern, text, folded=folded)
        case Compared(cast, relation, operand):
            return _compared(cast, relation, text, operand)
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


def _compared(cast: Cast, relation: Relation, text: str, operand: str) -> bool:
    match cast:
        case Cast.NUMBER:
            return _stands(relation, reading.number(text), reading.number(operand))
        case Cast.VERSION:
            return _stands(relation, reading.version(text), reading.version(operand))
        case Cast.TIME:
            return _stands(relation, reading.time(text), reading.time(operand))
        case _:
            assert_never(cast)


def _stands(relation: Relation, left: Ordered | None, right: Ordered | None) -> bool:
    if left is None or right is None:
        return False
    match relation:
        case Relation.LESS:
            return left < right
        case Relation.AT_MOST:
            return left <= right
        case Relation.EQUAL:
            return left == right
        case Relation.AT_LEAST:
            return left >= right
        case Relation.MORE:
            return left > right
        case _:
            assert_never(relation)
