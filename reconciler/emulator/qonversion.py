"""Qonversion's API v4 for segments, as its pages describe it; what they leave open is a switch or said to be assumed.

Knows requests and the tables. Must never know a provider, nor what a client is about to do.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from http import HTTPStatus
from typing import Final, assert_never

from werkzeug import Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, Rule

from reconciler.emulator.qonversion_answers import ROOT, ErrorType, envelope, invalid, page, show, whole_list
from reconciler.emulator.qonversion_rules import wrong_in
from reconciler.emulator.qonversion_switches import QonversionSwitches
from reconciler.emulator.tables import SEGMENTS, Document, Json, Kind, Record, Remembered, Tables
from reconciler.emulator.vendor import Vendor, Visit
from reconciler.emulator.wire import Refusal, answered, read_object, slug

_SEGMENTS: Final = f"{ROOT}/segments"
_ONE: Final = f"{ROOT}/segments/<segment_id>"
_AUTOMATIONS: Final = f"{ROOT}/automations"
_TOKEN: Final = re.compile(r"(?i:Bearer) +(?:test_)?sk_(?:(?P<readonly>readonly)\S*|\S+)")


class _Route(StrEnum):
    LIST = "list"
    SYSTEM = "system"
    READ = "read"
    AUTOMATIONS = "automations"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


_WRITES: Final = {_Route.CREATE, _Route.UPDATE, _Route.DELETE}
_ROUTES: Final = Map(
    [
        Rule(_SEGMENTS, endpoint=_Route.LIST, methods=["GET"]),
        Rule(_SEGMENTS, endpoint=_Route.CREATE, methods=["POST"]),
        Rule(f"{_SEGMENTS}/system", endpoint=_Route.SYSTEM, methods=["GET"]),
        Rule(_ONE, endpoint=_Route.READ, methods=["GET"]),
        Rule(_ONE, endpoint=_Route.UPDATE, methods=["PUT"]),
        Rule(_ONE, endpoint=_Route.DELETE, methods=["DELETE"]),
        Rule(_AUTOMATIONS, endpoint=_Route.AUTOMATIONS, methods=["GET"]),
    ],
    merge_slashes=False,
)


class Qonversion:
    """The vendor. Assumed: a request is checked in the order token, route, right to write, JSON, segment, fields."""

    root: Final = ROOT
    seed: Final = (
        Record(
            Kind.SYSTEM,
            "active-subscribers",
            {"name": "Active Subscribers", "conditions": [{"metric": "renewable", "comparator": "eq", "value": "1"}]},
        ),
        Record(Kind.SYSTEM, "churned-users", {"name": "Churned Users", "conditions": []}),
    )

    switches: Final = QonversionSwitches

    def answer(self, visit: Visit[QonversionSwitches]) -> Response:
        """Return the answer to a request, having changed the tables as it asks."""
        try:
            return _routed(visit)
        except Refusal as refusal:
            return refusal.answer

    def failure(self, status: int, message: str) -> Response:
        """Return the envelope; the codes are from the list of v3, and from what the gateway is known to emit."""
        error_type = ErrorType.REQUEST if status < HTTPStatus.INTERNAL_SERVER_ERROR else ErrorType.INTERNAL
        code = "too_many_requests" if status == HTTPStatus.TOO_MANY_REQUESTS else "unexpected_error"
        return envelope(status, error_type, code, message)

    def show(self, record: Record) -> Document:
        """Return a segment or an automation as the answers show it."""
        return show(record)

    def identify(self, name: str, tables: Tables) -> str:
        """Return the name's slug, with the first free number behind it where it is taken, or is a route."""
        return _free_id(name, tables)

    def sample(self, number: int) -> Document:
        """Return an invented segment with one to three conditions."""
        conditions: list[Json] = [
            {"metric": "environment", "comparator": "eq", "value": "prod", "negate": False},
            {"metric": "custom_uid", "comparator": "contains", "value": f"cohort-{number}", "negate": False},
            {"metric": "renewable", "comparator": "eq", "value": str(number % 2), "negate": number % 5 == 0},
        ]
        return {"name": f"Segment {number:05}", "conditions": conditions[: 1 + number % 3]}


VENDOR: Final[Vendor[QonversionSwitches]] = Qonversion()


def _routed(visit: Visit[QonversionSwitches]) -> Response:
    token = _TOKEN.fullmatch(visit.request.headers.get("Authorization", ""))
    if token is None:
        raise Refusal(envelope(401, ErrorType.REQUEST, "control_unauthorized", "a secret key is needed"))
    route, segment_id = _route(visit)
    if route in _WRITES and token["readonly"]:
        raise Refusal(envelope(403, ErrorType.REQUEST, "control_forbidden", "this key may not write"))
    match route:
        case _Route.LIST:
            response = page(visit, _SEGMENTS, *(SEGMENTS if visit.switches.system_in_list else (Kind.SEGMENT,)))
        case _Route.SYSTEM:
            # NOTE: the page's example says the url of the plain list: api-reference/segments/list-system-segments.
            response = whole_list(visit.tables.all(Kind.SYSTEM), _SEGMENTS)
        case _Route.READ:
            response = answered(show(_found(visit, segment_id)))
        case _Route.AUTOMATIONS:
            response = page(visit, _AUTOMATIONS, Kind.AUTOMATION)
        case _Route.CREATE:
            response = _created(visit)
        case _Route.UPDATE:
            response = _updated(visit, segment_id)
        case _Route.DELETE:
            response = _deleted(visit, segment_id)
        case _:
            assert_never(route)
    return response


