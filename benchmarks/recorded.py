"""What stands before an emulated vendor: notes what is asked of it, and keeps its answers to what only reads.

Must never know a vendor. The answers are kept so that a measurement is of the client: an emulator takes longer to find
a page than a client to read it, and would hide what the client takes.
"""

import io
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

Headers: TypeAlias = list[tuple[str, str]]
Request: TypeAlias = tuple[str, str, bytes]
"""Method, path with query, and body."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: str
    headers: Headers
    body: bytes


@dataclass
class Recorded:
    """A WSGI app ahead of another. What a request other than GET does is nothing that was kept before it."""

    app: WSGIApplication
    requests: list[Request] = field(default_factory=list)
    sent: int = 0
    """How many bytes of bodies were answered."""
    _kept: dict[tuple[str, str], _Answer] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from what is kept, or have the app answer."""
        method, query = environ["REQUEST_METHOD"], environ.get("QUERY_STRING", "")
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        path = environ["PATH_INFO"] + (f"?{query}" if query else "")
        key = (path, environ.get("HTTP_AUTHORIZATION", ""))
        with self._lock:
            self.requests.append((method, path, body))
            answer = self._kept.get(key) if method == "GET" else None
        if answer is None:
            answer = _answered(self.app, {**environ, "wsgi.input": io.BytesIO(body)})
        with self._lock:
            self.sent += len(answer.body)
            if method == "GET":
                self._kept[key] = answer
            else:
                self._kept.clear()
        start_response(answer.status, answer.headers)
        return [answer.body]

    def forget(self) -> None:
        """Begin to count and to note anew; what is kept stays."""
        with self._lock:
            self.requests, self.sent = [], 0


def _answered(app: WSGIApplication, environ: WSGIEnvironment) -> _Answer:
    began: list[tuple[str, Headers]] = []

    def start(status: str, headers: Headers, _: object = None, /) -> Callable[[bytes], object]:
        began.append((status, headers))
        return lambda _: None

    body = b"".join(app(environ, start))
    ((status, headers),) = began
    return _Answer(status, headers, body)
