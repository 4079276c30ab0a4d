"""The one WSGI app: notes each request, lets the faults at it, and has a vendor answer it inside one transaction.

Knows no vendor's shapes, and must never know a provider.
"""

from collections.abc import Callable, Iterable
from typing import Any, Self
from urllib.parse import quote
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug import Request, Response

from reconciler.emulator.dashboard import Dashboard
from reconciler.emulator.faults import Fault, Faults
from reconciler.emulator.store import Store
from reconciler.emulator.switches import Switches
from reconciler.emulator.vendor import Vendor, Visit
from reconciler.errors import VendorFailure


class Emulator(Dashboard):
    """A vendor's API over one store: a WSGI app, and the dashboard's hands beside it.

    `switches` and `faults` may be replaced at any time; replacing the faults starts their counts again.
    Close it, or use it as a context manager, where the store should be free at a certain time.
    """

    def __init__(self, vendor: Vendor[Any], store: Store, switches: Switches, clock: Callable[[], float]) -> None:
        super().__init__(vendor, store, clock)
        self.switches: Any = switches
        self._faults = Faults(vendor.failure)

    @property
    def root(self) -> str:
        """The path that the API begins with, such as `/v4`."""
        return self._vendor.root

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What goes wrong, and when."""
        return self._faults.listed

    @faults.setter
    def faults(self, faults: Iterable[Fault]) -> None:
        self._faults = Faults(self._vendor.failure, faults)

    @property
    def requests(self) -> list[tuple[str, str]]:
        """The requests seen, oldest first, as method and path with query; at most the last 20,000."""
        with self._store.transaction() as tables:
            return tables.requests()

    def clear_requests(self) -> None:
        """Forget the requests seen."""
        with self._store.transaction() as tables:
            tables.clear_requests()

    def close(self) -> None:
        """Let go of the store. Doing it twice is harmless."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request. A store that fails is answered 500 in the vendor's words."""
        request = Request({**environ, "PATH_INFO": _as_wsgi(environ.get("PATH_INFO", ""))})
        try:
            with self._store.transaction() as tables:
                tables.log(request.method, _path_and_query(request))
            response = self._faults.through(request, self._answer)
        except VendorFailure as failure:
            response = self._vendor.failure(500, str(failure))
        return response(request.environ, start_response)

    def _answer(self, request: Request) -> Response:
        with self._store.transaction() as tables:
            return self._vendor.answer(Visit(request, tables, self.switches, self._clock()))


def _path_and_query(request: Request) -> str:
    query = request.query_string.decode("latin-1")
    return quote(request.path, safe="/:@!$&'()*+,;=~") + (f"?{query}" if query else "")


def _as_wsgi(path: str) -> str:
    # NOTE: httpx.WSGITransport passes paths as plain text, where PEP 3333 wants UTF-8 bytes in Latin-1 clothing.
    return path if path.isascii() or _is_wsgi(path) else path.encode("utf-8", "replace").decode("latin-1")


def _is_wsgi(path: str) -> bool:
    try:
        path.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return False
    return True
