"""What Push0's pages say of creating, changing and deleting a segment, asked of the emulator."""

import json
import re
from typing import Any

import httpx
import pytest

from reconciler.emulator import make_app
from reconciler.emulator.app import Emulator
from reconciler.emulator.push0_rules import FIELDS
from reconciler.emulator.push0_switches import BuiltinStatus, CreateAnswer, DeleteStyle, Push0Switches

PHONE: dict[str, Any] = {"field": "type", "relation": "==", "value": "phone"}
PHONES: dict[str, Any] = {"name": "Phones", "constraints": [{"type": "AND", "constraints": [PHONE]}]}
NOON = 1_757_939_400_000
OK = (200, {"status": "ok"})


def make(client: httpx.Client, body: dict[str, Any] = PHONES) -> str:
    """Create a segment and return its id."""
    return str(client.post("/v1/segments", json=body).json()["id"])


def read(client: httpx.Client, segment_id: str) -> dict[str, Any]:
    """Return the segment of an id as the list shows it."""
    segments: list[dict[str, Any]] = client.get("/v1/segments", params={"id": segment_id}).json()
    assert len(segments) == 1
    return segments[0]


def said(response: httpx.Response) -> tuple[int, Any]:
    """Return status and document of an answer."""
    return response.status_code, response.json()


def test_created_segment_is_shown(client: httpx.Client) -> None:
    """A create is answered 200 with an id, and the segment is shown with the six documented members."""
    status, answer = said(client.post("/v1/segments", json=PHONES | {"description": "All of them"}))
    segment = {
        "id": answer["id"],
        "name": "Phones",
        "description": "All of them",
        "constraints": PHONES["constraints"],
        "updatedAt": None,
        "createdAt": NOON,
    }

    assert (200, ["id"]) == (status, list(answer))
    assert segment == read(client, answer["id"])


@pytest.mark.parametrize("members", [{}, {"description": None}, {"description": ""}])
def test_no_description(client: httpx.Client, members: dict[str, object]) -> None:
    """A description that is absent, null or empty is shown as null."""
    assert read(client, make(client, PHONES | members))["description"] is None


@pytest.mark.parametrize(
    "constraints",
    [
        [
            {
                "type": "AND",
                "constraints": [
                    {"field": "deviceManufacturer", "value": "Xiaomi", "relation": "=="},
                    {"field": "deviceModel", "value": "Redmi Note XXXXX", "relation": "=="},
                ],
            },
            {"type": "AND", "constraints": [{"field": "osVersion", "value": "13", "relation": "EQUALS"}]},
        ],
        [
            {
                "type": "AND",
                "constraints": [
                    {"field": "deviceModel", "value": "Redmi Note XXXXX", "relation": "=="},
                    {"field": "deviceModel", "value": "Galaxy S23", "relation": "=="},
                ],
            },
            {
                "type": "AND",
                "constraints": [
                    {"field": "deviceManufacturer", "value": "Xiaomi", "relation": "=="},
                    {"field": "deviceManufacturer", "value": "Samsung", "relation": "=="},
                    {"field": "type", "value": "phone", "relation": "=="},
                ],
            },
        ],
    ],
)
def test_constraints_of_the_page_are_kept_as_sent(client: httpx.Client, constraints: list[object]) -> None:
    """The page's two examples are accepted, contradictions, alias and all, and shown byte for byte."""
    kept = read(client, make(client, {"name": "Example", "constraints": constraints}))["constraints"]

    assert json.dumps(constraints) == json.dumps(kept)


@pytest.mark.parametrize(
    ("shape", "expected"), [("object", '{"id": "?"}'), ("string", '"?"'), ("nothing", '{"status": "ok"}')]
)
def test_create_answers_in_several_shapes(
    app: Emulator, client: httpx.Client, shape: CreateAnswer, expected: str
) -> None:
    """A create answers an object with the id, the bare id, or no id, and creates each time."""
    app.switches = Push0Switches(create_answer=shape)
    response = client.post("/v1/segments", json=PHONES)
    (made,) = app.segments()

    assert (200, expected.replace("?", str(made["id"]))) == (response.status_code, response.text)


def test_create_may_answer_the_whole_segment(app: Emulator, client: httpx.Client) -> None:
    """With `create_answer=whole` a create answers what the list shows."""
    app.switches = Push0Switches(create_answer="whole")
    status, answer = said(client.post("/v1/segments", json=PHONES))

    assert (200, app.segments()) == (status, [answer])


def test_create_may_time_out_after_the_fact(app: Emulator, client: httpx.Client) -> None:
    """With `timeout_after_commit` a create is answered 408, and the segment is there; a refusal stays one."""
    app.switches = Push0Switches(timeout_after_commit=True)
    answers = [client.post("/v1/segments", json=body) for body in (PHONES, {})]

    assert [408, 400] == [answer.status_code for answer in answers]
    assert answers[0].json() == {"error": "the request took too long"}
    assert ["Phones"] == [segment["name"] for segment in app.segments()]


@pytest.mark.parametrize(
    ("switches", "status", "kept"), [(Push0Switches(), 400, []), (Push0Switches(empty_create=True), 200, [[]])]
)
def test_create_without_groups(
    app: Emulator, client: httpx.Client, switches: Push0Switches, status: int, kept: list[object]
) -> None:
    """A segment without groups is refused, or created where `empty_create` allows it."""
    app.switches = switches

    assert status == client.post("/v1/segments", json=PHONES | {"constraints": []}).status_code
    assert kept == [segment["constraints"] for segment in app.segments()]


