"""What Qonversion's pages say of creating, reading, changing and deleting a segment, asked of the emulator."""

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from reconciler.emulator.app import Emulator
from reconciler.emulator.qonversion_switches import QonversionSwitches, SystemWriteStatus

PROD: dict[str, Any] = {"metric": "environment", "comparator": "eq", "value": "prod"}
PREMIUM = {"name": "Premium Users", "conditions": [PROD]}
SEGMENT = {
    "object": "segment",
    "id": "premium-users",
    "url": "/v4/segments/premium-users",
    "name": "Premium Users",
    "is_system": False,
    "conditions": [PROD | {"negate": False}],
    "created_at": "2025-09-15T12:30:00Z",
    "updated_at": "2025-09-15T12:30:00Z",
}


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


def test_create_answers_the_whole_segment(client: httpx.Client) -> None:
    """A create is answered 201 with the eight documented members, `negate` filled in."""
    response = client.post("/segments", json=PREMIUM)

    assert (201, SEGMENT) == (response.status_code, response.json())


def test_create_without_conditions(client: httpx.Client) -> None:
    """Conditions may be left out of a create, and are then empty."""
    assert client.post("/segments", json={"name": "All"}).json()["conditions"] == []


def test_created_segment_is_read_by_its_id(client: httpx.Client) -> None:
    """A read answers the segment that the create answered."""
    client.post("/segments", json=PREMIUM)
    response = client.get("/segments/premium-users")

    assert (200, SEGMENT) == (response.status_code, response.json())


def test_conditions_keep_their_order_and_their_repeats(client: httpx.Client) -> None:
    """Conditions come back in the order in which they were sent, repeated ones too."""
    sent = [PROD | {"value": value, "negate": True} for value in ("b", "a", "b", "")]

    assert sent == client.post("/segments", json={"name": "x", "conditions": sent}).json()["conditions"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Premium Users", "premium-users-2"),
        ("  Été & Co. ", "ete-co"),
        ("日本", "segment"),
        ("System", "system-2"),
        ("Active subscribers", "active-subscribers-2"),
        ("a" * 256, "a" * 240),
        ("\ud800x", "x"),
    ],
)
def test_id_is_a_free_slug_of_the_name(client: httpx.Client, name: str, expected: str) -> None:
    """An id is the name's slug, with a number where that is taken, or is a route."""
    client.post("/segments", json=PREMIUM)

    assert expected == client.post("/segments", content=json.dumps({"name": name})).json()["id"]


def test_update_replaces_name_and_conditions(client: httpx.Client, hands: list[float]) -> None:
    """A PUT replaces what it names, keeps id and creation time, and moves the time of the last update."""
    client.post("/segments", json=PREMIUM)
    hands[0] += 61.9
    response = client.put("/segments/premium-users", json={"name": "Other", "conditions": [PROD | {"value": "x"}]})
    changed = {
        "name": "Other",
        "conditions": [PROD | {"value": "x", "negate": False}],
        "updated_at": "2025-09-15T12:31:01Z",
    }

    assert (200, SEGMENT | changed) == (response.status_code, response.json())
    assert SEGMENT | changed == client.get("/segments/premium-users").json()


@pytest.mark.parametrize(("members", "kept"), [({}, [PROD | {"negate": False}]), ({"conditions": []}, [])])
def test_update_tells_absent_from_empty_conditions(
    client: httpx.Client, members: dict[str, object], kept: list[object]
) -> None:
    """Conditions left out of a PUT stay as they are; an empty list clears them."""
    client.post("/segments", json=PREMIUM)

    assert kept == client.put("/segments/premium-users", json={"name": "Same"} | members).json()["conditions"]


def test_update_needs_a_name(client: httpx.Client) -> None:
    """A PUT without a name is refused, although it replaces nothing of it."""
    client.post("/segments", json=PREMIUM)

    assert details(client.put("/segments/premium-users", json={"conditions": []})) == ["name"]


def test_delete_answers_204_without_a_body(client: httpx.Client) -> None:
    """A deletion is answered 204, and a second one 404."""
    client.post("/segments", json=PREMIUM)
    first, second = client.delete("/segments/premium-users"), client.delete("/segments/premium-users")

    assert (204, b"") == (first.status_code, first.content)
    assert error(second) == (404, "resource", "not_found")


