"""A vendor on loopback behind a gate, where at one request something goes wrong. Names no vendor, and no command."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from socketserver import ThreadingMixIn
from typing import Any, TypeAlias
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

Act: TypeAlias = Callable[["Visit"], Iterable[bytes]]
"""What happens to one request, in place of its being answered."""


@dataclass
class Gate:
    """A WSGI app that hands every request on to a project, but for one. The project may be exchanged between runs.

    `written` are the requests that would write: method, path with query, and body.
    """

    app: WSGIApplication | None = None
    written: list[tuple[str, str, str]] = field(default_factory=list)
    _at: int = 0
    _act: Act | None = None
    _count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self, app: WSGIApplication) -> None:
        """Serve this project from now on, and let nothing go wrong."""
        self.app = app
        self.written.clear()
        self.arm(0, None)

    def arm(self, at: int, act: Act | None) -> None:
        """Have this happen to the how many-th request from here on, counted from 1."""
        with self._lock:
            self._at, self._act, self._count = at, act, 0

    @property
    def count(self) -> int:
        """How many requests there were since it was armed."""
        return self._count

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Hand on, or let it happen."""
        assert self.app is not None
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        visit = Visit({**environ, "wsgi.input": BytesIO(body)}, start_response, self.app)
        with self._lock:
            self._count += 1
            due = self._act if self._count == self._at else None
            if environ["REQUEST_METHOD"] != "GET":
                path = f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}"
                self.written.append((environ["REQUEST_METHOD"], path, body.decode()))
        return due(visit) if due else visit.answer()


@dataclass(frozen=True)
class Visit:
    """One request at the gate."""

    environ: WSGIEnvironment
    start_response: StartResponse
    app: WSGIApplication

    def answer(self) -> Iterable[bytes]:
        """Hand it on, and give the answer."""
        return self.app(self.environ, self.start_response)

    def unheard(self) -> bytes:
        """Hand it on, and keep the answer: its status, headers and body as they would be sent."""
        said: list[bytes] = []

        def start(status: str, headers: list[tuple[str, str]], *_: Any) -> Callable[[bytes], object]:  # noqa: ANN401 - PEP 3333
            lines = [
                f"HTTP/1.1 {status}",
                *(f"{name}: {value}" for name, value in headers),
                "Connection: close",
                "",
                "",
            ]
            said.append("\r\n".join(lines).encode())
            return said.append

        said += list(self.app(self.environ, start))
        return b"".join(said)

    def say(self, data: bytes) -> Iterable[bytes]:
        """Send these bytes, end the connection, and say no more."""
        connection = self.environ["reconciler.connection"]
        connection.sendall(data)
        raise ConnectionAbortedError


class _Handler(WSGIRequestHandler):
    def get_environ(self) -> WSGIEnvironment:
        """Return the environment, with the connection in it."""
        return {**super().get_environ(), "reconciler.connection": self.connection}

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Say nothing."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a connection that ends in the middle is what is tried here."""


@contextmanager
def standing() -> Iterator[tuple[Gate, str]]:
    """Yield a gate, and the address of the server that it stands before."""
    gate = Gate()
    with make_server("127.0.0.1", 0, gate, server_class=_Server, handler_class=_Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield gate, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
