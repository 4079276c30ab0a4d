"""What is said on a pull request, in an issue and in a job's summary, one text for all targets. Never posts it.

Each text begins with a heading that is the verdict. `limit` is in bytes of UTF-8; what is shortened says so, and points
to the run, whose summary has the whole. Whoever keeps the text may be the public, so no personal value is in it: plans
and reports are shown as their documents show them, but how segments drifted is as it was handed in.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from reconciler.core.plan import Action, Block, Plan
from reconciler.core.privacy import disclosed_plan, disclosed_report
from reconciler.core.report import DriftReport, Report
from reconciler.errors import Problem
from reconciler.render import alerts, items, sections, verdicts
from reconciler.render.alerts import Failed
from reconciler.render.counts import counted, report_summary, untouched
from reconciler.render.escape import visible
from reconciler.render.fitting import Detail, Draw, fitted, shortened
from reconciler.render.gfm import code, linked
from reconciler.render.words import WHO, gloss

SHORT = 7
"""How much of a commit's name is shown."""
LONGEST_TITLE = 256
"""In characters; what GitHub takes of an issue's title."""
BRANCHES = "base branch → this branch"
UNTITLED = re.compile(r"[^\w .-]")
"""What a title could mean something by."""
DRIFTED = f"""\
These are no longer as they were last applied. {WHO}

- **To keep it:** carry it into the definitions in a pull request; for a deleted segment, remove its file.
- **To undo it:** merge a pull request whose plan shows that, or run the apply workflow by hand.
"""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a text comes from: a commit's full name, the number of a run, and where each is seen; any may be empty.

    `summary` says that the text is the summary of the run itself.
    """

    commit: str = ""
    commit_url: str = ""
    run: str = ""
    run_url: str = ""
    summary: bool = False

    @property
    def revision(self) -> str:
        """The commit in short, as a link where there is one; empty without a commit."""
        return linked(code(self.commit[:SHORT]), self.commit_url) if self.commit else ""

    def lines(self, detail: Detail, *notes: str) -> Iterator[str]:
        """Yield the last lines of a text, with these notes."""
        run = linked(f"run {self.run}", self.run_url) if self.run else ""
        fuller = "log" if self.summary else linked("summary of the run", self.run_url)
        whole = f"The {fuller} has more." if detail > Detail.BODIES else ""
        commit = f"commit {self.revision}" if self.commit else ""
        last = " · ".join(filter(None, (commit, run)))
        if whole or last or notes:
            yield from (
                "",
                "---",
                "",
                "<br>\n".join(f"<sub>{line}</sub>" for line in filter(None, (whole, last, *notes))),
            )


def plan(
    made: Sequence[Plan],
    failed: Sequence[Failed],
    source: Source,
    *,
    base: str = "",
    offline: Sequence[str] = (),
    limit: int | None = None,
) -> str:
    """Return what a pull request would do: deletions first, and what refuses or blocks it above everything.

    With `base`, a commit, the plans of the targets in `offline` (of all, where none is named) were made against that
    commit's definitions instead of what is live: nothing is approved by them, so their digests are not shown.
    """
    unseen = {one.target for one in made if base and (not offline or one.target in offline)}
    plans = [_unidentified(one) if one.target in unseen else disclosed_plan(one) for one in made]
    known = [one for one in plans if one.pending and one.target not in unseen]
    digests = [f"digest of {code(one.target)}: {code(one.digest)}" for one in known]
    names = [target for target, _ in failed]
    top = [
        *(_compared(base, [one.target for one in plans if one.target in unseen]) if unseen else ()),
        *(line for one in plans for line in alerts.refused(one)),
        *alerts.blocked(plans),
        *(alerts.undoing([one for one in plans if one.target not in unseen])),
        *sections.table([sections.plan_counts(one) for one in plans]),
    ]
    quiet = [_unchanged(one, source, live=one.target not in unseen) for one in plans if not one.pending]

    def draw(detail: Detail, most: int | None) -> Iterator[str]:
        yield from alerts.failures(failed, "no plan of", "so nothing of it is applied as reviewed", detail, most)
        yield from (*top, *shortened(detail), *chain.from_iterable((line, "") for line in quiet))
        for one in plans:
            if len(plans) > 1 and (one.pending or one.warnings):
                yield from sections.named(one.target, one.provider)
            sides = BRANCHES if one.target in unseen else gloss(Action.UPDATE)
            yield from sections.changes(one, detail, most, hinted=Block, sides=sides)
        yield from source.lines(detail, *(digests if detail < Detail.PACKED else ()))

    return _headed(verdicts.plans(plans, names), verdicts.plans(plans, names, named=0), draw, source, limit)


def _compared(base: str, targets: Sequence[str]) -> list[str]:
    return alerts.note(
        f"**Compared with the base branch at {code(base[:SHORT])}, not with what is live:** this run has no "
        f"credentials for {', '.join(map(code, targets))}, as is usual for a pull request from a fork.",
        "What is live was not looked at, and nothing is approved by this.",
    )


def _unidentified(made: Plan) -> Plan:
    """Return what a plan against a base branch shows: without ids, which only what is live has."""
    shown = disclosed_plan(made)
    return replace(shown, changes=tuple(replace(change, id=None) for change in shown.changes))


def _unchanged(made: Plan, source: Source, *, live: bool) -> str:
    """Return what was compared where nothing came of it."""
    wanted = counted(sum(1 for change in made.changes if change.key is not None), "definition")
    there = counted(sum(1 for change in made.changes if change.id is not None), "live segment")
    compared = f"{wanted}{f' of commit {source.revision}' if source.commit else ''} compared with "
    rest = f": {untouched(made)}" if made.changes else ""
    with_what = there if live else "those of the base branch"
    return f"No changes in {code(made.target)} ({code(made.provider)}): {compared}{with_what}{rest}."


def invalid(problems: Sequence[Problem], source: Source, *, limit: int | None = None) -> str:
    """Return what is wrong with the definitions, where no plan was made because of it."""

    def draw(detail: Detail, most: int | None) -> Iterator[str]:
        yield from shortened(detail)
        yield from items.problems(problems, detail, most)
        yield from source.lines(detail)

    verdict = f"{verdicts.problems(problems)}, so no plan was made"
    return _headed(verdict, verdict, draw, source, limit)


def applied(reports: Sequence[Report], failed: Sequence[Failed], source: Source, *, limit: int | None = None) -> str:
    """Return how applies ended: what went wrong and what nobody reviewed first, what is done last."""
    shown = [disclosed_report(one) for one in reports]
    stages = [sections.stage(one) for one in shown]
    table = sections.table([sections.report_counts(one) for one in shown])
    names = [target for target, _ in failed]
    rules = [*(line for one in stages for line in alerts.refused(one)), *alerts.blocked(stages)]
    busy = [one for one in shown if one.outcomes or one.blocked]
    quiet = [f"{code(one.target)}: {report_summary(one)}" for one in shown if one not in busy and not one.problems]

    def draw(detail: Detail, most: int | None) -> Iterator[str]:
        yield from alerts.failures(failed, "failed in", "and nothing of it is known to be applied", detail, most)
        yield from alerts.troubles(shown, detail, most)
        yield from (*rules, *table, *shortened(detail), *chain.from_iterable((line, "") for line in quiet))
        for one in busy:
            yield from sections.named(one.target, one.provider) if len(shown) > 1 else ()
            yield from sections.endings(one, detail, most, hinted=Block)
        yield from source.lines(detail)

    return _headed(verdicts.reports(shown, names), verdicts.reports(shown, names, named=0), draw, source, limit)


def superseded(newer: Source, source: Source) -> str:
    """Return why an apply did nothing: a newer commit was applied before its turn came."""
    words = (
        f"{newer.revision or 'A newer commit'} was applied before the turn of {source.revision or 'this one'} came. "
        "To apply the older one now would undo that, so nothing was sent."
    )
    return _plain("nothing applied, a newer commit was", (words, ""), source)


def drift_title(target: str) -> str:
    """Return the title of a target's issue: plain text that means nothing else, of at most 256 characters."""
    words = f"Segments of {UNTITLED.sub('?', visible(target))} are not as they were applied"
    return words if len(words) <= LONGEST_TITLE else f"{words[: LONGEST_TITLE - 1]}…"


