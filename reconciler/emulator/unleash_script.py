"""What JavaScript makes of bytes, numbers and texts, where it shows in Unleash's answers.

Must never know what a request is for.
"""

import json
import re
from decimal import Decimal
from typing import Final

from reconciler.emulator.tables import Json

_BLANK: Final = " \t\n\v\f\r\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))
_DECIMAL: Final = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_BASES: Final = {"0x": 16, "0o": 8, "0b": 2}
_INFINITY: Final = re.compile(r"[-+]?Infinity")
_LONGEST: Final = 21
_SHORTEST: Final = -6


def parsed(data: bytes) -> Json:
    """Return what JSON says, with every number a float; raises `ValueError` for what is not JSON.

    Bytes that are not UTF-8, and halves of a pair of surrogates, become U+FFFD.
    """
    try:
        found = json.loads(data.decode("utf-8-sig", "replace"), parse_int=float, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError("it is too deep") from error
    whole = json.dumps(found, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    again: Json = json.loads(whole, parse_int=float)
    return again


def trimmed(text: str) -> str:
    """Return a text without the blanks around it."""
    return text.strip(_BLANK)


def number(text: str) -> float | None:
    """Return a text as a number, a blank one as 0; None for what is none."""
    text = trimmed(text)
    if not text:
        return 0.0
    if _DECIMAL.fullmatch(text) or _INFINITY.fullmatch(text):
        return float(text)
    try:
        return float(int(text[2:], _BASES[text[:2].lower()]))
    except (KeyError, ValueError):
        return None


def text(number: float) -> str:
    """Return a number as a text: in full, but for those that are very large or very small."""
    if abs(number) == float("inf"):
        return "Infinity" if number > 0 else "-Infinity"
    sign, digits, exponent = Decimal(repr(abs(number))).normalize().as_tuple()
    del sign
    shown = "".join(map(str, digits))
    point = len(shown) + int(exponent)
    if not number:
        return "0"
    minus = "-" if number < 0 else ""
    if len(shown) <= point <= _LONGEST:
        return minus + shown.ljust(point, "0")
    if 0 < point <= _LONGEST:
        return f"{minus}{shown[:point]}.{shown[point:]}"
    if _SHORTEST < point <= 0:
        return f"{minus}0.{'0' * -point}{shown}"
    fraction = f".{shown[1:]}" if len(shown) > 1 else ""
    return f"{minus}{shown[0]}{fraction}e{point - 1:+d}"


def _refuse_constant(constant: str) -> Json:
    raise ValueError(f"`{constant}` is not JSON")
