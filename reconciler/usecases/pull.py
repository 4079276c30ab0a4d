"""Plan a pull request, and show its reviewers what it would do. Sends nothing that writes to a vendor."""

from dataclasses import dataclass, replace

from reconciler.core.approval import approvals
from reconciler.core.plan import Action, Plan
from reconciler.errors import GitHubAnswer, Problem, Severity
from reconciler.github.label import label
from reconciler.github.pulls import is_merged
from reconciler.render import conversation
from reconciler.settings.config import Target
from reconciler.settings.environment import has_credential
from reconciler.settings.github import PullRequest
from reconciler.usecases.base import base_of, compared
from reconciler.usecases.census import census_of
from reconciler.usecases.github import UNHEARD, Text, Voice, warnings
from reconciler.usecases.open import Opened
from reconciler.usecases.plan import Planned, plan_target
from reconciler.usecases.several import Ended

KIND = "plan"
TAKE_OUT = "take the setting out of the target if that is not meant"
CHANGES, DELETES = "segment-changes", "segment-deletes"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a pull request would do on each target: planned against what is live, or, on `offline` ones, its `base`."""

    pull: PullRequest
    ended: tuple[Ended[Planned], ...]
    offline: frozenset[str] = frozenset()
    base: str = ""

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The plans that could be made, with all that a reviewer should know besides."""
        return tuple(_told(item.target, item.value) for item in self.ended if item.value)

    @property
    def live(self) -> tuple[Plan, ...]:
        """The plans that say what an apply would do."""
        return tuple(plan for plan in self.plans if plan.target not in self.offline)


def _told(target: Target, planned: Planned) -> Plan:
    words = f"what is merged into `{target.name}` is applied without a review (`accept_unreviewed`)"
    problem = Problem("accept-unreviewed", words, hint=TAKE_OUT, severity=Severity.WARNING)
    return replace(
        planned.plan,
        warnings=(*planned.plan.warnings, *planned.warnings, *([problem] if target.accept_unreviewed else [])),
    )


def is_offline(target: Target, pull: PullRequest) -> bool:
    """Say whether a target cannot be looked at: no secrets are handed to where the pull request comes from."""
    return pull.foreign and not target.embedded and not has_credential(target.credential_env or "")


def plan_pull(opened: Opened, pull: PullRequest) -> Planned:
    """Return what the pull request would do on a target; raises as `plan_target` and `compared` do."""
    if is_offline(opened.target, pull):
        return compared(opened, base_of(opened.settings.root, pull))
    return plan_target(opened, census=census_of(opened, None))


def show(voice: Voice, shown: Shown, *, labelled: bool) -> tuple[str, tuple[Problem, ...]]:
    """Post the plans; return where they are, and what a reader of the log should know. Raises GitHubFailure.

    Once the pull request is merged, its comment says what was reviewed, and stays as it is.
    """
    if _is_merged(voice, shown.pull):
        words = f"#{shown.pull.number} has been merged: its comment stays as it was reviewed"
        return "", (Problem("pull-merged", words, hint="the summary has this plan", severity=Severity.WARNING),)
    marker = voice.marker(KIND, shown.pull.head, approvals(shown.live))
    url, told = voice.comment(shown.pull.number, marker, lambda room: text(voice, shown, room))
    return url, told + (_label(voice, shown) if labelled else ())


def _is_merged(voice: Voice, pull: PullRequest) -> bool:
    try:
        return is_merged(voice.github, pull.number)
    except GitHubAnswer as error:
        if error.status not in UNHEARD:
            raise
        return False


def refuse(voice: Voice, pull: PullRequest, problems: tuple[Problem, ...]) -> tuple[str, tuple[Problem, ...]]:
    """Post why there is no plan, in place of an earlier one; as `show` does."""
    marker = voice.marker(KIND, pull.head, {})
    return voice.comment(pull.number, marker, refusal(voice, pull, problems))


def text(voice: Voice, shown: Shown, limit: int, *, summary: bool = False) -> str:
    """Return what is posted, in at most so many bytes."""
    failed = [(item.target.name, item.error.problems) for item in shown.ended if item.error]
    return conversation.plan(
        shown.plans,
        failed,
        voice.source(shown.pull.head, summary=summary),
        base=shown.base,
        offline=tuple(sorted(shown.offline)),
        limit=limit,
    )


def refusal(voice: Voice, pull: PullRequest, problems: tuple[Problem, ...]) -> Text:
    """Return what is posted where there is no plan."""
    return lambda limit: conversation.invalid(problems, voice.source(pull.head), limit=limit)


def _label(voice: Voice, shown: Shown) -> tuple[Problem, ...]:
    changes = [change for plan in shown.plans for change in plan.pending]
    deletes = [change for change in changes if change.action is Action.DELETE]
    holding = [name for name, found in ((CHANGES, changes), (DELETES, deletes)) if found]
    try:
        label(voice.github, shown.pull.number, holding, (CHANGES, DELETES))
    except GitHubAnswer as error:
        if error.status not in UNHEARD:
            raise
        return warnings(error.problems)
    return ()
