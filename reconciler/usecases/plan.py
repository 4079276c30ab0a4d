"""Plan a target: definitions, ledger and live state in, a guarded plan out. Sends nothing that writes."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from reconciler.core.claims import Claims
from reconciler.core.guard import Limits, blocked
from reconciler.core.plan import Action, Block, Plan
from reconciler.core.ports import Form
from reconciler.core.recovery import recovered
from reconciler.core.segment import Definition, Live
from reconciler.errors import InvalidInput, Place, Problem, ReconcilerError, Severity
from reconciler.intake.lexical import shown
from reconciler.intake.schema import nearest
from reconciler.usecases import clock
from reconciler.usecases.census import Census, census_of, counted_if_possible
from reconciler.usecases.doubts import Doubts, weighed
from reconciler.usecases.judge import judged
from reconciler.usecases.open import Opened, connect
from reconciler.usecases.review import Now, Subject, as_reviewed, deletions, done_already, refuse_foreign, waiting

MANY = 20_000
"""From how many definitions on memory is worth the time to look which bodies are held twice."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A guarded plan, the claims that it was made from, and the warnings about the definitions.

    The ledger does not hold these claims yet where a run that died left something that was `found` again. `taken_over`
    says whose lease ran out.
    """

    plan: Plan
    claims: Claims
    warnings: tuple[Problem, ...]
    found: bool = False
    taken_over: tuple[Problem, ...] = ()


def as_made(plan: Plan) -> Plan:
    """Return a plan as it is."""
    return plan


def plan_target(
    opened: Opened,
    *,
    snapshot: Path | None = None,
    allow_deletes: int | None = None,
    only: tuple[str, ...] = (),
    reviewed: Plan | None = None,
    held: Callable[[Plan], Plan] = as_made,
    census: Census | None = None,
) -> Planned:
    """Return the plan of a target, from a snapshot where one is given.

    Raises where anything is missing or unreadable, before anything is planned: definitions and ledger are read before
    the first request; where the `reviewed` plan is of another place; and where what it would do has moved. What that
    plan leaves alone is left alone, `only` keeps the changes of these keys, and `held` returns the plan with some of
    its changes held back: the rules are about the whole plan, and one that is refused is returned whole. Users are
    counted where there is a `census`, or where the target limits how many may move.
    """
    if reviewed:
        refuse_foreign(reviewed, opened.target.provider, opened.place)
    definitions, warnings, noted = _written(opened)
    from reconciler.core.planner import make_plan  # noqa: PLC0415 - it was imported meanwhile

    desired = [outgoing(definition, opened.form) for definition in definitions]
    noted = noted.sharing({each.key: each.body for each in desired}) if len(desired) >= MANY else noted
    live, found = _live(opened, definitions, snapshot)
    claims = recovered(noted, live, opened.form, wanted={definition.key for definition in definitions})
    plan = make_plan(
        desired,
        live,
        claims.segments,
        form=opened.form,
        target=opened.target.name,
        provider=opened.target.provider,
        place=opened.place,
        unmanaged=opened.target.unmanaged,
    )
    _refuse_unknown(only, plan, reviewed)
    limit = opened.target.limits.max_audience_change
    census = census or (None if limit is None else census_of(opened, None))
    plan, uncounted = counted_if_possible(plan, desired, opened, census) if census else (plan, ())
    done = frozenset[Subject]()
    if reviewed:
        now = Now(plan, {each.key: each.body for each in desired}, frozenset(each.id for each in live), noted.intents)
        done = done_already(reviewed, now, opened.form)
    limits = Limits(
        max_deletes=opened.target.limits.max_deletes,
        managed=len(claims.segments),
        definitions=len(definitions),
        first_run={record.id for record in claims.segments.values()}.isdisjoint([segment.id for segment in live]),
        allow_deletes=allow_deletes,
        done=deletions(reviewed, done) if reviewed else 0,
        max_audience_change=limit,
    )
    made = blocked(waiting(plan, reviewed) if reviewed else plan, limits)
    made = made if held is not as_made else judged(made, opened.vendor, opened.target.options)
    made = made if made.refused_by else narrowed(held(made), only)
    noticed: tuple[Problem, ...] = ()
    if reviewed:
        said = allow_deletes is not None
        made, noticed = as_reviewed(made, narrowed(reviewed, only), opened.form, done, deletes_allowed=said)
    told = (
        *_found_again(noted, claims, clock.now()),
        *_of_changes(plan, definitions, warnings),
        *_of_live(plan, live, opened.form),
        *weighed(opened.target, plan, found),
        *noticed,
        *uncounted,
    )
    return Planned(made, claims, told, found=claims != noted)


def _written(opened: Opened) -> tuple[tuple[Definition, ...], tuple[Problem, ...], Claims]:
    """Return the definitions, the warnings about them, and what the ledger holds, which is read meanwhile.

    That a definition is wrong is told before what is wrong with the ledger.
    """
    ledger = Future[Claims]()

    def meanwhile() -> None:
        opened.prepare()
        try:
            ledger.set_result(opened.claims())
        except ReconcilerError as error:
            ledger.set_exception(error)

    return *opened.whole(meanwhile), ledger.result()


def outgoing(definition: Definition, form: Form) -> Definition:
    """Return the definition with its body as it is sent."""
    body = form.outgoing(definition.body)
    return definition if body is definition.body else definition._replace(body=body)


def _live(opened: Opened, definitions: Sequence[Definition], snapshot: Path | None) -> tuple[tuple[Live, ...], Doubts]:
    if snapshot is None:
        with connect(opened) as provider:
            live = provider.list()
            return live, [(each, finding) for each in definitions for finding in provider.findings(each.body)]
    from reconciler.planfile import load_snapshot  # noqa: PLC0415 - models of documents that other plans do not read

    target = opened.target
    live = load_snapshot(read_file(snapshot), str(snapshot), target=target.name, provider=target.provider)
    return live, [(each, finding) for each in definitions for finding in opened.form.unchecked(each.body)]


def _found_again(noted: Claims, claims: Claims, now: datetime) -> Iterator[Problem]:
    """Yield what was made and not recorded. Whether its run has ended, nobody knows while it holds a lease."""
    lease = noted.lease
    for key in sorted(claims.segments.keys() - noted.segments.keys()):
        made = claims.segments[key].id
        if lease and lease.until > now:
            words = f"`{key}`: {lease.holder} has made `{made}`, and not recorded it yet"
            hint = f"it holds the lease until {lease.until:%Y-%m-%d %H:%M:%S} UTC: plan again once it has ended"
        else:
            words = f"`{key}`: a run that ended before it could record it made `{made}`"
            hint = "it is managed from the next apply on"
        yield Problem("recovered", words, hint=hint, severity=Severity.WARNING)


def _of_changes(plan: Plan, definitions: Sequence[Definition], warnings: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return the warnings about what changes: those about the rest were there before, and `validate` shows them."""
    changing = {change.key for change in plan.pending}
    files = {definition.place.file for definition in definitions if definition.key in changing}
    return tuple(each for each in warnings if each.place is None or each.place.file in files)


