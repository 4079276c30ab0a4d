"""What reviewers were shown of a plan, in little room; and which changes of a plan made later nobody was shown. Pure.

A change is known again by its digest: what is done to which live segment. It does not matter in which pull request it
was shown, or beside what else.
"""

import base64
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from reconciler.core.canonical import digest
from reconciler.core.plan import PASSIVE, Action, Block, Change, Plan

SUBJECT_BYTES, DIGEST_BYTES = 6, 16
SUBJECT, ENTRY = 8, 30
"""How many characters of Base64 say what a change is about, and also what it does: nobody finds two that look alike."""
MOST = 20_000
"""How many characters all changes of all plans may take in one text; above that only whole plans are told apart."""


@dataclass(frozen=True, slots=True)
class Approval:
    """What was shown of one target: the digest of its whole plan, and what each change is about and does, packed."""

    whole: str
    changes: str = ""


def approvals(plans: Sequence[Plan], most: int = MOST) -> dict[str, Approval]:
    """Return what these plans show, by target; without the single changes where all of them take too much room.

    A refused plan shows that none of it will be done.
    """
    packed = {plan.target: "".join(_shown(plan, change) for change in plan.pending) for plan in plans}
    fits = sum(map(len, packed.values())) <= most
    return {
        plan.target: Approval(_whole(plan), packed[plan.target] if fits else "") if plan.pending else Approval("")
        for plan in plans
    }


def _shown(plan: Plan, change: Change) -> str:
    """Return what a plan says of a change; where it is refused, that is nothing that a later plan could say."""
    return _subject(change) + "=" * (ENTRY - SUBJECT) if plan.refused_by else _entry(plan, change)


def _whole(plan: Plan) -> str:
    """Return what a plan says as a whole; nothing that a later plan could say where it is refused."""
    return "" if plan.refused_by else digest([plan.digest, *(_entry(plan, change) for change in plan.pending)])


def held_back(plan: Plan, shown: Iterable[Approval], managed: Collection[str] = ()) -> Plan:
    """Return the same plan with each change blocked that was not shown, and what waits for one of those.

    `managed` are the ids of segments that the ledger names. That it comes to say what is live is no change of them: so
    ends an update that the vendor carried out and did not confirm.
    """
    every = tuple(shown)
    if _whole(plan) in {approval.whole for approval in every}:
        return plan
    known = {entry for approval in every for entry in _entries(approval.changes)}
    subjects = {entry[:SUBJECT] for entry in known}

    def held(change: Change) -> Change:
        if change.action in PASSIVE or change.blocked_by or _entry(plan, change) in known or _is_noted(change, managed):
            return change
        rule = Block.REVIEWED_OTHERWISE if _subject(change) in subjects else Block.UNREVIEWED
        return replace(change, blocked_by=rule)

    return _with_waiting(replace(plan, changes=tuple(map(held, plan.changes))))


def is_shown(plan: Plan, shown: Iterable[Approval], managed: Collection[str] = ()) -> bool:
    """Say whether every change that a plan would make was shown, as `held_back` has it."""
    return not unreviewed(held_back(plan, shown, managed).changes)


def unreviewed(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return the changes that are held back since nobody was shown them."""
    return tuple(change for change in changes if change.blocked_by in {Block.UNREVIEWED, Block.REVIEWED_OTHERWISE})


def _is_noted(change: Change, managed: Collection[str]) -> bool:
    """Say whether the ledger alone changes, and neither what is managed, nor under which key or how protected."""
    return change.action is Action.FORGET or (
        change.action is Action.ADOPT and change.id in managed and not change.fields
    )


def _with_waiting(plan: Plan) -> Plan:
    """Return the plan with what waits for the name of a segment that is held back held back too."""
    held = {change.id for change in unreviewed(plan.changes)}
    changes = tuple(
        replace(change, blocked_by=Block.UNREVIEWED) if change.waits_for in held and not change.blocked_by else change
        for change in plan.changes
    )
    return plan if changes == plan.changes else _with_waiting(replace(plan, changes=changes))


def _entries(packed: str) -> list[str]:
    return [packed[at : at + ENTRY] for at in range(0, len(packed), ENTRY)]


def _entry(plan: Plan, change: Change) -> str:
    """Return what a change is about, and what it does there: how it is protected afterwards is a part of that."""
    done = digest([plan.provider, plan.place, change.digest, change.protected, change.moved_from])
    return _subject(change) + _short(done, DIGEST_BYTES)


def _subject(change: Change) -> str:
    return _short(digest([change.key, "" if change.key else change.id]), SUBJECT_BYTES)


def _short(text: str, size: int) -> str:
    written = bytes.fromhex(text.removeprefix("sha256:"))[:size]
    return base64.urlsafe_b64encode(written).decode().rstrip("=")
