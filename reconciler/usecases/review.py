"""A plan made now, held against the one that was saved and reviewed. Sends nothing and reads nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from reconciler.core.canonical import canonical_json
from reconciler.core.claims import Intent
from reconciler.core.diff import diff
from reconciler.core.plan import OWN_BLOCKS, PASSIVE, Action, Block, Change, FieldChange, FieldKind, Plan
from reconciler.core.ports import Form
from reconciler.core.privacy import published_body
from reconciler.core.segment import Body
from reconciler.core.verdict import Judgement, Verdict
from reconciler.errors import InvalidInput, Problem, Refused, Severity

SHOWN = 5
"""How many differences of one change are told; the new plan has them all."""

Subject: TypeAlias = tuple[str, str]
"""What a change is about: its key, or the id of a segment that has none."""


@dataclass(frozen=True, slots=True)
class Now:
    """What tells whether a change was carried out already: the plan made now, and what it was made from.

    `bodies` are what the definitions ask for, by key; `live` are the ids of what is live; `noted` are the writes that
    runs which ended in the middle were about to send.
    """

    plan: Plan
    bodies: Mapping[str, Body]
    live: frozenset[str]
    noted: tuple[Intent, ...]


def refuse_foreign(reviewed: Plan, provider: str, place: str) -> None:
    """Raise InvalidInput where a saved plan is of another vendor, or of another place, than its target is now."""
    if (reviewed.provider, reviewed.place) != (provider, place):
        then, today = f"{reviewed.provider} at {reviewed.place}", f"{provider} at {place}"
        message = f"the saved plan of `{reviewed.target}` is for {then}, and the target is on {today}"
        raise InvalidInput(Problem("plan-foreign", message, hint="plan again, and review the new plan"))


def done_already(reviewed: Plan, now: Now, form: Form) -> frozenset[Subject]:
    """Return what the reviewed changes are about that an earlier run has carried out.

    Of what a run that died could not record, the ledger's part is still to be done.
    """
    changes = {_subject(change): change for change in now.plan.changes}
    return frozenset(
        _subject(old)
        for old in reviewed.pending
        if old.blocked_by not in OWN_BLOCKS and _is_done(old, changes.get(_subject(old)), now, form)
    )


def deletions(reviewed: Plan, done: frozenset[Subject]) -> int:
    """Return how many of the reviewed deletions are among those that are done."""
    return sum(1 for old in reviewed.pending if old.action is Action.DELETE and _subject(old) in done)


def waiting(plan: Plan, reviewed: Plan) -> Plan:
    """Return the plan with each change blocked that the reviewed one says nothing of.

    What became necessary after the review, such as undoing a drift elsewhere, waits for a plan of its own.
    """
    known = {_subject(change) for change in reviewed.pending}
    changes = tuple(
        change
        if change.action in PASSIVE or _subject(change) in known
        else replace(change, blocked_by=Block.UNREVIEWED)
        for change in plan.changes
    )
    return replace(plan, changes=changes)


def as_reviewed(
    plan: Plan, reviewed: Plan, form: Form, done: frozenset[Subject], *, deletes_allowed: bool
) -> tuple[Plan, tuple[Problem, ...]]:
    """Return the plan without what waits, and warnings of that and of what is done already.

    Raises Refused, with each difference, where the plan is not, change by change, what is left of the reviewed one.
    """
    left = [change for change in plan.changes if change.blocked_by is Block.UNREVIEWED]
    plan = replace(plan, changes=tuple(change for change in plan.changes if change.blocked_by is not Block.UNREVIEWED))
    todo = [old for old in reviewed.pending if _subject(old) not in done]
    _check(plan, todo, form, deletes_allowed=deletes_allowed)
    noticed = [_done(old) for old in reviewed.pending if _subject(old) in done]
    return plan, (*noticed, *map(_unreviewed, left))


def _check(plan: Plan, todo: Sequence[Change], form: Form, *, deletes_allowed: bool) -> None:
    """Raise Refused where any of these changes does not come out of the plan.

    A deletion that the reviewed plan was refused for may be carried out only where its number was said.
    """
    new = {_subject(change): change for change in plan.pending}
    problems = []
    for old in todo:
        words = _difference(old, new.get(_subject(old)), form, deletes_allowed=deletes_allowed)
        if words:
            hint = "plan again, and review what changed"
            problems.append(Problem("plan-stale", f"`{old.key or old.id}`: {words}", hint=hint))
    if problems:
        raise Refused(*problems)
    for old in todo:
        if not _looks_the_same(old, new[_subject(old)]):
            words = f"`{old.key or old.id}`: the saved plan shows something else than what it would do: it was edited"
            problems.append(Problem("plan-edited", words, hint="make a new one with `reconciler plan --out FILE`"))
    if problems:
        raise Refused(*problems)


def _subject(change: Change) -> Subject:
    return (change.key or "", "" if change.key else change.id or "")


def _unreviewed(change: Change) -> Problem:
    words = f"`{change.key or change.id}`: would {change.action} now, which the saved plan does not say; it is left"
    return Problem("unreviewed", words, hint="plan again for it", severity=Severity.WARNING)


def _done(old: Change) -> Problem:
    words = f"`{old.key or old.id}`: the reviewed plan would {old.action}, and that is done already"
    hint = "what else was reviewed goes on"
    return Problem("done-already", words, hint=hint, severity=Severity.WARNING)


def _is_done(old: Change, new: Change | None, now: Now, form: Form) -> bool:
    """Say whether all is as the reviewed change meant it, or all but the record that a run which died did not make."""
    if new is None:
        return old.action is Action.FORGET or (old.action is Action.DELETE and old.id not in now.live)
    if old.action is Action.DELETE:
        return new.action is Action.FORGET and new.id == old.id and _was_begun(old, new, now)
    if new.key is None or new.blocked_by or (new.id != old.id and old.action is not Action.CREATE):
        return False
    if new.action is not Action.KEEP and not (
        new.action is Action.ADOPT and old.action is not Action.ADOPT and _was_begun(old, new, now)
    ):
        return False
    return _same(old.published.after, published_body(now.bodies[new.key], form), form)


def _was_begun(old: Change, new: Change, now: Now) -> bool:
    """Say whether a run that died had noted this change, or one like this that went on with it."""
    actions, ids = {old.action.value, new.action.value}, {old.id, new.id}
    return any(each.key == old.key and each.action in actions and each.segment_id in ids for each in now.noted)


def _same(one: Body | None, other: Body | None, form: Form) -> bool:
    return canonical_json(form.canonical(one or {})) == canonical_json(form.canonical(other or {}))


def _difference(old: Change, new: Change | None, form: Form, *, deletes_allowed: bool) -> str:
    """Return how a change differs from the reviewed one, in words; empty where it does not."""
    if new is None:
        return f"the reviewed plan would {old.action}, and now there is nothing to do"
    if old.action is not new.action:
        return f"the reviewed plan would {old.action}, and now it would {new.action}{_told(old, new, form)}"
    if old.digest == new.digest:
        said = deletes_allowed and old.action is Action.DELETE and old.blocked_by is not Block.MAX_AUDIENCE_CHANGE
        lifted = old.blocked_by and new.blocked_by is None and not said
        return f"the reviewed plan {_stopped(old)}, and now it {_stopped(new)}" if lifted else ""
    if old.blocked_by is not new.blocked_by and None in {old.blocked_by, new.blocked_by}:
        return f"the reviewed plan {_stopped(old)}, and now it {_stopped(new)}"
    return f"what would be sent, or the live segment that it replaces, has changed{_told(old, new, form)}"


def _stopped(change: Change) -> str:
    return f"would {change.action}" if change.blocked_by is None else f"does not: {change.blocked_by}"


def _told(old: Change, new: Change, form: Form) -> str:
    """Return what differs on either side, as far as the two plans show it."""
    one, other = old.published, new.published
    sides = [("live", one.before, other.before), ("to be sent", one.after, other.after)]
    told = [f"{side}: {text}" for side, then, now in sides if (text := "; ".join(_parts(then, now, form)))]
    if old.id != new.id:
        told.insert(0, f"`{new.id}` in place of `{old.id}`" if old.id and new.id else f"`{old.id or new.id}`")
    return f" ({', '.join(told)})" if told else ""


def _parts(then: Body | None, now: Body | None, form: Form) -> Iterator[str]:
    if then is None or now is None:
        return
    fields = diff(form.canonical(then), form.canonical(now), form.label)
    yield from (_field(field) for field in fields[:SHOWN])
    if len(fields) > SHOWN:
        yield f"and {len(fields) - SHOWN} more"


def _field(field: FieldChange) -> str:
    match field.kind:
        case FieldKind.ADDED:
            return f"{field.path} is new: {canonical_json(field.after)}"
        case FieldKind.REMOVED:
            return f"{field.path} is gone: {canonical_json(field.before)}"
        case FieldKind.CHANGED:
            return f"{field.path} was {canonical_json(field.before)} and is {canonical_json(field.after)}"
        case _:
            assert_never(field.kind)


def _looks_the_same(old: Change, new: Change) -> bool:
    """Say whether all that a reader sees is the same, but for verdicts that one of the two runs did not come to."""
    one, other = old.published, new.published
    if not (_is_known(one.judgement) and _is_known(other.judgement)):
        one, other = replace(one, judgement=None), replace(other, judgement=None)
    return (old.name, old.reason, one) == (new.name, new.reason, other)


def _is_known(judgement: Judgement | None) -> bool:
    return judgement is not None and judgement.verdict is not Verdict.UNKNOWN
