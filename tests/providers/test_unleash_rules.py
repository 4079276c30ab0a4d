"""What is wrong or doubtful in an Unleash body, offline; each refusal was seen of a server of version 8.2.0."""

from typing import Any

import pytest
from providers.unleash_vendor import WIRE

from reconciler.core.segment import Json
from reconciler.errors import Severity
from reconciler.intake.schema import schema, waves_through
from reconciler.providers.unleash import VENDOR
from reconciler.providers.unleash.operators import OPERATORS
from reconciler.providers.unleash.pattern import trouble

FORM = VENDOR.form({})


def found(*constraints: Json, **members: Json) -> list[tuple[Any, ...]]:
    """Return what is wrong with a body, as code, whether it is an error, and where below the constraints."""
    body: dict[str, Json] = {"name": "A", "constraints": [*constraints], **members}
    return [(one.code, one.severity is Severity.ERROR, one.pointer) for one in FORM.findings(body)]


def codes(operator: str, **members: Json) -> list[str]:
    """Return the codes of what is wrong with one constraint."""
    constraint: Json = {"contextName": "currentTime", "operator": operator, **members}
    return [code for code, _, _ in found(constraint)]


def test_the_schema_knows_the_operators() -> None:
    """All eighteen, and no others."""
    known = schema("unleash.segment")["$defs"]["constraint"]["properties"]["operator"]["anyOf"]

    assert (18, sorted(OPERATORS)) == (len(known), sorted(each["const"] for each in known))


@pytest.mark.parametrize(
    ("operator", "values", "words"),
    [
        ("IN", ["a", " b"], ["the vendor takes the blanks off value 2 before it compares"]),
        ("IN", [" "], ["the vendor takes the blanks off value 1 before it compares, and nothing is left of it"]),
        (
            "STR_CONTAINS",
            ["\u00a0"],
            ["value 1 is blank, so that `STR_CONTAINS` is true of everybody who has the field"],
        ),
        ("STR_ENDS_WITH", ["a b", "c\n"], ["the vendor takes the blanks off value 2 before it compares"]),
        ("NOT_IN", ["a b"], []),
    ],
)
def test_blanks_at_the_ends_are_doubted(operator: str, values: list[str], words: list[str]) -> None:
    """They are stored, and play no part: where nothing is left, anything matches."""
    constraint: Json = {"contextName": "plan", "operator": operator, "values": [*values]}
    told = [*FORM.findings({"name": "A", "constraints": [constraint]})]

    assert words == [one.message for one in told]
    assert {"edge-blanks"} >= {one.code for one in told}


@pytest.mark.parametrize("name", ["create", "create-plain", "update"])
def test_the_bodies_of_the_wire_are_fine(name: str) -> None:
    """They are definitions, without a doubt."""
    body = WIRE[name]["request"]

    assert (True, []) == (waves_through(schema("unleash.segment"), body), list(FORM.findings(body)))


@pytest.mark.parametrize(
    ("operator", "members", "expected"),
    [
        ("IN", {}, ["operand-missing"]),
        ("STR_CONTAINS", {"values": [], "value": "a"}, ["operand-missing"]),
        ("IN", {"values": ["a", ""], "value": ""}, ["empty-value", "empty-value"]),
        ("IN", {"values": ["a" * 100, "🙂" * 50]}, []),
        ("IN", {"values": ["a" * 101, "🙂" * 51]}, ["too-long", "too-long"]),
        ("IN", {"values": ["a", "a"]}, ["repeated-condition"]),
        ("IN", {"values": "a"}, []),
        ("IN", {"values": ["a"], "value": "b", "caseInsensitive": True}, ["unread-member"]),
        ("NUM_EQ", {}, ["operand-missing"]),
        ("REGEX", {"value": "", "values": ["a"]}, ["operand-missing"]),
        ("REGEX", {"value": 5}, []),
        ("REGEX", {"value": "(", "inverted": True}, ["inverted-pattern", "bad-pattern"]),
        ("REGEX", {"value": "a", "caseInsensitive": True}, []),
        ("NUM_EQ", {"value": "5", "values": ["a"], "caseInsensitive": True}, ["unread-member", "unread-member"]),
        ("BETWEEN", {"values": []}, []),
    ],
)
def test_an_operator_has_what_it_reads(operator: str, members: dict[str, Json], expected: list[str]) -> None:
    """Several values or one, none of them empty or too long; what it does not read is doubtful."""
    assert expected == codes(operator, **members)


