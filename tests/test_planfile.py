"""Saved plans, read back."""

from dataclasses import replace

import pytest
from worlds import PROD, defined, lives, plan

from reconciler.core.document import Document, plan_document, several, text
from reconciler.core.plan import Plan
from reconciler.errors import InvalidInput, Place, Problem, Refused
from reconciler.planfile import load_plans

LOCAL = plan([defined("a", PROD), defined("b")], [lives("A"), lives("C")], {})
PRODUCTION = replace(plan([defined("a", PROD)], [], {}), target="production")


def saved(*plans: Plan) -> bytes:
    """Return the file that `plan --out` writes for one target or several."""
    documents: list[Document] = [plan_document(made) for made in plans]
    return text(several("plan", documents)).encode()


@pytest.mark.parametrize("plans", [(LOCAL,), (LOCAL, PRODUCTION)], ids=["one", "several"])
def test_saved_plans_are_read_back_whole(plans: tuple[Plan, ...]) -> None:
    """Whether of one target or of several, what is read has the targets and the digests of what was saved."""
    loaded = load_plans(saved(*plans), "plan.json")

    assert [(made.target, made.digest) for made in plans] == [(made.target, made.digest) for made in loaded]
    assert [plan_document(made) for made in plans] == [plan_document(made) for made in loaded]


def test_two_plans_of_one_target_are_refused() -> None:
    """Nobody could say which of them was reviewed."""
    with pytest.raises(InvalidInput, match="holds more than one plan of `local`"):
        load_plans(saved(LOCAL, LOCAL), "plan.json")


@pytest.mark.parametrize(
    "there",
    [replace(LOCAL, target="production"), replace(LOCAL, provider="push0"), replace(LOCAL, place="https://elsewhere")],
    ids=["target", "provider", "place"],
)
def test_the_same_changes_of_another_target_have_another_digest(there: Plan) -> None:
    """Who expects the digest of staging does not get production."""
    assert LOCAL.digest != there.digest
    assert [change.digest for change in LOCAL.changes] == [change.digest for change in there.changes]


@pytest.mark.parametrize("member", ["target", "provider", "place"])
def test_a_plan_that_was_moved_is_refused(member: str) -> None:
    """The digest covers what it is a plan of."""
    document = plan_document(LOCAL) | {member: "elsewhere"}

    with pytest.raises(Refused, match="was edited"):
        load_plans(text(document).encode(), "plan.json")


def test_plans_of_another_version_are_refused_as_a_whole() -> None:
    """Also where each of them says that it is of this one."""
    document: Document = several("plan", [plan_document(LOCAL), plan_document(PRODUCTION)]) | {"tool_version": "9.9"}

    with pytest.raises(InvalidInput, match=r"was made by version 9\.9"):
        load_plans(text(document).encode(), "plan.json")


def test_what_a_plan_warns_of_is_read() -> None:
    """Its problems, and nothing besides their members."""
    warned = replace(LOCAL, warnings=(Problem("duplicate-name", "twice", Place("a.json", 1, 2), "once"),))

    assert load_plans(saved(warned), "plan.json")[0].digest == LOCAL.digest
    edited = saved(warned).replace(b'"hint"', b'"tip"')
    with pytest.raises(InvalidInput, match="`hint` is missing"):
        load_plans(edited, "plan.json")
