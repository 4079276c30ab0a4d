"""Qonversion as the contract suite is told of it. Source: the vendor's pages on segments."""

from collections.abc import Callable
from math import ceil
from random import Random

from contract.subject import TEXTS, Document, Subject, edited, otherwise, shuffled
from hypothesis import strategies as st

from reconciler.core.segment import Json

CONDITIONS: st.SearchStrategy[Document] = st.fixed_dictionaries(
    {
        "metric": st.sampled_from(["environment", "renewable", "custom_uid"]),
        "comparator": st.sampled_from(["eq", "ne", "gte", "not_contains"]),
        "value": st.sampled_from(["prod", "1", "", "1.0"]) | TEXTS,
    },
    optional={"negate": st.booleans()},
)
BODIES: st.SearchStrategy[Document] = st.fixed_dictionaries(
    {"name": TEXTS}, optional={"conditions": st.lists(CONDITIONS, max_size=3)}
)


def conditions_of(body: Document) -> list[Document]:
    """Return the conditions of a body; none where it has none."""
    match body.get("conditions"):
        case list() as conditions:
            return [condition for condition in conditions if isinstance(condition, dict)]
        case _:
            return []


def with_conditions(body: Document, conditions: list[Document]) -> Document:
    """Return a body with these conditions."""
    return edited(body, "conditions", [*conditions])


def in_another_order(body: Document, random: Random) -> Document:
    """Shuffle the conditions: all must hold, so their order says nothing."""
    return edited(body, "conditions", shuffled([*conditions_of(body)], random))


def negate_written_out(body: Document, random: Random) -> Document:
    """Say of each condition that is not negated that it is not."""
    return with_conditions(body, [{"negate": False, **condition} for condition in conditions_of(body)])


def negate_left_out(body: Document, random: Random) -> Document:
    """Do the opposite of `negate_written_out`."""
    return with_conditions(
        body, [{name: c[name] for name in c if name != "negate" or c[name] is True} for c in conditions_of(body)]
    )


def no_conditions_written_out(body: Document, random: Random) -> Document:
    """Give a segment without rules an empty list of them."""
    return {"conditions": [], **body}


def in_the_first(member: str, one: Json, other: Json) -> Callable[[Document], Document | None]:
    """Return the edit of a member of the first condition: to a value, or to another where it has that one."""

    def difference(body: Document) -> Document | None:
        match conditions_of(body):
            case [first, *rest]:
                return with_conditions(body, [edited(first, member, otherwise(first.get(member), one, other)), *rest])
            case _:
                return None

    return difference


def one_condition_less(body: Document) -> Document | None:
    """Take a rule out."""
    conditions = conditions_of(body)
    return with_conditions(body, conditions[1:]) if conditions else None


def one_condition_twice(body: Document) -> Document | None:
    """Write a rule twice: repeats are kept."""
    conditions = conditions_of(body)
    return with_conditions(body, [*conditions, conditions[0]]) if conditions else None


QONVERSION = Subject(
    name="qonversion",
    bodies=BODIES,
    first={"name": "First", "conditions": [{"metric": "environment", "comparator": "eq", "value": "prod"}]},
    second={
        "name": "Second",
        "conditions": [
            {"metric": "renewable", "comparator": "ne", "value": "1", "negate": True},
            {"metric": "custom_uid", "comparator": "contains", "value": "x"},
        ],
    },
    spellings={
        "order of conditions": in_another_order,
        "negate written out": negate_written_out,
        "negate left out": negate_left_out,
        "no conditions written out": no_conditions_written_out,
    },
    differences={
        "name": lambda body: edited(body, "name", f"{body['name']}."),
        "metric": in_the_first("metric", "client_uid", "environment"),
        "comparator": in_the_first("comparator", "lt", "eq"),
        "value": in_the_first("value", "", "0"),
        "negate": in_the_first("negate", one=True, other=False),
        "one condition less": one_condition_less,
        "one condition twice": one_condition_twice,
    },
    optional=("conditions",),
    page=100,
    list_requests=lambda count: max(1, ceil(count / 100)) + 1,
    item="data.0.",
    alone="",
    more="has_more",
    readonly="test_sk_readonly_5d1f",
    system=("Active Subscribers", "Churned Users"),
    names=("Payers", "Trial users", "EU", "Active Subscribers", "EU ", "${literal}"),
    variants={
        "system segments in the list": {"system_in_list": True},
        "no next cursor": {"next_cursor": False},
        "deletions have a body": {"delete_body": True},
        "unknown cursors are refused": {"restart_on_unknown_cursor": False},
        "system segments conflict": {"system_write_status": 409},
    },
)
