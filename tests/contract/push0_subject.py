"""Push0 as the contract suite is told of it. Source: the vendor's page on creating segments, and VENDORS.md 2."""

from collections.abc import Callable
from math import ceil
from random import Random
from typing import TYPE_CHECKING

from contract.subject import TEXTS, Document, Subject, edited, otherwise, shuffled
from hypothesis import strategies as st

if TYPE_CHECKING:
    from reconciler.core.segment import Json

WORDS = ("==", "contains", "!=", "starts_with", "ends_with", "exists")
TEXT_FIELDS = ("country", "osVersion", "email", "deviceModel")
NUMBER_FIELDS = ("sessionCount", "appVersionCode", "lastSession")
ALIASES = {"==": "EQUALS", "contains": "CONTAINS"}

ON_TEXTS: st.SearchStrategy[Document] = st.fixed_dictionaries(
    {
        "field": st.sampled_from(TEXT_FIELDS),
        "relation": st.sampled_from([*WORDS, "EQUALS", "CONTAINS"]),
        "value": st.sampled_from(["PL", "13", "x"]) | TEXTS,
    }
)
ON_NUMBERS: st.SearchStrategy[Document] = st.fixed_dictionaries(
    {
        "field": st.sampled_from(NUMBER_FIELDS),
        "relation": st.sampled_from(["==", "!=", ">", "<=", "EQUALS"]),
        "value": st.integers(0, 20) | st.integers(0, 20).map(str),
    }
)
CONSTRAINTS = ON_TEXTS | ON_NUMBERS
GROUPS: st.SearchStrategy[Document] = st.fixed_dictionaries(
    {"type": st.sampled_from(["AND", "OR"]), "constraints": st.lists(CONSTRAINTS, min_size=1, max_size=3)}
)
BODIES: st.SearchStrategy[Document] = st.fixed_dictionaries(
    {"name": TEXTS, "constraints": st.lists(GROUPS, min_size=1, max_size=3)}, optional={"description": TEXTS}
)


def items_of(holder: Document) -> list[Document]:
    """Return the groups of a body, or the constraints of a group."""
    match holder["constraints"]:
        case list() as items:
            return [item for item in items if isinstance(item, dict)]
        case _:
            return []


def each_constraint(edit: Callable[[Document], Document]) -> Callable[[Document, Random], Document]:
    """Return the spelling that writes each constraint in other words."""

    def spelling(body: Document, random: Random) -> Document:
        groups: list[Json] = [
            edited(group, "constraints", [edit(one) for one in items_of(group)]) for group in items_of(body)
        ]
        return edited(body, "constraints", groups)

    return spelling


def groups_in_another_order(body: Document, random: Random) -> Document:
    """Shuffle the groups: all must hold, so their order says nothing."""
    return edited(body, "constraints", shuffled([*items_of(body)], random))


def constraints_in_another_order(body: Document, random: Random) -> Document:
    """Shuffle each group: all of it must hold, or any of it, so its order says nothing either."""
    groups: list[Json] = [edited(one, "constraints", shuffled([*items_of(one)], random)) for one in items_of(body)]
    return edited(body, "constraints", groups)


def alias(constraint: Document) -> Document:
    """Write `EQUALS` and `CONTAINS`, which stand for relations of the table."""
    relation = constraint["relation"]
    return edited(constraint, "relation", ALIASES.get(str(relation), relation))


def number_as_text(constraint: Document) -> Document:
    """Write a number as a string, as the vendor takes it too."""
    return edited(constraint, "value", str(constraint["value"]))


def text_as_number(constraint: Document) -> Document:
    """Do the opposite of `number_as_text`."""
    number = constraint["field"] in NUMBER_FIELDS
    return edited(constraint, "value", int(str(constraint["value"]))) if number else constraint


def in_the_first(edit: Callable[[Document], Document | None]) -> Callable[[Document], Document | None]:
    """Return the edit of the first constraint of the first group."""

    def difference(body: Document) -> Document | None:
        group, *groups = items_of(body)
        first, *rest = items_of(group)
        changed = edit(first)
        return None if changed is None else _with(body, edited(group, "constraints", [changed, *rest]), groups)

    return difference


def another_value(constraint: Document) -> Document:
    """Compare with another value of the same type."""
    if constraint["field"] in NUMBER_FIELDS:
        return edited(constraint, "value", int(str(constraint["value"])) + 1)
    return edited(constraint, "value", f"{constraint['value']}.")


