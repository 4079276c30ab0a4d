"""Values that a field could have, near all that is asked of it: where examples come from. Knows no solver.

Of each text, number, version and time that a check names there is the value itself, one below and one above it.
"""

import math
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any as Anything

from reconciler.core import reading
from reconciler.core.predicate import (
    NUMERIC,
    Cast,
    Check,
    Compared,
    Filled,
    Found,
    Has,
    Holds,
    Like,
    OneOf,
    Present,
    Where,
)
from reconciler.core.segment import Json

LARGEST = 10**18
FEW = 40
LONG = 40
SOME = 20
"""Of the beginnings, ends and parts that are looked for, so many are put together."""
OTHER = ("other", "a", "0", "")
"""Texts that a field is likely to have beside those that are asked for."""


def operands(checks: Iterable[Check], cast: Cast) -> list[Anything]:
    """Return what a field is compared with as this cast, each reading once and in order."""
    texts = {check.operand for check in checks if isinstance(check, Compared) and check.cast is cast}
    return sorted({value for value in map(reading.READINGS[cast], texts) if value is not None})


def constants(checks: Iterable[Check]) -> list[str]:
    """Return the texts that a field is or is not, in the order of their code points."""
    found: set[str] = set()
    for check in checks:
        match check:
            case OneOf(texts) | Holds(texts):
                found.update(texts)
            case Compared(Cast.TEXT, _, operand):
                found.add(operand)
            case _:
                pass
    return sorted(found)


def candidates(checks: Iterable[Check], *, always: bool = False) -> list[Json]:
    """Return values that a field could have, the likeliest first; None where it can be missing, as not `always`."""
    every = list(checks)
    found: list[Json] = [*sorted(dict.fromkeys(_texts(every)), key=_odd)]
    if all(isinstance(check, Present) or _is_numeric(check) for check in every):
        found = [_as_number(str(text)) for text in found]
    if any(isinstance(check, Holds | Filled) for check in every):
        listed = constants(check for check in every if isinstance(check, Holds))
        found += [[each] for each in listed]
        found += [[*pair] for pair in pairwise(listed)]
        found += [[*listed], [OTHER[0]], []]
    return found if always else [*found, None]


def between(low: Anything, high: Anything, cast: Cast) -> bool:
    """Say whether there is a reading between two; None stands for the end of them all."""
    if cast in {Cast.WHOLE, Cast.TIME}:
        return low is None or high is None or high - low > 1
    if cast in NUMERIC:
        below, above = -math.inf if low is None else low, math.inf if high is None else high
        # NOTE: up to the infinite ones, which a text can be read as.
        ends = (low is None and high > below) or (high is None and low < above)
        return ends or math.nextafter(below, math.inf) < above
    return cast is not Cast.TEXT or (high != "" if low is None else high != f"{low}\0")


def _is_numeric(check: Check) -> bool:
    return isinstance(check, Compared) and check.cast in NUMERIC


def _as_number(text: str) -> Json:
    """Return a text as the number that is written like that."""
    try:
        value = int(text) if text.lstrip("-").isdecimal() else float(text)
    except ValueError:
        return text
    return value if reading.text(value) == text else text


def _texts(checks: list[Check]) -> Iterator[str]:
    yield from constants(check for check in checks if not isinstance(check, Holds))
    for cast in Cast:
        yield from _of_cast(checks, cast)
    for check in checks:
        yield from _near(check)
    yield from _joined(checks)
    yield from OTHER
    yield from _spelt(checks)


def _of_cast(checks: list[Check], cast: Cast) -> Iterator[str]:
    written = [check.operand for check in checks if isinstance(check, Compared) and check.cast is cast]
    yield from written
    found = operands(checks, cast)
    ends = [None, *found, None]
    for low, high in pairwise(ends) if found else ():
        if cast in {Cast.WHOLE, Cast.TIME}:
            whole = low + 1 if low is not None else high - 1
            yield _time(whole) if cast is Cast.TIME else str(whole)
        elif cast in NUMERIC:
            yield from _numbers(low, high)
        elif cast is Cast.VERSION:
            yield from _versions(low, high)
        else:
            # NOTE: no beginning of a text: it may be one that is kept out of all output, which the whole of it is.
            yield from (f"{low or ''}0", f"{low or ''} ", f"{low or ''}a", "", "\t", "~")


def _spelt(checks: list[Check]) -> Iterator[str]:
    """Yield other ways of writing the numbers that a field of texts is compared with."""
    texts = [check.operand for check in checks if isinstance(check, Compared) and check.cast in NUMERIC]
    known = [*texts, *(text for cast in NUMERIC for text in _of_cast(checks, cast))]
    for text in known if len(known) < FEW else ():
        bare = text.lstrip("+-")
        sign = text[: len(text) - len(bare)]
        yield from (
            f"{sign}0{bare}",
            f"{bare}.0",
            f"+{bare}",
            f"{text}e0",
            f"{sign}00{bare}",
            f"{text}.",
            f"{text}000e-3",
        )


def _odd(text: str) -> bool:
    """Say whether nobody would think of a text first."""
    return text != text.strip() or not text or len(text) > LONG or text[0] in "+." or "e999" in text


def _time(milliseconds: int) -> str:
    try:
        moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    text = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return text.replace(".000Z", "Z")


def _numbers(low: float | None, high: float | None) -> Iterator[str]:
    """Yield numbers between two, whole ones first."""
    below = -math.inf if low is None else low
    above = math.inf if high is None else high
    near = [below + 1, above - 1, below / 2 + above / 2, math.nextafter(below, math.inf)]
    for each in (*near, math.inf, -math.inf):
        if not math.isnan(each) and (below < each or low is None) and (each < above or high is None):
            plain = each.is_integer() and abs(each) < LARGEST
            yield str(int(each)) if plain else (reading.text(each) or "") if math.isfinite(each) else f"{each:e}"
            yield ("1e999" if each > 0 else "-1e999") if math.isinf(each) else f"{each!r}"


def _versions(low: reading.Version | None, high: reading.Version | None) -> Iterator[str]:
    for version in (low, high):
        if version is not None:
            major, minor, patch = version[:3]
            yield from (f"{major}.{minor}.{patch}", f"{major}.{minor}.{patch + 1}", f"{major}.{minor}.{patch}-0")
            yield from (f"{major}.{minor}.{max(patch - 1, 0)}", f"{major}.{minor}.{patch}-zz", f"{major + 1}.0.0")
    yield "0.0.0-0"


def _near(check: Check) -> Iterator[str]:
    match check:
        case OneOf(texts, lowered=True):
            yield from (variant for text in texts for variant in (text, text.upper()))
        case Has(where, part):
            yield part
            yield from (f"{part}a",) if where is not Where.END else ()
            yield from (f"a{part}",) if where is not Where.START else ()
            yield from (part.upper(), f"b{part}b")
        case Like(pattern):
            yield from (pattern.replace("%", "").replace("_", "a"), pattern.replace("%", "a").replace("_", "b"))
            yield pattern.replace("%", "")
        case Found(pattern):
            yield "".join(letter for letter in pattern if letter.isalnum() or letter in " -_@")
        case _:
            pass


def _joined(checks: list[Check]) -> Iterator[str]:
    """Yield texts that start, go on and end as searches ask for at once."""
    parts = [check for check in checks if isinstance(check, Has)]
    starts, ends, inner = (
        [each.text for each in parts if each.where is where][:SOME]
        for where in (Where.START, Where.END, Where.ANYWHERE)
    )
    for start in (*starts, ""):
        for end in (*ends, ""):
            yield from (f"{start}{end}", f"{start}{''.join(inner)}{end}")
