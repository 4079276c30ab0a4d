"""Unleash's admin API for segments, as a server of version 8.2.0 was seen to answer.

Knows requests and the tables. Must never know a provider, nor what a client is about to do.
"""

import math
import re
from dataclasses import replace
from http import HTTPStatus
from typing import Final, assert_never

from werkzeug import Response

from reconciler.emulator import unleash_script as script
from reconciler.emulator.tables import Document, Kind, Record, Tables
from reconciler.emulator.unleash_answers import (
    configuration,
    context,
    empty,
    error,
    failed,
    invalid,
    listed,
    projects,
    show,
    strategies,
    users_of,
)
from reconciler.emulator.unleash_coercion import Coercion
from reconciler.emulator.unleash_routes import ROOT, Reading, Route, admit
from reconciler.emulator.unleash_rules import MOST_VALUES, compared, kept, wrong_in
from reconciler.emulator.unleash_samples import SEED, sample
from reconciler.emulator.unleash_switches import UnleashSwitches
from reconciler.emulator.vendor import Vendor, Visit
from reconciler.emulator.wire import Refusal, answered

_INTEGER: Final = re.compile(r"\s*[-+]?[0-9]+\s*", re.ASCII)
_LARGEST: Final = 2_147_483_647
_MOST_BYTES: Final = 102_400


class Unleash:
    """The vendor. A token is a personal one, `user:` and more, or an admin's, `*:*.` and more.

    The real server of that version ends its process where a user's token changes or deletes what is not there.
    """

    root: Final = ROOT
    seed: Final = SEED
    switches: Final = UnleashSwitches

    def answer(self, visit: Visit[UnleashSwitches]) -> Response:
        """Return the answer to a request, having changed the tables as it asks."""
        try:
            return _routed(visit)
        except Refusal as refusal:
            return refusal.answer

    def failure(self, status: int, message: str) -> Response:
        """Return an error in the vendor's shape."""
        return error(status, message)

    def show(self, record: Record) -> Document:
        """Return a segment as it is answered alone."""
        return show(record)

    def identify(self, name: str, tables: Tables) -> str:
        """Return the next number of the sequence, whatever the name; what was deleted keeps its own."""
        del name
        return _next_id(tables)

    def sample(self, number: int) -> Document:
        """Return an invented segment with one to three constraints."""
        return sample(number)


VENDOR: Final[Vendor[UnleashSwitches]] = Unleash()


def _routed(visit: Visit[UnleashSwitches]) -> Response:
    route, segment_id = admit(visit)
    match route:
        case Route.CREATE:
            return _created(visit)
        case Route.UPDATE:
            return _updated(visit, segment_id)
        case Route.DELETE:
            return _deleted(visit, segment_id)
        case Route.VALIDATE:
            return _validated(visit)
        case _:
            return _read(visit, route, segment_id)


def _read(visit: Visit[UnleashSwitches], route: Reading, segment_id: str) -> Response:
    match route:
        case Route.LIST:
            return listed(visit.tables, visit.switches)
        case Route.READ:
            return answered(show(_found(visit, segment_id)))
        case Route.STRATEGIES:
            return strategies(_users(visit, _found(visit, segment_id)))
        case Route.CONTEXT:
            return context(visit.tables)
        case Route.PROJECTS:
            return projects(visit.tables)
        case Route.CONFIGURATION:
            return configuration(visit.switches, MOST_VALUES)
        case _:
            assert_never(route)


def _created(visit: Visit[UnleashSwitches]) -> Response:
    sent = _json(visit)
    body = _coerced(sent)
    if len(visit.tables.all(Kind.SEGMENT)) >= visit.switches.segment_limit:
        words = f"no more than {visit.switches.segment_limit} segments are allowed"
        raise Refusal(error(HTTPStatus.BAD_REQUEST, words, name="ExceedsLimitError"))
    body = {"description": None, "project": None, **_valid(visit, body)}
    _name_is_free(visit, body)
    _can_be_kept(visit, body)
    record = Record(Kind.SEGMENT, _given_id(visit, sent), body, visit.now, visit.now)
    visit.tables.add(record)
    response = answered(show(record), 201)
    response.headers["Location"] = f"segments/{record.id}"
    response.autocorrect_location_header = False
    return response


def _updated(visit: Visit[UnleashSwitches], segment_id: str) -> Response:
    body = _valid(visit, _coerced(_json(visit, segment_id)))
    present = _found(visit, segment_id)
    if body["name"] != present.body["name"]:
        _name_is_free(visit, body)
    project = body.get("project") or None
    others = {str(one.body["projectId"]) for one in _users(visit, present)} - {project}
    if project and others:
        raise invalid([{"message": f"the segment is used in other projects: {', '.join(sorted(others))}"}])
    _can_be_kept(visit, body)
    visit.tables.replace(replace(present, body=present.body | body | {"project": project}, updated=visit.now))
    return empty(HTTPStatus.NO_CONTENT)


