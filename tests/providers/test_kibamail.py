"""The Kibamail provider against answers as the vendor documents them: its verbs, its quirks, its keys."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from providers.kibamail_vendor import NONE, WIRE, Vendor

from reconciler.core.segment import Json, Live
from reconciler.errors import VendorFailure
from reconciler.intake.parse import DEFINITION_DEPTH, parse
from reconciler.intake.schema import schema, waves_through
from reconciler.providers.kibamail import VENDOR, credential_problem

ERRORS = {name: wire["response"] for name, wire in WIRE.items() if name.startswith("error")}
US: Json = {"field": "country", "operator": "eq", "value": "US"}
SEGMENT: dict[str, Json] = {"object": "segment", "id": "a", "name": "A", "description": None, "conditions": US}
BODY: dict[str, Json] = {"name": "A", "conditions": US}


def page(*ids: str, more: bool = False) -> tuple[int, Any]:
    """Return a page of segments."""
    return 200, {"hasMore": more, "data": [SEGMENT | {"id": each} for each in ids]}


def live(segment: dict[str, Any]) -> Live:
    """Return a segment of the wire as the provider should read it."""
    names = ("name", "conditions") if segment["description"] is None else ("name", "description", "conditions")
    return Live(segment["id"], segment["name"], {name: segment[name] for name in names})


@pytest.mark.parametrize("answer", ERRORS.values(), ids=ERRORS)
def test_every_documented_error_is_told_in_the_vendor_s_words(answer: dict[str, Any]) -> None:
    """Types in upper or lower case, details of fields, and the plain text of older versions."""
    error = answer["error"]
    with Vendor({"GET /segments?limit=100": (422, answer)}).transport() as transport, pytest.raises(VendorFailure) as e:
        VENDOR.connect(transport, {}).list()

    assert (error if isinstance(error, str) else f"{error['message']}, {error['code']}") in str(e.value)


def test_every_documented_segment_is_read() -> None:
    """A list without `object`, in both ways of writing conditions, and a segment with and without times."""
    segments, one = WIRE["list"]["response"], WIRE["get"]["response"]
    vendor = Vendor(
        {
            "GET /segments?limit=100": (200, segments),
            f"GET /segments?limit=100&after={segments['data'][-1]['id']}": (200, {"hasMore": False, "data": [one]}),
            f"GET /segments/{one['id']}": (200, WIRE["create"]["response"]),
        }
    )
    with vendor.transport() as transport:
        provider = VENDOR.connect(transport, {})

        assert provider.list() == tuple(live(segment) for segment in (*segments["data"], one))
        assert provider.read(one["id"]) == live(WIRE["create"]["response"])


@pytest.mark.parametrize("name", ["create", "create-answer-id"])
def test_a_creation_is_read_back_by_the_id_in_the_answer(name: str) -> None:
    """The page answers the segment, the vendor's source its id alone; no header says that it may be repeated."""
    wire = WIRE[name]
    stored = {"description": None, **wire["request"], "id": wire["response"]["id"]}
    path = f"/segments/{stored['id']}"
    vendor = Vendor({"POST /segments": (201, wire["response"]), f"GET {path}": (200, stored)})
    with vendor.transport() as transport:
        assert VENDOR.connect(transport, {}).create(wire["request"], idempotency_key="k") == live(stored)

    assert vendor.sent == [("POST /segments", wire["request"]), f"GET {path}"]
    assert all("IDEMPOTENCY" not in name for names in vendor.headers for name in names)


def test_an_update_sends_every_member_and_is_read_back() -> None:
    """What is left out would stay as it was, so a description that the body lacks is sent as null."""
    wire = WIRE["update"]
    path = f"/segments/{wire['response']['id']}"
    stored = wire["request"] | {"id": wire["response"]["id"]}
    vendor = Vendor({f"PUT {path}": (200, wire["response"]), f"GET {path}": (200, stored)})
    body = {name: value for name, value in wire["request"].items() if value is not None}
    with vendor.transport() as transport:
        assert VENDOR.connect(transport, {}).update(stored["id"], body) == live(stored)

    assert vendor.sent == [(f"PUT {path}", wire["request"]), f"GET {path}"]


