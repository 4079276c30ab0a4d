"""Who may ask Unleash for what: the tokens, the routes, and which of these only read. Must never answer a request."""

import re
from enum import StrEnum
from http import HTTPStatus
from typing import Final, Literal, TypeAlias

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from reconciler.emulator.unleash_answers import error
from reconciler.emulator.unleash_switches import UnleashSwitches
from reconciler.emulator.vendor import Visit
from reconciler.emulator.wire import Refusal, answered

ROOT: Final = "/api/admin"
_SEGMENTS: Final = f"{ROOT}/segments"
_ONE: Final = f"{_SEGMENTS}/<segment_id>"
_ID: Final = slice(4, 5)
_SLASHES: Final = re.compile("/+")
_VIEWER: Final = re.compile(r"user:viewer\S*")
_ADMIN: Final = re.compile(r"(?:\*:\*\.|user:)\S+")
_CLIENT: Final = re.compile(r"[^:\s]+:[^:.\s]+\.\S+")


class Route(StrEnum):
    """What can be asked for."""

    LIST = "list"
    CREATE = "create"
    VALIDATE = "validate"
    READ = "read"
    UPDATE = "update"
    DELETE = "delete"
    STRATEGIES = "strategies"
    CONTEXT = "context"
    PROJECTS = "projects"
    CONFIGURATION = "configuration"


Reading: TypeAlias = Literal[
    Route.LIST, Route.READ, Route.STRATEGIES, Route.CONTEXT, Route.PROJECTS, Route.CONFIGURATION
]
"""The routes that change nothing and take no body."""

_WRITES: Final = {Route.CREATE, Route.UPDATE, Route.DELETE}
_ROUTES: Final = Map(
    [
        Rule(_SEGMENTS, endpoint=Route.LIST, methods=["GET"]),
        Rule(_SEGMENTS, endpoint=Route.CREATE, methods=["POST"]),
        Rule(f"{_SEGMENTS}/validate", endpoint=Route.VALIDATE, methods=["POST"]),
        Rule(_ONE, endpoint=Route.READ, methods=["GET"]),
        Rule(_ONE, endpoint=Route.UPDATE, methods=["PUT"]),
        Rule(_ONE, endpoint=Route.DELETE, methods=["DELETE"]),
        Rule(f"{_ONE}/strategies", endpoint=Route.STRATEGIES, methods=["GET"]),
        Rule(f"{ROOT}/context", endpoint=Route.CONTEXT, methods=["GET"]),
        Rule(f"{ROOT}/projects", endpoint=Route.PROJECTS, methods=["GET"]),
        Rule(f"{ROOT}/ui-config", endpoint=Route.CONFIGURATION, methods=["GET"]),
    ],
    merge_slashes=False,
)


def admit(visit: Visit[UnleashSwitches]) -> tuple[Route, str]:
    """Return the route of a request, and the id in it; raises `Refusal` for a token that may not have it.

    A token is a personal one, `user:` and more, or an admin's, `*:*.` and more, with `Bearer` in front of it or not.
    Here, one that begins with `user:viewer` is a viewer's, who may only read. Capitals make no difference in a path
    but in an id. No path or method that is unknown is told from another.
    """
    token = visit.request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not _ADMIN.fullmatch(token):
        raise _unknown(token)
    path = _path(visit.request.path)
    try:
        found, _ = _ROUTES.bind_to_environ(visit.request.environ).match(path.lower())
    except HTTPException as wrong:
        raise Refusal(error(HTTPStatus.NOT_FOUND, "the path is not available", marked=True)) from wrong
    route = Route(found)
    if route in _WRITES and _VIEWER.fullmatch(token):
        raise Refusal(error(HTTPStatus.FORBIDDEN, "this user may not write", marked=True))
    return route, "".join(path.split("/")[_ID])


def _path(path: str) -> str:
    """Return a path with no slash but those that make a difference: one between two words."""
    return _SLASHES.sub("/", path).rstrip("/")


def _unknown(token: str) -> Refusal:
    if _CLIENT.fullmatch(token):
        return Refusal(answered({"message": "invalid token: this endpoint takes one of another type"}, 403))
    name = "" if token else "AuthenticationRequired"
    return Refusal(error(HTTPStatus.UNAUTHORIZED, "a token is needed", name=name, marked=True))