def drift(report: DriftReport, source: Source, *, limit: int | None = None) -> str:
    """Return what drifted in a target, what is gone first, and what can be done about it; or that nothing did."""
    table = sections.table([sections.drift_counts(report)])
    said = DRIFTED if report.drifts else f"{_as_applied(report)}\n"

    def draw(detail: Detail, most: int | None) -> Iterator[str]:
        yield from (said, *table, *shortened(detail))
        yield from items.problems(report.warnings, detail, most)
        yield from sections.drifts(report, detail, most)
        yield from source.lines(detail)

    verdict = verdicts.drift(report)
    return _headed(f"{verdict} in {code(report.target)}", verdict, draw, source, limit)


def _as_applied(report: DriftReport) -> str:
    return f"{counted(report.checked, 'managed segment')} checked, each live as it was last applied."


def drift_again(report: DriftReport, source: Source) -> str:
    """Return the comment with which a target's issue is opened again."""
    return _plain(
        f"{verdicts.drift(report)} in {code(report.target)}", ("The description above says which.", ""), source
    )


def drift_over(report: DriftReport, source: Source) -> str:
    """Return the comment with which a target's issue is closed."""
    lines = (f"{_as_applied(report)} This issue opens again when one is not.", "")
    return _plain(f"no drift in {code(report.target)}", lines, source)


def _headed(verdict: str, brief: str, draw: Draw, source: Source, limit: int | None) -> str:
    """Return what fits of a text under its verdict; where nothing does, the brief verdict alone."""
    return fitted(
        lambda detail, most: chain((_heading(verdict), ""), draw(detail, most)),
        limit,
        lambda: (_heading(brief), "", "*Shortened to fit: only the sums.*", "", *source.lines(Detail.PACKED)),
    )


def _plain(verdict: str, lines: Iterable[str], source: Source) -> str:
    return fitted(lambda detail, _most: (_heading(verdict), "", *lines, *source.lines(detail)), None)


def _heading(verdict: str) -> str:
    return f"## Segments: {verdict}"