@pytest.mark.parametrize(
    "value",
    [
        *("5", "5.0", " 5 ", "1e3", "-0", "+5", ".5", "5.", "0.1", "0.0000001", "1e-7"),
        *("5\u00a0", "\ufeff5", "0e9999999999999999999999", "0.0e5", "00"),
    ],
)
def test_a_number_is_one(value: str) -> None:
    """In every way that the vendor takes."""
    assert [] == codes("NUM_GT", value=value)


@pytest.mark.parametrize("value", ["0x10", "0b11", "1_000", "1,5", "Infinity", "NaN", "٣", "true", " ", "x"])
def test_what_is_no_number_is_refused(value: str) -> None:
    """Among them numbers of other languages and scripts."""
    assert ["not-a-number"] == codes("NUM_LTE", value=value)


@pytest.mark.parametrize(
    "value",
    [
        *("1e400", "9007199254740993", ".0", " -.00", "0.12345678901234567890", "1e-400"),
        *("1e9999999999999999999999", "1e-9999999999999999999999"),
    ],
)
def test_a_number_that_would_be_another_is_refused(value: str) -> None:
    """The vendor's server would not hold it exactly."""
    assert ["number-inexact"] == codes("NUM_EQ", value=value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *((value, []) for value in ("1.2.3", "1.2.3+b", "1.2.3-beta.1", "1.2.3-0a", "0.0.0")),
        *(
            (value, ["not-a-version"])
            for value in (
                *("1", "1.2", "v1.2.3", "1.2.3.4", " 1.2.3 ", "01.2.3", "=1.2.3", "1.2.x", "1.2.3-01"),
                *("1.2.9007199254740993", f"1.2.3-{'a' * 256}"),
            )
        ),
    ],
)
def test_a_version_is_one_by_semver(value: str, expected: list[str]) -> None:
    """Strictly, with numbers that the vendor's server holds."""
    assert expected == codes("SEMVER_GTE", value=value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *((value, []) for value in ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.5+02:00")),
        *(
            (value, ["date-form"])
            for value in (
                "2026",
                "01/02/2026",
                "20260101",
                "2026-02-30",
                "2026-02-30T12:00:00Z",
                "2026-01-01T24:00:00Z",
            )
        ),
        *(
            (value, ["not-a-date-time"])
            for value in (
                "now",
                "2026-W01",
                " 2026-01-31T12:00:00Z",
                "2026-13-01",
                "2026-01-01T10:00:60Z",
                "2026-00-01",
            )
        ),
    ],
)
def test_a_date_says_its_zone(value: str, expected: list[str]) -> None:
    """The vendor takes nearly everything, and reads what has no zone in its own."""
    assert expected == codes("DATE_AFTER", value=value)


def test_dates_are_of_the_clock() -> None:
    """Whatever field the constraint names, the vendor compares the time; a value that is none is passed over."""
    constraint: Json = {"contextName": "birthday", "operator": "DATE_BEFORE", "value": 5}

    assert [("clock-only", False, ("constraints", 0, "contextName"))] == found(constraint)


