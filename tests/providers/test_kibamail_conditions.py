"""The shapes of Kibamail's conditions: every node of a tree, and what no definition could say."""

import pytest
from hypothesis import given
from providers.kibamail_bodies import ANYTHING, MONGO_US, TOPICS, US

from reconciler.core.segment import Json
from reconciler.intake.schema import schema, waves_through
from reconciler.providers.kibamail import conditions
from reconciler.providers.kibamail.expressible import inexpressible


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        (None, "a condition that is null"),
        ([US], "a condition that is a list"),
        ({}, "a condition that says nothing"),
        ({"$and": []}, "a `$and` without a list of conditions"),
        ({"$or": US}, "a `$or` without a list of conditions"),
        ({"$not": [US]}, "a condition that is a list"),
        ({"$and": [US], "$or": [US]}, "`$or` beside `$and`"),
        ({**MONGO_US, "$or": [US]}, "`country` beside `$or`"),
        ({"$nor": [US]}, "the operator `$nor` of conditions"),
        ({"$or": [None, 1, None]}, "a condition that is null, a condition that is the number 1"),
        ({**TOPICS, "$or": [US]}, "`subscribedToTopic` beside `$or`, `notSubscribedToTopic` beside `$or`"),
        ({**TOPICS, "country": {"$eq": 1}}, "the member `country` beside topics"),
        ({"subscribedToTopic": "a"}, "a `subscribedToTopic` without a list of ids"),
        ({"subscribedToTopic": []}, "a `subscribedToTopic` without a list of ids"),
        ({"subscribedToTopic": [" "]}, "a `subscribedToTopic` without a list of ids"),
        ({"notSubscribedToTopic": ["a", 1]}, "a `notSubscribedToTopic` without a list of ids"),
        ({**US, "since": 1}, "a comparison's member `since`"),
        ({"field": "x", "operator": "eq"}, "a comparison without `value`"),
        ({"field": "x"}, "a comparison without `operator`, a comparison without `value`"),
        ({"field": 1, "operator": "eq", "value": 1}, "a field that is the number 1"),
        ({"field": " ", "operator": "eq", "value": 1}, "a field that is the string ` `"),
        ({"field": "x", "operator": "$regex", "value": "a"}, "the operator `$regex`"),
        ({"field": "x", "operator": None, "value": "a"}, "the operator null"),
        ({"field": "x", "operator": "eq", "value": {"a": 1}}, "a value that is an object"),
        ({"x": {"$in": [1, "a", 1.5, True, None]}}, "a list's value that is true, a list's value that is null"),
        ({"x": "US"}, "the field `x` without operators"),
        ({"x": {}}, "the field `x` without operators"),
        ({" ": {"$eq": 1}}, "a field that is the string ` `"),
        ({"x": {"$not": {"$eq": 1}}}, "the operator `$not`, a value that is an object"),
        ({"x": {"$regex": 1}}, "a `$regex` that is the number 1"),
    ],
)
def test_what_a_definition_cannot_say_is_named(odd: Json, words: str) -> None:
    """Shapes, members, operators and values beyond the known ones, each once."""
    assert inexpressible(odd) == words


@given(ANYTHING)
def test_what_a_definition_cannot_say_is_what_its_schema_refuses(value: Json) -> None:
    """So that no live segment becomes a definition that is invalid, and none is left out that could be one."""
    assert (inexpressible(value) == "") is waves_through(schema("kibamail.segment"), {"name": "A", "conditions": value})


def test_every_node_is_walked_in_the_order_of_the_file() -> None:
    """With where its parts stand, in both forms; of an object that is several things each one is yielded."""
    tree: Json = {
        "$and": [US, {"$not": {"x": {"$gte": 1, "$regex": "a", "$odd": 1}, "y": 1, "$or": [1, TOPICS]}}],
        "$or": None,
    }
    at, below = ("conditions", "$and", 0), ("conditions", "$and", 1, "$not")

    assert list(conditions.walk(tree)) == [
        conditions.Logical(("conditions",), ("$and", "$or"), 0),
        conditions.Test(
            field="country",
            operator="eq",
            value="US",
            pointer=at,
            mongo=False,
            value_pointer=(*at, "value"),
            operator_pointer=(*at, "operator"),
            field_pointer=(*at, "field"),
        ),
        conditions.Logical(("conditions", "$and", 1), ("$not",), 0),
        conditions.Logical(below, ("$or",), 1),
        *(
            conditions.Test(
                field="x",
                operator=operator,
                value=value,
                pointer=(*below, "x", word),
                mongo=True,
                value_pointer=(*below, "x", word),
                operator_pointer=(*below, "x", word),
                field_pointer=(*below, "x"),
            )
            for operator, word, value in (("gte", "$gte", 1), ("$regex", "$regex", "a"))
        ),
        conditions.Topic((*below, "$or", 1, "subscribedToTopic"), ("b", "a"), wanted=True),
        conditions.Topic((*below, "$or", 1, "notSubscribedToTopic"), ("c",), wanted=False),
    ]
