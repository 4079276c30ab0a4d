"""What the emulated Unleash makes of a body: coerced, refused as the real server was seen to refuse, or kept."""

import httpx
import pytest

from reconciler.emulator.app import Emulator
from reconciler.emulator.faults import Fault, FaultKind
from reconciler.emulator.tables import Document, Json, Kind

IN = {"contextName": "userId", "operator": "IN", "values": ["1"]}


def sent(client: httpx.Client, **constraint: Json) -> object:
    """Return the one constraint as it was kept, or the status and the paths of what is wrong with it."""
    body = {"name": "A", "constraints": [{"contextName": "a", "operator": "IN", **constraint}]}
    return kept(client.post("/segments", json=body), "constraints")


def kept(response: httpx.Response, member: str) -> object:
    """Return a member of the answer, or its status and the paths in it."""
    if response.status_code == 201:
        found = response.json().get(member)
        return found[0] if member == "constraints" else found
    return response.status_code, [one.get("path", "") for one in response.json()["details"]]


@pytest.mark.parametrize(
    ("member", "value", "expected"),
    [
        ("name", 5, "5"),
        ("name", 5.0, "5"),
        ("name", 0.5, "0.5"),
        ("name", -1.5, "-1.5"),
        ("name", -0.0, "0"),
        ("name", 0.000001, "0.000001"),
        ("name", 1.5e-7, "1.5e-7"),
        ("name", 1e20, "100000000000000000000"),
        ("name", -1e21, "-1e+21"),
        ("name", True, "true"),
        ("name", None, (400, [""])),
        ("name", "", (400, [""])),
        ("name", [], (400, ["/body/name"])),
        ("description", None, None),
        ("description", 7, "7"),
        ("description", "", ""),
        ("project", None, None),
        ("project", "", None),
        ("project", "default", "default"),
        ("project", "nobody", (500, [""])),
        ("name", "a\0", (500, [""])),
        ("constraints", None, (400, ["/body/constraints"])),
        ("constraints", [None], (400, ["/body/constraints/0"])),
        ("foo", 1, None),
    ],
)
def test_members_are_coerced(client: httpx.Client, member: str, value: object, expected: object) -> None:
    """A scalar becomes a text, null an empty one or none; others than the four are ignored."""
    assert expected == kept(client.post("/segments", json={"name": "A", "constraints": [], member: value}), member)


def test_the_first_level_hides_the_second(client: httpx.Client) -> None:
    """Without a name, nobody is told of wrong constraints."""
    assert (400, ["/body/name"]) == kept(client.post("/segments", json={"constraints": [1]}), "name")


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        ({"values": [1, True]}, {"values": ["1", "true"]}),
        ({"values": ["b", "a", "b"]}, {"values": ["b", "a", "b"]}),
        ({"values": ["a"], "value": "b"}, {"values": ["a"], "value": "b"}),
        ({"values": ["a"], "inverted": "true", "caseInsensitive": 1}, {"inverted": True, "caseInsensitive": True}),
        ({"values": ["a"], "inverted": None, "caseInsensitive": 0}, {"inverted": False, "caseInsensitive": False}),
        ({"operator": "NUM_EQ", "value": 5}, {"value": "5", "values": []}),
        ({"operator": "REGEX", "value": "a", "values": ["x"]}, {"values": ["x"]}),
    ],
)
def test_a_constraint_is_kept_as_sent(client: httpx.Client, constraint: Document, expected: Document) -> None:
    """What is absent stays absent, but for `values` where an operator takes one value."""
    whole = {"contextName": "a", "operator": "IN", **constraint, **expected}

    assert whole == sent(client, **constraint)


@pytest.mark.parametrize(
    ("constraint", "path"),
    [
        ({}, ""),
        ({"values": []}, ""),
        ({"value": "a"}, ""),
        ({"values": ["a"], "value": ""}, "/body/constraints/0/value"),
        ({"values": ["a"], "value": None}, "/body/constraints/0/value"),
        ({"values": [""]}, ""),
        ({"values": [None]}, ""),
        ({"values": ["x" * 101]}, ""),
        ({"values": ["🙂" * 51]}, ""),
        ({"values": "a"}, "/body/constraints/0/values"),
        ({"values": ["a"], "inverted": "yes"}, "/body/constraints/0/inverted"),
        ({"values": ["a"], "inverted": "1"}, "/body/constraints/0/inverted"),
        ({"values": ["a"], "caseInsensitive": 2}, "/body/constraints/0/caseInsensitive"),
        ({"operator": "REGEX", "value": "a", "inverted": True}, ""),
        ({"values": ["a"], "foo": 1}, "/body/constraints/0/foo"),
        ({"values": ["a"], "": 1}, "/body/constraints/0"),
        ({"values": ["a"], "operator": "in"}, "operator"),
        ({"values": ["a"], "contextName": ""}, ""),
        ({"operator": "NUM_EQ"}, ""),
        ({"operator": "DATE_AFTER", "values": ["2026"]}, ""),
    ],
)
def test_a_wrong_constraint_is_refused(client: httpx.Client, constraint: Document, path: str) -> None:
    """By the outer layer with a path, by the inner one without."""
    assert (400, [path]) == sent(client, **constraint)


