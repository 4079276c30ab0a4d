"""One target's plan, report or drift as a section of Markdown. It never knows what stands before or after it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from reconciler.core.plan import Action, Block, Change, Plan
from reconciler.core.report import DriftKind, DriftReport, Outcome, Report, Result
from reconciler.render import gfm
from reconciler.render.counts import drift_summary, plan_summary, report_summary
from reconciler.render.fitting import Detail
from reconciler.render.gfm import cell, code, prose
from reconciler.render.items import (
    audience,
    called,
    difference,
    fields,
    group,
    packed,
    problem,
    problems,
    stopped,
    title,
)
from reconciler.render.words import (
    ENDINGS,
    NONE_OF_IT,
    SHOWN,
    UNSEEN,
    WHO,
    because,
    drift_gloss,
    drifted,
    ended,
    ending_gloss,
    gloss,
    heading,
    refusals,
    refused,
    sign,
)

Counts = tuple[str, str, dict[str, int]]
"""A target, its provider, and what is counted there."""


def table(rows: Sequence[Counts]) -> list[str]:
    """Return what is counted as a table, a row for each target, without the columns that are zero everywhere."""
    columns = counted_somewhere(rows)
    shown = [
        [f"{cell(target)} ({cell(provider)})", *(str(counts[name]) for name in columns)]
        for target, provider, counts in rows
    ]
    return [*gfm.table(["target", *columns], shown), ""] if columns else []


def counted_somewhere(rows: Sequence[Counts]) -> list[str]:
    """Return the names of what is counted, without what is zero in every row."""
    return [name for name in (rows[0][2] if rows else ()) if any(counts[name] for _, _, counts in rows)]


def named(target: str, provider: str) -> list[str]:
    """Return the heading of a target's section."""
    return [f"### {code(target)} ({code(provider)})", ""]


def plan_counts(made: Plan) -> Counts:
    """Return how many changes each action has, what is lost first."""
    counts = Counter(change.action for change in made.changes)
    return (
        made.target,
        made.provider,
        {
            **{action.value: counts[action] for action in reversed(SHOWN)},
            "blocked": sum(1 for change in made.changes if change.blocked_by),
            "unchanged": counts[Action.KEEP],
            "left alone": counts[Action.SKIP],
        },
    )


def plan(made: Plan, digest: str, detail: Detail, most: int | None, *, verbose: bool) -> Iterator[str]:
    """Yield a plan as far as the detail goes, with at most so many changes and problems in each list."""
    if made.pending:
        yield from (*named(made.target, made.provider), plan_summary(made), "", f"digest {code(digest)}", "")
    else:
        yield from (f"{code(made.target)}: {plan_summary(made)}", "")
    yield from _refusal(made)
    yield from changes(made, detail, most, verbose=verbose)


def changes(
    made: Plan,
    detail: Detail,
    most: int | None,
    *,
    verbose: bool = False,
    hinted: Iterable[Block] = (),
    sides: str = gloss(Action.UPDATE),
) -> Iterator[str]:
    """Yield the warnings of a plan and its changes by action, deletions first and never folded up.

    The way out of a rule is said once, unless `hinted` holds it; `sides` are what the two sides of an update are.
    """
    actions = (*reversed(SHOWN), Action.KEEP, Action.SKIP) if verbose else tuple(reversed(SHOWN))
    yield from problems(made.warnings, detail, most)
    told = set(hinted)
    for action in actions if detail < Detail.COUNTS else (Action.DELETE,):
        found = [change for change in made.changes if change.action is action]
        if not found:
            continue
        items = (_change(change, made, detail, told) for change in found[:most])
        shown = [_packed(found[:most])] if detail is Detail.PACKED else items
        said = sides if action is Action.UPDATE else gloss(action)
        yield from group(heading(action), len(found), said, shown, most, fold=action is not Action.DELETE)


def _packed(found: Sequence[Change]) -> list[str]:
    return packed([called(change.key, change.id) for change in found])


def _refusal(made: Plan) -> Iterator[str]:
    reasons, ways = refusals(made)
    if reasons:
        yield "> [!CAUTION]"
        yield from (f"> **refused:** {prose(reason)}<br>" for reason in reasons)
        yield f"> {NONE_OF_IT}"
        yield from (f"> <br>hint: {prose(way)}" for way in ways)
        yield ""


def _change(change: Change, made: Plan, detail: Detail, hinted: set[Block]) -> list[str]:
    said = " **refused**" if refused(change, made) else ""
    return [
        title(change.key, change.id, change.name, sign(change.action), because(change.reason) + said),
        *difference(change, detail),
        *audience(change, detail),
        *stopped(change, made, hinted),
    ]


def report_counts(happened: Report) -> Counts:
    """Return how many changes ended in which way."""
    counts = Counter(outcome.result for outcome in happened.outcomes)
    shown = {ended(result): counts[result] for result in Result}
    return happened.target, happened.provider, shown | {"blocked": len(happened.blocked)}


