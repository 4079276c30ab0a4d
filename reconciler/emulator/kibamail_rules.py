"""What Kibamail asks of a segment's body: which members it keeps, what is wrong with the others, which fields exist.

Reads a body. Must never know a request, the store, or what is done about a wrong one.
"""

from collections.abc import Container
from typing import Final, TypeAlias

from reconciler.emulator.kibamail_conditions import comparisons, kept
from reconciler.emulator.tables import Document, Json

NAME_LENGTH: Final = 100
DESCRIPTION_LENGTH: Final = 500
BUILT_IN_FIELDS: Final = (
    "email",
    "firstName",
    "lastName",
    "phone",
    "country",
    "timezone",
    "city",
    "status",
    "createdAt",
    "updatedAt",
)

Detail: TypeAlias = dict[str, Json]

# NOTE: what JavaScript trims, which is not quite what Python strips: https://tc39.es/ecma262/#sec-string.prototype.trim
_BLANKS: Final = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)


def issue(field: str, message: str) -> Detail:
    """Return one entry of `validationErrors`. The code is the same for whatever the schema refuses."""
    return {"field": field, "code": "INVALID_FIELD_VALUE", "message": message}


def read_body(body: Document, *, partial: bool, mongo: bool) -> tuple[Document, list[Detail]]:
    """Return what is kept of the body of a create, or of an update, which is partial, and what is wrong with the rest.

    Other members than the three are dropped. Lengths are those before trimming, in UTF-16 units. The schema cannot say
    where in the conditions a mistake is: they have one issue, and it names no field.
    """
    held: Document = {}
    wrong: list[Detail] = []
    for field, shortest, longest in (("name", 1, NAME_LENGTH), ("description", 0, DESCRIPTION_LENGTH)):
        match body.get(field):
            case str() as text if shortest <= _length(text) <= longest:
                held[field] = text.strip(_BLANKS)
            case None if field == "description" and field in body:
                held[field] = None
            case None if field not in body and (partial or field == "description"):
                pass
            case _:
                wrong.append(issue(field, f"must be a string of {shortest} to {longest} characters"))
    if "conditions" in body or not partial:
        held["conditions"] = _conditions(body.get("conditions"), mongo=mongo)
        if held["conditions"] is None:
            wrong.append(issue("", "Invalid input"))
    return held, wrong


def unknown_fields(conditions: Json, properties: Container[str]) -> list[str]:
    """Return the fields of stored conditions, in order, that are neither built in nor a contact property."""
    fields = [one.field for one in comparisons(conditions)]
    return [field for field in fields if field not in BUILT_IN_FIELDS and field not in properties]


def _conditions(conditions: Json, *, mongo: bool) -> Document | None:
    try:
        return kept(conditions, mongo=mongo)
    except RecursionError:
        return None


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
