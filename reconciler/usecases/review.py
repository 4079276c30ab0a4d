"""A plan made now, held against the one that was saved and reviewed. Sends nothing and reads nothing."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias, assert_never

from reconciler.core.canonical import canonical_json
from reconciler.core.diff import diff
from reconciler.core.plan import Change, FieldChange, FieldKind, Plan
from reconciler.core.ports import Form
from reconciler.core.segment import Body
from reconciler.errors import InvalidInput, Problem, Refused, Severity

SHOWN = 5
"""How many differences of one change are told; the new plan has them all."""

Subject: TypeAlias = tuple[str, str]
"""What a change is about: its key, or the id of a segment that has none."""


def as_reviewed(plan: Plan, reviewed: Plan | None) -> tuple[Plan, tuple[Problem, ...]]:
    """Return the plan without what the reviewed one says nothing of, and a warning for each such change.

    What became necessary after the review, such as undoing a drift elsewhere, waits for a plan of its own.
    """
    if reviewed is None:
        return plan, ()
    known = {_subject(change) for change in reviewed.pending}
    left = [change for change in plan.pending if _subject(change) not in known]
    kept = tuple(change for change in plan.changes if change not in left)
    return replace(plan, changes=kept), tuple(_unreviewed(change) for change in left)


def check_reviewed(plan: Plan, reviewed: Plan, form: Form, *, deletes_allowed: bool) -> None:
    """Raise Refused, with each difference, where the plan is not, change by change, the reviewed one.

    Raises InvalidInput where that one is of another vendor. A deletion that the reviewed plan was refused for may be
    carried out only where its number was said.
    """
    if plan.provider != reviewed.provider:
        message = f"the saved plan of `{plan.target}` is for {reviewed.provider}, and the target is on {plan.provider}"
        raise InvalidInput(Problem("plan-foreign", message, hint="plan again, and review the new plan"))
    new = {_subject(change): change for change in plan.pending}
    problems = []
    for old in reviewed.pending:
        words = _difference(old, new.get(_subject(old)), form, deletes_allowed=deletes_allowed)
        if words:
            hint = "plan again, and review what changed"
            problems.append(Problem("plan-stale", f"`{old.key or old.id}`: {words}", hint=hint))
    if problems:
        raise Refused(*problems)
    for old in reviewed.pending:
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


def _difference(old: Change, new: Change | None, form: Form, *, deletes_allowed: bool) -> str:
    """Return how a change differs from the reviewed one, in words; empty where it does not."""
    if new is None:
        return f"the reviewed plan would {old.action}, and now there is nothing to do"
    if old.action is not new.action:
        return f"the reviewed plan would {old.action}, and now it would {new.action}{_told(old, new, form)}"
    if old.digest == new.digest:
        lifted = old.blocked_by and new.blocked_by is None and not deletes_allowed
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
    return (old.name, old.reason, old.published) == (new.name, new.reason, new.published)
