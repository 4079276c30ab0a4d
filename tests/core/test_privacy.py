"""What documents show of personal values: never the values, for every vendor."""

import json

import pytest
from contract.subject import Document
from contract.subjects import SUBJECTS
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.document import plan_document, text
from reconciler.core.planner import make_plan
from reconciler.core.segment import Definition, Json, Live, Recorded
from reconciler.errors import Place
from reconciler.planfile import load_plans
from reconciler.providers.registry import VENDORS

SECRETS = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=9, max_size=20).map(
    lambda one: f"zz{one}"
)
FORMS = {
    "qonversion": (
        ("client_uid", "custom_uid", "client_advertiser_id"),
        ('{"metric": "FIELD", "comparator": "eq", "value": "VALUE"}',),
    ),
    "push0": (
        ("email", "customUserId", "id", "pushToken"),
        ('{"type": "AND", "constraints": [{"field": "FIELD", "relation": "==", "value": "VALUE"}]}',),
    ),
    "kibamail": (
        ("email", "firstName", "lastName", "phone"),
        ('{"field": "FIELD", "operator": "in", "value": ["VALUE"]}', '{"FIELD": {"$eq": "VALUE"}}'),
    ),
}
"""Of each vendor its personal fields, and the ways of writing a condition."""

CONDITIONS = [
    (vendor, written.replace("FIELD", field))
    for vendor, (fields, ways) in FORMS.items()
    for field in fields
    for written in ways
]


def body(vendor: str, name: str, condition: str) -> Document:
    """Return a body with this condition."""
    made: Json = json.loads(condition)
    match vendor:
        case "qonversion":
            return {"name": name, "conditions": [made]}
        case "push0":
            return {"name": name, "constraints": [made]}
        case _:
            return {"name": name, "conditions": {"$and": [made]}}


@pytest.mark.parametrize(("vendor", "condition"), CONDITIONS)
@given(old=SECRETS, new=SECRETS, drifted=SECRETS)
def test_a_plan_document_holds_no_personal_value(vendor: str, condition: str, old: str, new: str, drifted: str) -> None:
    """Of what is made, changed or deleted, on either side; and what is read back has the digests of what was saved."""
    form = VENDORS[vendor].form(SUBJECTS[vendor].options)
    was, live, now = (body(vendor, "A", condition.replace("VALUE", value)) for value in (old, drifted, new))
    recorded = {key: Recorded(key, key, was) for key in ("a", "b")}
    desired = [Definition(key, name, {**now, "name": name}, Place("")) for key, name in (("a", "A"), ("c", "C"))]
    plan = make_plan(desired, [Live(key, "A", live) for key in recorded], recorded, form=form, target="t")

    written = text(plan_document(plan))
    (loaded,) = load_plans(written.encode(), "plan.json")

    assert [] == [value for value in (old, new, drifted) if value in written]
    assert [change.digest for change in plan.changes] == [change.digest for change in loaded.changes]
    update = next((change for change in plan.changes if (change.key, change.action) == ("a", "update")), None)
    assert (update is None) == (new == drifted)
    assert update is None or update.published.fields
