"""A relay before a real server: hands each request on, notes it, and holds it against the server's own description.

What comes back may be spoilt by faults. Must never know a provider.
"""

import json
import threading
from collections.abc import Iterable
from functools import cache
from typing import Final
from urllib.parse import quote, unquote, urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

import httpx
from instance import UNENCRYPTED, Instance
from openapi import Description
from werkzeug import Request, Response
from werkzeug.datastructures import Headers

from reconciler.emulator.faults import Fault, Faults
from reconciler.emulator.unleash_answers import error

_OF_ONE_CONNECTION: Final = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


class Relay:
    """A WSGI app. `complaints` say what was wrong with a request by the description.

    A server that does not answer is complained of too.
    """

    root = "/api/admin"

    def __init__(self, instance: Instance, description: Description) -> None:
        self.requests: list[tuple[str, str]] = []
        self.complaints: list[str] = []
        self._instance = instance
        self._described = description
        self._client = httpx.Client(timeout=30, verify=UNENCRYPTED)
        self._faults = Faults(error)
        self._lock = threading.Lock()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What goes wrong, and when."""
        return self._faults.listed

    @faults.setter
    def faults(self, faults: tuple[Fault, ...]) -> None:
        self._faults = Faults(error, faults)

    def clear_requests(self) -> None:
        """Forget the requests seen."""
        self.requests.clear()

    def close(self) -> None:
        """Close every connection to the server."""
        self._client.close()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Look at one request, and hand it on, unless a fault keeps it from the server."""
        request = Request(environ)
        with self._lock:
            self.requests.append((request.method, _asked(environ)))
            self.complaints += self._complaints(request, unquote(urlsplit(_asked(environ)).path))
        response = self._faults.through(request, self._handed_on)
        return response(environ, start_response)

    def _complaints(self, request: Request, path: str) -> list[str]:
        data = request.get_data()
        try:
            body = json.loads(data) if data else None
        except ValueError:
            return [f"{request.method} {path}: body: it is not JSON"]
        return self._described.request(request.method, path, request.args.items(multi=True), body, request.mimetype)

    def _handed_on(self, request: Request) -> Response:
        headers = _lasting(request.headers.items())
        if self.faults:
            headers = [*((name, value) for name, value in headers if name != "Accept-Encoding"), _PLAIN]
        url = httpx.URL(self._instance.url).copy_with(raw_path=_asked(request.environ).encode("latin-1"))
        try:
            with self._client.stream(request.method, url, headers=headers, content=request.get_data()) as answer:
                body = b"".join(answer.iter_raw())
        except httpx.HTTPError as broken:
            self.complaints.append(f"{request.method} {url}: the server did not answer: {broken!r}")
            return error(502, "the server did not answer")
        response = Response(body, answer.status_code)
        response.headers = Headers(_lasting(answer.headers.items()))
        response.autocorrect_location_header = False
        return response


@cache
def described(instance: Instance) -> Description:
    """Return the description that a server serves of itself."""
    return Description(instance.description())


_PLAIN: Final = ("Accept-Encoding", "identity")
"""Asked for where the answer is to be spoilt, and must be readable."""


def _asked(environ: WSGIEnvironment) -> str:
    """Return the path and query to the letter, where the server of this app tells; else as they can be said."""
    query = f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else ""
    found: str = environ.get("RAW_URI") or quote(environ["PATH_INFO"], encoding="latin-1") + query
    return found


def _lasting(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name.lower() not in _OF_ONE_CONNECTION]
