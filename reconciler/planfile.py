"""Saved plans and snapshots: read back strictly, refused when of another format or version, or edited by hand."""

from collections import Counter
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from reconciler import __version__
from reconciler.core.audience import Counted
from reconciler.core.document import FORMAT_VERSION, summary
from reconciler.core.plan import Action, Block, Change, FieldChange, FieldKind, Plan, Reason
from reconciler.core.segment import Live
from reconciler.core.verdict import Judgement, Verdict
from reconciler.errors import InvalidInput, Problem, Refused
from reconciler.intake.model import Parsed, read_document, read_model

MAKE_PLAN = "make a new one with `reconciler plan --out FILE`"
MAKE_SNAPSHOT = "make a new one with `reconciler snapshot --out FILE`"


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class _Strict(_Model):
    model_config = ConfigDict(extra="forbid")


class _Field(_Strict):
    path: str
    kind: Annotated[FieldKind, Field(strict=False)]
    before: Any
    after: Any


class _Audience(_Strict):
    verdict: Annotated[Verdict, Field(strict=False)]
    leaves: dict[str, Any] | None
    enters: dict[str, Any] | None
    why: str

    def judgement(self) -> Judgement:
        return Judgement(self.verdict, self.leaves, self.enters, self.why)


class _Users(_Strict):
    before: int | None
    after: int | None
    entered: int | None
    left: int | None
    why: str
    examples_entered: tuple[str, ...] = Field(default=(), strict=False)
    examples_left: tuple[str, ...] = Field(default=(), strict=False)
    sampled: Annotated[float, Field(strict=False, gt=0, le=1)]

    def counted(self) -> Counted:
        return Counted(
            self.before,
            self.after,
            self.entered,
            self.left,
            self.why,
            self.examples_entered,
            self.examples_left,
            self.sampled,
        )


class _Change(_Strict):
    key: str | None
    id: str | None
    name: str
    action: Annotated[Action, Field(strict=False)]
    reason: Annotated[Reason, Field(strict=False)]
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    fields: list[_Field]
    live_fingerprint: str | None
    digest: str
    blocked_by: Annotated[Block | None, Field(strict=False)]
    audience: _Audience | None = None
    users: _Users | None = None

    def change(self, turn: int) -> Change:
        """Return the change as a value, which keeps its place in the plan by this turn."""
        return Change(
            name=self.name,
            action=self.action,
            reason=self.reason,
            key=self.key,
            id=self.id,
            before=self.before,
            after=self.after,
            fields=tuple(FieldChange(f.path, f.kind, f.before, f.after) for f in self.fields),
            live_fingerprint=self.live_fingerprint,
            blocked_by=self.blocked_by,
            turn=turn,
            counted=self.users.counted() if self.users else None,
            judgement=self.audience.judgement() if self.audience else None,
        )


class _Problem(_Strict):
    code: str
    severity: str
    message: str
    file: str | None
    line: int | None
    column: int | None
    hint: str


class _Plan(_Strict):
    format: Literal["reconciler-plan"]
    format_version: Literal["1.0"]
    tool_version: str
    target: str
    provider: str
    place: str = ""
    complete: bool
    digest: str | None
    summary: dict[str, int]
    changes: list[_Change]
    refused_by: Annotated[list[Annotated[Block, Field(strict=False)]], Field(default_factory=list, min_length=1)]
    problems: Annotated[list[_Problem], Field(default_factory=list)]


class _Plans(_Strict):
    format: str
    format_version: str
    tool_version: str = __version__
    plans: Annotated[list[dict[str, Any]], Field(min_length=1)]


class _Live(_Model):
    id: str
    name: str
    system: bool
    inexpressible: str
    looks_system: bool = False
    body: dict[str, Any]


class _Snapshot(_Model):
    target: str
    provider: str
    segments: list[_Live]


