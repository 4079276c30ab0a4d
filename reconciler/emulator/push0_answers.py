"""What Push0's answers look like: the segment, the list, what a create says, and an error in three possible shapes.

Knows records and the switches that change an answer. Must never change the tables, nor know which route was asked.
"""

import re
from http import HTTPStatus
from typing import Final, assert_never

from werkzeug import Response

from reconciler.emulator.push0_switches import ErrorShape, Push0Switches
from reconciler.emulator.tables import SEGMENTS, Document, Json, Record
from reconciler.emulator.vendor import Visit
from reconciler.emulator.wire import Refusal, answered

_DONE: Final[Document] = {"status": "ok"}
_LIMITS: Final = {str(number): number for number in range(1, 101)}
_DEFAULT_LIMIT: Final = "50"
_PAGE: Final = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
_ASKED: Final = ("id", "name", "page", "limit")


def error(status: int, message: str, shape: ErrorShape = "object") -> Response:
    """Return an error in one of the shapes that the pages leave open: they promise no more than a message."""
    match shape:
        case "object":
            return answered({"error": message}, status)
        case "text":
            return answered(message, status)
        case "plain":
            return Response(message, status=status, mimetype="text/plain")
        case _:
            assert_never(shape)


def refused(visit: Visit[Push0Switches], status: int, message: str) -> Refusal:
    """Return a refusal in the shape that the switch asks for."""
    return Refusal(error(status, message, visit.switches.error_shape))


def show(record: Record) -> Document:
    """Return a segment as the list shows it, times in Unix milliseconds; null until its first edit is `updatedAt`."""
    return {
        "id": record.id,
        "name": record.body["name"],
        "description": record.body.get("description"),
        "constraints": record.body.get("constraints", []),
        "updatedAt": _milliseconds(record.updated) if record.updated > record.created else None,
        "createdAt": _milliseconds(record.created),
    }


def created(visit: Visit[Push0Switches], record: Record) -> Response:
    """Return the answer to a create that was carried out."""
    if visit.switches.timeout_after_commit:
        return error(HTTPStatus.REQUEST_TIMEOUT, "the request took too long", visit.switches.error_shape)
    match visit.switches.create_answer:
        case "object":
            return answered({"id": record.id})
        case "string":
            return answered(record.id)
        case "whole":
            return answered(show(record))
        case "nothing":
            return done()
        case other:
            assert_never(other)


def done() -> Response:
    """Return the answer to an update or a deletion, of which no page says anything."""
    return answered(_DONE)


def listed(visit: Visit[Push0Switches]) -> Response:
    """Return the bare array that `id`, or else `name`, `page` and `limit`, ask for, oldest first.

    Raises `Refusal` for a value that is wrong. Assumed: parameters besides these four are ignored, as are the other
    three beside an id once their values are right.
    """
    asked = visit.request.args
    for parameter in _ASKED:
        if asked.get(parameter) == "":
            raise refused(visit, HTTPStatus.BAD_REQUEST, f"`{parameter}` has no value")
    limit = _LIMITS.get(asked.get("limit", _DEFAULT_LIMIT))
    if limit is None:
        raise refused(visit, HTTPStatus.BAD_REQUEST, "`limit` must be an integer from 1 to 100")
    page = asked.get("page", "1")
    if not _PAGE.fullmatch(page):
        raise refused(visit, HTTPStatus.BAD_REQUEST, "`page` must be a positive integer")
    size = min(limit, visit.switches.page_cap)
    start = 0 if "id" in asked else (int(page) - 1) * size
    shown: list[Json] = [show(record) for record in _chosen(visit)[start : start + size]]
    return answered(shown)


def _chosen(visit: Visit[Push0Switches]) -> list[Record]:
    asked = visit.request.args
    if "id" in asked:
        record = visit.tables.get(asked["id"], *SEGMENTS)
        return [record] if record else []
    if "name" not in asked:
        return visit.tables.all(*SEGMENTS)
    if visit.switches.partial_names:
        return [one for one in visit.tables.all(*SEGMENTS) if asked["name"] in str(one.body["name"])]
    return visit.tables.named(asked["name"], *SEGMENTS)


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
