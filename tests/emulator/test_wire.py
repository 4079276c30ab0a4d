"""The vendor's documented bodies, from tests/wire: what they send is accepted, what they show is the answer's shape."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from reconciler.emulator.app import Emulator

WIRE = Path(__file__).parents[1] / "wire" / "qonversion"


def documented(name: str) -> dict[str, Any]:
    """Return a documented request and response."""
    document: dict[str, Any] = json.loads((WIRE / f"{name}.json").read_text(encoding="utf-8"))
    return document


def shape(document: object) -> object:
    """Return a document with types in the place of values, and of each list its first item."""
    match document:
        case dict():
            return {name: shape(value) for name, value in document.items()}
        case list():
            return [shape(one) for one in document[:1]]
        case _:
            return type(document)


def test_every_page_is_asked() -> None:
    """No documented body is without a test here."""
    expected = {"create", "update", "overview", "list", "list-system", "error-with-details", "error"}

    assert expected == {path.stem for path in WIRE.glob("*.json")}


@pytest.mark.parametrize("name", ["create", "update", "overview"])
def test_documented_requests_are_accepted(client: httpx.Client, name: str) -> None:
    """A documented body creates and updates a segment, which shows what was sent."""
    sent = documented(name)["request"]
    created = client.post("/segments", json=sent)
    updated = client.put(created.json()["url"].removeprefix("/v4"), json=sent)

    assert [201, 200] == [created.status_code, updated.status_code]
    for answer in (created.json(), updated.json()):
        assert sent["name"] == answer["name"]
        assert [{"negate": False} | one for one in sent["conditions"]] == answer["conditions"]


def test_create_answers_what_its_page_shows(client: httpx.Client) -> None:
    """The answer is the page's, but for the time of the update and the sample's `is_system`."""
    page = documented("create")
    answer = client.post("/segments", json=page["request"]).json()

    assert page["response"] | {"is_system": False, "updated_at": "2025-09-15T12:30:00Z"} == answer
    assert list(page["response"]) == list(answer)


def test_update_has_the_shape_that_its_page_shows(client: httpx.Client) -> None:
    """The answer of an update has the documented members and types."""
    page = documented("update")
    client.post("/segments", json={"name": "Premium Users"})

    assert shape(page["response"]) == shape(client.put("/segments/premium-users", json=page["request"]).json())


def test_lists_have_the_documented_shape(app: Emulator, client: httpx.Client) -> None:
    """A page of a list has the documented members and types, with more to come and without."""
    app.seed_many(2)

    assert shape(documented("list")["response"]) == shape(client.get("/segments", params={"limit": 1}).json())
    assert shape(documented("list-system")["response"]) == shape(client.get("/segments/system").json())
    assert shape(documented("list-system")["response"]) == shape(client.get("/segments").json())


def test_errors_have_the_documented_shape(client: httpx.Client) -> None:
    """Errors have the documented members and types, `details` only where a field is wrong."""
    wrong, unknown = client.post("/segments", json={}), client.get("/segments/nobody")

    assert shape(documented("error-with-details")["response"]) == shape(wrong.json())
    assert shape(documented("error")["response"]) == shape(unknown.json())
