"""Plan a target: definitions, ledger and live state in, a guarded plan out. Sends nothing that writes."""

from dataclasses import dataclass
from pathlib import Path

from reconciler.core.claims import Claims
from reconciler.core.guard import Limits, blocked
from reconciler.core.plan import Plan
from reconciler.core.planner import make_plan
from reconciler.core.segment import Live
from reconciler.errors import InvalidInput, Place, Problem
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
    live = _live(opened, snapshot)
    plan = make_plan(
        definitions,
        live,
        claims.segments,
        form=opened.vendor.form,
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
    return Planned(blocked(_only(plan, only), limits), claims, warnings)


def _live(opened: Opened, snapshot: Path | None) -> tuple[Live, ...]:
    if snapshot is None:
        with connect(opened) as provider:
            return provider.list()
    target = opened.target
    return load_snapshot(read_file(snapshot), str(snapshot), target=target.name, provider=target.provider)


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
