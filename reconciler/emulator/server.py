"""An app on a port of this machine: in a thread beside its caller, or until it is interrupted.

Knows sockets and threads. Must never know what the app answers, and writes nothing to the terminal.
"""

import errno
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from reconciler.errors import Problem, VendorFailure

LOOPBACK: Final = "127.0.0.1"
_POLL_SECONDS: Final = 0.02


class Served(Protocol):
    """A WSGI app that knows the path that its API begins with."""

    @property
    def root(self) -> str:
        """Such as `/v4`."""
        ...

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse, /) -> Iterable[bytes]:
        """Answer one request."""
        ...


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that answers: its host, the port it got, and the root of the API as an endpoint."""

    host: str
    port: int
    url: str
    _ended: threading.Event = field(default_factory=threading.Event, repr=False, compare=False)

    def wait(self) -> None:
        """Block until the server has been stopped, or an exception such as KeyboardInterrupt arrives."""
        self._ended.wait()


class _QuietHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's name
        """Say nothing."""


@contextmanager
def serve(app: Served, port: int = 0, host: str = LOOPBACK) -> Iterator[RunningServer]:
    """Serve an app from a thread while the context lasts; port 0 takes a free one.

    Raises `VendorFailure`: `port-in-use`, or `cannot-listen` for a host or port that cannot be had otherwise.
    """
    server = _listening(app, port, host)
    ended = threading.Event()
    thread = threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,), name="emulator", daemon=True)
    shown = f"[{server.host}]" if ":" in server.host else server.host
    running = RunningServer(server.host, server.port, f"http://{shown}:{server.port}{app.root}", ended)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        thread.join()
        ended.set()


def serve_forever(
    app: Served, port: int = 0, host: str = LOOPBACK, *, announce: Callable[[RunningServer], None]
) -> None:
    """Serve an app until Ctrl-C, having told `announce` where. Signals other than that are the caller's to handle.

    Returns after a KeyboardInterrupt, and lets any other exception through, the port being free in both cases.
    Raises `VendorFailure` as `serve` does.
    """
    try:
        with serve(app, port, host) as running:
            announce(running)
            running.wait()
    except KeyboardInterrupt:
        return


def _listening(app: Served, port: int, host: str) -> BaseWSGIServer:
    # NOTE: given a port instead of a socket, werkzeug prints and exits where the port is taken.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        _check(port)
        with socket.create_server((host, port), family=family, backlog=128) as bound:
            return make_server(host, port, app, threaded=True, request_handler=_QuietHandler, fd=bound.fileno())
    except OSError as error:
        raise _failure(error, port, host) from error


def _check(port: int) -> None:
    # NOTE: given such a port, socket.create_server raises OverflowError and leaves its socket open.
    if port not in range(65_536):
        raise OSError(errno.EINVAL, "a port is a number from 0 to 65535")


def _failure(error: OSError, port: int, host: str) -> VendorFailure:
    if error.errno == errno.EADDRINUSE:
        message = f"{host}:{port}: the port is in use by another program"
        return VendorFailure(
            Problem(code="port-in-use", message=message, hint="name another port, or 0 for a free one")
        )
    message = f"{host}:{port}: cannot listen there: {error}"
    hint = "listen on 127.0.0.1, with port 0 for a free one"
    return VendorFailure(Problem(code="cannot-listen", message=message, hint=hint))
