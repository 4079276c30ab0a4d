"""Which of Kibamail's routes a request asks for, and whether its API key may go there.

Knows the header, the path and the scopes. Must never know the tables, nor what a route answers.
"""

import re
from enum import StrEnum
from typing import Final

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, Rule

from reconciler.emulator.kibamail_answers import envelope
from reconciler.emulator.kibamail_switches import KibamailSwitches
from reconciler.emulator.vendor import Visit
from reconciler.emulator.wire import Refusal

ROOT: Final = "/v1"
_SEGMENTS: Final = f"{ROOT}/segments"
_ONE: Final = f"{ROOT}/segments/<segment_id>"
_BEARER: Final = re.compile(r"Bearer (.+)")
_SCOPED: Final = re.compile(r"kb_scopes_([^_]*)(?:_.*)?")


class Route(StrEnum):
    """What can be asked for."""

    LIST = "list"
    CREATE = "create"
    READ = "read"
    UPDATE = "update"
    DELETE = "delete"
    CONTACTS = "contacts"
    PROPERTIES = "properties"
    TOPICS = "topics"


# NOTE: the last two are on no page that was read, and assumed: https://github.com/kibamail/kibamail has them so.
_SCOPES: Final = {
    Route.LIST: ("read:segments",),
    Route.CREATE: ("write:segments",),
    Route.READ: ("read:segments",),
    Route.UPDATE: ("update:segments",),
    Route.DELETE: ("delete:segments",),
    Route.CONTACTS: ("read:contacts", "read:segments"),
    Route.PROPERTIES: ("read:contact-properties",),
    Route.TOPICS: ("read:topics",),
}
_DOCUMENTED_SCOPES: Final = _SCOPES | dict.fromkeys((Route.UPDATE, Route.DELETE), ("write:segments",))
_ROUTES: Final = Map(
    [
        Rule(_SEGMENTS, endpoint=Route.LIST, methods=["GET"]),
        Rule(_SEGMENTS, endpoint=Route.CREATE, methods=["POST"]),
        Rule(_ONE, endpoint=Route.READ, methods=["GET"]),
        Rule(_ONE, endpoint=Route.UPDATE, methods=["PUT"]),
        Rule(_ONE, endpoint=Route.DELETE, methods=["DELETE"]),
        Rule(f"{_ONE}/contacts", endpoint=Route.CONTACTS, methods=["GET"]),
        Rule(f"{ROOT}/contact-properties", endpoint=Route.PROPERTIES, methods=["GET"]),
        Rule(f"{ROOT}/topics", endpoint=Route.TOPICS, methods=["GET"]),
    ],
    merge_slashes=False,
)


def admit(visit: Visit[KibamailSwitches]) -> tuple[Route, str]:
    """Return the route, and the segment's id where it has one. Raises `Refusal` for a key or a path that will not do.

    The header is looked at before the key, and the key's scopes after it; that both come before the path is
    assumed, and so are the codes for an unknown path and for a wrong method.
    A key `kb_scopes_<scopes joined by +>_...` has those scopes, any other `kb_` key has all.
    """
    key = _BEARER.fullmatch(visit.request.headers.get("Authorization", ""))
    if key is None:
        raise Refusal(envelope(401, "MISSING_AUTHORIZATION_HEADER", "the header `Authorization: Bearer ...` is needed"))
    if not key[1].startswith("kb_"):
        raise Refusal(envelope(401, "INVALID_API_KEY", "the API key is not known"))
    route, segment_id = _route(visit)
    _check_scopes(visit, route, key[1])
    return route, segment_id


def _route(visit: Visit[KibamailSwitches]) -> tuple[Route, str]:
    try:
        route, values = _ROUTES.bind_to_environ(visit.request.environ).match()
    except MethodNotAllowed as error:
        refused = envelope(405, "INVALID_PARAMETER", "the method is not allowed here")
        refused.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        raise Refusal(refused) from error
    except HTTPException as error:
        raise Refusal(envelope(404, "RESOURCE_NOT_FOUND", "there is no such route")) from error
    return Route(route), values.get("segment_id", "")


def _check_scopes(visit: Visit[KibamailSwitches], route: Route, key: str) -> None:
    scoped = _SCOPED.fullmatch(key)
    needed = (_DOCUMENTED_SCOPES if visit.switches.scopes == "docs" else _SCOPES)[route]
    missing = [scope for scope in needed if scoped and scope not in scoped[1].split("+")]
    if missing:
        raise Refusal(envelope(401, "INSUFFICIENT_SCOPE", f"the API key lacks the scope {', '.join(missing)}"))
