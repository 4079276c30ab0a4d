"""What is said of Kibamail definitions without asking the vendor: by the schema, and by the rules.

`tests/definitions/kibamail` is the table of traps: after `==` the name of one, then a definition, then after `->` each
problem that it has. A definition without problems is what one falls into a trap beside.
"""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from reconciler.core.segment import Json
from reconciler.definitions.layout import format_text
from reconciler.definitions.load import load
from reconciler.intake.parse import DEFINITION_DEPTH
from reconciler.providers.kibamail.conditions import Test as Comparison
from reconciler.providers.kibamail.conditions import walk
from reconciler.providers.kibamail.kinds import Kind, mistakes
from reconciler.providers.kibamail.rules import findings

TESTS = Path(__file__).parents[1]
SEGMENTS = TESTS.parent / "segments" / "kibamail"
TABLES = sorted((TESTS / "definitions" / "kibamail").glob("*.txt"))
EXACTLY = "the vendor keeps whole numbers exactly only up to 9007199254740992, and the number"
ROW = re.compile(
    r"^== (?P<name>.+)\n(?P<definition>(?:(?!->|==).*\n)+?)(?P<said>(?:-> .*\n   hint: .+\n)*)(?:\n|\Z)", re.MULTILINE
)


def rows() -> list[Any]:
    """Return every trap of the table: a definition, and what is said of it."""
    return [
        pytest.param(row["definition"], row["said"], id=f"{table.stem}: {row['name']}")
        for table in TABLES
        for row in ROW.finditer(table.read_text("utf-8"))
    ]


def said(folder: Path) -> str:
    """Return all problems of a folder as the table writes them."""
    result = load(
        folder,
        shown="segments",
        provider="kibamail",
        variables={},
        form_findings=lambda body: findings(body, None),
    )
    return "".join(
        f"-> {each.place}: {each.severity}: {each.message} ({each.code})\n   hint: {each.hint}\n"
        for each in result.problems
    )


def codes(conditions: Json, dialect: str | None) -> list[str]:
    """Return the codes of the findings about conditions, in order."""
    return [finding.code for finding in findings({"name": "A", "conditions": conditions}, dialect)]


@pytest.mark.parametrize(("definition", "expected"), rows())
def test_every_trap_is_told_with_its_place_and_remedy(definition: str, expected: str, tmp_path: Path) -> None:
    """A definition says exactly what the table says, errors and warnings alike, and nothing where it says nothing."""
    (tmp_path / "a.json").write_text(definition, "utf-8")

    assert expected == said(tmp_path)


def test_every_row_of_the_table_is_read() -> None:
    """No row is lost to a slip in how it is written."""
    written = [line for table in TABLES for line in table.read_text("utf-8").splitlines() if line.startswith("== ")]

    assert (len(written), 90 < len(written)) == (len(rows()), True)


def nested(levels: int, leaf: str) -> str:
    """Return a definition whose one condition stands under so many lists of `$and`."""
    return '{"name": "A", "conditions": ' + '{"$and": [' * levels + leaf + "]}" * levels + "}"


def test_conditions_nested_two_hundred_deep_are_refused(tmp_path: Path) -> None:
    """The vendor's schema has no limit, and a definition has."""
    (tmp_path / "a.json").write_text(nested(200, '{"field": "country", "operator": "eq", "value": "US"}'), "utf-8")
    expected = "-> segments/a.json:1:478: error: nested deeper than 90 levels (too-deep)\n   hint: flatten the file\n"

    assert expected == said(tmp_path)


def test_the_deepest_definition_is_told_right(tmp_path: Path) -> None:
    """A mistake at the bottom of the deepest conditions that a file can hold is found where it stands."""
    levels = (DEFINITION_DEPTH - 2) // 2
    column = len(nested(levels, "").partition("]")[0]) + len('{"field": ') + 1
    (tmp_path / "a.json").write_text(nested(levels, '{"field": 1, "operator": "eq", "value": "US"}'), "utf-8")

    assert said(tmp_path).startswith(f"-> segments/a.json:1:{column}: error: expected a string for ")


def test_the_examples_load_without_a_word() -> None:
    """The definitions that the repository shows have no problems, not even warnings, and have the one layout."""
    files = sorted(SEGMENTS.rglob("*.json"))

    assert ("", 5) == (said(SEGMENTS), len(files))
    assert [path.read_text("utf-8") for path in files] == [format_text(path.read_bytes(), "x") for path in files]


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [
        ("field", ["missing-field"]),
        ("mongo", ["missing-field", "mongo-form", "regex"]),
        (None, ["missing-field", "mongo-form", "regex"]),
    ],
)
def test_a_target_that_translates_is_not_told_of_the_form(dialect: str | None, expected: list[str]) -> None:
    """With `dialect = "field"` the MongoDB form is never sent; what it means is doubtful all the same."""
    conditions: Json = {"country": {"$ne": "US"}, "city": {"$regex": "^B"}}

    assert expected == codes(conditions, dialect)


