"""Faults between the app and its client."""

import json

import httpx
import pytest
from werkzeug import Request
from werkzeug.test import EnvironBuilder

from reconciler.emulator.app import Emulator
from reconciler.emulator.faults import Fault, FaultKind, Faults
from reconciler.emulator.qonversion import VENDOR
from reconciler.emulator.wire import answered

BODY = {"name": "Premium Users"}


def ids(response: httpx.Response) -> list[str]:
    """Return the ids of a page."""
    return [segment["id"] for segment in response.json()["data"]]


def names(app: Emulator) -> list[object]:
    """Return the names of the live segments."""
    return [segment["name"] for segment in app.segments()]


def test_no_fault_by_default(app: Emulator, client: httpx.Client) -> None:
    """An app without faults answers as its vendor does."""
    assert app.faults == ()
    assert client.get("/segments").status_code == 200


def test_nth_request_fails(app: Emulator, client: httpx.Client) -> None:
    """A fault at a number strikes that request alone."""
    app.faults = [Fault(FaultKind.STATUS, at=2)]

    assert [client.get("/segments").status_code for _ in range(3)] == [200, 500, 200]


def test_replaced_faults_count_anew(app: Emulator, client: httpx.Client) -> None:
    """Setting the faults starts their counts again."""
    for _ in range(2):
        app.faults = (Fault(FaultKind.STATUS, at=1),)

        assert [client.get("/segments").status_code for _ in range(2)] == [500, 200]


def test_nth_request_of_those_that_match_fails(app: Emulator, client: httpx.Client) -> None:
    """A pattern and a number together count only the requests that match, queries aside."""
    app.faults = [
        Fault(FaultKind.STATUS, at=2, match="GET /v4/segments"),
        Fault(FaultKind.STATUS, match="PUT *", status=502),
    ]
    paths = ["/segments", "/segments/x", "/segments?limit=1", "/segments"]

    assert [client.get(path).status_code for path in paths] == [200, 404, 500, 200]
    assert [client.put("/segments/x").status_code for _ in range(2)] == [502, 502]


def test_first_fault_that_is_due_wins(app: Emulator, client: httpx.Client) -> None:
    """One request meets one fault, and the others go on counting."""
    app.faults = [Fault(FaultKind.STATUS, at=1, status=503), Fault(FaultKind.STATUS, at=2, status=502)]

    assert [client.get("/segments").status_code for _ in range(3)] == [503, 502, 200]


@pytest.mark.parametrize(("status", "code"), [(429, "too_many_requests"), (503, "unexpected_error")])
@pytest.mark.parametrize("retry_after", [None, "7"])
def test_status_keeps_the_request_from_the_vendor(
    app: Emulator, client: httpx.Client, status: int, code: str, retry_after: str | None
) -> None:
    """A status is answered in the envelope, with or without `Retry-After`, and nothing is created."""
    app.faults = [Fault(FaultKind.STATUS, status=status, retry_after=retry_after)]
    response = client.post("/segments", json=BODY)

    assert (status, code) == (response.status_code, response.json()["error"]["code"])
    assert retry_after == response.headers.get("Retry-After")
    assert names(app) == []


def test_error_without_type(app: Emulator, client: httpx.Client) -> None:
    """An error may leave out its type."""
    app.faults = [Fault(FaultKind.UNTYPED_ERROR, status=422)]
    response = client.get("/segments")

    assert (422, ["code", "message"]) == (response.status_code, list(response.json()["error"]))


def test_html(app: Emulator, client: httpx.Client) -> None:
    """A page for people may be answered with any status."""
    app.faults = [Fault(FaultKind.HTML, status=200, retry_after="1")]
    response = client.get("/segments")

    assert (200, "text/html; charset=utf-8", "1") == (
        response.status_code,
        response.headers["Content-Type"],
        response.headers["Retry-After"],
    )
    assert response.text.startswith("<!doctype html>")


def test_redirect(app: Emulator, client: httpx.Client) -> None:
    """A redirect leads to another host and asks for the same request there."""
    app.faults = [Fault(FaultKind.REDIRECT)]
    response = client.post("/segments", json=BODY)

    assert (307, "https://elsewhere.invalid/v4/segments") == (response.status_code, response.headers["Location"])


def test_failed_after_commit(app: Emulator, client: httpx.Client) -> None:
    """A failure may be answered although the segment was created."""
    app.faults = [Fault(FaultKind.FAILED_AFTER_COMMIT, at=1, status=408)]

    assert client.post("/segments", json=BODY).status_code == 408
    assert names(app) == ["Premium Users"]


