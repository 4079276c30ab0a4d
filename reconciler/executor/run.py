"""A whole apply: the lease, the intents, changes side by side, the ledger after each. Must never speak to a vendor."""

import uuid
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate
from queue import Empty, SimpleQueue
from typing import TypeAlias

from reconciler.core.canonical import digest
from reconciler.core.claims import Claims, Edit, Intent, Lease
from reconciler.core.plan import Action, Change, Plan
from reconciler.core.ports import Form, Ledger, Observer, Provider
from reconciler.core.report import Outcome, Report, Result
from reconciler.core.segment import Body
from reconciler.errors import LedgerFailure, Problem, ReconcilerError, Refused
from reconciler.executor.attempt import AMBIGUOUS, Attempt, Attempts

LEASE = timedelta(minutes=15)
CHECKPOINT = 1_000
CHECKPOINT_TIME = timedelta(seconds=10)
"""After how many changes, or how long, the ledger is written whole; what is between is noted in its journal."""
LOOK_SECONDS = 5.0
"""How often it is looked, while nothing ends, whether half of the lease has run."""

OTHERS = 4
"""How many keys follow from one that a dead run noted."""


Lane: TypeAlias = list[tuple[int, Change]]
"""Changes that go one after another, each with its place in the plan."""


def _new_key() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True)
class Run:
    """Who applies, by which clock (aware, UTC), whether somebody has asked the run to stop, and how many at a time.

    `new_key` gives an idempotency key that was never given before. `look_seconds` is how long nothing may end before
    the clock is looked at.
    """

    holder: str
    now: Callable[[], datetime]
    stopping: Callable[[], bool]
    concurrency: int = 1
    new_key: Callable[[], str] = _new_key
    look_seconds: float = LOOK_SECONDS


def apply(
    plan: Plan,
    provider: Provider,
    ledger: Ledger,
    observer: Observer,
    *,
    form: Form,
    claims: Claims,
    run: Run,
    found: bool = False,
) -> Report:
    """Carry out every change of the plan that no rule blocks, and report exactly one outcome for each, in its order.

    `claims` are those that the plan was made from; `found` says that the ledger does not hold them yet. Raises Refused,
    with nothing done, where another run holds the lease or has written the ledger since; after the first write every
    failure is an outcome. Whatever is raised that is no Exception ends it at once, as a kill would: nothing is waited
    for, and lease and intents stay.
    """
    refuse_lease(claims, run.now())
    todo = [change for change in plan.pending if not plan.refused_by and change.blocked_by is None]
    blocked = tuple(change for change in plan.pending if plan.refused_by or change.blocked_by)
    if not todo:
        if found or claims.lease:
            ledger.write(claims.leased(None))
        return Report(plan.target, plan.provider, (), blocked, refused_by=plan.refused_by)
    work = _Work(ledger, form, run, claims)
    work.begin(todo, provider, frozenset(change.id for change in plan.changes if change.id))
    try:
        ended = work.carry_out(todo, observer)
    except Exception:
        work.end()
        raise
    return Report(plan.target, plan.provider, ended, blocked, work.end())


def refuse_lease(claims: Claims, now: datetime) -> None:
    """Raise Refused where a lease is held that has not run out."""
    lease = claims.lease
    if lease and lease.until > now:
        raise Refused(
            Problem(
                "lease-held",
                f"{lease.holder} has been applying since {lease.since:%Y-%m-%d %H:%M:%S} UTC, "
                f"and holds the lease until {lease.until:%Y-%m-%d %H:%M:%S} UTC",
                hint="wait for it to end; if that run is dead, free the lease with `reconciler ledger unlock`",
            )
        )