@pytest.mark.parametrize(
    "pattern",
    [
        *("", "a", " ", "(?i)a", r"\p{L}", r"\pN+", "(?<n>a)", "(?P<n>a)", "[[:alpha:]]", "a{2", "a{2,}", "a{1000}?"),
        *(r"\Q(\E", r"\Q(", r"\x41\x{1F600}\012", "[]a]", "[^]a-]", r"[\d-z\]]", "a|b|", "^*", "a+?", "(?i)*"[:4]),
        *("{", "{{", "a{,2}+", "{a}+", "a{2{3}", "x{1,2+", "a\\\n", r"\x{10FFFF}", "a{0001}"),
        *(r"\.\_\-", "(?s-i:a)", r"\bx\z", "x?(?i){3}", "é", "[é-ü]", r"[\x41-Z]"),
    ],
)
def test_a_pattern_of_re2_is_one(pattern: str) -> None:
    """What a server took, or RE2's page has."""
    assert "" == trouble(pattern)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(", "a `(` has no `)`"),
        ("a)", "a `)` has no `(`"),
        ("*a", "`*` has nothing in front of it"),
        ("(|+)", "`+` has nothing in front of it"),
        ("a++", "`+` has a repetition in front of it"),
        ("a{1001}", "`{1001}` has a number above 1000, or the larger number first"),
        ("a{3,2}", "`{3,2}` has a number above 1000, or the larger number first"),
        ("(?=a)", "it has no such group with `(?`, and looks neither ahead nor behind"),
        ("(?<!a)", "it has no such group with `(?`, and looks neither ahead nor behind"),
        ("{+", "`+` has a `{` in front of it"),
        ("a{{2}", "`{2}` has a `{` in front of it"),
        (r"\x{110000}", r"`\x` is no escape of it, and it has no references back"),
        (f"a{{{'1' * 5000}}}", "a repetition has a number above 1000, or the larger number first"),
        ("(?<é>a)", "it has no such group with `(?`, and looks neither ahead nor behind"),
        ("(?<n>a)(?<n>b)", "two groups have the name `n`"),
        (r"(a)\1", r"`\1` is no escape of it, and it has no references back"),
        ("\\", "`\\` is no escape of it, and it has no references back"),
        ("[a", "a `[` has no `]`"),
        ("[z-a]", "the range `z-a` goes backwards"),
        ("[[:foo:]]", "it knows no class `[:foo:]`"),
        (r"[\8]", r"`\8` cannot stand in a class"),
        (r"[a-\d]", r"`\d` cannot stand in a class"),
    ],
)
def test_what_is_no_pattern_of_re2_is_refused_with_the_reason(pattern: str, words: str) -> None:
    """What other languages have, and what is not closed."""
    assert words == trouble(pattern)
    assert ["bad-pattern"] == codes("REGEX", value=pattern)


def test_a_constraint_that_is_written_twice_is_doubtful() -> None:
    """In whatever words."""
    one: Json = {"contextName": "a", "operator": "IN", "values": ["x", "y"]}
    same: Json = {"contextName": "a", "operator": "IN", "values": ["y", "x"], "inverted": False}

    assert [("repeated-condition", False, ("constraints", 2))] == found(one, 5, same)


def test_the_vendor_s_limits_are_known() -> None:
    """A thousand values in all where nobody raised that, and a request of a hundred kilobytes."""
    many: list[Json] = [
        {"contextName": "a", "operator": "IN", "values": [f"{place}-{number}" for number in range(501)]}
        for place in "ab"
    ]

    assert [("too-many", False, ("constraints",))] == found(*many)
    assert [("too-long", True, ())] == found(description="x" * 102_300)


def test_what_the_database_cannot_keep_is_refused() -> None:
    """Wherever it stands."""
    constraint: Json = {"contextName": "a", "operator": "IN", "values": ["x\0"]}

    assert [("nul-character", True, ("description",)), ("nul-character", True, ("constraints", 0, "values", 0))] == [
        *found(description="\0"),
        *found(constraint),
    ]
    assert [] == list(FORM.findings({"name": "A", "constraints": None}))


def test_constraints_are_named_by_what_they_compare() -> None:
    """In the words of the vendor, with `not` where they are inverted."""
    items: list[Json] = [
        {"contextName": "userId", "operator": "IN"},
        {"contextName": "userId", "operator": "IN", "inverted": True},
        {"operator": "IN"},
        "x",
    ]

    assert ["userId IN", "userId not IN", "", ""] == [FORM.label(item) for item in items]
