"""A whole apply over the emulated vendor: where it is stopped, what may go side by side, and its lease and ledger."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Event
from typing import cast

import pytest
from executor.stage import begin, carried_out, ends
from unruly import Meddled
from worlds import PROD, Unique, defined, lives, plan

from reconciler.core.claims import Claims, Lease
from reconciler.core.plan import Plan
from reconciler.core.ports import Provider
from reconciler.core.report import Outcome
from reconciler.core.segment import Body, Definition, Live
from reconciler.emulator.faults import Fault, FaultKind
from reconciler.errors import Refused
from reconciler.ledger.file import FileLedger


def test_a_run_that_is_asked_to_stop_starts_no_further_change(provider: Provider, ledger: FileLedger) -> None:
    """What was not started is told as such; nothing was sent, and neither lease nor intent is left."""
    report = carried_out(plan([defined("a"), defined("b")], [], {}), provider, ledger, stopping=True)

    assert [("a", "not_started", "interrupted"), ("b", "not_started", "interrupted")] == ends(report)
    assert [] == [live.name for live in provider.list() if not live.system]
    assert (None, (), {}) == (ledger.read().lease, ledger.read().intents, dict(ledger.read().segments))


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
    app: Meddled, provider: Provider, ledger: FileLedger, tmp_path: Path
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
    report = carried_out(made, provider, ledger, Flicker(tmp_path / "ledger"))

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
def test_a_long_apply_keeps_its_lease(app: Meddled, provider: Provider, ledger: FileLedger, *, fails: bool) -> None:
    """It is made longer after each ten seconds, whether changes are done or fail, and stays the same."""
    app.faults = [Fault(FaultKind.STATUS, match="POST *", status=422)] if fails else []
    watcher = Watcher(ledger)
    made = plan([defined("a"), defined("b"), defined("c")], [], {})
    carried_out(made, provider, ledger, watcher, now=Leaping(timedelta(seconds=11)).now)

    held = [lease for lease in watcher.leases if lease]
    assert 4 == len(held)
    assert sorted({lease.until for lease in held}) == [lease.until for lease in held]
    assert 1 == len({(lease.holder, lease.since) for lease in held})
    assert ledger.read().lease is None


def test_a_run_that_only_fails_notices_that_its_lease_is_lost(
    app: Meddled, provider: Provider, ledger: FileLedger, tmp_path: Path
) -> None:
    """With nothing to record it still holds its lease against the ledger: the rest is not started, and that is told."""
    app.faults = [Fault(FaultKind.STATUS, match="POST *", status=422)]
    path = tmp_path / "ledger" / "local.json"
    other = FileLedger(path, shown="ledger", target="local", provider="qonversion", writer="bob")
    watcher = Watcher(ledger, lambda: other.write(other.read().leased(None)))
    made = plan([defined("a"), defined("b"), defined("c")], [], {})
    report = carried_out(made, provider, ledger, watcher, now=Leaping(timedelta(seconds=11)).now)

    rejected = "vendor-rejected"
    assert [("a", "failed", rejected), ("b", "failed", rejected), ("c", "not_started", "ledger-moved")] == ends(report)
    assert ["another run has written the ledger since it was read: by bob"] == [
        problem.message for problem in report.problems
    ]


@dataclass
class Clock:
    """A clock that stands still until somebody moves it."""

    at: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        """Return the time."""
        return self.at


class Refusable(FileLedger):
    """A ledger that tells when a write of it was refused."""

    refused = 0

    def write(self, claims: Claims) -> Claims:
        """Write, and count it where that is refused."""
        try:
            return super().write(claims)
        except Refused:
            self.refused += 1
            raise


@dataclass
class Dragging:
    """A provider whose creates are answered only when something has come to pass."""

    provider: Provider
    drag: Callable[[], None]

    def create(self, body: Body, *, idempotency_key: str) -> Live:
        """Wait, and create."""
        self.drag()
        return self.provider.create(body, idempotency_key=idempotency_key)

    def __getattr__(self, name: str) -> object:
        """Do all else as it should be."""
        return getattr(self.provider, name)


def until(passed: Callable[[], object]) -> None:
    """Wait for what another thread is about to do."""
    deadline = time.monotonic() + 20
    while not passed():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_lease_is_kept_while_the_vendor_has_everybody_wait(provider: Provider, ledger: FileLedger) -> None:
    """An hour, as several answers to `Retry-After` take: with half of it run it is renewed, though nothing ends."""
    clock = Clock()
    ends_at = clock.at + timedelta(minutes=15)
    seen: list[datetime] = []

    def held() -> datetime:
        lease = ledger.read().lease
        assert lease
        return lease.until

    def drag() -> None:
        for _ in range(8):
            time.sleep(0.03)
            seen.append(held())
            clock.at += timedelta(minutes=7, seconds=30)
            until(lambda: held() != seen[-1])

    slow = cast("Provider", Dragging(provider, drag))
    report = carried_out(plan([defined("a")], [], {}), slow, ledger, now=clock.now)

    assert [("a", "done", "")] == ends(report)
    assert [ends_at + number * timedelta(minutes=7, seconds=30) for number in range(8)] == seen
    assert (["a"], None, ()) == (list(ledger.read().segments), ledger.read().lease, ledger.read().intents)


def test_a_lease_that_is_lost_while_the_vendor_has_everybody_wait_is_noticed(
    provider: Provider, ledger: FileLedger, tmp_path: Path
) -> None:
    """It is tried once to renew it: what was under way ends and is not recorded, and nothing else is begun."""
    path = tmp_path / "ledger" / "local.json"
    mine = Refusable(path, shown="ledger", target="local", provider="qonversion")
    clock = Clock()

    def drag() -> None:
        ledger.write(ledger.read().leased(None))
        clock.at += timedelta(minutes=8)
        until(lambda: mine.refused)
        time.sleep(0.05)

    slow = cast("Provider", Dragging(provider, drag))
    report = carried_out(plan([defined("a"), defined("b")], [], {}), slow, mine, now=clock.now)

    assert [("a", "failed", "ledger-moved"), ("b", "not_started", "ledger-moved")] == ends(report)
    assert 1 == mine.refused
    assert (None, ["a", "b"]) == (ledger.read().lease, [intent.key for intent in ledger.read().intents])


class Enough(BaseException):
    """Somebody has had enough."""


def test_what_is_no_exception_ends_an_apply_as_a_kill_does(provider: Provider, ledger: FileLedger) -> None:
    """Lease and intents stay as they are: nothing is written, nor waited for."""

    def enough() -> None:
        raise Enough

    made = plan([defined("a"), defined("b"), defined("c")], [], {})
    with pytest.raises(Enough):
        carried_out(made, provider, ledger, Watcher(ledger, enough))

    left = ledger.read()
    assert left.lease is not None
    assert (["a"], ["b", "c"]) == (list(left.segments), [intent.key for intent in left.intents])


@dataclass
class Broken:
    """An Observer that fails as soon as one change has ended, or before the first."""

    at_once: bool = False
    failed: Event = field(default_factory=Event)

    def started(self, total: int) -> None:
        """Fail at once, perhaps."""
        if self.at_once:
            self._fail()

    def ended(self, outcome: Outcome) -> None:
        """Fail."""
        self._fail()

    def _fail(self) -> None:
        self.failed.set()
        message = "nobody is looking"
        raise OSError(message)


@dataclass
class Late:
    """A provider whose second create is sent after the observer has failed."""

    provider: Provider
    failed: Event

    def create(self, body: Body, *, idempotency_key: str) -> Live:
        """Create, at once or late."""
        if body["name"] == "B":
            assert self.failed.wait(30)
            time.sleep(0.3)
        return self.provider.create(body, idempotency_key=idempotency_key)

    def __getattr__(self, name: str) -> object:
        """Do all else as it should be."""
        return getattr(self.provider, name)


def test_an_observer_that_fails_leaves_nothing_under_way(app: Meddled, provider: Provider, ledger: FileLedger) -> None:
    """What is in flight is waited for before the lease is given back; what is not recorded keeps its intent."""
    broken = Broken()
    late = cast("Provider", Late(provider, broken.failed))

    with pytest.raises(OSError, match="nobody is looking"):
        carried_out(plan([defined("a"), defined("b"), defined("c")], [], {}), late, ledger, broken, concurrency=2)

    left = ledger.read()
    assert (["A", "B"], None) == (app.names, left.lease)
    assert (["a"], ["b", "c"]) == (list(left.segments), [intent.key for intent in left.intents])


def test_an_observer_that_fails_at_the_start_costs_nothing(
    app: Meddled, provider: Provider, ledger: FileLedger
) -> None:
    """The lease is given back, and nothing was sent."""
    with pytest.raises(OSError, match="nobody is looking"):
        carried_out(plan([defined("a")], [], {}), provider, ledger, Broken(at_once=True))

    assert ([], None) == (app.requests, ledger.read().lease)


UNIQUE = Unique()


@pytest.fixture
def strict(app: Meddled, ledger: FileLedger) -> Meddled:
    """Return a project that knows a name once, in which A, B and C are live and recorded."""
    app.switches = replace(app.switches, unique_names=True)
    begin(app, ledger, "a", "b", "c")
    return app


def shifted(ledger: FileLedger, *others: Definition) -> Plan:
    """Return the plan that gives A the name B, B the name C and C the name D, and makes others."""
    wanted = [defined(key, name=name) for key, name in (("a", "B"), ("b", "C"), ("c", "D"))]
    live = [lives("A"), lives("B"), lives("C")]
    return plan([*wanted, *others], live, dict(ledger.read().segments), form=UNIQUE)


@pytest.mark.parametrize("concurrency", [1, 8])
def test_what_waits_for_a_name_that_is_not_freed_is_not_started(
    strict: Meddled, provider: Provider, ledger: FileLedger, concurrency: int
) -> None:
    """All that wait in a row, each told which segment has its name; others go on, and the next run does the rest."""
    others = [defined(f"x{number}", PROD) for number in range(4)]
    strict.faults = (Fault(FaultKind.STATUS, match="PUT */id-c", status=422),)

    made = shifted(ledger, *others)
    report = carried_out(made, provider, ledger, form=UNIQUE, concurrency=concurrency)

    done = [(each.key, "done", "") for each in others]
    waited = [("b", "not_started", "name-taken"), ("a", "not_started", "name-taken")]
    assert [("c", "failed", "vendor-rejected"), *waited, *done] == ends(report)
    told = [str(outcome.problem).partition(" (")[0] for outcome in report.outcomes[1:3]]
    assert ["not started: `id-c` still has the name `C`", "not started: `id-b` still has the name `B`"] == told
    assert ["PUT /v4/segments/id-c"] == [f"{method} {path}" for method, path in strict.writes if method == "PUT"]
    assert (["A", "B", "C", "X0", "X1", "X2", "X3"], ()) == (strict.names, ledger.read().intents)

    strict.faults = ()
    rest = replace(made, changes=made.changes[:3])
    again = carried_out(rest, provider, ledger, form=UNIQUE, concurrency=concurrency)
    assert ["done"] * 3 == [outcome.result.value for outcome in again.outcomes]
    assert ["B", "C", "D", "X0", "X1", "X2", "X3"] == strict.names


def test_names_are_freed_before_they_are_taken_however_many_go_side_by_side(
    strict: Meddled, provider: Provider, ledger: FileLedger
) -> None:
    """Renames in a row are sent one after another, whatever else is under way; the vendor refuses none."""
    others = [defined(f"x{number}", PROD) for number in range(12)]

    report = carried_out(shifted(ledger, *others), provider, ledger, form=UNIQUE, concurrency=8)

    assert {("done", "")} == {(result, code) for _, result, code in ends(report)}
    assert ["id-c", "id-b", "id-a"] == [path.rpartition("/")[2] for method, path in strict.writes if method == "PUT"]
    assert ["B", "C", "D", *sorted(each.name for each in others)] == strict.names


@pytest.mark.parametrize("used", [False, True], ids=["freed", "kept"])
def test_a_deletion_that_frees_a_name_comes_before_what_takes_it(
    strict: Meddled, provider: Provider, ledger: FileLedger, *, used: bool
) -> None:
    """Where it is refused, the create that waits for the name is not started, and no request is wasted on it."""
    if used:
        strict.add_automation("Welcome mail", "id-a")
    desired = [defined("anew", PROD, name="A"), defined("b"), defined("c")]
    made = plan(desired, [lives("A"), lives("B"), lives("C")], dict(ledger.read().segments), form=UNIQUE)

    report = carried_out(made, provider, ledger, form=UNIQUE, concurrency=8)

    if used:
        assert [("a", "failed", "segment-in-use"), ("anew", "not_started", "name-taken")] == ends(report)
        assert ([], {"a", "b", "c"}) == (strict.writes, set(ledger.read().segments))
    else:
        assert [("a", "done", ""), ("anew", "done", "")] == ends(report)
        assert (["DELETE", "POST"], {"anew", "b", "c"}) == (
            [method for method, _ in strict.writes],
            set(ledger.read().segments),
        )
    assert ["A", "B", "C"] == strict.names


def test_what_waits_for_a_name_is_not_started_where_the_run_is_stopped(
    strict: Meddled, provider: Provider, ledger: FileLedger
) -> None:
    """The first in the row is told that it was interrupted, and nothing is sent."""
    report = carried_out(shifted(ledger), provider, ledger, form=UNIQUE, stopping=True)

    assert [
        ("c", "not_started", "interrupted"),
        ("b", "not_started", "name-taken"),
        ("a", "not_started", "name-taken"),
    ] == (ends(report))
    assert ([], ()) == (strict.writes, ledger.read().intents)
