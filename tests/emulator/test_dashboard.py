"""Edits behind the API's back."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from reconciler.emulator.app import Emulator
from reconciler.emulator.tables import Json

CONDITIONS: list[Any] = [
    {"metric": metric, "comparator": "eq", "value": "1", "negate": False} for metric in ("environment", "renewable")
]


def test_put_segment_is_live(app: Emulator, client: httpx.Client) -> None:
    """A segment put by hand is answered like one that was created, its `negate` filled in."""
    condition: Any = {"metric": "renewable", "comparator": "eq", "value": "1"}
    segment_id = app.put_segment({"name": "By hand", "conditions": [condition]})
    live = client.get(f"/segments/{segment_id}").json()

    assert ("by-hand", [condition | {"negate": False}]) == (live["id"], live["conditions"])
    assert [live] == app.segments()
    assert app.requests == [("GET", "/v4/segments/by-hand")]


def test_put_segment_with_an_id_replaces(app: Emulator, hands: list[float]) -> None:
    """A segment put with an id has that id; put again, it is replaced in its place."""
    first, _ = app.put_segment({"name": "a"}, segment_id="x1"), app.put_segment({"name": "b"})
    hands[0] += 1
    again = app.put_segment({"name": "c"}, segment_id="x1")

    assert first == again == "x1"
    assert [("x1", "c", "2025-09-15T12:30:01Z"), ("b", "b", "2025-09-15T12:30:00Z")] == [
        (one["id"], one["name"], one["updated_at"]) for one in app.segments()
    ]


def test_put_segment_of_the_vendor(app: Emulator) -> None:
    """A system segment may be put too, and is shown where asked for."""
    app.put_segment({"name": "Ours"})
    app.put_segment({"name": "Theirs"}, system=True)

    assert ["ours"] == [one["id"] for one in app.segments()]
    assert ["active-subscribers", "churned-users", "ours", "theirs"] == [one["id"] for one in app.segments(system=True)]


def test_edit_segment_changes_what_it_names(app: Emulator, hands: list[float]) -> None:
    """An edit changes the members that it names and the time of the last update."""
    segment_id = app.put_segment({"name": "a", "conditions": CONDITIONS})
    hands[0] += 1
    app.edit_segment(segment_id, name="b")
    (live,) = app.segments()

    assert ("b", CONDITIONS, "2025-09-15T12:30:01Z") == (live["name"], live["conditions"], live["updated_at"])


@pytest.mark.parametrize("conditions", [None, "odd", ["odd"]])
def test_odd_segments_are_shown_as_they_are(app: Emulator, client: httpx.Client, conditions: Json) -> None:
    """A segment may be edited into something that no request could make."""
    app.edit_segment(app.put_segment({"name": "a"}), conditions=conditions)

    assert conditions == client.get("/segments/a").json()["conditions"]


def test_remove_segment(app: Emulator) -> None:
    """A segment may be removed, a system segment too."""
    app.remove_segment(app.put_segment({"name": "a"}))
    app.remove_segment("churned-users")

    assert ["active-subscribers"] == [one["id"] for one in app.segments(system=True)]


def test_reorder_segments(app: Emulator, client: httpx.Client) -> None:
    """The list takes another order, and pages follow it."""
    first, second, third = app.seed_many(3)
    app.reorder_segments([third, first, second])
    page = client.get("/segments", params={"starting_after": third}).json()

    assert [first, second] == [one["id"] for one in page["data"]]
    assert [third, first, second] == [one["id"] for one in app.segments()]


def test_seed_many_makes_the_same_every_time(app: Emulator, client: httpx.Client) -> None:
    """Invented segments have names of their own and conditions that the vendor accepts."""
    made = app.seed_many(4)
    bodies: list[Any] = [{"name": one["name"], "conditions": one["conditions"]} for one in app.segments()]

    assert made == ["segment-00001", "segment-00002", "segment-00003", "segment-00004"]
    assert [2, 3, 1, 2] == [len(body["conditions"]) for body in bodies]
    assert {201} == {client.post("/segments", json=body).status_code for body in bodies}


@pytest.mark.parametrize(
    "act",
    [
        lambda app: app.edit_segment("nobody", name="x"),
        lambda app: app.remove_segment("nobody"),
        lambda app: app.reorder_segments(["a", "nobody"]),
    ],
)
def test_unknown_ids_change_nothing(app: Emulator, act: Callable[[Emulator], None]) -> None:
    """An id that does not exist is a `KeyError`."""
    app.put_segment({"name": "a"})
    app.put_segment({"name": "b"})
    before = app.segments()
    with pytest.raises(KeyError):
        act(app)

    assert before == app.segments()


def test_requests_are_noted_in_order(app: Emulator, client: httpx.Client) -> None:
    """Each request is noted with its path and query, refused ones too, until they are cleared."""
    client.get("/segments", params={"limit": 0})
    client.delete("/segments/日本")
    noted = app.requests
    app.clear_requests()

    assert noted == [("GET", "/v4/segments?limit=0"), ("DELETE", "/v4/segments/%E6%97%A5%E6%9C%AC")]
    assert app.requests == []
