"""Plans, reports, drift and problems as Markdown for a comment, an issue or a summary. It never asks who posts it.

`limit` is in bytes of UTF-8: what does not fit is shortened from bodies to fields to names to counts, and says so; what
is deleted stays named, and where even that does not fit, the text says how many more there are.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from reconciler.core.plan import Plan
from reconciler.core.report import DriftReport, Report
from reconciler.errors import Problem
from reconciler.render import sections
from reconciler.render.gfm import cell, table
from reconciler.render.items import Detail, shortened

MOST = 1 << 14
"""How many deletions are tried to be named at most where not all of them fit."""


def plan(made: Plan, *, verbose: bool = False, limit: int | None = None) -> str:
    """Return a plan: the counts, what refuses it, then the changes by action, deletions first."""
    return plans([made], verbose=verbose, limit=limit)


def plans(made: Iterable[Plan], *, verbose: bool = False, limit: int | None = None) -> str:
    """Return the plans of several targets under one table of counts."""
    every = tuple(made)
    return _fitting(
        lambda detail, most: _document(
            detail,
            [sections.plan_counts(one) for one in every],
            [sections.plan(one, detail, most, verbose=verbose) for one in every],
        ),
        limit,
    )


def report(happened: Report, *, verbose: bool = False, limit: int | None = None) -> str:
    """Return how each change of an apply ended: the counts, then what needs somebody, what is done last."""
    return _fitting(
        lambda detail, most: _document(
            detail, [sections.report_counts(happened)], [sections.report(happened, detail, most, verbose=verbose)]
        ),
        limit,
    )


def drift(found: DriftReport, *, limit: int | None = None) -> str:
    """Return each segment that drifted, what is gone first."""
    return _fitting(
        lambda detail, most: _document(detail, [sections.drift_counts(found)], [sections.drift(found, detail, most)]),
        limit,
    )


def problems(found: Iterable[Problem], *, limit: int | None = None) -> str:
    """Return a list of problems, each with its remedy; empty where there is none."""
    every = tuple(found)
    return _fitting(lambda detail, most: _document(detail, [], [sections.problems(every, detail, most)]), limit)


def _document(detail: Detail, rows: Sequence[sections.Counts], parts: Iterable[Iterable[str]]) -> str:
    text = "\n".join([*_table(rows), *shortened(detail), *chain.from_iterable(parts)]).strip("\n")
    return f"{text}\n" if text else ""


def _table(rows: Sequence[sections.Counts]) -> list[str]:
    columns = [name for name in (rows[0][2] if rows else ()) if any(counts[name] for _, _, counts in rows)]
    shown = [
        [f"{cell(target)} ({cell(provider)})", *(str(counts[name]) for name in columns)]
        for target, provider, counts in rows
    ]
    return [*table(["target", *columns], shown), ""] if columns else []


def _fitting(draw: Callable[[Detail, int | None], str], limit: int | None) -> str:
    """Return the fullest text that fits; where none does, as many deletions and problems as there is room for."""
    for detail in Detail:
        text = draw(detail, None)
        if limit is None or _size(text) <= limit:
            return text
    fits = bisect_right(range(MOST), limit or 0, key=lambda most: _size(draw(Detail.COUNTS, most)))
    return draw(Detail.COUNTS, max(0, fits - 1))


def _size(text: str) -> int:
    return len(text.encode())