def number_for_a_text(constraint: Document) -> Document | None:
    """Compare with `13` in place of `"13"`: only a field of numbers takes the one for the other."""
    texts = constraint["field"] in TEXT_FIELDS and constraint["value"] == "13"
    return edited(constraint, "value", 13) if texts else None


def another_type(body: Document) -> Document:
    """Ask for any of the first group where all of it was asked for, or the other way round."""
    group, *groups = items_of(body)
    return _with(body, edited(group, "type", otherwise(group["type"], "AND", "OR")), groups)


def one_constraint_twice(body: Document) -> Document:
    """Write a constraint twice: repeats are kept."""
    group, *groups = items_of(body)
    return _with(body, edited(group, "constraints", [*items_of(group), items_of(group)[0]]), groups)


def one_group_less(body: Document) -> Document | None:
    """Take a group out."""
    groups = items_of(body)
    return edited(body, "constraints", [*groups[1:]]) if len(groups) > 1 else None


def one_group_of_all(body: Document) -> Document | None:
    """Make one group of two."""
    groups = items_of(body)
    return (
        edited(body, "constraints", [{"type": "OR", "constraints": [*items_of(groups[0]), *items_of(groups[1])]}])
        if len(groups) > 1
        else None
    )


def _with(body: Document, group: Document, groups: list[Document]) -> Document:
    return edited(body, "constraints", [group, *groups])


PUSH0 = Subject(
    name="push0",
    bodies=BODIES,
    first={
        "name": "First",
        "description": "The first.",
        "constraints": [{"type": "AND", "constraints": [{"field": "country", "relation": "==", "value": "PL"}]}],
    },
    second={
        "name": "Second",
        "description": "The second.",
        "constraints": [
            {
                "type": "OR",
                "constraints": [
                    {"field": "sessionCount", "relation": ">", "value": 5},
                    {"field": "tags", "relation": "contains", "value": "beta"},
                ],
            },
            {"type": "AND", "constraints": [{"field": "osVersion", "relation": "!=", "value": "13"}]},
        ],
    },
    spellings={
        "order of groups": groups_in_another_order,
        "order of constraints": constraints_in_another_order,
        "aliases": each_constraint(alias),
        "numbers as texts": each_constraint(number_as_text),
        "texts as numbers": each_constraint(text_as_number),
        "no description is null": lambda body, _: {"description": None, **body},
    },
    unwritten=("no description is null",),
    differences={
        "name": lambda body: edited(body, "name", f"{body['name']}."),
        "description": lambda body: edited(body, "description", f"{body.get('description')}."),
        "field": in_the_first(lambda one: edited(one, "field", otherwise(one["field"], "language", "country"))),
        "relation": in_the_first(lambda one: edited(one, "relation", otherwise(one["relation"], "!=", "=="))),
        "value": in_the_first(another_value),
        "a number for a text": in_the_first(number_for_a_text),
        "type": another_type,
        "one constraint twice": one_constraint_twice,
        "one group less": one_group_less,
        "one group of all": one_group_of_all,
    },
    optional=("description",),
    sticky={"description": "kept"},
    page=100,
    list_requests=lambda count: ceil((count + 1) / 100) + 1,
    item="0.",
    alone="0.",
    notices_gaps=False,
    notices_moves=False,
    readonly="readonly-5d1f",
    system=("All",),
    names=("Payers", "Trial users", "EU", "All", "EU ", "${literal}"),
    options={"delete": "body"},
    switches={"delete_style": "body"},
    targets={
        "deleting by query": ({"delete": "query"}, {"delete_style": "query"}),
        "deleting by path": ({"delete": "path"}, {"delete_style": "path"}),
    },
    variants={
        "the list as its page prints it": {"list_prefix": "api"},
        "the list beside the writes": {"list_prefix": "v1"},
        "names asked for in part": {"partial_names": True},
        "ten on a page": {"page_cap": 10},
        "a create answers the bare id": {"create_answer": "string"},
        "a create answers the segment": {"create_answer": "whole"},
        "a create answers no id": {"create_answer": "nothing"},
        "errors are texts": {"error_shape": "text"},
        "errors are plain": {"error_shape": "plain"},
    },
)
