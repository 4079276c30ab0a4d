"""Which conditions Kibamail accepts, and what of them it keeps, asked of the emulator."""

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from reconciler.emulator.app import Emulator
from reconciler.emulator.kibamail_rules import read_body
from reconciler.emulator.kibamail_switches import Dialects
from reconciler.emulator.tables import Kind

US: dict[str, Any] = {"field": "country", "operator": "eq", "value": "US"}
TOPIC: dict[str, Any] = {"subscribedToTopic": ["topic-newsletter"]}
PAGE: dict[str, Any] = {
    "$and": [
        {"country": {"$eq": "US"}},
        {"lifetime_value": {"$gte": 100}},
        {"last_purchase_date": {"$gte": "2024-01-01"}},
    ]
}


def kept(client: httpx.Client, conditions: object) -> object:
    """Create a segment, and return the conditions that a read shows; the status where it was refused."""
    body = {"name": "a", "conditions": conditions}
    response = client.post("/segments", content=json.dumps(body))
    if response.status_code != 201:
        return response.status_code
    return client.get(f"/segments/{response.json()['id']}").json()["conditions"]


def nested(depth: int) -> dict[str, Any]:
    """Return a condition inside as many `$and`s and `$not`s."""
    condition = US
    for level in range(depth):
        condition = {"$and": [condition]} if level % 2 else {"$not": condition}
    return condition


@pytest.mark.parametrize(
    "conditions",
    [
        US,
        *(
            US | {"operator": operator}
            for operator in ("ne", "gt", "gte", "lt", "lte", "in", "nin", "contains", "startsWith", "endsWith")
        ),
        *(US | {"operator": "exists", "value": value} for value in (True, False, None, "true", 1, [], ["a", 1])),
        *(US | {"value": value} for value in ("", 0, -1.5, True, [], ["a", 1, 2.5])),
        US | {"operator": "in", "value": []},
        US | {"field": "birthday", "value": "2024-01-01"},
        TOPIC,
        {"notSubscribedToTopic": ["nobody", "nobody"]},
        TOPIC | {"notSubscribedToTopic": [""]},
        {"$and": [US]},
        {"$or": [US, TOPIC]},
        {"$not": US},
        {"$and": [US], "$or": [TOPIC], "$not": {"$not": US}},
        nested(200),
    ],
)
@pytest.mark.parametrize("dialects", ["both", "field"])
def test_conditions_are_kept_as_sent(
    app: Emulator, client: httpx.Client, dialects: Dialects, conditions: object
) -> None:
    """Every form of the server's schema is accepted and comes back as it was sent, types of values unchecked."""
    app.switches = replace(app.switches, dialects=dialects)

    assert conditions == kept(client, conditions)


@pytest.mark.parametrize(
    "conditions",
    [
        {},
        "x",
        [US],
        {"field": "country", "operator": "eq"},
        {"field": "country", "value": "US"},
        US | {"field": ""},
        US | {"field": 1},
        US | {"operator": "$eq"},
        US | {"operator": "regex"},
        US | {"operator": "$regex"},
        US | {"operator": ["eq"]},
        US | {"value": None},
        US | {"value": {}},
        US | {"value": [True]},
        US | {"value": [None]},
        US | {"value": [[]]},
        US | {"operator": "exists", "value": [None]},
        US | {"value": 10**400},
        US | {"value": [10**400]},
        {"subscribedToTopic": []},
        {"subscribedToTopic": "topic-newsletter"},
        {"subscribedToTopic": [1]},
        TOPIC | {"notSubscribedToTopic": []},
        {"$and": []},
        {"$and": US},
        {"$and": [US, {}]},
        {"$or": [US], "$and": []},
        {"$or": None},
        {"$not": [US]},
        {"$not": {}},
        {"$nor": [US]},
        {"country": "US"},
        {"country": {}},
        {"country": {"eq": "US"}},
        {"country": {"$options": "i"}},
        {"country": {"$eq": None}},
        {"country": {"$eq": {}}},
        {"country": {"$not": {"$eq": "US"}}},
        {"country": {"$eq": "US"}, "city": "x"},
        {"": {"$eq": "US"}},
        {"$country": {"$eq": "US"}},
    ],
)
def test_conditions_outside_the_schema_are_refused(client: httpx.Client, conditions: object) -> None:
    """What fits no form is answered 422."""
    assert kept(client, conditions) == 422


