"""What the Push0 provider reads: lists, single segments, below either prefix, and what it does not believe."""

from collections.abc import Iterable
from typing import Any

import pytest
from providers.push0_stand_in import ALL, BODY, FILES, MESSAGE, Vendor, failure, segment

from reconciler.core.segment import Json, Live

LISTS = {name: wire["response"] for name, wire in FILES.items() if name.startswith("list")}
LACKING = "GET /segments: the list lacks `All`, which every account has; does it count pages from 0?"


def ids(found: Iterable[Live]) -> list[str]:
    """Return the ids of live segments."""
    return [live.id for live in found]


@pytest.mark.parametrize("answer", LISTS.values(), ids=LISTS)
def test_every_documented_list_is_read(answer: list[dict[str, Any]]) -> None:
    """A list as the vendor's page prints it becomes live segments with everything that a definition can say."""
    found = [live for live in Vendor([*answer, ALL]).provider().list() if live.id != "all"]

    assert [
        Live(
            each["id"],
            each["name"],
            {
                name: each[name]
                for name in ("name", "description", "constraints")
                if each[name] or name != "description"
            },
            system=each["name"] == "All",
            looks_system=each["name"] == "All",
        )
        for each in answer
    ] == found


def test_a_list_ends_at_an_empty_page() -> None:
    """Short pages end nothing, since the vendor may cap them; each page costs one request, and the empty one too."""
    vendor = Vendor([ALL, *(segment(f"s{number}") for number in range(4))], cap=2)

    assert ["all", "s0", "s1", "s2", "s3"] == ids(vendor.provider().list())
    assert [f"GET /v1/segments?page={page}&limit=100" for page in (1, 2, 3, 4)] == vendor.sent


def test_a_segment_on_two_pages_is_listed_once() -> None:
    """A page that moved by one because of a newcomer repeats the last segment of the page before."""
    pages: list[Json] = [[segment("a"), segment("b")], [segment("b"), ALL], []]

    assert ["a", "b", "all"] == ids(Vendor(pages=pages).provider().list())


def test_a_list_that_repeats_itself_is_a_failure() -> None:
    """A page without a single new segment would go on for ever: the vendor has not understood `page`."""
    provider = Vendor(pages=[[segment("a"), segment("b")], [segment("b")]]).provider()

    assert ("listing-repeated", "GET /segments: page 2 repeated what was already listed") == failure(provider.list)


@pytest.mark.parametrize("segments", [[], [segment("a")], [segment("a", name="all")]])
def test_a_list_without_the_segment_that_every_account_has_is_not_believed(segments: list[dict[str, Json]]) -> None:
    """An empty list neither: a vendor that counts pages from 0 would have shown what is left after the first one."""
    assert ("listing-short", LACKING) == failure(Vendor(segments).provider().list)


@pytest.mark.parametrize("members", [{"name": "Everybody", "constraints": []}, {"name": "All"}])
def test_a_list_is_believed_by_what_may_be_the_segment_that_every_account_has(members: dict[str, Json]) -> None:
    """Renamed, or with constraints of its own, it still shows that the list begins at its beginning."""
    assert ["a"] == ids(Vendor([segment("a", **members)]).provider().list())


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"data": []}, "expected a list, found an object"),
        (
            [segment("..")],
            "`[0].id` is not an id that can stand in a path",
        ),
    ],
)
def test_a_list_of_another_shape_is_not_believed(answer: Json, words: str) -> None:
    """An envelope, or items without what the page shows, are told instead of guessed at."""
    words = f"GET /segments: the answer is not as the vendor documents it: {words}"

    assert ("unexpected-answer", words) == failure(Vendor(pages=[answer]).provider().list)


def test_segments_of_everybody_or_called_all_are_the_vendor_s() -> None:
    """`All` without constraints is a system segment; one with either alone may be one, unless a record names it."""
    vendor = Vendor([ALL, segment("b", constraints=[]), segment("c", name="All"), segment("d")])

    assert [(True, True), (False, True), (False, True), (False, False)] == [
        (live.system, live.looks_system) for live in vendor.provider().list()
    ]


@pytest.mark.parametrize("moment", ["2026-01-01T00:00:00Z", None, True, {}])
def test_a_time_in_another_form_does_not_stop_a_list(moment: Json) -> None:
    """When a segment was created is needed only for what was just created."""
    assert ["all", "a"] == ids(Vendor([ALL, segment("a", createdAt=moment)]).provider().list())


def test_a_time_that_is_missing_does_not_stop_a_list() -> None:
    """Neither is a time of creation needed at all."""
    bare = {name: value for name, value in segment("a").items() if name != "createdAt"}

    assert ["all", "a"] == ids(Vendor([ALL, bare]).provider().list())


def test_what_no_definition_can_say_comes_with_the_segment() -> None:
    """A live segment that uses more than the vendor documents says so."""
    odd: Json = [{"type": "AND", "constraints": [{"field": "city", "relation": "==", "value": "x"}]}]
    _, live = Vendor([ALL, segment("a", constraints=odd)]).provider().list()

    assert ("the field `city`", odd) == (live.inexpressible, live.body["constraints"])


