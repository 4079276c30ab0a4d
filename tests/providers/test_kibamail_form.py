"""The pure conversions of Kibamail: two ways of writing conditions, one canonical form, and what cannot be said."""

import json
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from providers.kibamail_bodies import ANYTHING, MONGO_RICH, MONGO_US, REGEX, RICH, TEXT, TOPICS, TREES, US

from reconciler.core.canonical import canonical_json
from reconciler.core.diff import diff
from reconciler.core.finding import Finding
from reconciler.core.ports import Capabilities
from reconciler.core.segment import Json
from reconciler.errors import Severity
from reconciler.providers.kibamail import VENDOR, conditions
from reconciler.providers.kibamail.convert import KibamailForm
from reconciler.providers.kibamail.expressible import inexpressible, shallow

FORM, FIELD, MONGO = KibamailForm(), KibamailForm("field"), KibamailForm("mongo")


def body(conditions: Json) -> dict[str, Json]:
    """Return a body with these conditions."""
    return {"name": "A", "conditions": conditions}


def written(tree: Json, share: float, seed: int | None = None) -> Json:
    """Return conditions with this share of their tests in the words of MongoDB; with a seed, in another order."""
    random = Random(seed or 0)

    def one(item: Json) -> Json:
        match item:
            case {"field": str(field), "operator": operator, "value": value} if random.random() < share:
                return {field: {f"${operator}": value}}
            case {"$not": below}:
                return {"$not": one(below)}
            case {"$and": list(parts)}:
                return {"$and": several(parts)}
            case {"$or": list(parts)}:
                return {"$or": several(parts)}
            case _:
                return item

    def several(parts: list[Json]) -> list[Json]:
        below = [one(each) for each in parts]
        return below if seed is None else random.sample(below, len(below))

    return one(tree)


def text(conditions: Json) -> str:
    """Return the canonical text of conditions."""
    return canonical_json(FORM.canonical(body(conditions)))


def test_the_vendor_can_do_this() -> None:
    """No keys for a repeated create, no unique names; descriptions, deletions and single reads."""
    assert FORM.capabilities == Capabilities(
        idempotency_keys=False, delete=True, unique_names=False, description=True, single_read=True
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (US, MONGO_US),
        ({"$and": [US, RICH]}, {"$and": [RICH, US]}),
        ({"$or": [US, RICH, RICH]}, {"$or": [RICH, MONGO_US, RICH]}),
        ({"$and": [US, RICH]}, {"country": {"$eq": "US"}, "value": {"$gte": 100}}),
        (
            {"$and": [US, {"field": "country", "operator": "ne", "value": "CA"}]},
            {"country": {"$ne": "CA", "$eq": "US"}},
        ),
        ({"$not": {"$and": [US, RICH]}}, {"$not": {"value": {"$gte": 100}, "country": {"$eq": "US"}}}),
        ({"field": "x", "operator": "exists", "value": False}, {"x": {"$exists": False}}),
        ({"$and": [REGEX, US]}, {"country": {"$eq": "US"}, "email": {"$regex": "^a"}}),
        ({"$or": [US], "$and": [US, RICH]}, {"$and": [RICH, US], "$or": [US]}),
    ],
)
def test_what_means_the_same_is_the_same(one: Json, other: Json) -> None:
    """Both ways of writing, several operators or fields in one object, and the order in `$and` and `$or`."""
    assert text(one) == text(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"$and": [US]}, US),
        ({"$or": [US]}, {"$and": [US]}),
        ({"$and": [US, US]}, {"$and": [US]}),
        ({"$and": [US, {"$and": [RICH]}]}, {"$and": [US, RICH]}),
        ({"$not": {"$not": US}}, US),
        ({"$not": US}, {"field": "country", "operator": "ne", "value": "US"}),
        ({"x": {"$in": ["a", "b"]}}, {"x": {"$in": ["b", "a"]}}),
        ({"x": {"$in": ["a"]}}, {"x": {"$eq": "a"}}),
        ({"x": {"$eq": 1}}, {"x": {"$eq": "1"}}),
        ({"x": {"$eq": 1}}, {"x": {"$eq": True}}),
        ({"subscribedToTopic": ["a", "b"]}, {"subscribedToTopic": ["b", "a"]}),
        ({"subscribedToTopic": ["a"]}, {"notSubscribedToTopic": ["a"]}),
        ({"x": {}}, {"x": {"$eq": "a"}}),
        ({"x": {"$eq": 1, "$odd": 2}}, {"x": {"$eq": 1}}),
        ({"x": {"$eq": 1}, "$or": [US]}, {"$and": [{"x": {"$eq": 1}}, {"$or": [US]}]}),
        (US, None),
    ],
)
def test_nothing_else_is_the_same(one: Json, other: Json) -> None:
    """What only might mean the same, such as a combination of one, is a difference."""
    assert text(one) != text(other)


