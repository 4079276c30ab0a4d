"""What Kibamail's live project has against a body: properties, their types, topics; each asked for at most once."""

from typing import Any

import pytest
from providers.kibamail_vendor import WIRE, Vendor

from reconciler.core.finding import Finding
from reconciler.core.segment import Json
from reconciler.errors import Severity, VendorFailure
from reconciler.providers.kibamail import VENDOR

PROPERTIES, TOPICS = "GET /contact-properties?limit=100", "GET /topics?limit=100"
LISTS = {PROPERTIES: (200, WIRE["contact-properties"]["response"]), TOPICS: (200, WIRE["topics"]["response"])}
NEWS = WIRE["topics"]["response"]["data"][0]["id"]
COUNTRY: Json = {"field": "country", "operator": "eq", "value": "US"}
PLAN: Json = {"field": "plan", "operator": "eq", "value": "free"}
SCOPE = 401, WIRE["error-scope"]["response"]
SCOPES = "the key needs the scopes `read:contact-properties` and `read:topics`"


def body(conditions: Json) -> dict[str, Json]:
    """Return a body with these conditions."""
    return {"name": "A", "conditions": conditions}


def found(conditions: Json, answers: dict[str, Any] | None = None) -> list[Finding]:
    """Return what the project has against these conditions."""
    with Vendor(LISTS if answers is None else answers).transport() as transport:
        return list(VENDOR.connect(transport, {}).findings(body(conditions)))


def compared(field: str, operator: str, value: Json) -> list[tuple[Any, ...]]:
    """Return what the project has against one comparison in short, after checking that both forms say the same."""
    one = found({"field": field, "operator": operator, "value": value})
    if operator not in {"contains", "startsWith", "endsWith"}:
        other = found({field: {f"${operator}": value}})
        assert [(each.code, each.severity) for each in one] == [(each.code, each.severity) for each in other]
    return [(each.code, each.severity, each.pointer) for each in one]


def test_nothing_is_asked_that_no_body_mentions() -> None:
    """Built-in fields need no look at the project; properties and topics are looked up once, however many bodies."""
    vendor = Vendor(LISTS)
    topic: Json = {"subscribedToTopic": [NEWS]}
    both: Json = {"$and": [COUNTRY, PLAN]}
    with vendor.transport() as transport:
        provider = VENDOR.connect(transport, {})
        asked: list[list[Any]] = []
        for conditions in (COUNTRY, PLAN, both, topic, topic, None):
            assert list(provider.findings(body(conditions))) == []
            asked.append(list(vendor.sent))

    assert asked == [[], [PROPERTIES], [PROPERTIES], *[[PROPERTIES, TOPICS]] * 3]


def test_an_answer_of_no_names_is_remembered_too() -> None:
    """An empty project, and one that may not be looked at, are asked once."""
    vendor = Vendor({PROPERTIES: [(200, {"hasMore": False, "data": []})], TOPICS: [SCOPE]})
    with vendor.transport() as transport:
        provider = VENDOR.connect(transport, {})
        for _ in range(2):
            codes = [each.code for each in provider.findings(body({"$and": [PLAN, {"subscribedToTopic": ["x"]}]}))]
            assert codes == ["unknown-property", "unchecked-names"]


def test_all_pages_of_a_list_are_read() -> None:
    """A name on the second page is known; a list that ends short is a failure."""
    first, second, third = WIRE["contact-properties"]["response"]["data"]
    pages = {
        PROPERTIES: (200, {"hasMore": True, "data": [first, second]}),
        f"GET /contact-properties?limit=100&after={second['id']}": (200, {"hasMore": False, "data": [third]}),
    }
    short = pages | {f"GET /contact-properties?limit=100&after={second['id']}": (200, {"hasMore": False, "data": []})}

    assert found(PLAN, pages) == []
    with pytest.raises(VendorFailure, match="listing-short"):
        found(PLAN, short)