def test_field_and_operator_are_needed(client: httpx.Client) -> None:
    """The first that is missing is told, and no more."""
    response = client.post("/segments", json={"name": "A", "constraints": [{}]})

    assert (400, ["/body/constraints/0/contextName"]) == kept(response, "name")


@pytest.mark.parametrize(
    ("operator", "values"),
    [
        ("NUM_GT", ["5", "5.0", " 5 ", "1e3", "-0", "+5", ".5", "5.", "0.00000012345678901234567890"]),
        ("SEMVER_EQ", ["1.2.3", "1.2.3+b", "1.2.3-beta.1"]),
        ("DATE_AFTER", ["2026", "01/02/2026", "Jan 1, 2026", "20260101", "2026-02-30", "2026-01-01T24:00:00Z"]),
        ("DATE_BEFORE", [" 2026-01-01 ", "2026-1-1", "2026-01", "2026-01-01 1:00 +02", "+002026-01-01T10:00:00.5z"]),
        (
            "REGEX",
            [r"\x{10FFFF}", "a{,3}", "a(?s)b", r"a\b?", "^*", r"\\Z", r"\Q(?=\E", r"\{1001}", "(?U)a+?", "(?-i:a)"],
        ),
        (
            "REGEX",
            [
                "(?i)a",
                r"\p{L}",
                "(?<n>a)",
                "(?P<n>a)",
                "[[:alpha:]]",
                "a{2",
                "{{",
                "a{,2}+",
                "[{+]",
                r"\{+",
                " ",
                r"a\z",
                r"\Q(\E",
                r"[\d-z]",
            ],
        ),
    ],
)
def test_values_that_the_server_took(client: httpx.Client, operator: str, values: list[str]) -> None:
    """They are kept to the letter."""
    for place, value in enumerate(values):
        one = {"contextName": "a", "operator": operator, "value": value}
        response = client.post("/segments", json={"name": f"S{place}", "constraints": [one]})
        assert (value, {**one, "values": []}) == (value, kept(response, "constraints"))


@pytest.mark.parametrize(
    ("operator", "values"),
    [
        ("NUM_GT", ["0x10", "0b11", "1_000", "1,5", "Infinity", "NaN", "٣", "true", "1e400", "9007199254740993", ".0"]),
        ("NUM_EQ", ["9.9007199254740992", ".90071992547409919", "1.00000000000000001e3"]),
        ("SEMVER_EQ", ["1", "1.2", "v1.2.3", "1.2.3.4", " 1.2.3 ", "01.2.3", "=1.2.3", "1.2.x", "1.2.3-01"]),
        ("SEMVER_GT", ["1.2.9007199254740993", f"1.2.3-{'a' * 256}"]),
        ("DATE_AFTER", ["x", "now", "2026-13-01", "2026-W01", "2026-01-01T10:00:60Z"]),
        ("DATE_BEFORE", ["2026-01-32", "26-1-1", "2026-1-1T10:00", "2026-01-01T24:00:00.5", "2026-01-01T10:00+25:00"]),
        ("REGEX", [r"\Z", r"\u0041", r"[\b]", r"[\Qa]", r"\p{Foo}", "[[:foo:]]", r"\x{110000}", "(?|a)", "(?m)*"]),
        ("REGEX", ["(", "(?=a)", "(?<!a)", r"(a)\1", "a++", "a{1001}", "(?>a)", "(?x)a", r"\é", "[z-a]"]),
        ("REGEX", ["{+", "a{{2}", "{??", "(?<é>a)", f"a{{{'1' * 5000}}}"]),
    ],
)
def test_values_that_the_server_refused(client: httpx.Client, operator: str, values: list[str]) -> None:
    """By the inner layer."""
    for value in values:
        assert (value, (400, [""])) == (value, sent(client, operator=operator, value=value))


