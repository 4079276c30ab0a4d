"""The one layout: what it looks like, and that it changes nothing but white space and spelling."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.segment import Json
from reconciler.definitions.layout import format_text, layout
from reconciler.errors import InvalidInput

ROOT = Path(__file__).parents[2]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT, inner, max_size=5),
    max_leaves=20,
)
OBJECTS = st.dictionaries(TEXT, VALUES, max_size=5)


@given(OBJECTS)
def test_the_layout_of_a_layout_is_the_same(value: dict[str, Json]) -> None:
    """Formatting twice is formatting once, and what the file says stays, in its order."""
    text = layout(value)

    assert text == format_text(text.encode(), "a.json")
    assert json.dumps(value) == json.dumps(json.loads(text))


@given(value=OBJECTS, indent=st.sampled_from([None, 1, 7]), plain=st.booleans())
def test_the_layout_does_not_depend_on_how_it_was_written(
    value: dict[str, Json], indent: int | None, *, plain: bool
) -> None:
    """However a value is written, its layout is the one."""
    assert layout(value) == format_text(json.dumps(value, indent=indent, ensure_ascii=plain).encode(), "a.json")


@given(VALUES)
def test_no_line_that_could_be_broken_is_too_long(value: Json) -> None:
    """A line over 100 columns holds one scalar, or an empty list or object, and no more."""
    for line in layout({"a": value}).splitlines():
        stripped = line.strip().rstrip(",")
        if len(line) > 100:
            assert stripped[-1] not in "]}" or stripped.endswith(("[]", "{}"))


def test_the_layout_of_a_definition() -> None:
    """Members a line each, conditions a line each, short lists and objects on one line, numbers as they were."""
    text = (
        '{"name":"\\u00e9\\ud83d\\ude00","n":[1.0,1e5,12345678901234567890,-0],"none":[],"empty":{},"conditions":'
        '[{"metric":"environment","comparator":"eq","value":"prod"}],"o":{"a":[true,null],"b":"c"},'
        f'"long":["{"x" * 60}","{"y" * 60}"],"mixed":[1,{{"a":{{"b":["{"z" * 100}"]}}}}]}}'
    )
    expected = f"""\
{{
  "name": "é😀",
  "n": [1.0, 1e5, 12345678901234567890, -0],
  "none": [],
  "empty": {{}},
  "conditions": [
    {{"metric": "environment", "comparator": "eq", "value": "prod"}}
  ],
  "o": {{"a": [true, null], "b": "c"}},
  "long": [
    "{"x" * 60}",
    "{"y" * 60}"
  ],
  "mixed": [
    1,
    {{
      "a": {{
        "b": [
          "{"z" * 100}"
        ]
      }}
    }}
  ]
}}
"""

    assert expected == format_text(text.encode(), "a.json")


def test_a_line_of_a_hundred_columns_fits_with_its_comma() -> None:
    """The comma behind a value counts, so that adding a member after it breaks nothing anew."""
    fits: Json = {"a": ["x" * 88]}
    too_long: Json = {"a": ["x" * 89]}

    assert 3 == layout(fits).count("\n")
    assert 5 == layout(too_long).count("\n")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({}, "{}\n"),
        ({"a": "\u202e\u2028\x7f\ufeff"}, '{\n  "a": "\\u202e\\u2028\\u007f\\ufeff"\n}\n'),
        ({"a": "\ud83d"}, '{\n  "a": "\\ud83d"\n}\n'),
        ({"a": "👨\u200d👩"}, '{\n  "a": "👨\u200d👩"\n}\n'),
        ([], "[]\n"),
        ("a", '"a"\n'),
    ],
)
def test_what_cannot_be_seen_is_escaped(value: Json, expected: str) -> None:
    """A character that hides or turns text around is shown as its escape; an emoji's joiner stays."""
    assert expected == layout(value)


def test_a_file_that_does_not_parse_has_no_layout() -> None:
    """Nothing is guessed: the problems of the file are raised."""
    with pytest.raises(InvalidInput) as caught:
        format_text(b'{"a": 1,}', "a.json")

    assert ["trailing-comma"] == [problem.code for problem in caught.value.problems]


@pytest.mark.parametrize("path", sorted((ROOT / "segments").rglob("*.json")), ids=lambda path: path.name)
def test_the_examples_of_the_repository_are_in_the_layout(path: Path) -> None:
    """The files people copy from look as `fmt` would write them."""
    assert path.read_text("utf-8") == format_text(path.read_bytes(), path.name)
