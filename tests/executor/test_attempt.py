"""One change at a time over the emulated vendor: what is in doubt, what is looked for, and what is not believed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar, cast

import pytest
from executor.stage import Keyless, begin, carried_out, ends
from unruly import Meddled
from worlds import FORM, PROD, body, defined, held, lives, plan, records

from reconciler.core.claims import Claims
from reconciler.core.finding import Finding
from reconciler.core.plan import Change, Plan
from reconciler.core.ports import Provider
from reconciler.core.report import Result
from reconciler.core.segment import Body, Live
from reconciler.emulator.faults import Fault, FaultKind
from reconciler.errors import NotSent, Problem
from reconciler.ledger.file import FileLedger
from reconciler.providers.qonversion.convert import QonversionForm

Done = TypeVar("Done")


class Overstated(Plan):
    """A plan that says of every change that it does something."""

    @property
    def pending(self) -> tuple[Change, ...]:
        """All changes."""
        return self.changes


def test_a_segment_that_is_still_gone_is_forgotten(provider: Provider, ledger: FileLedger) -> None:
    """Its record goes, and the others stay."""
    ledger.write(Claims().claim(held("a")).claim(held("b")))

    report = carried_out(plan([], [lives("B")], records(held("a"))), provider, ledger)

    assert [("a", "done", "")] == ends(report)
    assert ["b"] == list(ledger.read().segments)


def test_a_change_that_does_nothing_is_not_carried_out(provider: Provider, ledger: FileLedger) -> None:
    """Should a plan ever ask for that, it is a mistake of this program: nothing is guessed, and the lease is free."""
    kept = plan([defined("a")], [lives("A")], records(held("a")))

    report = carried_out(Overstated(kept.target, kept.provider, kept.changes), provider, ledger)

    (outcome,) = report.outcomes
    assert outcome.result is Result.FAILED
    assert "a change that does nothing was to be carried out: keep (internal)" in str(outcome.problem)
    assert ledger.read().lease is None


LOST = Fault(FaultKind.FAILED_AFTER_COMMIT, match="POST *", at=1)


def test_a_create_whose_answer_was_lost_is_found_where_there_are_no_keys(
    app: Meddled, provider: Provider, ledger: FileLedger
) -> None:
    """The segment that the lost create made is known by its name and body, and no second one is made."""
    app.faults = (LOST,)

    report = carried_out(plan([defined("a", PROD)], [], {}), provider, ledger, form=Keyless())

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
    app: Meddled, provider: Provider, ledger: FileLedger, *, fault: Fault, form: QonversionForm, there: int, code: str
) -> None:
    """Where none, or more than one, could be it, or the vendor said no, or a key will tell, the failure stands."""
    made = plan([defined("a", PROD)], [], {})
    for _ in range(there):
        app.put_segment(dict(body("A", PROD)))
    app.faults = (fault,)

    report = carried_out(made, provider, ledger, form=form)

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
    app: Meddled, provider: Provider, ledger: FileLedger, other: Live
) -> None:
    """What was made is looked for where there are no keys, and recorded; the other segment stays whose it is."""
    ledger.write(Claims().claim(held("b", PROD)))
    mistaken = cast("Provider", Mistaken(provider, other))

    there = [lives("VICTIM"), lives("B", PROD, segment_id="id-b")]
    unkeyed = carried_out(plan([defined("a", PROD)], there, {}), mistaken, ledger, form=Keyless())
    keyed = carried_out(plan([defined("c", PROD)], there, {}), mistaken, ledger)

    assert ([("a", "done", "")], [("c", "failed", "another-segment")]) == (ends(unkeyed), ends(keyed))
    assert () == ledger.read().intents
    recorded = ledger.read().segments
    assert (["a", "b"], "id-b") == (sorted(recorded), recorded["b"].id)
    assert recorded["a"].id in {str(segment["id"]) for segment in app.segments()}


def test_an_id_that_was_given_again_is_no_other_segment_s(provider: Provider, ledger: FileLedger) -> None:
    """A record of a segment that is gone gives way to the new one with its id, and is forgotten without a question."""
    ledger.write(Claims().claim(held("z", PROD, segment_id="a")))

    report = carried_out(plan([defined("a", PROD)], [], dict(ledger.read().segments)), provider, ledger)

    assert [("a", "done", ""), ("z", "done", "")] == ends(report)
    assert {"a": "a"} == {key: record.id for key, record in ledger.read().segments.items()}


def test_a_create_whose_reading_back_fails_is_found(app: Meddled, provider: Provider, ledger: FileLedger) -> None:
    """Whatever the vendor says to the reading, the segment was made; without keys it is looked for."""
    app.faults = (Fault(FaultKind.STATUS, status=403, match="GET */segments/*", at=1),)

    report = carried_out(plan([defined("a", PROD)], [], {}), provider, ledger, form=Keyless())

    assert ([("a", "done", "")], ["a"]) == (ends(report), list(ledger.read().segments))


def test_a_create_whose_reading_back_is_rationed_is_found(app: Meddled, provider: Provider, ledger: FileLedger) -> None:
    """That the vendor wants fewer requests says nothing about the create, which was answered before."""
    app.faults = (Fault(FaultKind.STATUS, status=429, match="GET *", at=1),)

    report = carried_out(plan([defined("a", PROD)], [], {}), provider, ledger, form=Keyless())

    assert [("a", "done", "")] == ends(report)


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


LIVE = {"create": (), "update": ("a", "b"), "delete": ("a", "b"), "read": ("a", "b")}
"""What each of these plans begins with."""


@pytest.mark.parametrize("verb", VERBS)
def test_a_change_that_meets_a_vendor_that_is_down_is_not_started(
    app: Meddled, provider: Provider, ledger: FileLedger, verb: str
) -> None:
    """Nothing of it was sent that writes, so nothing is in doubt: no intent is left, and the segments are as before."""
    begin(app, ledger, *LIVE[verb])
    before = app.segments()

    report = carried_out(VERBS[verb], Guarded(provider, verb, writing=verb != "read"), ledger)

    assert ("a", "not_started", "vendor-down") == ends(report)[0]
    assert before == app.segments()
    assert (None, ()) == (ledger.read().lease, ledger.read().intents)


@pytest.mark.parametrize("verb", ["create", "update", "delete"])
def test_a_write_that_cannot_be_read_back_from_a_vendor_that_is_down_has_failed(
    app: Meddled, provider: Provider, ledger: FileLedger, verb: str
) -> None:
    """It was sent, so what came of it is in doubt: the intent stays, for the next run to find out."""
    begin(app, ledger, *LIVE[verb])
    before = app.segments()

    report = carried_out(VERBS[verb], Guarded(provider, verb, after=True), ledger)

    assert ("a", "failed", "vendor-down") == ends(report)[0]
    assert before != app.segments()
    assert "a" in [intent.key for intent in ledger.read().intents]


def test_a_lost_create_that_cannot_be_looked_for_stays_the_failure_that_it_was(
    app: Meddled, provider: Provider, ledger: FileLedger
) -> None:
    """Its answer was lost, and that the vendor is down now takes nothing back: it is no change that was not started."""
    app.faults = (LOST,)
    guarded = Guarded(provider, "list")

    report = carried_out(plan([defined("a", PROD)], [], {}), guarded, ledger, form=Keyless())

    assert [("a", "failed", "vendor-error")] == ends(report)
    assert ["a"] == [intent.key for intent in ledger.read().intents]


def test_a_create_that_was_not_sent_is_not_looked_for(app: Meddled, provider: Provider, ledger: FileLedger) -> None:
    """Not even where the vendor knows no keys."""
    app.put_segment(dict(body("A", PROD)))
    guarded = Guarded(provider, "create", writing=True)

    report = carried_out(plan([defined("a", PROD)], [], {}), guarded, ledger, form=Keyless())

    assert [("a", "not_started", "vendor-down")] == ends(report)


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Dying:
    """A provider whose process is killed when a create was answered, or before it is sent."""

    provider: Provider
    sent: bool = True

    def create(self, body: Body, *, idempotency_key: str) -> Live:
        """Create, perhaps, and die."""
        if self.sent:
            self.provider.create(body, idempotency_key=idempotency_key)
        raise Killed

    def __getattr__(self, name: str) -> object:
        """Do all else as it should be."""
        return getattr(self.provider, name)


def killed(provider: Provider, ledger: FileLedger, *, sent: bool = True) -> None:
    """Have a run die in the middle of the create of `a`, and free its lease."""
    with pytest.raises(Killed):
        carried_out(CREATES, cast("Provider", Dying(provider, sent)), ledger)
    ledger.write(ledger.read().leased(None))


CREATES = plan([defined("a", PROD)], [], {})
UNREADABLE = Fault(FaultKind.STATUS, match="GET */segments/*", at=1)
UNSEEN = Fault(FaultKind.STATUS, match="GET */segments/*", at=1, status=404)


def test_what_a_dead_run_made_and_is_gone_is_made_again(app: Meddled, provider: Provider, ledger: FileLedger) -> None:
    """The vendor answers the first key as it did then, so a second one is sent, once; it follows from the first."""
    killed(provider, ledger)
    app.remove_segment("a")
    (intent,) = ledger.read().intents

    report = carried_out(CREATES, provider, ledger)

    first, again, second = app.keys
    assert [("a", "done", "")] == ends(report)
    assert (intent.idempotency_key, first) == (first, again)
    assert second != first
    (segment,) = app.segments()
    assert {"a": segment["id"]} == {key: record.id for key, record in ledger.read().segments.items()}
    assert ((), None) == (ledger.read().intents, ledger.read().lease)


def test_the_second_key_is_the_same_in_every_run(app: Meddled, provider: Provider, ledger: FileLedger) -> None:
    """Killed once more with the second key under way, a third run ends with one segment, and not with a twin.

    The vendor does not give the first id again here: it is taken while the second segment is made.
    """
    killed(provider, ledger)
    app.remove_segment("a")
    app.once("POST /v4/segments", lambda: app.put_segment(body("Z"), segment_id="a"), at=2)
    killed(provider, ledger)
    app.remove_segment("a")
    assert ["a-2"] == [segment["id"] for segment in app.segments()]

    report = carried_out(CREATES, provider, ledger)

    first, second = app.keys[0], app.keys[2]
    assert [first, first, second, first, second] == app.keys
    assert ([("a", "done", "")], ["A"]) == (ends(report), app.names)


def test_each_time_that_somebody_deletes_what_was_made_another_key_is_used(
    app: Meddled, provider: Provider, ledger: FileLedger
) -> None:
    """Killed with each of four keys under way, and what it made deleted, the next run ends with one segment."""
    for _ in range(4):
        killed(provider, ledger)
        app.remove_segment("a")

    report = carried_out(CREATES, provider, ledger)

    assert ([("a", "done", "")], ["A"]) == (ends(report), app.names)
    assert 5 == len(set(app.keys))


@pytest.mark.parametrize("sent", [True, False], ids=["made by the dead run", "made by this run"])
def test_a_create_that_cannot_be_read_back_is_not_sent_with_a_second_key(
    app: Meddled, provider: Provider, ledger: FileLedger, *, sent: bool
) -> None:
    """That nobody can say whether it is there is not that it is gone: no twin is made, and the next run finds it."""
    killed(provider, ledger, sent=sent)
    app.faults = (UNREADABLE,)

    first, second = (carried_out(CREATES, provider, ledger) for _ in range(2))

    assert ([("a", "failed", "not-read-back")], [("a", "done", "")]) == (ends(first), ends(second))
    assert (1, ["A"]) == (len(set(app.keys)), app.names)


def test_a_new_create_is_not_sent_again(app: Meddled, provider: Provider, ledger: FileLedger) -> None:
    """Nobody has sent its key before, so that it is not seen at once says nothing: it fails, and its intent stays."""
    app.faults = (UNSEEN,)

    report = carried_out(CREATES, provider, ledger)
    (intent,) = ledger.read().intents
    again = carried_out(CREATES, provider, ledger)

    assert ([("a", "failed", "not-there")], [("a", "done", "")]) == (ends(report), ends(again))
    assert [intent.idempotency_key] * 2 == app.keys
    assert ["A"] == app.names


def test_a_create_with_another_body_is_a_new_one(app: Meddled, provider: Provider, ledger: FileLedger) -> None:
    """The intent of the dead run was for another body, so its key is not used, and nothing is sent twice."""
    killed(provider, ledger, sent=False)
    app.faults = (UNSEEN,)

    report = carried_out(plan([defined("a")], [], {}), provider, ledger)

    assert [("a", "failed", "not-there")] == ends(report)
    assert (1, ["A"]) == (len(app.keys), app.names)


def test_what_was_not_sent_is_not_sent_with_a_second_key(app: Meddled, provider: Provider, ledger: FileLedger) -> None:
    """A vendor that is down gets neither."""
    killed(provider, ledger)
    guarded = Guarded(provider, "create", writing=True)

    report = carried_out(CREATES, guarded, ledger)

    assert ([("a", "not_started", "vendor-down")], 1) == (ends(report), len(app.keys))
