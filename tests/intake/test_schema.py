"""What breaks a schema, in words for every keyword."""

import json
from typing import Any, TypeAlias

import pytest
from jsonschema import Draft202012Validator

from reconciler.errors import Place
from reconciler.intake.lines import Pointer
from reconciler.intake.schema import explain, nearest, schema, schema_text

Value: TypeAlias = Any


def at_pointer(pointer: Pointer, /, *, on_key: bool = False) -> Place:
    """Return a place that shows the pointer itself."""
    return Place("/".join(["", *map(str, pointer)]) + ("=" if on_key else ""))


def said(rules: Value, value: Value) -> list[str]:
    """Return what is wrong, each with its hint."""
    return [f"{problem} | {problem.hint}" for problem in explain(rules, value, at_pointer)]


@pytest.mark.parametrize(
    ("rules", "value", "expected"),
    [
        ({"minimum": 1}, 0, ": the file is 0, and must be at least 1 (out-of-range) | "),
        ({"maximum": 1}, 2, ": the file is 2, and must be at most 1 (out-of-range) | "),
        ({"exclusiveMinimum": 1}, 1, ": the file is 1, and must be more than 1 (out-of-range) | "),
        ({"exclusiveMaximum": 1}, 1, ": the file is 1, and must be less than 1 (out-of-range) | "),
        ({"multipleOf": 2}, 3, ": the file is 3, and must be a multiple of 2 (out-of-range) | "),
        ({"minItems": 1, "description": "a few"}, [], ": the file is empty (too-few) | a few"),
        ({"minItems": 2}, [1], ": the file has 1 items, at least 2 (too-few) | "),
        ({"maxItems": 1}, [1, 2], ": the file has 2 items, at most 1 (too-many) | "),
        ({"minProperties": 2}, {"a": 1}, ": the file has 1 members, at least 2 (too-few) | "),
        ({"maxProperties": 0}, {"a": 1}, ": the file has 1 members, at most 0 (too-many) | "),
        ({"const": "a"}, "b", ": the string `b` is not allowed here (not-allowed) | allowed: `a`"),
        ({"enum": [1, None]}, 2, ": the number 2 is not allowed here (not-allowed) | allowed: `1`, `null`"),
        (
            {"uniqueItems": True},
            [{"a": 1}, 2, {"a": 1}],
            "/2: `[2]` repeats item 1 (duplicate-item) | keep one of them",
        ),
        ({"properties": {"a": False}}, {"a": 1}, ": the file is not allowed here (`false`) (not-allowed) | "),
        ({"contains": {"const": 1}}, [2], ": the file is not allowed here (`contains`) (not-allowed) | "),
        (
            {"not": {"required": ["a"], "description": "take out `a`"}},
            {"a": 1},
            ": the file has a form that is not allowed here (not-allowed) | take out `a`",
        ),
        (
            {"not": True, "description": "nothing"},
            1,
            ": the file has a form that is not allowed here (not-allowed) | nothing",
        ),
        (
            {"propertyNames": {"pattern": "^a", "description": "begins with a"}},
            {"a": 1, "b": 1},
            "/b=: `b` is not a name that can stand here (bad-form) | begins with a",
        ),
        (
            {"additionalProperties": False},
            {"a": 1},
            "/a=: unknown member `a` (unknown-member) | nothing can stand here",
        ),
        (
            {"additionalProperties": False, "patternProperties": {"^x": True}},
            {"xa": 1, "a": 2},
            "/a=: unknown member `a` (unknown-member) | nothing can stand here",
        ),
        ({"required": ["a"], "properties": {"a": True}}, {}, ": `a` is missing (missing-member) | add `a`"),
        (
            {"type": "integer"},
            "12",
            (": expected a whole number, found the string `12` (wrong-type) | write `12`, without quotes"),
        ),
        ({"type": "integer"}, "x", ": expected a whole number, found the string `x` (wrong-type) | "),
        (
            {"type": ["string", "null"]},
            1.5,
            (': expected a string or null, found the number 1.5 (wrong-type) | write `"1.5"`'),
        ),
        (
            {"type": ["array", "object", "null"]},
            True,
            ": expected a list, an object or null, found true (wrong-type) | ",
        ),
        ({"type": "array"}, None, ": expected a list, found null (wrong-type) | "),
        (
            {"oneOf": [{"type": "integer"}, {"minimum": 1}]},
            2,
            ": the file has several of the forms at once that exclude one another (ambiguous-form) | ",
        ),
        (False, 1, ": the file is not allowed here (`false`) (not-allowed) | "),
    ],
)
def test_every_keyword_has_its_words(rules: Value, value: Value, expected: str) -> None:
    """One line for each way to break a schema: place, words, code, remedy."""
    assert [expected] == said(rules, value)


@pytest.mark.parametrize(
    ("rules", "value"),
    [
        ({"type": "string"}, 12345),
        ({"enum": ["a"]}, 12345),
        ({"pattern": "^x"}, "12345"),
    ],
)
def test_what_may_be_a_credential_is_never_shown(rules: dict[str, Any], value: object) -> None:
    """A value that the schema calls `writeOnly` is in no message and no hint."""
    assert any("12345" in line for line in said(rules, value))
    assert not any("12345" in line for line in said(rules | {"writeOnly": True}, value))


@pytest.mark.parametrize("name", ["config", "ledger", "plan", "qonversion.segment"])
def test_the_published_schemas_are_schemas(name: str) -> None:
    """Each is valid, has a name that is ours, says what it is, and is the same object each time."""
    rules = schema(name)

    Draft202012Validator.check_schema(rules)
    assert f"urn:reconciler:schema:{name}:1" == rules["$id"]
    assert rules["title"]
    assert rules is schema(name)
    assert json.loads(schema_text(name)) == rules


def test_the_nearest_name() -> None:
    """A hint names what is alike, whatever its case, and then what there is."""
    assert "did you mean `Alpha`? there are two" == nearest("alpa", ["Alpha", "beta"], "there are two")
    assert "there are two" == nearest("x", ["Alpha", "beta"], "there are two")
    assert "did you mean `beta`?" == nearest("beta1", ["Alpha", "beta"], "")
