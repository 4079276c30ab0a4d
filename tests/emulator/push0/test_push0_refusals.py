"""What Push0's pages say of bodies that are refused, asked of the emulator."""

import itertools
from typing import Any

import httpx
import pytest

from reconciler.emulator.app import Emulator
from reconciler.emulator.push0_rules import FIELDS, RELATIONS, FieldType
from reconciler.emulator.push0_switches import Push0Switches

PHONE: dict[str, Any] = {"field": "type", "relation": "==", "value": "phone"}
PHONES: dict[str, Any] = {"name": "Phones", "constraints": [{"type": "AND", "constraints": [PHONE]}]}
HEADERS = {"Authorization": "Bearer key", "Content-Type": "application/json"}


@pytest.fixture
def headers() -> dict[str, str]:
    """Return none: a request here has the headers that it names."""
    return {}


def said(response: httpx.Response) -> tuple[int, Any]:
    """Return status and document of an answer."""
    return response.status_code, response.json()


def group(*constraints: object) -> dict[str, Any]:
    """Return the body of a create with one group of these constraints."""
    return {"name": "x", "constraints": [{"type": "OR", "constraints": [*constraints]}]}


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff", b'{"name": NaN}', b"[" * 200_000])
def test_malformed_body_is_400(app: Emulator, client: httpx.Client, method: str, body: bytes) -> None:
    """What is not a JSON object is answered 400."""
    app.switches = Push0Switches(delete_style="body")

    assert client.request(method, "/v1/segments", content=body, headers=HEADERS).status_code == 400


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, ["`name` is required", "`constraints` is required"]),
        ({"name": None, "constraints": None}, ["`name` is required", "`constraints` is required"]),
        (PHONES | {"name": 1}, ["`name` must be a string that is not empty"]),
        (PHONES | {"name": ""}, ["`name` must be a string that is not empty"]),
        (PHONES | {"name": " \t"}, ["`name` must be a string that is not empty"]),
        (PHONES | {"description": 1}, ["`description` must be a string"]),
        (PHONES | {"id": "sg_1", "tags": None}, ["`id` is not known", "`tags` is not known"]),
        (PHONES | {"constraints": {}}, ["`constraints` must be an array of groups that is not empty"]),
        (PHONES | {"constraints": ""}, ["`constraints` must be an array of groups that is not empty"]),
        (PHONES | {"constraints": ["x"]}, ["`constraints[0]` must be an object"]),
        (
            PHONES | {"constraints": [*PHONES["constraints"], {}]},
            [
                "`constraints[1].type` must be AND or OR",
                "`constraints[1].constraints` must be an array of 1 to 10 constraints",
            ],
        ),
        (
            PHONES | {"constraints": [{"type": "and", "constraints": [PHONE], "not": True}]},
            ["`constraints[0].not` is not known", "`constraints[0].type` must be AND or OR"],
        ),
        (group(), ["`constraints[0].constraints` must be an array of 1 to 10 constraints"]),
        (group(*[PHONE] * 11), ["`constraints[0].constraints` must be an array of 1 to 10 constraints"]),
    ],
)
def test_wrong_bodies_of_a_create_are_400(
    app: Emulator, client: httpx.Client, body: dict[str, object], expected: list[str]
) -> None:
    """Everything wrong with a body is said in one message, and nothing is created."""
    answer = said(client.post("/v1/segments", json=body, headers=HEADERS))

    assert (400, {"error": "; ".join(expected)}) == answer
    assert app.segments() == []


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        ("x", [" must be an object"]),
        ({}, [".field` is not a field", ".relation` is not a relation"]),
        (PHONE | {"negate": True}, [".negate` is not known"]),
        (PHONE | {"field": "plan"}, [".field` is not a field"]),
        (PHONE | {"field": ["type"]}, [".field` is not a field"]),
        (PHONE | {"relation": "equals"}, [".relation` is not a relation"]),
        (PHONE | {"relation": ["=="]}, [".relation` is not a relation"]),
        (PHONE | {"relation": ">"}, [".relation` does not go with the field `type`"]),
        (PHONE | {"value": "watch"}, [".value` must be one of phone, tablet, smartwatch, desktop"]),
        (PHONE | {"field": "osApi", "value": 35}, [".value` must be a string"]),
        ({"field": "osApi", "relation": "exists"}, [".value` must be a string"]),
        (PHONE | {"field": "tags", "value": ["a"]}, [".value` must be a string"]),
        *[
            (PHONE | {"field": "sessionCount", "value": value}, [".value` must be an integer"])
            for value in (True, 1.0, None, "", "1.0", "x", "\u0661", " 1")
        ],
    ],
)
def test_wrong_constraints_are_400(client: httpx.Client, constraint: object, expected: list[str]) -> None:
    """What is wrong with a constraint is said with its place."""
    status, answer = said(client.post("/v1/segments", json=group(PHONE, constraint), headers=HEADERS))
    place = "`constraints[0].constraints[1]"
    prefix = place if isinstance(constraint, dict) else f"{place}`"

    assert (400, {"error": "; ".join(prefix + one for one in expected)}) == (status, answer)


