"""Bytes into an object: what is refused and where, and positions held against an independent reading."""

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.segment import Json
from reconciler.errors import InvalidInput
from reconciler.intake.lines import Pointer
from reconciler.intake.parse import MAX_DEPTH, MOST, Written, parse, parse_as_written
from reconciler.intake.position import position, positions

if TYPE_CHECKING:
    from collections.abc import Iterable

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(TEXT, VALUES, max_size=4)
GAPS = st.sampled_from(["", " ", "\n", "\r\n", "\t", "\n\n  "])


def refused(data: bytes) -> list[str]:
    """Return what is said of bytes that are not one JSON object."""
    with pytest.raises(InvalidInput) as caught:
        parse(data, "a.json")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xef\xbb\xbf{}", "a.json:1:1: the file is UTF-8 with a byte order mark, not plain UTF-8 (byte-order-mark)"),
        ("{}".encode("utf-16"), "a.json:1:1: the file is UTF-16, not plain UTF-8 (byte-order-mark)"),
        (b"\xfe\xff\x00{\x00}", "a.json:1:1: the file is UTF-16, not plain UTF-8 (byte-order-mark)"),
        ('{"😀":\n"é'.encode() + b"\xff", "a.json:2:3: the byte 0xff is not UTF-8 text (not-utf8)"),
        (b'{"a": "\x00"}', "a.json:1:8: a string holds a raw control character (syntax)"),
        (b'"', "a.json:1:1: this string does not end (syntax)"),
        (b'{"a": "b\\"}', "a.json:1:7: this string does not end (syntax)"),
        (b"{} /", "a.json:1:4: `/` is not in double quotes (syntax)"),
        (b"{}]", "a.json:1:3: expected the end of the file, found `]` (syntax)"),
        (b'{"a": [1,,]}', "a.json:1:10: expected a value, found `,` (syntax)"),
        (b'{"a": [,]}', "a.json:1:8: expected a value, found `,` (syntax)"),
        (b"]", "a.json:1:1: expected a value, found `]` (syntax)"),
        (b'"a": 1', "a.json:1:4: expected the end of the file, found `:` (syntax)"),
        (b'{"a": [1], "b": {"c": [2}', "a.json:1:25: a comma or a closing bracket is missing before `}` (syntax)"),
    ],
)
def test_bytes_that_are_not_json_are_refused_at_their_place(data: bytes, expected: str) -> None:
    """What git or an editor would hide in an example file is written out here."""
    assert [expected] == refused(data)


def test_nesting_is_limited_before_anything_recurses() -> None:
    """The limit is a hundred levels, brackets in strings not counted; a million levels are no traceback."""
    deepest = b'{"a": ' * (MAX_DEPTH - 1) + b"[]" + b"}" * (MAX_DEPTH - 1)

    assert parse(deepest, "a.json")
    assert parse(b'{"a": "' + b"[" * 200 + b'"}', "a.json")
    assert parse(b'{"a": [' + b"[]," * 200 + b"[]]}", "a.json")
    assert ["a.json:1:101: nested deeper than 100 levels (too-deep)"] == refused(b"[" * 1_000_000)


def test_numbers_stay_what_they_are() -> None:
    """Long whole numbers are exact as long as they are numbers elsewhere too, and keep how they were written."""
    data = b'{"a": ' + b"9" * 305 + b', "b": [1.0, 1e5, -0, 12345678901234567890]}'

    written = parse_as_written(data, "a.json")["b"]

    assert int("9" * 305) == parse(data, "a.json")["a"]
    assert isinstance(written, list)
    assert ["1.0", "1e5", "-0", "12345678901234567890"] == [each.text for each in written if isinstance(each, Written)]


@given(st.binary(max_size=40) | st.text("{}[]:,\"'\\/#*\n 01-.eEaunl\u00a0\ufeff", max_size=30).map(str.encode))
def test_any_bytes_are_parsed_or_refused_with_a_reason(data: bytes) -> None:
    """Nothing but InvalidInput is ever raised, and never without a problem that has a place."""
    with suppress(InvalidInput):
        assert parse(data, "a.json") == json.loads(data)
        return
    with pytest.raises(InvalidInput) as caught:
        parse(data, "a.json")
    assert all(problem.place and problem.place.line for problem in caught.value.problems)
    assert caught.value.problems


def spelled(value: Json, gap: str, ascii_only: object, start: int, pointer: Pointer) -> tuple[str, dict[Pointer, int]]:
    """Write a value and note where each value begins, in characters: the independent reading."""
    found = {pointer: start}
    if isinstance(value, dict | list):
        is_object = isinstance(value, dict)
        text = "{" if is_object else "["
        items: Iterable[tuple[str | int, Json]] = value.items() if isinstance(value, dict) else enumerate(value)
        for number, (name, item) in enumerate(items):
            text += ("," if number else "") + gap
            if is_object:
                text += json.dumps(name, ensure_ascii=bool(ascii_only)) + gap + ":" + gap
            inner, below = spelled(item, gap, ascii_only, start + len(text), (*pointer, name))
            text += inner
            found |= below
        return text + gap + ("}" if is_object else "]"), found
    return json.dumps(value, ensure_ascii=bool(ascii_only)), found


@given(value=OBJECTS, gap=GAPS, escaped=st.booleans())
def test_positions_are_those_of_an_independent_reading(value: dict[str, Json], gap: str, *, escaped: bool) -> None:
    """Line and column of every value and key are right, whatever is escaped, astral, or between the tokens."""
    inner, starts = spelled(value, gap, escaped, len(gap), ())
    text = gap + inner
    found = positions(text)

    for pointer, start in starts.items():
        before = text[:start]
        line, column = before.count("\n") + 1, start - before.rfind("\n")
        assert (line, column) == found.at(pointer)
        if pointer and isinstance(pointer[-1], str):
            key = json.dumps(pointer[-1], ensure_ascii=escaped)
            key_start = len(before.rstrip(" \t\r\n").removesuffix(":").rstrip(" \t\r\n")) - len(key)
            place = text.count("\n", 0, key_start) + 1, key_start - text.rfind("\n", 0, key_start)
            assert place == found.at(pointer, on_key=True)


def test_what_is_not_there_stands_where_its_holder_does() -> None:
    """A missing member is reported at the object that lacks it, and an item has no key of its own."""
    text = '{"a":\n [{"b": 1}]}'

    assert (2, 3) == position(text, ("a", 0, "c"))
    assert (2, 3) == position(text, ("a", 0), on_key=True)
    assert (1, 1) == position("", ("a",))
    assert (1, 2) == position(text, ("a",), on_key=True)


def test_the_example_segments_are_read(tmp_path: Path) -> None:
    """A file from disk reads the same as its text."""
    (tmp_path / "a.json").write_text('{"a": "😀"}', "utf-8")

    assert {"a": "😀"} == parse((tmp_path / "a.json").read_bytes(), "a.json")


def test_a_file_that_is_something_else_is_not_listed_to_its_end() -> None:
    """Of very many problems the first are told, and how many there are more."""
    with pytest.raises(InvalidInput) as caught:
        parse(b"[" + b"[1,]," * 2_000 + b"1]", "a.json")

    *told, more = caught.value.problems
    assert MOST == len(told)
    assert "problems more" in more.message
