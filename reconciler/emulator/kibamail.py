"""Kibamail's API v1 for segments, as its page and what is known of its server describe it; the rest is a switch.

Knows requests and the tables. Must never know a provider, nor what a client is about to do.
"""

import hashlib
from dataclasses import replace
from http import HTTPStatus
from typing import Final, assert_never

from werkzeug import Response

from reconciler.emulator.kibamail_answers import envelope, in_style, page, show
from reconciler.emulator.kibamail_evaluation import can_evaluate
from reconciler.emulator.kibamail_routes import ROOT, Route, admit
from reconciler.emulator.kibamail_rules import issue, read_body, unknown_fields
from reconciler.emulator.kibamail_switches import KibamailSwitches
from reconciler.emulator.tables import Document, Json, Kind, Record, Tables
from reconciler.emulator.vendor import Vendor, Visit
from reconciler.emulator.wire import Refusal, answered, read_object

_NOT_VALID: Final = "the body is not valid"
_CODES: Final[dict[int, str]] = {
    HTTPStatus.UNAUTHORIZED: "INVALID_API_KEY",
    HTTPStatus.FORBIDDEN: "ACCESS_DENIED",
    HTTPStatus.NOT_FOUND: "RESOURCE_NOT_FOUND",
    HTTPStatus.CONFLICT: "RESOURCE_CONFLICT",
    HTTPStatus.UNPROCESSABLE_ENTITY: "VALIDATION_FAILED",
    HTTPStatus.TOO_MANY_REQUESTS: "RATE_LIMIT_EXCEEDED",
    HTTPStatus.SERVICE_UNAVAILABLE: "SERVICE_UNAVAILABLE",
}
_PROPERTIES: Final = {
    "lifetime_value": "NUMBER",
    "last_purchase_date": "STRING",
    "plan": "STRING",
    "sessions": "NUMBER",
    "birthday": "DATE",
}


class Kibamail:
    """The vendor. Idempotency keys are unknown to it."""

    root: Final = ROOT
    seed: Final = (
        *(
            Record(Kind.PROPERTY, f"property-{name.replace('_', '-')}", {"name": name, "type": kind})
            for name, kind in _PROPERTIES.items()
        ),
        Record(Kind.TOPIC, "topic-newsletter", {"name": "Newsletter", "visibility": "PUBLIC"}),
        Record(Kind.TOPIC, "topic-product-news", {"name": "Product news", "visibility": "PUBLIC"}),
    )

    switches: Final = KibamailSwitches

    def answer(self, visit: Visit[KibamailSwitches]) -> Response:
        """Return the answer to a request, having changed the tables as it asks."""
        try:
            return _routed(visit)
        except Refusal as refusal:
            return in_style(refusal.answer, visit.switches)

    def failure(self, status: int, message: str) -> Response:
        """Return the envelope with a code of the server's list that suits the status."""
        other = "UNEXPECTED_ERROR" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "INVALID_PARAMETER"
        return envelope(status, _CODES.get(status, other), message)

    def show(self, record: Record) -> Document:
        """Return a segment, a contact property or a topic as it is answered alone, times included."""
        return show(record)

    def identify(self, name: str, tables: Tables) -> str:
        """Return an id that looks like the vendor's, sorts behind those given before, and is free."""
        return _free_id(name, tables)

    def sample(self, number: int) -> Document:
        """Return an invented segment of built-in fields, with one to three conditions of which some are nested."""
        country: Document = {"field": "country", "operator": "eq", "value": ("US", "CA", "DE")[number % 3]}
        other: list[Json] = [
            {"field": "email", "operator": "endsWith", "value": f"@cohort-{number}.example"},
            {
                "$or": [
                    {"field": "status", "operator": "in", "value": ["SUBSCRIBED", "UNCONFIRMED"]},
                    {"field": "city", "operator": "exists", "value": number % 2 == 0},
                ]
            },
        ]
        conditions: list[Json] = [country, *other[: number % 3]]
        return {"name": f"Segment {number:05}", "description": None, "conditions": {"$and": conditions}}


VENDOR: Final[Vendor[KibamailSwitches]] = Kibamail()