def test_an_unknown_property_is_an_error_with_the_nearest_name() -> None:
    """In both forms, at the name; built-in fields count among what may be meant."""
    words = "the project's properties are `last_purchase_date`, `lifetime_value`, `plan`"
    one = found({"$and": [{"field": "plam", "operator": "eq", "value": "x"}, {"Country": {"$eq": "US"}}]})
    none = found(PLAN, {PROPERTIES: (200, {"hasMore": False, "data": []})})

    assert one == [
        Finding(
            ("conditions", "$and", 0, "field"),
            "unknown-property",
            "the project has no property `plam`",
            f"did you mean `plan`? {words}",
            Severity.ERROR,
        ),
        Finding(
            ("conditions", "$and", 1, "Country"),
            "unknown-property",
            "the project has no property `Country`",
            f"did you mean `country`? {words}",
            Severity.ERROR,
        ),
    ]
    assert [each.hint for each in none] == ["it has none at all: create it in Kibamail first, or correct the name"]


ERROR = ("property-type", Severity.ERROR)
AT_VALUE, AT_OPERATOR = ("conditions", "value"), ("conditions", "operator")


@pytest.mark.parametrize(
    ("field", "operator", "value", "expected"),
    [
        ("lifetime_value", "gte", 100, []),
        ("lifetime_value", "gte", 1.5, []),
        ("lifetime_value", "in", [1, 2], []),
        ("lifetime_value", "exists", True, []),
        ("lifetime_value", "gte", "100", [(*ERROR, AT_VALUE)]),
        ("lifetime_value", "in", ["1"], [(*ERROR, (*AT_VALUE, 0))]),
        ("lifetime_value", "nin", [1, "2", "3"], [(*ERROR, (*AT_VALUE, 1)), (*ERROR, (*AT_VALUE, 2))]),
        ("lifetime_value", "contains", "1", [(*ERROR, AT_OPERATOR)]),
        ("last_purchase_date", "gte", 1704067200000, []),
        ("last_purchase_date", "gte", "2024-01-01", [(*ERROR, AT_VALUE)]),
        ("last_purchase_date", "startsWith", "2024", [(*ERROR, AT_OPERATOR)]),
        ("lifetime_value", "in", [2**60], []),
        ("plan", "ne", "free", []),
        ("plan", "contains", "f", []),
        ("plan", "gt", "free", []),
        ("plan", "eq", 1, [(*ERROR, AT_VALUE)]),
        ("plan", "in", ["free"], []),
    ],
)
def test_a_value_has_the_type_of_its_property(field: str, operator: str, value: Json, expected: list[Any]) -> None:
    """NUMBER and DATE hold numbers, STRING holds text; what is wrong whatever the type is not told again."""
    assert compared(field, operator, value) == expected


@pytest.mark.parametrize(
    ("field", "expected"),
    [("lifetime_value", ["property-type"]), ("last_purchase_date", ["property-type"]), ("plan", [])],
)
def test_a_pattern_needs_a_property_of_text(field: str, expected: list[str]) -> None:
    """A number, or a date, can never be held against `$regex`."""
    assert [each.code for each in found({field: {"$regex": "^1"}})] == expected


@pytest.mark.parametrize("members", [{"type": None}, {}])
def test_a_property_without_a_type_is_one_of_unknown_type(members: dict[str, Any]) -> None:
    """It is there, which is what matters, and what it is compared with is not checked."""
    answers = {PROPERTIES: (200, {"hasMore": False, "data": [{"id": "p1", "name": "plan", **members}]})}

    assert found({"$or": [PLAN, {"plan": {"$eq": 1}}]}, answers) == []


def test_a_date_is_told_as_the_number_that_it_is() -> None:
    """The hint has the milliseconds."""
    assert [each.hint for each in found({"last_purchase_date": {"$gte": "2024-01-01"}})] == ["write `1704067200000`"]