def test_truncated_json(app: Emulator, client: httpx.Client) -> None:
    """An answer may end in the middle, with a length that says so."""
    whole = client.get("/segments").content
    app.faults = [Fault(FaultKind.TRUNCATED_JSON)]
    response = client.get("/segments")

    assert (200, whole[: len(whole) // 2]) == (response.status_code, response.content)
    with pytest.raises(json.JSONDecodeError):
        response.json()


@pytest.mark.parametrize("member", ["has_more", "data"])
def test_missing_member(app: Emulator, client: httpx.Client, member: str) -> None:
    """A member may be missing from the top of an answer."""
    app.faults = [Fault(FaultKind.MISSING_MEMBER, member=member)]

    assert member not in client.get("/segments").json()


def test_missing_member_inside(app: Emulator, client: httpx.Client) -> None:
    """A member may be missing inside an answer."""
    app.seed_many(2)
    app.faults = [Fault(FaultKind.MISSING_MEMBER, member="data.1.conditions.0.value")]
    first, second = client.get("/segments").json()["data"]

    assert "value" in first["conditions"][0]
    assert "value" not in second["conditions"][0]


@pytest.mark.parametrize("member", ["nothing", "data.9.id", "object.id.x", "data", "url.9"])
def test_member_that_is_not_there(app: Emulator, client: httpx.Client, member: str) -> None:
    """A fault about a member that an answer does not have leaves the answer as it is."""
    app.faults = [Fault(FaultKind.MISSING_MEMBER, member=member, match="GET /v4/segments/x")]

    assert client.get("/segments/x").json()["error"]["code"] == "not_found"
    assert client.get("/segments").json()["data"] == []


def test_fault_on_an_answer_without_a_body(app: Emulator, client: httpx.Client) -> None:
    """An answer without a body stays without one."""
    made = app.seed_many(2)
    for one, kind in zip(made, (FaultKind.MISSING_MEMBER, FaultKind.EMPTY_PAGE), strict=True):
        app.faults = [Fault(kind)]

        assert client.delete(f"/segments/{one}").content == b""


@pytest.mark.parametrize(("member", "expected"), [("has_more", "wrong"), ("data", "wrong"), ("object", 42)])
def test_wrong_type(app: Emulator, client: httpx.Client, member: str, expected: str | int) -> None:
    """A member may have another type: a string becomes a number, all else a string."""
    app.faults = [Fault(FaultKind.WRONG_TYPE, member=member)]

    assert expected == client.get("/segments").json()[member]


def test_repeated_page(app: Emulator, client: httpx.Client) -> None:
    """The first page may be answered again where a later one was asked for."""
    app.seed_many(3)
    app.faults = [Fault(FaultKind.REPEATED_PAGE, at=2)]
    first = client.get("/segments", params={"limit": 2})
    second = client.get("/segments", params={"limit": 2, "starting_after": "segment-00002"})

    assert first.json() == second.json()


def test_empty_page_that_promises_more(app: Emulator, client: httpx.Client) -> None:
    """A page may be empty and say that there is more."""
    app.seed_many(1)
    app.faults = [Fault(FaultKind.EMPTY_PAGE)]
    page = client.get("/segments").json()

    assert ([], True) == (page["data"], page["has_more"])


def test_no_has_more(app: Emulator, client: httpx.Client) -> None:
    """A page may not say whether there is more."""
    app.faults = [Fault(FaultKind.NO_HAS_MORE)]

    assert ["object", "url", "data", "next_cursor"] == list(client.get("/segments").json())


def test_duplicate_id_across_pages(app: Emulator, client: httpx.Client) -> None:
    """A page may begin with the segment that the page before ended with, and goes on as it would."""
    made = app.seed_many(3)
    app.faults = [Fault(FaultKind.DUPLICATE_ID, at=2)]
    first = client.get("/segments", params={"limit": 2})
    second = client.get("/segments", params={"limit": 2, "starting_after": made[1]})

    assert ([made[0], made[1]], [made[1], made[2]]) == (ids(first), ids(second))
    assert second.json()["has_more"] is False


def test_duplicate_id_after_an_error(app: Emulator, client: httpx.Client) -> None:
    """An answer without items between two pages does not change what the page before ended with."""
    made = app.seed_many(3)
    app.faults = [Fault(FaultKind.DUPLICATE_ID, at=3), Fault(FaultKind.STATUS, at=2)]
    client.get("/segments", params={"limit": 2})
    pages = [client.get("/segments", params={"limit": 2, "starting_after": made[1]}) for _ in range(2)]

    assert (500, [made[1], made[2]]) == (pages[0].status_code, ids(pages[1]))


def test_duplicate_id_on_the_first_page(app: Emulator, client: httpx.Client) -> None:
    """On a first page it is the page's own first segment that comes twice."""
    made = app.seed_many(2)
    app.faults = [Fault(FaultKind.DUPLICATE_ID, at=1)]

    assert [made[0], *made] == ids(client.get("/segments"))


@pytest.mark.parametrize(("kind", "expected"), [(FaultKind.EMPTY_PAGE, []), (FaultKind.DUPLICATE_ID, [1, 1, 2])])
def test_page_that_is_a_bare_array(kind: FaultKind, expected: list[int]) -> None:
    """The page faults know lists that are bare arrays too."""
    request = Request(EnvironBuilder("/v1/segments").get_environ())

    assert expected == Faults(VENDOR.failure, [Fault(kind)]).through(request, lambda _: answered([1, 2])).get_json()