def load_plans(data: bytes, shown: str) -> tuple[Plan, ...]:
    """Return the plans in a document of one or several.

    Raises InvalidInput where it is not a plan document of this version and tool, and Refused where a plan in it is
    incomplete or its digest does not cover what it says, which means that somebody edited it.
    """
    source = _document(data, shown, ("reconciler-plan", "reconciler-plans"), "plan-damaged", MAKE_PLAN)
    if source.value["format"] == "reconciler-plan":
        return (_plan(source),)
    found = read_model(_Plans, source, code="plan-damaged", hint=MAKE_PLAN)
    _refuse_version(found.tool_version, source)
    plans = tuple(_plan(source, "plans", index) for index in range(len(found.plans)))
    if repeated := [name for name, count in Counter(plan.target for plan in plans).items() if count > 1]:
        message = f"holds more than one plan of `{repeated[0]}`"
        raise InvalidInput(Problem("plan-damaged", message, source.place("plans"), MAKE_PLAN))
    return plans


def load_snapshot(data: bytes, shown: str, *, target: str, provider: str) -> tuple[Live, ...]:
    """Return the live segments of a snapshot; raises InvalidInput where it is not one, or of another target."""
    source = _document(data, shown, ("reconciler-snapshot",), "snapshot-damaged", MAKE_SNAPSHOT)
    snapshot = read_model(_Snapshot, source, code="snapshot-damaged", hint=MAKE_SNAPSHOT)
    if (snapshot.target, snapshot.provider) != (target, provider):
        problem = Problem(
            "snapshot-foreign",
            f"is a snapshot of `{snapshot.target}` on {snapshot.provider}, not of `{target}` on {provider}",
            source.place("target"),
            "name the target that it was made of with `--target NAME`, or take one of this target",
        )
        raise InvalidInput(problem)
    if repeated := [item for item, count in Counter(live.id for live in snapshot.segments).items() if count > 1]:
        message = f"holds more than one segment with the id `{repeated[0]}`"
        raise InvalidInput(Problem("snapshot-damaged", message, source.place("segments"), MAKE_SNAPSHOT))
    return tuple(
        Live(item.id, item.name, item.body, item.system, item.inexpressible, item.looks_system)
        for item in snapshot.segments
    )


def _document(data: bytes, shown: str, kinds: tuple[str, ...], damaged: str, remedy: str) -> Parsed:
    source = read_document(data, shown, code=damaged, hint=remedy)
    found = source.value.get("format")
    if found not in kinds:
        words = f"is a `{found}` document, not a `{kinds[0]}`" if isinstance(found, str) else f"is not a `{kinds[0]}`"
        raise InvalidInput(Problem("wrong-format", words, source.place("format"), remedy))
    version = source.value.get("format_version")
    if version != FORMAT_VERSION:
        words = f"has the format version `{version}`, and this program reads `{FORMAT_VERSION}`"
        raise InvalidInput(Problem("wrong-version", words, source.place("format_version"), remedy))
    return source


def _plan(source: Parsed, *part: int | str) -> Plan:
    saved = read_model(_Plan, source, *part, code="plan-damaged", hint=MAKE_PLAN)
    if not saved.complete:
        place = source.place(*part, "complete")
        raise Refused(Problem("plan-incomplete", f"the plan of `{saved.target}` is incomplete", place, MAKE_PLAN))
    _refuse_version(saved.tool_version, source, *part)
    # NOTE: what waits for a name is not in the document, but the order that comes of it is.
    changes = tuple(change.change(turn - len(saved.changes)) for turn, change in enumerate(saved.changes))
    plan = Plan(saved.target, saved.provider, changes, tuple(saved.refused_by), place=saved.place)
    told = [change.digest for change in saved.changes], saved.digest, saved.summary
    if told != ([change.digest for change in changes], plan.digest, summary(plan)):
        problem = Problem(
            "plan-edited",
            f"the plan of `{saved.target}` was edited: its digest does not cover what it says",
            source.place(*part, "digest"),
            MAKE_PLAN,
        )
        raise Refused(problem)
    return plan


def _refuse_version(version: str, source: Parsed, *part: int | str) -> None:
    if version != __version__:
        words = f"was made by version {version}, and this is {__version__}"
        raise InvalidInput(Problem("wrong-version", words, source.place(*part, "tool_version"), MAKE_PLAN))
