"""A vendor that answers what a case says, over real HTTP: also what no vendor should. Knows no vendor by name."""

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
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
        match item:
            case {"text": str(text)}:
                body: bytes | None = text.encode()
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
    """Return what is answered where a case says nothing: there are no segments."""
    lists = [Reply("/v4/segments/system"), Reply("/v4/segments[?].*")]
    return [*lists, Reply(".*", b"{}", 404)]


@dataclass(frozen=True)
class Vendor:
    """A server: the root of its API, and the methods of what it received."""

    url: str
    methods: list[str]


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, *arguments: Any, replies: list[Reply], methods: list[str]) -> None:  # noqa: ANN401 - as its base
        self._replies = replies
        self._methods = methods
        super().__init__(*arguments)

    def _answer(self) -> None:
        self._methods.append(self.command)
        reply = next(reply for reply in self._replies if re.fullmatch(reply.path, self.path))
        if reply.body is None:
            return
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(reply.body))}.items():
            self.send_header(name, reply.headers.get(name, value))
        for name in reply.headers.keys() - {"Content-Type", "Content-Length"}:
            self.send_header(name, reply.headers[name])
        self.end_headers()
        self.wfile.write(reply.body)

    do_GET = do_POST = do_PUT = do_DELETE = _answer

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serve(replies: list[Reply]) -> Iterator[Vendor]:
    """Serve while the context lasts; the first reply that matches is sent."""
    methods: list[str] = []
    handler = partial(_Handler, replies=replies, methods=methods)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield Vendor(f"http://127.0.0.1:{server.server_port}/v4", methods)
        finally:
            server.shutdown()
            thread.join()
