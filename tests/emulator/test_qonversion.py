"""What Qonversion's pages say of its segments API, asked of the emulator."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from reconciler.emulator.app import Emulator
from reconciler.emulator.switches import Switches, SystemWriteStatus

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
    app.switches = Switches(delete_body=True)
    client.post("/segments", json=PREMIUM)
    response = client.delete("/segments/premium-users")

    assert (200, "premium-users") == (response.status_code, response.json()["id"])


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


def test_list_of_nothing(client: httpx.Client) -> None:
    """An empty list has all five members."""
    expected = {"object": "list", "url": "/v4/segments", "data": [], "has_more": False, "next_cursor": None}

    assert expected == client.get("/segments").json()


def test_list_has_twenty_by_default(app: Emulator, client: httpx.Client) -> None:
    """Twenty segments come on a page where no limit is given, with the last id as the next cursor."""
    made = app.seed_many(21)
    first = client.get("/segments").json()

    assert (made[:20], True, made[19]) == (
        [one["id"] for one in first["data"]],
        first["has_more"],
        first["next_cursor"],
    )


@pytest.mark.parametrize(("count", "limit", "pages"), [(0, 1, 1), (3, 1, 3), (100, 100, 1), (101, 100, 2), (7, 3, 3)])
def test_pages_hold_every_segment_once(app: Emulator, client: httpx.Client, count: int, limit: int, pages: int) -> None:
    """Following the cursor gives each segment once, in the order of creation, on as few pages as there can be."""
    made = app.seed_many(count)
    seen: list[str] = []
    query: dict[str, Any] = {"limit": limit}
    while True:
        page = client.get("/segments", params=query).json()
        seen += [one["id"] for one in page["data"]]
        query["starting_after"] = page["next_cursor"]
        if not page["has_more"]:
            break

    assert (made, pages, None) == (seen, len(app.requests), query["starting_after"])


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.0", "x", "", "1" * 5000, "²"])
@pytest.mark.parametrize("path", ["/segments", "/automations"])
def test_limit_outside_one_to_a_hundred_is_422(client: httpx.Client, path: str, limit: str) -> None:
    """A limit that is not an integer from 1 to 100 is refused by name."""
    assert details(client.get(path, params={"limit": limit})) == ["limit"]


@pytest.mark.parametrize("cursor", ["nobody", "", "active-subscribers"])
def test_unknown_cursor_restarts_the_list(app: Emulator, client: httpx.Client, cursor: str) -> None:
    """A cursor that is not in the list restarts it from the top, with a header that says so."""
    made = app.seed_many(2)
    response = client.get("/segments", params={"starting_after": cursor})

    assert (made, "true") == (ids(response), response.headers["X-Qon-Pagination-Restarted"])


def test_known_cursor_restarts_nothing(app: Emulator, client: httpx.Client) -> None:
    """A cursor that is in the list has no such header."""
    made = app.seed_many(2)
    response = client.get("/segments", params={"starting_after": made[0]})

    assert made[1:] == ids(response)
    assert "X-Qon-Pagination-Restarted" not in response.headers


def test_unknown_cursor_may_be_refused(app: Emulator, client: httpx.Client) -> None:
    """Without `restart_on_unknown_cursor` such a cursor is refused by name."""
    app.switches = Switches(restart_on_unknown_cursor=False)

    assert details(client.get("/segments", params={"starting_after": "nobody"})) == ["starting_after"]


def test_next_cursor_may_be_withheld(app: Emulator, client: httpx.Client) -> None:
    """Without `next_cursor` a list that goes on says null."""
    app.switches = Switches(next_cursor=False)
    app.seed_many(2)
    page = client.get("/segments", params={"limit": 1}).json()

    assert (True, None) == (page["has_more"], page["next_cursor"])


def test_system_segments_have_a_list_of_their_own(client: httpx.Client) -> None:
    """The system list shows the vendor's segments, all on one page, and says the plain list's url."""
    page = client.get("/segments/system", params={"limit": 1}).json()

    assert [("active-subscribers", True), ("churned-users", True)] == [
        (one["id"], one["is_system"]) for one in page["data"]
    ]
    assert ("/v4/segments", False, None) == (page["url"], page["has_more"], page["next_cursor"])


def test_plain_list_may_show_system_segments(app: Emulator, client: httpx.Client) -> None:
    """With `system_in_list` the plain list pages through the system segments too."""
    app.switches = Switches(system_in_list=True)
    made = app.seed_many(1)
    first = client.get("/segments", params={"limit": 1})
    rest = client.get("/segments", params={"starting_after": "active-subscribers"})

    assert ["active-subscribers", "churned-users", *made] == ids(first) + ids(rest)


@pytest.mark.parametrize(
    ("status", "expected"), [(403, (403, "request", "control_forbidden")), (409, (409, "resource", "conflict"))]
)
def test_system_segments_are_read_only(
    app: Emulator, client: httpx.Client, status: SystemWriteStatus, expected: tuple[int, str, str]
) -> None:
    """A system segment can be read, and neither changed nor deleted."""
    app.switches = Switches(system_write_status=status)
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
    app.switches = Switches(unique_names=True)
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


def test_automations_are_paged(app: Emulator, client: httpx.Client) -> None:
    """Automations are listed like segments, each with the one segment that it uses, or null."""
    app.add_automation("Welcome", "s-1")
    app.add_automation("Idle", None)
    first = client.get("/automations", params={"limit": 1}).json()
    second = client.get("/automations", params={"starting_after": first["next_cursor"]}).json()

    assert ({"segments": "s-1"}, True) == (first["data"][0]["data"], first["has_more"])
    assert ({"segments": None}, False) == (second["data"][0]["data"], second["has_more"])
    assert ("list", "/v4/automations", "automation") == (first["object"], first["url"], first["data"][0]["object"])


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
