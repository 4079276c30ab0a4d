"""Whether Kibamail's server can evaluate a stored segment: it accepts many that make every read of members fail.

Knows the columns of a contact and what the server's query library takes for each. Must never know a request, nor count
a contact.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, assert_never

from reconciler.emulator.kibamail_conditions import Comparison, comparisons
from reconciler.emulator.tables import Json

STATUSES: Final = ("UNCONFIRMED", "SUBSCRIBED", "UNSUBSCRIBED", "BOUNCED", "COMPLAINED", "ARCHIVED")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


class _Type(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    STATUS = "status"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class _Column:
    type: _Type
    nullable: bool = True


_BUILT_IN: Final = {
    "email": _Column(_Type.TEXT, nullable=False),
    "status": _Column(_Type.STATUS, nullable=False),
    "createdAt": _Column(_Type.MOMENT, nullable=False),
    "updatedAt": _Column(_Type.MOMENT, nullable=False),
    **dict.fromkeys(("firstName", "lastName", "phone", "country", "timezone", "city"), _Column(_Type.TEXT)),
}


def can_evaluate(conditions: Json, properties: Mapping[str, str]) -> bool:
    """Say whether membership can be read, given the contact properties as name and type.

    A property comes before a built-in field of the same name. A `DATE` is kept as a number of milliseconds.
    """
    columns = _BUILT_IN | {name: _custom(kind) for name, kind in properties.items()}
    try:
        return all(
            one.field in columns and _fits(one, columns[one.field]) for one in comparisons(conditions, evaluated=True)
        )
    except ValueError:
        return False


def _custom(kind: str) -> _Column:
    return _Column(_Type.NUMBER if kind in {"NUMBER", "DATE"} else _Type.TEXT)


def _fits(comparison: Comparison, column: _Column) -> bool:
    match comparison.operator, comparison.value:
        case "exists", _:
            return column.nullable
        case (("in" | "nin"), list() as values):
            return all(_is_of(column.type, value) for value in values)
        case (("eq" | "ne"), value):
            return _is_of(column.type, value)
        case (("gt" | "gte" | "lt" | "lte"), value):
            return column.type is not _Type.STATUS and _is_of(column.type, value)
        case (("contains" | "startsWith" | "endsWith" | "regex"), str()):
            return column.type is _Type.TEXT
        case _:
            return False


def _is_of(kind: _Type, value: Json) -> bool:
    match kind:
        case _Type.TEXT:
            return isinstance(value, str)
        case _Type.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case _Type.STATUS:
            return value in STATUSES
        case _Type.MOMENT:
            return isinstance(value, str) and _is_moment(value)
        case _:
            assert_never(kind)


def _is_moment(text: str) -> bool:
    """Say whether a text is a date and time with a zone. Raises `ValueError` for a day or an hour that there is not."""
    return _MOMENT.fullmatch(text) is not None and bool(datetime.fromisoformat(text))
