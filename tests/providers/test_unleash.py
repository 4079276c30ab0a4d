"""The Unleash provider against answers as the vendor gives them: its verbs, its quirks, its tokens."""

from collections.abc import Callable
from typing import Any

import pytest
from providers.unleash_vendor import DONE, NONE, TOKEN, WIRE, Vendor

from reconciler.core.ports import Provider
from reconciler.core.segment import Json, Live
from reconciler.errors import SegmentInUse, VendorFailure
from reconciler.providers.unleash import VENDOR

BODY: dict[str, Json] = {"name": "A", "constraints": []}
SEGMENT: dict[str, Json] = {"id": 7, "name": "A", "description": None, "constraints": []}
CONFIG = 200, {"resourceLimits": {"segments": 2}}
REFUSED = 400, WIRE["error-invalid"]["response"]


def live(segment: dict[str, Any]) -> Live:
    """Return a segment of the wire as the provider should read it."""
    names = [name for name in ("name", "description", "project", "constraints") if segment.get(name) is not None]
    flags = segment.get("usedInFeatures", 0)
    used_by = {0: "", 1: "1 flag"}.get(flags, f"{flags} flags")
    return Live(str(segment["id"]), segment["name"], {name: segment[name] for name in names}, used_by=used_by)


def failed(vendor: Vendor, act: Callable[[Provider], object]) -> str:
    """Return the code and the words of the failure that an act ends in."""
    with vendor.transport() as transport, pytest.raises(VendorFailure) as caught:
        act(VENDOR.connect(transport, {}))
    return f"{caught.value.problems[0].code}: {caught.value.problems[0].message}"


def test_the_list_is_one_page_and_the_token_goes_bare() -> None:
    """With a project and without, used and not; `Bearer` stands in front of no token."""
    vendor = Vendor({"GET /segments": (200, WIRE["list"]["response"])})
    with vendor.transport() as transport:
        found = VENDOR.connect(transport, {}).list()

    assert (tuple(map(live, WIRE["list"]["response"]["segments"])), {TOKEN}) == (found, vendor.tokens)


def create(provider: Provider) -> Live:
    """Create a segment."""
    return provider.create(BODY, idempotency_key="k")


def delete(provider: Provider) -> None:
    """Delete a segment."""
    provider.delete("7")


@pytest.mark.parametrize("name", ["create", "create-plain"])
def test_a_creation_is_read_back_by_the_id_in_the_answer(name: str) -> None:
    """What is sent is what is defined; the vendor knows no key that makes it repeatable."""
    sent, answer = WIRE[name]["request"], WIRE[name]["response"]
    path = f"/segments/{answer['id']}"
    vendor = Vendor({"POST /segments": (201, answer), f"GET {path}": (200, answer)})
    with vendor.transport() as transport:
        assert live(answer) == VENDOR.connect(transport, {}).create(sent, idempotency_key="k")

    assert [("POST /segments", sent), f"GET {path}"] == vendor.sent


def test_an_update_clears_what_the_body_lacks_and_is_read_back() -> None:
    """A description that is left out would stay, and there is nothing in the answer."""
    vendor = Vendor({"PUT /segments/7": DONE, "GET /segments/7": (200, SEGMENT)})
    with vendor.transport() as transport:
        found = VENDOR.connect(transport, {}).update("7", BODY)

    assert (
        live(SEGMENT),
        [("PUT /segments/7", {**BODY, "description": None, "project": None}), "GET /segments/7"],
    ) == (
        found,
        vendor.sent,
    )


@pytest.mark.parametrize(
    "asked", ["x", "1.5", " 7", "07", "-0", "99999999999", "2147483648", "-2147483649", "7/strategies"]
)
def test_what_can_be_no_id_is_nothing_and_not_asked_for(asked: str) -> None:
    """The vendor refuses such an id, or fails on it; what is not there is deleted."""
    vendor = Vendor({})
    with vendor.transport() as transport:
        provider = VENDOR.connect(transport, {})
        provider.delete(asked)

        assert (None, []) == (provider.read(asked), vendor.sent)


