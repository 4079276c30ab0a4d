"""A provider that is connected to a project, with hands behind the API's back. Names no vendor."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Protocol, Self
from wsgiref.types import StartResponse, WSGIEnvironment

from contract.subject import Document, Subject

from reconciler.core.ports import Form, Provider
from reconciler.core.segment import Json
from reconciler.emulator import make_app
from reconciler.emulator.faults import Fault
from reconciler.emulator.server import serve
from reconciler.providers.registry import VENDORS
from reconciler.web.transport import Transport

PLACES = ("PATH_INFO", "QUERY_STRING", "RAW_URI", "REQUEST_URI")
"""Where a WSGI environment has a request's path."""


class Way(StrEnum):
    """How a provider reaches its project."""

    IN_PROCESS = "in process"
    LOOPBACK = "loopback"


class App(Protocol):
    """What a provider's requests come to. It notes them; what it answers may be spoilt by faults."""

    faults: tuple[Fault, ...]

    @property
    def root(self) -> str:
        """The path that the API begins with, such as `/v4`."""
        ...

    @property
    def requests(self) -> list[tuple[str, str]]:
        """The requests seen, oldest first, as method and path with query."""
        ...

    def clear_requests(self) -> None:
        """Forget the requests seen."""
        ...

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse, /) -> Iterable[bytes]:
        """Answer one request."""
        ...


class Hands(Protocol):
    """Somebody at the vendor's dashboard."""

    def segments(self, *, system: bool = False) -> list[Document]:
        """Return the live segments as the vendor's answers show them; system segments where asked for."""
        ...

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

    def reorder_segments(self, ids: Sequence[str]) -> None:
        """Give the list this order, where it has one that can be changed."""
        ...


@dataclass(frozen=True)
class Project:
    """What a check works on: the provider, its pure conversions, and hands."""

    subject: Subject
    provider: Provider
    form: Form
    hands: Hands


class Meddler:
    """An app that hands everything on, but for what it is told to get wrong."""

    def __init__(self, app: App) -> None:
        self.root = app.root
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
            places = {name: environ[name].replace(asked, given) for name in PLACES if name in environ}
            environ = {**environ, **places}
        return self._app(environ, start_response)


@dataclass(frozen=True)
class Trial(Project):
    """A project whose requests can be seen, and that can be made to fail.

    The secret is what the provider sends; `connect` gives another provider, as the next run of a command has one. The
    meddler stands between the provider and the app.
    """

    app: App
    secret: str
    connect: Callable[[], Provider]
    meddler: Meddler

    def methods(self) -> list[str]:
        """Return the methods of the requests since the last look."""
        found = [method for method, _ in self.app.requests]
        self.app.clear_requests()
        return found

    def on(self, provider: Provider) -> Self:
        """Return the same project behind another provider."""
        return replace(self, provider=provider)


@contextmanager
def tried(
    subject: Subject, app: App, hands: Hands, *, secret: str, options: Mapping[str, str], way: Way
) -> Iterator[Trial]:
    """Yield a provider of a target with these options, which reaches the app in this way."""
    vendor, meddler = VENDORS[subject.name], Meddler(app)
    with ExitStack() as stack:
        served = way is Way.LOOPBACK
        endpoint = stack.enter_context(serve(meddler)).url if served else f"http://emulator{app.root}"
        transport = Transport(endpoint, secret, headers=vendor.headers(secret), app=None if served else meddler)
        connect = partial(vendor.connect, stack.enter_context(transport), options)
        yield Trial(subject, connect(), vendor.form(options), hands, app, secret, connect, meddler)


@contextmanager
def emulated(
    subject: Subject,
    way: Way = Way.IN_PROCESS,
    *,
    secret: str | None = None,
    target: tuple[Mapping[str, str], Mapping[str, Json]] | None = None,
    variant: Mapping[str, Json] | None = None,
) -> Iterator[Trial]:
    """Yield a new project of a vendor, as a target with these options and switches has it, or one with everything.

    The variant is switched too.
    """
    options, switches = target or (subject.options, subject.switches)
    key = secret or VENDORS[subject.name].embedded_credential
    with make_app(subject.name) as app:
        app.switches = replace(app.switches, **switches, **(variant or {}))
        with tried(subject, app, app, secret=key, options=options, way=way) as trial:
            yield trial
