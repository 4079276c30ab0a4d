"""What means the same to Unleash, and what does not; what a body is sent as."""

import pytest
from providers.unleash_vendor import WIRE

from reconciler.core.segment import Json
from reconciler.intake.schema import schema, waves_through
from reconciler.providers.unleash import VENDOR

FORM = VENDOR.form({})
IN: dict[str, Json] = {"contextName": "a", "operator": "IN", "values": ["x", "y"]}
NUMBER: dict[str, Json] = {"contextName": "a", "operator": "NUM_EQ", "value": "5"}
FLAGS: dict[str, Json] = {"inverted": False, "caseInsensitive": False}


def body(*constraints: Json, **members: Json) -> dict[str, Json]:
    """Return a body with these constraints."""
    return {"name": "A", "constraints": [*constraints], **members}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (body(IN, NUMBER), body(NUMBER, IN)),
        (body(IN), body({**IN, "values": ["y", "x"], **FLAGS})),
        (body(NUMBER), body({**NUMBER, "values": []})),
        (body(), body(description=None, project=None)),
    ],
)
def test_these_mean_the_same(one: dict[str, Json], other: dict[str, Json]) -> None:
    """Order, defaults, and an empty list that no operator reads."""
    assert FORM.canonical(one) == FORM.canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (body(IN), body({**IN, "values": ["x", "y", "y"]})),
        (body(IN), body({**IN, "value": "z"})),
        (body(IN), body({**IN, "inverted": True})),
        (body(NUMBER), body({**NUMBER, "value": "5.0"})),
        (body(NUMBER), body({**NUMBER, "values": ["x"]})),
        (body(), body(description="")),
        (body(), body(project="default")),
        (body(5), body("5")),
        (body({**IN, "values": 5}), body({**IN, "values": "5"})),
        ({"name": "A", "constraints": {}}, {"name": "A"}),
    ],
)
def test_these_do_not(one: dict[str, Json], other: dict[str, Json]) -> None:
    """The vendor keeps each to the letter."""
    assert FORM.canonical(one) != FORM.canonical(other)


def test_what_is_sent_is_what_is_written() -> None:
    """Without the defaults, in its own order; what the vendor shows of it then means the same."""
    sent, shown = WIRE["create"]["request"], WIRE["create"]["response"]
    live = {name: shown[name] for name in sent}

    assert sent == FORM.outgoing(sent)
    assert FORM.canonical(sent) == FORM.canonical(live)


def test_the_vendor_can_do_this() -> None:
    """Names are unique, and nothing makes a create repeatable."""
    told = FORM.capabilities

    assert (True, True, True, False) == (told.unique_names, told.delete, told.description, told.idempotency_keys)
    assert {"userId", "sessionId", "remoteAddress", "email"} == FORM.personal.fields


@pytest.mark.parametrize(
    "members",
    [
        {"name": " "},
        {"description": 5},
        {"project": ""},
        {"constraints": None},
        {"constraints": [{"operator": "IN"}]},
        {"constraints": [{**IN, "contextName": ""}]},
        {"constraints": [{**IN, "operator": "in"}]},
        {"constraints": [{**IN, "values": [1]}]},
        {"constraints": [{**IN, "inverted": None}]},
        {"constraints": [{**IN, "new": 1}]},
        {"id": 1},
    ],
)
def test_the_schema_refuses_what_the_vendor_would_refuse_or_make_something_else_of(members: dict[str, Json]) -> None:
    """A number becomes a text there, and null false."""
    assert not waves_through(schema("unleash.segment"), {**body(IN), **members})