def test_a_description_of_null_is_none_and_an_empty_one_is_one() -> None:
    """The vendor keeps both apart."""
    assert FORM.canonical({**body(US), "description": None}) == FORM.canonical(body(US)) == body(US)
    assert FORM.canonical({**body(US), "description": ""}) == {**body(US), "description": ""}
    assert FORM.canonical({"name": "A"}) == {"name": "A"}


@given(TREES, st.integers(0, 9))
def test_conditions_in_either_form_and_any_order_have_one_canonical_form(tree: Json, seed: int) -> None:
    """However the tests are written and the lists are ordered; and the canonical form is its own."""
    want = text(tree)

    assert want == text(written(tree, 1)) == text(written(tree, 0.5, seed)) == text(json.loads(want)["conditions"])


@given(TREES)
def test_a_translation_there_and_back_is_what_was_written(tree: Json) -> None:
    """In the order in which it was written, and whatever it was written in."""
    field, mongo, mixed = body(tree), body(written(tree, 1)), body(written(tree, 0.5))

    assert MONGO.outgoing(field) == MONGO.outgoing(mongo) == MONGO.outgoing(mixed) == mongo
    assert FIELD.outgoing(field) == FIELD.outgoing(mongo) == FIELD.outgoing(mixed) == field
    assert FORM.outgoing(mixed) == mixed


@given(ANYTHING)
@example([[None]])
@example({"$and": 1})
@example({"field": 1, "operator": []})
def test_the_conversions_are_total(value: Json) -> None:
    """Any JSON has a canonical form, which is its own and that of every translation, and labels and findings."""
    want = FORM.canonical(body(value))

    assert want == FORM.canonical(want)
    for form in (FORM, FIELD, MONGO):
        assert FORM.canonical(form.outgoing(body(value))) == want
        assert all(isinstance(finding, Finding) for finding in form.findings(body(value)))
    assert len(list(FORM.unchecked(body(value)))) <= 1
    assert isinstance(FORM.label(value), str)


@pytest.mark.parametrize("levels", [85, 86, 1000, 10_000])
def test_the_conversions_take_any_depth(levels: int) -> None:
    """What nests deeper than any definition stays as it is written; in what does not, order says nothing."""
    one: Json = {"$or": [US, RICH]}
    other: Json = {"$or": [RICH, MONGO_US]}
    for _ in range(levels):
        one, other = {"$not": one}, {"$not": other}

    for form in (FIELD, MONGO, FORM):
        form.outgoing(body(one))
        assert len(list(form.unchecked(body(other)))) == 1
    assert [type(node).__name__ for node in conditions.walk(one)] == ["Logical"] * (levels + 1) + ["Test"] * 2
    assert FORM.canonical(body(one)).keys() == {"name", "conditions"}
    if levels == 85:
        assert text(one) == text(other)
        assert inexpressible(other) == ""
    else:
        assert inexpressible(other) == "conditions that nest deeper than 89 levels"


def test_translations_keep_the_order_and_what_has_no_translation() -> None:
    """Several operators become `$and`; three operators have no word in MongoDB, and `$regex` is only as written."""
    mongo: Json = {
        "$or": [{"value": {"$gte": 1, "$lt": 9}}, MONGO_US, TOPICS, {"$not": REGEX}, {"x": {"$in": ["b", "a"]}}]
    }
    field: Json = {
        "$or": [
            {
                "$and": [
                    {"field": "value", "operator": "gte", "value": 1},
                    {"field": "value", "operator": "lt", "value": 9},
                ]
            },
            US,
            TOPICS,
            {"$not": REGEX},
            {"field": "x", "operator": "in", "value": ["b", "a"]},
        ]
    }

    assert FIELD.outgoing({**body(mongo), "description": ""}) == {**body(field), "description": ""}
    assert MONGO.outgoing(body({"$and": [RICH, US, TEXT, TOPICS]})) == body(
        {"$and": [MONGO_RICH, MONGO_US, TEXT, TOPICS]}
    )
    assert FIELD.outgoing(body({"x": {"$eq": 1, "$regex": "a"}})) == body({"x": {"$eq": 1, "$regex": "a"}})
    topic: Json = {"field": "subscribedToTopic", "operator": "eq", "value": 1}
    more: Json = {**US, "since": 1}
    assert [MONGO.outgoing(body(odd)) for odd in (topic, more)] == [body(topic), body(more)]
    assert MONGO.outgoing({"name": "A"}) == {"name": "A"}


