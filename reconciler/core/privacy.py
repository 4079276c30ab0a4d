"""What others may see of plans, reports and drift: no values of personal fields. Knows no vendor; pure."""

import re
from dataclasses import replace

from reconciler.core.personal import Personal
from reconciler.core.plan import Change, FieldChange, Plan, Published
from reconciler.core.ports import Form
from reconciler.core.report import DriftReport, Report
from reconciler.core.segment import Body
from reconciler.core.verdict import Judgement

MEMBER = re.compile(r"[.\[\]]")
"""What parts the members and items in the path of a difference."""


def published(plan: Plan, form: Form) -> Plan:
    """Return the plan with what documents show in place of personal values, in each change that has any."""
    changes = [_published(change, form) for change in plan.changes]
    return replace(plan, changes=tuple(changes)) if any(change.public for change in changes) else plan


def _published(change: Change, form: Form) -> Change:
    if change.before is None and change.after is None:
        return change
    before, after = (published_body(body, form) for body in (change.before, change.after))
    judgement = change.judgement and _unnamed(change.judgement, form.personal)
    if (before, after, judgement) == (change.before, change.after, change.judgement):
        return change
    return replace(change, public=Published(before, after, _hidden(change.fields, form.personal), judgement))


def published_body(body: Body | None, form: Form) -> Body | None:
    """Return what documents show of a body."""
    found = None if body is None else form.personal.fingerprinted(dict(body))
    return found if isinstance(found, dict) else None


def disclosed(change: Change) -> Change:
    """Return the change with what documents show in the place of its values; its digest stays what it is."""
    shown = change.published
    return replace(change, before=shown.before, after=shown.after, fields=shown.fields, judgement=shown.judgement)


def disclosed_plan(plan: Plan) -> Plan:
    """Return the plan with what documents show in the place of its values; its digests stay what they are."""
    return replace(plan, changes=tuple(map(disclosed, plan.changes)))


def disclosed_report(report: Report) -> Report:
    """Return the report with what documents show of its changes; how live segments had moved stays as it is."""
    outcomes = tuple(replace(one, change=disclosed(one.change)) for one in report.outcomes)
    return replace(report, outcomes=outcomes, blocked=tuple(map(disclosed, report.blocked)))


def published_report(report: Report, form: Form) -> Report:
    """Return the report without personal values: in its changes, and in how live segments had moved."""
    shown = disclosed_report(report)
    outcomes = tuple(replace(one, fields=_hidden(one.fields, form.personal)) for one in shown.outcomes)
    return replace(shown, outcomes=outcomes)


def published_drift(report: DriftReport, form: Form) -> DriftReport:
    """Return the drift with fingerprints in place of personal values."""
    drifts = tuple(replace(one, fields=_hidden(one.fields, form.personal)) for one in report.drifts)
    return replace(report, drifts=drifts)


def _unnamed(judgement: Judgement, personal: Personal) -> Judgement:
    """Return the judgement with fingerprints for what its examples have in personal fields."""
    leaves, enters = (
        example and {name: personal.below([name], value) for name, value in example.items()}
        for example in (judgement.leaves, judgement.enters)
    )
    return replace(judgement, leaves=leaves, enters=enters)


def _hidden(fields: tuple[FieldChange, ...], personal: Personal) -> tuple[FieldChange, ...]:
    return tuple(_hidden_field(field, MEMBER.split(field.path), personal) for field in fields)


def _hidden_field(field: FieldChange, way: list[str], personal: Personal) -> FieldChange:
    return replace(field, before=personal.below(way, field.before), after=personal.below(way, field.after))