def test_what_is_wrong_whatever_the_type_is_not_told_twice() -> None:
    """Validation has said already that a property never compares with true."""
    assert found({"field": "lifetime_value", "operator": "eq", "value": True}) == []


def test_a_property_in_front_of_a_built_in_field_is_a_warning() -> None:
    """Its type counts, since the vendor looks at properties first; of a type that is unknown nothing is said."""
    properties = [
        {"id": "p1", "name": "city", "type": "number"},
        {"id": "p2", "name": "vip", "type": "BOOLEAN"},
    ]
    answers = {PROPERTIES: (200, {"hasMore": False, "data": properties})}
    city: Json = {"field": "city", "operator": "eq", "value": "Berlin"}

    (finding,) = found({"$or": [city, {"field": "vip", "operator": "eq", "value": "yes"}]}, answers)

    assert (finding.code, finding.severity) == ("property-type", Severity.WARNING)
    assert finding.pointer == ("conditions", "$or", 0, "value")


def test_an_unknown_topic_is_an_error_with_the_topics_there_are() -> None:
    """Each id that is unknown, of those that are wanted and of those that are not; by name nobody is found."""
    known = "`clx2topic0000000000000001` (`Newsletter`), `clx2topic0000000000000002` (`Product news`)"
    many = [{"id": f"t{number}", "name": "T"} for number in range(7)]
    answers = {TOPICS: (200, {"hasMore": False, "data": many})}

    assert found({"subscribedToTopic": [NEWS, "Newsletter"], "notSubscribedToTopic": ["x"]}) == [
        Finding(
            ("conditions", "subscribedToTopic", 1),
            "unknown-topic",
            "the project has no topic `Newsletter`",
            f"the project's topics are {known}",
            Severity.ERROR,
        ),
        Finding(
            ("conditions", "notSubscribedToTopic", 0),
            "unknown-topic",
            "the project has no topic `x`",
            f"the project's topics are {known}",
            Severity.ERROR,
        ),
    ]
    assert [each.hint[-31:] for each in found({"subscribedToTopic": ["x"]}, answers)] == [
        "3` (`T`), `t4` (`T`) and 2 more"
    ]
    assert [
        each.hint for each in found({"subscribedToTopic": ["x"]}, {TOPICS: (200, {"hasMore": False, "data": []})})
    ] == ["it has none at all: create it in Kibamail first, or correct the id"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (SCOPE, "answered 401: This key lacks the scope write:segments., INSUFFICIENT_SCOPE"),
        ((403, {"error": "no right"}), "answered 403: no right"),
        ((404, {"error": "Not found"}), "answered 404: Not found"),
    ],
)
def test_what_the_key_may_not_read_is_one_warning(answer: tuple[int, Any], words: str) -> None:
    """A scope that is lacking, or an API without the list, stops no plan: what was not checked is said, and why."""
    conditions: Json = {"$and": [{"field": "city", "operator": "eq", "value": "x"}, PLAN, {"tier": {"$eq": 1}}]}

    assert found(conditions, {PROPERTIES: answer}) == [
        Finding(
            ("conditions", "$and", 1, "field"),
            "unchecked-names",
            "only the live project knows the property `plan`, the property `tier`, and did not tell: "
            f"GET http://vendor/v1/contact-properties: {words}",
            SCOPES,
        )
    ]
    assert found({"subscribedToTopic": [NEWS]}, {TOPICS: answer}) == [
        Finding(
            ("conditions", "subscribedToTopic"),
            "unchecked-names",
            f"only the live project knows the topic `{NEWS}`, and did not tell: GET http://vendor/v1/topics: {words}",
            SCOPES,
        )
    ]


def test_another_failure_of_a_lookup_is_told() -> None:
    """A vendor that fails is not one that may not be asked."""
    with pytest.raises(VendorFailure, match="vendor-error"):
        found(PLAN, {PROPERTIES: (500, {"error": {"code": "DATABASE_ERROR"}})})
