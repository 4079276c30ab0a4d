"""Choices of a schema, told by the branch that was meant."""

from typing import Any, TypeAlias

import pytest

from reconciler.errors import Place
from reconciler.intake.lines import Pointer
from reconciler.intake.schema import explain

Value: TypeAlias = Any

NESTED = {
    "$defs": {
        "condition": {
            "description": "a condition",
            "anyOf": [{"$ref": "#/$defs/field"}, {"$ref": "#/$defs/topic"}, {"$ref": "#/$defs/logical"}],
        },
        "field": {
            "type": "object",
            "required": ["field", "operator", "value"],
            "additionalProperties": False,
            "properties": {
                "field": {"type": "string"},
                "operator": {"enum": ["eq", "in"]},
                "value": {"type": ["string", "number", "array"]},
            },
        },
        "topic": {
            "type": "object",
            "additionalProperties": False,
            "minProperties": 1,
            "properties": {"subscribedToTopic": {"type": "array", "minItems": 1, "items": {"type": "string"}}},
        },
        "logical": {
            "type": "object",
            "additionalProperties": False,
            "minProperties": 1,
            "properties": {
                "$and": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/condition"}},
                "$not": {"$ref": "#/$defs/condition"},
            },
        },
    },
    "type": "object",
    "properties": {"conditions": {"$ref": "#/$defs/condition"}},
}
US = {"field": "country", "operator": "eq", "value": "US"}


def at_pointer(pointer: Pointer, /, *, on_key: bool = False) -> Place:
    """Return a place that shows the pointer itself."""
    return Place("/".join(["", *map(str, pointer)]) + ("=" if on_key else ""))


def said(rules: Value, value: Value) -> list[str]:
    """Return what is wrong, each with its hint."""
    return [f"{problem} | {problem.hint}" for problem in explain(rules, value, at_pointer)]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (
            {"field": "country", "operator": "equals", "value": "US"},
            [
                (
                    "/conditions/operator: the string `equals` is not allowed for `conditions.operator` (not-allowed) "
                    "| allowed: `eq`, `in`"
                )
            ],
        ),
        (
            {"field": "country", "operator": "in"},
            ["/conditions: `value` is missing in `conditions` (missing-member) | add `value`"],
        ),
        (
            {"$and": [US, {"field": 1, "operator": "eq", "value": "US"}, {"$not": {"subscribedToTopic": []}}]},
            [
                (
                    "/conditions/$and/1/field: expected a string for `conditions.$and[1].field`, found the number 1 "
                    '(wrong-type) | write `"1"`'
                ),
                (
                    "/conditions/$and/2/$not/subscribedToTopic: `conditions.$and[2].$not.subscribedToTopic` is empty "
                    "(too-few) | "
                ),
            ],
        ),
        (
            {"country": {"$eq": "US"}, "field": "country"},
            [
                (
                    "/conditions/country=: unknown member `country` in `conditions` (unknown-member) "
                    "| known here: `field`, `operator`, `value`"
                ),
                "/conditions: `operator` is missing in `conditions` (missing-member) | add `operator`",
                "/conditions: `value` is missing in `conditions` (missing-member) | add `value`",
            ],
        ),
        ("US", ["/conditions: expected an object for `conditions`, found the string `US` (wrong-type) | a condition"]),
        ({}, ["/conditions: `conditions` is empty (too-few) | "]),
    ],
)
def test_a_choice_is_told_by_the_branch_that_was_meant(condition: Value, expected: list[str]) -> None:
    """Nobody reads that a value is not valid under any of the given schemas."""
    assert sorted(expected) == sorted(said(NESTED, {"conditions": condition}))


