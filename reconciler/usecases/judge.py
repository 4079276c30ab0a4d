"""What the updates of a plan do to audiences, where the extra `analysis` is installed. It alters nothing else."""

from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

from reconciler.core.plan import Action, Change, Plan
from reconciler.core.privacy import published

if TYPE_CHECKING:
    from reconciler.analysis.verdicts import Judge
    from reconciler.providers.vendor import Options, Vendor

SOLVER = "z3"


def installed(library: str = SOLVER) -> bool:
    """Say whether the solver is there."""
    return find_spec(library) is not None


def judged(plan: Plan, vendor: "Vendor", options: "Options", *, library: str = SOLVER) -> Plan:
    """Return the plan with a verdict on each update; as it is without the solver, or where nothing is updated."""
    if not any(change.action is Action.UPDATE for change in plan.changes) or not installed(library):
        return plan
    from reconciler.analysis.verdicts import Judge  # noqa: PLC0415 - a solver, which plans without updates do not need

    judge = Judge(vendor.always_there)
    changes = tuple(_judged(change, judge, vendor, options) for change in plan.changes)
    return published(replace(plan, changes=changes), vendor.form(options))


def _judged(change: Change, judge: "Judge", vendor: "Vendor", options: "Options") -> Change:
    if change.action is not Action.UPDATE or change.before is None or change.after is None:
        return change
    before, after = (vendor.meaning(body, options) for body in (change.before, change.after))
    return replace(change, judgement=judge.judged(before, after))
