"""What JSON text is made of, token by token, and which tokens are not JSON. Must never know how they nest."""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

TOKEN = re.compile(
    r"""
    (?P<string>"(?:[^"\\\n]|\\.)*"?)
  | (?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z)|\#[^\n]*)
  | (?P<mark>[\[\]{},:])
  | (?P<quoted>'(?:[^'\\\n]|\\.)*'?)
  | (?P<word>[^\s"'\[\]{},:/\#]+|/)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r'\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt])|(\\.?)', re.DOTALL)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_LIKE_NUMBER = re.compile(r"[+-]?\.?(?:[0-9]|inf(?:inity)?$|nan$)", re.IGNORECASE)
_CONSTANTS = {"true": "true", "yes": "true", "false": "false", "no": "false", "null": "null", "none": "null"}
_CONTROL = re.compile(r"[\x00-\x1f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Token:
    """One token: what kind it is, its text, where it begins (in characters), and what is wrong with it, if anything."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where the token ends."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong at one place: a code, words, the remedy."""

    start: int
    code: str
    message: str
    hint: str = ""


def tokens(text: str) -> Iterator[Token]:
    """Yield every token; what is between them is white space."""
    for match in TOKEN.finditer(text):
        yield Token(match.lastgroup or "", match[0], match.start())


def plain(text: str) -> str:
    """Return a text as a message can hold it: on one line, without what cannot be seen or encoded."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def shown(text: str) -> str:
    """Return a piece of a text in backticks, cut where it is too long."""
    return f"`{plain(text if len(text) <= _SHOWN else text[:_SHOWN] + '…')}`"


def flaw(token: Token) -> Flaw | None:
    """Return what keeps a token from being JSON, or None."""
    match token.kind:
        case "comment":
            hint = "take it out; `reconciler.notes` can hold the same words"
            return Flaw(token.start, "comment", "JSON has no comments", hint)
        case "quoted":
            hint = 'write it in double quotes: `"…"`'
            return Flaw(token.start, "syntax", f"{shown(token.text)} is in single quotes", hint)
        case "word":
            return _word(token)
        case "string":
            return _string(token)
        case _:
            return None


def _word(token: Token) -> Flaw | None:
    text = token.text
    if text in {"true", "false", "null"}:
        return None
    if _NUMBER.fullmatch(text):
        if math.isfinite(float(text)):
            return None
        return Flaw(token.start, "number-too-large", f"the number {shown(text)} is too large", "write it as a string")
    if _LIKE_NUMBER.match(text):
        hint = 'write digits, such as `0.5`, or a string, such as `"NaN"`'
        return Flaw(token.start, "not-json-number", f"{shown(text)} is not a number in JSON", hint)
    if known := _CONSTANTS.get(text.lower()):
        return Flaw(token.start, "syntax", f"{shown(text)} is not a word of JSON", f"write `{known}`")
    return Flaw(token.start, "syntax", f"{shown(text)} is not in double quotes", 'write it as a string: `"…"`')


def _string(token: Token) -> Flaw | None:
    text = token.text
    if len(text) == 1 or not text.endswith('"') or _open_ended(text):
        hint = "end the string on its line with a double quote; write a line break as `\\n`"
        return Flaw(token.start, "syntax", "this string does not end", hint)
    if control := _CONTROL.search(text):
        start = token.start + control.start()
        escape = json.dumps(control[0])[1:-1]
        return Flaw(start, "syntax", "a string holds a raw control character", f"write it as `{escape}`")
    for match in _ESCAPE.finditer(text):
        if match[1]:
            hint = "write a backslash as two"
            return Flaw(token.start + match.start(), "syntax", f"{shown(match[1])} is not an escape in JSON", hint)
    if "\\u" in text and _SURROGATE.search(json.loads(text)):
        return Flaw(
            token.start,
            "unpaired-surrogate",
            "a string holds half of a surrogate pair",
            "write the character itself, or both halves: `\\ud83d\\ude00`",
        )
    return None


def _open_ended(text: str) -> bool:
    """Say whether the last quote of a string is an escaped one."""
    body = text[1:-1]
    return (len(body) - len(body.rstrip("\\"))) % 2 == 1
