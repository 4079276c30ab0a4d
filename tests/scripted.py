"""A vendor on loopback that does with each connection what a test says, also what no vendor should. Knows no API."""

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import TypeAlias

Step: TypeAlias = Callable[[socket.socket], object]


@dataclass(frozen=True)
class Scripted:
    """Where the vendor is, and the first lines of the requests that it got, such as `GET /v4/segments`."""

    url: str
    requests: list[str] = field(default_factory=list)


def says(status: int, body: object = None, **headers: str) -> Step:
    """Answer with JSON; a header's underscores stand for hyphens."""
    content = b"" if body is None else json.dumps(body).encode()
    named = {"Content-Type": "application/json", "Content-Length": str(len(content)), "Connection": "close"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return sends(f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + content)


def sends(*parts: bytes) -> Step:
    """Send these bytes, each part by itself."""

    def step(connection: socket.socket) -> None:
        for part in parts:
            connection.sendall(part)

    return step


def drops(_connection: socket.socket) -> None:
    """Say nothing."""


@contextmanager
def scripted(*steps: Step) -> Iterator[Scripted]:
    """Serve one step for each connection; further ones are dropped."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        made = Scripted(f"http://127.0.0.1:{server.getsockname()[1]}/v4")
        thread = threading.Thread(target=_serve, args=(server, steps, made.requests), daemon=True)
        thread.start()
        yield made
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def _serve(server: socket.socket, steps: tuple[Step, ...], requests: list[str]) -> None:
    for step in chain(steps, repeat(drops)):
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            requests.append(_request(connection))
            step(connection)
            connection.shutdown(socket.SHUT_WR)


def _request(connection: socket.socket) -> str:
    """Read a whole request, and return its method and path."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65_536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: *(\d+)", head)
    while length and len(body) < int(length[1]):
        body += connection.recv(65_536)
    return head.decode().split(" HTTP/")[0]