def test_conditions_that_are_too_deep_are_refused() -> None:
    """Conditions that go deeper than the emulator can follow are refused like those outside the schema."""
    held, wrong = read_body({"conditions": nested(5000)}, partial=True, mongo=True)

    assert ({"conditions": None}, [""]) == (held, [one["field"] for one in wrong])


def test_value_that_is_too_large_for_the_server(client: httpx.Client) -> None:
    """A number beyond a double is refused, and one beyond its precision comes back as the nearest."""
    body = '{"name": "a", "conditions": {"field": "sessions", "operator": "eq", "value": 1e999}}'

    assert client.post("/segments", content=body).status_code == 422
    assert {**US, "value": 9007199254740992} == kept(client, US | {"value": 9007199254740993})
    assert {**US, "value": [9007199254740992, "x"]} == kept(client, US | {"value": [9007199254740993, "x"]})


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (US | {"note": "x"}, US),
        (US | {"$and": [TOPIC]}, US),
        (US | TOPIC, US),
        (TOPIC | {"$or": [US]}, TOPIC),
        (TOPIC | {"country": {"$eq": "US"}}, TOPIC),
        ({"$or": [US], "note": 1}, {"$or": [US]}),
        ({"$or": [US], "$nor": [US]}, {"$or": [US]}),
        ({"$or": [US], "field": "country", "operator": "eq"}, {"$or": [US]}),
        ({"$or": [US | {"note": 1}], "city": {"$eq": "x"}}, {"$or": [US]}),
        ({"$and": [{"$not": US | {"note": 1}}]}, {"$and": [{"$not": US}]}),
    ],
)
def test_unknown_keys_are_dropped_in_silence(client: httpx.Client, sent: object, expected: object) -> None:
    """The first form that fits is taken, field before topics before logical operators, and other keys are lost."""
    assert expected == kept(client, sent)


def test_unknown_members_of_the_body_are_dropped(client: httpx.Client) -> None:
    """A member of a create that the schema does not know is lost."""
    segment_id = client.post("/segments", json={"name": "a", "conditions": US, "note": 1}).json()["id"]

    assert "note" not in client.get(f"/segments/{segment_id}").json()


@pytest.mark.parametrize(
    "conditions",
    [
        PAGE,
        *(
            {"country": {operator: "x"}}
            for operator in ("$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in", "$nin", "$exists", "$regex")
        ),
        {"country": {"$in": ["US", "CA"]}},
        {"country": {"$exists": True}},
        {"country": {"$exists": None}},
        {"country": {"$eq": "US"}, "plan": {"$ne": "free"}},
        {"sessions": {"$gt": 1, "$lte": 9.5}},
        {"$or": [US, {"country": {"$eq": "CA"}}], "$not": {"plan": {"$regex": "^a"}}},
    ],
)
def test_mongo_form_is_kept_as_sent(app: Emulator, client: httpx.Client, conditions: object) -> None:
    """The page's form is accepted as it is and comes back so; the server's own schema refuses it."""
    assert conditions == kept(client, conditions)

    app.switches = replace(app.switches, dialects="field")

    assert kept(client, conditions) == 422


def test_field_of_a_property_that_is_gone(app: Emulator, client: httpx.Client) -> None:
    """A field may be any contact property that there is, and none that is gone, in both forms."""
    tests: list[dict[str, Any]] = [{"plan": {"$eq": "x"}}, {"field": "plan", "operator": "eq", "value": "x"}]

    assert tests == [kept(client, one) for one in tests]

    app.remove_object(Kind.PROPERTY, "property-plan")

    assert [400, 400] == [kept(client, one) for one in tests]
