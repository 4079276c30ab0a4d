"""The verdict on an edit: who leaves the audience, and who enters it. Must never guess that it is the same."""

import time

from reconciler.analysis.questions import Answer, Open, Somebody, beyond
from reconciler.core.predicate import Predicate, Profile, Stated, Unclear, together
from reconciler.core.verdict import Judgement, Verdict

SECONDS = 20
"""For the verdicts on all edits of a plan together."""


class Judge:
    """Judges the edits of one plan; `always` are the fields that no profile lacks."""

    def __init__(self, always: frozenset[str], seconds: float = SECONDS) -> None:
        """Start the time in which all edits are to be judged."""
        self._always = always
        self._end = time.monotonic() + seconds

    def judged(self, before: tuple[Stated, ...] | Unclear, after: tuple[Stated, ...] | Unclear) -> Judgement:
        """Return the verdict on an edit from what a body meant before it and what it means after it."""
        if isinstance(before, Unclear):
            return Judgement(Verdict.UNKNOWN, why=f"what is live: {before.why}")
        if isinstance(after, Unclear):
            return Judgement(Verdict.UNKNOWN, why=after.why)
        old, new = together(before), together(after)
        if old == new:
            return Judgement(Verdict.SAME_AUDIENCE)
        leaves, enters = self._beyond(old, new), self._beyond(new, old)
        return Judgement(_verdict(leaves, enters), _profile(leaves), _profile(enters), _why(leaves) or _why(enters))

    def _beyond(self, inner: Predicate, outer: Predicate) -> Answer:
        if time.monotonic() > self._end:
            return Open("the time for the verdicts of one plan was used up")
        return beyond(inner, outer, self._always)


def _verdict(leaves: Answer, enters: Answer) -> Verdict:
    if isinstance(leaves, Open) or isinstance(enters, Open):
        return Verdict.UNKNOWN
    match isinstance(leaves, Somebody), isinstance(enters, Somebody):
        case False, False:
            return Verdict.SAME_AUDIENCE
        case True, False:
            return Verdict.NARROWER
        case False, True:
            return Verdict.WIDER
        case _:
            return Verdict.DIFFERENT


def _profile(answer: Answer) -> Profile | None:
    return answer.profile if isinstance(answer, Somebody) else None


def _why(answer: Answer) -> str:
    return answer.why if isinstance(answer, Open) else ""
