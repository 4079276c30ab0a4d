"""What an app asks of a vendor: how it answers a request, and how it shows, names and invents objects."""

from dataclasses import dataclass
from typing import Protocol

from werkzeug import Request, Response

from reconciler.emulator.switches import Switches
from reconciler.emulator.tables import Document, Record, Tables


@dataclass(frozen=True, slots=True)
class Visit:
    """One request, the tables that it may read and change, the switches, and the time in Unix seconds."""

    request: Request
    tables: Tables
    switches: Switches
    now: float


class Vendor(Protocol):
    """One vendor's documented API, without state. Refusals are answers; nothing is raised."""

    @property
    def root(self) -> str:
        """The path that every route begins with."""
        ...

    @property
    def seed(self) -> tuple[Record, ...]:
        """The objects of a new project."""
        ...

    def answer(self, visit: Visit) -> Response:
        """Return the answer to a request, having changed the tables as it asks."""
        ...

    def failure(self, status: int, message: str) -> Response:
        """Return the vendor's answer for a failure of its own."""
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
