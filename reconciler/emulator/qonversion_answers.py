"""What Qonversion's answers look like: the segment, the automation, the list and the error envelope.

Knows records and the switches that change a list. Must never change the tables, nor know which route was asked.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from werkzeug import Response

from reconciler.emulator.qonversion_rules import Detail
from reconciler.emulator.qonversion_switches import QonversionSwitches
from reconciler.emulator.tables import Document, Json, Kind, Record
from reconciler.emulator.vendor import Visit
from reconciler.emulator.wire import Refusal, answered

ROOT: Final = "/v4"
_LIMITS: Final = {str(number): number for number in range(1, 101)}
_DEFAULT_LIMIT: Final = "20"


class ErrorType(StrEnum):
    """The four types of the error page."""

    REQUEST = "request"
    RESOURCE = "resource"
    LOGICAL = "logical"
    INTERNAL = "internal"


def envelope(status: int, error_type: ErrorType, code: str, message: str, details: Sequence[Detail] = ()) -> Response:
    """Return an error; `details` is left out where there is none."""
    error: Document = {"type": error_type, "code": code, "message": message}
    if details:
        error["details"] = list(details)
    return answered({"error": error}, status)


def invalid(details: Sequence[Detail]) -> Refusal:
    """Return the refusal of a request whose fields are wrong: 422, the status the vendor usually gives."""
    return Refusal(envelope(422, ErrorType.REQUEST, "validation_error", "the request is not valid", details))


def show(record: Record) -> Document:
    """Return a segment with the eight members that every page shows, or an automation with what is known of one."""
    times: Document = {"created_at": _time(record.created), "updated_at": _time(record.updated)}
    name = record.body["name"]
    if record.kind is Kind.AUTOMATION:
        url = f"{ROOT}/automations/{record.id}"
        used: Document = {"segments": record.body["segment"]}
        return {"object": "automation", "id": record.id, "url": url, "name": name, "data": used, **times}
    return {
        "object": "segment",
        "id": record.id,
        "url": f"{ROOT}/segments/{record.id}",
        "name": name,
        "is_system": record.kind is Kind.SYSTEM,
        "conditions": _with_negate(record.body.get("conditions", [])),
        **times,
    }


def whole_list(records: Sequence[Record], url: str) -> Response:
    """Return a list that is not paged."""
    return answered(_list(records, url, more=False, cursor=None))


def page(visit: Visit[QonversionSwitches], url: str, *kinds: Kind) -> Response:
    """Return the page that `limit` and `starting_after` ask for. Raises `Refusal` for a limit outside 1 to 100."""
    asked = visit.request.args
    limit = _LIMITS.get(asked.get("limit", _DEFAULT_LIMIT))
    if limit is None:
        raise invalid([{"field": "limit", "message": "must be an integer from 1 to 100"}])
    after = asked.get("starting_after")
    unknown = after is not None and visit.tables.get(after, *kinds) is None
    if unknown and not visit.switches.restart_on_unknown_cursor:
        raise invalid([{"field": "starting_after", "message": "is not in the list"}])
    found = visit.tables.page(kinds, None if unknown else after, limit + 1)
    shown, more = found[:limit], len(found) > limit
    cursor = shown[-1].id if more and visit.switches.next_cursor else None
    response = answered(_list(shown, url, more=more, cursor=cursor))
    if unknown:
        response.headers["X-Qon-Pagination-Restarted"] = "true"
    return response


def _list(records: Sequence[Record], url: str, *, more: bool, cursor: str | None) -> Document:
    data: list[Json] = [show(record) for record in records]
    return {"object": "list", "url": url, "data": data, "has_more": more, "next_cursor": cursor}


def _with_negate(conditions: Json) -> Json:
    match conditions:
        case list():
            return [{**one, "negate": one.get("negate", False)} if isinstance(one, dict) else one for one in conditions]
        case _:
            return conditions


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
