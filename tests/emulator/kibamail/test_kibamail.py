"""What is known of Kibamail's creating, reading, changing and deleting a segment, asked of the emulator."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from reconciler.emulator.app import Emulator
from reconciler.emulator.tables import Kind

US: dict[str, Any] = {"field": "country", "operator": "eq", "value": "US"}
CA: dict[str, Any] = {"field": "country", "operator": "eq", "value": "CA"}
BUYERS: dict[str, Any] = {"name": "Buyers", "description": "They buy.", "conditions": {"$and": [US, CA]}}
TIMES = {"createdAt": "2025-09-15T12:30:00.000Z", "updatedAt": "2025-09-15T12:30:00.000Z"}


def create(client: httpx.Client, **members: object) -> str:
    """Create a segment, and return its id."""
    response = client.post("/segments", json=BUYERS | members)
    assert response.status_code == 201
    return str(response.json()["id"])


def error(response: httpx.Response) -> tuple[int, str]:
    """Return status and code of an error."""
    return response.status_code, response.json()["error"]["code"]


def test_create_answers_an_id_alone(client: httpx.Client) -> None:
    """A create is answered 201 with the object's kind and an id of a letter and 24 more."""
    response = client.post("/segments", json=BUYERS)
    (live,) = client.get("/segments").json()["data"]

    assert (201, {"object": "segment", "id": live["id"]}) == (response.status_code, response.json())
    assert ("c", 25, True) == (live["id"][0], len(live["id"]), live["id"].isalnum())


def test_create_may_answer_the_whole_segment(app: Emulator, client: httpx.Client) -> None:
    """With `full_answers` a create and an update are answered as a read is; a deletion is not."""
    app.switches = replace(app.switches, full_answers=True)
    created = client.post("/segments", json=BUYERS)
    segment_id = created.json()["id"]
    whole = {"object": "segment", "id": segment_id, **BUYERS, **TIMES}
    updated = client.put(f"/segments/{segment_id}", json={"name": "Other"})

    assert (201, whole) == (created.status_code, created.json())
    assert (200, whole | {"name": "Other"}) == (updated.status_code, updated.json())
    assert {"object": "segment", "id": segment_id} == client.delete(f"/segments/{segment_id}").json()


def test_ids_sort_by_creation(client: httpx.Client) -> None:
    """Ids sort as the segments were created, whatever their names, also after a deletion, and none is given twice."""
    made = []
    for name in ("b", "a", "b", "\U0001f600", "a"):
        made.append(create(client, name=name))
        client.delete(f"/segments/{made[-1]}")

    assert made == sorted(set(made))


def test_ids_are_free(app: Emulator) -> None:
    """An id that somebody already gave away is passed over, also where that segment was deleted since."""
    guess = app.put_segment(BUYERS)
    number = int(guess[1:9])
    after = [f"c{number + step:08}{guess[9:]}" for step in (1, 2, 3)]
    app.put_segment(BUYERS, segment_id=after[1])

    assert after[2] == app.put_segment(BUYERS)

    app.remove_segment(after[1])
    app.remove_segment(after[2])

    assert app.put_segment(BUYERS) not in after[1:]


def test_read_shows_the_whole_segment(client: httpx.Client) -> None:
    """A read has kind, id, name, description, conditions and both times."""
    segment_id = create(client)
    response = client.get(f"/segments/{segment_id}")

    assert (200, {"object": "segment", "id": segment_id, **BUYERS, **TIMES}) == (response.status_code, response.json())


def test_times_may_be_left_out(app: Emulator, client: httpx.Client) -> None:
    """Without `timestamps` neither a read nor a list has them."""
    app.switches = replace(app.switches, timestamps=False)
    segment_id = create(client)

    assert {"object": "segment", "id": segment_id, **BUYERS} == client.get(f"/segments/{segment_id}").json()
    assert [{"id": segment_id, **BUYERS}] == client.get("/segments").json()["data"]


@pytest.mark.parametrize("members", [{}, {"description": None}])
def test_description_may_be_missing(client: httpx.Client, members: dict[str, object]) -> None:
    """A segment without a description has null."""
    body = {"name": "a", "conditions": US} | members
    segment_id = client.post("/segments", json=body).json()["id"]

    assert client.get(f"/segments/{segment_id}").json()["description"] is None


def test_texts_are_trimmed(client: httpx.Client) -> None:
    """Name and description are kept without the blanks around them, and a name may end up empty."""
    made = [create(client, name=" a\u2003", description="\ufeff b "), create(client, name=" " * 100)]
    first, second = [client.get(f"/segments/{one}").json() for one in made]

    assert ("a", "b", "") == (first["name"], first["description"], second["name"])


def test_names_may_repeat(client: httpx.Client) -> None:
    """Two segments may have the same name."""
    assert create(client) != create(client)


def test_idempotency_keys_are_unknown(client: httpx.Client) -> None:
    """A create that is sent again with its idempotency key makes a second segment."""
    made = {client.post("/segments", json=BUYERS, headers={"Idempotency-Key": "k"}).json()["id"] for _ in range(2)}

    assert len(made) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Other"},
        {"description": "other"},
        {"description": None},
        {"conditions": US},
        {"conditions": {"$not": CA}, "name": "x"},
    ],
)
def test_update_changes_what_it_names(client: httpx.Client, hands: list[float], change: dict[str, object]) -> None:
    """A PUT replaces the members that it names, conditions as a whole, and is answered with the id alone."""
    segment_id = create(client)
    hands[0] += 61.5
    response = client.put(f"/segments/{segment_id}", json=change)
    expected = {"object": "segment", "id": segment_id, **BUYERS, **TIMES, **change}

    assert (200, {"object": "segment", "id": segment_id}) == (response.status_code, response.json())
    assert expected | {"updatedAt": "2025-09-15T12:31:01.500Z"} == client.get(f"/segments/{segment_id}").json()


