"""What Unleash's inner layer asks of a body whose types are right: names, and what each operator compares with.

Reads a body. Must never know a request, the store, or what is done about a wrong one.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from reconciler.emulator.tables import Document, Json

LONGEST_VALUE: Final = 100
MOST_VALUES: Final = 1000
MANY: Final = ("IN", "NOT_IN", "STR_STARTS_WITH", "STR_ENDS_WITH", "STR_CONTAINS")

_SAFE: Final = 9_007_199_254_740_991
_NUMBER: Final = re.compile(r"\s*[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\s*")
_BARE_ZERO: Final = re.compile(r"\s*[-+]?\.0+\s*")
_LONGEST_VERSION: Final = 256
_SEMVER: Final = re.compile(
    r"([0-9]+)\.([0-9]+)\.([0-9]+)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
_CALENDAR: Final = re.compile(r"[0-9]{4}-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?.*)?", re.DOTALL)
_WEEK: Final = re.compile(r"[0-9]{4}-W[0-9]{2}.*")
_UNKNOWN_TO_RE2: Final = re.compile(
    r"\(\?(?:[=!>#(]|<[=!]|P[=>]|[a-zA-Z]*[axL])|\\[^\x00-\x7f]|\\[1-9](?![0-9])|[*+?}]\+|\\[kGK]"
)
_PROPERTY: Final = re.compile(r"\\[pP](?:\{\^?\w+\}|[A-Z])|\[:\^?\w+:\]")
_QUOTED: Final = re.compile(r"\\Q.*?(?:\\E|$)", re.DOTALL)
_SET_IN_A_CLASS: Final = re.compile(r"(\[[^\]]*\\[dDsSwW])-")
_REPEATS: Final = re.compile(r"\{([0-9]+)(?:,([0-9]*))?\}")
_MOST_REPEATS: Final = 1000
_MONTHS: Final = range(1, 13)
_DAYS: Final = range(1, 32)
_TIME: Final = (24, 60, 60)
_MIDNIGHT: Final = [24, 0, 0]


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
    if _BARE_ZERO.fullmatch(text):
        return False
    return bool(_NUMBER.fullmatch(text)) and math.isfinite(float(text)) and abs(float(text)) <= _SAFE


def _is_date(text: str) -> bool:
    """Say whether JavaScript would read a text as a date: nearly everything with a digit that breaks no calendar."""
    found = _CALENDAR.fullmatch(text)
    if _WEEK.fullmatch(text) or not re.search("[0-9]", text):
        return False
    if found is None:
        return True
    month, day, *time = (int(part) for part in found.groups("0"))
    of_day = time == _MIDNIGHT or all(part < most for part, most in zip(time, _TIME, strict=True))
    return month in _MONTHS and day in _DAYS and of_day


def _is_version(text: str) -> bool:
    found = _SEMVER.fullmatch(text)
    if found is None or len(text) > _LONGEST_VERSION:
        return False
    numbers = [*found.groups()[:3], *[part for part in (found[4] or "").split(".") if part.isdigit()]]
    return all(str(int(number)) == number and int(number) <= _SAFE for number in numbers)


def _is_pattern(text: str) -> bool:
    """Say whether RE2 would take a pattern, as far as Python's own, less what RE2 lacks, tells."""
    if _UNKNOWN_TO_RE2.search(text) or any(
        int(number or 0) > _MOST_REPEATS for found in _REPEATS.finditer(text) for number in found.groups()
    ):
        return False
    text = _SET_IN_A_CLASS.sub(r"\1", _QUOTED.sub("a", text))
    try:
        re.compile(_PROPERTY.sub("a", text.replace("(?<", "(?P<").replace(r"\z", r"\Z")))
    except re.error:
        return False
    return True


_TAKES: Final[Mapping[str, Callable[[str], bool]]] = {
    "NUM": _is_number,
    "DATE": _is_date,
    "SEMVER": _is_version,
    "REGEX": _is_pattern,
}


def _constraints(body: Document) -> list[Document]:
    found = body["constraints"]
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _listed(constraint: Document) -> list[str]:
    values = constraint.get("values", [])
    return [str(value) for value in values] if isinstance(values, list) else []
