"""What is wrong or doubtful in an Unleash body that the schema accepts, as far as the body says by itself.

An error is what the vendor's server refuses, or fails on. Must never ask the instance.
"""

import json
from collections import Counter
from collections.abc import Iterator

from reconciler.core.canonical import canonical_json
from reconciler.core.finding import Finding
from reconciler.core.reading import trimmed
from reconciler.core.segment import Body, Json
from reconciler.errors import Severity
from reconciler.intake.lexical import shown
from reconciler.intake.lines import Pointer
from reconciler.intake.words import path
from reconciler.providers.unleash.fold import canonical_constraint
from reconciler.providers.unleash.operators import CASELESS, CLOCK, MANY, ONE, Kind, operator_of
from reconciler.providers.unleash.refusals import refusals
from reconciler.providers.unleash.values import is_time

MOST_BYTES = 102_300
"""The 102,400 that the vendor's server takes, less what an update says besides."""

MOST_VALUES = 1_000


def findings(body: Body) -> Iterator[Finding]:
    """Yield all that is wrong or doubtful."""
    text = json.dumps(dict(body), ensure_ascii=False)
    yield from _size(text)
    if "\\u0000" in text:
        yield from _unspeakable((), dict(body))
    constraints = body.get("constraints")
    values, first = 0, dict[str, int]()
    heads = Counter(_head(item) for item in (constraints if isinstance(constraints, list) else ()))
    for index, item in enumerate(constraints if isinstance(constraints, list) else ()):
        if not isinstance(item, dict):
            continue
        pointer = ("constraints", index)
        errors = list(refusals(item, pointer))
        yield from errors or _doubts(item, pointer)
        listed = item.get("values")
        values += len(listed) if isinstance(listed, list) else 0
        if heads[_head(item)] == 1:
            continue
        earlier = first.setdefault(canonical_json(canonical_constraint(item)), index)
        if earlier != index:
            message = f"constraint {index + 1} says the same as constraint {earlier + 1}"
            yield Finding(pointer, "repeated-condition", message, "remove one of the two")
    if values > MOST_VALUES:
        message = f"the segment has {values} values, and an instance takes {MOST_VALUES} where nobody raised that"
        hint = "split the segment, or raise `UNLEASH_SEGMENT_VALUES_LIMIT` of the instance"
        yield Finding(("constraints",), "too-many", message, hint)


def _head(item: Json) -> str:
    """Return what two constraints have alike that say the same: most differ in it, and need no closer look."""
    return str(item.get("contextName")) if isinstance(item, dict) else ""


def _size(text: str) -> Iterator[Finding]:
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        message = f"the segment has {size} bytes, and the vendor takes {MOST_BYTES} at most"
        yield Finding((), "too-long", message, "split the segment", Severity.ERROR)


def _unspeakable(pointer: Pointer, value: Json) -> Iterator[Finding]:
    match value:
        case str() if "\0" in value:
            message = f"{path(pointer)} holds a character of the number 0, which the vendor's database cannot keep"
            yield Finding(pointer, "nul-character", message, "take `\\u0000` out", Severity.ERROR)
        case list():
            for index, each in enumerate(value):
                yield from _unspeakable((*pointer, index), each)
        case dict():
            for name, each in value.items():
                yield from _unspeakable((*pointer, name), each)
        case _:
            pass


def _doubts(item: dict[str, Json], pointer: Pointer) -> Iterator[Finding]:
    operator = operator_of(item)
    if operator is None:
        return
    unread = "value" if operator in MANY else "values"
    if item.get(unread):
        message = f"`{operator}` does not read `{unread}`"
        yield Finding((*pointer, unread), "unread-member", message, "take it out, or choose another operator")
    if item.get("caseInsensitive") is True and operator in CASELESS:
        message = f"`{operator}` compares no letters, so `caseInsensitive` changes nothing"
        yield Finding((*pointer, "caseInsensitive"), "unread-member", message, "take it out")
    if operator in MANY:
        yield from _repeats(item.get("values"), pointer)
        yield from _blanks(operator, item.get("values"), pointer)
    elif ONE[operator] is Kind.DATE:
        yield from _dates(operator, item, pointer)


def _repeats(values: Json, pointer: Pointer) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for index, value in enumerate(values if isinstance(values, list) else ()):
        earlier = first.setdefault(canonical_json(value), index)
        if earlier != index:
            message = f"value {index + 1} is the same as value {earlier + 1}"
            yield Finding((*pointer, "values", index), "repeated-condition", message, "remove one of the two")


def _blanks(operator: str, values: Json, pointer: Pointer) -> Iterator[Finding]:
    for index, value in enumerate(values if isinstance(values, list) else ()):
        if not isinstance(value, str) or (bare := trimmed(value)) == value:
            continue
        message = f"the vendor takes the blanks off value {index + 1} before it compares"
        hint = "write it without them, since they change nothing"
        if not bare:
            hint = "take it out"
            message += ", and nothing is left of it"
            if operator.startswith("STR_"):
                message = f"value {index + 1} is blank, so that `{operator}` is true of everybody who has the field"
        yield Finding((*pointer, "values", index), "edge-blanks", message, hint)


def _dates(operator: str, item: dict[str, Json], pointer: Pointer) -> Iterator[Finding]:
    if item.get("contextName") != CLOCK:
        message = f"`{operator}` compares the time of the evaluation, whatever field the constraint names"
        yield Finding((*pointer, "contextName"), "clock-only", message, f"write `{CLOCK}`")
    value = item.get("value")
    if isinstance(value, str) and not is_time(value):
        message = f"{shown(value)} is none of RFC 3339: the vendor refuses it, or each server reads it in its own way"
        yield Finding((*pointer, "value"), "date-form", message, 'write it such as `"2026-01-31T12:00:00Z"`')