@pytest.mark.parametrize("change", [{}, {"name": " "}, {"unknown": 1}])
def test_update_may_change_nothing(client: httpx.Client, hands: list[float], change: dict[str, object]) -> None:
    """A PUT of nothing, of a blank name or of unknown members is answered 200 and changes nothing."""
    segment_id = create(client)
    before = client.get(f"/segments/{segment_id}").json()
    hands[0] += 1

    assert client.put(f"/segments/{segment_id}", json=change).status_code == 200
    assert before == client.get(f"/segments/{segment_id}").json()


def test_delete_may_be_repeated(client: httpx.Client) -> None:
    """A deletion is answered 200 with the id, again and again, and the segment is gone from reads and lists."""
    segment_id, other = create(client), create(client)
    answers = [client.delete(f"/segments/{segment_id}") for _ in range(2)]

    assert [(200, {"object": "segment", "id": segment_id})] * 2 == [(one.status_code, one.json()) for one in answers]
    assert error(client.get(f"/segments/{segment_id}")) == (404, "SEGMENT_NOT_FOUND")
    assert [other] == [one["id"] for one in client.get("/segments").json()["data"]]


def test_update_of_a_deleted_segment_is_answered_200(client: httpx.Client) -> None:
    """A PUT on a deleted segment is answered as if it had worked, and the segment stays gone."""
    segment_id = create(client)
    client.delete(f"/segments/{segment_id}")
    response = client.put(f"/segments/{segment_id}", json={"name": "Ghost"})

    assert (200, {"object": "segment", "id": segment_id}) == (response.status_code, response.json())
    assert error(client.get(f"/segments/{segment_id}")) == (404, "SEGMENT_NOT_FOUND")


def test_segment_removed_at_the_dashboard_is_a_deleted_one(app: Emulator, client: httpx.Client) -> None:
    """A segment that was removed by hand is answered as one that was deleted, and may be put back under its id."""
    segment_id = app.put_segment(BUYERS)
    for _ in range(2):
        app.remove_segment(segment_id)

        assert client.get(f"/segments/{segment_id}").status_code == 404
        assert client.delete(f"/segments/{segment_id}").status_code == 200

        app.put_segment(BUYERS | {"name": "Back"}, segment_id=segment_id)
        client.put(f"/segments/{segment_id}", json={"name": "Back again"})

        assert client.get(f"/segments/{segment_id}").json()["name"] == "Back again"


def test_unknown_segment_is_404(client: httpx.Client) -> None:
    """A segment that never was is answered 404, with one code for reads and another for writes."""
    reads = [client.get("/segments/nobody"), client.get("/segments/nobody/contacts")]
    writes = [client.put("/segments/nobody", json={}), client.delete("/segments/nobody")]

    assert [(404, "SEGMENT_NOT_FOUND")] * 2 == [error(one) for one in reads]
    assert [(404, "RESOURCE_NOT_FOUND")] * 2 == [error(one) for one in writes]


def test_ids_of_other_objects_are_no_segments(client: httpx.Client) -> None:
    """The id of a topic is not the id of a segment."""
    assert error(client.delete("/segments/topic-newsletter")) == (404, "RESOURCE_NOT_FOUND")


def test_invented_segments_can_be_created_and_evaluated(app: Emulator, client: httpx.Client) -> None:
    """Invented segments have names of their own, conditions of three sizes, and are accepted by the strict schema."""
    app.switches = replace(app.switches, dialects="field")
    made = app.seed_many(3)
    bodies: list[Any] = [{name: one[name] for name in ("name", "description", "conditions")} for one in app.segments()]

    assert [2, 3, 1] == [len(body["conditions"]["$and"]) for body in bodies]
    assert ["Segment 00001", "Segment 00002", "Segment 00003"] == [body["name"] for body in bodies]
    assert {201} == {client.post("/segments", json=body).status_code for body in bodies}
    assert {200} == {client.get(f"/segments/{one}/contacts").status_code for one in made}


def test_dashboard_shows_segments_as_a_read_does(app: Emulator, client: httpx.Client) -> None:
    """What the dashboard shows of a segment is what a read answers."""
    segment_id = create(client)

    assert [client.get(f"/segments/{segment_id}").json()] == app.segments()


def test_objects_put_by_hand_may_be_replaced_and_removed(app: Emulator, client: httpx.Client) -> None:
    """An object put again under its id is replaced, one put without an id gets one, and a removed one is unknown."""
    body: Any = {"name": "tier", "type": "STRING"}
    app.add_object(Kind.PROPERTY, body, "p1")
    app.add_object(Kind.PROPERTY, body | {"type": "NUMBER"}, "p1")
    other = app.add_object(Kind.PROPERTY, {"name": "score", "type": "NUMBER"})
    found = {one["id"]: one["type"] for one in client.get("/contact-properties").json()["data"]}

    assert ("NUMBER", "NUMBER", 7) == (found["p1"], found[other], len(found))

    app.remove_object(Kind.PROPERTY, "p1")

    assert "p1" not in [one["id"] for one in client.get("/contact-properties").json()["data"]]
    with pytest.raises(KeyError):
        app.remove_object(Kind.PROPERTY, "p1")
