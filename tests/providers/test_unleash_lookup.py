"""What an instance of Unleash has against a body: its context fields, their values, its projects; each asked once."""

from typing import Any

import pytest
from providers.unleash_vendor import WIRE, Vendor

from reconciler.core.segment import Json
from reconciler.errors import VendorFailure
from reconciler.providers.unleash import VENDOR

FIELDS, PROJECTS = "GET /context", "GET /projects"
LISTS = {FIELDS: (200, WIRE["context"]["response"]), PROJECTS: (200, WIRE["projects"]["response"])}
USERS: dict[str, Json] = {"contextName": "userId", "operator": "IN", "values": ["1"]}
FREE: Json = {"contextName": "plan", "operator": "IN", "values": ["free", "fre"], "value": "x"}
OTHER: Json = {"contextName": "plans", "operator": "REGEX", "value": "."}
SEVEN: list[Json] = [{"contextName": f"f{number}"} for number in range(7)]
FORBIDDEN = 403, WIRE["error-name"]["response"]


def body(*constraints: Json, **members: Json) -> dict[str, Json]:
    """Return a body with these constraints."""
    return {"name": "A", "constraints": [*constraints], **members}


def found(content: dict[str, Json], answers: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """Return what the instance has against a body, in short."""
    with Vendor(LISTS if answers is None else answers).transport() as transport:
        findings = list(VENDOR.connect(transport, {}).findings(content))
    return [(one.code, one.severity.value, one.pointer, one.hint) for one in findings]


def test_each_list_is_asked_for_once_and_only_where_it_is_needed() -> None:
    """However many bodies there are."""
    vendor = Vendor(LISTS)
    with vendor.transport() as transport:
        provider = VENDOR.connect(transport, {})
        for content in (body(), body(USERS), body(USERS), body(USERS, project="default"), body(project="default")):
            assert [] == list(provider.findings(content))

    assert [FIELDS, PROJECTS] == vendor.sent


def test_a_value_that_the_instance_does_not_allow_is_an_error() -> None:
    """What the operator does not read is not looked at; a field without a list of values takes any."""
    known = "it allows `free`, `team`"

    expected = ("illegal-value", "error", ("constraints", 2, "values", 1), f"did you mean `free`? {known}")
    assert [expected] == found(body(USERS, {**USERS, "values": [1]}, FREE))


def test_a_single_value_is_held_against_those_that_are_allowed() -> None:
    """Of one operand, so that stray values beside it are not looked at."""
    single: dict[str, Json] = {"contextName": "plan", "operator": "NUM_EQ", "value": "5", "values": ["x"]}

    assert [("illegal-value", ("constraints", 0, "value"))] == [(one[0], one[2]) for one in found(body(single))]
    assert [] == found(body(single | {"value": 5}))


def test_a_field_that_the_instance_does_not_list_is_doubtful() -> None:
    """The vendor takes it; the fields of every context are known, listed or not."""
    session: Json = {"contextName": "sessionId", "operator": "IN", "values": [1, "1"]}
    hint = "did you mean `plan`? its fields are `plan`, `userId`; add it there, or correct the name"

    assert [("unknown-context-field", "warning", ("constraints", 1, "contextName"), hint)] == found(
        body(session, OTHER)
    )


def test_a_project_that_is_not_there_is_an_error() -> None:
    """The vendor would fail on it."""
    hint = "did you mean `default`? its projects are `default`"

    assert [("unknown-project", "error", ("project",), hint)] == found(body(project="defaults"))


def test_what_may_not_be_read_is_said_and_no_error() -> None:
    """For fields and projects by themselves."""
    hint = "the token needs the right to read context fields and projects"

    assert [
        ("unchecked-names", "warning", ("constraints", 0, "contextName"), hint),
        ("unchecked-names", "warning", ("project",), hint),
    ] == found(body(OTHER, project="default"), {FIELDS: FORBIDDEN, PROJECTS: FORBIDDEN})


def test_an_instance_that_fails_is_no_answer() -> None:
    """Only a refusal is passed over."""
    with pytest.raises(VendorFailure):
        found(body(USERS), {FIELDS: (500, None)})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (body(USERS), None),
        (body(USERS, OTHER), "only the live instance knows the field `plans`, and was not asked"),
        (body(USERS, project="default"), "only the live instance knows the project `default`, and was not asked"),
        (
            body(*SEVEN, None, {}),
            (
                "only the live instance knows the field `f0`, the field `f1`, the field `f2`, the field `f3`, "
                "the field `f4` and 2 more, and was not asked"
            ),
        ),
        ({"constraints": None, "project": 1}, None),
    ],
)
def test_what_nobody_looked_up_is_said(content: dict[str, Json], message: str | None) -> None:
    """Once for all names of a body."""
    found = [one.message for one in VENDOR.form({}).unchecked(content)]

    assert ([] if message is None else [message]) == found
