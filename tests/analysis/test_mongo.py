"""Kibamail's conditions in the words of MongoDB, held to mongomock where the two are documented to coincide.

They differ for a contact who lacks the field: MongoDB says that what is missing differs from everything, and is null;
the vendor's database says that nobody knows. The last test is the list of these differences.
"""

from random import Random
from typing import Any

import mongomock
import pytest
from bodies import MILLISECONDS, TEXTS, Body

from reconciler.core import predicate as of
from reconciler.core.semantics import matches
from reconciler.providers.registry import VENDORS

BODIES, CONTACTS = 100, 100
ORDERED = ("$gt", "$gte", "$lt", "$lte")


def drawn(random: Random, depth: int) -> Body:
    """Return a condition in the words of MongoDB, up to so many combinations deep."""
    kind = random.random() if depth else 1
    if kind < 0.3:
        return {random.choice(["$and", "$or"]): [drawn(random, depth - 1) for _ in range(random.randint(1, 3))]}
    if kind < 0.45:
        return {"$not": drawn(random, depth - 1)}
    fields: dict[str, list[Any]] = {"country": TEXTS, "signups": MILLISECONDS}
    condition: Body = {}
    for field in random.sample(sorted(fields), random.randint(1, 2)):
        operators: Body = {}
        for word in random.sample(["$eq", "$ne", *ORDERED, "$in", "$nin", "$exists"], random.randint(1, 2)):
            values = fields[field]
            several = random.sample(values, random.randint(0, 3))
            operand: Any = several if word in {"$in", "$nin"} else random.choice(values)
            operators[word] = random.random() < 0.5 if word == "$exists" else operand
        condition[field] = operators
    return condition


def asked(condition: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a condition as MongoDB has it, which says `$nor` of one where the vendor says `$not`."""
    if isinstance(condition, list):
        return [asked(each) for each in condition]
    if isinstance(condition, dict) and "$not" in condition:
        return {"$nor": [asked(condition["$not"])]}
    if isinstance(condition, dict) and ("$and" in condition or "$or" in condition):
        return {name: asked(parts) for name, parts in condition.items()}
    return condition


def vendor_says(condition: Body) -> of.Predicate:
    """Return what a condition means to the vendor."""
    found = VENDORS["kibamail"].meaning({"name": "A", "conditions": condition}, {"text_order": "codepoint"})
    assert isinstance(found, tuple), found
    return of.together(found)


def test_where_nothing_is_missing_both_agree() -> None:
    """In 10,000 pairs of a condition and a contact who has every field."""
    random = Random(8)
    contacts: list[Body] = [
        {"_id": number, "country": random.choice(TEXTS), "signups": random.choice(MILLISECONDS)}
        for number in range(CONTACTS)
    ]
    collection = mongomock.MongoClient().db.contacts
    collection.insert_many(contacts)
    different = []
    for condition in (drawn(random, 3) for _ in range(BODIES)):
        predicate = vendor_says(condition)
        ours = {contact["_id"] for contact in contacts if matches(predicate, contact)}
        theirs = {contact["_id"] for contact in collection.find(asked(condition))}
        if ours != theirs:
            different.append((condition, ours ^ theirs))

    assert different == []


@pytest.mark.parametrize(
    ("condition", "vendor", "mongo"),
    [
        ({"country": {"$eq": "US"}}, False, False),
        ({"country": {"$ne": "US"}}, False, True),
        ({"country": {"$in": ["US"]}}, False, False),
        ({"country": {"$in": []}}, False, False),
        ({"country": {"$nin": ["US"]}}, False, True),
        ({"country": {"$nin": []}}, True, True),
        ({"country": {"$gt": ""}}, False, False),
        ({"country": {"$lt": "z"}}, False, False),
        ({"country": {"$exists": True}}, False, False),
        ({"country": {"$exists": False}}, True, True),
        ({"$not": {"country": {"$eq": "US"}}}, False, True),
        ({"$not": {"country": {"$gt": "US"}}}, False, True),
        ({"$not": {"country": {"$in": ["US"]}}}, False, True),
        ({"$not": {"$not": {"country": {"$ne": "US"}}}}, False, True),
    ],
    ids=str,
)
def test_of_what_is_missing_they_differ(condition: Body, vendor: bool, mongo: bool) -> None:  # noqa: FBT001 - expectations
    """For a contact without a country: what each says."""
    collection = mongomock.MongoClient().db.contacts
    collection.insert_one({"_id": 1})

    assert (vendor, mongo) == (matches(vendor_says(condition), {}), bool(list(collection.find(asked(condition)))))
