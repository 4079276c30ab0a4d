"""What Qonversion's pages say of requests that are refused, asked of the emulator."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from reconciler.emulator.app import Emulator

PROD: dict[str, Any] = {"metric": "environment", "comparator": "eq", "value": "prod"}
PREMIUM = {"name": "Premium Users", "conditions": [PROD]}


def details(response: httpx.Response) -> list[str]:
    """Return the fields that a 422 names."""
    assert response.status_code == 422
    return [detail["field"] for detail in response.json()["error"]["details"]]


def error(response: httpx.Response) -> tuple[int, str, str]:
    """Return status, type and code of an error that is about no field."""
    said = response.json()["error"]
    assert "details" not in said
    return response.status_code, said["type"], said["code"]


def ids(response: httpx.Response) -> list[str]:
    """Return the ids of a page."""
    return [segment["id"] for segment in response.json()["data"]]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("segment_id", ["nobody", "n%C3%B6", "%E6%97%A5", "%ED%A0%80", "a%2Fb"])
def test_unknown_segment_is_404(client: httpx.Client, method: str, segment_id: str) -> None:
    """A segment that does not exist is answered 404, whatever its id looks like."""
    response = client.request(method, f"/segments/{segment_id}", json={"name": "x"})

    assert error(response) == (404, "resource", "not_found")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, ["name"]),
        ({"name": None}, ["name"]),
        ({"name": 1}, ["name"]),
        ({"name": " \t"}, ["name"]),
        ({"name": "a" * 257}, ["name"]),
        ({"name": "a", "description": "b", "id": "c"}, ["description", "id"]),
        ({"name": "a", "conditions": None}, ["conditions"]),
        ({"name": "a", "conditions": {}}, ["conditions"]),
        ({"name": "a", "conditions": ["b", PROD]}, ["conditions[0]"]),
        (
            {"name": "a", "conditions": [{}]},
            ["conditions[0].metric", "conditions[0].comparator", "conditions[0].value"],
        ),
        ({"name": "a", "conditions": [PROD, PROD | {"metric": ""}]}, ["conditions[1].metric"]),
        ({"name": "a", "conditions": [PROD | {"metric": 1}]}, ["conditions[0].metric"]),
        ({"name": "a", "conditions": [PROD | {"comparator": "in"}]}, ["conditions[0].comparator"]),
        ({"name": "a", "conditions": [PROD | {"comparator": ["eq"]}]}, ["conditions[0].comparator"]),
        ({"name": "a", "conditions": [PROD | {"value": 1}]}, ["conditions[0].value"]),
        ({"name": "a", "conditions": [PROD | {"negate": None}]}, ["conditions[0].negate"]),
        ({"name": "a", "conditions": [PROD | {"negate": 0}]}, ["conditions[0].negate"]),
        ({"name": "a", "conditions": [PROD | {"or": []}]}, ["conditions[0].or"]),
    ],
)
def test_wrong_fields_are_422_with_details(client: httpx.Client, body: dict[str, object], expected: list[str]) -> None:
    """Each wrong field of a body is named in the details, and nothing is created."""
    assert expected == details(client.post("/segments", json=body))
    assert ids(client.get("/segments")) == []


@pytest.mark.parametrize("comparator", ["eq", "ne", "gt", "gte", "lt", "lte", "contains", "not_contains"])
def test_eight_comparators(client: httpx.Client, comparator: str) -> None:
    """The overview page's eight comparators are accepted."""
    body = {"name": "a" * 256, "conditions": [PROD | {"comparator": comparator}]}

    assert client.post("/segments", json=body).status_code == 201


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"x"', b"\xff", b"\xef\xbb\xbf{}", b'{"name": NaN}', b"[" * 200_000]
)
def test_malformed_body_is_400(client: httpx.Client, body: bytes) -> None:
    """What is not a JSON object is answered 400."""
    assert error(client.post("/segments", content=body)) == (400, "request", "invalid_request")


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer ", "Bearer sk_", "Bearer pk_1", "Basic sk_1", "Bearer sk_1 x"])
def test_bad_token_is_401(app: Emulator, connect: Callable[..., httpx.Client], sent: str) -> None:
    """Every route, also an unknown one, asks for a secret key first."""
    answers = [error(connect(app, sent).get(path)) for path in ("/segments", "/nowhere")]

    assert [(401, "request", "control_unauthorized")] * 2 == answers


@pytest.mark.parametrize("sent", ["Bearer sk_1", "bearer test_sk_a-b"])
def test_secret_keys_of_both_environments(app: Emulator, connect: Callable[..., httpx.Client], sent: str) -> None:
    """A production key and a sandbox key are both good."""
    assert connect(app, sent).post("/segments", json=PREMIUM).status_code == 201


@pytest.mark.parametrize("sent", ["Bearer sk_readonly", "Bearer test_sk_readonly_1"])
def test_key_without_the_right_to_write_is_403(app: Emulator, connect: Callable[..., httpx.Client], sent: str) -> None:
    """A key that may only read is refused every write, and every read goes through."""
    client = connect(app, sent)
    writes = [client.post("/segments"), client.put("/segments/x"), client.delete("/segments/x")]

    assert [(403, "request", "control_forbidden")] * 3 == [error(write) for write in writes]
    assert client.get("/segments").status_code == 200


@pytest.mark.parametrize("path", ["/", "/segments/", "/segments/a/b", "/experiments"])
def test_unknown_route_is_404_in_an_envelope(client: httpx.Client, path: str) -> None:
    """A route that is not documented is answered 404."""
    assert error(client.get(path)) == (404, "resource", "not_found")


def test_wrong_method_is_405_in_an_envelope(client: httpx.Client) -> None:
    """A method that is not documented, such as PATCH, is answered 405 with those that are."""
    response = client.patch("/segments/x")

    assert error(response) == (405, "request", "invalid_request")
    assert response.headers["Allow"] == "DELETE, GET, HEAD, PUT"
