"""How a text is read before it is compared: as a number, a version or a point of time. Total: None is no reading.

Sources: ECMAScript's StringToNumber, Number::toString and Date Time String Format; semver.org; RFC 3339.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from reconciler.core.predicate import Cast
from reconciler.core.segment import Json

_SPACE = "\t\n\v\f\r \xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))
"""What JavaScript trims. Python's `strip` takes other characters by itself."""

_DECIMAL = re.compile(r"[+-]?(?:Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)", re.ASCII)
_WHOLE = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")
_PLAIN = (Decimal("1e-6"), Decimal("1e21"))
"""From the first up to the second JavaScript writes a number without a power of ten."""

_FIGURE = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_WHOLE_NUMBER = re.compile(r"[+-]?\d{1,19}", re.ASCII)

_NUMBER = r"(0|[1-9]\d*)"
_PART = r"(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = re.compile(
    rf"v?{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-({_PART}(?:\.{_PART})*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?", re.ASCII
)
_MOST_EXACT = 2**53 - 1
_LONGEST_VERSION = 256

_DAY = r"(?P<year>\d{4})(?:-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>0[1-9]|[12]\d|3[01])"
_CLOCK = r"(?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:\.(?P<fraction>\d+))?)?"
_MIDNIGHT = r"(?P<midnight>24):00(?::00(?:\.0+)?)?"
_ZONE = r"(?:[Zz]|(?P<sign>[+-])(?P<hours>[01]\d|2[0-3]):?(?P<minutes>[0-5]\d))"
_TIME = re.compile(rf"{_DAY}(?:[Tt](?:{_CLOCK}|{_MIDNIGHT}){_ZONE})?)?)?", re.ASCII)
_CYCLE, _DAYS_OF_CYCLE = 400, 146_097
"""After so many years, which have so many days, the calendar repeats itself."""

Version: TypeAlias = tuple[int, int, int, bool, tuple[tuple[bool, float, str], ...]]
"""Ordered as semver.org has it: a release above its prereleases, numbers below words, build metadata left out."""


def text(value: Json) -> str | None:
    """Return a value as a text, a number and a boolean as JavaScript writes them. Null has none, nor has a list."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            # NOTE: through `repr`, since `float` raises on a whole number too large for it; `+ 0` makes -0 into 0.
            number = Decimal(repr(float(repr(value)) + 0)).normalize()
            return format(number, "f" if not number or _PLAIN[0] <= abs(number) < _PLAIN[1] else "e")
        case _:
            return None


def trimmed(text: str) -> str:
    """Return a text without the blanks around it that JavaScript's `trim()` takes away."""
    return text.strip(_SPACE)


def number(text: str) -> float | None:
    """Return what JavaScript's `Number()` makes of a text: 0 of blanks, and no reading where that is NaN."""
    bare = trimmed(text)
    if not bare:
        return 0.0
    if _DECIMAL.fullmatch(bare):
        return float(bare)
    if _WHOLE.fullmatch(bare):
        with suppress(OverflowError):
            return float(int(bare, 0))
        return float("inf")
    return None


def decimal(text: str) -> float | None:
    """Return a decimal number as a double; infinite where it is too large for one."""
    return float(text) if _FIGURE.fullmatch(text) else None


def whole(text: str) -> int | None:
    """Return a whole number of at most 19 digits, as a Long has them."""
    return int(text) if _WHOLE_NUMBER.fullmatch(text) else None


def texts(value: Json) -> tuple[str, ...] | None:
    """Return the texts in a list; None of what is no list."""
    return tuple(each for each in map(text, value) if each is not None) if isinstance(value, list) else None


def version(text: str) -> Version | None:
    """Return a version that may have blanks around it and one `v` before it, of at most 256 characters with both.

    The numbers of a prerelease are compared as JavaScript holds them, with 53 bits.
    """
    found = _VERSION.fullmatch(trimmed(text)) if len(text) <= _LONGEST_VERSION else None
    if found is None or any(int(part) > _MOST_EXACT for part in found.groups()[:3]):
        return None
    parts = found[4].split(".") if found[4] else []
    ranks = tuple((False, float(part), "") if part.isdigit() else (True, 0.0, part) for part in parts)
    return int(found[1]), int(found[2]), int(found[3]), not parts, ranks


def time(text: str) -> int | None:
    """Return the milliseconds since 1970 of a date and time with its zone; of a date alone, of its beginning in UTC.

    What is below a millisecond is cut off, and a day that its month does not have is one of the next month, as
    JavaScript has it. A time without a zone is no point of time.
    """
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    parts = {name: int(part or 0) for name, part in found.groupdict().items() if name not in {"sign", "fraction"}}
    cycles, year = divmod(parts["year"], _CYCLE)
    first = date(_CYCLE + year, parts["month"] or 1, 1).toordinal() - date(1970, 1, 1).toordinal()
    days = first + (cycles - 1) * _DAYS_OF_CYCLE + max(parts["day"] - 1, 0)
    zone = (parts["hours"] * 60 + parts["minutes"]) * (-1 if found["sign"] == "-" else 1)
    minutes = (days * 24 + parts["hour"] + parts["midnight"]) * 60 + parts["minute"] - zone
    return (minutes * 60 + parts["second"]) * 1000 + int((found["fraction"] or "")[:3].ljust(3, "0"))


def plain(written: str) -> float | None:
    """Return the number whose text this is; None where it is no number's, such as `05`."""
    value = decimal(written)
    return value if value is not None and text(value) == written else None


READINGS: Mapping[Cast, Callable[[str], Any]] = {
    Cast.NUMBER: number,
    Cast.VERSION: version,
    Cast.TIME: time,
    Cast.DECIMAL: decimal,
    Cast.WHOLE: whole,
    Cast.TEXT: str,
}
"""What reads a text as each cast: None where it has no such reading."""