def _route(visit: Visit[QonversionSwitches]) -> tuple[_Route, str]:
    try:
        route, values = _ROUTES.bind_to_environ(visit.request.environ).match()
    except MethodNotAllowed as error:
        refused = envelope(405, ErrorType.REQUEST, "invalid_request", "the method is not allowed here")
        refused.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        raise Refusal(refused) from error
    except HTTPException as error:
        raise Refusal(envelope(404, ErrorType.RESOURCE, "not_found", "there is no such route")) from error
    return _Route(route), values.get("segment_id", "")


def _created(visit: Visit[QonversionSwitches]) -> Response:
    key = visit.request.headers.get("Idempotency-Key")
    digest = hashlib.sha256(visit.request.get_data()).hexdigest()
    before = visit.tables.remembered(key) if key else None
    if before and before.digest != digest:
        raise _conflict(ErrorType.REQUEST, "idempotency_key_reused", "the key was used with another body")
    if before:
        return answered(before.answer, before.status)
    body = _valid(_json(visit))
    name = str(body["name"])
    _name_is_free(visit, name, visit.tables.named(name, *SEGMENTS))
    kept: Document = {"name": name, "conditions": body.get("conditions", [])}
    record = Record(Kind.SEGMENT, _free_id(name, visit.tables), kept, visit.now, visit.now)
    visit.tables.add(record)
    if key:
        visit.tables.remember(key, Remembered(digest, 201, show(record)))
    return answered(show(record), 201)


def _updated(visit: Visit[QonversionSwitches], segment_id: str) -> Response:
    sent = _json(visit)
    present = _editable(visit, segment_id)
    body = _valid(sent)
    name = str(body["name"])
    _name_is_free(visit, name, [one for one in visit.tables.named(name, *SEGMENTS) if one.id != segment_id])
    changed = replace(present, body=present.body | body, updated=visit.now)
    visit.tables.replace(changed)
    return answered(show(changed))


def _deleted(visit: Visit[QonversionSwitches], segment_id: str) -> Response:
    present = _editable(visit, segment_id)
    users = [one for one in visit.tables.all(Kind.AUTOMATION) if one.body["segment"] == segment_id]
    if users and visit.switches.conflict_on_used:
        raise _conflict(ErrorType.RESOURCE, "conflict", f"automation `{users[0].id}` uses segment `{segment_id}`")
    visit.tables.remove(present)
    if visit.switches.delete_body:
        return answered({"object": "segment", "id": segment_id, "deleted": True})
    return Response(status=204)


def _json(visit: Visit[QonversionSwitches]) -> Document:
    try:
        return read_object(visit.request.get_data())
    except ValueError as error:
        raise Refusal(envelope(400, ErrorType.REQUEST, "invalid_request", str(error))) from error


def _valid(body: Document) -> Document:
    if details := wrong_in(body):
        raise invalid(details)
    return body


def _found(visit: Visit[QonversionSwitches], segment_id: str) -> Record:
    record = visit.tables.get(segment_id, *SEGMENTS)
    if record is None:
        raise Refusal(envelope(404, ErrorType.RESOURCE, "not_found", f"segment `{segment_id}` does not exist"))
    return record


def _editable(visit: Visit[QonversionSwitches], segment_id: str) -> Record:
    record = _found(visit, segment_id)
    if record.kind is not Kind.SYSTEM:
        return record
    message = f"segment `{segment_id}` is a system segment"
    match visit.switches.system_write_status:
        case 403:
            raise Refusal(envelope(403, ErrorType.REQUEST, "control_forbidden", message))
        case 409:
            raise _conflict(ErrorType.RESOURCE, "conflict", message)
        case other:
            assert_never(other)


def _name_is_free(visit: Visit[QonversionSwitches], name: str, namesakes: Sequence[Record]) -> None:
    if namesakes and visit.switches.unique_names:
        raise _conflict(ErrorType.RESOURCE, "already_exists", f"a segment named `{name}` exists")


def _free_id(name: str, tables: Tables) -> str:
    base = slug(name) or "segment"
    candidate, number = base, 1
    while candidate == "system" or tables.get(candidate, *SEGMENTS):
        number += 1
        candidate = f"{base}-{number}"
    return candidate


def _conflict(error_type: ErrorType, code: str, message: str) -> Refusal:
    return Refusal(envelope(409, error_type, code, message))
