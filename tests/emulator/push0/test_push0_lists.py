"""What Push0's pages say of the list and its pages, and what faults make of it, asked of the emulator."""

import json
from typing import Any

import httpx
import pytest

from reconciler.emulator.app import Emulator
from reconciler.emulator.faults import Fault, FaultKind
from reconciler.emulator.push0_switches import ListPrefix, PageCap, Push0Switches

PHONES: dict[str, Any] = {"name": "Phones", "constraints": []}


def names(response: httpx.Response) -> list[str]:
    """Return the names on a page."""
    assert response.status_code == 200
    return [segment["name"] for segment in response.json()]


def test_list_of_a_new_project(client: httpx.Client) -> None:
    """A new project has the built-in segment, without constraints, in a bare array."""
    (built_in,) = client.get("/v1/segments").json()
    expected = {
        "id": built_in["id"],
        "name": "All",
        "description": None,
        "constraints": [],
        "updatedAt": None,
        "createdAt": 1_735_689_600_000,
    }

    assert expected == built_in
    assert len(built_in["id"]) == len("sg_") + 21


def test_list_has_fifty_by_default(app: Emulator, client: httpx.Client) -> None:
    """The built-in segment and the 49 oldest others come where neither page nor limit is given."""
    app.seed_many(50)

    assert ["All", *(f"Segment {number:05}" for number in range(1, 50))] == names(client.get("/v1/segments"))


@pytest.mark.parametrize(("count", "limit", "cap"), [(99, 100, 100), (6, 3, 100), (6, 100, 3), (20, 100, 10)])
def test_pages_hold_every_segment_once(
    app: Emulator, client: httpx.Client, count: int, limit: int, cap: PageCap
) -> None:
    """Counting pages from 1 until one is empty gives each segment once, on short pages where they are capped."""
    app.switches = Push0Switches(page_cap=cap)
    app.seed_many(count)
    expected = [str(segment["name"]) for segment in app.segments(system=True)]
    seen: list[list[str]] = []
    while page := names(client.get("/v1/segments", params={"page": len(seen) + 1, "limit": limit})):
        seen.append(page)

    assert expected == [name for page in seen for name in page]
    assert min(limit, cap) == len(seen[0])


def test_cap_leaves_smaller_pages_alone(app: Emulator, client: httpx.Client) -> None:
    """A limit below the cap is kept."""
    app.switches = Push0Switches(page_cap=10)
    app.seed_many(20)

    assert ["Segment 00002", "Segment 00003"] == names(client.get("/v1/segments", params={"page": 2, "limit": 2}))


@pytest.mark.parametrize("query", [{}, {"page": "9", "limit": "1", "name": "All"}])
def test_id_asks_for_one(app: Emulator, client: httpx.Client, query: dict[str, str]) -> None:
    """An id gives a list of that one segment, whatever else is asked, and an unknown id an empty list."""
    app.seed_many(2)
    wanted = app.put_segment(PHONES)
    built_in = str(app.segments(system=True)[0]["id"])

    assert ["Phones"] == names(client.get("/v1/segments", params=query | {"id": wanted}))
    assert ["All"] == names(client.get("/v1/segments", params=query | {"id": built_in}))
    assert [] == names(client.get("/v1/segments", params=query | {"id": "nobody"}))


@pytest.mark.parametrize(
    ("asked", "exact", "partial"),
    [
        ("Phones", ["Phones", "Phones"], ["Phones", "Phones", "Old Phones"]),
        ("phones", [], []),
        ("All", ["All"], ["All"]),
        ("l", [], ["All", "Old Phones"]),
    ],
)
def test_name_asks_for_all_of_that_name(
    app: Emulator, client: httpx.Client, asked: str, exact: list[str], partial: list[str]
) -> None:
    """A name gives the segments that have it, or with `partial_names` those that contain it, in order."""
    for name in ("Phones", "Phones", "Old Phones"):
        app.put_segment(PHONES | {"name": name})
    found = []
    for switches in (Push0Switches(), Push0Switches(partial_names=True)):
        app.switches = switches
        found.append(names(client.get("/v1/segments", params={"name": asked})))

    assert [exact, partial] == found


def test_name_is_paged(app: Emulator, client: httpx.Client) -> None:
    """Page and limit count the segments of the name alone."""
    app.seed_many(1)
    made = [app.put_segment(PHONES) for _ in range(3)]
    response = client.get("/v1/segments", params={"name": "Phones", "page": 2, "limit": 2})

    assert made[2:] == [segment["id"] for segment in response.json()]