def test_delete_may_answer_a_body(app: Emulator, client: httpx.Client) -> None:
    """With `delete_body` a deletion is answered 200 with a body."""
    app.switches = QonversionSwitches(delete_body=True)
    client.post("/segments", json=PREMIUM)
    response = client.delete("/segments/premium-users")

    assert (200, "premium-users") == (response.status_code, response.json()["id"])


@pytest.mark.parametrize(
    ("status", "expected"), [(403, (403, "request", "control_forbidden")), (409, (409, "resource", "conflict"))]
)
def test_system_segments_are_read_only(
    app: Emulator, client: httpx.Client, status: SystemWriteStatus, expected: tuple[int, str, str]
) -> None:
    """A system segment can be read, and neither changed nor deleted."""
    app.switches = QonversionSwitches(system_write_status=status)
    before = client.get("/segments/churned-users").json()
    refused = [client.put("/segments/churned-users", json={"name": "x"}), client.delete("/segments/churned-users")]

    assert [expected] * 2 == [error(one) for one in refused]
    assert before == client.get("/segments/churned-users").json()


def test_names_may_repeat(client: httpx.Client) -> None:
    """Two segments may have the same name; their ids differ."""
    made = [client.post("/segments", json=PREMIUM).json()["id"] for _ in range(2)]

    assert made == ["premium-users", "premium-users-2"]


def test_names_may_have_to_be_unique(app: Emulator, client: httpx.Client) -> None:
    """With `unique_names` a taken name is refused, a segment keeping its own is not."""
    app.switches = QonversionSwitches(unique_names=True)
    client.post("/segments", json=PREMIUM)
    client.post("/segments", json={"name": "Other"})
    taken = (409, "resource", "already_exists")

    assert taken == error(client.post("/segments", json=PREMIUM))
    assert taken == error(client.put("/segments/other", json={"name": "Premium Users"}))
    assert client.put("/segments/other", json={"name": "Other"}).status_code == 200


def test_used_segment_is_not_deleted(app: Emulator, client: httpx.Client) -> None:
    """A segment that an automation uses is answered 409, one that nothing uses is deleted."""
    used, unused = app.seed_many(2)
    app.add_automation("Welcome", used)
    app.add_automation("Idle", None)

    assert error(client.delete(f"/segments/{used}")) == (409, "resource", "conflict")
    assert client.delete(f"/segments/{unused}").status_code == 204


def test_used_segment_may_be_deleted(app: Emulator, client: httpx.Client) -> None:
    """Without `conflict_on_used` it is deleted, and the automation goes on naming it."""
    app.switches = replace(app.switches, conflict_on_used=False)
    (used,) = app.seed_many(1)
    app.add_automation("Welcome", used)

    assert client.delete(f"/segments/{used}").status_code == 204
    assert client.get("/automations").json()["data"][0]["data"] == {"segments": used}


def test_same_key_and_body_replay_the_answer(client: httpx.Client) -> None:
    """A create sent again with its key is answered as the first time, also after the segment was deleted."""
    key = {"Idempotency-Key": "k"}
    first = client.post("/segments", json=PREMIUM, headers=key)
    again = client.post("/segments", json=PREMIUM, headers=key)
    client.delete("/segments/premium-users")
    later = client.post("/segments", json=PREMIUM, headers=key)

    assert [(201, SEGMENT)] * 3 == [(one.status_code, one.json()) for one in (first, again, later)]
    assert ids(client.get("/segments")) == []


def test_same_key_with_another_body_is_409(client: httpx.Client) -> None:
    """A key is bound to the bytes of the body that it first came with."""
    key = {"Idempotency-Key": "k"}
    client.post("/segments", json=PREMIUM, headers=key)

    assert error(client.post("/segments", json={"name": "x"}, headers=key)) == (
        409,
        "request",
        "idempotency_key_reused",
    )


def test_refused_create_leaves_its_key_free(client: httpx.Client) -> None:
    """A key that came with a refused create may be used again."""
    key = {"Idempotency-Key": "k"}

    assert client.post("/segments", json={}, headers=key).status_code == 422
    assert client.post("/segments", json=PREMIUM, headers=key).status_code == 201
