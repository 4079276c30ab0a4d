"""What the live project has against definitions, or that nobody asked it. Decides what of that stops a plan."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from reconciler.core.finding import UNCHECKED, Finding
from reconciler.core.segment import Definition
from reconciler.definitions.load import located
from reconciler.errors import InvalidInput, Problem, Severity
from reconciler.settings.config import Target

if TYPE_CHECKING:
    from reconciler.core.plan import Plan
    from reconciler.core.ports import Form

Doubts: TypeAlias = Sequence[tuple[Definition, Finding]]


def unchecked(target: Target, form: "Form", definitions: Iterable[Definition]) -> tuple[Problem, ...]:
    """Return one warning for all that only the live project knows, at the first place that names any of it."""
    return _once(target, [(each, finding) for each in definitions for finding in form.unchecked(each.body)])


def weighed(target: Target, plan: "Plan", doubts: Doubts) -> tuple[Problem, ...]:
    """Return what was found as warnings; raises InvalidInput for an error in what would be sent.

    What is live already, as the definition says, is not worth stopping the others for. What could not be looked up is
    said once.
    """
    from reconciler.core.plan import Action  # noqa: PLC0415 - `validate` makes no plan

    sent = {change.key for change in plan.pending if change.action in {Action.CREATE, Action.UPDATE}}
    problems = [
        _problem(target, definition, finding, finding.severity if definition.key in sent else Severity.WARNING)
        for definition, finding in doubts
        if finding.code != UNCHECKED
    ]
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        raise InvalidInput(*errors)
    return (*problems, *_once(target, [doubt for doubt in doubts if doubt[1].code == UNCHECKED]))


def _once(target: Target, doubts: Doubts) -> tuple[Problem, ...]:
    if not doubts:
        return ()
    (definition, finding), *others = doubts
    problem = _problem(target, definition, finding, Severity.WARNING)
    more = [*dict.fromkeys(each.place.file for each, _ in others if each.key != definition.key)]
    words = f"; nor about {f'`{more[0]}`' if len(more) == 1 else f'{len(more)} other definitions'}" if more else ""
    return (replace(problem, message=problem.message + words),)


def _problem(target: Target, definition: Definition, finding: Finding, severity: Severity) -> Problem:
    place = located(target.definitions, definition, finding.pointer)
    return Problem(finding.code, finding.message, place, finding.hint, severity)