def test_other_parameters_are_ignored(client: httpx.Client) -> None:
    """A parameter that no page describes changes nothing."""
    assert ["All"] == names(client.get("/v1/segments", params={"sort": "name"}))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        *[(f"limit={value}", "`limit` must be an integer from 1 to 100") for value in ("0", "101", "-1", "1.0", "x")],
        *[
            (f"page={value}", "`page` must be a positive integer")
            for value in ("0", "-1", "1.0", "x", "%C2%B2", "1" * 5000)
        ],
        *[(f"{name}=", f"`{name}` has no value") for name in ("id", "name", "page", "limit")],
        ("id=x&limit=0", "`limit` must be an integer from 1 to 100"),
    ],
)
def test_wrong_query_is_400(client: httpx.Client, query: str, message: str) -> None:
    """A limit outside 1 to 100, a page below 1, and a parameter without a value are refused."""
    response = client.get(f"/v1/segments?{query}")

    assert (400, {"error": message}) == (response.status_code, response.json())


@pytest.mark.parametrize(
    ("prefix", "reads", "writes"),
    [("both", [200, 200], [200, 200]), ("v1", [200, 404], [200, 404]), ("api", [404, 200], [200, 200])],
)
def test_prefix_of_the_list(
    app: Emulator, client: httpx.Client, prefix: ListPrefix, reads: list[int], writes: list[int]
) -> None:
    """The list is under either prefix or under one; writes are under `/v1`, and wherever the list is."""
    app.switches = Push0Switches(list_prefix=prefix, empty_create=True)
    paths = ("/v1/segments", "/api/v1/segments")

    assert reads == [client.get(path).status_code for path in paths]
    assert reads == [client.head(path).status_code for path in paths]
    assert writes == [client.post(path, json=PHONES).status_code for path in paths]


def test_repeated_page(app: Emulator, client: httpx.Client) -> None:
    """The first page may be answered again where a later one was asked for."""
    app.seed_many(3)
    app.faults = [Fault(FaultKind.REPEATED_PAGE, at=2)]
    pages = [names(client.get("/v1/segments", params={"page": page, "limit": 2})) for page in (1, 2, 2)]

    assert [["All", "Segment 00001"], ["All", "Segment 00001"], ["Segment 00002", "Segment 00003"]] == pages


def test_other_page_faults(app: Emulator, client: httpx.Client) -> None:
    """A page may be empty, or begin with the segment that the page before ended with."""
    app.seed_many(3)
    app.faults = [Fault(FaultKind.EMPTY_PAGE, at=1), Fault(FaultKind.DUPLICATE_ID, at=3)]
    pages = [names(client.get("/v1/segments", params={"page": page, "limit": 2})) for page in (1, 1, 2)]

    assert [[], ["All", "Segment 00001"], ["Segment 00001", "Segment 00002", "Segment 00003"]] == pages


def test_truncated_json(app: Emulator, client: httpx.Client) -> None:
    """A list may end in the middle."""
    whole = client.get("/v1/segments").content
    app.faults = [Fault(FaultKind.TRUNCATED_JSON)]
    response = client.get("/v1/segments")

    assert (200, whole[: len(whole) // 2]) == (response.status_code, response.content)
    with pytest.raises(json.JSONDecodeError):
        response.json()


def test_missing_member(app: Emulator, client: httpx.Client) -> None:
    """A segment in the list may lack a member."""
    app.faults = [Fault(FaultKind.MISSING_MEMBER, member="0.updatedAt")]
    (segment,) = client.get("/v1/segments").json()

    assert list(segment) == ["id", "name", "description", "constraints", "createdAt"]


@pytest.mark.parametrize("kind", [FaultKind.STATUS, FaultKind.UNTYPED_ERROR])
def test_status(app: Emulator, client: httpx.Client, kind: FaultKind) -> None:
    """A documented status may be answered in the vendor's words, and nothing is created."""
    app.faults = [Fault(kind, status=429, retry_after="7", match="POST *")]
    response = client.post("/v1/segments", json=PHONES)

    assert (429, "7") == (response.status_code, response.headers["Retry-After"])
    assert response.json() == {"error": "an arranged fault with status 429"}
    assert app.segments() == []
