"""One change at the vendor: what is live is looked at again, changed, and read back. Must never touch the ledger."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar, assert_never

from reconciler.core.canonical import canonical_json, digest
from reconciler.core.claims import Edit
from reconciler.core.diff import diff
from reconciler.core.plan import Action, Change, FieldChange
from reconciler.core.ports import Form, Provider
from reconciler.core.report import Outcome, Result
from reconciler.core.segment import Body, Live, Recorded
from reconciler.errors import NotSent, Problem, ReconcilerError, VendorFailure

AMBIGUOUS = frozenset(
    {
        "connection",
        "timeout",
        "not-json",
        "vendor-error",
        "unexpected-answer",
        "not-read-back",
        "not-there",
        "internal",
        "rate-limited",
        "vendor-down",
    }
)
"""The codes of failures after which nobody can say whether the vendor did what was asked.

A write is read back, so what the reading meets is among them.
"""

ANOTHER = "another-segment"
"""The code of a create that was answered with a segment which it did not make: its key is not used again."""

Written = TypeVar("Written")

Attempt: TypeAlias = tuple[Outcome, Edit | None]
"""How a change ended at the vendor, and what it does to the claims, if anything."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """What it takes to try a change; safe to use from several threads, as far as the provider is.

    `keys` are the idempotency keys by the keys of the definitions, `again` further ones for each that an earlier run
    may have sent, `records` what is managed at the time. `seen` are the ids of the segments that the plan found live,
    and `gone` of those that it did not find any more: a vendor may give them to new ones.
    """

    provider: Provider
    form: Form
    keys: Mapping[str, str]
    records: Callable[[], Mapping[str, Recorded]]
    again: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    seen: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()

    def attempt(self, change: Change) -> Attempt:
        """Do one change; every failure, a mistake of ours included, is an outcome."""
        try:
            return self._do(change)
        except NotSent as error:
            return Outcome(change, Result.NOT_STARTED, change.id, error.problems[0]), None
        except ReconcilerError as error:
            return Outcome(change, Result.FAILED, change.id, error.problems[0]), None
        except Exception as error:  # noqa: BLE001 - the other changes are reported whatever a mistake of ours does
            words = f"an internal error: {type(error).__name__}: {error}"
            problem = Problem("internal", words, hint="please report it; then plan again, to see what was done")
            return Outcome(change, Result.FAILED, change.id, problem), None

    def _do(self, change: Change) -> Attempt:
        match change.action:
            case Action.CREATE:
                return self._create(change)
            case Action.UPDATE:
                return self._update(change)
            case Action.DELETE:
                return self._delete(change)
            case Action.ADOPT:
                return Outcome(change, Result.DONE, change.id), _claimed(change, change.id or "", change.after or {})
            case Action.FORGET:
                return self._forget(change)
            case Action.KEEP | Action.SKIP:
                message = f"a change that does nothing was to be carried out: {change.action}"
                raise AssertionError(message)
            case _:
                assert_never(change.action)

    def _create(self, change: Change) -> Attempt:
        vanished = self.records().get(change.moved_from or change.key or "")
        if vanished and vanished.id == change.id and (found := self.provider.read(vanished.id)) is not None:
            return self._stale(change, found), None
        body = change.after or {}
        try:
            live = self._sent(change, body)
            self._refuse_another(change, live)
        except VendorFailure as error:
            known = isinstance(error, NotSent) or error.problems[0].code not in AMBIGUOUS | {ANOTHER}
            if self.form.capabilities.idempotency_keys or known:
                raise
            live = self._made_unseen(change, body, error)
        return self._written(change, body, live)

    def _sent(self, change: Change, body: Body) -> Live:
        """Create with the key of the change; with the next one where that made what is not there any more."""
        others = self.again.get(change.key or "", ()) if self.form.capabilities.idempotency_keys else ()
        *earlier, last = self.keys[change.key or ""], *others
        for key in earlier:
            try:
                return self._begun_with(key, body)
            except VendorFailure as error:
                if isinstance(error, NotSent) or error.problems[0].code != "not-there":
                    raise
        return self._begun_with(last, body)

    def _begun_with(self, key: str, body: Body) -> Live:
        return _begun(lambda: self.provider.create(body, idempotency_key=key))

    def _refuse_another(self, change: Change, live: Live) -> None:
        """Raise VendorFailure where what a create answered with is plainly not what it made.

        A new segment with another name is the one that was made: somebody was quick to rename it.
        """
        managed = {record.id for key, record in self.records().items() if key != change.key} - self.gone
        renamed = live.id in self.seen and live.name.split() != change.name.split()
        if live.id in managed or live.system or live.looks_system or renamed:
            words = f"the vendor answered the create of `{change.key}` with `{live.id}`, which is another segment"
            hint = "nothing was recorded; look at both in the vendor's dashboard, then plan again"
            raise VendorFailure(Problem(ANOTHER, words, hint=hint))

    def _made_unseen(self, change: Change, body: Body, failure: VendorFailure) -> Live:
        """Return the segment that a create made though its answer was lost; raises the failure where it made none.

        It is known by its name and body, and by nobody managing it. The plan found no other of that name unmanaged.
        """
        managed = {record.id for record in self.records().values()}
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

    def _update(self, change: Change) -> Attempt:
        live = self.provider.read(change.id or "")
        if self._moved(change, live):
            return self._stale(change, live), None
        body = change.after or {}
        return self._written(change, body, _begun(lambda: self.provider.update(change.id or "", body)))

    def _delete(self, change: Change) -> Attempt:
        live = self.provider.read(change.id or "")
        if self._moved(change, live):
            return self._stale(change, live), None
        _begun(lambda: self.provider.delete(change.id or ""))
        return Outcome(change, Result.DONE, change.id), None if change.key is None else Edit(change.key)

    def _forget(self, change: Change) -> Attempt:
        record = self.records().get(change.key or "")
        live = self.provider.read(record.id) if record and record.id == change.id else None
        if live is not None and not live.system:
            return self._stale(change, live), None
        return Outcome(change, Result.DONE, change.id), Edit(change.key or "")

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

    def _written(self, change: Change, meant: Body, live: Live) -> Attempt:
        want, have = self.form.canonical(meant), self.form.canonical(live.body)
        edit = _claimed(change, live.id, meant)
        if canonical_json(want) == canonical_json(have):
            return Outcome(change, Result.DONE, live.id), edit
        problem = Problem(
            "not-as-sent",
            f"the vendor stored something other than what was sent for `{change.key}`",
            hint="look at the difference; write the definition as the vendor stores it, then plan again",
        )
        return Outcome(change, Result.FAILED, live.id, problem, diff(want, have, self.form.label)), edit


def _begun(write: Callable[[], Written]) -> Written:
    """Return what a write gives. One whose reading back was kept back has been sent, so it is a failure like others."""
    try:
        return write()
    except NotSent as error:
        if error.writing:
            raise
        raise VendorFailure(*error.problems) from None


def _claimed(change: Change, segment_id: str, body: Body) -> Edit:
    record = Recorded(change.key or "", segment_id, body, change.protected)
    return Edit(record.key, record, change.moved_from)
