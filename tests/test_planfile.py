"""Saved plans, read back."""

from dataclasses import replace

import pytest
from worlds import PROD, defined, lives, plan

from reconciler.core.document import Document, plan_document, several, text
from reconciler.core.plan import Plan
from reconciler.errors import InvalidInput
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
