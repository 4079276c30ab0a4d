"""What documents show of personal values: never the values, for every vendor."""

import json

import pytest
from contract.subject import Document
from contract.subjects import SUBJECTS
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.core.diff import diff
from reconciler.core.document import drift_document, plan_document, report_document, text
from reconciler.core.drift import find_drift
from reconciler.core.plan import Change, Plan
from reconciler.core.planner import make_plan
from reconciler.core.ports import Form
from reconciler.core.privacy import disclosed_plan, disclosed_report, published_drift, published_report
from reconciler.core.report import DriftReport, Outcome, Report, Result
from reconciler.core.segment import Definition, Json, Live, Recorded
from reconciler.errors import Place
from reconciler.planfile import load_plans
from reconciler.providers.registry import VENDORS
from reconciler.render import conversation, markdown
from reconciler.render.conversation import Source

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
    "unleash": (
        ("userId", "sessionId", "remoteAddress", "email"),
        (
            '{"contextName": "FIELD", "operator": "IN", "values": ["VALUE"]}',
            '{"contextName": "FIELD", "operator": "REGEX", "value": "VALUE"}',
        ),
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
        case "push0" | "unleash":
            return {"name": name, "constraints": [made]}
        case _:
            return {"name": name, "conditions": {"$and": [made]}}


CONDITION = pytest.mark.parametrize(("vendor", "condition"), CONDITIONS)


@CONDITION
@settings(max_examples=25)
@given(old=SECRETS, new=SECRETS, drifted=SECRETS)
def test_a_plan_document_holds_no_personal_value(vendor: str, condition: str, old: str, new: str, drifted: str) -> None:
    """Of what is made, changed or deleted, on either side; and what is read back has the digests of what was saved."""
    form = VENDORS[vendor].form(SUBJECTS[vendor].options)
    was, live, now = (body(vendor, "A", condition.replace("VALUE", value)) for value in (old, drifted, new))
    recorded = {key: Recorded(key, key, was) for key in ("a", "b")}
    desired = [Definition(key, name, {**now, "name": name}, Place("")) for key, name in (("a", "A"), ("c", "C"))]
    plan = make_plan(desired, [Live(key, "A", live) for key in recorded], recorded, form=form, target="t")
    update = next((change for change in plan.changes if (change.key, change.action) == ("a", "update")), None)

    written = text(plan_document(plan))
    (loaded,) = load_plans(written.encode(), "plan.json")

    assert [] == [value for value in (old, new, drifted) if value in written]
    assert [change.digest for change in plan.changes] == [change.digest for change in loaded.changes]
    assert (update is None) == (new == drifted)
    assert update is None or update.published.fields


@CONDITION
@settings(max_examples=25)
@given(old=SECRETS, new=SECRETS, moved=SECRETS)
def test_what_is_shown_of_a_plan_or_a_report_holds_no_personal_value(
    vendor: str, condition: str, old: str, new: str, moved: str
) -> None:
    """In a comment, in a summary, in the document of a report; and the digests stay those of the plan."""
    form = VENDORS[vendor].form(SUBJECTS[vendor].options)
    was, now, then = (body(vendor, "A", condition.replace("VALUE", value)) for value in (old, new, moved))
    plan = _plan(was, now, form)
    report = Report("t", vendor, tuple(_outcome(change, then, form) for change in plan.changes), plan.changes)

    shown = disclosed_plan(plan)
    published = published_report(report, form)
    texts = (
        markdown.plan(shown),
        conversation.plan([plan], (), Source()),
        conversation.applied([published], (), Source()),
        markdown.report(published, verbose=True),
        text(report_document(published)),
    )

    assert [] == [value for value in (old, new, moved) for written in texts if value in written]
    assert [change.digest for change in shown.changes] == [change.digest for change in plan.changes]
    assert [one.change for one in published.outcomes] == [one.change for one in disclosed_report(report).outcomes]
    assert [bool(one.fields) for one in published.outcomes] == [bool(one.fields) for one in report.outcomes]


@CONDITION
@settings(max_examples=25)
@given(was=SECRETS, now=SECRETS)
def test_published_drift_holds_no_personal_value(vendor: str, condition: str, was: str, now: str) -> None:
    """In an issue, in the document; and it still says that the segment drifted, and where."""
    form = VENDORS[vendor].form(SUBJECTS[vendor].options)
    recorded = {"a": Recorded("a", "a", body(vendor, "A", condition.replace("VALUE", was)))}
    live = [Live("a", "A", body(vendor, "A", condition.replace("VALUE", now)))]
    found = DriftReport("t", vendor, find_drift(recorded, live, form), 1)

    published = published_drift(found, form)
    texts = (conversation.drift(published, Source()), markdown.drift(published), text(drift_document(published)))

    assert [] == [value for value in (was, now) for written in texts if value in written]
    assert _places(published) == _places(found)
    assert bool(_places(found)) == (was != now)


@CONDITION
def test_what_only_the_ledger_knows_is_shown_beside_personal_values(vendor: str, condition: str) -> None:
    """That a segment is protected no more, or has another key, is told, whether or not its body changes too."""
    form = VENDORS[vendor].form(SUBJECTS[vendor].options)
    was, now = (body(vendor, "A", condition.replace("VALUE", value)) for value in ("zz1", "zz2"))
    recorded = {"old": Recorded("old", "old", was, protected=True)}
    live = [Live("old", "A", was)]

    for wanted in (was, now):
        desired = [Definition("new", "A", wanted, Place(""), previously=("old",))]
        (change,) = make_plan(desired, live, recorded, form=form, target="t").changes
        told = {field.path for field in change.published.fields}

        assert change.public
        assert {"key", "reconciler.protected"} <= told
        assert told == {field.path for field in change.fields}


def _plan(was: Document, now: Document, form: Form) -> Plan:
    recorded = {key: Recorded(key, key, was) for key in ("a", "b")}
    desired = [Definition(key, name, {**now, "name": name}, Place("")) for key, name in (("a", "A"), ("c", "C"))]
    return make_plan(desired, [Live(key, "A", was) for key in recorded], recorded, form=form, target="t")


def _outcome(change: Change, moved: Document, form: Form) -> Outcome:
    fields = diff(form.canonical(change.before or {}), form.canonical(moved), form.label)
    return Outcome(change, Result.STALE, change.id, fields=fields)


def _places(found: DriftReport) -> list[tuple[str, str, str]]:
    return [(one.key, field.path, field.kind) for one in found.drifts for field in one.fields]
