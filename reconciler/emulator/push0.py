"""Push0's REST API v1 for segments, as its pages describe it; what they leave open is a switch or said to be assumed.

Knows requests and the tables. Must never know a provider, nor what a client is about to do.
"""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from functools import cache
from http import HTTPStatus
from itertools import count
from typing import Final, assert_never

from werkzeug import Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, Rule

from reconciler.emulator.push0_answers import created, done, error, listed, refused, show
from reconciler.emulator.push0_rules import changes_in, wrong_in_create, wrong_in_delete, wrong_in_update
from reconciler.emulator.push0_samples import sample
from reconciler.emulator.push0_switches import DeleteStyle, ListPrefix, Push0Switches
from reconciler.emulator.tables import SEGMENTS, Document, Kind, Record, Tables
from reconciler.emulator.vendor import Vendor, Visit
from reconciler.emulator.wire import Refusal, read_object

ROOT: Final = "/v1"

_SEGMENTS: Final = f"{ROOT}/segments"
_PRINTED: Final = f"/api{_SEGMENTS}"
_TOKEN: Final = re.compile(r"(?i:Bearer) +(?:(?P<readonly>readonly)\S*|\S+)")
_ID_LENGTH: Final = 21
_OPENED: Final = 1_735_689_600.0  # 2025-01-01T00:00:00Z
_MILLISECOND: Final = 0.001


class _Route(StrEnum):
    LIST = "list"
    CREATE = "create"
    UPDATE = "update"
    DELETE_BY_BODY = "delete_by_body"
    DELETE_BY_QUERY = "delete_by_query"
    DELETE_BY_PATH = "delete_by_path"


class Push0:
    """The vendor. Assumed: a request is checked in the order key, content type, route, right to write, body, segment.

    404 and 405 are for routes alone, and are not among the documented statuses; a segment that does not exist is 400.
    There are no idempotency keys.
    """

    root: Final = ROOT
    seed: Final = (
        Record(Kind.SYSTEM, "sg_Xy3kQ9vTz0LmB7aWc2RfE", {"name": "All", "constraints": []}, _OPENED, _OPENED),
    )
    switches: Final = Push0Switches

    def answer(self, visit: Visit[Push0Switches]) -> Response:
        """Return the answer to a request, having changed the tables as it asks."""
        try:
            return _routed(visit)
        except Refusal as refusal:
            return refusal.answer

    def failure(self, status: int, message: str) -> Response:
        """Return an error in the shape assumed by default, as no switch is at hand."""
        return error(status, message)

    def show(self, record: Record) -> Document:
        """Return a segment as the list shows it."""
        return show(record)

    def identify(self, name: str, tables: Tables) -> str:
        """Return `sg_` and 21 characters drawn from the name, the first such id that was never given."""
        return next(one for one in map(_id_of, (f"{name}\n{number}" for number in count())) if _is_free(one, tables))

    def sample(self, number: int) -> Document:
        """Return an invented segment with one to three groups."""
        return sample(number)


VENDOR: Final[Vendor[Push0Switches]] = Push0()


def _routed(visit: Visit[Push0Switches]) -> Response:
    token = _TOKEN.fullmatch(visit.request.headers.get("Authorization", ""))
    if token is None:
        raise refused(visit, HTTPStatus.UNAUTHORIZED, "an API key is needed")
    if visit.request.mimetype != "application/json":
        raise refused(visit, HTTPStatus.BAD_REQUEST, "the header `Content-Type: application/json` is needed")
    route, segment_id = _route(visit)
    if route is not _Route.LIST and token["readonly"]:
        raise refused(visit, HTTPStatus.FORBIDDEN, "this key may not write")
    match route:
        case _Route.LIST:
            return listed(visit)
        case _Route.CREATE:
            return _created(visit)
        case _Route.UPDATE:
            return _updated(visit)
        case _Route.DELETE_BY_BODY:
            sent = _json(visit)
            return _deleted(visit, str(_valid(visit, sent, wrong_in_delete(sent))["id"]))
        case _Route.DELETE_BY_QUERY:
            return _deleted(visit, visit.request.args.get("id", ""))
        case _Route.DELETE_BY_PATH:
            return _deleted(visit, segment_id)
        case _:
            assert_never(route)


