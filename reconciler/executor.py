"""Carries a plan out, through ports, one change at a time: the only thing that writes. It never decides what to do."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar, assert_never

from reconciler.core.canonical import canonical_json, digest
from reconciler.core.claims import Claims, Intent, Lease
from reconciler.core.diff import diff
from reconciler.core.plan import Action, Change, FieldChange, Plan
from reconciler.core.ports import Form, Ledger, Observer, Provider
from reconciler.core.report import Outcome, Report, Result
from reconciler.core.segment import Body, Live, Recorded
from reconciler.errors import LedgerFailure, NotSent, Problem, ReconcilerError, Refused, VendorFailure

LEASE = timedelta(minutes=15)
AMBIGUOUS = frozenset(
    {
        "connection",
        "timeout",
        "not-json",
        "vendor-error",
        "unexpected-answer",
        "internal",
        "rate-limited",
        "vendor-down",
    }
)
"""The codes of failures after which nobody can say whether the vendor did what was asked.

A write is read back, so what the reading meets is among them.
"""

Written = TypeVar("Written")


@dataclass(frozen=True, slots=True)
class Run:
    """Who applies, by which clock (aware, UTC), and whether somebody has asked the run to stop."""

    holder: str
    now: Callable[[], datetime]
    stopping: Callable[[], bool]


def apply(
    plan: Plan, provider: Provider, ledger: Ledger, observer: Observer, *, form: Form, claims: Claims, run: Run
) -> Report:
    """Carry out every change of the plan that no rule blocks, and report exactly one outcome for each.

    `claims` are those that the plan was made from. Raises Refused, with nothing done, where another run holds the
    lease or has written the ledger since; after the first write every failure is an outcome.
    """
    refuse_lease(claims, run.now())
    todo = [change for change in plan.pending if not plan.refused_by and change.blocked_by is None]
    blocked = tuple(change for change in plan.pending if plan.refused_by or change.blocked_by)
    if not todo:
        return Report(plan.target, plan.provider, (), blocked, refused_by=plan.refused_by)
    work = _Work(provider, ledger, form, run, claims)
    work.begin(todo)
    outcomes: list[Outcome] = []
    observer.started(len(todo))
    try:
        for change in todo:
            outcome = work.carry_out(change)
            outcomes.append(outcome)
            observer.ended(outcome)
    finally:
        problems = work.end()
    return Report(plan.target, plan.provider, tuple(outcomes), blocked, problems)


def refuse_lease(claims: Claims, now: datetime) -> None:
    """Raise Refused where a lease is held that has not run out."""
    lease = claims.lease
    if lease and lease.until > now:
        raise Refused(
            Problem(
                "lease-held",
                f"{lease.holder} has been applying since {lease.since:%Y-%m-%d %H:%M:%S} UTC, "
                f"and holds the lease until {lease.until:%H:%M:%S}",
                hint="wait for it to end; if that run is dead, free the lease with `reconciler ledger unlock`",
            )
        )


@dataclass(slots=True)
class _Work:
    provider: Provider
    ledger: Ledger
    form: Form
    run: Run
    claims: Claims
    keys: dict[str | None, str] = field(default_factory=dict)
    broken: Problem | None = None

    def begin(self, todo: Sequence[Change]) -> None:
        """Take the lease and note every intent, in one write before the first request."""
        intents = tuple(self._intent(change) for change in todo if change.key is not None)
        self.keys = {intent.key: intent.idempotency_key for intent in intents}
        self.claims = self.ledger.write(self.claims.intend(*intents).leased(self._lease()))

    def end(self) -> tuple[Problem, ...]:
        """Give the lease back; return what went wrong with that, if anything."""
        if self.broken:
            return ()
        try:
            self.claims = self.ledger.write(self.claims.leased(None))
        except ReconcilerError as error:
            return error.problems
        return ()

    def carry_out(self, change: Change) -> Outcome:
        """Do one change and record it; every failure of ours becomes the outcome.

        An intent stays noted only where nobody can say whether its write reached the vendor.
        """
        outcome = self._outcome(change)
        started = outcome.result is not Result.NOT_STARTED
        if not (started and outcome.problem and outcome.problem.code in AMBIGUOUS):
            self.claims = self.claims.settle(change.key or "")
        return outcome

    def _outcome(self, change: Change) -> Outcome:
        if self.broken:
            return Outcome(change, Result.NOT_STARTED, change.id, self.broken)
        if self.run.stopping():
            problem = Problem("interrupted", "not started: the run was interrupted", hint="run apply again to go on")
            return Outcome(change, Result.NOT_STARTED, change.id, problem)
        try:
            return self._do(change)
        except (LedgerFailure, Refused) as error:
            self.broken = error.problems[0]
            return Outcome(change, Result.FAILED, change.id, error.problems[0])
        except NotSent as error:
            return Outcome(change, Result.NOT_STARTED, change.id, error.problems[0])
        except ReconcilerError as error:
            return Outcome(change, Result.FAILED, change.id, error.problems[0])
        except Exception as error:  # noqa: BLE001 - the other changes are reported whatever a mistake of ours does
            words = f"an internal error: {type(error).__name__}: {error}"
            problem = Problem("internal", words, hint="please report it; then plan again, to see what was done")
            return Outcome(change, Result.FAILED, change.id, problem)

    def _do(self, change: Change) -> Outcome:
        match change.action:
            case Action.CREATE:
                return self._create(change)
            case Action.UPDATE:
                return self._update(change)
            case Action.DELETE:
                return self._delete(change)
            case Action.ADOPT:
                self._record(change, change.id or "", change.after or {})
                return Outcome(change, Result.DONE, change.id)
            case Action.FORGET:
                return self._forget(change)
            case Action.KEEP | Action.SKIP:
                message = f"a change that does nothing was to be carried out: {change.action}"
                raise AssertionError(message)
            case _:
                assert_never(change.action)

    def _create(self, change: Change) -> Outcome:
        vanished = self.claims.segments.get(change.moved_from or change.key or "")
        if vanished and vanished.id == change.id and (found := self.provider.read(vanished.id)) is not None:
            return self._stale(change, found)
        body = change.after or {}
        try:
            key = self.keys[change.key]
            live = _begun(lambda: self.provider.create(body, idempotency_key=key))
        except VendorFailure as error:
            known = isinstance(error, NotSent) or error.problems[0].code not in AMBIGUOUS
            if self.form.capabilities.idempotency_keys or known:
                raise
            live = self._made_unseen(change, body, error)
        return self._written(change, body, live)

    def _made_unseen(self, change: Change, body: Body, failure: VendorFailure) -> Live:
        """Return the segment that a create made though its answer was lost; raises the failure where it made none.

        It is known by its name and body, and by nobody managing it. The plan found no other of that name unmanaged.
        """
        managed = {record.id for record in self.claims.segments.values()}
        want = canonical_json(self.form.canonical(body))
        try:
            listed = self.provider.list()
        except VendorFailure:
            raise failure from None
        found = [
            segment
            for segment in listed
            if segment.id not in managed | {change.id} and canonical_json(self.form.canonical(segment.body)) == want
        ]
        if len(found) != 1:
            raise failure
        return found[0]

    def _update(self, change: Change) -> Outcome:
        live = self.provider.read(change.id or "")
        if self._moved(change, live):
            return self._stale(change, live)
        body = change.after or {}
        return self._written(change, body, _begun(lambda: self.provider.update(change.id or "", body)))

    def _delete(self, change: Change) -> Outcome:
        live = self.provider.read(change.id or "")
        if self._moved(change, live):
            return self._stale(change, live)
        _begun(lambda: self.provider.delete(change.id or ""))
        if change.key is not None:
            self._settle(change, self.claims.release(change.key))
        return Outcome(change, Result.DONE, change.id)

    def _forget(self, change: Change) -> Outcome:
        live = self.provider.read(change.id or "")
        if live is not None and not live.system:
            return self._stale(change, live)
        self._settle(change, self.claims.release(change.key or ""))
        return Outcome(change, Result.DONE, change.id)

    def _moved(self, change: Change, live: Live | None) -> bool:
        return live is None or live.system or digest(dict(self.form.canonical(live.body))) != change.live_fingerprint

    def _stale(self, change: Change, live: Live | None) -> Outcome:
        fields: tuple[FieldChange, ...] = ()
        if live is None:
            words = "is gone"
        elif change.before is None:
            words = "is back"
        else:
            words = "is a system segment now" if live.system else "has changed"
            fields = diff(self.form.canonical(change.before), self.form.canonical(live.body), self.form.label)
        problem = Problem(
            "stale",
            f"the live segment `{change.id}` {words} since the plan was made",
            hint="plan again, and look at what changed",
        )
        return Outcome(change, Result.STALE, change.id, problem, fields)

    def _written(self, change: Change, meant: Body, live: Live) -> Outcome:
        want, have = self.form.canonical(meant), self.form.canonical(live.body)
        if canonical_json(want) == canonical_json(have):
            self._record(change, live.id, meant)
            return Outcome(change, Result.DONE, live.id)
        self._record(change, live.id, meant)
        problem = Problem(
            "not-as-sent",
            f"the vendor stored something other than what was sent for `{change.key}`",
            hint="look at the difference; write the definition as the vendor stores it, then plan again",
        )
        return Outcome(change, Result.FAILED, live.id, problem, diff(want, have, self.form.label))

    def _record(self, change: Change, segment_id: str, body: Body) -> None:
        record = Recorded(change.key or "", segment_id, body, change.protected)
        self._settle(change, self.claims.claim(record, moved_from=change.moved_from))

    def _settle(self, change: Change, claims: Claims) -> None:
        self.claims = self.ledger.write(claims.settle(change.key or "").leased(self._lease()))

    def _lease(self) -> Lease:
        now = self.run.now()
        held = self.claims.lease
        ours = held and held.holder == self.run.holder
        return Lease(self.run.holder, held.since if held and ours else now, now + LEASE)

    def _intent(self, change: Change) -> Intent:
        body = None if change.after is None else digest(dict(change.after))
        for old in self.claims.intents:
            if (old.key, old.action, old.body_digest) == (change.key, change.action.value, body):
                return old
        return Intent(change.key or "", change.action.value, change.id, body, str(uuid.uuid4()))


def _begun(write: Callable[[], Written]) -> Written:
    """Return what a write gives. One whose reading back was kept back has been sent, so it is a failure like others."""
    try:
        return write()
    except NotSent as error:
        if error.writing:
            raise
        raise VendorFailure(*error.problems) from None
