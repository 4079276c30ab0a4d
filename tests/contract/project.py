"""A provider that is connected to a project, with hands behind the API's back. Names no vendor."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Protocol
from wsgiref.types import StartResponse, WSGIEnvironment

from contract.subject import Document, Subject

from reconciler.core.ports import Form, Provider
from reconciler.core.segment import Json
from reconciler.emulator import make_app
from reconciler.emulator.app import Emulator
from reconciler.emulator.server import serve
from reconciler.providers.registry import VENDORS
from reconciler.web.transport import Transport


class Way(StrEnum):
    """How a provider reaches its project."""

    IN_PROCESS = "in process"
    LOOPBACK = "loopback"


class Hands(Protocol):
    """Somebody at the vendor's dashboard."""

    def put_segment(self, body: Document) -> str:
        """Create a segment and return its id."""
        ...

    def edit_segment(self, segment_id: str, **members: Json) -> None:
        """Change some members of a segment."""
        ...

    def remove_segment(self, segment_id: str) -> None:
        """Delete a segment."""
        ...

    def seed_many(self, count: int) -> list[str]:
        """Create so many segments and return their ids."""
        ...


@dataclass(frozen=True)
class Project:
    """What a check works on: the provider, its pure conversions, and hands. A real server has no more than this."""

    subject: Subject
    provider: Provider
    form: Form
    hands: Hands


class Meddler:
    """An app that hands everything on, but for what it is told to get wrong."""

    def __init__(self, app: Emulator) -> None:
        self._app = app
        self._ahead: list[Callable[[], object]] = []
        self._taken: dict[str, str] = {}
        self._deaf = False

    def meddle(self, act: Callable[[], object], *, at: int) -> None:
        """Do something ahead of the how many-th request from here on, counted from 1."""
        self._ahead = [*[lambda: None] * (at - 1), act]

    def confuse(self, asked: str, given: str) -> None:
        """Take one segment for another from here on, wherever the first is asked for by its id."""
        self._taken = {asked: given}

    def ignore_writes(self) -> None:
        """Say of every write from here on that it was done, and do nothing."""
        self._deaf = True

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Meddle, where it is time, and hand on."""
        if self._ahead:
            self._ahead.pop(0)()
        if self._deaf and environ["REQUEST_METHOD"] != "GET":
            start_response("200 OK", [("Content-Type", "application/json")])
            return [b"{}"]
        for asked, given in self._taken.items():
            places = {name: environ[name].replace(asked, given) for name in ("PATH_INFO", "QUERY_STRING")}
            environ = {**environ, **places}
        return self._app(environ, start_response)


@dataclass(frozen=True)
class Emulated(Project):
    """A project that can be looked into, and that can be made to fail.

    The secret is what the provider sends; `connect` gives another provider, as the next run of a command has one. The
    meddler stands between the two where the provider reaches the project in process.
    """

    app: Emulator
    secret: str
    connect: Callable[[], Provider]
    meddler: Meddler

    def methods(self) -> list[str]:
        """Return the methods of the requests since the last look."""
        found = [method for method, _ in self.app.requests]
        self.app.clear_requests()
        return found

    def on(self, provider: Provider) -> "Emulated":
        """Return the same project behind another provider."""
        return replace(self, provider=provider)


@contextmanager
def emulated(
    subject: Subject,
    way: Way = Way.IN_PROCESS,
    *,
    secret: str | None = None,
    target: tuple[Mapping[str, str], Mapping[str, Json]] | None = None,
    variant: Mapping[str, Json] | None = None,
) -> Iterator[Emulated]:
    """Yield a new project of a vendor, as a target with these options and switches has it, or one with everything.

    The variant is switched too.
    """
    vendor = VENDORS[subject.name]
    options, own = target or (subject.options, subject.switches)
    key = secret or vendor.embedded_credential
    with ExitStack() as stack:
        app = stack.enter_context(make_app(subject.name))
        app.switches = replace(app.switches, **own, **(variant or {}))
        served = way is Way.LOOPBACK
        endpoint = stack.enter_context(serve(app)).url if served else f"http://emulator{app.root}"
        meddler = Meddler(app)
        transport = Transport(endpoint, key, headers=vendor.headers(key), app=None if served else meddler)
        stack.enter_context(transport)
        connect = partial(vendor.connect, transport, options)
        yield Emulated(subject, connect(), vendor.form(options), app, app, key, connect, meddler)
