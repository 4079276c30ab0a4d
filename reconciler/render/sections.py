"""One target's plan, report or drift as a section of Markdown. It never knows what stands before or after it."""

from collections import Counter
from collections.abc import Iterator, Sequence

from reconciler.core.plan import Action, Block, Change, Plan
from reconciler.core.report import DriftKind, DriftReport, Outcome, Report, Result
from reconciler.errors import Problem
from reconciler.render.counts import drift_summary, plan_summary, report_summary
from reconciler.render.gfm import code, prose
from reconciler.render.items import Detail, difference, fields, group, problem, stopped, title
from reconciler.render.words import (
    ENDINGS,
    NONE_OF_IT,
    SHOWN,
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


def _title(target: str, provider: str) -> list[str]:
    return [f"### {code(target)} ({code(provider)})", ""]


def problems(found: Sequence[Problem], detail: Detail, most: int | None) -> list[str]:
    """Return a list of problems as far as the detail goes, of at most so many."""
    listed = [line for one in found[:most] for line in problem(one, detail)]
    return [*listed, *_more(len(found), most)]


def _more(number: int, most: int | None) -> list[str]:
    return [] if most is None or number <= most else ["", f"**…and {number - most} more**", ""]


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


def plan(made: Plan, detail: Detail, most: int | None, *, verbose: bool) -> Iterator[str]:
    """Yield a plan as far as the detail goes, with at most so many changes and problems in each list."""
    actions = (*reversed(SHOWN), Action.KEEP, Action.SKIP) if verbose else tuple(reversed(SHOWN))
    if made.pending:
        yield from (*_title(made.target, made.provider), plan_summary(made), "", f"digest {code(made.digest)}", "")
    else:
        yield from (f"{code(made.target)}: {plan_summary(made)}", "")
    yield from _refusal(made)
    yield from _listed(made.warnings, detail, most)
    hinted: set[Block] = set()
    for action in actions if detail < Detail.COUNTS else (Action.DELETE,):
        changes = [change for change in made.changes if change.action is action]
        items = [_change(change, made, detail, hinted) for change in changes[:most]]
        fold = action is not Action.DELETE
        yield from group(heading(action), len(changes), gloss(action), items, fold=fold) if changes else ()


def _listed(found: Sequence[Problem], detail: Detail, most: int | None) -> list[str]:
    return [*problems(found, detail, most), ""] if found else []


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
    stage = Plan(happened.target, happened.provider, happened.blocked, happened.refused_by)
    yield from (*_title(happened.target, happened.provider), report_summary(happened), "")
    yield from _refusal(stage)
    for result in reversed(ENDINGS):
        outcomes = [one for one in happened.outcomes if one.result is result and _shown(one, detail)]
        items = [_outcome(one, detail if verbose else max(detail, Detail.NAMES), detail) for one in outcomes[:most]]
        fold = result in {Result.DONE, Result.NOT_STARTED}
        named = ended(result).capitalize()
        yield from group(named, len(outcomes), ending_gloss(result), items, fold=fold) if outcomes else ()
    hinted: set[Block] = set()
    blocked = [[_name(change), *stopped(change, stage, hinted)] for change in stage.changes[:most]]
    yield from group("Blocked", len(stage.changes), "", blocked, fold=True) if stage.changes else ()


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
    yield from (*_title(found.target, found.provider), drift_summary(found), "")
    for kind in (DriftKind.DELETED, *([DriftKind.CHANGED] if detail < Detail.COUNTS else [])):
        drifts_of = [one for one in found.drifts if one.kind is kind]
        mark = "-" if kind is DriftKind.DELETED else "~"
        items = [
            [title(one.key, one.id, one.name, mark, f"id {code(one.id)}"), *fields(one.fields, detail)]
            for one in drifts_of[:most]
        ]
        said = f"{drifted(kind).capitalize()} at the vendor"
        fold = kind is DriftKind.CHANGED
        yield from group(said, len(drifts_of), drift_gloss(kind), items, fold=fold) if drifts_of else ()
