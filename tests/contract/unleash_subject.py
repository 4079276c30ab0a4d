"""Unleash as the contract suite is told of it. Source: the OpenAPI document of an instance, and VENDORS.md 5."""

from collections.abc import Callable
from random import Random

from contract.subject import TEXTS, Document, Subject, edited, otherwise, shuffled
from hypothesis import strategies as st

from reconciler.core.segment import Json

MANY = ("IN", "NOT_IN", "STR_CONTAINS", "STR_STARTS_WITH", "STR_ENDS_WITH")
FLAGS = {"inverted": st.booleans(), "caseInsensitive": st.booleans()}


def of_one(
    operators: tuple[str, ...], *values: str, field: str = "appVersion", inverted: bool = True
) -> st.SearchStrategy[Document]:
    """Return constraints that compare a field with one of these values, and may be inverted."""
    flags = {name: FLAGS[name] for name in FLAGS if inverted or name != "inverted"}
    return st.fixed_dictionaries(
        {
            "contextName": st.just(field),
            "operator": st.sampled_from(operators),
            "value": st.sampled_from(values),
        },
        optional={**flags, "values": st.just([])},
    )


CONSTRAINTS: st.SearchStrategy[Document] = st.one_of(
    st.fixed_dictionaries(
        {
            "contextName": st.sampled_from(["userId", "appName", "country"]),
            "operator": st.sampled_from(MANY),
            "values": st.lists(TEXTS, min_size=1, max_size=3),
        },
        optional={**FLAGS},
    ),
    of_one(("NUM_EQ", "NUM_GT", "NUM_GTE", "NUM_LT", "NUM_LTE"), "5", "-0.5", "1e3", " 7 ", field="seats"),
    of_one(("DATE_AFTER", "DATE_BEFORE"), "2026-01-31T12:00:00Z", "2026-01-31T12:00:00.5+02:00", field="currentTime"),
    of_one(("SEMVER_EQ", "SEMVER_GT", "SEMVER_GTE", "SEMVER_LT", "SEMVER_LTE"), "1.2.3", "1.2.3-beta.1+build"),
    of_one(("REGEX",), "^web-[a-z]+$", r"(?i)\p{L}{2,}", field="appName", inverted=False),
)
BODIES: st.SearchStrategy[Document] = st.fixed_dictionaries(
    {"name": TEXTS, "constraints": st.lists(CONSTRAINTS, max_size=3)},
    optional={"description": TEXTS | st.sampled_from(["", " "]) | st.none(), "project": st.none() | st.just("default")},
)


def constraints_of(body: Document) -> list[Document]:
    """Return the constraints of a body."""
    match body["constraints"]:
        case list() as constraints:
            return [constraint for constraint in constraints if isinstance(constraint, dict)]
        case _:
            return []


def with_constraints(body: Document, constraints: list[Document]) -> Document:
    """Return a body with these constraints."""
    return edited(body, "constraints", [*constraints])


def each_constraint(edit: Callable[[Document, Random], Document]) -> Callable[[Document, Random], Document]:
    """Return the spelling that writes each constraint in other words."""
    return lambda body, random: with_constraints(body, [edit(one, random) for one in constraints_of(body)])


def in_another_order(body: Document, random: Random) -> Document:
    """Shuffle the constraints: all must hold, so their order says nothing."""
    return edited(body, "constraints", shuffled([*constraints_of(body)], random))


def values_in_another_order(constraint: Document, random: Random) -> Document:
    """Shuffle the values: any of them will do, so their order says nothing either."""
    values = constraint.get("values")
    return edited(constraint, "values", shuffled(values, random)) if isinstance(values, list) else constraint


def defaults_written_out(constraint: Document, random: Random) -> Document:
    """Say of a constraint that it is not inverted, and minds capital letters."""
    return {"inverted": False, "caseInsensitive": False, **constraint}


def defaults_left_out(constraint: Document, random: Random) -> Document:
    """Do the opposite of `defaults_written_out`."""
    return {name: constraint[name] for name in constraint if constraint[name] is not False}


def values_as_the_vendor_has_them(constraint: Document, random: Random) -> Document:
    """Put an empty list where an operator takes one value."""
    return {"values": [], **constraint}