def test_an_update_keeps_the_description_of_the_body() -> None:
    """A description is sent where there is one, an empty one too."""
    vendor = Vendor({"PUT /segments/a": (200, {"id": "a"}), "GET /segments/a": (200, SEGMENT)})
    with vendor.transport() as transport:
        VENDOR.connect(transport, {}).update("a", BODY | {"description": ""})

    assert vendor.sent[0] == ("PUT /segments/a", BODY | {"description": ""})


def test_a_put_on_a_deleted_segment_is_not_believed() -> None:
    """The vendor answers 200, and the segment stays gone."""
    vendor = Vendor({"PUT /segments/a": (200, {"object": "segment", "id": "a"})})
    with vendor.transport() as transport, pytest.raises(VendorFailure) as caught:
        VENDOR.connect(transport, {}).update("a", BODY)

    assert caught.value.problems[0].code == "not-there"


@pytest.mark.parametrize(
    ("answer", "there", "failure"),
    [
        ((200, {"object": "segment", "id": "a"}), False, ""),
        (NONE, False, ""),
        ((200, {"object": "segment", "id": "a"}), True, "still there"),
        ((401, ERRORS["error-scope"]), True, "write:segments"),
    ],
)
def test_a_deletion_is_done_when_the_segment_is_gone(answer: tuple[int, Any], failure: str, *, there: bool) -> None:
    """A 200, and a 404, is a deletion if the segment is gone afterwards; other answers are failures."""
    vendor = Vendor({"DELETE /segments/a": answer, **({"GET /segments/a": (200, SEGMENT)} if there else {})})
    with vendor.transport() as transport:
        provider = VENDOR.connect(transport, {})
        if failure:
            with pytest.raises(VendorFailure, match=failure):
                provider.delete("a")
        else:
            provider.delete("a")
            assert vendor.sent == ["DELETE /segments/a", "GET /segments/a"]


def test_a_page_begins_behind_the_last_segment_of_the_one_before() -> None:
    """Every segment comes once, although one is on two pages."""
    vendor = Vendor(
        {
            "GET /segments?limit=100": page("c", "b", more=True),
            "GET /segments?limit=100&after=b": page("b", "a"),
        }
    )
    with vendor.transport() as transport:
        assert [segment.id for segment in VENDOR.connect(transport, {}).list()] == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (page(), "listing-short"),
        (page(more=True), "listing-short"),
        (page("c", "b", more=True), "listing-repeated"),
        ((200, {"data": []}), "unexpected-answer"),
        ((500, {"error": {"code": "UNEXPECTED_ERROR"}}), "vendor-error"),
    ],
    ids=["dead cursor", "empty", "repeated", "no hasMore", "failed"],
)
def test_a_list_that_does_not_come_whole_is_a_failure(second: tuple[int, Any], code: str) -> None:
    """A cursor that was deleted in between gives an empty last page, which looks like the end of the list."""
    vendor = Vendor({"GET /segments?limit=100": page("c", "b", more=True), "GET /segments?limit=100&after=b": second})
    with vendor.transport() as transport, pytest.raises(VendorFailure) as caught:
        VENDOR.connect(transport, {}).list()

    assert caught.value.problems[0].code == code


def test_a_list_may_be_empty() -> None:
    """A workspace without segments has one page."""
    with Vendor({"GET /segments?limit=100": page()}).transport() as transport:
        assert VENDOR.connect(transport, {}).list() == ()


def test_a_segment_that_does_not_exist_is_none_and_no_other_failure_is() -> None:
    """Only a 404 means that a segment is gone; an answer about another segment is not believed."""
    vendor = Vendor({"GET /segments/b": (401, ERRORS["error-scope"]), "GET /segments/c": (200, SEGMENT)})
    with vendor.transport() as transport:
        provider = VENDOR.connect(transport, {})

        assert provider.read("a") is None
        with pytest.raises(VendorFailure, match="write:segments"):
            provider.read("b")
        with pytest.raises(VendorFailure, match="answered with the segment `a`"):
            provider.read("c")


