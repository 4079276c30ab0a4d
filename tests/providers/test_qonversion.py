"""The Qonversion provider against answers as the vendor documents them, and its pure conversions."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from worlds import FORM, PROD, RENEWS, body

from reconciler.core.canonical import canonical_json
from reconciler.core.segment import Json
from reconciler.errors import SegmentInUse, VendorFailure
from reconciler.providers.qonversion import VENDOR, credential_problem
from reconciler.providers.qonversion.convert import inexpressible
from reconciler.web.transport import Transport

WIRE = Path(__file__).parent.parent / "wire" / "qonversion"
SEGMENT = {"object": "segment", "id": "a", "url": "/v4/segments/a", "name": "A", "is_system": False, "conditions": []}
AUTOMATIONS = [
    {"id": "m1", "name": "Win back", "data": {"segments": "a"}},
    {"id": "m2", "data": {"segments": ["b", "a"]}},
    {"id": "m3", "name": "Other", "data": {"segments": None}},
]


class Vendor:
    """A WSGI app that answers each path with what it was given, and remembers what was sent."""

    def __init__(self, **answers: tuple[int, Any]) -> None:
        self.answers = answers
        self.sent: list[tuple[str, Any]] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer `GET /v4/segments/a` with what was given for `GET_segments_a`, else 404."""
        path = environ["PATH_INFO"].removeprefix("/v4/").replace("/", "_")
        request = f"{environ['REQUEST_METHOD']}_{path}"
        content = environ["wsgi.input"].read()
        self.sent.append((request, json.loads(content) if content else None))
        status, answer = self.answers.get(request, (404, {"error": {"code": "not_found", "message": "none"}}))
        start_response(f"{status} X", [("Content-Type", "application/json")])
        return [b"" if answer is None else json.dumps(answer).encode()]

    def transport(self) -> Transport:
        """Return a transport to this vendor."""
        return Transport("http://vendor/v4", "test_sk_x", app=self)


def page(*items: Any, more: bool = False) -> tuple[int, Any]:  # noqa: ANN401 - JSON
    """Return a page of a list."""
    return 200, {"object": "list", "url": "/v4/segments", "data": list(items), "has_more": more}