@pytest.mark.parametrize(
    ("endpoint", "root", "requests"),
    [
        ("/v1", "/v1", ["/v1", "/v1", "/v1"]),
        ("/v1", "/api/v1", ["/v1", "/api/v1", "/api/v1", "/api/v1"]),
        ("/api/v1", "/v1", ["/api/v1", "/v1", "/v1", "/v1"]),
        ("/proxy/v1", "/proxy/api/v1", ["/proxy/v1", "/proxy/api/v1", "/proxy/api/v1", "/proxy/api/v1"]),
    ],
)
def test_the_list_is_looked_for_below_both_prefixes(endpoint: str, root: str, requests: list[str]) -> None:
    """The pages print both `/v1` and `/api/v1` for the list: after a 404 the other one is tried, and remembered."""
    vendor = Vendor([ALL, segment("a")], root=root)
    provider = vendor.provider(f"http://vendor{endpoint}")

    assert (["all", "a"], "a") == (ids(provider.list()), getattr(provider.read("a"), "id", None))
    assert requests == [request.removeprefix("GET ").split("/segments?")[0] for request in vendor.sent]


@pytest.mark.parametrize(
    ("endpoint", "answers", "expected", "count"),
    [
        ("/v1", {}, ("not-found", "GET http://vendor/v1/segments: answered 404: none of that"), 2),
        (
            "/v1",
            {"/api/v1/segments": (401, MESSAGE)},
            ("unauthorized", "GET http://vendor/api/v1/segments: answered 401: none of that"),
            2,
        ),
        (
            "/v1",
            {"/v1/segments": (403, MESSAGE)},
            ("forbidden", "GET http://vendor/v1/segments: answered 403: none of that"),
            1,
        ),
        ("/v2", {}, ("not-found", "GET http://vendor/v2/segments: answered 404: none of that"), 1),
    ],
    ids=["neither", "refused there", "refused here", "another version"],
)
def test_a_list_that_is_nowhere_is_a_failure(
    endpoint: str, answers: dict[str, Any], expected: tuple[str, str], count: int
) -> None:
    """Where neither prefix has the list, the message is about the endpoint as configured; other failures are told."""
    vendor = Vendor(root="/elsewhere", answers=answers)

    assert expected == failure(vendor.provider(f"http://vendor{endpoint}").list)
    assert count == len(vendor.sent)


def test_a_read_asks_the_list_for_one_id() -> None:
    """The segment, or nothing; by the id alone, since the page asks for `page` and `limit` only without one."""
    vendor = Vendor([segment("a"), segment("b")])
    provider = vendor.provider()

    assert ("b", None) == (getattr(provider.read("b"), "id", None), provider.read("c d"))
    assert ["GET /v1/segments?id=b", "GET /v1/segments?id=c+d"] == vendor.sent


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ([segment("b")], "GET /segments?id=a: answered with the segment `b`"),
        ([segment("a"), segment("b")], "GET /segments?id=a: answered with 2 segments"),
    ],
)
def test_an_answer_about_others_is_not_believed(answer: Json, words: str) -> None:
    """A vendor that does not know the query by id answers with whatever it has."""
    provider = Vendor(answers={"id": (200, answer)}).provider()

    assert ("unexpected-answer", words) == failure(lambda: provider.read("a"))


def test_a_404_for_an_id_means_gone_where_the_list_was_read() -> None:
    """A list that is there shows that the endpoint is right; it is not looked for again."""
    vendor = Vendor([ALL], answers={"id": (404, MESSAGE)})
    provider = vendor.provider()
    provider.list()

    assert provider.read("a") is None
    assert ["GET /v1/segments?page=2&limit=100", "GET /v1/segments?id=a"] == vendor.sent[1:]


@pytest.mark.parametrize("root", ["/v1", "/api/v1"])
def test_a_404_for_an_id_means_gone_where_the_list_is_found(root: str) -> None:
    """A run that has not listed looks for the list below both prefixes, once, and asks it for a single segment."""
    vendor = Vendor([ALL], root=root, answers={"id": (404, MESSAGE)})
    provider = vendor.provider()
    roots = ["/v1", "/api/v1"] if root == "/api/v1" else ["/v1"]

    assert (None, None) == (provider.read("a"), provider.read("b"))
    assert [
        "GET /v1/segments?id=a",
        "GET /api/v1/segments?id=a",
        *(f"GET {each}/segments?page=1&limit=1" for each in roots),
        f"GET {root}/segments?id=b",
    ] == vendor.sent


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (404, ("not-found", "GET http://vendor/v1/segments: answered 404: none of that")),
        (401, ("unauthorized", "GET http://vendor/v1/segments: answered 401: no list")),
    ],
)
def test_a_404_for_an_id_is_a_failure_where_no_list_is_read(status: int, expected: tuple[str, str]) -> None:
    """A wrong endpoint answers so to everything, and the first answer is told; what else keeps the list is told."""
    vendor = Vendor(answers={"id": (404, MESSAGE), "page": (status, {"message": "no list"})})

    assert expected == failure(lambda: vendor.provider().read("a"))
    assert "GET /v1/segments?page=1&limit=1" == vendor.sent[2]


def test_a_list_that_cannot_be_read_does_not_say_that_a_segment_is_gone() -> None:
    """What answers with something else than a list is not the vendor's."""
    refused = Vendor([ALL], pages=[{"data": []}], answers={"id": (404, MESSAGE)})
    words = "GET /segments: the answer is not as the vendor documents it: expected a list, found an object"

    assert ("unexpected-answer", words) == failure(lambda: refused.provider().read("a"))


def test_a_read_that_fails_does_not_say_that_there_is_nothing() -> None:
    """Only an empty list or a 404 means that a segment is gone."""
    provider = Vendor([ALL], answers={"id": (500, MESSAGE)}).provider()
    provider.list()

    assert "vendor-error" == failure(lambda: provider.read("a"))[0]


def test_the_live_project_has_nothing_against_a_body() -> None:
    """The API lists no fields, so nothing is asked."""
    vendor = Vendor()

    assert [] == [*vendor.provider().findings(BODY)]
    assert [] == vendor.sent
