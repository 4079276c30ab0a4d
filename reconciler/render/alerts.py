"""What a reader must not miss, as alerts of GitHub's at the top of a text. It never knows what stands below them.

Page: https://docs.github.com/en/get-started/writing-on-github (basic formatting: alerts)
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from reconciler.core.guard import way_out, why
from reconciler.core.plan import Action, Plan, Reason
from reconciler.core.report import Report
from reconciler.errors import Problem, Severity
from reconciler.render.counts import counted
from reconciler.render.fitting import Detail
from reconciler.render.gfm import code, prose
from reconciler.render.items import problems
from reconciler.render.words import NONE_OF_IT, UNSEEN, own_block, refusals

UNDOING = frozenset({Reason.DRIFTED, Reason.BOTH_CHANGED, Reason.VANISHED})
WRITING = frozenset({Action.CREATE, Action.UPDATE, Action.DELETE})
FEW = 10
Failed: TypeAlias = tuple[str, tuple[Problem, ...]]
"""A target's name, and why there is no plan or report of it."""


def failures(failed: Sequence[Failed], words: str, so: str, detail: Detail, most: int | None) -> Iterator[str]:
    """Yield an alert for each target of which there is nothing, with the reasons and what follows."""
    for target, found in failed:
        yield from ("> [!CAUTION]", f"> **{words} {code(target)}**, {so}", ">")
        yield from _quoted(problems(found, detail, most))


def troubles(happened: Sequence[Report], detail: Detail, most: int | None) -> Iterator[str]:
    """Yield an alert for each run that something went wrong with, beside its changes, and what else is to be known."""
    for one in happened:
        errors = [problem for problem in one.problems if problem.severity is Severity.ERROR]
        notes = [problem for problem in one.problems if problem.severity is Severity.WARNING]
        if errors:
            yield from ("> [!CAUTION]", f"> **the run of {code(one.target)} went wrong**", ">")
            yield from _quoted(problems(errors, detail, most))
        if notes:
            yield from ("> [!NOTE]", *_quoted(problems(notes, detail, most)))


def refused(made: Plan) -> Iterator[str]:
    """Yield an alert where a plan is refused as a whole: why, and the way out."""
    reasons, ways = refusals(made)
    if reasons:
        yield from ("> [!CAUTION]", f"> **{code(made.target)} is refused, {NONE_OF_IT}:**", ">")
        yield from (f"> - {prose(reason)}" for reason in reasons)
        yield ">"
        yield from (f"> hint: {prose(way)}" for way in ways)
        yield ""


def blocked(made: Sequence[Plan]) -> Iterator[str]:
    """Yield one alert for the changes that rules stop alone: how many by which rule, what nobody reviewed first."""
    stopped = Counter(rule for one in made for change in one.changes if (rule := own_block(change, one)))
    ways: dict[str, list[str]] = {}
    for rule in sorted(stopped, key=lambda rule: (rule not in UNSEEN, rule)):
        ways.setdefault(way_out(rule, made[0]), []).append(f"**{stopped[rule]} blocked:** {prose(why(rule))}")
    if ways:
        yield "> [!WARNING]"
        yield "<br>\n".join(f"> {line}" for way, told in ways.items() for line in (*told, f"hint: {prose(way)}"))
        yield ""


def undoing(made: Sequence[Plan]) -> Iterator[str]:
    """Yield an alert where changes undo what somebody did at the vendor, which their definitions do not say."""
    found = [change for one in made for change in one.pending if change.reason in UNDOING and change.action in WRITING]
    if found:
        keys = ", ".join(code(change.key or change.id or "") for change in found[:FEW])
        more = f" and {len(found) - FEW} more" if len(found) > FEW else ""
        yield from note(f"**{counted(len(found), 'change')} would undo what somebody did at the vendor:** {keys}{more}")


def note(*sentences: str) -> list[str]:
    """Return an alert of sentences, which are escaped already."""
    return ["> [!IMPORTANT]", *(f"> {sentence}" for sentence in sentences), ""]


def _quoted(lines: Iterable[str]) -> Iterator[str]:
    yield from (f"> {line}" for line in lines if line)
    yield ""
