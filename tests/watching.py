"""A repository whose segments are live as they were applied, and what the job that looks for drift did about it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

from clones import ledger
from hub.records import Issue
from repository import KEY
from town import CONFIG, Job, Town, definition, town

from reconciler.core.claims import Claims, Lease
from reconciler.emulator.app import Emulator
from reconciler.emulator.tables import Json
from reconciler.usecases import clock

FILES = {f"segments/{name.lower()}.json": definition(name) for name in ("A", "B", "C")}
APPLIED: Json = [{"metric": "environment", "comparator": "eq", "value": "prod"}]
SPOILT: Json = [{"metric": "environment", "comparator": "eq", "value": "spoilt"}]
OTHER = {"OTHER_KEY": f"{KEY}0"}
HOLDER = "runner, run 7"


@contextmanager
def watched(folder: Path, *, config: str = CONFIG, files: Mapping[str, str] = FILES) -> Iterator[Town]:
    """Yield a town whose segments were all applied."""
    with town(folder, config=config, files=files) as made:
        applied = made.apply("--all-targets", event="workflow_dispatch")
        assert applied.code == 0, applied.said
        yield made


def issue(made: Town) -> Issue:
    """Return the one issue."""
    (found,) = made.hub.issues.values()
    return found


def quietly(made: Town, look: Callable[[], Job]) -> Job:
    """Look for drift, and hold that nothing was written on GitHub."""
    seen = len(made.hub.requests)
    job = look()
    assert [each for each in made.hub.requests[seen:] if each.method != "GET"] == []
    return job


def spoil(made: Town, name: str) -> None:
    """Change the live segment that is applied under a name, and keep the name, which nothing else has."""
    made.vendor.edit_segment(made.named(name), conditions=SPOILT)


def mend(made: Town, name: str) -> None:
    """Make the live segment again what was applied."""
    made.vendor.edit_segment(made.named(name), conditions=APPLIED)


def rewrite(made: Town, change: Callable[[Claims], Claims], target: str = "production") -> None:
    """Write into the ledger by hand."""
    kept = ledger(made.ada, target=target)
    kept.write(change(kept.read()))


def lease(made: Town, minutes: int) -> None:
    """Have another run hold the lease, for so many minutes from now."""
    now = clock.now()
    held = Lease(HOLDER, now, now + timedelta(minutes=minutes))
    rewrite(made, lambda claims: replace(claims, lease=held))


@dataclass
class Between:
    """A vendor behind somebody who does something before each request, and is told its method."""

    vendor: Emulator
    before: Callable[[str], None] = lambda _: None

    @property
    def root(self) -> str:
        """The path that the API begins with."""
        return self.vendor.root

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Hand a request on."""
        self.before(environ["REQUEST_METHOD"])
        return self.vendor(environ, start_response)


def second(endpoint: str) -> str:
    """Return a configuration with a second target, at this endpoint."""
    (_, _, table) = CONFIG.partition("\n\n")
    other = table.replace("production", "staging").replace('"segments"', '"other"')
    return CONFIG + "\n" + other.replace("{endpoint}", endpoint).replace("QONVERSION_SECRET_KEY", "OTHER_KEY")
