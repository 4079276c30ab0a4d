"""What stands in place of personal values."""

import pytest

from reconciler.core.canonical import digest
from reconciler.core.personal import Personal
from reconciler.core.segment import Json

PERSONAL = Personal(frozenset({"email", "phone"}), named_by="field")
ADA, BOB = "ada@example.com", "bob@example.com"


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"field": "email", "value": ADA}, {"field": "email", "value": digest(ADA)}),
        ({"field": "email", "value": [ADA, BOB]}, {"field": "email", "value": [digest(ADA), digest(BOB)]}),
        ({"field": "phone", "value": 49}, {"field": "phone", "value": digest(49)}),
        ({"field": "country", "value": ADA}, {"field": "country", "value": ADA}),
        ({"email": {"$in": [ADA], "$exists": True}}, {"email": {"$in": [digest(ADA)], "$exists": True}}),
        ({"country": ADA, "value": ADA}, {"country": ADA, "value": ADA}),
        ([{"not": {"field": "email", "value": ADA}}], [{"not": {"field": "email", "value": digest(ADA)}}]),
        ("email", "email"),
    ],
    ids=["one", "several", "a number", "not personal", "named by its member", "another member", "deep", "no condition"],
)
def test_a_fingerprint_stands_for_what_a_personal_field_is_compared_with(item: Json, expected: Json) -> None:
    """In either way of writing a condition, however deep; the rest stays, and doing it twice is doing it once."""
    assert expected == PERSONAL.fingerprinted(item)
    assert expected == PERSONAL.fingerprinted(PERSONAL.fingerprinted(item))


@pytest.mark.parametrize("value", [None, True, False])
def test_what_is_nobody_s_stays(value: Json) -> None:
    """That a field is there, or is not, does not say who somebody is."""
    assert {"field": "email", "value": value} == PERSONAL.fingerprinted({"field": "email", "value": value})


@pytest.mark.parametrize(
    ("way", "value", "expected"),
    [
        (["conditions", "email"], {"$eq": ADA}, {"$eq": digest(ADA)}),
        (["conditions", "email", "$in", "1", ""], ADA, digest(ADA)),
        (["conditions", "email eq", ""], {"field": "email", "value": ADA}, {"field": "email", "value": digest(ADA)}),
        (["conditions", "country"], {"$eq": ADA}, {"$eq": ADA}),
        (["name"], None, None),
    ],
    ids=["a field", "below a field", "a condition", "another field", "absent"],
)
def test_a_part_of_a_body_is_hidden_as_the_whole_would_be(way: list[str], value: Json, expected: Json) -> None:
    """What leads to a part says whether it belongs to a personal field."""
    assert expected == PERSONAL.below(way, value)