@pytest.mark.parametrize(
    ("rules", "value", "expected"),
    [
        (
            {"anyOf": [{"type": "string"}, {"type": ["number", "null"]}, {"anyOf": [{"type": "array"}]}]},
            {},
            [": expected a string, a number, null or a list, found an object (wrong-type) | "],
        ),
        (
            {"anyOf": [{"properties": {"kind": {"const": "a"}}}, {"properties": {"kind": {"enum": ["b", "c"]}}}]},
            {"kind": "bb"},
            [
                (
                    "/kind: the string `bb` is not allowed for `kind` (not-allowed) | did you mean `b`? "
                    "allowed: `a`, `b`, `c`"
                )
            ],
        ),
        (
            {
                "oneOf": [
                    {"properties": {"kind": {"const": "a"}, "x": {"type": "string"}}},
                    {"properties": {"kind": {"const": "b"}, "x": {"type": "null"}}},
                ]
            },
            {"kind": "b", "x": 1},
            ["/x: expected null for `x`, found the number 1 (wrong-type) | "],
        ),
        (
            {"anyOf": [{"properties": {"a": {"const": 1}}}, {"properties": {"b": {"const": 1}}}]},
            {"a": 2, "b": 2},
            ["/a: the number 2 is not allowed for `a` (not-allowed) | allowed: `1`"],
        ),
        (
            {
                "anyOf": [
                    {"additionalProperties": {"type": "string"}},
                    {"properties": {"a": True}, "required": ["a"], "additionalProperties": False},
                ]
            },
            {"b": 1},
            ['/b: expected a string for `b`, found the number 1 (wrong-type) | write `"1"`'],
        ),
        (
            {
                "anyOf": [
                    {"allOf": [{"properties": {"a": True}, "additionalProperties": False}]},
                    {"patternProperties": {"^b": {"type": "string"}}, "additionalProperties": False},
                    False,
                ]
            },
            {"b": 1},
            ['/b: expected a string for `b`, found the number 1 (wrong-type) | write `"1"`'],
        ),
        (
            {"anyOf": [{"anyOf": [{"properties": {"a": {"type": "string"}}, "required": ["a"]}]}, {"required": ["b"]}]},
            {"a": 1},
            ['/a: expected a string for `a`, found the number 1 (wrong-type) | write `"1"`'],
        ),
        (
            {
                "anyOf": [
                    {"properties": {"kind": {"const": "a"}, "x": True, "y": True}},
                    {"properties": {"kind": {"const": "b"}, "x": {"type": "null"}, "y": {"type": "null"}}},
                ]
            },
            {"kind": "b", "x": 1, "y": 1},
            [
                "/x: expected null for `x`, found the number 1 (wrong-type) | ",
                "/y: expected null for `y`, found the number 1 (wrong-type) | ",
            ],
        ),
        (
            {"anyOf": [False, {"required": ["b"], "allOf": [True]}]},
            {"a": 1},
            [": the file is not allowed here (`false`) (not-allowed) | "],
        ),
    ],
)
def test_choices_of_other_shapes(rules: Value, value: Value, expected: list[str]) -> None:
    """Types and allowed values of all branches are told together, where that is all that is wrong."""
    assert expected == said(rules, value)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (
            {"oneOf": [{"required": ["a"]}, {"required": ["b"]}], "description": "keep one"},
            ": the file has several of the forms at once that exclude one another (ambiguous-form) | keep one",
        ),
        (
            {"oneOf": [{"required": ["a"]}, {"required": ["b"]}], "errorMessage": "is two", "description": "keep one"},
            ": the file is two (ambiguous-form) | keep one",
        ),
        (
            {"properties": {"a": True}, "additionalProperties": False, "description": "one"},
            "/b=: unknown member `b` (unknown-member) | known here: `a`",
        ),
        (
            {"properties": {"a": True}, "additionalProperties": False, "errorMessage": "drops", "description": "one"},
            "/b=: unknown member `b`: drops (unknown-member) | one",
        ),
        (
            {
                "properties": {"a": True, "bb": True},
                "additionalProperties": False,
                "errorMessage": "drops",
                "description": "one",
            },
            "/b=: unknown member `b`: drops (unknown-member) | did you mean `bb`? one",
        ),
    ],
)
def test_what_a_schema_says_against_a_value_is_told(rules: Value, expected: str) -> None:
    """`errorMessage`, which editors show, says why a form is no good; the description is then the remedy."""
    assert [expected] == said(rules, {"a": 1, "b": 2})


def test_too_deep_for_the_validator_is_a_problem() -> None:
    """A recursive schema on a value nested endlessly is refused without a traceback."""
    value: dict[str, Any] = US
    for _ in range(3000):
        value = {"$not": value}

    assert [": nested too deep to be checked (too-deep) | flatten the file"] == said(NESTED, {"conditions": value})


def test_the_deepest_file_that_parses_is_told_right() -> None:
    """A hundred levels of a recursive schema are within what the validator can do."""
    value: Value = {"field": 1, "operator": "eq", "value": "US"}
    for _ in range(48):
        value = {"$and": [value]}

    (line,) = said(NESTED, {"conditions": value})

    assert line.endswith('found the number 1 (wrong-type) | write `"1"`')