def test_relations_go_with_the_types_of_the_table(client: httpx.Client) -> None:
    """Each field takes the relations of its type, and the two aliases as what they stand for; tags take any."""
    strings = {"exists", "==", "!=", "starts_with", "ends_with", "contains", "EQUALS", "CONTAINS"}
    numbers = {"==", "!=", ">", ">=", "<", "<=", "EQUALS"}
    expected = {
        FieldType.STRING: strings,
        FieldType.INT: numbers,
        FieldType.LONG: numbers,
        FieldType.STRINGS: strings | numbers,
    }
    taken: dict[str, set[str]] = {field: set() for field in FIELDS}
    for field, relation in itertools.product(FIELDS, RELATIONS):
        value = "phone" if FIELDS[field] in {FieldType.STRING, FieldType.STRINGS} else "5"
        body = group({"field": field, "relation": relation, "value": value})
        if client.post("/v1/segments", json=body, headers=HEADERS).status_code == 200:
            taken[field].add(relation)

    assert {field: expected[kind] for field, kind in FIELDS.items()} == taken


@pytest.mark.parametrize(
    "constraint",
    [
        {"field": "createdAt", "relation": ">=", "value": 1_757_939_400_000},
        {"field": "createdAt", "relation": ">=", "value": "-1757939400000"},
        {"field": "type", "relation": "starts_with", "value": "ph"},
        {"field": "country", "relation": "==", "value": "UK"},
        {"field": "customUserId", "relation": "exists", "value": ""},
    ],
)
def test_values_are_kept_as_sent(app: Emulator, client: httpx.Client, constraint: dict[str, object]) -> None:
    """A number may be a string, part of a device type is not a type, and no list of countries is consulted."""
    client.post("/v1/segments", json=group(*[constraint] * 10), headers=HEADERS)

    assert [group(*[constraint] * 10)["constraints"]] == [segment["constraints"] for segment in app.segments()]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"name": "x"}, "`id` is required, as a string"),
        ({"id": ""}, "`id` is required, as a string"),
        ({"id": 1}, "`id` is required, as a string"),
        ({"id": "nobody", "name": "x"}, "segment `nobody` does not exist"),
        ({"id": "ID", "type": "x"}, "`type` is not known"),
        ({"id": "ID", "name": " "}, "`name` must be a string that is not empty"),
        ({"id": "ID", "name": 0}, "`name` must be a string that is not empty"),
        ({"id": "ID", "description": 0}, "`description` must be a string"),
        ({"id": "ID", "constraints": []}, "`constraints` must be an array of groups that is not empty"),
        ({"id": "ID", "constraints": [1]}, "`constraints[0]` must be an object"),
    ],
)
def test_wrong_bodies_of_an_update_are_400(
    app: Emulator, client: httpx.Client, body: dict[str, object], message: str
) -> None:
    """An update needs the id of a segment, and members that a create would take; else nothing changes."""
    (made,) = app.seed_many(1)
    before = app.segments()
    sent = body | ({"id": made} if body.get("id") == "ID" else {})

    assert said(client.patch("/v1/segments", json=sent, headers=HEADERS)) == (400, {"error": message})
    assert before == app.segments()


@pytest.mark.parametrize(
    ("body", "message"),
    [({}, "`id` is required, as a string"), ({"id": "x", "force": True}, "`force` is not known")],
)
def test_wrong_bodies_of_a_deletion_are_400(
    app: Emulator, client: httpx.Client, body: dict[str, object], message: str
) -> None:
    """A deletion by body has an id and nothing else."""
    app.switches = Push0Switches(delete_style="body")
    response = client.request("DELETE", "/v1/segments", json=body, headers=HEADERS)

    assert said(response) == (400, {"error": message})


@pytest.mark.parametrize("query", ["", "?id=", "?name=x"])
def test_deletion_by_query_needs_an_id(app: Emulator, client: httpx.Client, query: str) -> None:
    """A deletion by query without an id is a deletion of nothing."""
    app.switches = Push0Switches(delete_style="query")
    response = client.delete(f"/v1/segments{query}", headers=HEADERS)

    assert said(response) == (400, {"error": "segment `` does not exist"})