class _Work:
    """The claims while they change: in the thread that applies, and in no other."""

    def __init__(self, ledger: Ledger, form: Form, run: Run, claims: Claims) -> None:
        self._ledger = ledger
        self._form = form
        self._run = run
        self._claims = claims
        self._broken: Problem | None = None
        self._noted = 0
        self._since = self._written = run.now()

    def begin(self, todo: Sequence[Change], provider: Provider, seen: frozenset[str]) -> None:
        """Take the lease and note every intent, in one write before the first request."""
        noted = {intent.idempotency_key for intent in self._claims.intents}
        intents = tuple(self._intent(change) for change in todo if change.key is not None)
        self._write(self._claims.intend(*intents))
        keys = {intent.key: intent.idempotency_key for intent in intents}
        lost = {change.id for change in todo if change.action in {Action.CREATE, Action.FORGET} and change.id}
        again = {name: _others(key) for name, key in keys.items() if key in noted}
        self._attempts = Attempts(
            provider, self._form, keys, lambda: self._claims.segments, again, seen - lost, frozenset(lost)
        )

    def end(self) -> tuple[Problem, ...]:
        """Give the lease back; return what went wrong with that, if anything.

        Where the ledger failed before, it is asked what it holds: what this run knew beyond that is not recorded.
        """
        claims = self._claims
        try:
            if self._broken:
                claims = self._ledger.read()
                if not self._is_ours(claims.lease):
                    return (self._broken,)
            self._ledger.write(claims.leased(None))
        except Refused as error:
            return error.problems
        except ReconcilerError as error:
            hint = f"{error.problems[0].hint}; the lease of this run stays in the ledger until it runs out, or until "
            return (replace(error.problems[0], hint=f"{hint}`reconciler ledger unlock` frees it"),)
        return ()

    def carry_out(self, todo: Sequence[Change], observer: Observer) -> tuple[Outcome, ...]:
        """Do the changes, deletions after all others, and return how each ended, in their order.

        The next is begun when one that ended is in the ledger, so that at most `concurrency` are ever in doubt. Where
        the observer fails, what is under way is waited for.
        """
        pool = ThreadPoolExecutor(self._run.concurrency)
        outcomes: dict[int, Outcome] = {}
        try:
            observer.started(len(todo))
            for deleting in (False, True):
                for place, outcome in self._side_by_side(pool, deque(_lanes(todo, self._form, deleting=deleting))):
                    outcomes[place] = outcome
                    observer.ended(outcome)
        except BaseException as error:
            pool.shutdown(wait=isinstance(error, Exception))
            raise
        pool.shutdown()
        return tuple(outcome for _, outcome in sorted(outcomes.items()))

    def _side_by_side(self, pool: ThreadPoolExecutor, lanes: deque[Lane]) -> Iterator[tuple[int, Outcome]]:
        ended: SimpleQueue[Future[Attempt]] = SimpleQueue()
        running: dict[Future[Attempt], Lane] = {}
        while lanes or running:
            while lanes and len(running) < self._run.concurrency:
                lane = lanes.popleft()
                future = pool.submit(self._attempt, lane[0][1])
                running[future] = lane
                future.add_done_callback(ended.put)
            future = self._next(ended)
            (place, change), *rest = running.pop(future)
            outcome = self._taken_in(change, *future.result())
            yield place, outcome
            while rest and outcome.result is not Result.DONE and rest[0][1].waits_for == change.id:
                (place, change), *rest = rest
                outcome = self._taken_in(change, _name_taken(change), None)
                yield place, outcome
            lanes.extendleft([rest] if rest else [])

    def _next(self, ended: SimpleQueue[Future[Attempt]]) -> Future[Attempt]:
        """Return the next that ends, and keep the lease meanwhile, however long the vendor has everybody wait."""
        while True:
            try:
                return ended.get(timeout=self._run.look_seconds)
            except Empty:
                self._keep_lease()

    def _keep_lease(self) -> None:
        """Hold the lease for longer once half of it has run; where it is lost, no other change is begun."""
        if self._broken or self._run.now() - self._written < LEASE / 2:
            return
        try:
            self._write(self._claims)
        except ReconcilerError as error:
            self._broken = error.problems[0]

    def _attempt(self, change: Change) -> Attempt:
        if self._broken:
            return Outcome(change, Result.NOT_STARTED, change.id, self._broken), None
        if self._run.stopping():
            problem = Problem("interrupted", "not started: the run was interrupted", hint="run apply again to go on")
            return Outcome(change, Result.NOT_STARTED, change.id, problem), None
        return self._attempts.attempt(change)

    def _taken_in(self, change: Change, outcome: Outcome, edit: Edit | None) -> Outcome:
        """Have the ledger hold what a change did; where it cannot, the change has failed, and no other is begun.

        An intent stays noted only where nobody can say whether its write reached the vendor.
        """
        try:
            if edit is not None:
                self._record(edit)
            else:
                self._leave(change, outcome)
        except ReconcilerError as error:
            self._broken = error.problems[0]
            if edit is not None:
                return replace(outcome, result=Result.FAILED, problem=outcome.problem or self._broken)
        return outcome

    def _leave(self, change: Change, outcome: Outcome) -> None:
        """Settle the intent of a change that did nothing, and keep the lease where nothing else does."""
        if outcome.result is Result.NOT_STARTED or not outcome.problem or outcome.problem.code not in AMBIGUOUS:
            self._claims = self._claims.settle(change.key or "")
        if not self._broken and self._is_due():
            self._write(self._claims)

    def _record(self, edit: Edit) -> None:
        if self._broken:
            raise LedgerFailure(self._broken)
        self._noted += 1
        if self._is_due():
            self._write(self._claims.edited(edit))
        else:
            self._claims = self._ledger.note(self._claims, edit)

    def _is_due(self) -> bool:
        return self._noted >= CHECKPOINT or self._run.now() - self._written >= CHECKPOINT_TIME

    def _write(self, claims: Claims) -> None:
        """Write the ledger whole, and hold the lease for longer."""
        self._claims = self._ledger.write(claims.leased(self._lease()))
        self._noted, self._written = 0, self._run.now()

    def _is_ours(self, lease: Lease | None) -> bool:
        return lease is not None and (lease.holder, lease.since) == (self._run.holder, self._since)

    def _lease(self) -> Lease:
        return Lease(self._run.holder, self._since, self._run.now() + LEASE)

    def _intent(self, change: Change) -> Intent:
        body = None if change.after is None else digest(dict(change.after))
        for old in self._claims.intents:
            if (old.key, old.action, old.body_digest) == (change.key, change.action.value, body):
                return old
        meaning = _meaning(self._form, change.after)
        return Intent(change.key or "", change.action.value, change.id, body, self._run.new_key(), meaning)


