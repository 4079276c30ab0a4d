"""Bytes into one JSON object, or every reason why not with its line and column. Must never know what members mean."""

import json
import math
import re
from itertools import accumulate
from typing import Any, NoReturn, Self, cast

from reconciler.core.segment import Json
from reconciler.errors import InvalidInput, Place, Problem
from reconciler.intake.lexical import TOKEN, Flaw
from reconciler.intake.lines import Lines
from reconciler.intake.syntax import flaws

MAX_DEPTH = 100
DEFINITION_DEPTH = 90
"""How deep a definition may nest: a ledger, a plan or a snapshot wraps its body, and must be readable again."""
MOST = 50
"""How many problems of one file's syntax are told: beyond that it is another kind of file."""
_LONG = 300
_STEP = {ord("{"): 1, ord("["): 1, ord("}"): -1, ord("]"): -1}
_PLAIN = bytes(set(range(256)) - {ord('"'), *_STEP})
_SURROGATE_ESCAPE = r"\\u[dD][89a-fA-F]"
_BLANKS = " \t\n\r"
_MARKS = {b"\xef\xbb\xbf": "UTF-8 with a byte order mark", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


class _DoubtfulError(ValueError):
    """The text may parse, and yet something is wrong with it."""


class Written(float):
    """A number that remembers how it was written."""

    text: str

    def __new__(cls, text: str) -> Self:
        """Return the number of this text."""
        number = super().__new__(cls, text)
        number.text = text
        return number


def parse(data: bytes, file: str, depth: int = MAX_DEPTH) -> dict[str, Json]:
    """Return the object that a file holds, at most `depth` levels of it; raises InvalidInput with every problem."""
    try:
        text = data.decode("utf-8")
        whole = text.strip(_BLANKS)
        value, end = _DECODER.raw_decode(whole)
        if end != len(whole):
            raise _DoubtfulError
        if type(value) is not dict or _depth(data, depth) > depth:
            raise _DoubtfulError
        if "\\u" in text and re.search(_SURROGATE_ESCAPE, text):
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise InvalidInput(*_problems(data, file, depth)) from None
    return value


def parse_as_written(data: bytes, file: str) -> dict[str, Json]:
    """Return the same as `parse`, with every number as `Written`."""
    parse(data, file)
    return cast("dict[str, Json]", json.loads(data, parse_float=Written, parse_int=Written))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(value := dict(pairs)) != len(pairs):
        raise _DoubtfulError
    return value


def _refuse(_: str) -> NoReturn:
    raise _DoubtfulError


def _finite(text: str) -> float:
    if math.isinf(value := float(text)):
        raise _DoubtfulError
    return value


def _whole(text: str) -> int:
    if len(text) > _LONG:
        _finite(text)
    return int(text)


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse, parse_float=_finite, parse_int=_whole)


def _depth(data: bytes, most: int) -> int:
    """Return how deep a text that parsed is nested, or, quickly, a number up to `most` that it is surely not above."""
    if (brackets := data.count(b"{") + data.count(b"[")) <= most:
        return brackets
    # NOTE: without what is escaped, a bracket is in a string if an odd number of quotes is ahead of it.
    bare = data.replace(rb"\\", b"").replace(rb"\"", b"").translate(None, _PLAIN).replace(b'""', b"")
    return max(accumulate(map(_STEP.__getitem__, b"".join(bare.split(b'"')[::2]))))


def _deepest(text: str, most: int) -> int | None:
    """Return where a bracket opens that is nested too deep, or None; the text may be no JSON."""
    depth = 0
    for match in TOKEN.finditer(text):
        if match[0] in {"{", "["}:
            depth += 1
        elif match[0] in {"}", "]"}:
            depth -= 1
        if depth > most:
            return match.start()
    return None


def _problems(data: bytes, file: str, depth: int) -> list[Problem]:
    for mark, name in _MARKS.items():
        if data.startswith(mark):
            hint = "save the file as UTF-8 without a byte order mark"
            return [Problem("byte-order-mark", f"the file is {name}, not plain UTF-8", Place(file, 1, 1), hint)]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"the byte 0x{data[error.start]:02x} is not UTF-8 text"
        return [Problem("not-utf8", message, Place(file, *Lines(data).at(error.start)), "save the file as UTF-8")]
    if (deep := _deepest(text, depth)) is not None:
        found = [Flaw(deep, "too-deep", f"nested deeper than {depth} levels", "flatten the file")]
    else:
        found = flaws(text)
    rest = len(found) - MOST
    found = found[:MOST]
    places = [(text.count("\n", 0, flaw.start) + 1, flaw.start - text.rfind("\n", 0, flaw.start)) for flaw in found]
    problems = [
        Problem(flaw.code, flaw.message, Place(file, *place), flaw.hint)
        for flaw, place in zip(found, places, strict=True)
    ]
    more = Problem("syntax", f"and {rest} problems more", Place(file), "mend these first; is it a JSON file at all?")
    return [*problems, more] if rest > 0 else problems
