"""What a body cannot be said to mean, and why: never a predicate that is nearly right."""

from typing import Any

import pytest

from reconciler.core import predicate as of
from reconciler.core.semantics import matches
from reconciler.intake.parse import DEFINITION_DEPTH
from reconciler.providers.registry import VENDORS

EQ = {"field": "city", "operator": "eq", "value": "Łódź"}


def condition(**members: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a Qonversion body of one condition."""
    return {"name": "A", "conditions": [{"metric": "a", "comparator": "eq", "value": "b"} | members]}


def constraint(field: str, relation: str, value: Any, kind: str = "AND") -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a Push0 body of one constraint."""
    items = [{"field": field, "relation": relation, "value": value}]
    return {"name": "A", "constraints": [{"type": kind, "constraints": items}]}


def nested(depth: int) -> dict[str, Any]:
    """Return a Kibamail condition so many combinations deep."""
    found: dict[str, Any] = EQ
    for _ in range(depth):
        found = {"$and": [found]}
    return found


def compared(field: str, operator: str, value: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a Kibamail comparison."""
    return {"field": field, "operator": operator, "value": value}


UNCLEAR: list[tuple[str, dict[str, Any], str]] = [
    ("qonversion", {"conditions": {}}, "`conditions` is no list"),
    ("qonversion", condition(metric=1), "condition 1: a member has a wrong type, or is not there"),
    ("qonversion", condition(comparator="like"), "condition 1: nobody knows what the comparator `like` does"),
    ("qonversion", condition(comparator=None), "condition 1: nobody knows what the comparator `None` does"),
    ("qonversion", {"conditions": ["a"]}, "condition 1: a member has a wrong type, or is not there"),
    ("push0", {}, "`constraints` is no list of groups"),
    ("push0", {"constraints": ["a"]}, "group 1: it is no `AND` or `OR` of constraints"),
    ("push0", constraint("country", "==", "PL", "NOT"), "group 1: it is no `AND` or `OR` of constraints"),
    ("push0", {"constraints": [{"type": "OR", "constraints": []}]}, "group 1: it is no `AND` or `OR` of constraints"),
    (
        "push0",
        constraint("planet", "==", "a"),
        "group 1: constraint 1: the vendor's page has no such",
    ),
    ("push0", {"constraints": [{"type": "OR", "constraints": [1]}]}, "group 1: constraint 1: the vendor's page has"),
    ("push0", constraint("sessionCount", "contains", 5), "group 1: constraint 1: `sessionCount` is an Int, which"),
    ("push0", constraint("sessionCount", "==", None), "group 1: constraint 1: `value` has another type than the field"),
    (
        "push0",
        constraint("country", "exists", "no"),
        "group 1: constraint 1: the vendor does not document",
    ),
    ("push0", constraint("tags", "starts_with", "a"), "group 1: constraint 1: `tags` has several values"),
    ("kibamail", {}, "`conditions` is no condition"),
    ("kibamail", {"conditions": {"$and": []}}, "`conditions.$and` is no list of conditions"),
    ("kibamail", {"conditions": {"$or": ["a"]}}, "`conditions.$or.0` is no condition"),
    ("kibamail", {"conditions": {"subscribedToTopic": [1]}}, "`subscribedToTopic` is no list of ids"),
    ("kibamail", {"conditions": {"subscribedToTopic": []}}, "`subscribedToTopic` is no list of ids"),
    ("kibamail", {"conditions": EQ | {"more": 1}}, "`conditions` has a shape that the vendor does not document"),
    ("kibamail", {"conditions": {"city": "a"}}, "`conditions` has a shape that the vendor does not document"),
    ("kibamail", {"conditions": {"city": {"$regex": "a"}}}, "the vendor's server has no `$regex`"),
    ("kibamail", {"conditions": compared("$topics", "eq", "a")}, "no field is called `$topics`"),
    ("kibamail", {"conditions": compared("email", "exists", value=True)}, "every contact has `email`"),
    ("kibamail", {"conditions": compared("city", "contains", "a\\b")}, "a backslash in `contains` is read by"),
    ("kibamail", {"conditions": compared("city", "gt", "a")}, "which text comes first is up to the vendor's database"),
    ("kibamail", {"conditions": nested(DEFINITION_DEPTH + 1)}, "the conditions are nested too deep"),
]


@pytest.mark.parametrize(("name", "body", "why"), UNCLEAR, ids=lambda part: str(part)[:40])
def test_what_is_unclear_says_why(name: str, body: dict[str, Any], why: str) -> None:
    """With the condition it is about."""
    found = VENDORS[name].meaning(body, {})

    assert isinstance(found, of.Unclear)
    assert found.why.startswith(why)


def test_conditions_know_their_places() -> None:
    """What must all hold is told one by one, as far down as nothing else stands above it."""
    two = {"city": {"$eq": "a", "$ne": "b"}}
    conditions: Any = {"$and": [EQ, two, {"$or": [EQ]}, {"$not": EQ}, {"subscribedToTopic": ["a"]}]}
    found = VENDORS["kibamail"].meaning({"conditions": conditions}, {})
    push0 = constraint("country", "==", "PL")
    push0["constraints"].append({"type": "OR", "constraints": push0["constraints"][0]["constraints"] * 2})

    assert isinstance(found, tuple)
    at = ("conditions", "$and")
    assert [each.pointer for each in found] == [
        (*at, 0),
        (*at, 1, "city", "$eq"),
        (*at, 1, "city", "$ne"),
        (*at, 2, "$or"),
        (*at, 3, "$not"),
        (*at, 4, "subscribedToTopic"),
    ]
    groups = VENDORS["push0"].meaning(push0, {})
    assert isinstance(groups, tuple)
    assert [each.pointer for each in groups] == [("constraints", 0, "constraints", 0), ("constraints", 1)]


@pytest.mark.parametrize(
    ("options", "comparator", "value", "held", "expected"),
    [
        ({}, "gt", "9", "10", True),
        ({"compares": "texts"}, "gt", "9", "10", False),
        ({}, "eq", "10", "10.0", True),
        ({"compares": "texts"}, "eq", "10", "10.0", False),
        ({}, "lt", "9", "x", False),
        ({}, "lt", "9", "!", True),
    ],
)
def test_how_qonversion_is_taken_to_compare(
    options: dict[str, str],
    comparator: str,
    value: str,
    held: str,
    expected: bool,  # noqa: FBT001 - an expectation
) -> None:
    """As numbers where both sides are, or as texts; a target says which."""
    found = VENDORS["qonversion"].meaning(condition(comparator=comparator, value=value), options)

    assert isinstance(found, tuple)
    assert matches(of.together(found), {"a": held}) is expected