def _route(visit: Visit[Push0Switches]) -> tuple[_Route, str]:
    routes = _routes(visit.switches.list_prefix, visit.switches.delete_style)
    try:
        route, values = routes.bind_to_environ(visit.request.environ).match()
    except MethodNotAllowed as wrong:
        # NOTE: a read of what can only be written, such as one segment's path, is a read of nothing.
        if visit.request.method in {"GET", "HEAD"}:
            raise refused(visit, HTTPStatus.NOT_FOUND, "there is no such route") from wrong
        refusal = refused(visit, HTTPStatus.METHOD_NOT_ALLOWED, "the method is not allowed here")
        refusal.answer.headers["Allow"] = ", ".join(sorted(wrong.valid_methods or ()))
        raise refusal from wrong
    except HTTPException as wrong:
        raise refused(visit, HTTPStatus.NOT_FOUND, "there is no such route") from wrong
    return _Route(route), values.get("segment_id", "")


@cache
def _routes(list_prefix: ListPrefix, delete_style: DeleteStyle) -> Map:
    lists = {"v1": [_SEGMENTS], "api": [_PRINTED], "both": [_SEGMENTS, _PRINTED]}[list_prefix]
    rules = [Rule(path, endpoint=_Route.LIST, methods=["GET"]) for path in lists]
    for path in [_SEGMENTS] if list_prefix == "v1" else [_SEGMENTS, _PRINTED]:
        rules.append(Rule(path, endpoint=_Route.CREATE, methods=["POST"]))
        rules.append(Rule(path, endpoint=_Route.UPDATE, methods=["PATCH"]))
        match delete_style:
            case "off":
                pass
            case "body":
                rules.append(Rule(path, endpoint=_Route.DELETE_BY_BODY, methods=["DELETE"]))
            case "query":
                rules.append(Rule(path, endpoint=_Route.DELETE_BY_QUERY, methods=["DELETE"]))
            case "path":
                rules.append(Rule(f"{path}/<segment_id>", endpoint=_Route.DELETE_BY_PATH, methods=["DELETE"]))
            case _:
                assert_never(delete_style)
    return Map(rules, merge_slashes=False)


def _created(visit: Visit[Push0Switches]) -> Response:
    sent = _json(visit)
    body = _valid(visit, sent, wrong_in_create(sent, may_be_empty=visit.switches.empty_create))
    kept: Document = {"description": None, "constraints": [], **changes_in(body)}
    new_id = VENDOR.identify(str(body["name"]), visit.tables)
    record = Record(Kind.SEGMENT, new_id, kept, visit.now, visit.now)
    visit.tables.add(record)
    return created(visit, record)


def _updated(visit: Visit[Push0Switches]) -> Response:
    sent = _json(visit)
    body = _valid(visit, sent, wrong_in_update(sent))
    present = _editable(visit, str(body["id"]))
    if changes := changes_in(body):
        # NOTE: an edit in the very moment of the creation, or on a clock that was set back, is an edit all the same.
        edited = max(visit.now, present.created + _MILLISECOND)
        visit.tables.replace(replace(present, body=present.body | changes, updated=edited))
    return done()


def _deleted(visit: Visit[Push0Switches], segment_id: str) -> Response:
    visit.tables.retire(_editable(visit, segment_id))
    return done()


def _json(visit: Visit[Push0Switches]) -> Document:
    try:
        return read_object(visit.request.get_data())
    except ValueError as wrong:
        raise refused(visit, HTTPStatus.BAD_REQUEST, str(wrong)) from wrong


def _valid(visit: Visit[Push0Switches], body: Document, wrong: Sequence[str]) -> Document:
    if wrong:
        raise refused(visit, HTTPStatus.BAD_REQUEST, "; ".join(wrong))
    return body


def _editable(visit: Visit[Push0Switches], segment_id: str) -> Record:
    record = visit.tables.get(segment_id, *SEGMENTS)
    if record is None:
        raise refused(visit, HTTPStatus.BAD_REQUEST, f"segment `{segment_id}` does not exist")
    if record.kind is Kind.SYSTEM:
        raise refused(visit, visit.switches.builtin_status, f"segment `{segment_id}` is built in")
    return record


def _id_of(seed: str) -> str:
    digest = hashlib.sha256(seed.encode("utf-8", "surrogatepass")).digest()
    return f"sg_{urlsafe_b64encode(digest).decode('ascii')[:_ID_LENGTH]}"


def _is_free(segment_id: str, tables: Tables) -> bool:
    return tables.get(segment_id, *SEGMENTS, Kind.DELETED) is None
