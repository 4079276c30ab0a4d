"""Ownership as a value."""

from datetime import UTC, datetime

from worlds import held

from reconciler.core.claims import Claims, Intent, Lease
from reconciler.core.segment import Json, Recorded

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def intent(key: str, action: str = "create") -> Intent:
    """Return an intent for a key."""
    return Intent(key, action, None, None, f"{action}-{key}")


def test_a_claim_moves_with_its_key() -> None:
    """A record under a new key leaves nothing under the former one."""
    claims = Claims().claim(held("old")).claim(held("new", segment_id="id-old"), moved_from="old")

    assert list(claims.segments) == ["new"]


def test_an_id_that_was_given_again_belongs_to_the_new_claim() -> None:
    """Two keys never hold one id, also where the vendor gives a deleted segment's id to a new one."""
    claims = Claims().claim(held("gone", segment_id="x")).claim(held("new", segment_id="x"))

    assert {key: record.id for key, record in claims.segments.items()} == {"new": "x"}


def test_a_release_leaves_the_others() -> None:
    """Releasing a key that is not held changes nothing."""
    claims = Claims().claim(held("a")).claim(held("b"))

    assert list(claims.release("a").segments) == ["b"]
    assert claims.release("c") == claims


def test_an_intent_replaces_the_one_for_its_key_until_it_is_settled() -> None:
    """What is about to be written is noted once for each key."""
    claims = Claims().intend(intent("a"), intent("b")).intend(intent("a", "update"))

    assert claims.intents == (intent("b"), intent("a", "update"))
    assert claims.settle("a").intents == (intent("b"),)


def test_a_lease_is_taken_and_given_back() -> None:
    """Claims hold one lease or none."""
    lease = Lease("somebody", NOON, NOON)

    assert Claims().leased(lease).lease == lease
    assert Claims().leased(lease).leased(None) == Claims()


def test_bodies_that_are_the_same_to_the_letter_are_shared() -> None:
    """And no others: neither what differs, nor what only compares equal, nor what nobody gave."""
    same: dict[str, Json] = {"name": "A", "conditions": []}
    records = {
        "same": Recorded("same", "1", {"name": "A", "conditions": []}),
        "other": Recorded("other", "2", {"name": "B"}),
        "alike": Recorded("alike", "3", {"name": 1}),
        "alone": Recorded("alone", "4", {"name": "D"}),
    }
    claims = Claims(7, records, version="v")

    shared = claims.sharing({"same": same, "other": {"name": "C"}, "alike": {"name": True}, "new": {}})

    assert claims == shared
    assert "v" == shared.version
    assert same is shared.segments["same"].body
    assert [{"name": "B"}, {"name": 1}, {"name": "D"}] == [
        shared.segments[key].body for key in ("other", "alike", "alone")
    ]
    assert shared.segments["alike"].body["name"] is not True
