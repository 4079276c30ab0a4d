"""What a text is about in one line, for its heading: what is lost first, then where. It never knows what follows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from reconciler.core.plan import Action, Plan
from reconciler.core.report import DriftKind, DriftReport, Report, Result
from reconciler.errors import Problem, Severity
from reconciler.render.counts import counted
from reconciler.render.gfm import code
from reconciler.render.words import DONE, ENDINGS, SHOWN, UNSEEN, drifted, ended, own_block

NAMED = 3
"""Of more targets only the sums are said."""


def plans(made: Sequence[Plan], failed: Sequence[str], *, named: int = NAMED) -> str:
    """Return what plans would do, and of which targets there is none; at most so many targets are named."""
    if len(made) + len(failed) > named:
        every = Counter(change.action for one in made for change in one.pending)
        refused = sum(1 for one in made if one.refused_by)
        parts = [f"{_to_do(every)} in {counted(len(made), 'target')}"] if made else []
        parts += [f"{counted(refused, 'plan')} refused"] if refused else []
    else:
        parts = _by_target((_planned(one), one.target) for one in made)
    return "; ".join([*parts, *_failed("no plan of", failed, named)])


def _planned(made: Plan) -> str:
    words = _to_do(Counter(change.action for change in made.pending))
    stopped = sum(1 for change in made.pending if own_block(change, made))
    words += f", {stopped} of these blocked" if stopped else ""
    return f"refused: {words}" if made.refused_by else words


def _to_do(counts: Mapping[Action, int]) -> str:
    return ", ".join(f"{counts[action]} to {action.value}" for action in reversed(SHOWN) if counts[action]) or (
        "no changes"
    )


def reports(happened: Sequence[Report], failed: Sequence[str], *, named: int = NAMED) -> str:
    """Return how applies ended, and in which targets there was none; at most so many targets are named."""
    if len(happened) + len(failed) > named:
        every = Report(
            "",
            "",
            tuple(outcome for one in happened for outcome in one.outcomes),
            tuple(change for one in happened for change in one.blocked),
            tuple(problem for one in happened for problem in one.problems),
        )
        parts = [f"{_applied(every)} in {counted(len(happened), 'target')}"] if happened else []
    else:
        parts = _by_target((_applied(one), one.target) for one in happened)
    return "; ".join([*parts, *_failed("failed in", failed, named)])


def _applied(happened: Report) -> str:
    results = Counter(outcome.result for outcome in happened.outcomes)
    actions = Counter(outcome.change.action for outcome in happened.outcomes if outcome.result is Result.DONE)
    done = ", ".join(f"{actions[action]} {DONE[action]}" for action in reversed(SHOWN) if actions[action])
    left = [f"{results[result]} {ended(result)}" for result in reversed(ENDINGS[1:]) if results[result]]
    unseen = sum(1 for change in happened.blocked if change.blocked_by in UNSEEN)
    stopped = {"not reviewed": unseen, "blocked": len(happened.blocked) - unseen}
    left += [f"{number} {words}" for words, number in stopped.items() if number]
    if happened.refused_by:
        return f"refused: {', '.join(left)}"
    if left:
        return f"incomplete: {', '.join(left)}; {done}" if done else f"nothing applied: {', '.join(left)}"
    if happened.problems:
        return f"{done or 'nothing applied'}, and the run went wrong"
    return done or "nothing to apply"


def drift(found: DriftReport) -> str:
    """Return how much drifted, what is gone first."""
    counts = Counter(one.kind for one in found.drifts)
    told = ", ".join(f"{counts[kind]} {drifted(kind)}" for kind in reversed(DriftKind) if counts[kind])
    return f"{told} at the vendor" if told else "no drift"


def problems(found: Iterable[Problem]) -> str:
    """Return how many errors and warnings there are."""
    counts = Counter(one.severity for one in found)
    return ", ".join(counted(counts[severity], severity.value) for severity in Severity if counts[severity])


def _by_target(told: Iterable[tuple[str, str]]) -> list[str]:
    """Return what is said of each target, once where it is said of several."""
    targets: dict[str, list[str]] = {}
    for words, target in told:
        targets.setdefault(words, []).append(code(target))
    return [f"{words} in {', '.join(names)}" for words, names in targets.items()]


def _failed(words: str, failed: Sequence[str], named: int) -> list[str]:
    if not failed:
        return []
    return [f"{words} {', '.join(map(code, failed)) if len(failed) <= named else counted(len(failed), 'target')}"]
