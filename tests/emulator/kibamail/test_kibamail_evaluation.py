"""Which stored segments Kibamail cannot evaluate, asked of the emulator."""

from typing import Any

import httpx
import pytest

from reconciler.emulator.app import Emulator
from reconciler.emulator.tables import Json, Kind

US: dict[str, Any] = {"field": "country", "operator": "eq", "value": "US"}
BROKEN: dict[str, Any] = {"field": "createdAt", "operator": "gt", "value": "2024-01-01"}
MOMENT = "2024-01-01T00:00:00Z"


def evaluated(client: httpx.Client, conditions: object) -> bool:
    """Create a segment, which must succeed, and return whether its contacts can be read."""
    created = client.post("/segments", json={"name": "a", "conditions": conditions})
    assert created.status_code == 201
    return read(client, created.json()["id"])


def read(client: httpx.Client, segment_id: str) -> bool:
    """Return whether a segment's contacts can be read; a refusal is the server's 500."""
    response = client.get(f"/segments/{segment_id}/contacts")
    if response.status_code == 200:
        assert response.json() == {"object": "contact_list", "data": [], "hasMore": False}
        return True
    error = response.json()["error"]
    assert (500, "API_ERROR", "UNEXPECTED_ERROR") == (response.status_code, error["type"], error["code"])
    return False


@pytest.mark.parametrize(
    ("field", "operator", "value"),
    [
        *(("country", operator, "US") for operator in ("eq", "ne", "gt", "gte", "lt", "lte")),
        *(("email", operator, "") for operator in ("contains", "startsWith", "endsWith")),
        ("country", "in", ["US"]),
        ("country", "nin", []),
        *(("country", "exists", value) for value in (True, False, None, "true", 1)),
        ("plan", "exists", True),
        ("birthday", "exists", False),
        ("plan", "contains", "a_b"),
        ("last_purchase_date", "gte", "2024-01-01"),
        ("sessions", "gt", 1.5),
        ("sessions", "in", [1, 2]),
        ("birthday", "lt", 1_704_067_200_000),
        ("status", "eq", "SUBSCRIBED"),
        ("status", "nin", ["BOUNCED", "ARCHIVED"]),
        *(
            ("createdAt", "gte", text)
            for text in (MOMENT, "2024-01-01T00:00:00.123456789Z", "2024-02-29T23:59:59-05:30")
        ),
        ("updatedAt", "in", [MOMENT]),
    ],
)
def test_what_can_be_evaluated(client: httpx.Client, field: str, operator: str, value: Json) -> None:
    """A value of the field's type, and an operator that the type has, can be evaluated."""
    assert evaluated(client, {"field": field, "operator": operator, "value": value})


@pytest.mark.parametrize(
    ("field", "operator", "value"),
    [
        *((field, "exists", True) for field in ("email", "status", "createdAt", "updatedAt")),
        *(("createdAt", "gt", value) for value in ("2024-01-01", "2024-01-01T00:00:00", "2024-13-01T00:00:00Z", 1)),
        ("createdAt", "gt", f"{MOMENT}x"),
        ("createdAt", "gt", "٢024-01-01T00:00:00Z"),
        ("updatedAt", "eq", True),
        ("updatedAt", "contains", "2024"),
        *(("country", operator, ["US"]) for operator in ("eq", "ne", "gt", "contains")),
        *(("country", operator, "US") for operator in ("in", "nin")),
        ("country", "eq", 1),
        ("country", "ne", True),
        ("country", "in", ["US", 1]),
        ("country", "contains", 1),
        *(("sessions", "eq", value) for value in ("1", True)),
        ("sessions", "in", ["1"]),
        ("birthday", "gt", "2024-01-01"),
        ("birthday", "lt", False),
        ("sessions", "startsWith", "1"),
        ("birthday", "contains", "1"),
        *(("status", operator, "SUBSCRIBED") for operator in ("contains", "gt", "gte", "lt", "lte", "in")),
        ("status", "eq", "subscribed"),
        ("status", "in", ["SUBSCRIBED", "GONE"]),
    ],
)
def test_what_fails_in_silence(client: httpx.Client, field: str, operator: str, value: Json) -> None:
    """What the schema accepts and the query library does not is stored, and fails when members are read."""
    assert not evaluated(client, {"field": field, "operator": operator, "value": value})


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({"$and": [US, BROKEN]}, False),
        ({"$or": [BROKEN, US]}, False),
        ({"$not": BROKEN}, False),
        ({"$and": [US], "$or": [BROKEN], "$not": BROKEN}, True),
        ({"$or": [US], "$not": BROKEN}, True),
        ({"$or": [BROKEN], "$and": [US]}, True),
        ({"$and": [{"$or": [US], "$not": BROKEN}]}, True),
        ({"subscribedToTopic": ["nobody"]}, True),
        ({"notSubscribedToTopic": ["nobody"]}, True),
    ],
)
def test_evaluation_goes_through_the_tree(client: httpx.Client, conditions: object, *, expected: bool) -> None:
    """One broken condition breaks the segment, unless it stands beside a logical operator that is taken before it."""
    assert expected == evaluated(client, conditions)


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({"country": {"$regex": "^U", "$exists": True}, "last_purchase_date": {"$gte": "2024-01-01"}}, True),
        ({"country": {"$eq": "US"}, "createdAt": {"$gte": "2024-01-01"}}, False),
        ({"sessions": {"$gt": 1, "$regex": "1"}}, False),
        ({"$and": [{"country": {"$in": "US"}}]}, False),
    ],
)
def test_mongo_form_is_evaluated_alike(client: httpx.Client, conditions: object, *, expected: bool) -> None:
    """The page's form meets the same columns."""
    assert expected == evaluated(client, conditions)


def test_property_that_was_deleted_since(app: Emulator, client: httpx.Client) -> None:
    """A segment breaks when a contact property that it names is deleted."""
    segment_id = app.put_segment({"name": "a", "conditions": {"field": "plan", "operator": "eq", "value": "x"}})

    assert read(client, segment_id)

    app.remove_object(Kind.PROPERTY, "property-plan")

    assert not read(client, segment_id)


def test_property_hides_the_field_of_its_name(app: Emulator, client: httpx.Client) -> None:
    """A contact property named like a built-in field is meant where both are."""
    app.add_object(Kind.PROPERTY, {"name": "email", "type": "NUMBER"})
    conditions = [
        {"field": "email", "operator": operator, "value": value} for operator, value in (("exists", True), ("eq", "x"))
    ]

    assert [True, False] == [evaluated(client, one) for one in conditions]


@pytest.mark.parametrize(
    "conditions",
    [
        None,
        {},
        "odd",
        [US],
        {"$and": US},
        {"$and": ["odd"]},
        {"country": "US"},
        {"country": {"$options": "i"}},
        US | {"operator": "odd"},
        US | {"value": None},
    ],
)
def test_odd_segments_cannot_be_evaluated(app: Emulator, client: httpx.Client, conditions: Json) -> None:
    """A segment that no request could make is shown as it is, and its members cannot be read."""
    segment_id = app.put_segment({"name": "a", "conditions": conditions})

    assert conditions == client.get(f"/segments/{segment_id}").json()["conditions"]
    assert not read(client, segment_id)
