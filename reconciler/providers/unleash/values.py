"""Whether a text is a number, a version or a time as Unleash reads them. Must never judge what is compared with it.

Sources: the vendor's page on constraints, semver.org, RFC 3339; and what a server of version 8.2.0 took and refused.
"""

import re
from datetime import date
from decimal import Decimal

from reconciler.core.reading import trimmed

MOST_EXACT = 2**53 - 1
"""The largest whole number that JavaScript, in which the vendor's server is written, holds exactly."""

TINY = 1e-6
"""Below this JavaScript writes a number with a power of ten, and then does not compare the digits of one without."""

LONGEST_VERSION = 256

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_NOTHING = re.compile(r"[+-]?[0.]+([eE][+-]?\d+)?", re.ASCII)
_BARE_ZERO = re.compile(r"[+-]?\.0+", re.ASCII)
"""A zero without a digit in front of its point, which the vendor takes for a number that it cannot hold."""

_WEEK = re.compile(r"\d{4}-W\d", re.ASCII)
_PART = r"(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = re.compile(
    rf"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-{_PART}(?:\.{_PART})*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?",
    re.ASCII,
)
_TIME = re.compile(r"\d{4}-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|[+-](\d\d):(\d\d))", re.ASCII)
_DATE = re.compile(r"\d{4}-(\d\d)-(\d\d)(?![0-9])", re.ASCII)
_MIDNIGHT = re.compile(r"^(\d{4}-\d\d-\d\d)[Tt]24:00:00(?=\D|$)", re.ASCII)
_HIGHEST = (12, 31, 23, 59, 59, 23, 59)


def is_number(text: str) -> bool:
    """Say whether the vendor takes a text for a number: in decimal, with or without a power of ten."""
    return bool(_NUMBER.fullmatch(trimmed(text)))


def is_exact(text: str) -> bool:
    """Say whether a number is one that the vendor's server holds as it is written."""
    bare = trimmed(text)
    held = float(bare)
    if abs(held) > MOST_EXACT or _BARE_ZERO.fullmatch(bare):
        return False
    if not held:
        return bool(_NOTHING.fullmatch(bare))
    tiny = abs(held) < TINY and "e" not in bare.lower()
    return tiny or Decimal(bare) == Decimal(repr(held))


def is_version(text: str) -> bool:
    """Say whether a text is a version by semver.org, of numbers that the vendor's server holds exactly."""
    found = _VERSION.fullmatch(text)
    if found is None or len(text) > LONGEST_VERSION:
        return False
    return all(int(part) <= MOST_EXACT for part in found.groups())


def is_time(text: str) -> bool:
    """Say whether a text is a date and time with its zone, as RFC 3339 has them."""
    found = _TIME.fullmatch(text)
    return found is not None and _in_range(found) and _is_day(text[:10])


def is_no_date(text: str) -> bool:
    """Say whether a text is surely no date, in any of the many forms that the vendor's server takes for one."""
    if (bare := trimmed(text)) != text and _TIME.fullmatch(bare):
        return True
    text = _MIDNIGHT.sub(r"\1T00:00:00", text)
    found = _TIME.match(text) or _DATE.match(text)
    broken = found and not _in_range(found)
    return bool(broken or _WEEK.match(text)) or not re.search("[0-9]", text)


def _is_day(text: str) -> bool:
    """Say whether the calendar has a day: of one that it lacks the vendor's server makes another."""
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _in_range(found: re.Match[str]) -> bool:
    """Say whether month, day, hour and so on, as far as they are there, are within their bounds."""
    parts = [int(part) for part in found.groups("0")]
    return all(part <= most for part, most in zip(parts, _HIGHEST, strict=False)) and min(parts[:2]) > 0
