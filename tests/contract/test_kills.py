"""An apply that is killed at any request, and run again, ends as one that was not: for every vendor, with SIGKILL."""

import itertools
import os
import shutil
import signal
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
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

POSITIONS = 200
"""More requests than any of these applies sends."""


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
        child = os.fork()
        if child == 0:
            code = 1
            try:
                self.apply(bodies, at=at, after=after, side_by_side=side_by_side)
                code = 0
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        assert status in {0, signal.SIGKILL}
        return status != 0

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


def named(body: Document, name: str) -> Document:
    """Return a body of this name."""
    return {**body, "name": name}


def begun(subject: Subject, folder: Path) -> World:
    """Return a world with four managed segments, two that nobody manages, and the vendor's own."""
    world = World(subject, folder)
    one, other = subject.first, subject.second
    world.apply({"a": named(one, "A"), "b": named(other, "B"), "c": named(one, "C"), "d": named(other, "D")})
    with world.app() as app:
        app.put_segment(named(one, "Nobody's"))
        app.put_segment(named(other, "New"))
    return world


def wanted(subject: Subject) -> dict[str, Document]:
    """Return what is to be: one kept, one edited, one renamed, one gone, one adopted, two made that are alike."""
    one, other = subject.first, subject.second
    return {
        "a": named(one, "A"),
        "b": named(one, "B"),
        "c": named(one, "C too"),
        "n": named(other, "New"),
        "x": named(other, "X"),
        "y": named(one, "Twin"),
        "z": named(one, "Twin"),
    }


@pytest.mark.parametrize("side_by_side", [1, 4], ids=["one at a time", "side by side"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS)
def test_an_apply_that_is_killed_anywhere_ends_the_same(
    subject: Subject, tmp_path: Path, *, after: bool, side_by_side: int
) -> None:
    """Every request is a place to die: before the vendor has seen it, or when it has done what was asked."""
    base = tmp_path / "base"
    base.mkdir()
    begun(subject, base)
    shutil.copytree(base, tmp_path / "whole")
    undisturbed = World(subject, tmp_path / "whole")
    undisturbed.apply(wanted(subject))
    expected = undisturbed.state()

    died = 0
    for at in range(1, POSITIONS):
        world = World(subject, tmp_path / f"at-{at}")
        shutil.copytree(base, world.folder)
        if not world.die(wanted(subject), at, after=after, side_by_side=side_by_side):
            break
        died = at
        world.apply(wanted(subject))
        assert expected == world.state(), f"killed at request {at}"

    assert (8, [], None) == (len(expected["live"]) - len(subject.system), expected["intents"], expected["lease"])
    assert POSITIONS - 1 > died > len(wanted(subject))


@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS)
def test_what_a_dead_run_made_is_known_also_when_its_definition_has_changed(subject: Subject, tmp_path: Path) -> None:
    """Between the two runs one new definition is edited, and two go: no twin is left, and nothing unrecorded."""
    base = tmp_path / "base"
    base.mkdir()
    begun(subject, base)
    later = {**wanted(subject), "x": named(subject.first, "X now")}
    for gone in ("y", "z"):
        del later[gone]
    shutil.copytree(base, tmp_path / "whole")
    undisturbed = World(subject, tmp_path / "whole")
    undisturbed.apply(later)
    expected = undisturbed.state()

    for at in range(1, POSITIONS):
        world = World(subject, tmp_path / f"at-{at}")
        shutil.copytree(base, world.folder)
        if not world.die(wanted(subject), at, after=True, side_by_side=1):
            break
        world.apply(later)
        assert expected == world.state(), f"killed at request {at}"
