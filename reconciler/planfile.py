"""Saved plans and snapshots: read back strictly, refused when of another format or version, or edited by hand."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from reconciler.core.document import FORMAT_VERSION
from reconciler.core.plan import Action, Block, Change, FieldChange, FieldKind, Plan, Reason
from reconciler.core.segment import Live
from reconciler.errors import InvalidInput, Place, Problem, Refused
from reconciler.intake.model import read_model
from reconciler.definitions.parse import parse

MAKE_PLAN = "make a new one with `reconciler plan --out FILE`"
MAKE_SNAPSHOT = "make a new one with `reconciler snapshot --out FILE`"


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class _Field(_Model):
    path: str
    kind: Literal["changed", "added", "removed"]
    before: Any
    after: Any


class _Change(_Model):
    key: str | None
    id: str | None
    name: str
    action: Literal["create", "adopt", "update", "delete", "forget", "keep", "skip"]
    reason: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    fields: list[_Field]
    live_fingerprint: str | None
    digest: str
    blocked_by: str | None

    def change(self) -> Change:
        """Return the change as a value."""
        return Change(
            name=self.name,
            action=Action(self.action),
            reason=Reason(self.reason),
            key=self.key,
            id=self.id,
            before=self.before,
            after=self.after,
            fields=tuple(FieldChange(f.path, FieldKind(f.kind), f.before, f.after) for f in self.fields),
            live_fingerprint=self.live_fingerprint,
            blocked_by=Block(self.blocked_by) if self.blocked_by else None,
        )


class _Plan(_Model):
    target: str
    provider: str
    complete: bool
    digest: str | None
    changes: list[_Change]


class _Live(_Model):
    id: str
    name: str
    system: bool
    inexpressible: str
    body: dict[str, Any]


class _Snapshot(_Model):
    target: str
    provider: str
    segments: list[_Live]


def load_plans(data: bytes, shown: str) -> tuple[Plan, ...]:
    """Return the plans in a document of one or several.

    Raises InvalidInput where it is not a plan document of this version, and Refused where a plan in it is incomplete
    or its digest does not cover what it says, which means that somebody edited it.
    """
    document = _document(data, shown, ("reconciler-plan", "reconciler-plans"), MAKE_PLAN)
    found = document["plans"] if document["format"] == "reconciler-plans" else [document]
    if not isinstance(found, list):
        raise InvalidInput(Problem("plan-damaged", "`plans` is not a list", Place(shown), MAKE_PLAN))
    return tuple(_plan(item, shown) for item in found)


def load_snapshot(data: bytes, shown: str, provider: str) -> tuple[Live, ...]:
    """Return the live segments of a snapshot; raises InvalidInput where it is not one, or of another vendor."""
    document = _document(data, shown, ("reconciler-snapshot",), MAKE_SNAPSHOT)
    snapshot = read_model(_Snapshot, document, shown, code="snapshot-damaged", hint=MAKE_SNAPSHOT)
    if snapshot.provider != provider:
        problem = Problem(
            "snapshot-foreign",
            f"is a snapshot of {snapshot.provider}, and the target is on {provider}",
            Place(shown),
            "name the target that it was made of with `--target NAME`",
        )
        raise InvalidInput(problem)
    return tuple(Live(item.id, item.name, item.body, item.system, item.inexpressible) for item in snapshot.segments)


def _document(data: bytes, shown: str, kinds: tuple[str, ...], remedy: str) -> dict[str, Any]:
    value = parse(data, shown)
    if value.get("format") not in kinds:
        problem = Problem("wrong-format", f"is not a `{kinds[0]}` document", Place(shown), remedy)
        raise InvalidInput(problem)
    if value.get("format_version") != FORMAT_VERSION:
        problem = Problem(
            "wrong-version",
            f"has format version {value.get('format_version')!r}; this version reads {FORMAT_VERSION!r}",
            Place(shown),
            remedy,
        )
        raise InvalidInput(problem)
    return value


def _plan(item: object, shown: str) -> Plan:
    saved = read_model(_Plan, item, shown, code="plan-damaged", hint=MAKE_PLAN)
    if not saved.complete:
        problem = Problem("plan-incomplete", f"the plan of `{saved.target}` is incomplete", Place(shown), MAKE_PLAN)
        raise Refused(problem)
    try:
        plan = Plan(saved.target, saved.provider, tuple(change.change() for change in saved.changes))
    except ValueError as error:
        raise InvalidInput(Problem("plan-damaged", str(error), Place(shown), MAKE_PLAN)) from None
    digests = {change.digest for change in saved.changes} == {change.digest for change in plan.changes}
    if plan.digest != saved.digest or not digests:
        problem = Problem(
            "plan-edited",
            f"the plan of `{saved.target}` was edited: its digest does not cover what it says",
            Place(shown),
            MAKE_PLAN,
        )
        raise Refused(problem)
    return plan
