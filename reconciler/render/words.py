"""The words of every format for actions, reasons, results and counts. It never knows how they are laid out."""

from collections.abc import Mapping
from typing import Literal, TypeAlias, assert_never

from reconciler.core.guard import reason, way_out
from reconciler.core.plan import Action, Block, Change, Plan, Reason
from reconciler.core.report import DriftKind, Result
from reconciler.errors import Problem, Severity

SHOWN = (Action.CREATE, Action.ADOPT, Action.UPDATE, Action.FORGET, Action.DELETE)
"""The actions that do something, in the order of a terminal: what is lost stands nearest the summary."""

ENDINGS = (Result.DONE, Result.NOT_STARTED, Result.STALE, Result.FAILED)
"""The results in the order of a terminal: what needs somebody stands nearest the summary."""

_Untouched: TypeAlias = Literal[
    Reason.SAME, Reason.SYSTEM_SEGMENT, Reason.UNMANAGED, Reason.AMBIGUOUS_NAME, Reason.CANNOT_EXPRESS
]

DONE: Mapping[Action, str] = {
    Action.CREATE: "created",
    Action.ADOPT: "adopted",
    Action.UPDATE: "updated",
    Action.FORGET: "forgotten",
    Action.DELETE: "deleted",
}
"""What a change was, once it is done."""

WHO = "The vendor's API does not tell who changed a segment."
"""What is known of who made a drift: true of every vendor so far. Some tell when, which a segment's body leaves out."""

UNSEEN = frozenset({Block.UNREVIEWED, Block.REVIEWED_OTHERWISE})
"""The rules that stop what nobody has read, so that its difference is shown where it is stopped."""

NONE_OF_IT = "apply does none of this plan"


def sign(action: Action) -> str:
    """Return the one character that stands before a change."""
    match action:
        case Action.CREATE:
            return "+"
        case Action.ADOPT:
            return "="
        case Action.UPDATE:
            return "~"
        case Action.DELETE:
            return "-"
        case Action.FORGET:
            return "x"
        case Action.KEEP | Action.SKIP:
            return "·"
        case _:
            assert_never(action)


def heading(action: Action) -> str:
    """Return the title of a group of changes."""
    match action:
        case Action.CREATE | Action.ADOPT | Action.UPDATE | Action.DELETE | Action.FORGET:
            return action.value.capitalize()
        case Action.KEEP:
            return "Unchanged"
        case Action.SKIP:
            return "Left alone"
        case _:
            assert_never(action)


def gloss(action: Action) -> str:
    """Return what a group's title leaves open, or nothing."""
    match action:
        case Action.UPDATE:
            return "live → definition"
        case Action.ADOPT:
            return "the ledger alone: it is managed from now on"
        case Action.FORGET:
            return "the ledger alone: it is no longer managed"
        case Action.CREATE | Action.DELETE | Action.KEEP | Action.SKIP:
            return ""
        case _:
            assert_never(action)


def because(reason: Reason) -> str:
    """Return the words for why a change has its action."""
    match reason:
        case Reason.NEW_DEFINITION:
            return "new definition"
        case Reason.NAME_MATCHES:
            return "a live segment has this name"
        case Reason.DEFINITION_CHANGED:
            return "the definition changed"
        case Reason.DRIFTED:
            return "changed live since the last apply"
        case Reason.BOTH_CHANGED:
            return "changed both live and in the definition"
        case Reason.VANISHED:
            return "the live segment is gone"
        case Reason.DEFINITION_REMOVED:
            return "the definition was removed"
        case _:
            return _because_untouched(reason)


def _because_untouched(reason: _Untouched) -> str:
    match reason:
        case Reason.SAME:
            return "live as defined"
        case Reason.SYSTEM_SEGMENT:
            return "a system segment of the vendor's"
        case Reason.UNMANAGED:
            return "not managed here"
        case Reason.AMBIGUOUS_NAME:
            return "several have this name"
        case Reason.CANNOT_EXPRESS:
            return "the API or a definition cannot express it"
        case _:
            assert_never(reason)


def ended(result: Result) -> str:
    """Return the words for how a change ended."""
    match result:
        case Result.DONE:
            return "done"
        case Result.FAILED:
            return "failed"
        case Result.STALE:
            return "stale"
        case Result.NOT_STARTED:
            return "not started"
        case _:
            assert_never(result)


def ending_gloss(result: Result) -> str:
    """Return what a result leaves open, or nothing."""
    match result:
        case Result.STALE:
            return "moved since the plan was made, so left as it is; planned from → live now"
        case Result.DONE | Result.FAILED | Result.NOT_STARTED:
            return ""
        case _:
            assert_never(result)


def drifted(kind: DriftKind) -> str:
    """Return the words for how a managed segment drifted."""
    match kind:
        case DriftKind.CHANGED:
            return "changed"
        case DriftKind.DELETED:
            return "deleted"
        case _:
            assert_never(kind)


def drift_gloss(kind: DriftKind) -> str:
    """Return what the two sides of a drifted segment's fields are, or nothing where it has none."""
    match kind:
        case DriftKind.CHANGED:
            return "last applied → live now"
        case DriftKind.DELETED:
            return ""
        case _:
            assert_never(kind)


def refusals(plan: Plan) -> tuple[list[str], list[str]]:
    """Return why a plan is refused, and the ways out of that without repeats; both empty where it is not."""
    ways = (way_out(rule, plan) for rule in plan.refused_by)
    return [reason(rule, plan) for rule in plan.refused_by], list(dict.fromkeys(ways))


def own_block(change: Change, plan: Plan) -> Block | None:
    """Return the rule that stops this change alone; what refuses the whole plan is said once, not at each change."""
    return None if refused(change, plan) else change.blocked_by


def refused(change: Change, plan: Plan) -> bool:
    """Say whether the refusal of the whole plan is about this change."""
    return change.blocked_by is not None and change.blocked_by in plan.refused_by


def severity(problem: Problem) -> str:
    """Return the word before a message: none before an error that has a place, so that the two stand side by side."""
    return "" if problem.severity is Severity.ERROR and problem.place else f"{problem.severity.value}: "
