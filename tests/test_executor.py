"""The executor over a real ledger and the emulated vendor: what it does where it is stopped or its ledger is lost."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import TypeVar, cast

import pytest
from worlds import FORM, PROD, body, defined, held, lives, plan, records

from reconciler.core.claims import Claims, Lease
from reconciler.core.plan import Change, Plan
from reconciler.core.ports import Capabilities, Provider
from reconciler.core.report import Finding, Outcome, Report, Result
from reconciler.core.segment import Body, Live
from reconciler.emulator import make_app
from reconciler.emulator.app import Emulator
from reconciler.emulator.faults import Fault, FaultKind
from reconciler.errors import NotSent, Problem
from reconciler.executor.run import Run, apply
from reconciler.ledger.file import FileLedger
from reconciler.providers.qonversion import VENDOR
from reconciler.providers.qonversion.convert import QonversionForm
from reconciler.providers.transport import Transport
from reconciler.usecases import clock

Done = TypeVar("Done")


@dataclass
class Saboteur:
    """An Observer that puts a file where the folder of the ledger was, as soon as one change has ended."""

    folder: Path | None = None

    def started(self, total: int) -> None:
        """Wait."""

    def ended(self, outcome: Outcome) -> None:
        """Strike, where there is something to strike at."""
        if self.folder and self.folder.is_dir():
            self.folder.rename(self.folder.with_name("aside"))
            self.folder.write_text("")


class Overstated(Plan):
    """A plan that says of every change that it does something."""

    @property
    def pending(self) -> tuple[Change, ...]:
        """All changes."""
        return self.changes


class Keyless(QonversionForm):
    """Of a vendor that is said to know no idempotency keys."""

    @property
    def capabilities(self) -> Capabilities:
        """All but the keys."""
        return replace(super().capabilities, idempotency_keys=False)


@pytest.fixture
def app() -> Iterator[Emulator]:
    """Yield an emulated project."""
    with make_app("qonversion") as made:
        yield made


@pytest.fixture
def provider(app: Emulator) -> Iterator[Provider]:
    """Yield a provider whose vendor is the emulator."""
    with Transport(f"http://emulator{app.root}", VENDOR.embedded_credential, app=app) as transport:
        yield VENDOR.connect(transport, {})


@pytest.fixture
def ledger(tmp_path: Path) -> FileLedger:
    """Return a ledger that holds nothing yet."""
    return FileLedger(tmp_path / "ledger" / "local.json", shown="ledger", target="local", provider="qonversion")


def carried_out(
    made: Plan,
    provider: Provider,
    ledger: FileLedger,
    observer: Saboteur,
    *,
    stopping: bool = False,
    form: QonversionForm = FORM,
    concurrency: int = 1,
) -> Report:
    """Apply a plan that was made just now."""
    run = Run("ada@here", clock.now, lambda: stopping, concurrency)
    return apply(made, provider, ledger, observer, form=form, claims=ledger.read(), run=run)


def ends(report: Report) -> list[tuple[str | None, str, str]]:
    """Return how each change ended: key, result, and the code of the problem."""
    return [
        (outcome.change.key, outcome.result.value, outcome.problem.code if outcome.problem else "")
        for outcome in report.outcomes
    ]


def test_a_run_that_is_asked_to_stop_starts_no_further_change(provider: Provider, ledger: FileLedger) -> None:
    """What was not started is told as such; nothing was sent, and neither lease nor intent is left."""
    report = carried_out(plan([defined("a"), defined("b")], [], {}), provider, ledger, Saboteur(), stopping=True)

    assert [("a", "not_started", "interrupted"), ("b", "not_started", "interrupted")] == ends(report)
    assert [] == [live.name for live in provider.list() if not live.system]
    assert (None, (), {}) == (ledger.read().lease, ledger.read().intents, dict(ledger.read().segments))


def test_a_segment_that_is_still_gone_is_forgotten(provider: Provider, ledger: FileLedger) -> None:
    """Its record goes, and the others stay."""
    ledger.write(Claims().claim(held("a")).claim(held("b")))

    report = carried_out(plan([], [lives("B")], records(held("a"))), provider, ledger, Saboteur())

    assert [("a", "done", "")] == ends(report)
    assert ["b"] == list(ledger.read().segments)


def test_a_lease_that_cannot_be_given_back_is_told(provider: Provider, ledger: FileLedger, tmp_path: Path) -> None:
    """The changes are done and recorded, and the run itself has a problem: the next one will find the lease."""
    report = carried_out(plan([defined("a")], [], {}), provider, ledger, Saboteur(tmp_path / "ledger"))
    (tmp_path / "ledger").unlink()
    (tmp_path / "aside").rename(tmp_path / "ledger")

    lease = ledger.read().lease
    assert [("a", "done", "")] == ends(report)
    assert ["ledger-unusable"] == [problem.code for problem in report.problems]
    assert lease is not None
    assert ("ada@here", ["a"]) == (lease.holder, list(ledger.read().segments))


def test_a_change_that_does_nothing_is_not_carried_out(provider: Provider, ledger: FileLedger) -> None:
    """Should a plan ever ask for that, it is a mistake of this program: nothing is guessed, and the lease is free."""
    kept = plan([defined("a")], [lives("A")], records(held("a")))

    report = carried_out(Overstated(kept.target, kept.provider, kept.changes), provider, ledger, Saboteur())

    (outcome,) = report.outcomes
    assert outcome.result is Result.FAILED
    assert "a change that does nothing was to be carried out: keep (internal)" in str(outcome.problem)
    assert ledger.read().lease is None


LOST = Fault(FaultKind.FAILED_AFTER_COMMIT, match="POST *", at=1)


def test_a_create_whose_answer_was_lost_is_found_where_there_are_no_keys(
    app: Emulator, provider: Provider, ledger: FileLedger
) -> None:
    """The segment that the lost create made is known by its name and body, and no second one is made."""
    app.faults = (LOST,)

    report = carried_out(plan([defined("a", PROD)], [], {}), provider, ledger, Saboteur(), form=Keyless())

    assert [("a", "done", "")] == ends(report)
    assert ["A"] == [live.name for live in provider.list() if not live.system]
    assert ["a"] == list(ledger.read().segments)


@pytest.mark.parametrize(
    ("fault", "form", "there", "code"),
    [
        (LOST, Keyless(), 1, "vendor-error"),
        (Fault(FaultKind.STATUS, match="POST *"), Keyless(), 0, "vendor-error"),
        (Fault(FaultKind.STATUS, status=422, match="POST *"), Keyless(), 1, "vendor-rejected"),
        (LOST, FORM, 0, "vendor-error"),
    ],
    ids=["two alike", "none was made", "refused", "with keys"],
)
def test_a_create_that_cannot_be_found_beyond_doubt_is_a_failure(
    app: Emulator, provider: Provider, ledger: FileLedger, *, fault: Fault, form: QonversionForm, there: int, code: str
) -> None:
    """Where none, or more than one, could be it, or the vendor said no, or a key will tell, the failure stands."""
    made = plan([defined("a", PROD)], [], {})
    for _ in range(there):
        app.put_segment(dict(body("A", PROD)))
    app.faults = (fault,)

    report = carried_out(made, provider, ledger, Saboteur(), form=form)

    assert [("a", "failed", code)] == ends(report)
    assert {} == dict(ledger.read().segments)


@dataclass
class Mistaken:
    """A provider that answers each create with another segment than the one that it made."""

    provider: Provider
    other: Live

    def create(self, body: Body, *, idempotency_key: str) -> Live:
        """Create, and answer with the other."""
        self.provider.create(body, idempotency_key=idempotency_key)
        return self.other

    def __getattr__(self, name: str) -> object:
        """Do all else as it should be."""
        return getattr(self.provider, name)


@pytest.mark.parametrize(
    "other",
    [lives("A", PROD, segment_id="id-b"), lives("VICTIM"), lives("A", PROD, system=True)],
    ids=["another key's", "a stranger's", "the vendor's own"],
)
def test_an_answer_with_another_segment_is_not_recorded(
    app: Emulator, provider: Provider, ledger: FileLedger, other: Live
) -> None:
    """What was made is looked for where there are no keys, and recorded; the other segment stays whose it is."""
    ledger.write(Claims().claim(held("b", PROD)))
    mistaken = cast("Provider", Mistaken(provider, other))

    there = [lives("VICTIM"), lives("B", PROD, segment_id="id-b")]
    unkeyed = carried_out(plan([defined("a", PROD)], there, {}), mistaken, ledger, Saboteur(), form=Keyless())
    keyed = carried_out(plan([defined("c", PROD)], there, {}), mistaken, ledger, Saboteur())

    assert ([("a", "done", "")], [("c", "failed", "another-segment")]) == (ends(unkeyed), ends(keyed))
    assert () == ledger.read().intents
    recorded = ledger.read().segments
    assert (["a", "b"], "id-b") == (sorted(recorded), recorded["b"].id)
    assert recorded["a"].id in {str(segment["id"]) for segment in app.segments()}


def test_an_id_that_was_given_again_is_no_other_segment_s(provider: Provider, ledger: FileLedger) -> None:
    """A record of a segment that is gone gives way to the new one with its id, and is forgotten without a question."""
    ledger.write(Claims().claim(held("z", PROD, segment_id="a")))

    report = carried_out(plan([defined("a", PROD)], [], dict(ledger.read().segments)), provider, ledger, Saboteur())

    assert [("a", "done", ""), ("z", "done", "")] == ends(report)
    assert {"a": "a"} == {key: record.id for key, record in ledger.read().segments.items()}


def test_a_create_whose_reading_back_fails_is_found(app: Emulator, provider: Provider, ledger: FileLedger) -> None:
    """Whatever the vendor says to the reading, the segment was made; without keys it is looked for."""
    app.faults = (Fault(FaultKind.STATUS, status=403, match="GET */segments/*", at=1),)

    report = carried_out(plan([defined("a", PROD)], [], {}), provider, ledger, Saboteur(), form=Keyless())

    assert ([("a", "done", "")], ["a"]) == (ends(report), list(ledger.read().segments))


def test_a_create_whose_reading_back_is_rationed_is_found(
    app: Emulator, provider: Provider, ledger: FileLedger
) -> None:
    """That the vendor wants fewer requests says nothing about the create, which was answered before."""
    app.faults = (Fault(FaultKind.STATUS, status=429, match="GET *", at=1),)

    report = carried_out(plan([defined("a", PROD)], [], {}), provider, ledger, Saboteur(), form=Keyless())

    assert [("a", "done", "")] == ends(report)


@dataclass
class Together:
    """A provider whose creates are answered when so many of them have been made."""

    provider: Provider
    barrier: Barrier

    def create(self, body: Body, *, idempotency_key: str) -> Live:
        """Create, and wait for the others."""
        live = self.provider.create(body, idempotency_key=idempotency_key)
        self.barrier.wait(timeout=30)
        return live

    def __getattr__(self, name: str) -> object:
        """Do all else as it should be."""
        return getattr(self.provider, name)


def test_what_was_in_flight_when_the_ledger_was_lost_has_failed(
    app: Emulator, provider: Provider, ledger: FileLedger, tmp_path: Path
) -> None:
    """Of three side by side the first is recorded; the others were made, and are told as failed, each with why."""
    together = cast("Provider", Together(provider, Barrier(3)))
    made = plan([defined(key) for key in ("a", "b", "c")], [], {})
    report = carried_out(made, together, ledger, Saboteur(tmp_path / "ledger"), concurrency=3)
    (tmp_path / "ledger").unlink()
    (tmp_path / "aside").rename(tmp_path / "ledger")

    ended = ends(report)
    assert ["done", "failed", "failed"] == sorted(result for _, result, _ in ended)
    assert {("", "done"), ("ledger-unusable", "failed")} == {(code, result) for _, result, code in ended}
    recorded = [key for key, result, _ in ended if result == "done"]
    assert (3, recorded) == (
        len([each for each in app.segments() if not each["is_system"]]),
        list(ledger.read().segments),
    )


DOWN = Problem("vendor-down", "not sent: the vendor seems to be down")


@dataclass
class Guarded:
    """A Provider whose vendor is down for one of its verbs, before or after the request that writes."""

    inner: Provider
    verb: str
    writing: bool = False
    after: bool = False

    def list(self) -> tuple[Live, ...]:
        """Return what is live."""
        self._meet("list")
        return self.inner.list()

    def read(self, segment_id: str) -> Live | None:
        """Return one segment."""
        self._meet("read")
        return self.inner.read(segment_id)

    def findings(self, body: Body) -> Iterable[Finding]:
        """Return nothing."""
        return ()

    def create(self, body: Body, *, idempotency_key: str) -> Live:
        """Create, unless the vendor is down before that."""
        return self._write("create", lambda: self.inner.create(body, idempotency_key=idempotency_key))

    def update(self, segment_id: str, body: Body) -> Live:
        """Update, unless the vendor is down before that."""
        return self._write("update", lambda: self.inner.update(segment_id, body))

    def delete(self, segment_id: str) -> None:
        """Delete, unless the vendor is down before that."""
        self._write("delete", lambda: self.inner.delete(segment_id))

    def _write(self, verb: str, write: Callable[[], Done]) -> Done:
        if not self.after:
            self._meet(verb)
        done = write()
        self._meet(verb)
        return done

    def _meet(self, verb: str) -> None:
        if verb == self.verb:
            raise NotSent(DOWN, writing=self.writing)


VERBS = {
    "create": plan([defined("a")], [], {}),
    "update": plan([defined("a", PROD)], [lives("A")], records(held("a"))),
    "delete": plan([], [lives("A"), lives("B")], records(held("a"), held("b"))),
    "read": plan([defined("a", PROD)], [lives("A")], records(held("a"))),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_change_that_meets_a_vendor_that_is_down_is_not_started(
    app: Emulator, provider: Provider, ledger: FileLedger, verb: str
) -> None:
    """Nothing of it was sent that writes, so nothing is in doubt: no intent is left, and the segments are as before."""
    begin(app, ledger, verb)
    before = app.segments()

    report = carried_out(VERBS[verb], Guarded(provider, verb, writing=verb != "read"), ledger, Saboteur())

    assert ("a", "not_started", "vendor-down") == ends(report)[0]
    assert before == app.segments()
    assert (None, ()) == (ledger.read().lease, ledger.read().intents)


@pytest.mark.parametrize("verb", ["create", "update", "delete"])
def test_a_write_that_cannot_be_read_back_from_a_vendor_that_is_down_has_failed(
    app: Emulator, provider: Provider, ledger: FileLedger, verb: str
) -> None:
    """It was sent, so what came of it is in doubt: the intent stays, for the next run to find out."""
    begin(app, ledger, verb)
    before = app.segments()

    report = carried_out(VERBS[verb], Guarded(provider, verb, after=True), ledger, Saboteur())

    assert ("a", "failed", "vendor-down") == ends(report)[0]
    assert before != app.segments()
    assert "a" in [intent.key for intent in ledger.read().intents]


def test_a_lost_create_that_cannot_be_looked_for_stays_the_failure_that_it_was(
    app: Emulator, provider: Provider, ledger: FileLedger
) -> None:
    """Its answer was lost, and that the vendor is down now takes nothing back: it is no change that was not started."""
    app.faults = (LOST,)
    guarded = Guarded(provider, "list")

    report = carried_out(plan([defined("a", PROD)], [], {}), guarded, ledger, Saboteur(), form=Keyless())

    assert [("a", "failed", "vendor-error")] == ends(report)
    assert ["a"] == [intent.key for intent in ledger.read().intents]


def test_a_create_that_was_not_sent_is_not_looked_for(app: Emulator, provider: Provider, ledger: FileLedger) -> None:
    """Not even where the vendor knows no keys."""
    app.put_segment(dict(body("A", PROD)))
    guarded = Guarded(provider, "create", writing=True)

    report = carried_out(plan([defined("a", PROD)], [], {}), guarded, ledger, Saboteur(), form=Keyless())

    assert [("a", "not_started", "vendor-down")] == ends(report)


def begin(app: Emulator, ledger: FileLedger, verb: str) -> None:
    """Have live and recorded what the plan for a verb begins with."""
    claims = Claims()
    for key in () if verb == "create" else ("a", "b"):
        record = held(key)
        app.put_segment(dict(record.body), segment_id=record.id)
        claims = claims.claim(record)
    ledger.write(claims)


@dataclass
class Flicker:
    """An Observer that takes the folder of the ledger away as soon as one change has ended, and puts it back later."""

    folder: Path

    def started(self, total: int) -> None:
        """Wait."""

    def ended(self, outcome: Outcome) -> None:
        """Take it away after the first, and put it back after the second."""
        aside = self.folder.with_name("aside")
        if aside.exists():
            self.folder.unlink()
            aside.rename(self.folder)
        elif outcome.change.key == "a":
            self.folder.rename(aside)
            self.folder.write_text("")


def test_a_lease_is_given_back_once_the_ledger_can_be_written_again(
    provider: Provider, ledger: FileLedger, tmp_path: Path
) -> None:
    """What could not be recorded has failed and keeps its intent, nothing more is begun, and no lease is left."""
    made = plan([defined("a"), defined("b"), defined("c")], [], {})
    run = Run("ada@here", clock.now, lambda: False)
    report = apply(made, provider, ledger, Flicker(tmp_path / "ledger"), form=FORM, claims=ledger.read(), run=run)

    left = ledger.read()
    assert [("a", "done", ""), ("b", "failed", "ledger-unusable"), ("c", "not_started", "ledger-unusable")] == ends(
        report
    )
    assert ((), None) == (report.problems, left.lease)
    assert (["a"], ["b", "c"]) == (list(left.segments), [intent.key for intent in left.intents])


@dataclass
class Leaping:
    """A clock that goes forwards by so much each time it is asked."""

    step: timedelta
    at: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        """Return the time."""
        self.at += self.step
        return self.at


@dataclass
class Watcher:
    """An Observer that notes until when the lease in the ledger is held, and may do something after one change."""

    ledger: FileLedger
    act: Callable[[], object] = lambda: None
    leases: list[Lease | None] = field(default_factory=list)

    def started(self, total: int) -> None:
        """Look."""
        self.leases.append(self.ledger.read().lease)

    def ended(self, outcome: Outcome) -> None:
        """Look, and act."""
        self.leases.append(self.ledger.read().lease)
        if len(self.leases) == 2:
            self.act()


@pytest.mark.parametrize("fails", [False, True], ids=["done", "failed"])
def test_a_long_apply_keeps_its_lease(app: Emulator, provider: Provider, ledger: FileLedger, *, fails: bool) -> None:
    """It is made longer after each ten seconds, whether changes are done or fail, and stays the same."""
    app.faults = [Fault(FaultKind.STATUS, match="POST *", status=422)] if fails else []
    watcher = Watcher(ledger)
    run = Run("ada@here", Leaping(timedelta(seconds=11)).now, lambda: False)

    made = plan([defined("a"), defined("b"), defined("c")], [], {})
    apply(made, provider, ledger, watcher, form=FORM, claims=ledger.read(), run=run)

    held = [lease for lease in watcher.leases if lease]
    assert 4 == len(held)
    assert sorted({lease.until for lease in held}) == [lease.until for lease in held]
    assert 1 == len({(lease.holder, lease.since) for lease in held})
    assert ledger.read().lease is None


def test_a_run_that_only_fails_notices_that_its_lease_is_lost(
    app: Emulator, provider: Provider, ledger: FileLedger, tmp_path: Path
) -> None:
    """With nothing to record it still holds its lease against the ledger: the rest is not started, and that is told."""
    app.faults = [Fault(FaultKind.STATUS, match="POST *", status=422)]
    path = tmp_path / "ledger" / "local.json"
    other = FileLedger(path, shown="ledger", target="local", provider="qonversion", writer="bob")
    watcher = Watcher(ledger, lambda: other.write(other.read().leased(None)))
    run = Run("ada@here", Leaping(timedelta(seconds=11)).now, lambda: False)

    made = plan([defined("a"), defined("b"), defined("c")], [], {})
    report = apply(made, provider, ledger, watcher, form=FORM, claims=ledger.read(), run=run)

    rejected = "vendor-rejected"
    assert [("a", "failed", rejected), ("b", "failed", rejected), ("c", "not_started", "ledger-moved")] == ends(report)
    assert ["another run has written the ledger since it was read: by bob"] == [
        problem.message for problem in report.problems
    ]


class Enough(BaseException):
    """Somebody has had enough."""


def test_what_is_no_exception_ends_an_apply_as_a_kill_does(provider: Provider, ledger: FileLedger) -> None:
    """Lease and intents stay as they are: nothing is written, nor waited for."""

    def enough() -> None:
        raise Enough

    made = plan([defined("a"), defined("b"), defined("c")], [], {})
    run = Run("ada@here", clock.now, lambda: False)
    with pytest.raises(Enough):
        apply(made, provider, ledger, Watcher(ledger, enough), form=FORM, claims=ledger.read(), run=run)

    left = ledger.read()
    assert left.lease is not None
    assert (["a"], ["b", "c"]) == (list(left.segments), [intent.key for intent in left.intents])
