"""What kind of values each field of a contact holds, and which comparisons the vendor cannot evaluate for it.

Must never know how conditions are combined. The vendor checks none of this: it stores such a comparison, and then
fails whenever it looks for the members. Source: the conversion of conditions in the vendor's public source.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import assert_never

from reconciler.core.finding import Finding
from reconciler.core.segment import Json
from reconciler.errors import Severity
from reconciler.intake.lexical import plain, shown
from reconciler.intake.words import described, listed, nearest
from reconciler.providers.kibamail.conditions import BUILT_INS, REGEX, Pointer, Test

STATUSES = ("UNCONFIRMED", "SUBSCRIBED", "UNSUBSCRIBED", "BOUNCED", "COMPLAINED", "ARCHIVED")
ALWAYS_SET = frozenset({"email", "status", "createdAt", "updatedAt"})
ORDER = frozenset({"gt", "gte", "lt", "lte"})
LIST = frozenset({"in", "nin"})
TEXT = frozenset({"contains", "startsWith", "endsWith"})
EXACT = 2**53
"""Up to where every whole number is a double, as which JavaScript keeps all numbers."""

PLAUSIBLE = (10**11, 10**13)
"""Unix milliseconds from 1973 until 2286."""

FAILS = "the vendor stores this, and then cannot evaluate the segment"
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Kind(StrEnum):
    """What a field holds. A custom property is a `STRING`, a `NUMBER` or a `DATE`, and only the project knows which."""

    STRING = "text"
    NUMBER = "a number"
    DATE = "a date, kept in milliseconds"
    STATUS = "one of a few words"
    MOMENT = "a date and time"
    CUSTOM = "a custom property"


def kind_of(field: str) -> Kind:
    """Return what a field holds, as far as its name says."""
    if field not in BUILT_INS:
        return Kind.CUSTOM
    if field == "status":
        return Kind.STATUS
    return Kind.MOMENT if field in ALWAYS_SET - {"email"} else Kind.STRING


def mistakes(test: Test, kind: Kind) -> Iterator[Finding]:
    """Yield an error for all that keeps the vendor from evaluating a comparison with a field of this kind.

    `exists` with another value than true or false is one too: it is evaluated as something else than it says.
    """
    if test.operator == "exists":
        yield from _existence(test)
    elif test.value is None:
        hint = f"what is missing is asked for with `{presence(test, wanted=test.operator in {'ne', 'nin'})}`"
        yield _error(test.value_pointer, "null-value", f"{word_of(test)} cannot compare with null", hint)
    elif test.operator != REGEX:
        yield from _operand(test, kind)
    elif misfit := _operator(test, kind):
        yield misfit


def word_of(test: Test) -> str:
    """Return the operator as it is written, in backticks."""
    return f"`${test.operator}`" if test.mongo and test.operator != REGEX else f"`{test.operator}`"


def presence(test: Test, *, wanted: bool) -> str:
    """Return, in the form that a comparison has, the one that asks whether its field is set."""
    said: Json = {"field": test.field, "operator": "exists", "value": wanted}
    return plain(json.dumps({test.field: {"$exists": wanted}} if test.mongo else said, ensure_ascii=False))


def items(test: Test) -> list[tuple[Pointer, Json]]:
    """Return each value that a comparison names, and where it stands."""
    if isinstance(test.value, list):
        return [((*test.value_pointer, index), item) for index, item in enumerate(test.value)]
    return [(test.value_pointer, test.value)]


def moment(text: str) -> datetime | None:
    """Return the time in UTC that a text names, if it is a date with or without a time; without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(text) if _DATE.match(text) else None
        return found and (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def milliseconds(time: datetime) -> int:
    """Return a time as the vendor keeps one in a DATE property."""
    return int(time.timestamp() * 1000)


def _of_milliseconds(value: Json) -> datetime | None:
    """Return the time of a number that is plausible as Unix milliseconds."""
    if isinstance(value, int | float) and PLAUSIBLE[0] <= value < PLAUSIBLE[1]:
        return datetime.fromtimestamp(value / 1000, UTC)
    return None


def _existence(test: Test) -> Iterator[Finding]:
    if test.field in ALWAYS_SET:
        message = f"every contact has {shown(test.field)}, so {word_of(test)} does not work on it: {FAILS}"
        yield _error(test.operator_pointer, "operator-misfit", message, "take the condition out")
    elif not isinstance(test.value, bool):
        message = f'{word_of(test)} takes true or false, and to the vendor {described(test.value)} means "is not set"'
        truth = {"true": "true", "false": "false", "1": "true", "0": "false"}.get(str(test.value).lower())
        hint = f"write `{truth}`" if truth else "write `true` for a field that is set, `false` for one that is not"
        yield _error(test.value_pointer, "exists-not-boolean", message, hint)


def _operand(test: Test, kind: Kind) -> Iterator[Finding]:
    many = isinstance(test.value, list)
    if test.operator in LIST and not many:
        message = f"{word_of(test)} takes a list, not {described(test.value)}: {FAILS}"
        hint = f"write `[{json.dumps(test.value, ensure_ascii=False)}]`"
        yield _error(test.value_pointer, "list-or-value", message, hint)
    elif many and test.operator not in LIST:
        other = {"eq": "in", "ne": "nin"}.get(test.operator)
        hint = (
            f"`{'$' * test.mongo}{other}` takes a list" if other else "put one comparison for each value into an `$or`"
        )
        yield _error(test.value_pointer, "list-or-value", f"{word_of(test)} takes one value, not a list: {FAILS}", hint)
    elif misfit := _operator(test, kind):
        yield misfit
    else:
        for pointer, value in items(test):
            yield from _value(test, kind, pointer, value)
        texts = {isinstance(value, str) for _, value in items(test) if _is_text_or_number(value)}
        if kind is Kind.CUSTOM and len(texts) > 1:
            message = f"the list mixes text and numbers, and {shown(test.field)} can hold only one of them: {FAILS}"
            yield _error(test.value_pointer, "value-misfit", message, "keep to the type of the property")


def _is_text_or_number(value: Json) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _operator(test: Test, kind: Kind) -> Finding | None:
    text = test.operator in TEXT or test.operator == REGEX
    if (text and kind not in {Kind.STRING, Kind.CUSTOM}) or (test.operator in ORDER and kind is Kind.STATUS):
        suited = ["eq", "ne", "in", "nin", *(() if kind is Kind.STATUS else ("gt", "gte", "lt", "lte"))]
        message = f"{shown(test.field)} is {kind}, and {word_of(test)} does not work on it: {FAILS}"
        hint = f"these do: {listed('$' * test.mongo + word for word in suited)}"
        return _error(test.operator_pointer, "operator-misfit", message, hint)
    return None


def _value(test: Test, kind: Kind, pointer: Pointer, value: Json) -> Iterator[Finding]:
    match kind:
        case Kind.STRING | Kind.STATUS:
            yield from _text(test.field, kind, pointer, value)
        case Kind.MOMENT:
            yield from _moment(test.field, pointer, value)
        case Kind.NUMBER | Kind.DATE:
            yield from _number(test.field, kind, pointer, value)
        case Kind.CUSTOM:
            yield from _property(test, pointer, value)
        case _:
            assert_never(kind)


def _text(field: str, kind: Kind, pointer: Pointer, value: Json) -> Iterator[Finding]:
    if not isinstance(value, str):
        hint = f"write `{json.dumps(json.dumps(value))}`" if kind is Kind.STRING else f"allowed: {listed(STATUSES)}"
        yield _misfit(field, kind, pointer, value, hint)
    elif kind is Kind.STATUS and value not in STATUSES:
        hint = nearest(value, STATUSES, f"allowed: {listed(STATUSES)}")
        yield _error(pointer, "unknown-status", f"no contact has the status {shown(value)}: {FAILS}", hint)


def _moment(field: str, pointer: Pointer, value: Json) -> Iterator[Finding]:
    found = moment(value) if isinstance(value, str) else _of_milliseconds(value)
    if not (found and isinstance(value, str) and _MOMENT.fullmatch(value)):
        message = f"{shown(field)} takes a full date and time with its zone, not {described(value)}: {FAILS}"
        hint = f'write `"{found.isoformat().replace("+00:00", "Z")}"`' if found else 'such as `"2024-01-01T00:00:00Z"`'
        yield _error(pointer, "not-a-date-time", message, hint)


def _number(field: str, kind: Kind, pointer: Pointer, value: Json) -> Iterator[Finding]:
    if isinstance(value, bool | str):
        found = moment(value) if kind is Kind.DATE and isinstance(value, str) else None
        hint = f"write `{milliseconds(found)}`" if found else "write a number, without quotes"
        yield _misfit(field, kind, pointer, value, hint)


def _property(test: Test, pointer: Pointer, value: Json) -> Iterator[Finding]:
    if test.operator in TEXT and not isinstance(value, str):
        message = f"{word_of(test)} takes text, not {described(value)}: {FAILS}"
        yield _error(pointer, "value-misfit", message, f"write `{json.dumps(json.dumps(value))}`")
    elif isinstance(value, bool):
        message = f"a property holds text, a number or a date, none of which compares with {described(value)}: {FAILS}"
        yield _error(pointer, "value-misfit", message, f"write the text or the number that {shown(test.field)} holds")
    elif isinstance(value, int | float) and abs(value) > EXACT:
        message = f"the vendor keeps whole numbers exactly only up to {EXACT}, and {described(value)} is beyond that"
        hint = "keep to smaller numbers; a long id is compared as text, with a property that holds text"
        yield _error(pointer, "number-inexact", message, hint)


def _misfit(field: str, kind: Kind, pointer: Pointer, value: Json, hint: str) -> Finding:
    message = f"{shown(field)} is {kind}, and does not compare with {described(value)}: {FAILS}"
    return _error(pointer, "value-misfit", message, hint)


def _error(pointer: Pointer, code: str, message: str, hint: str) -> Finding:
    return Finding(pointer, code, message, hint, Severity.ERROR)
