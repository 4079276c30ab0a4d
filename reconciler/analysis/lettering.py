"""Texts and sets of texts in z3's words: constants, patterns of LIKE, case left out, and how numbers are written.

z3 knows the characters up to U+2FFFF, and no halves of a pair of surrogates: what has others is `Beyond` it.
"""

import sys
from functools import cache
from typing import Any as Anything
from typing import assert_never

import z3

from reconciler.core.predicate import Cast, Relation, Where

LAST = 0x2FFFF
SURROGATES = range(0xD800, 0xE000)
SIGMA = frozenset("σς")
DOTTED, DOT = "İ", "\u0307"
"""The one letter that two stand for in lower case, the second of them this."""


class BeyondError(Exception):
    """A text has what the solver has no character or no rule for."""


def text_value(text: str, context: z3.Context) -> Anything:
    """Return a text as a constant; raises BeyondError."""
    for letter in text:
        if ord(letter) > LAST or ord(letter) in SURROGATES:
            raise BeyondError(f"the solver has no character U+{ord(letter):04X}")
    escaped = "".join(
        letter if letter.isascii() and letter.isprintable() and letter != "\\" else f"\\u{{{ord(letter):x}}}"
        for letter in text
    )
    return z3.StringVal(escaped, context)


def from_value(value: Anything) -> str:
    """Return the text of a constant in a model."""
    found, escaped = "", value.as_string()
    while escaped:
        if escaped.startswith("\\u{"):
            code, _, escaped = escaped[3:].partition("}")
            found += chr(int(code, 16))
        else:
            found, escaped = found + escaped[0], escaped[1:]
    return found


def matching(what: Cast | str, context: z3.Context) -> Anything:
    """Return the texts that are like a pattern of LIKE, or that a cast reads as a number."""
    if isinstance(what, str):
        return _sequence([_like(letter, context) for letter in what], context)
    digit = z3.Range("0", "9", context)
    sign = z3.Option(z3.Union(_text("+", context), _text("-", context)))
    if what is Cast.WHOLE:
        return z3.Concat(sign, z3.Loop(digit, 1, 19))
    some, none = z3.Plus(digit), z3.Star(digit)
    point = _text(".", context)
    mantissa = z3.Union(z3.Concat(some, z3.Option(z3.Concat(point, none))), z3.Concat(point, some))
    power = z3.Option(z3.Concat(z3.Union(_text("e", context), _text("E", context)), sign, some))
    return z3.Concat(sign, mantissa, power)


def ordered(relation: Relation, operand: str, context: z3.Context) -> Anything:
    """Return the texts that stand in this relation to another by the code points of their characters.

    Raises BeyondError where texts that the solver has not make a difference.
    """
    if ord(operand[:1] or "\0") == LAST:
        raise BeyondError("what comes after it begins with characters that the solver has not")
    same = _text(operand, context)
    match relation:
        case Relation.EQUAL:
            return same
        case Relation.LESS:
            return _before(operand, context)
        case Relation.AT_MOST:
            return z3.Union(_before(operand, context), same)
        case Relation.AT_LEAST:
            return z3.Complement(_before(operand, context))
        case Relation.MORE:
            return z3.Complement(z3.Union(_before(operand, context), same))
        case _:
            assert_never(relation)


def _before(text: str, context: z3.Context) -> Anything:
    """Return the texts that come before one: its beginnings, and what is lower where it first differs."""
    anything = z3.Full(z3.ReSort(z3.StringSort(context)))
    found = [z3.Empty(z3.ReSort(z3.StringSort(context)))] * 2
    for index, letter in enumerate(text):
        found.append(_text(text[:index], context))
        if ord(letter):
            lower = z3.Range(text_value("\0", context), text_value(chr(ord(letter) - 1), context))
            found.append(z3.Concat(_text(text[:index], context), lower, anything))
    return z3.Union(*found)


def having(text: str, where: Where, context: z3.Context) -> Anything:
    """Return the texts that have another one there.

    As a set of texts: about its opposite, the solver comes to an end far more often than with its own word for it.
    """
    return _placed(_text(text, context), where, context)


def _placed(within: Anything, where: Where | None, context: z3.Context) -> Anything:
    anything = z3.Full(z3.ReSort(z3.StringSort(context)))
    before = [anything] if where in {Where.END, Where.ANYWHERE} else []
    after = [anything] if where in {Where.START, Where.ANYWHERE} else []
    return _sequence([*before, within, *after], context)


def lowered_within(text: str, where: Where | None, context: z3.Context) -> Anything:
    """Return the texts that are this one in lower case, or have it there; raises BeyondError.

    The sigma at the end of a word has a lower case of its own, and a dotted capital I has one of two characters.
    """
    if not SIGMA.isdisjoint(text) or text.startswith(DOT):
        raise BeyondError("the case of a letter in it depends on those beside it")
    letters = list(text)
    parts = []
    while letters:
        letter = letters.pop(0)
        variants = [*_variants().get(letter, ""), letter]
        if letter == "i" and letters[:1] == [DOT]:
            del letters[0]
            plain = z3.Concat(_anyone("iI", context), _text(DOT, context))
            parts.append(z3.Union(plain, _text(DOTTED, context)))
        else:
            unfinished = letter == "i" and not letters and where in {Where.START, Where.ANYWHERE}
            parts.append(_anyone([*dict.fromkeys([*variants, *(DOTTED if unfinished else "")])], context))
    return _placed(_sequence(parts, context), where, context)


@cache
def _variants() -> dict[str, str]:
    """Return for each letter the others that it is the lower case of."""
    found: dict[str, str] = {}
    for code in range(sys.maxunicode + 1):
        letter = chr(code)
        lowered = letter.lower()
        if lowered != letter and len(lowered) == 1:
            found[lowered] = found.get(lowered, "") + letter
    return found


def _like(letter: str, context: z3.Context) -> Anything:
    if letter == "%":
        return z3.Full(z3.ReSort(z3.StringSort(context)))
    return z3.AllChar(z3.ReSort(z3.StringSort(context)), context) if letter == "_" else _text(letter, context)


def _text(text: str, context: z3.Context) -> Anything:
    return z3.Re(text_value(text, context))


def _anyone(letters: "str | list[str]", context: z3.Context) -> Anything:
    parts = [_text(letter, context) for letter in letters]
    return parts[0] if len(parts) == 1 else z3.Union(*parts)


def _sequence(parts: list[Anything], context: z3.Context) -> Anything:
    if not parts:
        return _text("", context)
    return parts[0] if len(parts) == 1 else z3.Concat(*parts)
