"""Kibamail as the contract suite is told of it. Source: the vendor's page on creating segments, and VENDORS.md 3."""

from collections.abc import Callable
from math import ceil
from random import Random

from contract.subject import TEXTS, Document, Subject, edited, otherwise, shuffled
from hypothesis import strategies as st

from reconciler.core.segment import Json

LISTS = ("$and", "$or")
WORDS = ("contains", "startsWith", "endsWith")
COMPARISONS = ("eq", "ne", "gt", "gte", "lt", "lte")

LEAVES: st.SearchStrategy[Document] = st.one_of(
    st.fixed_dictionaries(
        {
            "field": st.sampled_from(["country", "city", "plan"]),
            "operator": st.sampled_from(["eq", "ne", *WORDS]),
            "value": st.sampled_from(["US", "", "1"]) | TEXTS,
        }
    ),
    st.fixed_dictionaries(
        {
            "field": st.sampled_from(["lifetime_value", "sessions"]),
            "operator": st.sampled_from(COMPARISONS),
            "value": st.integers(-3, 30) | st.just(1.5),
        }
    ),
    st.fixed_dictionaries(
        {
            "field": st.sampled_from(["country", "plan"]),
            "operator": st.sampled_from(["in", "nin"]),
            "value": st.lists(TEXTS, min_size=1, max_size=3),
        }
    ),
    st.fixed_dictionaries(
        {"field": st.sampled_from(["city", "plan"]), "operator": st.just("exists"), "value": st.booleans()}
    ),
)
TOPICS: st.SearchStrategy[Document] = st.fixed_dictionaries(
    {"subscribedToTopic": st.lists(st.sampled_from(["topic-newsletter", "topic-product-news"]), min_size=1, max_size=2)}
)


def logical(children: st.SearchStrategy[Document]) -> st.SearchStrategy[Document]:
    """Return conditions one level above these."""
    lists = st.lists(children, min_size=1, max_size=3)
    return st.one_of(
        st.fixed_dictionaries({"$and": lists}),
        st.fixed_dictionaries({"$or": lists}),
        st.fixed_dictionaries({"$not": children}),
    )


CONDITIONS: st.SearchStrategy[Document] = st.recursive(LEAVES | TOPICS, logical, max_leaves=5)
BODIES: st.SearchStrategy[Document] = st.fixed_dictionaries(
    {"name": TEXTS, "conditions": CONDITIONS}, optional={"description": TEXTS | st.none()}
)


def rewritten(condition: Json, edit: Callable[[Document], Document]) -> Json:
    """Return a tree of conditions with each of them edited, from the leaves up."""
    match condition:
        case dict():
            below: Document = {}
            for name, value in condition.items():
                match name, value:
                    case (("$and" | "$or"), list()):
                        below[name] = [rewritten(child, edit) for child in value]
                    case "$not", _:
                        below[name] = rewritten(value, edit)
                    case _:
                        below[name] = value
            return edit(below)
        case _:
            return condition


def everywhere(edit: Callable[[Document, Random], Document]) -> Callable[[Document, Random], Document]:
    """Return the spelling that writes each condition of the tree in other words."""

    def spelling(body: Document, random: Random) -> Document:
        return edited(body, "conditions", rewritten(body["conditions"], lambda one: edit(one, random)))

    return spelling


def in_another_order(condition: Document, random: Random) -> Document:
    """Shuffle what is combined: all of `$and` must hold, and any of `$or`, so their order says nothing."""
    return {
        name: shuffled(value, random) if name in LISTS and isinstance(value, list) else value
        for name, value in condition.items()
    }


def as_mongo(condition: Document, random: Random) -> Document:
    """Write a comparison as the page does, as a query of MongoDB, which has no word for three of the operators."""
    if "operator" not in condition or condition["operator"] in WORDS:
        return condition
    return {str(condition["field"]): {f"${condition['operator']}": condition["value"]}}