def report(happened: Report, detail: Detail, most: int | None, *, verbose: bool) -> Iterator[str]:
    """Yield a report as far as the detail goes, with at most so many outcomes in each list."""
    if not happened.outcomes and not happened.blocked:
        yield from (f"{code(happened.target)}: {report_summary(happened)}", "")
        return
    yield from (*named(happened.target, happened.provider), report_summary(happened), "")
    yield from _refusal(stage(happened))
    yield from endings(happened, detail, most, verbose=verbose)


def stage(happened: Report) -> Plan:
    """Return what a report says of the plan that it is of: what was blocked, and why."""
    return Plan(happened.target, happened.provider, happened.blocked, happened.refused_by)


def endings(
    happened: Report, detail: Detail, most: int | None, *, verbose: bool = False, hinted: Iterable[Block] = ()
) -> Iterator[str]:
    """Yield how changes ended, what needs somebody first; where room is short, problems and deletions alone.

    The way out of a rule is said once, unless `hinted` holds it.
    """
    *others, done = reversed(ENDINGS)
    for result in others:
        yield from _ended(result, happened, detail, most, verbose=verbose)
    yield from _stopped(stage(happened), detail, most, set(hinted))
    yield from _ended(done, happened, detail, most, verbose=verbose)


def _ended(result: Result, happened: Report, detail: Detail, most: int | None, *, verbose: bool) -> Iterator[str]:
    every = [one for one in happened.outcomes if one.result is result and _shown(one, detail)]
    if not every:
        return
    whole = [one for one in every if detail < Detail.PACKED or one.problem][:most]
    room = None if most is None else most - len(whole)
    closely = [one.change for one in every if detail is Detail.PACKED and not one.problem][:room]
    body = detail if verbose else max(detail, Detail.NAMES)
    items = (_outcome(one, body, detail) for one in whole)
    shown = chain(items, [_packed(closely)] if closely else [])
    fold = result in {Result.DONE, Result.NOT_STARTED} and detail < Detail.COUNTS
    yield from group(ended(result).capitalize(), len(every), ending_gloss(result), shown, most, fold=fold)


def _stopped(made: Plan, detail: Detail, most: int | None, hinted: set[Block]) -> Iterator[str]:
    """Yield what rules stopped, with the difference where nobody has read it yet."""
    every = [one for one in made.changes if detail < Detail.COUNTS or one.action is Action.DELETE]
    if not every:
        return
    items = (
        [
            _name(change),
            *(difference(change, detail) if change.blocked_by in UNSEEN else ()),
            *stopped(change, made, hinted),
        ]
        for change in every[:most]
    )
    shown = [_packed(every[:most])] if detail is Detail.PACKED else items
    fold = detail < Detail.COUNTS and not any(change.blocked_by in UNSEEN for change in every)
    yield from group("Blocked", len(every), "", shown, most, fold=fold)


def _shown(outcome: Outcome, detail: Detail) -> bool:
    return detail < Detail.COUNTS or outcome.problem is not None or outcome.change.action is Action.DELETE


def _outcome(outcome: Outcome, body: Detail, detail: Detail) -> list[str]:
    found = ["", *problem(outcome.problem, detail)] if outcome.problem else []
    return [_name(outcome.change), *difference(outcome.change, body), *fields(outcome.fields, detail), *found]


def _name(change: Change) -> str:
    return title(change.key, change.id, change.name, sign(change.action), change.action.value)


def drift_counts(found: DriftReport) -> Counts:
    """Return how many segments drifted in which way, of how many."""
    counts = Counter(one.kind for one in found.drifts)
    shown = {drifted(kind): counts[kind] for kind in reversed(DriftKind)}
    return found.target, found.provider, shown | {"checked": found.checked}


def drift(found: DriftReport, detail: Detail, most: int | None) -> Iterator[str]:
    """Yield the drift of a target as far as the detail goes, with at most so many segments in each list."""
    if not found.drifts:
        yield from (f"{code(found.target)}: {drift_summary(found)}", "")
        return
    yield from (*named(found.target, found.provider), f"{drift_summary(found)} {WHO}", "")
    yield from drifts(found, detail, most)


def drifts(found: DriftReport, detail: Detail, most: int | None) -> Iterator[str]:
    """Yield the segments that drifted, what is gone first and never folded up."""
    for kind in (DriftKind.DELETED, *([DriftKind.CHANGED] if detail < Detail.COUNTS else [])):
        of_kind = [one for one in found.drifts if one.kind is kind]
        if not of_kind:
            continue
        mark = "-" if kind is DriftKind.DELETED else "~"
        items = (
            [title(one.key, one.id, one.name, mark, f"id {code(one.id)}"), *fields(one.fields, detail)]
            for one in of_kind[:most]
        )
        shown = [packed([called(one.key, one.id) for one in of_kind[:most]])] if detail is Detail.PACKED else items
        said = f"{drifted(kind).capitalize()} at the vendor"
        yield from group(said, len(of_kind), drift_gloss(kind), shown, most, fold=kind is DriftKind.CHANGED)
