"""What Kibamail's answers look like: the segment, the contact property, the topic, their lists and the error.

Knows records and the switches that change an answer. Must never change the tables, nor know which route was asked.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final

from werkzeug import Response

from reconciler.emulator.kibamail_rules import Detail
from reconciler.emulator.kibamail_switches import KibamailSwitches
from reconciler.emulator.tables import Document, Json, Kind, Record
from reconciler.emulator.vendor import Visit
from reconciler.emulator.wire import answered

_LIMIT: Final = re.compile(r"\s*([+-]?\d+)", re.ASCII)
_DEFAULT_LIMIT: Final = 20
_MAX_LIMIT: Final = 100
_OBJECTS: Final = {Kind.PROPERTY: "contact_property", Kind.TOPIC: "topic"}
_TYPES: Final[dict[int, str]] = {
    HTTPStatus.UNAUTHORIZED: "AUTHENTICATION_ERROR",
    HTTPStatus.FORBIDDEN: "AUTHENTICATION_ERROR",
    HTTPStatus.UNPROCESSABLE_ENTITY: "VALIDATION_ERROR",
    HTTPStatus.TOO_MANY_REQUESTS: "RATE_LIMIT_ERROR",
}


def envelope(status: int, code: str, message: str, details: Sequence[Detail] = ()) -> Response:
    """Return an error, typed by its status; `validationErrors` is left out where there is none."""
    other = "API_ERROR" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "INVALID_REQUEST_ERROR"
    number = hashlib.sha256(f"{status} {code} {message}".encode("utf-8", "replace")).hexdigest()[:24]
    error: Document = {
        "type": _TYPES.get(status, other),
        "code": code,
        "message": message,
        "requestId": f"req_{number}",
    }
    if details:
        error["validationErrors"] = list(details)
    return answered({"error": error}, status)


def in_style(refused: Response, switches: KibamailSwitches) -> Response:
    """Return an error of `envelope` as the switches want errors written."""
    error: Document = json.loads(refused.get_data())["error"]
    if switches.error_case == "lower":
        error["type"] = str(error["type"]).lower()
    refused.set_data(json.dumps({"error": error["message"] if switches.error_shape == "string" else error}))
    return refused


def show(record: Record, *, timestamps: bool = True) -> Document:
    """Return a segment, a contact property or a topic as it is answered alone."""
    return {"object": _OBJECTS.get(record.kind, "segment"), **_item(record, timestamps=timestamps)}


def page(visit: Visit[KibamailSwitches], kind: Kind) -> Response:
    """Return the page that `limit`, `after` and `before` ask for, newest first.

    No limit is refused: it is moved into 1 to 100, and one that does not begin as a number is 20. A cursor that is not
    in the list, or no longer, has nothing behind it. Given both cursors, `after` says where and `before` which way.
    """
    asked = visit.request.args
    after, before = asked.get("after"), asked.get("before")
    cursor, limit = after or before or None, _limit(asked.get("limit", ""))
    if cursor is not None and visit.tables.get(cursor, kind) is None:
        found = []
    elif before:
        found = visit.tables.page((kind,), cursor, limit + 1)
    else:
        found = visit.tables.page_newest_first((kind,), cursor, limit + 1)
    shown = found[:limit][:: -1 if before else 1]
    data: list[Json] = [_item(one, timestamps=visit.switches.timestamps) for one in shown]
    return answered({"object": f"{_OBJECTS.get(kind, 'segment')}_list", "hasMore": len(found) > limit, "data": data})


def _item(record: Record, *, timestamps: bool) -> Document:
    body = record.body
    item: Document = {"id": record.id, "name": body["name"]}
    match record.kind:
        case Kind.PROPERTY:
            return item | {"type": body["type"], "defaultValue": body.get("defaultValue")}
        case Kind.TOPIC:
            described: Document = {"description": body.get("description"), "visibility": body["visibility"]}
            return item | described | {"defaultOptIn": body.get("defaultOptIn", False)}
        case _:
            item |= {"description": body.get("description"), "conditions": body.get("conditions")}
            times: Document = {"createdAt": _time(record.created), "updatedAt": _time(record.updated)}
            return item | times if timestamps else item


def _limit(text: str) -> int:
    found = _LIMIT.match(text)
    return int(min(max(float(found[1]), 1), _MAX_LIMIT)) if found else _DEFAULT_LIMIT


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
