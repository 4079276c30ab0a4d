"""What is known of Kibamail's lists and their pages, asked of the emulator."""

from typing import Any

import httpx
import pytest

from reconciler.emulator.app import Emulator
from reconciler.emulator.faults import Fault, FaultKind
from reconciler.emulator.tables import Kind


def ids(response: httpx.Response) -> list[str]:
    """Return the ids of a page."""
    assert response.status_code == 200
    return [one["id"] for one in response.json()["data"]]


def test_list_of_nothing(client: httpx.Client) -> None:
    """An empty list has its three members."""
    assert {"object": "segment_list", "hasMore": False, "data": []} == client.get("/segments").json()


def test_list_shows_five_members_and_the_times(app: Emulator, client: httpx.Client) -> None:
    """An item of the list is what a read answers, without the kind of object."""
    (made,) = app.seed_many(1)
    whole = client.get(f"/segments/{made}").json()
    page = client.get("/segments").json()

    assert [{name: whole[name] for name in whole if name != "object"}] == page["data"]
    assert ["id", "name", "description", "conditions", "createdAt", "updatedAt"] == list(page["data"][0])


@pytest.mark.parametrize(
    ("limit", "shown"),
    [
        (None, 20),
        ("", 20),
        ("text", 20),
        ("0", 1),
        ("-7", 1),
        ("3", 3),
        (" +3.9", 3),
        ("3x", 3),
        ("100", 100),
        ("101", 100),
        ("9" * 5000, 100),
        ("\u0663", 20),
    ],
)
def test_limit_is_never_refused(app: Emulator, client: httpx.Client, limit: str | None, shown: int) -> None:
    """A limit outside 1 to 100 becomes the nearest, and one that is no number becomes 20."""
    made = app.seed_many(101)
    response = client.get("/segments", params={} if limit is None else {"limit": limit})

    assert (made[::-1][:shown], True) == (ids(response), response.json()["hasMore"])


@pytest.mark.parametrize(("count", "limit", "pages"), [(0, 1, 1), (3, 1, 3), (100, 100, 1), (101, 100, 2), (7, 3, 3)])
def test_pages_hold_every_segment_once(app: Emulator, client: httpx.Client, count: int, limit: int, pages: int) -> None:
    """Following the last id gives each segment once, newest first, on as few pages as there can be."""
    made = app.seed_many(count)
    seen: list[str] = []
    query: dict[str, Any] = {"limit": limit, "after": ""}
    while True:
        page = client.get("/segments", params=query)
        seen += ids(page)
        if not page.json()["hasMore"]:
            break
        query["after"] = seen[-1]

    assert (made[::-1], pages) == (seen, len(app.requests))


def test_pages_backwards(app: Emulator, client: httpx.Client) -> None:
    """With `before` a page has the segments just newer than the cursor, still newest first."""
    a, b, c, d = app.seed_many(4)
    first = client.get("/segments", params={"before": a, "limit": 2})
    second = client.get("/segments", params={"before": c, "limit": 2})
    both = client.get("/segments", params={"after": b, "before": d})

    assert ([c, b], True) == (ids(first), first.json()["hasMore"])
    assert ([d], False) == (ids(second), second.json()["hasMore"])
    assert [d, c] == ids(both)


@pytest.mark.parametrize("way", ["after", "before"])
@pytest.mark.parametrize("cursor", ["nobody", "topic-newsletter"])
def test_unknown_cursor_ends_the_list(app: Emulator, client: httpx.Client, way: str, cursor: str) -> None:
    """A cursor that is not in the list is answered with an empty page that promises nothing."""
    app.seed_many(2)
    page = client.get("/segments", params={way: cursor}).json()

    assert {"object": "segment_list", "hasMore": False, "data": []} == page


def test_deleted_cursor_ends_the_list(app: Emulator, client: httpx.Client) -> None:
    """A segment that was deleted between two pages hides all that come behind it."""
    made = app.seed_many(3)
    client.delete(f"/segments/{made[1]}")
    page = client.get("/segments", params={"after": made[1]}).json()

    assert ([], False) == (page["data"], page["hasMore"])
    assert [made[2], made[0]] == ids(client.get("/segments"))


