"""What is known of requests that Kibamail refuses, and in which order, asked of the emulator."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from reconciler.emulator.app import Emulator

US: dict[str, Any] = {"field": "country", "operator": "eq", "value": "US"}
BODY: dict[str, Any] = {"name": "a", "conditions": US}


def error(response: httpx.Response) -> tuple[int, str, str]:
    """Return status, type and code of an error that is about no field."""
    said = response.json()["error"]
    assert list(said) == ["type", "code", "message", "requestId"]
    return response.status_code, said["type"], said["code"]


def invalid(response: httpx.Response) -> list[tuple[str, str]]:
    """Return the fields and the messages of a 422."""
    said = response.json()["error"]
    assert (422, "VALIDATION_ERROR", "VALIDATION_FAILED") == (response.status_code, said["type"], said["code"])
    assert {"INVALID_FIELD_VALUE"} == {one["code"] for one in said["validationErrors"]}
    return [(one["field"], one["message"]) for one in said["validationErrors"]]


def scoped(client: httpx.Client, scopes: str) -> dict[str, str]:
    """Ask every route with a key of these scopes, and return what each says that it lacks; routes that do not speak."""
    asked = {
        "list": ("GET", "/segments"),
        "create": ("POST", "/segments"),
        "read": ("GET", "/segments/x"),
        "update": ("PUT", "/segments/x"),
        "delete": ("DELETE", "/segments/x"),
        "contacts": ("GET", "/segments/x/contacts"),
        "properties": ("GET", "/contact-properties"),
        "topics": ("GET", "/topics"),
    }
    lacking = {}
    for name, (method, path) in asked.items():
        response = client.request(method, path, headers={"Authorization": f"Bearer kb_scopes_{scopes}"})
        if response.status_code == 401:
            assert error(response) == (401, "AUTHENTICATION_ERROR", "INSUFFICIENT_SCOPE")
            lacking[name] = response.json()["error"]["message"].removeprefix("the API key lacks the scope ")
    return lacking


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("", "MISSING_AUTHORIZATION_HEADER"),
        ("Bearer", "MISSING_AUTHORIZATION_HEADER"),
        ("Basic kb_1", "MISSING_AUTHORIZATION_HEADER"),
        ("bearer kb_1", "MISSING_AUTHORIZATION_HEADER"),
        ("Bearer sk_1", "INVALID_API_KEY"),
        ("Bearer  kb_1", "INVALID_API_KEY"),
    ],
)
def test_header_and_key_come_first(client: httpx.Client, sent: str, code: str) -> None:
    """Every route, also an unknown one, asks for a header, and then for a key that begins as the vendor's do."""
    answers = [error(client.post(path, headers={"Authorization": sent})) for path in ("/segments", "/nowhere")]

    assert [(401, "AUTHENTICATION_ERROR", code)] * 2 == answers


def test_no_header_at_all(client: httpx.Client) -> None:
    """A request without the header is told that it is missing."""
    del client.headers["Authorization"]

    assert error(client.get("/segments")) == (401, "AUTHENTICATION_ERROR", "MISSING_AUTHORIZATION_HEADER")


@pytest.mark.parametrize("scopes", ["_x", ""])
def test_each_route_has_its_scopes(client: httpx.Client, scopes: str) -> None:
    """A key without any scope is refused everywhere with a 401 that names what is lacking."""
    assert scoped(client, scopes) == {
        "list": "read:segments",
        "create": "write:segments",
        "read": "read:segments",
        "update": "update:segments",
        "delete": "delete:segments",
        "contacts": "read:contacts, read:segments",
        "properties": "read:contact-properties",
        "topics": "read:topics",
    }


def test_key_has_the_scopes_that_it_lists(client: httpx.Client) -> None:
    """A key with some scopes goes through where they suffice."""
    assert scoped(client, "read:segments+write:segments_x") == {
        "update": "update:segments",
        "delete": "delete:segments",
        "contacts": "read:contacts",
        "properties": "read:contact-properties",
        "topics": "read:topics",
    }


def test_documented_scopes(app: Emulator, client: httpx.Client) -> None:
    """With `scopes=docs` the one scope for writes suffices for every write, and the others do not."""
    app.switches = replace(app.switches, scopes="docs")
    reads = "read:segments+read:contacts+read:contact-properties+read:topics"

    assert scoped(client, f"{reads}+write:segments_x") == {}
    assert scoped(client, f"{reads}+update:segments+delete:segments_x") == dict.fromkeys(
        ("create", "update", "delete"), "write:segments"
    )


