"""What documents show of a plan: the changes without the values of personal fields. Knows no vendor; pure."""

from dataclasses import replace

from reconciler.core.diff import diff
from reconciler.core.personal import Personal
from reconciler.core.plan import Change, FieldChange, Plan, Published
from reconciler.core.ports import Form
from reconciler.core.segment import Body


def published(plan: Plan, form: Form) -> Plan:
    """Return the plan with what documents show in place of personal values, in each change that has any."""
    return replace(plan, changes=tuple(_published(change, form) for change in plan.changes))


def _published(change: Change, form: Form) -> Change:
    before, after = (_body(body, form.personal) for body in (change.before, change.after))
    if (before, after) == (change.before, change.after):
        return change
    return replace(change, public=Published(before, after, _fields(change, before, after, form)))


def _body(body: Body | None, personal: Personal) -> Body | None:
    found = None if body is None else personal.fingerprinted(dict(body))
    return found if isinstance(found, dict) else None


def _fields(change: Change, before: Body | None, after: Body | None, form: Form) -> tuple[FieldChange, ...]:
    """Return the differences between what is shown of both sides, if there were any to show."""
    if not change.fields or before is None or after is None:
        return ()
    return diff(form.canonical(before), form.canonical(after), form.label)