@pytest.mark.parametrize("answer", [DONE, NONE])
def test_a_deletion_is_done_when_the_segment_is_gone(answer: tuple[int, Any]) -> None:
    """Whoever has deleted it."""
    vendor = Vendor({"DELETE /segments/7": answer})
    with vendor.transport() as transport:
        VENDOR.connect(transport, {}).delete("7")

    assert ["DELETE /segments/7", "GET /segments/7"] == vendor.sent


def test_a_deletion_that_did_nothing_or_was_refused_is_a_failure() -> None:
    """An accepted one whose segment is still there, and one that the token may not do."""
    there = Vendor({"DELETE /segments/7": DONE, "GET /segments/7": (200, SEGMENT)})
    refused = Vendor({"DELETE /segments/7": (403, WIRE["error-name"]["response"])})

    assert "still-there: `7` is still there after its deletion was accepted" == failed(there, delete)
    assert failed(refused, delete).startswith("forbidden: DELETE")
    assert ["DELETE /segments/7"] == refused.sent


@pytest.mark.parametrize("status", [408, 500, 502])
def test_a_deletion_whose_answer_was_lost_is_looked_for_and_not_sent_again(status: int) -> None:
    """Asked twice, by a token that is no admin's, version 8.2.0 ends its process."""
    lost = status, None
    gone = Vendor({"DELETE /segments/7": lost})
    there = Vendor({"DELETE /segments/7": lost, "GET /segments/7": (200, SEGMENT)})
    silent = Vendor({"DELETE /segments/7": lost, "GET /segments/7": (500, None)})
    with gone.transport() as transport:
        VENDOR.connect(transport, {}).delete("7")

    assert ["DELETE /segments/7", *["GET /segments/7"] * 2] == gone.sent
    for vendor in (there, silent):
        assert f"DELETE http://vendor/api/admin/segments/7: answered {status}" in failed(vendor, delete)
        assert 1 == vendor.sent.count("DELETE /segments/7")


def test_a_deletion_that_broke_off_is_looked_for() -> None:
    """An answer that is no JSON is no answer either; nothing is asked after it that could end the server."""
    vendor = Vendor({"DELETE /segments/7": (200, b"{"), "GET /segments/7": (200, SEGMENT)})
    assert failed(vendor, delete).startswith("not-json: DELETE")
    vendor.answers["GET /segments/7"] = NONE
    with vendor.transport() as transport:
        VENDOR.connect(transport, {}).delete("7")


@pytest.mark.parametrize(
    ("strategies", "requested", "words"),
    [
        (1, 0, "it is used by the flag `f0` in `development` of the project `default`"),
        (1, 1, "of the project `default`, the flag `r0` in `development` of the project `default`"),
        (7, 0, "the flag `f4` in `development` of the project `default` and 2 more"),
        (0, 0, "the vendor refused"),
    ],
)
def test_a_segment_in_use_is_not_deleted_and_what_uses_it_is_told(strategies: int, requested: int, words: str) -> None:
    """The vendor's own answer is empty; a change request that would use it counts too."""
    one = WIRE["strategies"]["response"]["strategies"][0]
    uses = {
        "strategies": [{**one, "featureName": f"f{number}"} for number in range(strategies)],
        "changeRequestStrategies": [{**one, "featureName": f"r{number}"} for number in range(requested)],
    }
    vendor = Vendor({"DELETE /segments/7": (409, None), "GET /segments/7/strategies": (200, uses)})
    with vendor.transport() as transport, pytest.raises(SegmentInUse) as caught:
        VENDOR.connect(transport, {}).delete("7")

    assert caught.value.problems[0].message.endswith(words)


