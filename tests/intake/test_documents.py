"""The published schemas of what reconciler writes, held against what it writes."""

import json
from typing import Any, TypeAlias

import pytest

from reconciler.core.document import incomplete_document, plan_document, several
from reconciler.core.plan import Action, Block, Change, FieldChange, FieldKind, Plan, Reason
from reconciler.errors import Place, Problem
from reconciler.intake.schema import explain, schema

Value: TypeAlias = Any

WARNING = Problem("duplicate-name", "twice", Place("a.json", 1, 2), "once")
PLAN = Plan(
    "production",
    "qonversion",
    (
        Change("A", Action.CREATE, Reason.NEW_DEFINITION, "a", after={"name": "A", "conditions": []}),
        Change(
            "B",
            Action.UPDATE,
            Reason.DRIFTED,
            "b",
            "1",
            {"name": "B"},
            {"name": "C"},
            (FieldChange("name", FieldKind.CHANGED, "B", "C"),),
            "sha256:" + "0" * 64,
            Block.PROTECTED,
        ),
        Change("S", Action.SKIP, Reason.SYSTEM_SEGMENT, id="s"),
    ),
)
REFUSED = Plan("sandbox", "qonversion", (), (Block.MAX_DELETES,), (WARNING,))
LEDGER = {
    "format": "reconciler-ledger",
    "format_version": "1.0",
    "target": "production",
    "provider": "qonversion",
    "serial": 1,
    "segments": {"a/b": {"id": "1", "body": {"name": "A"}, "protected": False}},
    "intents": [{"key": "c", "action": "create", "id": None, "body_digest": None, "idempotency_key": "k"}],
    "lease": None,
}
LEASE = {"holder": "me", "since": "2026-01-01T00:00:00Z", "until": "2026-01-01T00:10:00Z"}


def said(name: str, value: Value) -> list[str]:
    """Return what is wrong with a document."""
    return [str(problem) for problem in explain(schema(name), value, lambda _pointer, *, on_key=False: Place("x"))]


@pytest.mark.parametrize(
    "document",
    [
        plan_document(PLAN),
        plan_document(REFUSED),
        incomplete_document("plan", "production", "qonversion", [WARNING, Problem("x", "y")]),
        several("plan", [plan_document(PLAN), incomplete_document("plan", "a", "b", [WARNING])]),
    ],
)
def test_what_is_written_is_what_is_published(document: dict[str, Any]) -> None:
    """Every plan that the core can write out is allowed by the schema of plans."""
    assert [] == said("plan", json.loads(json.dumps(document)))


def test_the_schema_of_plans_knows_every_word() -> None:
    """Actions and reasons are closed lists, and the schema has the same ones."""
    change = schema("plan")["$defs"]["change"]["properties"]

    assert [action.value for action in Action] == change["action"]["enum"]
    assert [reason.value for reason in Reason] == change["reason"]["enum"]


def test_a_plan_of_another_version_is_told_as_a_plan() -> None:
    """The branch that was meant is found by what the document says it is."""
    assert ["x: the string `2.0` is not allowed for `format_version` (not-allowed)"] == said(
        "plan", plan_document(PLAN) | {"format_version": "2.0"}
    )


@pytest.mark.parametrize("lease", [None, LEASE])
def test_a_ledger(lease: dict[str, str] | None) -> None:
    """With and without a lease."""
    assert [] == said("ledger", LEDGER | {"lease": lease})


def test_what_is_wrong_with_a_ledger() -> None:
    """Keys, serials and leases are held to their form."""
    assert [
        "x: `/a` is not a name that can stand here (bad-form)",
        "x: `holder` is missing in `lease` (missing-member)",
        "x: `serial` is 0, and must be at least 1 (out-of-range)",
        "x: `since` is missing in `lease` (missing-member)",
        "x: `until` is missing in `lease` (missing-member)",
    ] == sorted(said("ledger", LEDGER | {"serial": 0, "segments": {"/a": LEDGER["segments"]["a/b"]}, "lease": {}}))  # type: ignore[index]
