"""The plan as a value: what would be done to every known segment, and why. No functions inside, sorted when built."""

from dataclasses import dataclass, field
from enum import StrEnum

from reconciler.core.audience import Counted, Population
from reconciler.core.canonical import digest
from reconciler.core.segment import Body, Json
from reconciler.core.verdict import Judgement
from reconciler.errors import Problem


class Action(StrEnum):
    """What a change does. `adopt` and `forget` touch the ledger alone; `keep` and `skip` touch nothing."""

    CREATE = "create"
    ADOPT = "adopt"
    UPDATE = "update"
    DELETE = "delete"
    FORGET = "forget"
    KEEP = "keep"
    SKIP = "skip"


PASSIVE = frozenset({Action.KEEP, Action.SKIP})


class Reason(StrEnum):
    """Why a change has its action; for people, nothing branches on it."""

    NEW_DEFINITION = "new_definition"
    NAME_MATCHES = "name_matches"
    DEFINITION_CHANGED = "definition_changed"
    DRIFTED = "drifted"
    BOTH_CHANGED = "both_changed"
    VANISHED = "vanished"
    DEFINITION_REMOVED = "definition_removed"
    SAME = "same"
    SYSTEM_SEGMENT = "system_segment"
    UNMANAGED = "unmanaged"
    AMBIGUOUS_NAME = "ambiguous_name"
    CANNOT_EXPRESS = "cannot_express"


class Block(StrEnum):
    """The safety rules. The first six stop one change; the others refuse the whole plan."""

    PROTECTED = "protected"
    AMBIGUOUS_NAME = "ambiguous_name"
    CANNOT_EXPRESS = "cannot_express"
    NAME_CONFLICT = "name_conflict"
    UNREVIEWED = "unreviewed"
    REVIEWED_OTHERWISE = "reviewed_otherwise"
    MAX_DELETES = "max_deletes"
    ALL_MANAGED = "all_managed"
    DEFINITIONS_GONE = "definitions_gone"
    NO_DEFINITIONS = "no_definitions"
    NO_LEDGER = "no_ledger"
    MAX_AUDIENCE_CHANGE = "max_audience_change"


OWN_BLOCKS = frozenset({Block.PROTECTED, Block.AMBIGUOUS_NAME, Block.CANNOT_EXPRESS, Block.NAME_CONFLICT})
"""The rules by which the planner stops one change, which are a part of what is reviewed.

What was not reviewed is stopped alone too. The others refuse the whole plan, until the number of deletions is said.
"""


class FieldKind(StrEnum):
    """How one part of a body differs."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One difference in the vendor's words, such as `conditions[environment eq]`; an absent side is None."""

    path: str
    kind: FieldKind
    before: Json
    after: Json


@dataclass(frozen=True, slots=True)
class Published:
    """What documents say of a change: its bodies, their differences, and examples, without personal values."""

    before: Body | None
    after: Body | None
    fields: tuple[FieldChange, ...]
    judgement: Judgement | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one segment.

    `id` is the vendor's: of the segment replaced, or of the one that vanished where a vanished one is created again.
    `live_fingerprint` is the digest of the live canonical body that the plan was made from. `before` and `after` are
    the bodies of a change that does something, else None. `moved_from` is the key the ledger has it under, if another.
    `waits_for` is the id of the segment that must have given up its name before, if any; a change that others wait for
    has a `turn` below 0, and goes the sooner the lower it is. `judgement` says what an
    update does to the audience, and `counted` how many users that is, where that was asked; neither is a part of the
    digest. `public` stands in for `before`, `after`, `fields` and `judgement` in documents where those hold what is
    personal.
    """

    name: str
    action: Action
    reason: Reason
    key: str | None = None
    id: str | None = None
    before: Body | None = None
    after: Body | None = None
    fields: tuple[FieldChange, ...] = ()
    live_fingerprint: str | None = None
    blocked_by: Block | None = None
    protected: bool = False
    moved_from: str = ""
    waits_for: str = ""
    turn: int = 0
    judgement: Judgement | None = None
    counted: Counted | None = None
    public: Published | None = None

    @property
    def published(self) -> Published:
        """What documents say of the bodies."""
        return self.public or Published(self.before, self.after, self.fields, self.judgement)

    @property
    def digest(self) -> str:
        """The digest of what would be done: action, key, live object replaced, body sent; not of why or by whom.

        A rule that stops this change alone is a part of it: what was reviewed as blocked was not reviewed as done.
        Personal values count by their fingerprints, so that who has the document can compute it again.
        """
        body = self.published.after
        after = None if body is None else dict(body)
        stopped = [self.blocked_by.value] if self.blocked_by in OWN_BLOCKS else []
        return digest([self.action.value, self.key, self.id, self.live_fingerprint, after, *stopped])

    @property
    def sort_key(self) -> tuple[int, bool, bool, str, str, str]:
        """Order by key, then what has no key by name and id, deletions last; but first what others wait for."""
        last = self.action is Action.DELETE and not self.turn
        return (self.turn, last, self.key is None, self.key or "", self.name, self.id or "")


@dataclass(frozen=True, slots=True)
class Plan:
    """Exactly one change for every known segment, in the order in which apply goes.

    `refused_by` names the rules that stop the whole plan; `warnings` is what a reader should know besides. `place` is
    where the segments are, however an endpoint is written. `population` is there where users were counted.
    """

    target: str
    provider: str
    changes: tuple[Change, ...]
    refused_by: tuple[Block, ...] = ()
    warnings: tuple[Problem, ...] = field(default=())
    place: str = ""
    population: Population | None = None

    def __post_init__(self) -> None:
        """Sort, so that no caller can build a plan in another order."""
        object.__setattr__(self, "changes", tuple(sorted(self.changes, key=lambda change: change.sort_key)))

    @property
    def pending(self) -> tuple[Change, ...]:
        """The changes that do something, blocked ones included."""
        return tuple(change for change in self.changes if change.action not in PASSIVE)

    @property
    def digest(self) -> str:
        """The digest of all that would be done, and to which target where; the same inputs give the same bytes."""
        return digest([self.target, self.provider, self.place, [change.digest for change in self.pending]])