ANSWERS = {
    file.stem: wire["response"]
    for file in sorted(WIRE.glob("*.json"))
    if "response" in (wire := json.loads(file.read_text(encoding="utf-8")))
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_every_documented_answer_is_read(answer: dict[str, Any]) -> None:
    """A segment, a list or an error as the vendor's pages print it is understood as it stands."""
    if "error" in answer:
        with Vendor(GET_segments=(422, answer)).transport() as transport, pytest.raises(VendorFailure) as caught:
            VENDOR.connect(transport, {}).list()
        assert answer["error"]["message"] in str(caught.value)
    elif answer["object"] == "list":
        vendor = Vendor(GET_segments=(200, {**answer, "has_more": False}), GET_segments_system=page())
        with vendor.transport() as transport:
            assert len(VENDOR.connect(transport, {}).list()) == len(answer["data"])
    else:
        with Vendor(**{f"GET_segments_{answer['id']}": (200, answer)}).transport() as transport:
            live = VENDOR.connect(transport, {}).read(answer["id"])
        assert live is not None
        assert live.system is answer["is_system"]
        assert FORM.canonical(live.body) == FORM.canonical({name: answer[name] for name in ("name", "conditions")})


def test_an_update_always_sends_name_and_conditions() -> None:
    """The vendor leaves conditions that are not sent as they were, so a body without them is sent with none."""
    vendor = Vendor(PUT_segments_a=(200, SEGMENT), GET_segments_a=(200, SEGMENT))
    with vendor.transport() as transport:
        VENDOR.connect(transport, {}).update("a", {"name": "A"})

    assert vendor.sent[0] == ("PUT_segments_a", {"name": "A", "conditions": []})


@pytest.mark.parametrize(
    ("answer", "requests"),
    [
        (SEGMENT, ["PUT_segments_a"]),
        (None, ["PUT_segments_a", "GET_segments_a"]),
        ({"id": "a", "name": "A"}, ["PUT_segments_a", "GET_segments_a"]),
    ],
    ids=["a whole segment", "nothing", "less than a segment"],
)
def test_an_update_is_read_back_where_its_answer_is_no_whole_segment(answer: Json, requests: list[str]) -> None:
    """The vendor documents the stored segment as the answer: then that is what was read."""
    vendor = Vendor(PUT_segments_a=(200, answer), GET_segments_a=(200, SEGMENT))
    with vendor.transport() as transport:
        live = VENDOR.connect(transport, {}).update("a", {"name": "A"})

    assert (live.id, live.body) == ("a", {"name": "A", "conditions": []})
    assert [request for request, _ in vendor.sent] == requests


def test_an_update_that_is_answered_with_another_segment_is_a_failure() -> None:
    """Nobody knows then which one was changed."""
    vendor = Vendor(PUT_segments_b=(200, SEGMENT), GET_segments_b=(200, {**SEGMENT, "id": "b"}))
    with vendor.transport() as transport, pytest.raises(VendorFailure, match="answered with the segment `a`"):
        VENDOR.connect(transport, {}).update("b", {"name": "A"})


def test_a_hundred_deletions_share_a_listing_of_the_automations() -> None:
    """The next one looks anew, and so does one after any other write or a listing of the segments."""
    vendor = Vendor(
        GET_automations=page(), GET_segments=page(), GET_segments_system=page(), PUT_segments_a=(200, SEGMENT)
    )
    listings = []
    with vendor.transport() as transport:
        provider = VENDOR.connect(transport, {})
        for before in (provider.list, lambda: provider.update("a", {"name": "A"}), lambda: None):
            before()
            for number in range(101):
                provider.delete(f"s{number}")
            listings.append([request for request, _ in vendor.sent].count("GET_automations"))

    assert listings == [2, 4, 5]


def test_a_listing_of_the_automations_that_failed_blocks_every_deletion() -> None:
    """It is not remembered as an empty one: the next deletion asks again, and nothing is deleted."""
    vendor = Vendor(GET_automations=(403, {"error": {"message": "no right"}}))
    with vendor.transport() as transport:
        provider = VENDOR.connect(transport, {})
        for segment_id in "ab":
            with pytest.raises(VendorFailure, match="no right"):
                provider.delete(segment_id)

    assert [request for request, _ in vendor.sent] == ["GET_automations"] * 2


def test_a_segment_that_automations_use_is_not_deleted() -> None:
    """Every automation that names it, alone or among others, is in the message; no deletion is sent."""
    vendor = Vendor(GET_automations=page(*AUTOMATIONS), GET_segments_a=(200, SEGMENT))
    with vendor.transport() as transport, pytest.raises(SegmentInUse, match=r"automation `Win back`.*automation `m2`"):
        VENDOR.connect(transport, {}).delete("a")

    assert [request for request, _ in vendor.sent] == ["GET_automations"]


@pytest.mark.parametrize(
    ("status", "there", "failure"),
    [(204, False, ""), (200, False, ""), (404, False, ""), (409, True, "was not deleted"), (204, True, "still there")],
)
def test_a_deletion_is_done_when_the_segment_is_gone(status: int, failure: str, *, there: bool) -> None:
    """Any 2xx, and a 404, is a deletion if the segment is gone afterwards; a 409 means that something uses it."""
    answers: dict[str, tuple[int, Any]] = {"GET_automations": page(), "DELETE_segments_a": (status, None)}
    with Vendor(**answers, **({"GET_segments_a": (200, SEGMENT)} if there else {})).transport() as transport:
        provider = VENDOR.connect(transport, {})
        if failure:
            with pytest.raises(VendorFailure, match=failure):
                provider.delete("a")
        else:
            provider.delete("a")


def test_a_read_that_fails_does_not_say_that_there_is_nothing() -> None:
    """Only a 404 means that a segment is gone."""
    vendor = Vendor(GET_segments_a=(403, {"error": {"message": "no right"}}))
    with vendor.transport() as transport, pytest.raises(VendorFailure, match="no right"):
        VENDOR.connect(transport, {}).read("a")


def test_another_failure_of_a_deletion_is_told() -> None:
    """A 403 on a deletion is neither gone nor in use."""
    vendor = Vendor(GET_automations=page(), DELETE_segments_a=(403, {"error": {"message": "no right"}}))
    with vendor.transport() as transport, pytest.raises(VendorFailure, match="no right"):
        VENDOR.connect(transport, {}).delete("a")


def test_what_was_written_and_is_not_there_is_a_failure() -> None:
    """A write that cannot be read back is not believed."""
    vendor = Vendor(POST_segments=(201, SEGMENT))
    with vendor.transport() as transport, pytest.raises(VendorFailure, match="not there after it was written"):
        VENDOR.connect(transport, {}).create({"name": "A"}, idempotency_key="k")


def test_an_answer_about_another_segment_is_not_believed() -> None:
    """Reading one segment and being given another is a failure."""
    with (
        Vendor(GET_segments_b=(200, SEGMENT)).transport() as transport,
        pytest.raises(VendorFailure, match="answered with the segment `a`"),
    ):
        VENDOR.connect(transport, {}).read("b")


@pytest.mark.parametrize(
    ("secret", "environment", "code"),
    [
        ("sk_x", "production", None),
        ("test_sk_x", "sandbox", None),
        ("sk_x", None, None),
        ("test_sk_x", "production", "credential-environment"),
        ("sk_x", "sandbox", "credential-environment"),
        ("project_key", None, "credential-kind"),
    ],
)
def test_a_key_says_which_environment_it_is_for(secret: str, environment: str | None, code: str | None) -> None:
    """A key for the other environment is found out before it is sent."""
    problem = credential_problem(secret, {"environment": environment} if environment else {})

    assert (problem.code if problem else None) == code
    assert secret not in str(problem)


def test_the_canonical_form_folds_order_and_defaults_and_nothing_else() -> None:
    """Shuffled, default-filled and absent conditions are one body; a negated `eq` is not an `ne`."""
    one, other = FORM.canonical(body("A", PROD, RENEWS)), FORM.canonical(body("A", {**RENEWS, "negate": False}, PROD))

    assert canonical_json(one) == canonical_json(other)
    assert FORM.canonical({"name": "A"}) == FORM.canonical(body("A"))
    assert FORM.canonical(body("A", {**PROD, "negate": True})) != FORM.canonical(
        body("A", {**PROD, "comparator": "ne"})
    )


@pytest.mark.parametrize("odd", [None, "x", {"a": 1}, [None, 1, "x"]])
def test_the_conversions_are_total(odd: Json) -> None:
    """A body of any shape has a canonical form, labels and findings."""
    shape: dict[str, Json] = {"name": "A", "conditions": odd}

    assert FORM.canonical(shape)["name"] == "A"
    assert list(FORM.findings(shape)) == []
    assert FORM.label(odd) == ""


def test_labels_are_in_the_vendor_s_words() -> None:
    """A condition is named by metric and comparator, and says so where it is negated."""
    assert [FORM.label(PROD), FORM.label({**PROD, "negate": True})] == ["environment eq", "environment not eq"]


def test_doubtful_conditions_are_found() -> None:
    """Unknown metrics, environments that no user has, and repeated conditions; each with where it stands."""
    odd: Json = {"metric": "country", "comparator": "eq", "value": "DE"}
    found = FORM.findings(body("A", PROD, {**PROD, "negate": False}, odd, {**PROD, "value": "production"}))

    assert [(finding.code, finding.pointer) for finding in sorted(found, key=lambda each: each.pointer[:2])] == [
        ("repeated-condition", ("conditions", 1)),
        ("unknown-metric", ("conditions", 2, "metric")),
        ("unknown-environment", ("conditions", 3, "value")),
    ]
    assert [("conditions", 2)] == [finding.pointer for finding in FORM.findings(body("A", PROD, "odd", PROD))]


def test_what_a_definition_cannot_say_is_named_once() -> None:
    """Members and comparators beyond the documented ones, and items that are no conditions."""
    assert inexpressible([PROD, RENEWS]) == ""
    assert inexpressible([{**PROD, "window": "7d"}, {**PROD, "window": "1d", "comparator": "in"}]) == (
        "a condition's member `window`, the comparator `in`"
    )
    assert inexpressible([None]) == "the comparator `None`"