def _routed(visit: Visit[KibamailSwitches]) -> Response:
    route, segment_id = admit(visit)
    match route:
        case Route.LIST:
            response = page(visit, Kind.SEGMENT)
        case Route.PROPERTIES:
            response = page(visit, Kind.PROPERTY)
        case Route.TOPICS:
            response = page(visit, Kind.TOPIC)
        case Route.READ:
            response = _whole(visit, _live(visit, segment_id))
        case Route.CONTACTS:
            response = _contacts(visit, segment_id)
        case Route.CREATE:
            response = _created(visit)
        case Route.UPDATE:
            response = _updated(visit, segment_id)
        case Route.DELETE:
            response = _deleted(visit, segment_id)
        case _:
            assert_never(route)
    return response


def _created(visit: Visit[KibamailSwitches]) -> Response:
    body = _body(visit, partial=False)
    record = Record(Kind.SEGMENT, _free_id(str(body["name"]), visit.tables), body, visit.now, visit.now)
    visit.tables.add(record)
    return _written(visit, record, 201)


def _updated(visit: Visit[KibamailSwitches], segment_id: str) -> Response:
    changes = _body(visit, partial=True)
    if changes.get("name") == "":
        del changes["name"]
    present = _ever(visit, segment_id)
    changed = replace(present, body=present.body | changes, updated=visit.now if changes else present.updated)
    visit.tables.replace(changed)
    return _written(visit, changed, 200)


def _deleted(visit: Visit[KibamailSwitches], segment_id: str) -> Response:
    present = _ever(visit, segment_id)
    visit.tables.retire(present)
    return answered({"object": "segment", "id": present.id})


def _contacts(visit: Visit[KibamailSwitches], segment_id: str) -> Response:
    if not can_evaluate(_live(visit, segment_id).body.get("conditions"), _property_types(visit)):
        raise Refusal(envelope(500, "UNEXPECTED_ERROR", "the segment cannot be evaluated"))
    return answered({"object": "contact_list", "data": [], "hasMore": False})


def _body(visit: Visit[KibamailSwitches], *, partial: bool) -> Document:
    try:
        sent = read_object(visit.request.get_data())
    except ValueError as error:
        raise Refusal(envelope(422, "VALIDATION_FAILED", _NOT_VALID, [issue("", str(error))])) from error
    body, wrong = read_body(sent, partial=partial, mongo=visit.switches.dialects == "both")
    if wrong:
        raise Refusal(envelope(422, "VALIDATION_FAILED", _NOT_VALID, wrong))
    unknown = unknown_fields(body["conditions"], _property_types(visit)) if "conditions" in body else []
    if unknown:
        raise Refusal(envelope(400, "INVALID_PARAMETER", f"conditions name unknown fields: {', '.join(unknown)}"))
    return body


def _written(visit: Visit[KibamailSwitches], record: Record, status: int) -> Response:
    if visit.switches.full_answers:
        return _whole(visit, record, status)
    return answered({"object": "segment", "id": record.id}, status)


def _whole(visit: Visit[KibamailSwitches], record: Record, status: int = 200) -> Response:
    return answered(show(record, timestamps=visit.switches.timestamps), status)


def _property_types(visit: Visit[KibamailSwitches]) -> dict[str, str]:
    return {str(one.body["name"]): str(one.body["type"]) for one in visit.tables.all(Kind.PROPERTY)}


def _live(visit: Visit[KibamailSwitches], segment_id: str) -> Record:
    record = visit.tables.get(segment_id, Kind.SEGMENT)
    if record is None:
        raise Refusal(envelope(404, "SEGMENT_NOT_FOUND", f"segment `{segment_id}` does not exist"))
    return record


def _ever(visit: Visit[KibamailSwitches], segment_id: str) -> Record:
    """Return a segment, or what is left of a deleted one: writes find both."""
    record = visit.tables.get(segment_id, Kind.SEGMENT) or visit.tables.get(segment_id, Kind.DELETED)
    if record is None:
        raise Refusal(envelope(404, "RESOURCE_NOT_FOUND", f"segment `{segment_id}` does not exist"))
    return record


def _free_id(name: str, tables: Tables) -> str:
    end = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:16]
    number = tables.last_position() + 1
    while tables.get(f"c{number:08}{end}", Kind.SEGMENT, Kind.DELETED):
        number += 1
    return f"c{number:08}{end}"
