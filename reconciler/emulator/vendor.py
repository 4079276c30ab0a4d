"""What an app asks of a vendor: how it answers a request, and how it shows, names and invents objects."""

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from werkzeug import Request, Response

from reconciler.emulator.switches import Switches
from reconciler.emulator.tables import Document, Record, Tables

Switched = TypeVar("Switched", bound=Switches)


@dataclass(frozen=True, slots=True)
class Visit(Generic[Switched]):
    """One request, the tables that it may read and change, the switches, and the time in Unix seconds."""

    request: Request
    tables: Tables
    switches: Switched
    now: float


class Vendor(Protocol[Switched]):
    """One vendor's documented API, without state. Refusals are answers; nothing is raised."""

    @property
    def root(self) -> str:
        """The path that every route begins with."""
        ...

    @property
    def seed(self) -> tuple[Record, ...]:
        """The objects of a new project."""
        ...

    @property
    def switches(self) -> type[Switched]:
        """What the vendor's pages leave open."""
        ...

    def answer(self, visit: Visit[Switched]) -> Response:
        """Return the answer to a request, having changed the tables as it asks."""
        ...

    def failure(self, status: int, message: str) -> Response:
        """Return the vendor's answer where it fails, or will not be asked now: a status such as 429 or 500."""
        ...

    def show(self, record: Record) -> Document:
        """Return an object as the vendor's answers show it."""
        ...

    def identify(self, name: str, tables: Tables) -> str:
        """Return a free id for a new segment of that name."""
        ...

    def sample(self, number: int) -> Document:
        """Return the body of an invented segment, the same for the same number."""
        ...
