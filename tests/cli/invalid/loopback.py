"""A vendor that answers what a case says, over real HTTP: also what no vendor should. Knows no vendor's API."""

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

EMPTY_LIST = b'{"data": [], "has_more": false, "next_cursor": null}'


@dataclass(frozen=True)
class Reply:
    """What is answered where path and query match `path` as a whole; nothing at all where `body` is None.

    In `answers.json` a body is `text`, `json` (any value), `file` (beside it), or `repeat` (a text, and how often).
    """

    path: str
    body: bytes | None = EMPTY_LIST
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, item: dict[str, Any], folder: Path) -> Self:
        """Return one item of `answers.json`."""
        body: bytes | None
        match item:
            case {"text": str(text)}:
                body = text.encode()
            case {"json": value}:
                body = json.dumps(value).encode()
            case {"file": name}:
                body = (folder / name).read_bytes()
            case {"repeat": [text, times]}:
                body = text.encode() * times
            case _:
                body = None
        return cls(item["path"], body, item.get("status", 200), item.get("headers", {}))


def replies() -> list[Reply]:
    """Return what is answered where a case says nothing: there are no segments, and nothing else is known."""
    return [Reply("/v4/segments/system"), Reply("/v4/segments[?].*"), Reply(".*", b"{}", 404)]


@dataclass(frozen=True)
class Vendor:
    """A server: its host and port, and the methods of what it received."""

    address: str
    methods: list[str]

    @property
    def url(self) -> str:
        """The root of its API."""
        return f"http://{self.address}/v4"


class _Server(ThreadingHTTPServer):
    def __init__(self, replies: list[Reply]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies = replies
        self.methods: list[str] = []


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Answer every method alike: the base looks for `do_GET` and the like."""
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        self.server.methods.append(self.command)
        reply = next(reply for reply in self.server.replies if re.fullmatch(reply.path, self.path))
        if reply.body is None:
            return
        self.send_response(reply.status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(reply.body)),
            **reply.headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serve(replies: list[Reply]) -> Iterator[Vendor]:
    """Serve while the context lasts; the first reply that matches is sent."""
    with _Server(replies) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield Vendor(f"127.0.0.1:{server.server_port}", server.methods)
        finally:
            server.shutdown()
            thread.join()
