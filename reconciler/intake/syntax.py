"""Why a text is not one JSON object, in words for people: every flaw of the whole text, in its order."""

import json
from collections.abc import Iterator
from itertools import pairwise

from reconciler.intake.lexical import Flaw, Token, flaw, shown, tokens

_OPENING = {"[": "]", "{": "}"}
_CLOSING = {"]", "}"}
_NO_VALUE = {",", "[", "{", ":"}
_MEMBER_HINT = 'write a member as `"name": value`, and a comma between two'
_WORDS = {
    "Expecting ',' delimiter": ("a comma or a closing bracket is missing before {}", "put a comma between two items"),
    "Expecting ':' delimiter": ("a colon is missing before {}", _MEMBER_HINT),
    "Expecting property name enclosed in double quotes": ("expected the name of a member, found {}", _MEMBER_HINT),
    "Expecting value": ("expected a value, found {}", 'such as `"…"`, a number, `true`, `null`, `[…]` or `{…}`'),
    "Extra data": ("expected the end of the file, found {}", "a file holds one JSON object and nothing after it"),
}


def flaws(text: str) -> list[Flaw]:
    """Return everything wrong with a text that is not acceptable JSON, at least one flaw, by place."""
    every = list(tokens(text))
    plain = [token for token in every if token.kind != "comment"]
    commas = list(_trailing_commas(plain))
    found = [wrong for token in every if (wrong := flaw(token))]
    message = "JSON has no comma after the last item"
    found += [Flaw(comma.start, "trailing-comma", message, "take it out") for comma in commas]
    if not any(wrong.code == "syntax" for wrong in found):
        found += _structure(text, every, plain, commas)
    found += _duplicates(text, plain)
    return sorted(found, key=lambda wrong: (wrong.start, wrong.code))


def _trailing_commas(plain: list[Token]) -> Iterator[Token]:
    for before, token, after in zip(plain, plain[1:], plain[2:], strict=False):
        if token.text == "," and after.text in _CLOSING and before.text not in _NO_VALUE:
            yield token


def _duplicates(text: str, plain: list[Token]) -> Iterator[Flaw]:
    open_: list[dict[str, Token]] = []
    for token, after in pairwise(plain):
        if token.text in _OPENING:
            open_.append({})
        elif token.text in _CLOSING:
            open_ = open_[:-1]
        elif token.kind == "string" and after.text == ":" and open_ and flaw(token) is None:
            name = json.loads(token.text)
            first = open_[-1].setdefault(name, token)
            if first is not token:
                line = text.count("\n", 0, first.start) + 1
                message = f"duplicate member {shown(name)}, first on line {line}"
                yield Flaw(token.start, "duplicate-member", message, "keep one of them")


def _structure(text: str, every: list[Token], plain: list[Token], commas: list[Token]) -> Iterator[Flaw]:
    repaired = _repaired(text, every, commas)
    try:
        value = json.loads(repaired)
    except json.JSONDecodeError as error:
        yield _misplaced(error, repaired, plain)
    else:
        if not isinstance(value, dict):
            message = "the file holds something else than one JSON object"
            yield Flaw(plain[0].start, "not-an-object", message, 'write an object, such as `{"name": "…"}`')


def _repaired(text: str, every: list[Token], commas: list[Token]) -> str:
    """Return a text of the same length, with what is already complained of put right."""
    starts = {comma.start for comma in commas}
    pieces = []
    end = 0
    for token in every:
        pieces.append(text[end : token.start])
        end = token.end
        if token.kind == "comment" or token.start in starts:
            pieces.append(" " * len(token.text))
        elif token.kind == "word" and flaw(token):
            pieces.append("0".ljust(len(token.text)))
        else:
            pieces.append(token.text)
    return "".join(pieces) + text[end:]


def _misplaced(error: json.JSONDecodeError, repaired: str, plain: list[Token]) -> Flaw:
    if not plain:
        hint = 'write an object, such as `{"name": "…"}`; to drop a segment, delete its file'
        return Flaw(0, "empty-file", "the file is empty", hint)
    if error.pos >= len(repaired.rstrip(" \t\r\n")):
        line = repaired.count("\n", 0, (bracket := _unclosed(plain)).start) + 1
        message = f"the file ends before the `{bracket.text}` of line {line} is closed"
        return Flaw(len(repaired), "syntax", message, f"add the missing `{_OPENING[bracket.text]}`")
    here = [token.text for token in plain if token.start <= error.pos < token.end]
    words, hint = _WORDS[error.msg]
    return Flaw(error.pos, "syntax", words.format(shown(*here or repaired[error.pos])), hint)


def _unclosed(plain: list[Token]) -> Token:
    open_: list[Token] = []
    for token in plain:
        if token.text in _OPENING:
            open_.append(token)
        elif token.text in _CLOSING:
            open_.pop()
    return open_[-1]
