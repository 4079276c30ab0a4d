"""What Push0's pages say of a segment's body: its members, the groups, and which relation goes with which field.

Reads a body into what is wrong with it. Must never know a request, the store, or what is done about it.
"""

import re
from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import Final

from reconciler.emulator.tables import Document, Json

GROUP_LENGTH: Final = 10
DEVICES: Final = ("phone", "tablet", "smartwatch", "desktop")

_NUMBER: Final = re.compile(r"-?[0-9]+", re.ASCII)
_SENDABLE: Final = ("name", "description", "constraints")


class FieldType(StrEnum):
    """The types of the page's field table."""

    STRING = "String"
    INT = "Int"
    LONG = "Long"
    STRINGS = "String Array"


_ANY: Final = frozenset(FieldType)
_TEXT: Final = frozenset({FieldType.STRING, FieldType.STRINGS})
_NUMERIC: Final = frozenset({FieldType.INT, FieldType.LONG, FieldType.STRINGS})

# NOTE: the table has no name in one row, which is about an e-mail address; `email` is inferred.
FIELDS: Final = {
    "country": FieldType.STRING,
    "language": FieldType.STRING,
    "timezone": FieldType.STRING,
    "appVersion": FieldType.STRING,
    "appVersionCode": FieldType.INT,
    "osApi": FieldType.STRING,
    "osVersion": FieldType.STRING,
    "customUserId": FieldType.STRING,
    "email": FieldType.STRING,
    "type": FieldType.STRING,
    "firstSession": FieldType.LONG,
    "lastSession": FieldType.LONG,
    "sessionCount": FieldType.INT,
    "createdAt": FieldType.LONG,
    "id": FieldType.STRING,
    "pushToken": FieldType.STRING,
    "unRegisteredAt": FieldType.LONG,
    "deviceModel": FieldType.STRING,
    "deviceManufacturer": FieldType.STRING,
    "tags": FieldType.STRINGS,
}

# NOTE: the last two are in the page's prose and in one of its examples, but not in its table.
RELATIONS: Final = {
    "exists": _TEXT,
    "==": _ANY,
    "!=": _ANY,
    "starts_with": _TEXT,
    "ends_with": _TEXT,
    "contains": _TEXT,
    ">": _NUMERIC,
    ">=": _NUMERIC,
    "<": _NUMERIC,
    "<=": _NUMERIC,
    "EQUALS": _ANY,
    "CONTAINS": _TEXT,
}
_EQUALITY: Final = ("==", "!=", "EQUALS")


def wrong_in_create(body: Document, *, may_be_empty: bool) -> list[str]:
    """Return what is wrong with the body of a create, in words, members first and groups last.

    Assumed: members besides the documented ones are refused, a name needs one character that is not a blank, a group
    one constraint, and null is no description. With `may_be_empty` there may be no groups.
    """
    missing = [f"`{member}` is required" for member in ("name", "constraints") if body.get(member) is None]
    sent: Document = {member: value for member, value in body.items() if value is not None}
    return [*_strange(body, _SENDABLE), *missing, *_members(sent, may_be_empty=may_be_empty)]


def wrong_in_update(body: Document) -> list[str]:
    """Return what is wrong with the body of an update, in words; members without a value are not looked at.

    Assumed besides what `wrong_in_create` assumes: no groups at all cannot be asked for.
    """
    return [*_strange(body, ("id", *_SENDABLE)), *wrong_in_id(body), *_members(changes_in(body), may_be_empty=False)]


def wrong_in_delete(body: Document) -> list[str]:
    """Return what is wrong with the body of a deletion, which has an id and nothing else."""
    return [*_strange(body, ("id",)), *wrong_in_id(body)]


def wrong_in_id(body: Document) -> list[str]:
    """Return what is wrong with a body's id, which must be there."""
    match body.get("id"):
        case str() as segment_id if segment_id:
            return []
        case _:
            return ["`id` is required, as a string"]


def changes_in(body: Document) -> Document:
    """Return the members that an update changes: those sent with a value, which null and `""` are not."""
    return {member: body[member] for member in _SENDABLE if body.get(member) not in (None, "")}


def _strange(holder: Document, known: Collection[str], path: str = "") -> list[str]:
    return [f"`{path}{member}` is not known" for member in holder if member not in known]


def _members(sent: Document, *, may_be_empty: bool) -> Iterator[str]:
    name = sent.get("name", "x")
    if not isinstance(name, str) or not name.strip():
        yield "`name` must be a string that is not empty"
    if not isinstance(sent.get("description", ""), str):
        yield "`description` must be a string"
    match sent.get("constraints"):
        case None:
            pass
        case list() as groups if groups or may_be_empty:
            for place, group in enumerate(groups):
                yield from _group(group, f"constraints[{place}]")
        case _:
            yield "`constraints` must be an array of groups that is not empty"


def _group(group: Json, path: str) -> Iterator[str]:
    if not isinstance(group, dict):
        yield f"`{path}` must be an object"
        return
    yield from _strange(group, ("type", "constraints"), f"{path}.")
    if group.get("type") not in ("AND", "OR"):
        yield f"`{path}.type` must be AND or OR"
    match group.get("constraints"):
        case list() as constraints if 1 <= len(constraints) <= GROUP_LENGTH:
            for place, constraint in enumerate(constraints):
                yield from _constraint(constraint, f"{path}.constraints[{place}]")
        case _:
            yield f"`{path}.constraints` must be an array of 1 to {GROUP_LENGTH} constraints"


def _constraint(constraint: Json, path: str) -> Iterator[str]:
    if not isinstance(constraint, dict):
        yield f"`{path}` must be an object"
        return
    yield from _strange(constraint, ("field", "relation", "value"), f"{path}.")
    field, relation = constraint.get("field"), constraint.get("relation")
    known = isinstance(field, str) and field in FIELDS
    if not known:
        yield f"`{path}.field` is not a field"
    if not isinstance(relation, str) or relation not in RELATIONS:
        yield f"`{path}.relation` is not a relation"
    elif known and FIELDS[str(field)] not in RELATIONS[relation]:
        yield f"`{path}.relation` does not go with the field `{field}`"
    if known:
        yield from _value(str(field), constraint.get("value"), path)
    if field == "type" and relation in _EQUALITY and constraint.get("value") not in DEVICES:
        yield f"`{path}.value` must be one of {', '.join(DEVICES)}"


def _value(field: str, value: Json, path: str) -> Iterator[str]:
    match FIELDS[field], value:
        case FieldType.STRING | FieldType.STRINGS, str():
            pass
        case FieldType.STRING | FieldType.STRINGS, _:
            yield f"`{path}.value` must be a string"
        case _, bool():
            yield f"`{path}.value` must be an integer"
        case _, int():
            pass
        case _, str() if _NUMBER.fullmatch(value):
            pass
        case _:
            yield f"`{path}.value` must be an integer"
