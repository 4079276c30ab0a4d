"""A world in files, in which one process can die in the middle of an apply and another go on. Names no vendor."""

import itertools
import multiprocessing
import os
import signal
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from contract.check_retrying import Silence
from contract.subject import Document, Subject
from contract.subjects import SUBJECTS

from reconciler.core.canonical import canonical_json
from reconciler.core.planner import make_plan
from reconciler.core.recovery import recovered
from reconciler.core.report import Result
from reconciler.core.segment import Definition
from reconciler.emulator import make_app
from reconciler.emulator.app import Emulator
from reconciler.errors import Place
from reconciler.executor.run import Run, apply
from reconciler.ledger.file import FileLedger
from reconciler.providers.registry import VENDORS
from reconciler.providers.transport import Transport
from reconciler.usecases import clock

NURSERY = multiprocessing.get_context("forkserver")
"""Where processes come from that are to die: from one without threads, whose locks nobody holds."""
NURSERY.set_forkserver_preload(
    [
        "httpx",
        "hypothesis.strategies",
        "reconciler.emulator.app",
        "reconciler.emulator.kibamail",
        "reconciler.emulator.push0",
        "reconciler.emulator.qonversion",
        "reconciler.executor.run",
        "reconciler.ledger.file",
        "reconciler.providers.exchange",
        "reconciler.providers.kibamail.speak",
        "reconciler.providers.push0.speak",
        "reconciler.providers.qonversion.speak",
    ]
)

PATIENCE = 60


class Killer:
    """An app that kills its own process at one request: before anything is done about it, or when it has been."""

    def __init__(self, app: Emulator, at: int, *, after: bool) -> None:
        self._app = app
        self._at = at
        self._after = after
        self._numbers = itertools.count(1)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, or die."""
        number = next(self._numbers)
        if number == self._at and not self._after:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = list(self._app(environ, start_response))
        if number == self._at:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer


@dataclass(frozen=True)
class World:
    """A folder with a ledger and an emulated project in files, so that one process can die and another go on."""

    subject: Subject
    folder: Path

    @property
    def ledger(self) -> FileLedger:
        """The ledger, as a new process opens it."""
        return FileLedger(self.folder / "ledger.json", shown="ledger", target="t", provider=self.subject.name)

    @contextmanager
    def app(self) -> Iterator[Emulator]:
        """Yield the project."""
        with make_app(self.subject.name, self.folder / "store.sqlite") as app:
            app.switches = replace(app.switches, **self.subject.switches)
            yield app

    def apply(self, bodies: Mapping[str, Document], *, at: int = 0, after: bool = False, side_by_side: int = 1) -> None:
        """Free a dead run's lease, plan, and apply what is defined, as a command does; die at a request, or at none."""
        vendor = VENDORS[self.subject.name]
        form, key = vendor.form(self.subject.options), vendor.embedded_credential
        claims = self.ledger.read()
        with self.app() as app, Transport(f"http://emulator{app.root}", key, headers=vendor.headers(key),
                                          app=Killer(app, at, after=after)) as transport:  # fmt: skip
            provider = vendor.connect(transport, self.subject.options)
            live = provider.list()
            claims = recovered(claims.leased(None), live, form, wanted=bodies)
            desired = [
                Definition(name, str(body["name"]), form.outgoing(body), Place("")) for name, body in bodies.items()
            ]
            plan = make_plan(desired, live, claims.segments, form=form, target="t")
            ledger = self.ledger
            claims = ledger.write(claims)
            run = Run("killed", clock.now, lambda: False, side_by_side)
            report = apply(plan, provider, ledger, Silence(), form=form, claims=claims, run=run)
        assert [(one.change.key, one.problem) for one in report.outcomes if one.result is not Result.DONE] == []
        assert report.blocked == ()

    def die(self, bodies: Mapping[str, Document], at: int, *, after: bool, side_by_side: int) -> bool:
        """Apply in a process of its own that dies at a request; say whether it came to that."""
        doomed = NURSERY.Process(
            target=_apply, args=(self.subject.name, self.folder, bodies, at, (after, side_by_side))
        )
        doomed.start()
        doomed.join(PATIENCE)
        assert doomed.exitcode in {0, -signal.SIGKILL}
        return doomed.exitcode != 0

    def state(self) -> dict[str, Any]:
        """Return what is live and what is recorded, without what the vendor alone decides."""
        vendor = VENDORS[self.subject.name]
        form, key = vendor.form(self.subject.options), vendor.embedded_credential
        claims = self.ledger.read()
        with self.app() as app, Transport(f"http://emulator{app.root}", key, headers=vendor.headers(key),
                                          app=app) as transport:  # fmt: skip
            live = {segment.id: segment for segment in vendor.connect(transport, self.subject.options).list()}
        meaning = {each: canonical_json(form.canonical(segment.body)) for each, segment in live.items()}
        assert len({record.id for record in claims.segments.values()}) == len(claims.segments)
        return {
            "live": sorted(meaning.values()),
            "recorded": {name: meaning.get(record.id) for name, record in claims.segments.items()},
            "intents": [intent.key for intent in claims.intents],
            "lease": claims.lease,
        }


def _apply(name: str, folder: Path, bodies: Mapping[str, Document], at: int, way: tuple[bool, int]) -> None:
    World(SUBJECTS[name], folder).apply(bodies, at=at, after=way[0], side_by_side=way[1])
