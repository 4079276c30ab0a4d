"""What Unleash's inner layer asks of a body whose types are right: names, and what each operator compares with.

Reads a body. Must never know a request, the store, or what is done about a wrong one.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from reconciler.emulator import unleash_script as script
from reconciler.emulator.tables import Document, Json
from reconciler.emulator.unleash_patterns import is_pattern

LONGEST_VALUE: Final = 100
MOST_VALUES: Final = 1000
MANY: Final = ("IN", "NOT_IN", "STR_STARTS_WITH", "STR_ENDS_WITH", "STR_CONTAINS")

_SAFE: Final = 9_007_199_254_740_991
_NUMBER: Final = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_BARE_ZERO: Final = re.compile(r"[-+]?\.0+")
_LONGEST_VERSION: Final = 256
_SEMVER: Final = re.compile(
    r"([0-9]+)\.([0-9]+)\.([0-9]+)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
_ZONE: Final = "[-+](?:[01][0-9]|2[0-3]):?[0-5][0-9]"
_FROM_NUMBERS: Final = re.compile(r"\s*[-+]?[0-9]+-[0-9]")
_STRICT: Final = re.compile(
    r"(?:[-+][0-9]{6}|[0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?"
    rf"(?:[Tt]([0-9]{{2}}):([0-9]{{2}})(?::([0-9]{{2}})(?:\.([0-9]+))?)?(?:[Zz]|{_ZONE})?)?"
)
_LOOSE: Final = re.compile(
    r"\s*(?:[-+]?[0-9]{6}|[0-9]{3,5})-([0-9]{1,2})(?:-([0-9]{1,2}))?"
    r"(?:\s+([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2})(?:\.([0-9]+))?)?"
    rf"\s*(?:[Zz]|UTC|{_ZONE}|[-+][0-9]{{2}})?)?\s*"
)
_WEEK: Final = re.compile(r"[0-9]{4}-W[0-9]{2}.*")
_MONTHS: Final = range(1, 13)
_DAYS: Final = range(1, 32)
_TIME: Final = (24, 60, 60)
_MIDNIGHT: Final = [24, 0, 0, 0]


def wrong_in(body: Document) -> str:
    """Return the first thing that is wrong with a body, in words; empty where nothing is."""
    return next(_body(body), "")


def kept(body: Document) -> Document:
    """Return the body as it is stored: `values` is empty, and not absent, where an operator takes one value."""
    constraints: list[Json] = [_kept(one) for one in _constraints(body)]
    return {**body, "constraints": constraints}


def count_values(body: Document) -> int:
    """Return how many values there are in all constraints, those that no operator reads included."""
    return sum(len(_listed(one)) for one in _constraints(body))


def compared(body: Document) -> Iterator[tuple[str, str]]:
    """Yield each context field with each value that it is compared with, read by its operator or not."""
    for one in _constraints(body):
        for value in [*_listed(one), *([str(one["value"])] if "value" in one else [])]:
            yield str(one["contextName"]), value


def _kept(constraint: Document) -> Document:
    return constraint if constraint["operator"] in MANY else {"values": [], **constraint}


def _body(body: Document) -> Iterator[str]:
    if body["name"] == "":
        yield "`name` is empty"
    for place, one in enumerate(_constraints(body)):
        where = f"`constraints[{place}]"
        if one["contextName"] == "":
            yield f"{where}.contextName` is empty"
        for number, value in enumerate(_listed(one)):
            if not value:
                yield f"{where}.values[{number}]` is empty"
            if len(value.encode("utf-16-le", "replace")) > 2 * LONGEST_VALUE:
                yield f"{where}.values[{number}]` is longer than {LONGEST_VALUE} characters"
    for one in _constraints(body):
        yield from _operand(one)
    if count_values(body) > MOST_VALUES:
        yield f"a segment may have no more than {MOST_VALUES} values"


def _operand(constraint: Document) -> Iterator[str]:
    operator, value = str(constraint["operator"]), str(constraint.get("value", ""))
    kind = operator.partition("_")[0]
    if operator in MANY:
        if not _listed(constraint):
            yield "one of `values` is needed at least"
    elif not value:
        yield "an operator that takes one value needs one that is not empty"
    elif operator == "REGEX" and constraint.get("inverted"):
        yield "a REGEX cannot be inverted"
    elif not _TAKES[kind](value):
        yield f"`value` is not a valid {kind}: {value}"


def _is_number(text: str) -> bool:
    """Say whether a text is a number that a float holds to the last digit, or is too small to be told in full."""
    text = script.trimmed(text)
    if _BARE_ZERO.fullmatch(text) or not _NUMBER.fullmatch(text):
        return False
    held = float(text)
    if not held:
        return not re.search("[1-9]", re.split("[eE]", text)[0])
    exact = math.isfinite(held) and Decimal(text) == Decimal(repr(held))
    return abs(held) <= _SAFE and (exact or ("e" in script.text(held) and "e" not in text.lower()))


def _is_date(text: str) -> bool:
    """Say whether JavaScript would read a text as a date: nearly everything with a digit that is not of numbers alone.

    Of those that are, what breaks the calendar or the clock is refused, but for months that are too short.
    """
    if not _FROM_NUMBERS.match(text):
        return bool(re.search("[0-9]", text)) and not _WEEK.fullmatch(text)
    found = _STRICT.fullmatch(text) or _LOOSE.fullmatch(text)
    if found is None:
        return False
    month, day, *time = (int(part) for part in found.groups("0"))
    of_day = time == _MIDNIGHT or all(part < most for part, most in zip(time, _TIME, strict=False))
    return month in _MONTHS and (found[2] is None or day in _DAYS) and of_day


def _is_version(text: str) -> bool:
    found = _SEMVER.fullmatch(text)
    if found is None or len(text) > _LONGEST_VERSION:
        return False
    numbers = [*found.groups()[:3], *[part for part in (found[4] or "").split(".") if part.isdigit()]]
    return all(str(int(number)) == number and int(number) <= _SAFE for number in numbers)


_TAKES: Final[Mapping[str, Callable[[str], bool]]] = {
    "NUM": _is_number,
    "DATE": _is_date,
    "SEMVER": _is_version,
    "REGEX": is_pattern,
}


def _constraints(body: Document) -> list[Document]:
    found = body["constraints"]
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _listed(constraint: Document) -> list[str]:
    values = constraint.get("values", [])
    return [str(value) for value in values] if isinstance(values, list) else []
