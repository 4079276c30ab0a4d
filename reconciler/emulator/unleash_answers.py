"""What Unleash's answers look like: the segment, what uses it, the lists around it, and the error.

Knows records. Must never change the tables, nor know which route was asked.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final

from werkzeug import Response

from reconciler.emulator.tables import Document, Json, Kind, Record, Tables
from reconciler.emulator.unleash_switches import UnleashSwitches
from reconciler.emulator.wire import Refusal, answered

INVALID: Final = "the request data is not valid; `details` says why"
_NAMES: Final[dict[int, str]] = {
    HTTPStatus.BAD_REQUEST: "BadDataError",
    HTTPStatus.UNAUTHORIZED: "UnauthorizedError",
    HTTPStatus.FORBIDDEN: "PermissionError",
    HTTPStatus.NOT_FOUND: "NotFoundError",
    HTTPStatus.CONFLICT: "NameExistsError",
}


def error(
    status: int, message: str, details: Sequence[Document] = (), *, name: str = "", marked: bool = False
) -> Response:
    """Return an error: a name, words, and at least one detail; `marked` ones, of the outer layers, have an id too."""
    said: list[Json] = [*details] or [{"message": message}]
    document: Document = {"name": name or _NAMES.get(status, "UnknownError"), "message": message, "details": said}
    if marked:
        number = hashlib.sha256(f"{status} {message}".encode("utf-8", "replace")).hexdigest()[:12]
        document = {"id": f"00000000-0000-4000-8000-{number}", **document}
    return answered(document, status)


def empty(status: int) -> Response:
    """Return an answer without a body, and without a type of it."""
    response = Response(status=status)
    del response.headers["Content-Type"]
    return response


def invalid(details: Sequence[Document], *, marked: bool = False) -> Refusal:
    """Return the refusal of a body that is not valid."""
    return Refusal(error(HTTPStatus.BAD_REQUEST, INVALID, details, marked=marked))


def failed(message: str) -> Refusal:
    """Return what comes of a request that the database does not carry out, which the server did not foresee."""
    return Refusal(error(HTTPStatus.INTERNAL_SERVER_ERROR, message))


def show(record: Record) -> Document:
    """Return a segment as it is answered alone: a project is left out where there is none, a description is null."""
    body = record.body
    return {
        "id": int(record.id),
        "name": body["name"],
        "description": body.get("description"),
        **({"project": body["project"]} if body.get("project") else {}),
        "constraints": body.get("constraints", []),
        "createdBy": "admin",
        "createdAt": _time(record.created),
    }


def listed(tables: Tables, switches: UnleashSwitches) -> Response:
    """Return all segments by name, each with how many flags and projects use it."""
    uses = tables.all(Kind.STRATEGY)
    found = [(show(record), users_of(record.id, uses)) for record in tables.all(Kind.SEGMENT)]
    folded = switches.order == "letters"
    found.sort(
        key=lambda pair: (
            (str(pair[0]["name"]).casefold(), pair[0]["name"])
            if folded
            else str(pair[0]["name"]).encode("utf-8", "replace")
        )
    )
    segments: list[Json] = [
        {
            **segment,
            "usedInProjects": len({str(one.body["projectId"]) for one in users}),
            "usedInFeatures": len({str(one.body["featureName"]) for one in users}),
        }
        for segment, users in found
    ]
    return answered({"segments": segments})


def strategies(users: Sequence[Record]) -> Response:
    """Return which strategies use a segment; there are no change requests in the open source."""
    shown: list[Json] = [
        {
            "id": one.id,
            "strategyName": one.body["name"],
            **{member: one.body[member] for member in ("projectId", "featureName", "environment")},
        }
        for one in users
    ]
    return answered({"strategies": shown, "changeRequestStrategies": []})


def users_of(segment_id: str, strategies: Sequence[Record]) -> list[Record]:
    """Return the strategies that use a segment."""
    return [one for one in strategies if one.body["segment"] == segment_id]


def context(tables: Tables) -> Response:
    """Return the context fields."""
    fields: list[Json] = [
        {
            "name": one.body["name"],
            "description": one.body.get("description"),
            "stickiness": False,
            "sortOrder": number,
            "legalValues": [{"value": value} for value in _texts(one.body.get("legalValues"))],
            "createdAt": _time(one.created),
        }
        for number, one in enumerate(tables.all(Kind.CONTEXT_FIELD))
    ]
    return answered(fields)


def projects(tables: Tables) -> Response:
    """Return the projects."""
    found: list[Json] = [{"id": one.id, "name": one.body["name"]} for one in tables.all(Kind.PROJECT)]
    return answered({"version": 1, "projects": found})


def configuration(switches: UnleashSwitches, most_values: int) -> Response:
    """Return what the dashboard asks first, as far as it is about segments."""
    limits: Document = {"segments": switches.segment_limit, "segmentValues": most_values}
    return answered({"name": "Unleash", "version": "8.2.0", "resourceLimits": limits})


def _texts(values: Json) -> list[str]:
    return [str(value) for value in values] if isinstance(values, list) else []


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