def test_checks_come_in_order(client: httpx.Client) -> None:
    """The scope is looked at before the body, its form before its fields, and these before the segment."""
    unknown = {"conditions": US | {"field": "shoe"}}
    poor = {"Authorization": "Bearer kb_scopes_read:segments_x"}
    answers = [
        client.put("/segments/nobody", content=b"{", headers=poor),
        client.put("/segments/nobody", json=unknown | {"name": 1}),
        client.put("/segments/nobody", json=unknown),
        client.put("/segments/nobody", json={}),
    ]

    assert ["INSUFFICIENT_SCOPE", "VALIDATION_FAILED", "INVALID_PARAMETER", "RESOURCE_NOT_FOUND"] == [
        one.json()["error"]["code"] for one in answers
    ]


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff", b'{"name": NaN}', b"[" * 200_000, b"1" * 5000])
def test_malformed_body_is_422(client: httpx.Client, method: str, body: bytes) -> None:
    """What is not a JSON object is answered as a body with wrong fields is, and names no field."""
    path = "/segments" if method == "POST" else "/segments/x"

    assert [""] == [field for field, _ in invalid(client.request(method, path, content=body))]


NAME = ("name", "must be a string of 1 to 100 characters")
DESCRIPTION = ("description", "must be a string of 0 to 500 characters")
CONDITIONS = ("", "Invalid input")


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"name": None}, [NAME]),
        ({"name": 1}, [NAME]),
        ({"name": ""}, [NAME]),
        ({"name": "a" * 101}, [NAME]),
        ({"name": "a" * 100 + " "}, [NAME]),
        ({"name": "\U0001f600" * 51}, [NAME]),
        ({"description": 1}, [DESCRIPTION]),
        ({"description": "a" * 501}, [DESCRIPTION]),
        ({"conditions": None}, [CONDITIONS]),
        ({"conditions": []}, [CONDITIONS]),
        ({"name": "", "description": False, "conditions": "x"}, [NAME, DESCRIPTION, CONDITIONS]),
    ],
)
def test_wrong_members_are_422(
    client: httpx.Client, members: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    """Each wrong member of a create and of an update is named, wrong conditions without saying where they are."""
    segment_id = client.post("/segments", json=BODY).json()["id"]
    before = client.get("/segments").json()

    assert expected == invalid(client.post("/segments", json=BODY | members))
    assert expected == invalid(client.put(f"/segments/{segment_id}", json=members))
    assert before == client.get("/segments").json()


def test_create_needs_name_and_conditions(client: httpx.Client) -> None:
    """A create without its two required members is told of both."""
    assert [NAME, CONDITIONS] == invalid(client.post("/segments", json={}))


@pytest.mark.parametrize("members", [{"name": "a" * 100}, {"name": "\U0001f600" * 50}, {"description": "b" * 500}])
def test_longest_texts(client: httpx.Client, members: dict[str, object]) -> None:
    """A name of 100 characters, which are counted in UTF-16, and a description of 500 are accepted."""
    assert client.post("/segments", json=BODY | members).status_code == 201


def test_unknown_fields_are_400_and_named(client: httpx.Client) -> None:
    """Fields that are neither built in nor a contact property are listed, wherever in the conditions they stand."""
    shoe, hat = US | {"field": "shoe"}, US | {"field": "hat"}
    tree = {"$and": [US, {"$or": [shoe, {"$not": hat}]}], "$or": [{"Country": {"$eq": "US"}, "plan": {"$eq": "x"}}]}
    response = client.post("/segments", json=BODY | {"conditions": tree})

    assert error(response) == (400, "INVALID_REQUEST_ERROR", "INVALID_PARAMETER")
    assert response.json()["error"]["message"] == "conditions name unknown fields: shoe, hat, Country"
    assert client.get("/segments").json()["data"] == []


def test_types_may_be_in_lower_case(app: Emulator, client: httpx.Client) -> None:
    """With `error_case=lower` the type of an error is in lower case, and nothing else is."""
    app.switches = replace(app.switches, error_case="lower")

    assert error(client.get("/segments/x")) == (404, "invalid_request_error", "SEGMENT_NOT_FOUND")


def test_errors_may_be_strings(app: Emulator, client: httpx.Client) -> None:
    """With `error_shape=string` an error is its message alone."""
    app.switches = replace(app.switches, error_shape="string")
    response = client.get("/segments/x")

    assert (404, {"error": "segment `x` does not exist"}) == (response.status_code, response.json())


def test_request_ids_have_the_vendors_form(client: httpx.Client) -> None:
    """A request id is `req_` and 24 letters or digits."""
    request_id = client.get("/segments/x").json()["error"]["requestId"]

    assert ("req_", 28, True) == (request_id[:4], len(request_id), request_id[4:].isalnum())


@pytest.mark.parametrize("path", ["/", "/segments/", "/segments/a/b", "/contacts", "/topics/topic-newsletter"])
def test_unknown_route_is_404_in_an_envelope(client: httpx.Client, path: str) -> None:
    """A route that the emulator does not have is answered 404."""
    assert error(client.get(path)) == (404, "INVALID_REQUEST_ERROR", "RESOURCE_NOT_FOUND")


def test_wrong_method_is_405_in_an_envelope(client: httpx.Client) -> None:
    """There is no PATCH: it is answered 405 with the methods that there are."""
    response = client.patch("/segments/x")

    assert error(response) == (405, "INVALID_REQUEST_ERROR", "INVALID_PARAMETER")
    assert response.headers["Allow"] == "DELETE, GET, HEAD, PUT"