def nothing_is_null(body: Document, random: Random) -> Document:
    """Say that there is no description, and no project."""
    return {"description": None, "project": None, **body}


def in_the_first(edit: Callable[[Document], Document | None]) -> Callable[[Document], Document | None]:
    """Return the edit of the first constraint that can be edited."""

    def difference(body: Document) -> Document | None:
        constraints = constraints_of(body)
        for place, one in enumerate(constraints):
            if (changed := edit(one)) is not None:
                return with_constraints(body, [*constraints[:place], changed, *constraints[place + 1 :]])
        return None

    return difference


def another_operator(constraint: Document) -> Document:
    """Compare in another way, with as many values."""
    pair = ("IN", "NOT_IN") if constraint["operator"] in MANY else ("NUM_EQ", "NUM_LT")
    return edited(constraint, "operator", otherwise(constraint["operator"], *pair))


def another_value(constraint: Document) -> Document | None:
    """Compare with another value."""
    value = constraint.get("value")
    return edited(constraint, "value", otherwise(value, "1", "2")) if value is not None else None


def one_value_more(constraint: Document) -> Document | None:
    """Compare with one value more: with one that is there already too, since repeats are kept."""
    values = constraint.get("values")
    return edited(constraint, "values", [*values, values[0]]) if isinstance(values, list) and values else None


def turned(member: str) -> Callable[[Document], Document]:
    """Return the edit that makes true of false, or false of true."""
    return lambda constraint: edited(constraint, member, constraint.get(member) is not True)


def one_constraint_less(body: Document) -> Document | None:
    """Take a constraint out."""
    constraints = constraints_of(body)
    return with_constraints(body, constraints[1:]) if constraints else None


def one_constraint_twice(body: Document) -> Document | None:
    """Write a constraint twice: repeats are kept."""
    constraints = constraints_of(body)
    return with_constraints(body, [*constraints, constraints[0]]) if constraints else None


def another_project(body: Document) -> Document:
    """Give it to one project, or to all."""
    return edited(body, "project", otherwise(body.get("project"), "default", None))


USERS: Json = {"contextName": "userId", "operator": "IN", "values": ["1", "2"]}

UNLEASH = Subject(
    name="unleash",
    bodies=BODIES,
    first={"name": "First", "description": "The first.", "constraints": [USERS]},
    second={
        "name": "Second",
        "description": "The second.",
        "constraints": [
            {"contextName": "appVersion", "operator": "SEMVER_GTE", "value": "1.2.3"},
            {
                "contextName": "appName",
                "operator": "STR_STARTS_WITH",
                "values": ["web-"],
                "inverted": True,
                "caseInsensitive": True,
            },
        ],
    },
    spellings={
        "order of constraints": in_another_order,
        "order of values": each_constraint(values_in_another_order),
        "defaults written out": each_constraint(defaults_written_out),
        "defaults left out": each_constraint(defaults_left_out),
        "no values are an empty list": each_constraint(values_as_the_vendor_has_them),
        "nothing is null": nothing_is_null,
    },
    differences={
        "name": lambda body: edited(body, "name", f"{body['name']}."),
        "description": lambda body: edited(body, "description", f"{body.get('description')}."),
        "an empty description": lambda body: edited(body, "description", otherwise(body.get("description"), "", None)),
        "project": another_project,
        "field": in_the_first(
            lambda one: edited(one, "contextName", otherwise(one["contextName"], "country", "appName"))
        ),
        "operator": in_the_first(another_operator),
        "value": in_the_first(another_value),
        "one value more": in_the_first(one_value_more),
        "inverted": in_the_first(turned("inverted")),
        "case": in_the_first(turned("caseInsensitive")),
        "one constraint less": one_constraint_less,
        "one constraint twice": one_constraint_twice,
    },
    optional=("description",),
    page=100,
    list_requests=lambda _: 1,
    item="segments.0.",
    alone="",
    notices_repeats=False,
    notices_gaps=False,
    notices_moves=False,
    wordless=("update",),
    readonly="user:viewer-5d1f",
    variants={"a database that sorts by letters": {"order": "letters"}},
)