@pytest.mark.parametrize("change", [str.upper, str.lower])
def test_a_missing_scope_is_told_with_its_name(change: Callable[[str], str]) -> None:
    """It comes with 401, not 403: the message has the vendor's words, and the hint asks what the key may do."""
    error = ERRORS["error-scope"]["error"]
    answer = 401, {"error": error | {name: change(error[name]) for name in ("type", "code")}}
    with Vendor({"POST /segments": answer}).transport() as transport, pytest.raises(VendorFailure) as caught:
        VENDOR.connect(transport, {}).create(BODY, idempotency_key="k")

    problem = caught.value.problems[0]
    assert problem.code == "unauthorized"
    assert problem.message.endswith(
        f"answered 401: This key lacks the scope write:segments., {answer[1]['error']['code']}"
    )
    assert "allowed to do this" in problem.hint


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"description": ""}, Live("a", "A", BODY | {"description": ""})),
        ({"conditions": None}, Live("a", "A", BODY | {"conditions": None}, inexpressible="a condition that is null")),
        ({"conditions": {}}, Live("a", "A", BODY | {"conditions": {}}, inexpressible="a condition that says nothing")),
        ({"name": " "}, Live("a", " ", BODY | {"name": " "}, inexpressible="its empty name")),
        (
            {"name": "", "conditions": 1},
            Live(
                "a", "", {"name": "", "conditions": 1}, inexpressible="its empty name, a condition that is the number 1"
            ),
        ),
    ],
)
def test_an_odd_segment_is_read_with_what_no_definition_could_say(members: dict[str, Any], expected: Live) -> None:
    """Conditions may be any JSON; an empty description is one."""
    with Vendor({"GET /segments/a": (200, SEGMENT | members)}).transport() as transport:
        assert VENDOR.connect(transport, {}).read("a") == expected


@pytest.mark.parametrize("missing", ["id", "name"])
def test_a_segment_without_id_or_name_is_not_read(missing: str) -> None:
    """By these two a segment is known."""
    segment = {name: value for name, value in SEGMENT.items() if name != missing}
    with (
        Vendor({"GET /segments/a": (200, segment)}).transport() as transport,
        pytest.raises(VendorFailure, match=f"`{missing}`"),
    ):
        VENDOR.connect(transport, {}).read("a")


def test_conditions_of_any_depth_are_read() -> None:
    """What nests deeper than a definition may is cut off, so that whatever wraps the body can be read again."""
    deep: Any = US
    for _ in range(400):
        deep = {"$not": deep}
    with Vendor({"GET /segments/a": (200, SEGMENT | {"conditions": deep})}).transport() as transport:
        found = VENDOR.connect(transport, {}).read("a")

    assert found is not None
    assert found.inexpressible == "conditions that nest deeper than 89 levels"
    assert json.dumps(found.body).count("$not") == 89
    assert json.dumps(found.body).count("\\u2026") == 1
    assert parse(json.dumps(found.body).encode(), "a.json", DEFINITION_DEPTH) == found.body


@pytest.mark.parametrize(("secret", "code"), [("kb_x", None), ("sk_x", "credential-kind"), ("", "credential-kind")])
def test_a_key_begins_as_the_vendor_s_keys_do(secret: str, code: str | None) -> None:
    """A key of another vendor is found out before it is sent."""
    problem = credential_problem(secret, {})

    assert (problem.code if problem else None) == code
    assert not secret or secret not in str(problem)


@pytest.mark.parametrize("dialect", [None, "field", "mongo"])
def test_the_example_has_nothing_against_it(dialect: str | None) -> None:
    """What `reconciler init` writes is valid, without a warning, in each dialect."""
    form = VENDOR.form({} if dialect is None else {"dialect": dialect})

    assert waves_through(schema("kibamail.segment"), dict(VENDOR.example))
    assert [*form.findings(VENDOR.example), *form.unchecked(VENDOR.example)] == []
    assert waves_through(schema("kibamail.segment"), dict(form.outgoing(VENDOR.example)))
    assert VENDOR.credential_problem(VENDOR.embedded_credential, VENDOR.example_options) is None
