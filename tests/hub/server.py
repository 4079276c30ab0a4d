"""A GitHub of one repository on loopback: a second reading of GitHub's documentation.

Written from the documentation of the REST API and its OpenAPI description; must never know `reconciler.github`.
"""

import json
import re
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias
from wsgiref.types import StartResponse, WSGIEnvironment

from hub import runner
from hub.api import RULES, Answer, Visit, answer
from hub.description import description
from hub.faults import Fault, Limit, limit
from hub.records import Refused, Run, Seen, Token
from hub.store import Store
from werkzeug import Request, Response
from werkzeug.exceptions import MethodNotAllowed, NotFound

from reconciler.emulator.server import serve
from reconciler.usecases import clock

Gate: TypeAlias = Callable[[str, str, str, str], None]
"""Is told the token's text, the method, the path, and `before` or `after`; it may block."""

_DOCUMENTATION = "https://docs.github.com/rest"
_LIMIT = 5_000
_VERSIONS = ("2022-11-28", "2026-03-10")


class Hub(Store):
    """The hub over a bare repository: its REST API as a WSGI app, and the hands of people beside it.

    `requests` are those that it saw. `complaints` are what was wrong with them by the OpenAPI description, if that is
    there. `gate` is called before each request is carried out, and after it before it is answered.
    """

    root = ""

    def __init__(self, bare: Path) -> None:
        super().__init__(bare)
        self.url = ""
        self.requests: list[Seen] = []
        self.complaints: list[str] = []
        self.gate: Gate | None = None
        self._faults: list[Fault] = []

    def fail(
        self,
        matching: tuple[str, str],
        *,
        times: int = 1,
        skip: int = 0,
        before: bool = True,
        drop: bool = False,
        status: int = 500,
        headers: Mapping[str, str] | None = None,
        body: object = None,
    ) -> None:
        """Have requests of a method, with a path in which a pattern is found, answered so; or the connection dropped.

        With `before=False` they are carried out all the same. A body is JSON, or a text that is sent as it is.
        """
        method, pattern = matching
        said = {"message": "Server Error"} if body is None else body
        with self.lock:
            fault = Fault(method, re.compile(pattern), times, skip, before, drop, status, headers or {}, said)
            self._faults.append(fault)

    def limit(self, matching: tuple[str, str], kind: Limit = "secondary", *, seconds: int = 1, times: int = 1) -> None:
        """Have requests answered by a rate limit: secondary (403), too many (429), or exhausted (403, till a reset).

        The reset goes by the machine's clock, as the `Date` does that the server sends before the hub's.
        """
        self.fail(matching, times=times, **limit(kind, seconds, clock.now().timestamp()))

    def seen(self, method: str, pattern: str = "") -> list[Seen]:
        """Return the requests of a method with a path in which the pattern is found."""
        return [seen for seen in self.requests if seen.is_to(method, pattern)]

    def environment(
        self,
        event: runner.Event,
        run: Run,
        token: str,
        folder: Path,
        *,
        workspace: Path | None = None,
        action: str = "synchronize",
        before: str | None = None,
        inputs: Mapping[str, str] | None = None,
    ) -> dict[str, str]:
        """Return the variables of a job, whose files are written into the folder.

        `action`: of a pull request's event. `before`: the commit before a push; else the pushed one's first parent.
        """
        happening = runner.Happening(event, action, before, inputs or {})
        with self.lock:
            return runner.environment(self, happening, run, token=token, folder=folder, workspace=workspace or folder)

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Serve it on a port of this machine, and yield its address."""
        with serve(self) as server:
            self.url = self.shapes.api = self.shapes.web = server.url
            yield server.url

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, and keep what was said."""
        request = Request(environ)
        body = _json(request.get_data())
        token = self._tokens.get(_credential(request))
        client = token.text if token else ""
        self._pass(client, request, "before")
        with self.lock:
            self.clock.tick()
            if not _TALK.search(request.path):
                self.refresh()
            if known := description():
                self.complaints += known.request(
                    request.method, request.path, request.args.items(multi=True), None if body is _UNREADABLE else body
                )
            fault = next((fault for fault in self._faults if fault.happens(request.method, request.path)), None)
            given = Answer() if fault and fault.before else self._answer(request, token, body)
            if fault:
                given = Answer(fault.status, fault.body, fault.headers)
            self._keep(request, token, body, Answer(0) if fault and fault.drop else given)
            response = self._response(given)
        self._pass(client, request, "after")
        if fault and fault.drop:
            _drop(environ)
        return response(environ, start_response)

    def _pass(self, client: str, request: Request, when: str) -> None:
        if self.gate is not None:
            self.gate(client, request.method, request.path, when)

    def _answer(self, request: Request, token: Token | None, body: object) -> Answer:
        try:
            return self._carried_out(request, token, body)
        except Refused as refused:
            said: dict[str, object] = {"message": refused.message}
            if refused.errors:
                said["errors"] = list(refused.errors)
            said |= {"documentation_url": _DOCUMENTATION, "status": str(refused.status)}
            return Answer(refused.status, said)

    def _carried_out(self, request: Request, token: Token | None, body: object) -> Answer:
        if not request.headers.get("User-Agent"):
            raise Refused(
                403, "Request forbidden by administrative rules. Please make sure your request has a User-Agent"
            )
        version = request.headers.get("X-GitHub-Api-Version", _VERSIONS[0])
        if version not in _VERSIONS:
            raise Refused(400, f"{version} is not a supported version of the REST API.")
        if token is None:
            given = request.headers.get("Authorization")
            raise Refused(401, "Bad credentials" if given else "Requires authentication")
        if body is _UNREADABLE:
            raise Refused(400, "Problems parsing JSON")
        try:
            endpoint, arguments = RULES.bind("hub").match(request.path, request.method)
        except (NotFound, MethodNotAllowed) as error:
            raise Refused(404, "Not Found") from error
        query = dict(request.args.items())
        return answer(self, endpoint, Visit(token, arguments, query, body, f"{self.url}{request.path}"))

    def _keep(self, request: Request, token: Token | None, body: object, given: Answer) -> None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        login, text = (token.login, token.text) if token else (None, None)
        sent = None if body is _UNREADABLE else body
        query = dict(request.args.items())
        self.requests.append(
            Seen(request.method, request.path, query, headers, sent, login, text, given.status, given.body)
        )

    def _response(self, given: Answer) -> Response:
        text = given.body if isinstance(given.body, str) else json.dumps(given.body, ensure_ascii=False)
        used = len(self.requests)
        headers = {
            "content-type": "application/json; charset=utf-8",
            "date": f"{self.clock.now:%a, %d %b %Y %H:%M:%S GMT}",
            "x-github-media-type": "github.v3; format=json",
            "x-github-request-id": f"0000:{used:04X}",
            "x-ratelimit-limit": str(_LIMIT),
            "x-ratelimit-remaining": str(_LIMIT - used % _LIMIT),
            "x-ratelimit-reset": str(int(self.clock.now.timestamp()) + 3_600),
            "x-ratelimit-resource": "core",
            "x-ratelimit-used": str(used % _LIMIT),
            **{name.lower(): value for name, value in given.headers.items()},
        }
        return Response("" if given.body is None else text, given.status, headers)


_UNREADABLE = object()
_TALK = re.compile(r"/comments|/actions/|/labels|/user$")
"""Paths that do not depend on what was pushed; to look takes several commands of git."""


def _json(data: bytes) -> object:
    if not data:
        return None
    try:
        return json.loads(data)
    except ValueError:
        return _UNREADABLE


def _credential(request: Request) -> str:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if scheme.lower() in {"bearer", "token"} else ""


def _drop(environ: WSGIEnvironment) -> None:
    connection: socket.socket = environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError
