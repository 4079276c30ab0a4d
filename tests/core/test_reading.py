"""How a text is read as a number, a version and a point of time, and what has no reading."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core import reading
from reconciler.core.segment import Json


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", ""),
        (" a ", " a "),
        (True, "true"),
        (False, "false"),
        (5, "5"),
        (5.0, "5"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (1.5e-6, "0.0000015"),
        (1e-7, "1e-7"),
        (123456789012345680000, "123456789012345680000"),
        (9007199254740993, "9007199254740992"),
        (1e21, "1e+21"),
        (-1.25e300, "-1.25e+300"),
        (10**400, "Infinity"),
    ],
)
def test_a_value_is_written_as_javascript_writes_it(value: Json, expected: str) -> None:
    """Whatever a context holds besides texts becomes one."""
    assert expected == reading.text(value)


@pytest.mark.parametrize("value", [None, [], ["a"], {}])
def test_some_values_have_no_text(value: Json) -> None:
    """Nothing, a list and an object."""
    assert reading.text(value) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5", 5.0),
        (" 5\n", 5.0),
        ("\ufeff5\u2003", 5.0),
        ("+5.", 5.0),
        (".5", 0.5),
        ("1E+3", 1000.0),
        ("007", 7.0),
        ("-0", 0.0),
        ("", 0.0),
        (" \u00a0", 0.0),
        ("0x1F", 31.0),
        ("0B11", 3.0),
        ("0o17", 15.0),
        ("0x" + "f" * 300, float("inf")),
        ("1e400", float("inf")),
        ("-Infinity", float("-inf")),
        ("9007199254740993", 9007199254740992.0),
    ],
)
def test_a_number_is_what_javascript_takes_for_one(text: str, expected: float) -> None:
    """Blanks around it, other bases, infinity, and 0 of nothing at all."""
    assert expected == reading.number(text)


@pytest.mark.parametrize(
    "text",
    ["x", "5a", "1,5", "1 0", "1_0", "NaN", "infinity", "-0x5", "0x", "0b2", "1e", ".", "\u0661", "\u00855", "\x1c5"],
)
def test_not_every_text_is_a_number(text: str) -> None:
    """Least of all what only Python would take for one."""
    assert reading.number(text) is None


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_read_as_it_is_written(number: float) -> None:
    """There is no loss on the way through a text."""
    assert number == reading.number(str(reading.text(number)))


PRECEDENCE = [
    *("1.0.0-0", "1.0.0-2", "1.0.0-10", "1.0.0--", "1.0.0-A", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta"),
    *("1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1-0", "1.0.1", "1.1.0", "1.10.0"),
    *("2.0.0", "9007199254740991.0.0"),
]


def test_versions_are_in_the_order_of_semver() -> None:
    """Prereleases come first, numbers before words, and a longer one after its beginning."""
    versions = [reading.version(text) for text in PRECEDENCE]

    assert all(one and other and one < other for one, other in pairwise(versions))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.2.3", "1.2.3+build.01"),
        ("1.2.3-a+b", "1.2.3-a"),
        ("1.2.3", " v1.2.3\n"),
        ("1.2.3-9007199254740992", "1.2.3-9007199254740993"),
    ],
)
def test_some_versions_are_one(one: str, other: str) -> None:
    """Build metadata say nothing, nor do blanks, nor one `v`; JavaScript holds no more than 53 bits."""
    assert reading.version(one) is not None
    assert reading.version(one) == reading.version(other)


@pytest.mark.parametrize(
    "text",
    [
        *("", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.3-a..b", "1.2.3+", "1.2.3-\u00e9"),
        *("V1.2.3", "vv1.2.3", "v 1.2.3", "=1.2.3", "1.2.x", "9007199254740992.0.0", "1.2.3-" + "a" * 251),
        *(" " * 252 + "1.2.3", "\u00851.2.3", "\u0661.2.3"),
    ],
)
def test_not_every_text_is_a_version(text: str) -> None:
    """Three numbers that JavaScript holds, in no more than 256 characters."""
    assert reading.version(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00.0019z", 1),
        ("1970-01-01t01:00:00+01:00", 0),
        ("1969-12-31T23:00:00.5-0100", 500),
        ("1970-01-01T00:01Z", 60_000),
        ("1970-01-01", 0),
        ("1970-02", 2_678_400_000),
        ("1971", 31_536_000_000),
        ("1970-01-01T24:00:00.00Z", 86_400_000),
        ("1970-02-31", 5_270_400_000),
        ("0000-01-01T00:00:00Z", -62_167_219_200_000),
        ("9999-12-31T24:00Z", 253_402_300_800_000),
        ("2000-02-29T12:00:00Z", 951_825_600_000),
    ],
)
def test_a_point_of_time_is_in_milliseconds(text: str, expected: int) -> None:
    """What is less is cut off, midnight may end a day, and a month has 31 days where one counts on."""
    assert expected == reading.time(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "now", "1767225600000", "01/02/2026", "2026-1-1", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00"),
        *("2026-13-01", "2026-00-01", "2026-01-32", "2026-01-00", "2026-01-01T25:00:00Z", "2026-01-01T24:00:01Z"),
        *("2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00.Z"),
        *(" 2026-01-01", "2026-W01", "+002026-01-01", "\u0662026-01-01"),
    ],
)
def test_not_every_text_is_a_point_of_time(text: str) -> None:
    """A time without a zone is none."""
    assert reading.time(text) is None


@given(st.integers(-62_000_000_000_000, 253_000_000_000_000), st.integers(-1439, 1439))
def test_a_point_of_time_is_that_of_pythons_calendar(expected: int, minutes: int) -> None:
    """Whatever the year and the zone."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=expected)

    assert expected == reading.time(moment.astimezone(timezone(timedelta(minutes=minutes))).isoformat())