def _of_live(plan: Plan, live: Iterable[Live], form: Form) -> Iterator[Problem]:
    """Yield what the listing tells of the segments that are managed, and no change could say."""
    segments = {segment.id: segment for segment in live}
    names = Counter(segment.name for segment in segments.values() if form.capabilities.unique_names)
    for change in plan.changes:
        segment = segments.get(change.id or "")
        if segment is None or change.key is None:
            continue
        if segment.used_by and change.action is Action.DELETE:
            words = f"`{change.key}` is used by {segment.used_by}, and the vendor deletes nothing that is in use"
            hint = "take it out of them first, or keep its definition"
            yield Problem("segment-in-use", words, hint=hint, severity=Severity.WARNING)
        if names[segment.name] > 1:
            words = f"`{change.key}`: another live segment has its name too, {shown(segment.name)}"
            hint = "find out in the vendor's dashboard which of the two is in use, and delete or rename the other"
            yield Problem("name-twice", words, hint=hint, severity=Severity.WARNING)


def read_file(path: Path) -> bytes:
    """Return what a handed-in file holds; raises InvalidInput where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        words = (error.strerror or type(error).__name__).lower()
        problem = Problem("unreadable-file", f"cannot be read: {words}", Place(str(path)), "check the name of the file")
        raise InvalidInput(problem) from None


def narrowed(plan: Plan, keys: tuple[str, ...]) -> Plan:
    """Return a plan of the changes with these keys alone, or the plan itself where no key is named.

    One is blocked that would take a name which another, that is not among them, was to free.
    """
    if not keys:
        return plan
    changes = [change for change in plan.changes if change.key in keys]
    there = {"", *(change.id for change in changes)}
    return replace(
        plan,
        changes=tuple(
            change
            if change.blocked_by or change.waits_for in there
            else replace(change, blocked_by=Block.NAME_CONFLICT)
            for change in changes
        ),
    )


def _refuse_unknown(keys: tuple[str, ...], plan: Plan, reviewed: Plan | None) -> None:
    changes = (*plan.changes, *(reviewed.changes if reviewed else ()))
    known = sorted({change.key for change in changes if change.key is not None})
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