def in_the_first(
    edit: Callable[[Document], Document | None], *, of: str = "operator"
) -> Callable[[Document], Document | None]:
    """Return the edit of the first condition in the tree that has some member and that can be edited."""

    def difference(body: Document) -> Document | None:
        done: list[Document] = []

        def once(condition: Document) -> Document:
            changed = edit(condition) if of in condition and not done else None
            done.extend([] if changed is None else [changed])
            return condition if changed is None else changed

        conditions = rewritten(body["conditions"], once)
        return edited(body, "conditions", conditions) if done else None

    return difference


def another_value(condition: Document) -> Document:
    """Compare with another value of the same type."""
    match condition["value"]:
        case bool() as value:
            return edited(condition, "value", not value)
        case int() | float() as number:
            return edited(condition, "value", number + 1)
        case list() as items:
            return edited(condition, "value", [*items, "another"])
        case text:
            return edited(condition, "value", f"{text}.")


def number_as_text(condition: Document) -> Document | None:
    """Compare with a text in place of a number: `1` and `"1"` are two values."""
    value = condition["value"]
    return edited(condition, "value", str(value)) if isinstance(value, int) and not isinstance(value, bool) else None


def any_instead_of_all(condition: Document) -> Document:
    """Ask for any where all were asked for."""
    return {"$or": condition["$and"]}


def one_less(condition: Document) -> Document | None:
    """Take a condition out of a list."""
    children = condition["$and"]
    return {"$and": children[1:]} if isinstance(children, list) and len(children) > 1 else None


def one_twice(condition: Document) -> Document | None:
    """Write a condition of a list twice: repeats are kept."""
    children = condition["$and"]
    return {"$and": [*children, children[0]]} if isinstance(children, list) else None


KIBAMAIL = Subject(
    name="kibamail",
    bodies=BODIES,
    first={
        "name": "First",
        "description": "The first.",
        "conditions": {"field": "country", "operator": "eq", "value": "US"},
    },
    second={
        "name": "Second",
        "description": "The second.",
        "conditions": {
            "$or": [
                {"field": "lifetime_value", "operator": "gte", "value": 100},
                {"$not": {"subscribedToTopic": ["topic-newsletter"]}},
            ]
        },
    },
    spellings={
        "order of conditions": everywhere(in_another_order),
        "the page's form": everywhere(as_mongo),
        "no description is null": lambda body, _: {"description": None, **body},
    },
    differences={
        "name": lambda body: edited(body, "name", f"{body['name']}."),
        "description": lambda body: edited(body, "description", f"{body.get('description')}."),
        "field": in_the_first(lambda one: edited(one, "field", otherwise(one["field"], "phone", "city"))),
        "operator": in_the_first(lambda one: edited(one, "operator", otherwise(one["operator"], "eq", "ne"))),
        "value": in_the_first(another_value),
        "a number as text": in_the_first(number_as_text),
        "topic": in_the_first(lambda _: {"subscribedToTopic": ["another"]}, of="subscribedToTopic"),
        "subscribed": in_the_first(
            lambda one: {"notSubscribedToTopic": one["subscribedToTopic"]}, of="subscribedToTopic"
        ),
        "any instead of all": in_the_first(any_instead_of_all, of="$and"),
        "negation": lambda body: edited(body, "conditions", {"$not": body["conditions"]}),
        "one condition less": in_the_first(one_less, of="$and"),
        "one condition twice": in_the_first(one_twice, of="$and"),
    },
    optional=("description",),
    page=100,
    list_requests=lambda count: max(1, ceil(count / 100)),
    item="data.0.",
    alone="",
    more="hasMore",
    readonly="kb_scopes_read:segments+read:contact-properties+read:topics_5d1f",
    names=("Payers", "Trial users", "EU", "Active", "EU.", "${literal}"),
    targets={
        "the server's form": ({"dialect": "field"}, {"dialects": "field"}),
        "the page's form": ({"dialect": "mongo"}, {}),
    },
    variants={
        "the scopes of the page": {"scopes": "docs"},
        "error types in small letters": {"error_case": "lower"},
        "errors are texts": {"error_shape": "string"},
        "no times": {"timestamps": False},
        "whole answers": {"full_answers": True},
    },
)
