"""What Qonversion's pages say of lists and their pages, asked of the emulator."""

from typing import Any

import httpx
import pytest

from reconciler.emulator.app import Emulator
from reconciler.emulator.qonversion_switches import QonversionSwitches


def details(response: httpx.Response) -> list[str]:
    """Return the fields that a 422 names."""
    assert response.status_code == 422
    return [detail["field"] for detail in response.json()["error"]["details"]]


def ids(response: httpx.Response) -> list[str]:
    """Return the ids of a page."""
    return [segment["id"] for segment in response.json()["data"]]


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
    app.switches = QonversionSwitches(restart_on_unknown_cursor=False)

    assert details(client.get("/segments", params={"starting_after": "nobody"})) == ["starting_after"]


def test_next_cursor_may_be_withheld(app: Emulator, client: httpx.Client) -> None:
    """Without `next_cursor` a list that goes on says null."""
    app.switches = QonversionSwitches(next_cursor=False)
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
    app.switches = QonversionSwitches(system_in_list=True)
    made = app.seed_many(1)
    first = client.get("/segments", params={"limit": 1})
    rest = client.get("/segments", params={"starting_after": "active-subscribers"})

    assert ["active-subscribers", "churned-users", *made] == ids(first) + ids(rest)


def test_automations_are_paged(app: Emulator, client: httpx.Client) -> None:
    """Automations are listed like segments, each with the one segment that it uses, or null."""
    app.add_automation("Welcome", "s-1")
    app.add_automation("Idle", None)
    first = client.get("/automations", params={"limit": 1}).json()
    second = client.get("/automations", params={"starting_after": first["next_cursor"]}).json()

    assert ({"segments": "s-1"}, True) == (first["data"][0]["data"], first["has_more"])
    assert ({"segments": None}, False) == (second["data"][0]["data"], second["has_more"])
    assert ("list", "/v4/automations", "automation") == (first["object"], first["url"], first["data"][0]["object"])