def test_ids_are_free_and_the_same_each_time(client: httpx.Client) -> None:
    """Names may repeat; each segment gets an id of its own, and another project gives the same ones."""
    names = ["Phones", "Phones", "日本", "\ud800", "Phones"]
    bodies = [json.dumps(PHONES | {"name": name}) for name in names]
    made = [client.post("/v1/segments", content=body).json()["id"] for body in bodies]
    with make_app("push0", None) as other:
        again = [other.put_segment({"name": name}) for name in names]

    assert made == again
    assert len(set(made)) == 5
    assert all(re.fullmatch(r"sg_[A-Za-z0-9_-]{21}", one) for one in made)


def test_idempotency_keys_are_not_known(app: Emulator, client: httpx.Client) -> None:
    """A create sent twice creates twice, whatever its headers say."""
    made = [client.post("/v1/segments", json=PHONES, headers={"Idempotency-Key": "k"}) for _ in range(2)]

    assert [200, 200] == [one.status_code for one in made]
    assert len(app.segments()) == 2


def test_update_changes_what_is_sent(client: httpx.Client, hands: list[float]) -> None:
    """A PATCH changes the members that have a value, and the time of the last edit."""
    segment_id = make(client, PHONES | {"description": "Before"})
    before = read(client, segment_id)
    hands[0] += 61.25
    sent = [{"type": "OR", "constraints": [PHONE | {"value": "tablet"}, PHONE]}]
    answer = said(client.patch("/v1/segments", json={"id": segment_id, "name": "Small", "constraints": sent}))

    assert answer == OK
    assert before | {"name": "Small", "constraints": sent, "updatedAt": NOON + 61_250} == read(client, segment_id)


@pytest.mark.parametrize(
    "members",
    [{}, {"name": None, "description": None, "constraints": None}, {"name": "", "description": "", "constraints": ""}],
)
def test_update_ignores_what_has_no_value(client: httpx.Client, hands: list[float], members: dict[str, object]) -> None:
    """A PATCH of nothing, null or empty strings is answered 200 and changes nothing, not even the time."""
    segment_id = make(client, PHONES | {"description": "Before"})
    before = read(client, segment_id)
    hands[0] += 60

    assert said(client.patch("/v1/segments", json={"id": segment_id} | members)) == OK
    assert before == read(client, segment_id)


@pytest.mark.parametrize("seconds", [0, -3600])
def test_edit_without_a_tick_of_the_clock_is_an_edit(client: httpx.Client, hands: list[float], seconds: float) -> None:
    """An edit in the moment of the creation, or before it, still shows a time of the last edit."""
    segment_id = make(client)
    hands[0] += seconds
    client.patch("/v1/segments", json={"id": segment_id, "name": "Other"})

    assert read(client, segment_id)["updatedAt"] == NOON + 1


def test_delete_is_not_offered(app: Emulator, client: httpx.Client) -> None:
    """No page describes a deletion: 405 with the methods that are, and 404 below the list."""
    segment_id = make(client)
    refused = client.request("DELETE", "/v1/segments", json={"id": segment_id})

    assert (405, {"error": "the method is not allowed here"}) == said(refused)
    assert refused.headers["Allow"] == "GET, HEAD, PATCH, POST"
    assert client.delete(f"/v1/segments/{segment_id}").status_code == 404
    assert len(app.segments()) == 1


@pytest.mark.parametrize(
    ("style", "path", "content"),
    [
        ("body", "/segments", '{"id": "ID"}'),
        ("query", "/segments?id=ID", ""),
        ("path", "/segments/ID", ""),
    ],
)
def test_delete_in_several_styles(
    app: Emulator, client: httpx.Client, style: DeleteStyle, path: str, content: str
) -> None:
    """A deletion takes the id where the switch says, under both prefixes, and a second one is refused."""
    app.switches = Push0Switches(delete_style=style)
    for prefix in ("/v1", "/api/v1"):
        gone, kept = app.seed_many(2)
        url, body = (prefix + path).replace("ID", gone), content.replace("ID", gone)
        answers = [said(client.request("DELETE", url, content=body)) for _ in range(2)]

        assert [OK, (400, {"error": f"segment `{gone}` does not exist"})] == answers
        assert [kept] == [segment["id"] for segment in app.segments()]
        app.remove_segment(kept)


@pytest.mark.parametrize("status", [400, 403])
def test_built_in_segment_is_read_only(app: Emulator, client: httpx.Client, status: BuiltinStatus) -> None:
    """The segment that every project begins with is neither changed nor deleted."""
    app.switches = Push0Switches(builtin_status=status, delete_style="query")
    before = app.segments(system=True)
    segment_id = str(before[0]["id"])
    refused = [
        client.patch("/v1/segments", json={"id": segment_id, "name": "x"}),
        client.delete("/v1/segments", params={"id": segment_id}),
    ]

    assert [(status, {"error": f"segment `{segment_id}` is built in"})] * 2 == [said(one) for one in refused]
    assert before == app.segments(system=True)


def test_samples_are_valid(app: Emulator, client: httpx.Client) -> None:
    """Invented segments have one to three groups over all fields, and a create takes each of them."""
    app.seed_many(30)
    invented: list[Any] = app.segments()
    members = ("name", "description", "constraints")
    bodies = [{member: segment[member] for member in members} for segment in invented]
    groups = [group for segment in invented for group in segment["constraints"]]

    assert [200] * 30 == [client.post("/v1/segments", json=body).status_code for body in bodies]
    assert {1, 2, 3} == {len(segment["constraints"]) for segment in invented}
    assert set(FIELDS) == {constraint["field"] for group in groups for constraint in group["constraints"]}
