"""Which fields Push0 compares, of which type each is, and which relations a type has. Must never judge a body.

Source: the tables of the vendor's page on creating a segment.
"""

from enum import Enum


class Kind(Enum):
    """The type of a field, by what the vendor calls it, as it stands in a sentence."""

    STRING = "a String"
    INT = "an Int"
    LONG = "a Long"
    STRING_ARRAY = "a String Array"


TEXT = frozenset({Kind.STRING})
NUMBERS = frozenset({Kind.INT, Kind.LONG})

# NOTE: the page has a row without a name between `customUserId` and `type`, about an e-mail address: `email`, we infer.
FIELDS = {
    **dict.fromkeys(("country", "language", "timezone"), Kind.STRING),
    "appVersion": Kind.STRING,
    "appVersionCode": Kind.INT,
    **dict.fromkeys(("osApi", "osVersion", "customUserId", "email", "type"), Kind.STRING),
    **dict.fromkeys(("firstSession", "lastSession"), Kind.LONG),
    "sessionCount": Kind.INT,
    "createdAt": Kind.LONG,
    **dict.fromkeys(("id", "pushToken"), Kind.STRING),
    "unRegisteredAt": Kind.LONG,
    **dict.fromkeys(("deviceModel", "deviceManufacturer"), Kind.STRING),
    "tags": Kind.STRING_ARRAY,
}
RELATIONS = {
    "exists": TEXT,
    **dict.fromkeys(("==", "!="), TEXT | NUMBERS),
    **dict.fromkeys(("starts_with", "ends_with", "contains"), TEXT),
    **dict.fromkeys((">", ">=", "<", "<="), NUMBERS),
}
ALIASES = {"EQUALS": "==", "CONTAINS": "contains"}
"""Spellings that the page uses outside its table, and what the table has in their place."""

LIKELY_ON_ARRAYS = ("contains", "exists")
"""The relations that mean something on several values; the page gives a String Array none."""

EQUALITY = frozenset({"==", "!="})
TYPES = ("AND", "OR")
DEVICES = ("phone", "tablet", "smartwatch", "desktop")
GROUP_MEMBERS = frozenset({"type", "constraints"})
CONSTRAINT_MEMBERS = frozenset({"field", "relation", "value"})
MOST_CONSTRAINTS = 10


def kind_of(field: object) -> Kind | None:
    """Return the type of a field, or None where the page has no such field."""
    return FIELDS.get(field) if isinstance(field, str) else None


def relation_of(written: object) -> str | None:
    """Return a relation as the page's table spells it, or None where neither the table nor the page has it."""
    relation = ALIASES.get(written, written) if isinstance(written, str) else ""
    return relation if relation in RELATIONS else None