def untranslatable(form: KibamailForm, conditions: Json) -> list[Finding]:
    """Return what a dialect has no words for."""
    return [finding for finding in form.findings(body(conditions)) if finding.code == "cannot-translate"]


def test_what_cannot_be_translated_is_an_error() -> None:
    """Each at what cannot be said; nothing where the target sends what is written, or where none is needed."""
    odd: Json = {"$and": [{"x": {"$eq": 1, "$regex": "a"}}, TEXT, US, TOPICS]}
    named: Json = {"$not": {"field": "subscribedToTopic", "operator": "endsWith", "value": "a"}}
    keep = 'set `dialect = "field"` in the target, or leave it out'

    assert untranslatable(FORM, odd) == []
    assert untranslatable(FIELD, odd) == [
        Finding(
            ("conditions", "$and", 0, "x", "$regex"),
            "cannot-translate",
            "the field form has no operator `$regex`",
            "compare with `contains`, `startsWith` or `endsWith`; or leave `dialect` out, if the vendor takes it",
            Severity.ERROR,
        )
    ]
    assert untranslatable(MONGO, odd) == [
        Finding(
            ("conditions", "$and", 1, "operator"),
            "cannot-translate",
            "the words of MongoDB have no operator `contains`",
            keep,
            Severity.ERROR,
        )
    ]
    assert [(finding.pointer, finding.message) for finding in untranslatable(MONGO, named)] == [
        (("conditions", "$not", "operator"), "the words of MongoDB have no operator `endsWith`"),
        (
            ("conditions", "$not", "field"),
            "in the words of MongoDB, `subscribedToTopic` cannot be a field: it means something else there",
        ),
    ]


@pytest.mark.parametrize(
    ("item", "label"),
    [
        (US, "country eq"),
        (MONGO_US, "country eq"),
        ({"x": {"$gte": 1, "$lt": 2}}, "x gte, x lt"),
        (REGEX, "email $regex"),
        ({"field": "x", "operator": "odd"}, "x odd"),
        ({"subscribedToTopic": ["a"]}, "subscribed"),
        ({"notSubscribedToTopic": ["a"]}, "not subscribed"),
        (TOPICS, "subscribed, not subscribed"),
        ({"$and": [US]}, ""),
        ({"$not": US}, ""),
        ({}, ""),
        ([US], ""),
        (None, ""),
    ],
)
def test_labels_are_in_the_vendor_s_words(item: Json, label: str) -> None:
    """Comparisons by field and operator, topics by what is asked of them; a combination has no name."""
    assert FORM.label(item) == label


def test_a_difference_is_named_by_its_path() -> None:
    """A value inside a combination is found by the labels on the way."""
    one, other = body({"$and": [US, {"$or": [RICH, TOPICS]}]}), body({"$and": [MONGO_US, {"$or": [TOPICS, US]}]})

    changes = diff(FORM.canonical(one), FORM.canonical(other), FORM.label)

    assert [change.path for change in changes] == [
        "conditions.$and[1].$or[country eq]",
        "conditions.$and[1].$or[value gte]",
    ]


def test_a_target_s_dialect_is_that_of_its_form() -> None:
    """The option of the target decides how its conditions are sent."""
    assert VENDOR.form({}) == FORM
    assert VENDOR.form({"dialect": "mongo"}) == MONGO


def test_a_whole_number_is_one_however_it_is_written() -> None:
    """The vendor keeps doubles: `100.0` comes back as `100`, alone, in a list, and in both forms."""
    whole, decimal = (
        body({"$and": [{"field": "plan", "operator": "gte", "value": one}, {"plan": {"$in": [one, "a"], "$ne": one}}]})
        for one in (100, 100.0)
    )

    assert canonical_json(FORM.canonical(whole)) == canonical_json(FORM.canonical(decimal))
    assert canonical_json(FORM.canonical(whole)) != canonical_json(
        FORM.canonical(body({"field": "plan", "operator": "gte", "value": 100.5}))
    )


def test_what_is_too_deep_is_cut_off_wherever_it_stands() -> None:
    """In lists and in objects, and nothing beside it."""
    deep: Json = {"a": [[], 1, {"x": 1}], "b": [2], "c": 3}

    assert {"a": ["…", 1, "…"], "b": [2], "c": 3} == shallow(deep, 2)
    assert deep == shallow(deep, 3)
