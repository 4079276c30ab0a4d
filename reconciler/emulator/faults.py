"""What goes wrong between a vendor and its client, on demand: at which request, and in which way.

Works on any vendor's JSON answers from outside. Must never know a vendor's routes or the store.
"""

import itertools
import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Final, assert_never
from urllib.parse import parse_qsl, urlencode

from werkzeug import Request, Response

from reconciler.emulator.tables import Json

_CURSORS: Final = ("starting_after", "after", "page")
_MORE: Final = {"has_more", "hasMore"}


class FaultKind(StrEnum):
    """A way to go wrong. The first four keep the request from the vendor; with the others it is carried out."""

    STATUS = "status"
    HTML = "html"
    REDIRECT = "redirect"
    UNTYPED_ERROR = "untyped_error"
    REPEATED_PAGE = "repeated_page"
    FAILED_AFTER_COMMIT = "failed_after_commit"
    TRUNCATED_JSON = "truncated_json"
    MISSING_MEMBER = "missing_member"
    WRONG_TYPE = "wrong_type"
    EMPTY_PAGE = "empty_page"
    NO_HAS_MORE = "no_has_more"
    DUPLICATE_ID = "duplicate_id"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong.

    - `match`: a shell pattern for `METHOD /path`, without the query; `*` also stands for slashes.
    - `at`: the how many-th request among those that match, from 1 and since the faults were set; None for each.
    - `status`, `retry_after`: of `STATUS`, `HTML`, `UNTYPED_ERROR` and `FAILED_AFTER_COMMIT`.
    - `member`: of `MISSING_MEMBER` and `WRONG_TYPE`: a path into the answer such as `has_more` or `data.0.id`.
    - `location`: of `REDIRECT`, which is a 307.
    """

    kind: FaultKind
    at: int | None = None
    match: str = "*"
    status: int = 500
    retry_after: str | None = None
    member: str = "id"
    location: str = "https://elsewhere.invalid/v4/segments"


class Faults:
    """The faults of one app, and how many requests each has seen."""

    def __init__(self, failure: Callable[[int, str], Response], listed: Iterable[Fault] = ()) -> None:
        """Spoil answers by these faults; `failure` words an error as the vendor does."""
        self.listed = tuple(listed)
        self._failure = failure
        self._lock = threading.Lock()
        self._seen = [itertools.count(1) for _ in self.listed]
        self._last: list[Json] = []

    def through(self, request: Request, answer: Callable[[Request], Response]) -> Response:
        """Return the answer to a request, spoilt by the first fault that is due."""
        if not self.listed:
            return answer(request)
        line = f"{request.method} {request.path}"
        with self._lock:
            counts = [
                next(seen) if fnmatchcase(line, fault.match) else 0
                for fault, seen in zip(self.listed, self._seen, strict=True)
            ]
        due = (fault for fault, count in zip(self.listed, counts, strict=True) if count and fault.at in {None, count})
        fault = next(due, None)
        response = answer(request) if fault is None else self._spoilt(fault, request, answer)
        self._last = _items(_document(response))[-1:] or self._last
        return response

    def _spoilt(self, fault: Fault, request: Request, answer: Callable[[Request], Response]) -> Response:
        match fault.kind:
            case FaultKind.STATUS | FaultKind.UNTYPED_ERROR:
                response = self._error(fault)
            case FaultKind.HTML:
                page = "<!doctype html><title>Bad gateway</title><p>Try again later."
                response = _hurried(fault, Response(page, status=fault.status, mimetype="text/html"))
            case FaultKind.REDIRECT:
                response = Response(status=307, headers={"Location": fault.location})
            case FaultKind.REPEATED_PAGE:
                response = answer(_first_page(request))
            case FaultKind.FAILED_AFTER_COMMIT:
                answer(request)
                response = self._error(fault)
            case FaultKind.TRUNCATED_JSON:
                response = answer(request)
                response.set_data(response.get_data()[: len(response.get_data()) // 2])
            case FaultKind.MISSING_MEMBER | FaultKind.WRONG_TYPE | FaultKind.NO_HAS_MORE:
                response = _altered(answer(request), fault)
            case FaultKind.EMPTY_PAGE | FaultKind.DUPLICATE_ID:
                response = self._other_page(answer(request), fault)
            case _:
                assert_never(fault.kind)
        return response

    def _error(self, fault: Fault) -> Response:
        response = self._failure(fault.status, f"an arranged fault with status {fault.status}")
        match _document(response):
            case {"error": dict() as error} if fault.kind is FaultKind.UNTYPED_ERROR:
                response.set_data(json.dumps({"error": {name: error[name] for name in error if name != "type"}}))
            case _:
                pass
        return _hurried(fault, response)

    def _other_page(self, response: Response, fault: Fault) -> Response:
        document = _document(response)
        items = [] if fault.kind is FaultKind.EMPTY_PAGE else [*(self._last or _items(document)[:1]), *_items(document)]
        match document:
            case list():
                response.set_data(json.dumps(items))
            case dict() if isinstance(document.get("data"), list):
                empty = fault.kind is FaultKind.EMPTY_PAGE
                more = {name: empty or document[name] for name in _MORE & document.keys()}
                response.set_data(json.dumps(document | {"data": items} | more))
            case _:
                pass
        return response


def _altered(response: Response, fault: Fault) -> Response:
    document = _document(response)
    if fault.kind is FaultKind.NO_HAS_MORE and isinstance(document, dict):
        response.set_data(json.dumps({name: document[name] for name in document if name not in _MORE}))
        return response
    *path, last = fault.member.split(".")
    holder: Json = document
    for part in path:
        match holder:
            case dict():
                holder = holder.get(part)
            case list():
                holder = holder[int(part)] if int(part) < len(holder) else None
            case _:
                break
    if isinstance(holder, dict) and last in holder:
        value = holder.pop(last)
        if fault.kind is FaultKind.WRONG_TYPE:
            holder[last] = 42 if isinstance(value, str) else "wrong"
        response.set_data(json.dumps(document))
    return response


def _hurried(fault: Fault, response: Response) -> Response:
    if fault.retry_after is not None:
        response.headers["Retry-After"] = fault.retry_after
    return response


def _first_page(request: Request) -> Request:
    kept = [(name, value) for name, value in parse_qsl(request.environ["QUERY_STRING"]) if name not in _CURSORS]
    return Request({**request.environ, "QUERY_STRING": urlencode(kept)})


def _document(response: Response) -> Json:
    document: Json = response.get_json(silent=True)
    return document


def _items(document: Json) -> list[Json]:
    match document:
        case list() as items:
            return items
        case {"data": list() as items}:
            return items
        case _:
            return []
