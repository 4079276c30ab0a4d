"""Safety rules over a whole plan: which of them refuse it, and the way out of each block. Never drops a change."""

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, assert_never

from reconciler.core.plan import Action, Block, Change, Plan

_Refusal: TypeAlias = Literal[
    Block.MAX_DELETES,
    Block.ALL_MANAGED,
    Block.DEFINITIONS_GONE,
    Block.NO_DEFINITIONS,
    Block.NO_LEDGER,
    Block.MAX_AUDIENCE_CHANGE,
]

FEW = 5
"""How many of the changes that move too many users are named."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a plan is held against: counts of segments. `allow_deletes` is the number that a person said, if any.

    `done` is how many deletions of the same reviewed plan an earlier run has carried out: the number may count them.
    `max_audience_change` is how many users one change may move, None for any number.
    """

    max_deletes: int
    managed: int
    definitions: int
    first_run: bool = False
    allow_deletes: int | None = None
    done: int = 0
    max_audience_change: int | None = None


def blocked(plan: Plan, limits: Limits) -> Plan:
    """Return the same changes; where a rule refuses the plan, what it is about is marked and `refused_by` says why.

    Saying the exact number of deletions lifts every rule about them; saying a smaller one is a rule of its own.
    Deletions that are blocked for themselves are not among that number, but the segments are among those whose
    definition is gone. A change that moves too many users is refused, and so is one of which nobody can say how many.
    """
    deletions = [change for change in plan.changes if _deletes(change)]
    is_said = limits.allow_deletes in {len(deletions), len(deletions) + limits.done}
    rules = () if is_said or not deletions else _rules(plan, len(deletions), limits)
    crowd = Block.MAX_AUDIENCE_CHANGE
    crowded = [change for change in plan.changes if _moves_too_many(change, limits.max_audience_change)]
    if not rules and not crowded:
        return plan
    marks = {id(change): crowd for change in crowded}
    marks |= {id(change): rules[0] for change in deletions if rules}
    changes = tuple(
        replace(change, blocked_by=marks[id(change)]) if id(change) in marks else change for change in plan.changes
    )
    return replace(plan, changes=changes, refused_by=(*rules, *([crowd] if crowded else [])))


def _moves_too_many(change: Change, most: int | None) -> bool:
    if most is None or change.blocked_by or change.action not in {Action.CREATE, Action.UPDATE, Action.DELETE}:
        return False
    moved = _moved(change)
    return moved is None or moved > most


def _moved(change: Change) -> int | None:
    return change.counted.moved if change.counted else None


def _crowded(plan: Plan) -> list[Change]:
    return [change for change in plan.changes if change.blocked_by is Block.MAX_AUDIENCE_CHANGE]


def _deletes(change: Change) -> bool:
    return change.action is Action.DELETE and change.blocked_by is None


def _rules(plan: Plan, deletions: int, limits: Limits) -> tuple[Block, ...]:
    gone = sum(1 for change in plan.changes if _gone(change))
    allowed = limits.max_deletes if limits.allow_deletes is None else min(limits.max_deletes, limits.allow_deletes)
    several = limits.managed > 1
    found = {
        Block.NO_DEFINITIONS: limits.definitions == 0,
        Block.NO_LEDGER: limits.first_run,
        Block.ALL_MANAGED: several and gone == limits.managed,
        Block.DEFINITIONS_GONE: several and gone * 2 > limits.managed,
        Block.MAX_DELETES: deletions > allowed,
    }
    return tuple(rule for rule, holds in found.items() if holds)


def _gone(change: Change) -> bool:
    """Say whether a managed segment lost its definition; a change without a key is of an unmanaged one."""
    match change.action:
        case Action.DELETE | Action.FORGET:
            return change.key is not None
        case Action.CREATE | Action.ADOPT | Action.UPDATE | Action.KEEP | Action.SKIP:
            return False
        case _:
            assert_never(change.action)


def reason(rule: Block, plan: Plan) -> str:
    """Return the words for a rule that refuses this plan; of users that move, with the segments and their numbers."""
    found = _crowded(plan) if rule is Block.MAX_AUDIENCE_CHANGE else []
    more = [f"and {len(found) - FEW} more changes"] if len(found) > FEW else []
    return "; ".join([*map(_moving, found[:FEW]), *more]) or why(rule)


