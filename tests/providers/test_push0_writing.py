"""What the Push0 provider sends to create, change and delete, and what it makes of answers that nobody documents."""

from typing import Any

import pytest
from providers.push0_stand_in import BODY, FILES, GROUPS, MESSAGE, Vendor, failure, segment

from reconciler.core.segment import Json

ANSWERS = {name: wire["response"] for name, wire in FILES.items() if name.startswith("create-answer")}
ERRORS = {name: wire["response"] for name, wire in FILES.items() if name.startswith("error")}


@pytest.mark.parametrize("answer", ERRORS.values(), ids=ERRORS)
def test_every_error_is_told_in_the_vendor_s_words(answer: Json) -> None:
    """An error as a bare string or as an object ends up in the message."""
    provider = Vendor(answers={"POST": (400, answer)}).provider()

    assert ("vendor-rejected", "POST http://vendor/v1/segments: answered 400: The request is not valid.") == failure(
        lambda: provider.create(BODY, idempotency_key="k")
    )


def test_a_documented_change_is_sent_as_documented() -> None:
    """The body of an update is the one of the vendor's page: the id in it, and all the rest."""
    request = FILES["update"]["request"]
    vendor = Vendor([segment(request["id"])])
    body = {name: request[name] for name in ("name", "description", "constraints")}
    live = vendor.provider().update(request["id"], body)

    assert [request] == vendor.bodies
    assert body == live.body
    assert ["PATCH /v1/segments", f"GET /v1/segments?id={request['id']}"] == vendor.sent


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_a_create_finds_the_id_in_whatever_answer_has_it(answer: str | dict[str, Any]) -> None:
    """A bare id, an object with it, or the whole segment: it is read back by the id; no key is sent."""
    created = answer["id"] if isinstance(answer, dict) else answer
    vendor = Vendor([segment("old"), segment(created, **BODY)], answers={"POST": (200, answer)}, stores=False)
    live = vendor.provider().create(BODY, idempotency_key="secret")

    assert (created, BODY) == (live.id, live.body)
    assert ["POST /v1/segments", f"GET /v1/segments?id={created}"] == vendor.sent
    assert [BODY] == vendor.bodies


@pytest.mark.parametrize("answer", [None, {}, "", {"id": 7}, [], {"status": "ok"}, {"error": None, "message": "done"}])
def test_a_create_without_an_id_takes_the_newest_of_its_kind(answer: Json) -> None:
    """Of those with the same name and meaning it is the newest, however the vendor spells what it stores."""
    others = [segment("twin", **BODY), segment("bare", **{**BODY, "createdAt": "2026"}), segment("other")]
    vendor = Vendor(others, answers={"POST": (200, answer)})

    assert "new" == vendor.provider().create(BODY, idempotency_key="k").id
    assert ["POST /v1/segments", "GET /v1/segments?page=1&limit=100"] == vendor.sent[:2]


@pytest.mark.parametrize(("twins", "count"), [([], 0), (["a", "b"], 2)])
def test_a_create_that_nobody_can_find_is_a_failure(twins: list[str], count: int) -> None:
    """No segment of its kind, or two that are as new: nothing is guessed."""
    vendor = Vendor([segment(twin, **BODY) for twin in twins], answers={"POST": (200, None)}, stores=False)

    assert (
        "unexpected-answer",
        f"POST /segments: the answer has no id, and {count} segments could be the new one",
    ) == failure(lambda: vendor.provider().create(BODY, idempotency_key="k"))


def test_an_answer_that_is_no_id_is_not_taken_for_one() -> None:
    """A message in place of an id, and with the status of a success, is told as it came."""
    vendor = Vendor(answers={"POST": (200, "name is taken")}, stores=False)

    assert ("unexpected-answer", "POST /segments: answered `name is taken`, and no segment has that id") == failure(
        lambda: vendor.provider().create(BODY, idempotency_key="k")
    )


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"error": "name is taken", "message": "x"}, "name is taken"),
        ({"message": "name is\ntaken", "id": None}, "name is\\ntaken"),
        ({"error": {"message": "no"}}, '{"error":{"message":"no"}}'),
        ({"error": True, "message": "no"}, '{"error":true,"message":"no"}'),
        ({"error": "x" * 300}, "x" * 200),
    ],
)
def test_an_error_with_the_status_of_a_success_is_a_refusal(answer: Json, words: str) -> None:
    """The page promises an id or a message: a message without an id is told, and nothing is looked for."""
    vendor = Vendor([segment("twin", **BODY)], answers={"POST": (200, answer)}, stores=False)

    assert ("vendor-rejected", f"POST /segments: answered {words}") == failure(
        lambda: vendor.provider().create(BODY, idempotency_key="k")
    )
    assert ["POST /v1/segments"] == vendor.sent