def _others(key: str) -> tuple[str, ...]:
    """Return the keys that are used, in turn, where what the one before made is gone; they need no noting."""
    others = accumulate(range(OTHERS), lambda before, _: str(uuid.uuid5(uuid.NAMESPACE_URL, before)), initial=key)
    return tuple(others)[1:]


def _lanes(todo: Sequence[Change], form: Form, *, deleting: bool) -> list[Lane]:
    """Return what may go on at once: the deletions, or all else.

    What waits for a name is in the lane of what frees it, and is not begun where that did not come to be.
    Creates that mean the same share a lane: were the answers to two of them lost at once, none could be told apart.
    """
    lanes: dict[str, Lane] = {}
    named: dict[str, Lane] = {}
    for place, change in enumerate(todo):
        if (change.action is Action.DELETE and not change.turn) is deleting:
            alike = _meaning(form, change.after) if change.action is Action.CREATE else None
            own: Lane = []
            lane = named.get(change.waits_for) or lanes.setdefault(alike or str(place), own)
            lane.append((place, change))
            named |= {change.id: lane} if change.id else {}
    return list(lanes.values())


def _name_taken(change: Change) -> Outcome:
    words = f"not started: `{change.waits_for}` still has the name `{change.name}`"
    hint = "see why the change before it was not done, then run apply again"
    return Outcome(change, Result.NOT_STARTED, change.id, Problem("name-taken", words, hint=hint))


def _meaning(form: Form, body: Body | None) -> str | None:
    return None if body is None else digest(dict(form.canonical(body)))