@pytest.mark.parametrize(
    ("kind", "operator", "value", "expected"),
    [
        (Kind.STRING, "eq", "a", []),
        (Kind.NUMBER, "eq", 5, []),
        (Kind.NUMBER, "in", [5, 1.5], []),
        (Kind.DATE, "gte", 1704067200000, []),
        (Kind.NUMBER, "eq", "5", [("value", "`x` is a number, and does not compare with the string `5`")]),
        (Kind.NUMBER, "in", [5, "6"], [("value/1", "`x` is a number, and does not compare with the string `6`")]),
        (Kind.NUMBER, "eq", True, [("value", "`x` is a number, and does not compare with true")]),
        (
            Kind.DATE,
            "eq",
            "2024-01-01",
            [("value", "`x` is a date, kept in milliseconds, and does not compare with the string `2024-01-01`")],
        ),
        (Kind.NUMBER, "contains", "5", [("operator", "`x` is a number, and `contains` does not work on it")]),
        (Kind.DATE, "exists", False, []),
        (Kind.CUSTOM, "in", [2**53, -(2.0**53), 0.1], []),
        (
            Kind.CUSTOM,
            "in",
            [1, -(2**53) - 1, 2.0**60],
            [
                (
                    "value/1",
                    f"{EXACTLY} -9007199254740993 is beyond that",
                ),
                (
                    "value/2",
                    f"{EXACTLY} 1.152921504606847e+18 is beyond that",
                ),
            ],
        ),
    ],
)
def test_comparisons_with_a_property_of_a_known_type(
    kind: Kind, operator: str, value: Json, expected: list[tuple[str, str]]
) -> None:
    """What the type of a property rules out is an error on the value or the operator, with the reason."""
    (test,) = walk({"field": "x", "operator": operator, "value": value}, ())
    assert isinstance(test, Comparison)
    found = mistakes(test, kind)

    assert expected == [("/".join(map(str, each.pointer)), each.message.split(": the vendor")[0]) for each in found]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Kind.DATE, "2024-01-01", "write `1704067200000`"),
        (Kind.DATE, "soon", "write a number, without quotes"),
        (Kind.NUMBER, "2024-01-01", "write a number, without quotes"),
    ],
)
def test_a_number_is_written_for_people(kind: Kind, value: str, expected: str) -> None:
    """The remedy for a date as text is the same date in milliseconds."""
    (test,) = walk({"field": "x", "operator": "eq", "value": value}, ())
    assert isinstance(test, Comparison)

    assert [expected] == [each.hint for each in mistakes(test, kind)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1767225600000, 'write `"2026-01-01T00:00:00Z"`'),
        (1767225600000.0, 'write `"2026-01-01T00:00:00Z"`'),
        (1767225600123, 'write `"2026-01-01T00:00:00.123000Z"`'),
        (1767225600, 'such as `"2024-01-01T00:00:00Z"`'),
        (10**13, 'such as `"2024-01-01T00:00:00Z"`'),
    ],
)
def test_a_date_and_time_in_milliseconds_is_written_out(value: Json, expected: str) -> None:
    """Where a number can hardly be anything else; other numbers get an example."""
    (test,) = walk({"field": "updatedAt", "operator": "gt", "value": value}, ())
    assert isinstance(test, Comparison)

    assert [expected] == [each.hint for each in mistakes(test, Kind.MOMENT)]


@pytest.mark.parametrize("blank", [*"\t\n\v\f\r \u00a0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"])
def test_what_the_vendor_takes_off_is_an_error(blank: str) -> None:
    """The vendor's server is JavaScript, which has its own list of blanks; mixed ones are found too."""
    for text in (f"A{blank}", f"{blank}A", f" {blank} A"):
        assert ["untrimmed"] == [each.code for each in findings({"name": text}, None)]


@pytest.mark.parametrize("kept", ["\x1c", "\x1f", "\x85", "\u200b"])
def test_what_the_vendor_keeps_is_no_error(kept: str) -> None:
    """What only Python takes for a blank, or nobody, is stored as it is written."""
    assert [] == [each.code for each in findings({"name": f"{kept}A{kept}"}, None)]


def test_an_odd_part_decides_nothing() -> None:
    """A `$not` of nothing that is known leaves what is beside it as doubtful as it is."""
    odd: Json = {"$and": [{"$not": 5}, {"$and": 5}, {"field": "plan", "operator": "ne", "value": "pro"}]}

    assert ["missing-field"] == codes(odd, None)


NAMES = some.sampled_from(
    ["$and", "$or", "$not", "field", "operator", "value", "subscribedToTopic", "country", "email", "$ne", "$exists"]
)
ANYTHING = some.recursive(
    some.none() | some.booleans() | some.integers() | some.sampled_from(["country", "ne", "in", "exists", "x", "1-1"]),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(NAMES, inner, max_size=4),
    max_leaves=30,
)


@given(ANYTHING)
def test_no_conditions_are_too_odd(conditions: Json) -> None:
    """Also for a body that no schema has seen, findings are found and nothing fails."""
    found = list(findings({"name": "A", "conditions": conditions}, None))

    assert all(each.message and each.hint for each in found)