def test_a_message_beside_an_id_is_no_refusal() -> None:
    """Some vendors say that all went well."""
    vendor = Vendor(answers={"POST": (200, {"id": "new", "message": "created"})})

    assert "new" == vendor.provider().create(BODY, idempotency_key="k").id


def test_a_lost_answer_of_a_create_is_not_repeated() -> None:
    """A 408 is told as it is: whoever asked looks for the segment."""
    vendor = Vendor(answers={"POST": (408, MESSAGE)})

    assert "vendor-error" == failure(lambda: vendor.provider().create(BODY, idempotency_key="k"))[0]
    assert ["POST /v1/segments"] == vendor.sent


def test_a_description_is_cleared_by_an_empty_one() -> None:
    """The vendor keeps what is not sent, and may keep this one too: what is returned is what it has."""
    vendor = Vendor([segment("a", description="old")])
    live = vendor.provider().update("a", {"name": "B", "constraints": GROUPS})

    assert [{"id": "a", "description": "", "name": "B", "constraints": GROUPS}] == vendor.bodies
    assert {"name": "B", "description": "old", "constraints": GROUPS} == live.body


def test_no_constraints_are_never_sent_in_a_change() -> None:
    """The vendor does not say whether an empty list clears them, keeps them, or makes everybody the audience."""
    vendor = Vendor([segment("a")])
    vendor.provider().update("a", {"name": "B", "constraints": []})

    assert [{"id": "a", "description": "", "name": "B"}] == vendor.bodies


def test_a_change_that_cannot_be_read_back_is_a_failure() -> None:
    """The answer of the change itself says nothing."""
    expected = ("not-there", "`a` is not there after it was written")

    assert expected == failure(lambda: Vendor().provider().update("a", BODY))


STYLES = {
    "body": ("DELETE /v1/segments", [{"id": "a"}]),
    "query": ("DELETE /v1/segments?id=a", []),
    "path": ("DELETE /v1/segments/a", []),
}


@pytest.mark.parametrize("style", STYLES)
def test_a_deletion_has_the_id_where_the_target_says(style: str) -> None:
    """Each of the three styles deletes the one segment, and makes sure of it."""
    vendor = Vendor([segment("a"), segment("b")])
    vendor.provider(delete=style).delete("a")

    assert ([STYLES[style][0], "GET /v1/segments?id=a"], STYLES[style][1]) == (vendor.sent, vendor.bodies)
    assert ["b"] == [each["id"] for each in vendor.segments]


def test_a_deletion_without_a_style_is_refused() -> None:
    """The vendor documents none, so nothing is sent until the target says how."""
    vendor = Vendor([segment("a")])

    assert ("cannot-express", "`a` was not deleted: Push0 documents no way to delete a segment") == failure(
        lambda: vendor.provider().delete("a")
    )
    assert [] == vendor.sent


def test_a_segment_that_is_gone_already_is_deleted() -> None:
    """A 404 for a deletion is one, if the segment is not there."""
    Vendor(answers={"DELETE": (404, MESSAGE)}).provider(delete="path").delete("a")


@pytest.mark.parametrize(
    ("status", "code"), [(200, "still-there"), (404, "not-found"), (405, "vendor-error"), (409, "conflict")]
)
def test_a_segment_that_is_still_there_is_not_deleted(status: int, code: str) -> None:
    """A style that the vendor does not know is answered somehow, and the segment stays."""
    vendor = Vendor([segment("a")], answers={"DELETE": (status, MESSAGE)}, stores=False)

    assert code == failure(lambda: vendor.provider(delete="query").delete("a"))[0]