def test_a_segment_in_use_is_one_also_where_nobody_may_see_by_what() -> None:
    """The refusal outweighs that the question after it was refused too."""
    vendor = Vendor({"DELETE /segments/7": (409, None), "GET /segments/7/strategies": (403, None)})
    with vendor.transport() as transport, pytest.raises(SegmentInUse, match="the vendor refused"):
        VENDOR.connect(transport, {}).delete("7")


def test_a_create_beyond_the_limit_says_so() -> None:
    """The vendor answers 400 as for anything else; it is asked how many it takes."""
    full = {"segments": [SEGMENT, SEGMENT | {"id": 8}]}
    vendor = Vendor({"POST /segments": REFUSED, "GET /ui-config": CONFIG, "GET /segments": (200, full)})

    expected = "segment-limit: POST /segments: the instance has 2 segments, and takes 2 at most"
    assert expected == failed(vendor, create)


def test_a_create_that_is_refused_is_told_in_the_vendor_s_words() -> None:
    """With what is wrong, each once, and without a question for the limit where a name is taken."""
    vendor = Vendor({"POST /segments": REFUSED, "GET /ui-config": CONFIG, "GET /segments": (200, {"segments": []})})
    taken = Vendor({"POST /segments": (409, WIRE["error-name"]["response"])})

    invalid = failed(vendor, create)
    assert invalid.endswith("answered 400: not valid, see details; a name is required")
    assert failed(taken, create).endswith("answered 409: the name exists")
    assert 1 == len(taken.sent)


@pytest.mark.parametrize("answer", [(403, None), NONE, (200, {})])
def test_a_create_that_is_refused_keeps_its_reason_where_the_limit_is_not_told(answer: tuple[int, Any]) -> None:
    """An instance of another version may not have it, and a token may not be shown it."""
    vendor = Vendor({"POST /segments": REFUSED, "GET /ui-config": answer})

    assert failed(vendor, create).endswith("answered 400: not valid, see details; a name is required")


@pytest.mark.parametrize("found", ["7", 7.5, None, True])
def test_an_id_that_is_no_number_is_not_read(found: Json) -> None:
    """By its number a segment is known."""
    vendor = Vendor({"GET /segments/7": (200, SEGMENT | {"id": found})})

    assert "`id` is not a whole number" in failed(vendor, lambda provider: provider.read("7"))


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"name": " "}, "its empty name"),
        ({"constraints": [1]}, "a constraint that is the number 1"),
        (
            {"constraints": [{"contextName": "a", "operator": "IN", "values": ["x"], "new": 1}]},
            "a constraint's member `new`",
        ),
        ({"constraints": [{"operator": "in"}]}, "a field that is null, the operator `in`"),
        ({"constraints": [{"contextName": "a", "operator": None}]}, "the operator null"),
        (
            {"constraints": [{"contextName": "a", "operator": "IN", "values": [1], "inverted": None, "value": 2}]},
            "an `inverted` that is null, a value that is the number 1, a value that is the number 2",
        ),
        ({"constraints": [{"contextName": "a", "operator": "IN", "values": "x"}]}, "values that are the string `x`"),
        (
            {"constraints": [{"contextName": "a", "operator": "IN", "values": []}]},
            "`IN` needs one of `values` at least",
        ),
    ],
)
def test_what_no_definition_could_say_is_told(members: dict[str, Json], said: str) -> None:
    """A segment of another version, or from before the vendor looked at values."""
    vendor = Vendor({"GET /segments/7": (200, SEGMENT | members)})
    with vendor.transport() as transport:
        found = VENDOR.connect(transport, {}).read("7")

    assert found is not None
    assert said == found.inexpressible


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("*:*.5d1f", None),
        ("user:5d1f", None),
        ("default:*.5d1f", None),
        ("default:development.5d1f", "credential-kind"),
        ("*:production.5d1f", "credential-kind"),
    ],
)
def test_a_token_of_an_application_is_found_out(token: str, code: str | None) -> None:
    """It names an environment, and may read the flags there."""
    problem = VENDOR.credential_problem(token, {})

    assert code == (problem.code if problem else None)
    assert token not in str(problem)
