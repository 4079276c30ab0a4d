"""Conditions of Kibamail for tests: a few by name, and Hypothesis strategies for trees and for any JSON."""

from typing import Any

from hypothesis import strategies as st

from reconciler.core.segment import Json
from reconciler.providers.kibamail import conditions

US: dict[str, Json] = {"field": "country", "operator": "eq", "value": "US"}
RICH: Json = {"field": "value", "operator": "gte", "value": 100}
TEXT: Json = {"field": "city", "operator": "contains", "value": "x"}
TOPICS: dict[str, Json] = {"subscribedToTopic": ["b", "a"], "notSubscribedToTopic": ["c"]}
MONGO_US: dict[str, Json] = {"country": {"$eq": "US"}}
MONGO_RICH: Json = {"value": {"$gte": 100}}
REGEX: Json = {"email": {"$regex": "^a"}}

FIELDS = st.sampled_from(["country", "plan", "field", "operator", "value"])
VALUES: st.SearchStrategy[Any] = st.sampled_from(["US", "", 1, 1.0, True, None, ["a", 1], []])
TESTS: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {"field": FIELDS, "operator": st.sampled_from(list(conditions.MONGO.values())), "value": VALUES}
)
TREES: st.SearchStrategy[Any] = st.recursive(
    TESTS | st.just(TOPICS),
    lambda below: (
        st.dictionaries(st.sampled_from(["$and", "$or"]), st.lists(below, max_size=3), min_size=1, max_size=1)
        | st.fixed_dictionaries({"$not": below})
    ),
    max_leaves=6,
)
"""Conditions in field form that have a translation."""

NAMES = st.sampled_from(
    [*conditions.LOGICAL, *conditions.TOPICS, *conditions.FIELD_FORM, "$eq", "$in", "$regex", "$x", "country", " "]
)
SCALARS: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers(0, 1) | st.sampled_from(["eq", "$eq", "US", ""])
)
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    SCALARS | st.just(US) | st.just(MONGO_US) | st.just(REGEX) | st.just(TOPICS),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(NAMES, below, max_size=3),
    max_leaves=8,
)
