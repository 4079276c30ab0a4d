"""Plan a target: definitions, ledger and live state in, a guarded plan out. Sends nothing that writes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reconciler.core.claims import Claims
from reconciler.core.guard import Limits, blocked
from reconciler.core.plan import Action, Plan
from reconciler.core.planner import make_plan
from reconciler.core.report import Finding
from reconciler.core.segment import Definition, Live
from reconciler.definitions.load import located
from reconciler.errors import InvalidInput, Place, Problem, Severity
from reconciler.intake.schema import nearest
from reconciler.planfile import load_snapshot
from reconciler.usecases.open import Opened, connect


@dataclass(frozen=True, slots=True)
class Planned:
    """A guarded plan, the claims that it was made from, and the warnings about the definitions."""

    plan: Plan
    claims: Claims
    warnings: tuple[Problem, ...]


def plan_target(
    opened: Opened, *, snapshot: Path | None = None, allow_deletes: int | None = None, only: tuple[str, ...] = ()
) -> Planned:
    """Return the plan of a target, from a snapshot where one is given.

    Raises where anything is missing or unreadable, before anything is planned: definitions and ledger are read before
    the first request. `only` keeps the changes of these keys.
    """
    definitions, warnings = opened.whole()
    claims = opened.claims()
    live, found = _live(opened, definitions, snapshot)
    plan = make_plan(
        [replace(definition, body=opened.form.outgoing(definition.body)) for definition in definitions],
        live,
        claims.segments,
        form=opened.form,
        target=opened.target.name,
        provider=opened.target.provider,
        unmanaged=opened.target.unmanaged,
    )
    limits = Limits(
        max_deletes=opened.target.limits.max_deletes,
        managed=len(claims.segments),
        definitions=len(definitions),
        first_run=not {record.id for record in claims.segments.values()} & {segment.id for segment in live},
        allow_deletes=allow_deletes,
    )
    doubts = _weighed(opened, plan, found)
    return Planned(blocked(_only(plan, only), limits), claims, (*warnings, *doubts))


def _live(
    opened: Opened, definitions: Sequence[Definition], snapshot: Path | None
) -> tuple[tuple[Live, ...], list[tuple[Definition, Finding]]]:
    if snapshot is None:
        with connect(opened) as provider:
            live = provider.list()
            return live, [(each, finding) for each in definitions for finding in provider.findings(each.body)]
    target = opened.target
    live = load_snapshot(read_file(snapshot), str(snapshot), target=target.name, provider=target.provider)
    return live, [(each, finding) for each in definitions for finding in opened.form.unchecked(each.body)]


def _weighed(opened: Opened, plan: Plan, found: Sequence[tuple[Definition, Finding]]) -> tuple[Problem, ...]:
    """Return what was found as warnings; raises InvalidInput for an error in what would be sent.

    What is live already, as the definition says, is not worth stopping the others for.
    """
    sent = {change.key for change in plan.pending if change.action in {Action.CREATE, Action.UPDATE}}
    problems = []
    for definition, finding in found:
        place = located(opened.target.definitions, definition, finding.pointer)
        severity = finding.severity if definition.key in sent else Severity.WARNING
        problems.append(Problem(finding.code, finding.message, place, finding.hint, severity))
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        raise InvalidInput(*errors)
    return tuple(problems)


def read_file(path: Path) -> bytes:
    """Return what a handed-in file holds; raises InvalidInput where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        words = (error.strerror or type(error).__name__).lower()
        problem = Problem("unreadable-file", f"cannot be read: {words}", Place(str(path)), "check the name of the file")
        raise InvalidInput(problem) from None


def narrowed(plan: Plan, keys: tuple[str, ...]) -> Plan:
    """Return a plan of the changes with these keys alone, or the plan itself where no key is named."""
    if not keys:
        return plan
    changes = tuple(change for change in plan.changes if change.key in keys)
    return Plan(plan.target, plan.provider, changes, plan.refused_by, plan.warnings)


def _only(plan: Plan, keys: tuple[str, ...]) -> Plan:
    known = sorted({change.key for change in plan.changes if change.key is not None})
    unknown = [key for key in keys if key not in known]
    if unknown:
        raise InvalidInput(
            *(
                Problem(
                    "unknown-key",
                    f"target `{plan.target}` has no definition or record with the key `{key}`",
                    hint=nearest(key, known, "a key is the file's path below the definitions folder, without `.json`"),
                )
                for key in unknown
            )
        )
    return narrowed(plan, keys)