def test_contact_properties(client: httpx.Client) -> None:
    """The five contact properties are listed newest first, with name, type and default."""
    page = client.get("/contact-properties").json()
    types = {
        "birthday": "DATE",
        "sessions": "NUMBER",
        "plan": "STRING",
        "last_purchase_date": "STRING",
        "lifetime_value": "NUMBER",
    }

    assert ("contact_property_list", False) == (page["object"], page["hasMore"])
    assert [(name, types[name], None) for name in types] == [
        (one["name"], one["type"], one["defaultValue"]) for one in page["data"]
    ]
    assert ["id", "name", "type", "defaultValue"] == list(page["data"][0])


def test_topics(app: Emulator, client: httpx.Client) -> None:
    """Topics are listed newest first, with fixed ids for the two that a project begins with."""
    app.add_object(Kind.TOPIC, {"name": "Tips", "description": "d", "visibility": "PRIVATE", "defaultOptIn": True}, "t")
    seeded = {"description": None, "visibility": "PUBLIC", "defaultOptIn": False}

    assert client.get("/topics").json() == {
        "object": "topic_list",
        "hasMore": False,
        "data": [
            {"id": "t", "name": "Tips", "description": "d", "visibility": "PRIVATE", "defaultOptIn": True},
            {"id": "topic-product-news", "name": "Product news", **seeded},
            {"id": "topic-newsletter", "name": "Newsletter", **seeded},
        ],
    }


@pytest.mark.parametrize(("path", "count"), [("/contact-properties", 5), ("/topics", 2)])
def test_other_lists_are_paged_too(client: httpx.Client, path: str, count: int) -> None:
    """Contact properties and topics are paged as segments are."""
    everything = ids(client.get(path))
    first = client.get(path, params={"limit": 1})
    rest = client.get(path, params={"after": everything[0]})
    back = client.get(path, params={"before": everything[1]})

    assert count == len(everything)
    assert (everything[:1], True) == (ids(first), first.json()["hasMore"])
    assert (everything[1:], False) == (ids(rest), rest.json()["hasMore"])
    assert everything[:1] == ids(back)
    assert ids(client.get(path, params={"after": "nobody"})) == []


def test_list_follows_the_dashboard(app: Emulator, client: httpx.Client) -> None:
    """Segments that were put into another order come in it, the last one first."""
    a, b, c = app.seed_many(3)
    app.reorder_segments([c, a, b])

    assert [b, a, c] == ids(client.get("/segments"))


def test_faults_know_these_pages(app: Emulator, client: httpx.Client) -> None:
    """A page may be repeated, or be empty and promise more, or say nothing of more, or end in the middle."""
    made = app.seed_many(3)[::-1]
    query = {"limit": "2", "after": made[1]}
    first = client.get("/segments", params={"limit": 2}).json()
    app.faults = [
        Fault(kind, at=at)
        for at, kind in enumerate(
            (FaultKind.REPEATED_PAGE, FaultKind.EMPTY_PAGE, FaultKind.NO_HAS_MORE, FaultKind.TRUNCATED_JSON), 1
        )
    ]
    repeated, empty, silent, cut = [client.get("/segments", params=query) for _ in range(4)]

    assert first == repeated.json()
    assert {"object": "segment_list", "hasMore": True, "data": []} == empty.json()
    assert ["object", "data"] == list(silent.json())
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        cut.json()


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, ("INVALID_REQUEST_ERROR", "INVALID_PARAMETER")),
        (401, ("AUTHENTICATION_ERROR", "INVALID_API_KEY")),
        (403, ("AUTHENTICATION_ERROR", "ACCESS_DENIED")),
        (404, ("INVALID_REQUEST_ERROR", "RESOURCE_NOT_FOUND")),
        (409, ("INVALID_REQUEST_ERROR", "RESOURCE_CONFLICT")),
        (422, ("VALIDATION_ERROR", "VALIDATION_FAILED")),
        (429, ("RATE_LIMIT_ERROR", "RATE_LIMIT_EXCEEDED")),
        (500, ("API_ERROR", "UNEXPECTED_ERROR")),
        (503, ("API_ERROR", "SERVICE_UNAVAILABLE")),
        (520, ("API_ERROR", "UNEXPECTED_ERROR")),
    ],
)
def test_arranged_failures_are_in_the_envelope(
    app: Emulator, client: httpx.Client, status: int, expected: tuple[str, str]
) -> None:
    """A status that was arranged comes in the vendor's envelope, with a type and a code that suit it."""
    app.faults = [Fault(FaultKind.STATUS, status=status)]
    response = client.get("/segments")
    error = response.json()["error"]

    assert (status, expected) == (response.status_code, (error["type"], error["code"]))
    assert ["type", "code", "message", "requestId"] == list(error)
