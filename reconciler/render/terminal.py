"""Plans, reports, drift and problems for a person at a terminal or in a log. It never asks where that is.

`width` is in cells; without one no line is ever wrapped, and nothing is cut with one. What vendors and
definitions wrote cannot pass for anything else: see `escape`. The text is final: print it as it is, without markup.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import assert_never

from reconciler.core.plan import Action, Block, Change, Plan
from reconciler.core.report import Drift, DriftKind, DriftReport, Outcome, Report, Result
from reconciler.errors import Problem
from reconciler.render.counts import drift_summary, plan_summary, report_summary
from reconciler.render.escape import visible
from reconciler.render.lines import EMPTY, Line, Style, line, painted
from reconciler.render.rows import DETAIL, Head, details, fields, head, heads, hint, problem, stopped, style, title
from reconciler.render.words import (
    ENDINGS,
    NONE_OF_IT,
    SHOWN,
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


def plan(made: Plan, *, verbose: bool = False, colour: bool = False, width: int | None = None) -> str:
    """Return a plan: the changes by action, deletions last, then the counts, the digest, and what refuses it."""
    return painted(_plan(made, width, verbose=verbose), colour=colour, width=width)


def plans(made: Iterable[Plan], *, verbose: bool = False, colour: bool = False, width: int | None = None) -> str:
    """Return the plans of several targets, one below the other."""
    return "\n".join(plan(one, verbose=verbose, colour=colour, width=width) for one in made)


def report(happened: Report, *, verbose: bool = False, colour: bool = False, width: int | None = None) -> str:
    """Return how each change of an apply ended, what needs somebody last, then the counts."""
    return painted(_report(happened, width, verbose=verbose), colour=colour, width=width)


def drift(found: DriftReport, *, colour: bool = False, width: int | None = None) -> str:
    """Return each segment that drifted, what is gone last, then the counts; one line where none did."""
    return painted(_drift(found, width), colour=colour, width=width)


def problems(found: Iterable[Problem], *, colour: bool = False, width: int | None = None) -> str:
    """Return each problem on a line, `place: message (code)`, and its remedy below it; empty where there is none."""
    return painted(chain.from_iterable(map(problem, found)), colour=colour, width=width)


def _blocks(*blocks: Iterable[Line]) -> Iterator[Line]:
    """Yield blocks of lines with an empty line between them; an empty block leaves no trace."""
    for number, block in enumerate(filter(None, map(tuple, blocks))):
        yield from (EMPTY,) * bool(number)
        yield from block


def _header(target: str, provider: str) -> Iterator[Line]:
    yield line(0, (visible(target), Style.BOLD), (f" ({visible(provider)})", Style.DIM))


def _plan(made: Plan, width: int | None, *, verbose: bool) -> Iterator[Line]:
    shown = (Action.SKIP, Action.KEEP, *SHOWN) if verbose else SHOWN
    hinted: set[Block] = set()
    groups = [[change for change in made.changes if change.action is action] for action in shown]
    return _blocks(
        _header(made.target, made.provider) if any(groups) else (),
        *(_group(group, made, width, hinted) for group in groups if group),
        _counts(made),
        _refusal(made),
        chain.from_iterable(map(problem, made.warnings)),
    )


def _group(group: Sequence[Change], made: Plan, width: int | None, hinted: set[Block]) -> Iterator[Line]:
    action = group[0].action
    yield title(heading(action), len(group), gloss(action), style(action).bold)
    shown = [head(one, because(one.reason), refused=refused(one, made)) for one in group]
    for change, first in zip(group, heads(shown, width), strict=True):
        yield first
        yield from details(change, made, width, hinted)


def _counts(made: Plan) -> Iterator[Line]:
    if made.pending:
        yield line(0, (plan_summary(made), Style.BOLD), hang=6)
        yield line(0, (f"digest {made.digest}", Style.DIM), hang=7)
    else:
        yield line(0, f"{visible(made.target)}: {plan_summary(made)}")


def _refusal(made: Plan) -> Iterator[Line]:
    reasons, ways = refusals(made)
    for reason in reasons:
        yield line(0, ("refused: ", Style.BOLD_RED), reason, hang=9)
    yield from [line(2, NONE_OF_IT)] if reasons else []
    for way in ways:
        yield hint(way, 2)


def _report(happened: Report, width: int | None, *, verbose: bool) -> Iterator[Line]:
    if not happened.outcomes and not happened.blocked:
        yield line(0, f"{visible(happened.target)}: {report_summary(happened)}")
        return
    endings = {one: [outcome for outcome in happened.outcomes if outcome.result is one] for one in ENDINGS}
    yield from _blocks(
        _header(happened.target, happened.provider),
        _ended(Result.DONE, endings.pop(Result.DONE), width, verbose=verbose),
        _blocked(Plan(happened.target, happened.provider, happened.blocked, happened.refused_by), width),
        *(_ended(result, group, width, verbose=verbose) for result, group in endings.items()),
        [line(0, (report_summary(happened), Style.BOLD))],
    )


def _blocked(stage: Plan, width: int | None) -> Iterator[Line]:
    hinted: set[Block] = set()
    yield from [title("Blocked", len(stage.changes), "", Style.BOLD_YELLOW)] if stage.changes else []
    shown = [head(change, change.action.value) for change in stage.changes]
    for change, first in zip(stage.changes, heads(shown, width), strict=True):
        yield first
        yield from stopped(change, stage, hinted)


def _tone(result: Result) -> Style:
    match result:
        case Result.DONE:
            return Style.BOLD_GREEN
        case Result.STALE:
            return Style.BOLD_YELLOW
        case Result.FAILED:
            return Style.BOLD_RED
        case Result.NOT_STARTED:
            return Style.BOLD
        case _:
            assert_never(result)


def _ended(result: Result, group: Sequence[Outcome], width: int | None, *, verbose: bool) -> Iterator[Line]:
    if not group:
        return
    yield title(ended(result).capitalize(), len(group), ending_gloss(result), _tone(result))
    shown = [head(outcome.change, outcome.change.action.value) for outcome in group]
    for outcome, first in zip(group, heads(shown, width), strict=True):
        yield first
        yield from details(outcome.change, Plan("", "", ()), width, set()) if verbose else ()
        yield from fields(outcome.fields, width)
        yield from problem(outcome.problem, DETAIL) if outcome.problem else ()


def _drift(found: DriftReport, width: int | None) -> Iterator[Line]:
    if not found.drifts:
        yield line(0, f"{visible(found.target)}: {drift_summary(found)}")
        return
    kinds = {kind: [one for one in found.drifts if one.kind is kind] for kind in DriftKind}
    yield from _blocks(
        _header(found.target, found.provider),
        *(_drifted(kind, group, width) for kind, group in kinds.items() if group),
        [line(0, (WHO, Style.DIM)), line(0, (drift_summary(found), Style.BOLD))],
    )


def _drifted(kind: DriftKind, group: Sequence[Drift], width: int | None) -> Iterator[Line]:
    action = Action.UPDATE if kind is DriftKind.CHANGED else Action.DELETE
    yield title(drifted(kind).capitalize() + " at the vendor", len(group), drift_gloss(kind), style(action).bold)
    shown = [Head(sign(action), style(action), one.key, one.name, f"id {visible(one.id)}") for one in group]
    for one, first in zip(group, heads(shown, width), strict=True):
        yield first
        yield from fields(one.fields, width)
