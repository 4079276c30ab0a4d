"""The pure conversions of Push0: what is the same, what is sent, and what no definition can say."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.canonical import canonical_json
from reconciler.core.ports import Capabilities
from reconciler.core.segment import Json
from reconciler.errors import Severity
from reconciler.intake.schema import schema
from reconciler.providers.push0 import VENDOR
from reconciler.providers.push0.convert import Push0Form, inexpressible
from reconciler.providers.push0.fields import ALIASES, FIELDS, RELATIONS, Kind
from reconciler.providers.push0.fold import whole

FORM = Push0Form()
COUNTRY: Json = {"field": "country", "relation": "==", "value": "PL"}
SESSIONS: Json = {"field": "sessionCount", "relation": ">=", "value": 5}

YES: Json = True


def group(*constraints: Json, kind: str = "AND") -> dict[str, Json]:
    """Return a group of these constraints."""
    return {"type": kind, "constraints": list(constraints)}


def body(*groups: Json) -> dict[str, Json]:
    """Return a body of these groups."""
    return {"name": "A", "constraints": list(groups)}


def the_same(one: dict[str, Json], other: dict[str, Json]) -> bool:
    """Say whether two bodies have one canonical form."""
    return canonical_json(FORM.canonical(one)) == canonical_json(FORM.canonical(other))


def constraint(field: str, relation: str, value: Json) -> dict[str, Json]:
    """Return one constraint."""
    return {"field": field, "relation": relation, "value": value}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (body(group(COUNTRY), group(SESSIONS)), body(group(SESSIONS), group(COUNTRY))),
        (body(group(COUNTRY, SESSIONS)), body(group(SESSIONS, COUNTRY))),
        (body(group(constraint("osApi", "EQUALS", "5"))), body(group(constraint("osApi", "==", "5")))),
        (body(group(constraint("tags", "CONTAINS", "a"))), body(group(constraint("tags", "contains", "a")))),
        (body(group(constraint("sessionCount", ">", "5"))), body(group(constraint("sessionCount", ">", 5)))),
        (body(group(constraint("createdAt", "<", 5.0))), body(group(constraint("createdAt", "<", "5")))),
        ({**body(group(COUNTRY)), "description": None}, body(group(COUNTRY))),
    ],
    ids=["groups", "constraints", "EQUALS", "CONTAINS", "text", "decimal", "no description"],
)
def test_what_means_the_same_is_the_same(one: dict[str, Json], other: dict[str, Json]) -> None:
    """Order, the two aliases, the spelling of a number on a field of numbers, and a description of null."""
    assert the_same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (body(group(constraint("osApi", "==", "5"))), body(group(constraint("osApi", "==", 5)))),
        (body(group(constraint("sessionCount", "==", "5.0"))), body(group(constraint("sessionCount", "==", 5)))),
        (body(group(constraint("sessionCount", "==", "05"))), body(group(constraint("sessionCount", "==", 5)))),
        (body(group(constraint("sessionCount", "==", YES))), body(group(constraint("sessionCount", "==", 1)))),
        (body(group(constraint("sessionCount", "==", 5.5))), body(group(constraint("sessionCount", "==", 5)))),
        (body(group(COUNTRY)), body(group(COUNTRY, kind="OR"))),
        (body(group(COUNTRY, SESSIONS)), body(group(COUNTRY), group(SESSIONS))),
        (body(group(COUNTRY)), body(group(COUNTRY, COUNTRY))),
        (body(group(constraint("country", "equals", "PL"))), body(group(COUNTRY))),
        ({**body(group(COUNTRY)), "description": ""}, body(group(COUNTRY))),
    ],
    ids=["String", "5.0 as text", "05", "true", "5.5", "type", "groups", "repeats", "other alias", "empty description"],
)
def test_nothing_else_is_the_same(one: dict[str, Json], other: dict[str, Json]) -> None:
    """What the vendor may treat in another way is kept apart, also where it would select the same devices."""
    assert not the_same(one, other)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, 5),
        (5.0, 5),
        ("5", 5),
        ("-5", -5),
        ("0", 0),
        (YES, None),
        (5.5, None),
        ("5.0", None),
        ("\u0665", None),
        (None, None),
    ],
)
def test_a_whole_number_is_known_as_number_and_as_text(value: Json, number: int | None) -> None:
    """In the digits that JSON has, and of the length of a Long at most; true is no number."""
    assert number == whole(value)


WRITTEN = st.one_of(
    st.builds(
        constraint,
        st.sampled_from(["sessionCount", "lastSession"]),
        st.sampled_from(["==", "!=", ">"]),
        st.integers(-(10**15), 10**15),
    ),
    st.builds(
        constraint,
        st.sampled_from(["country", "osApi", "tags"]),
        st.sampled_from(["==", "contains"]),
        st.sampled_from(["PL", "5", ""]),
    ),
)
BODIES = st.lists(
    st.builds(
        lambda items, kind: group(*items, kind=kind), st.lists(WRITTEN, max_size=4), st.sampled_from(["AND", "OR"])
    ),
    max_size=4,
).map(lambda groups: body(*groups))


@given(BODIES, st.randoms(use_true_random=False))
def test_spelling_does_not_matter(written: dict[str, Any], chance: random.Random) -> None:
    """Shuffled, aliased and with numbers as text or with a decimal point, a body is the one that it was."""
    other = {**written, "description": None, "constraints": [dict(each) for each in written["constraints"]]}
    aliases = {plain: alias for alias, plain in ALIASES.items()}
    for each in other["constraints"]:
        each["constraints"] = [dict(item) for item in each["constraints"]]
        chance.shuffle(each["constraints"])
        for item in each["constraints"]:
            item["relation"] = chance.choice([item["relation"], aliases.get(item["relation"], item["relation"])])
            if isinstance(item["value"], int):
                item["value"] = chance.choice([item["value"], str(item["value"]), float(item["value"])])
    chance.shuffle(other["constraints"])

    assert the_same(written, other)


JSONS: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=3)
    | st.sampled_from([*FIELDS, *RELATIONS]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "constraints", "field", "relation", "value", "description", "x"]), inner
        )
    ),
)


@given(st.fixed_dictionaries({"name": JSONS}, optional={"description": JSONS, "constraints": JSONS}))
def test_the_conversions_are_total(odd: dict[str, Any]) -> None:
    """A body of any shape has a canonical form, whose canonical form it is, findings, labels and words."""
    folded = dict(FORM.canonical(odd))

    assert canonical_json(folded) == canonical_json(FORM.canonical(folded))
    assert all(finding.code for finding in FORM.findings(odd))
    assert isinstance(FORM.label(odd.get("constraints")), str)
    assert isinstance(inexpressible([odd["name"]]), str)


def test_what_is_sent_is_what_was_written() -> None:
    """Aliases, numbers as text and the order go as they are."""
    written = body(group(constraint("sessionCount", "EQUALS", "5")), group(COUNTRY))

    assert FORM.outgoing(written) is written
    assert [*FORM.unchecked(written)] == []


def test_labels_are_in_the_vendor_s_words() -> None:
    """A constraint is named by field and relation; a group has no name, so that a difference is shown inside it."""
    assert [FORM.label(COUNTRY), FORM.label(group(COUNTRY)), FORM.label("x")] == ["country ==", "", ""]


def test_what_the_vendor_can_do() -> None:
    """No keys for creates, no unique names; deletions as soon as the target says how."""
    can = Capabilities(idempotency_keys=False, delete=False, unique_names=False, description=True, single_read=False)
    off, on = (VENDOR.form(options).capabilities for options in ({}, {"delete": "path"}))

    assert (can, True) == (off, on.delete)


def test_any_key_may_be_one() -> None:
    """Nothing is known of the form of a key; the content type goes with every request."""
    assert VENDOR.credential_problem("x", {}) is None
    assert VENDOR.headers("x") == {"Content-Type": "application/json"}


def test_the_schema_and_the_rules_know_the_same_words() -> None:
    """Fields and relations are listed in the schema as the rules have them."""
    known = schema("push0.segment")["$defs"]["constraint"]["properties"]

    assert [*FIELDS] == [each["const"] for each in known["field"]["anyOf"]]
    assert [*RELATIONS, *ALIASES] == [each["const"] for each in known["relation"]["anyOf"]]


VALUES = {
    Kind.STRING: "value: a string",
    Kind.INT: "value: a whole number of up to 32 bits",
    Kind.LONG: "value: whole milliseconds since 1970, such as `1767225600000`",
    Kind.STRING_ARRAY: "value: a string, one tag",
}


@pytest.mark.parametrize(("number", "field"), [*enumerate(FIELDS)], ids=FIELDS)
def test_the_schema_says_of_each_field_what_can_be_asked_of_it(number: int, field: str) -> None:
    """Its type, its relations as the rules have them, and the form of its value: enough to write a definition by."""
    kind = FIELDS[field]
    supported = ", ".join(f"`{name}`" for name, kinds in RELATIONS.items() if kind in kinds)
    known = schema("push0.segment")["$defs"]["constraint"]["properties"]["field"]["anyOf"][number]
    said, relations, value = known["description"].split("; ")

    assert kind.value.removeprefix("an ").removeprefix("a ") == said.split(": ")[0]
    assert (
        f"relations: {supported or 'none is documented, `contains` and `exists` are the likeliest to work'}"
        == relations
    )
    assert VALUES[kind] == value


ODD = {
    "": [group(COUNTRY, SESSIONS), group(constraint("osApi", "EQUALS", "UK"), kind="OR")],
    "a group that is no object": [None],
    "a group's member `negate`": [{**group(COUNTRY), "negate": True}],
    "the type of group `NOT`": [group(COUNTRY, kind="NOT")],
    "the type of group `None`, a group without constraints": [{"constraints": None}],
    "a group without constraints": [group(), group()],
    "a group of 11 constraints": [group(*[constraint("osApi", "!=", str(number)) for number in range(11)])],
    "a constraint that is no object": [group("x")],
    "a constraint's member `caseSensitive`": [group({**constraint("osApi", "==", "1"), "caseSensitive": True})],
    "the field `city`, the relation `in`, a value that is a list": [group(constraint("city", "in", []))],
    "the field `None`, the relation `['==']`, a constraint without a value": [group({"relation": ["=="]})],
    "a value that is true": [group(constraint("email", "exists", YES))],
    "a value that is null": [group(constraint("email", "exists", None))],
    "`osApi` is a String, which the relation `>` does not support": [group(constraint("osApi", ">", "5"))],
    "expected a whole number for `sessionCount`, found the string `x`": [group(constraint("sessionCount", ">", "x"))],
    "expected a whole number for `sessionCount`, found the number 5.0": [group(constraint("sessionCount", ">", 5.0))],
    "expected a string for `exists`, found the number 1": [group(constraint("email", "exists", 1))],
    "`Phone` is no type of device that the vendor accepts": [group(constraint("type", "EQUALS", "Phone"))],
    "`sessionCount` is an Int, which cannot hold 2147483648": [group(constraint("sessionCount", "<", 2**31))],
    "a group that is no object, `osApi` is a String, which the relation `<` does not support": [
        group(constraint("osApi", "<", "5")),
        [],
    ],
}


@pytest.mark.parametrize(("words", "groups"), ODD.items(), ids=ODD)
def test_what_a_definition_cannot_say_is_named(words: str, groups: list[Json]) -> None:
    """Whatever the schema or an error of the rules would refuse, once each; what is merely doubtful can be said."""
    assert words == inexpressible(groups)


@given(st.lists(JSONS, max_size=3))
def test_every_error_of_the_rules_is_something_that_no_definition_can_say(groups: list[Any]) -> None:
    """What a live segment is refused for is what a definition of the same groups would be refused for."""
    words = inexpressible(groups)
    errors = [each for each in FORM.findings({"constraints": groups}) if each.severity is Severity.ERROR]

    assert [each.message for each in errors if each.message not in words] == []


def test_only_what_the_vendor_s_tables_rule_out_is_an_error() -> None:
    """Relations against types are errors; what may be meant all the same is a warning."""
    found = FORM.findings(body(group(constraint("osApi", ">", "5"), constraint("country", "EQUALS", "UK"))))

    assert [(finding.code, finding.severity, finding.pointer[3:]) for finding in found] == [
        ("relation-unsupported", Severity.ERROR, (0, "relation")),
        ("relation-alias", Severity.WARNING, (1, "relation")),
        ("unknown-country", Severity.WARNING, (1, "value")),
    ]
