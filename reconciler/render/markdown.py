"""Plans, reports, drift and problems as Markdown for a comment, an issue or a summary. It never asks who posts it.

`limit` is in bytes of UTF-8: what does not fit is shortened from bodies to fields to names to counts, and says so; what
is deleted stays named, and where even that does not fit, the text says how many more there are.
"""

from collections.abc import Iterable
from itertools import chain

from reconciler.core.plan import Plan
from reconciler.core.report import DriftReport, Report
from reconciler.errors import Problem
from reconciler.render import items, sections
from reconciler.render.fitting import fitted, shortened


def plan(made: Plan, *, verbose: bool = False, limit: int | None = None) -> str:
    """Return a plan: the counts, what refuses it, then the changes by action, deletions first."""
    return plans([made], verbose=verbose, limit=limit)


def plans(made: Iterable[Plan], *, verbose: bool = False, limit: int | None = None) -> str:
    """Return the plans of several targets under one table of counts."""
    every = [(one, one.digest) for one in made]
    table = sections.table([sections.plan_counts(one) for one, _ in every])
    return fitted(
        lambda detail, most: chain(
            table,
            shortened(detail),
            *(sections.plan(one, digest, detail, most, verbose=verbose) for one, digest in every),
        ),
        limit,
    )


def report(happened: Report, *, verbose: bool = False, limit: int | None = None) -> str:
    """Return how each change of an apply ended: the counts, then what needs somebody, what is done last."""
    table = sections.table([sections.report_counts(happened)])
    return fitted(
        lambda detail, most: chain(table, shortened(detail), sections.report(happened, detail, most, verbose=verbose)),
        limit,
    )


def drift(found: DriftReport, *, limit: int | None = None) -> str:
    """Return each segment that drifted, what is gone first."""
    table = sections.table([sections.drift_counts(found)])
    return fitted(lambda detail, most: chain(table, shortened(detail), sections.drift(found, detail, most)), limit)


def problems(found: Iterable[Problem], *, limit: int | None = None) -> str:
    """Return a list of problems, each with its remedy; empty where there is none."""
    every = tuple(found)
    return fitted(lambda detail, most: chain(shortened(detail), items.problems(every, detail, most)), limit)
