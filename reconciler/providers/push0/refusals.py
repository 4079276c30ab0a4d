"""What the vendor's tables rule out in one constraint, as errors. Total. Must never ask a standard, nor the network."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime

from reconciler.core.finding import Finding
from reconciler.core.segment import Json
from reconciler.errors import Severity
from reconciler.intake.lexical import shown
from reconciler.intake.lines import Pointer
from reconciler.intake.words import described, listed, nearest
from reconciler.providers.push0.fields import DEVICES, EQUALITY, FIELDS, NUMBERS, RELATIONS, Kind, kind_of, relation_of
from reconciler.providers.push0.fold import whole

BITS = {Kind.INT: 32, Kind.LONG: 64}
EXISTS_HINT = 'write `"true"`, the likeliest to work; there is no way to ask for what is missing'

_DIGITS = re.compile("-?[1-9][0-9]*", re.ASCII)


def refusals(constraint: dict[str, Json], pointer: Pointer) -> Iterator[Finding]:
    """Yield what is wrong with the relation and the value of a constraint at its pointer.

    What the schema refuses by itself, such as a field that does not exist or a value that is a list, is passed over.
    """
    field, value = constraint.get("field"), constraint.get("value")
    kind, relation = kind_of(field), relation_of(constraint.get("relation"))
    if kind is None or relation is None:
        return
    supported = kind is Kind.STRING_ARRAY or kind in RELATIONS[relation]
    if not supported:
        message = f"`{field}` is {kind.value}, which the relation `{relation}` does not support"
        hint = f"the relations of {kind.value} are {listed(name for name, kinds in RELATIONS.items() if kind in kinds)}"
        yield Finding((*pointer, "relation"), "relation-unsupported", message, hint, Severity.ERROR)
    if isinstance(value, str | int | float) and not isinstance(value, bool) and (supported or relation != "exists"):
        yield from _of_value(str(field), relation, value, (*pointer, "value"))


def _of_value(field: str, relation: str, value: str | float, pointer: Pointer) -> Iterator[Finding]:
    if FIELDS[field] in NUMBERS:
        yield from _of_number(field, value, pointer)
    elif not isinstance(value, str):
        exists = relation == "exists"
        message = f"expected a string for `{relation if exists else field}`, found {described(value)}"
        hint = EXISTS_HINT if exists else f"write `{json.dumps(json.dumps(value))}`"
        yield Finding(pointer, "wrong-type", message, hint, Severity.ERROR)
    elif field == "type" and relation in EQUALITY and value not in DEVICES:
        message = f"{shown(value) if value else 'an empty text'} is no type of device that the vendor accepts"
        hint = nearest(value, DEVICES, f"those are {listed(DEVICES)}")
        yield Finding(pointer, "unknown-device-type", message, hint, Severity.ERROR)


def _of_number(field: str, value: str | float, pointer: Pointer) -> Iterator[Finding]:
    kind, number = FIELDS[field], whole(value)
    if _is_beyond(value, number, BITS[kind]):
        bound = 2 ** (BITS[kind] - 1)
        found = shown(value) if isinstance(value, str) else value
        message = f"`{field}` is {kind.value}, which cannot hold {found}"
        hint = f"write a whole number from {-bound} to {bound - 1}"
        yield Finding(pointer, "out-of-range", message, hint, Severity.ERROR)
    elif number is None or isinstance(value, float):
        hint = f"write `{number}`" if number is not None else _remedy(kind, value)
        message = f"expected a whole number for `{field}`, found {described(value)}"
        yield Finding(pointer, "wrong-type", message, hint, Severity.ERROR)


def _is_beyond(value: str | float, number: int | None, bits: int) -> bool:
    """Say whether a whole number has no room in so many bits; one as text may be longer than any that is read."""
    if number is None:
        return isinstance(value, str) and _DIGITS.fullmatch(value) is not None
    bound: int = 2 ** (bits - 1)
    return not -bound <= number < bound


def _remedy(kind: Kind, value: str | float) -> str:
    """Return what to write for what is no whole number; for a date or a time, its milliseconds."""
    if kind is Kind.INT:
        return "write digits, such as `5`"
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return "write the milliseconds since 1970, all in digits"
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return f"write the milliseconds since 1970: `{round(aware.timestamp() * 1000)}`"
