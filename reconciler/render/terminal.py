"""Plans, reports, drift and problems for a person at a terminal or in a log. It never asks where that is.

`width` is in cells; without one no line is ever wrapped, and nothing is cut with one. What vendors and
definitions wrote cannot pass for anything else: see `escape`. The text is final: print it as it is, without markup.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from reconciler.core.plan import Action, Block, Change, Plan
from reconciler.core.report import Drift, DriftKind, DriftReport, Outcome, Report, Result
from reconciler.errors import Problem
from reconciler.render.counts import drift_summary, findings_summary, plan_summary, report_summary
from reconciler.render.escape import visible
from reconciler.render.lines import EMPTY, Line, Style, line, painted
from reconciler.render.rows import DETAIL, Head, details, fields, head, heads, hint, problem, stopped, style, title
from reconciler.render.words import (
    ENDINGS,
    SHOWN,
    drift_gloss,
    drifted,
    ended,
    ending_gloss,
    gloss,
    heading,
    refusals,
    sign,
    stated,
)


def plan(made: Plan, *, verbose: bool = False, colour: bool = False, width: int | None = None) -> str:
    """Return a plan: the changes by action, deletions last, then the counts, the digest, and what refuses it."""
    return painted(_plan(made, width, verbose=verbose), colour=colour, width=width)


def plans(made: Iterable[Plan], *, verbose: bool = False, colour: bool = False, width: int | None = None) -> str:
    """Return the plans of several targets, one below the other."""
    return "\n".join(plan(one, verbose=verbose, colour=colour, width=width) for one in made)


def report(happened: Report, *, verbose: bool = False, colour: bool = False, width: int | None = None) -> str:
    """Return how each change of an apply ended, what needs somebody last, then the counts."""
    return painted(_report(happened, width, verbose=verbose), colour=colour, width=width)


def reports(
    happened: Iterable[Report], *, verbose: bool = False, colour: bool = False, width: int | None = None
) -> str:
    """Return the reports of several targets, one below the other."""
    return "\n".join(report(one, verbose=verbose, colour=colour, width=width) for one in happened)


def drift(found: DriftReport, *, colour: bool = False, width: int | None = None) -> str:
    """Return each segment that drifted, what is gone last, then the counts; one line where none did."""
    return painted(_drift(found, width), colour=colour, width=width)


def drifts(found: Iterable[DriftReport], *, colour: bool = False, width: int | None = None) -> str:
    """Return the drift of several targets, one below the other."""
    return "\n".join(drift(one, colour=colour, width=width) for one in found)


def problems(found: Iterable[Problem], *, colour: bool = False, width: int | None = None) -> str:
    """Return each problem on a line, `place: message (code)`, and its remedy below it; empty where there is none."""
    return painted(chain.from_iterable(map(problem, found)), colour=colour, width=width)


def findings(found: Sequence[Problem], files: int, *, colour: bool = False, width: int | None = None) -> str:
    """Return what a validation of so many definitions found, and a line of counts."""
    return problems(found, colour=colour, width=width) + f"{findings_summary(found, files)}\n"


def _header(target: str, provider: str) -> Iterator[Line]:
    yield line(0, (visible(target), Style.BOLD), (f" ({visible(provider)})", Style.DIM))
    yield EMPTY


def _plan(made: Plan, width: int | None, *, verbose: bool) -> Iterator[Line]:
    if made.pending:
        yield from _header(made.target, made.provider)
    else:
        yield line(0, f"{visible(made.target)}: {plan_summary(made)}")
        yield from [EMPTY] if verbose and made.changes else []
    hinted: set[Block] = set()
    for action in (Action.SKIP, Action.KEEP, *SHOWN) if verbose else SHOWN:
        group = [change for change in made.changes if change.action is action]
        yield from _group(group, made, width, hinted)
    if made.pending:
        yield line(0, (plan_summary(made), Style.BOLD))
        yield line(0, (f"digest {made.digest}", Style.DIM))
    yield from _refusal(made)
    for warning in made.warnings:
        yield from problem(warning)


def _group(group: Sequence[Change], made: Plan, width: int | None, hinted: set[Block]) -> Iterator[Line]:
    if not group:
        return
    action = group[0].action
    yield title(heading(action), len(group), gloss(action))
    for change, first in zip(group, heads([head(one, stated(one, made)) for one in group], width), strict=True):
        yield first
        yield from details(change, made, width, hinted)
    yield EMPTY


def _refusal(made: Plan) -> Iterator[Line]:
    reasons, ways = refusals(made)
    if reasons:
        yield EMPTY
        yield line(0, ("refused: ", Style.BOLD_RED), "; ".join(reasons))
        yield line(2, "apply does none of this plan")
        yield from (hint(way, 2) for way in ways)


def _report(happened: Report, width: int | None, *, verbose: bool) -> Iterator[Line]:
    if not happened.outcomes and not happened.blocked:
        yield line(0, f"{visible(happened.target)}: {report_summary(happened)}")
        return
    yield from _header(happened.target, happened.provider)
    stage = Plan(happened.target, happened.provider, happened.blocked)
    if happened.blocked:
        hinted: set[Block] = set()
        yield title("Blocked", len(happened.blocked), "")
        for change, first in zip(stage.changes, heads([head(c, "") for c in stage.changes], width), strict=True):
            yield first
            yield from stopped(change, stage, hinted)
        yield EMPTY
    for result in ENDINGS:
        group = [outcome for outcome in happened.outcomes if outcome.result is result]
        yield from _ended(result, group, width, verbose=verbose)
    yield line(0, (report_summary(happened), Style.BOLD))


def _ended(result: Result, group: Sequence[Outcome], width: int | None, *, verbose: bool) -> Iterator[Line]:
    if not group:
        return
    yield title(ended(result).capitalize(), len(group), ending_gloss(result))
    shown = [head(outcome.change, outcome.change.action.value) for outcome in group]
    for outcome, first in zip(group, heads(shown, width), strict=True):
        yield first
        yield from fields(outcome.fields, width)
        if verbose:
            yield from details(outcome.change, Plan("", "", ()), width, set())
        if outcome.problem:
            yield from problem(outcome.problem, DETAIL)
    yield EMPTY


def _drift(found: DriftReport, width: int | None) -> Iterator[Line]:
    if not found.drifts:
        yield line(0, f"{visible(found.target)}: {drift_summary(found)}")
        return
    yield from _header(found.target, found.provider)
    for kind in DriftKind:
        yield from _drifted(kind, [one for one in found.drifts if one.kind is kind], width)
    yield line(0, (drift_summary(found), Style.BOLD))


def _drifted(kind: DriftKind, group: Sequence[Drift], width: int | None) -> Iterator[Line]:
    if not group:
        return
    action = Action.UPDATE if kind is DriftKind.CHANGED else Action.DELETE
    yield title(drifted(kind).capitalize() + " at the vendor", len(group), drift_gloss(kind))
    shown = [Head(sign(action), style(action), one.key, one.name, f"id {visible(one.id)}") for one in group]
    for one, first in zip(group, heads(shown, width), strict=True):
        yield first
        yield from fields(one.fields, width)
    yield EMPTY