def _deleted(visit: Visit[UnleashSwitches], segment_id: str) -> Response:
    present = _found(visit, segment_id)
    if _users(visit, present):
        return empty(HTTPStatus.CONFLICT)
    visit.tables.retire(present)
    return empty(HTTPStatus.NO_CONTENT)


def _validated(visit: Visit[UnleashSwitches]) -> Response:
    coercion = Coercion()
    name = coercion.name(_json(visit))
    _refuse_if_wrong(coercion)
    if not name:
        raise invalid([{"message": "a name is needed"}])
    _name_is_free(visit, {"name": name})
    return empty(HTTPStatus.NO_CONTENT)


def _json(visit: Visit[UnleashSwitches], segment_id: str = "0") -> Document:
    """Return the object in the body; the id in the path is looked at when the JSON has been read."""
    if len(visit.request.get_data()) > _MOST_BYTES:
        raise Refusal(_page(HTTPStatus.REQUEST_ENTITY_TOO_LARGE))
    if visit.request.mimetype != "application/json":
        raise Refusal(error(415, "the body must be application/json", name="ContentTypeError", marked=True))
    if not visit.request.mimetype_params.get("charset", "utf-8").lower().startswith("utf-"):
        raise Refusal(_page(HTTPStatus.UNSUPPORTED_MEDIA_TYPE))
    try:
        sent = script.parsed(visit.request.get_data() or b"{}")
    except ValueError as wrong:
        raise Refusal(_page(HTTPStatus.BAD_REQUEST)) from wrong
    _whole(segment_id)
    if not isinstance(sent, dict):
        raise invalid([{"message": "`/body` must be object", "path": "/body"}], marked=True)
    return sent


def _page(status: HTTPStatus) -> Response:
    """Return what is answered ahead of the server's own code: a page of HTML."""
    return Response(f"<!doctype html><title>Error</title><pre>{status.phrase}</pre>", status, mimetype="text/html")


def _coerced(sent: Document) -> Document:
    coercion = Coercion()
    body = coercion.body(sent)
    _refuse_if_wrong(coercion)
    return body


def _refuse_if_wrong(coercion: Coercion) -> None:
    if coercion.wrong:
        raise invalid(coercion.wrong[:1], marked=True)


def _valid(visit: Visit[UnleashSwitches], body: Document) -> Document:
    words = wrong_in(body)
    legal = {str(one.body["name"]): one.body.get("legalValues") for one in visit.tables.all(Kind.CONTEXT_FIELD)}
    for field, value in () if words else compared(body):
        allowed = legal.get(field)
        if isinstance(allowed, list) and allowed and value not in allowed:
            words = f"`{value}` is no legal value of the context field `{field}`"
    if words:
        raise invalid([{"message": words}])
    return kept(body)


def _name_is_free(visit: Visit[UnleashSwitches], body: Document) -> None:
    if visit.tables.named(str(body["name"]), Kind.SEGMENT):
        raise Refusal(error(HTTPStatus.CONFLICT, "the name of the segment is taken"))


def _can_be_kept(visit: Visit[UnleashSwitches], body: Document) -> None:
    """Raise `Refusal` for what the database refuses: it comes out as a failure of the server."""
    project = body.get("project")
    if project and visit.tables.get(str(project), Kind.PROJECT) is None:
        raise failed("the project violates a foreign key")
    if "\0" in f"{body['name']}{body.get('description')}{[*compared(body)]}":
        raise failed("a character of the number 0 cannot be kept")


def _whole(segment_id: str) -> float:
    number = script.number(segment_id)
    if number is None or (math.isfinite(number) and number % 1):
        raise invalid([{"message": "`/params/id` must be integer", "path": "/params/id"}], marked=True)
    return number


def _number(segment_id: str) -> int:
    number = _whole(segment_id)
    if abs(number) > _LARGEST:
        raise failed("the id is out of range")
    return int(number)


def _found(visit: Visit[UnleashSwitches], segment_id: str) -> Record:
    number = _number(segment_id)
    record = visit.tables.get(str(number), Kind.SEGMENT)
    if record is None:
        raise Refusal(error(HTTPStatus.NOT_FOUND, f"there is no segment {number}"))
    return record


def _users(visit: Visit[UnleashSwitches], record: Record) -> list[Record]:
    return users_of(record.id, visit.tables.all(Kind.STRATEGY))


def _given_id(visit: Visit[UnleashSwitches], sent: Document) -> str:
    """Return the id that the body asks for, which no page documents, or the next one."""
    if "id" not in sent:
        return _next_id(visit.tables)
    asked = script.text(sent["id"]) if isinstance(sent["id"], float) else str(sent["id"])
    if not _INTEGER.fullmatch(asked) or abs(int(asked)) > _LARGEST or visit.tables.get(str(int(asked)), Kind.SEGMENT):
        raise failed("the id is none, or violates the primary key")
    return str(int(asked))


def _next_id(tables: Tables) -> str:
    number = tables.last_position() + 1
    while tables.get(str(number), Kind.SEGMENT, Kind.DELETED):
        number += 1
    return str(number)
