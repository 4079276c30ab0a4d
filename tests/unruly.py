"""A vendor that can be meddled with between two requests, and the configurations that whole commands are tried on."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from repository import Repository

from reconciler.core.claims import Claims
from reconciler.core.segment import Recorded
from reconciler.emulator.app import Emulator
from reconciler.emulator.qonversion import VENDOR
from reconciler.emulator.qonversion_switches import QonversionSwitches
from reconciler.emulator.server import serve
from reconciler.emulator.store import Store
from reconciler.ledger.file import FileLedger
from reconciler.usecases import clock

PROD: dict[str, Any] = {"metric": "environment", "comparator": "eq", "value": "prod"}
SANDBOX: dict[str, Any] = {"metric": "environment", "comparator": "eq", "value": "sandbox"}


class Meddled(Emulator):
    """An emulated project in memory.

    `before` is called with `METHOD /path` ahead of each request; `keys` are the idempotency keys that were sent.
    """

    def __init__(self) -> None:
        store = Store(None, "qonversion", VENDOR.seed)
        super().__init__(VENDOR, store, QonversionSwitches(), lambda: clock.now().timestamp())
        self.before: Callable[[str], None] = lambda _: None
        self.keys: list[str] = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Let the meddler at the project, then answer."""
        self.keys += [environ["HTTP_IDEMPOTENCY_KEY"]] if "HTTP_IDEMPOTENCY_KEY" in environ else []
        self.before(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        return super().__call__(environ, start_response)

    def once(self, line: str, meddle: Callable[[], object], *, at: int = 1) -> None:
        """Do something ahead of the first request with this method and path, or of the how many-th, and of no other."""
        seen: list[str] = []

        def before(found: str) -> None:
            seen.extend([found] if found == line else [])
            if found == line and len(seen) == at:
                meddle()

        self.before = before

    @property
    def writes(self) -> list[tuple[str, str]]:
        """The requests that were not GET."""
        return [request for request in self.requests if request[0] != "GET"]

    @property
    def names(self) -> list[str]:
        """The names of the live segments that are not the vendor's own, sorted."""
        return sorted(str(segment["name"]) for segment in self.segments())


def configure(
    repository: Repository, *, max_deletes: int = 5, concurrency: int = 1, retry_seconds: int = 0, **members: str
) -> None:
    """Give a repository one target, `local`, asked as fast as it answers: each request once, one at a time."""
    members = {"definitions": "segments", "endpoint": repository.endpoint, **members}
    text = "".join(f'{name} = "{value}"\n' for name, value in members.items())
    repository.configure(
        'default_target = "local"\n[targets.local]\nprovider = "qonversion"\n'
        f'credential_env = "QONVERSION_SECRET_KEY"\n{text}'
        f"[targets.local.limits]\nrequests_per_second = 1000\nmax_deletes = {max_deletes}\n"
        f"retry_seconds = {retry_seconds}\nconcurrency = {concurrency}\n"
    )


def settle(repository: Repository, app: Emulator, *keys: str, protected: str = "") -> None:
    """Have these segments defined, live under their keys, and recorded: as an apply would leave them."""
    claims = Claims()
    for key in keys:
        body: dict[str, Any] = {"name": key.capitalize(), "conditions": [{**PROD, "negate": False}]}
        repository.define(key, body["name"], PROD, **({"protected": True} if key == protected else {}))
        claims = claims.claim(Recorded(key, app.put_segment(body, segment_id=key), body, key == protected))
    FileLedger(repository.ledger, shown="ledger", target="local", provider="qonversion").write(claims)


@contextmanager
def served(app: Emulator, repository: Repository) -> Iterator[Repository]:
    """Serve an app over loopback as the target of this repository."""
    with serve(app) as server:
        repository.endpoint = server.url
        configure(repository)
        yield repository