def test_no_more_values_than_a_thousand(client: httpx.Client) -> None:
    """In all constraints together, also those that nobody reads."""
    many = [{**IN, "values": [f"{number}" for number in range(500)]}] * 2
    stray = {"contextName": "a", "operator": "NUM_EQ", "value": "1", "values": ["x"]}

    assert 201 == client.post("/segments", json={"name": "A", "constraints": many}).status_code
    assert 400 == client.post("/segments", json={"name": "B", "constraints": [*many, stray]}).status_code


def test_values_that_a_field_does_not_allow_are_refused(app: Emulator, client: httpx.Client) -> None:
    """In `values` and in `value`; another field takes any."""
    app.add_object(Kind.CONTEXT_FIELD, {"name": "tier", "legalValues": ["a", "b"]})

    assert (400, [""]) == sent(client, contextName="tier", values=["c"])
    assert (400, [""]) == sent(client, contextName="tier", operator="REGEX", value="c")
    assert {"contextName": "tier", "operator": "IN", "values": ["a"]} == sent(client, contextName="tier", values=["a"])


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b'{"name": 1e400, "constraints": []}', "Infinity"),
        (b'{"name": -1e400, "constraints": []}', "-Infinity"),
        (b'{"name": 12345678901234567890, "constraints": []}', "12345678901234567000"),
        (b'{"name": "\xff", "constraints": []}', "\ufffd"),
        (b'{"name": "\\ud800", "constraints": []}', "\ufffd"),
        (b'\xef\xbb\xbf{"name": "a", "constraints": []}', "a"),
        (b'{"name": "a", "name": "b", "constraints": []}', "b"),
    ],
)
def test_odd_json_is_read_as_javascript_reads_it(client: httpx.Client, content: bytes, name: str) -> None:
    """Numbers are floats; what is no Unicode becomes a sign for that; a mark of the order of bytes is passed over."""
    response = client.post("/segments", content=content, headers={"Content-Type": "application/json"})

    assert name == kept(response, "name")


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"[]", "application/json", 400),
        (b"5", "application/json", 400),
        (b"", "application/json", 400),
        (b"{}", "text/plain", 415),
    ],
)
def test_what_is_no_object_in_json_is_refused(client: httpx.Client, content: bytes, kind: str, status: int) -> None:
    """In words."""
    response = client.post("/segments", content=content, headers={"Content-Type": kind})

    assert (status, "application/json") == (response.status_code, response.headers["Content-Type"])


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"name": NaN}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"{}", "application/json; charset=latin1", 415),
        (b" " * 102_401, "application/json", 413),
    ],
)
def test_what_does_not_parse_is_answered_with_a_page(
    client: httpx.Client, content: bytes, kind: str, status: int
) -> None:
    """Ahead of the server's own code."""
    response = client.post("/segments", content=content, headers={"Content-Type": kind})

    assert (status, "text/html; charset=utf-8") == (response.status_code, response.headers["Content-Type"])


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({"name": "A", "constraints": [], "x": 1}, ["/body/constraints"]),
        ({"name": [], "x": 1}, ["/body/x"]),
        ({"name": "A", "": 1}, ["/body"]),
        ({"x": 1}, ["/body/name"]),
        ({"name": []}, ["/body/name"]),
        ({"name": None}, [""]),
    ],
)
def test_a_name_is_looked_at_alone(client: httpx.Client, body: Document, paths: list[str]) -> None:
    """The body of that request has no other member."""
    assert (400, paths) == kept(client.post("/segments/validate", json=body), "name")


@pytest.mark.parametrize(
    ("segment_id", "content", "expected"),
    [
        ("abc", b"{", None),
        ("abc", b"[]", ["/params/id"]),
        ("abc", b"{}", ["/params/id"]),
        ("99999999999", b"[]", ["/body"]),
        ("99999999999", b'{"name": ""}', ["/body/constraints"]),
        ("99999999999", b'{"name": "", "constraints": []}', [""]),
    ],
)
def test_of_an_update_the_id_is_looked_at_after_the_json(
    client: httpx.Client, segment_id: str, content: bytes, expected: list[str] | None
) -> None:
    """And before the shape of the body; only the database finds that it is too large."""
    response = client.put(f"/segments/{segment_id}", content=content, headers={"Content-Type": "application/json"})

    assert response.status_code == 400
    if expected is None:
        assert response.text.startswith("<!doctype html>")
    else:
        assert (400, expected) == kept(response, "name")


def test_a_failure_is_in_the_vendor_s_words(app: Emulator, client: httpx.Client) -> None:
    """Where a fault has the server fail."""
    app.faults = (Fault(FaultKind.STATUS),)

    assert "UnknownError" == client.get("/segments").json()["name"]