def _moving(change: Change) -> str:
    name, told = f"`{change.key or change.id}`", change.counted
    if told is None or told.moved is None:
        because = f": {told.why}" if told else ""
        return f"nobody can say how many users {name} moves{because}"
    about = "" if told.sampled == 1 else "about "
    return f"{name} moves {about}{told.moved:,} users, more than `max_audience_change` allows"


def why(rule: Block) -> str:
    """Return the words for a rule."""
    match rule:
        case Block.PROTECTED:
            return "protected: its definition said so when it was last applied"
        case Block.AMBIGUOUS_NAME:
            return "several segments or definitions could be meant, and nothing says which"
        case Block.CANNOT_EXPRESS:
            return "the vendor's documented API, or a definition, cannot express this"
        case Block.NAME_CONFLICT:
            return "the vendor knows a name once, and another segment keeps this one, or asks for it too"
        case Block.UNREVIEWED:
            return "the plan of no pull request that was merged showed this"
        case Block.REVIEWED_OTHERWISE:
            return (
                "the reviewed plan was refused, or showed something else: the segment or its definition changed since"
            )
        case _:
            return _why_refused(rule)


def _why_refused(rule: _Refusal) -> str:
    match rule:
        case Block.MAX_DELETES:
            return "more deletions than this target allows"
        case Block.ALL_MANAGED:
            return "it deletes everything that is managed"
        case Block.DEFINITIONS_GONE:
            return "more than half of the managed definitions are gone since the last apply"
        case Block.NO_DEFINITIONS:
            return "the definitions folder is empty"
        case Block.NO_LEDGER:
            return "nothing that is recorded is live, so everything live looks unmanaged"
        case Block.MAX_AUDIENCE_CHANGE:
            return "a change moves more users than `max_audience_change`, or nobody can say how many"
        case _:
            assert_never(rule)


def way_out(rule: Block, plan: Plan) -> str:
    """Return what to do about a rule that stops a change or the whole of this plan."""
    match rule:
        case Block.PROTECTED:
            return 'restore the file and set "protected": false, apply, then remove it; or `reconciler forget KEY`'
        case Block.AMBIGUOUS_NAME:
            return (
                "say which one is meant with `reconciler import --id ID`, give each its own name, "
                "or take a key out of `previously`"
            )
        case Block.CANNOT_EXPRESS:
            return (
                "change it in the vendor's dashboard, or stop managing it: remove its definition, then "
                "`reconciler forget KEY`; "
                "for a deletion, see whether the provider has a setting `delete`"
            )
        case Block.NAME_CONFLICT:
            return "give one of the two another name; to exchange two names, rename one, apply, then rename both"
        case Block.UNREVIEWED | Block.REVIEWED_OTHERWISE:
            return (
                "if it is meant, run the apply workflow by hand on the default branch; if it undoes what somebody did "
                "in the dashboard, open a pull request that carries that over"
            )
        case Block.NO_LEDGER:
            return "set `unmanaged` to `report`, apply once so that what is managed is recorded, then set it back"
        case Block.MAX_AUDIENCE_CHANGE:
            return _past_the_limit({_moved(change) for change in _crowded(plan)})
        case Block.MAX_DELETES | Block.ALL_MANAGED | Block.DEFINITIONS_GONE | Block.NO_DEFINITIONS:
            count = sum(
                1
                for change in plan.changes
                if change.action is Action.DELETE and change.blocked_by in {None, *plan.refused_by}
            )
            return f"if each of these deletions is meant, run apply with `--allow-deletes {count}`"
        case _:
            assert_never(rule)


def _past_the_limit(moved: set[int | None]) -> str:
    """Return what to do where so many users move, None for a change of which nobody can say how many."""
    lift = "if each of these changes is meant, raise `max_audience_change` in the target's limits for it"
    count = "see to it that these users can be counted, or take `max_audience_change` out for it"
    if None not in moved:
        return lift
    return count if moved == {None} else f"{lift}; {count}"
