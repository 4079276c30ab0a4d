"""What was merged, against what was reviewed: an apply carries out what the plan of a merged pull request showed."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from reconciler.core.approval import Approval, held_back, is_shown, unreviewed
from reconciler.core.document import refusal_problems
from reconciler.core.guard import way_out, why
from reconciler.core.plan import Block, Plan
from reconciler.core.privacy import published_report
from reconciler.core.report import Report, Result
from reconciler.errors import Problem, ReconcilerError, Refused, Severity
from reconciler.github import comment, pulls
from reconciler.github.comment import Found
from reconciler.github.pulls import Pull
from reconciler.providers.registry import VENDORS
from reconciler.render import conversation
from reconciler.render.counts import counted
from reconciler.settings.config import Settings
from reconciler.usecases.apply import check_lease
from reconciler.usecases.github import Voice, warnings
from reconciler.usecases.open import Opened, open_target
from reconciler.usecases.plan import Planned, plan_target
from reconciler.usecases.pull import KIND as PLAN
from reconciler.usecases.several import Ended

KIND = "apply"
BY_HAND = "workflow_dispatch"
FEW = 10
"""How many of the newest commits are looked at for what earlier runs left, and how many keys a message names."""


@dataclass(slots=True)
class Reviews:
    """What was shown on the pull requests that were merged. GitHub is asked once for each commit and each of them.

    `shown_on` are those that showed something of these targets, `unfit` those whose plan does not count, and `newest`
    those that the newest commit brought; `notes` is why a plan does not count.
    """

    voice: Voice
    branch: str
    shown_on: set[int] = field(default_factory=set)
    unfit: set[int] = field(default_factory=set)
    newest: set[int] = field(default_factory=set)
    notes: dict[Problem, None] = field(default_factory=dict)
    _pulls: dict[str, list[Pull]] = field(default_factory=dict)
    _comments: dict[int, tuple[Found, ...]] = field(default_factory=dict)

    def held_back(self, plan: Plan, commits: tuple[str, ...], managed: frozenset[str]) -> Plan:
        """Return the plan with what these commits' pull requests did not show held back; the newest are asked first."""
        shown: list[Approval] = []
        for place, commit in enumerate(commits):
            if is_shown(plan, shown, managed):
                break
            self.newest |= {pull.number for pull in self._merged(commit)} if place == 0 else set()
            shown += [each for pull in self._merged(commit) for each in self._approvals(pull, plan.target)]
        return held_back(plan, shown, managed)

    def _merged(self, commit: str) -> list[Pull]:
        if commit not in self._pulls:
            self._pulls[commit] = pulls.merged(self.voice.github, self.branch, commit)
        return self._pulls[commit]

    def _approvals(self, pull: Pull, target: str) -> Iterator[Approval]:
        if pull.number not in self._comments:
            self._comments[pull.number] = self._plans(pull)
        for found in self._comments[pull.number]:
            digests = found.marker.digests.get(self.voice.topic(target))
            if digests and any(digests):
                self.shown_on.add(pull.number)
                yield Approval(*digests)

    def waiting(self, commits: tuple[str, ...]) -> set[int]:
        """Return the pull requests on which an earlier run has said what it left."""
        found = {pull.number for commit in commits[:FEW] for pull in self._merged(commit)}
        return {number for number in found if self._has_report(number)}

    def _has_report(self, number: int) -> bool:
        every = comment.find(self.voice.github, number, self.voice.author)
        return any((each.marker.kind, each.marker.subject) == (KIND, self.voice.subject) for each in every)

    def _plans(self, pull: Pull) -> tuple[Found, ...]:
        """Return the comments that say what was reviewed: each newest, of what was merged."""
        found: dict[str, Found] = {}
        for each in comment.find(self.voice.github, pull.number, self.voice.author):
            known = found.get(each.marker.subject)
            if each.marker.kind == PLAN and (known is None or each.marker.run.newer(known.marker.run)):
                found[each.marker.subject] = each
        for subject, each in list(found.items()):
            if words := _unfit(each, pull):
                hint = "review what it would do now, then run the apply workflow by hand"
                problem = Problem("review-outdated", f"#{pull.number}: {words}", hint=hint, severity=Severity.WARNING)
                self.unfit.add(pull.number)
                self.notes[problem] = None
                del found[subject]
        return tuple(found.values())


def _unfit(found: Found, pull: Pull) -> str:
    if found.marker.head != pull.head:
        return f"its plan is of commit {found.marker.head[:7]}, and {pull.head[:7]} was merged"
    if found.updated_at > pull.merged_at:
        return f"its plan was made after it was merged, at {found.updated_at}"
    return ""


@dataclass(frozen=True, slots=True)
class Permission:
    """What this run may carry out: everything, where a person started it, or what `reviews` show."""

    reviews: Reviews
    head: str
    before: str
    by_hand: bool

    def plan(self, opened: Opened, allow_deletes: int | None) -> Planned | None:
        """Return the plan of a target as far as it may be carried out; None where a newer commit was begun with.

        Raises as `check_lease` and `plan_target` do, Refused where the branch was set back, and GitHubFailure.
        """
        taken_over = check_lease(opened)
        claims = opened.claims()
        github = self.reviews.voice.github
        since = claims.applied or self.before
        way = pulls.way(github, since, self.head)
        if way.behind or (claims.begun not in {"", since} and pulls.way(github, claims.begun, self.head).behind):
            if pulls.tip(github, self.reviews.branch) != self.head:
                return None
            if not self.by_hand:
                raise Refused(_set_back(opened.target.name, claims.begun or since, self.head))
        free = self.by_hand or opened.target.accept_unreviewed
        managed = frozenset(record.id for record in claims.segments.values())

        def held(plan: Plan) -> Plan:
            return plan if free else self.reviews.held_back(plan, way.commits, managed)

        planned = plan_target(opened, allow_deletes=allow_deletes, held=held)
        if free:
            self.reviews.shown_on |= self.reviews.waiting(way.commits or (self.head,))
        return replace(planned, taken_over=taken_over, claims=replace(planned.claims, begun=self.head))


def _set_back(target: str, newer: str, head: str) -> Problem:
    words = f"`{target}`: the branch was set back from {newer[:7]}, which has been applied, to {head[:7]}"
    return Problem("branch-set-back", words, hint="if it is meant, run the apply workflow by hand")


def settle(voice: Voice, settings: Settings, done: tuple[Ended[Report], ...]) -> tuple[Problem, ...]:
    """Have the ledgers say up to which commit all that was reviewed is applied; return warnings where that failed.

    What failed, or was reviewed and came out otherwise, may be done by a later run, to which the same pull requests
    count; what nobody was shown waits for another one. Nothing is said where a newer run has begun meanwhile.
    """
    told: list[Problem] = []
    for item in done:
        if item.value and _settled(item.value):
            opened = open_target(settings, item.target)
            try:
                claims = opened.claims()
                if claims.begun == voice.job.sha != claims.applied:
                    opened.ledger.write(replace(claims, applied=voice.job.sha))
            except ReconcilerError as error:
                told += warnings(error.problems)
    return tuple(told)


def _settled(report: Report) -> bool:
    """Say whether everything has been done that somebody was shown, and something was."""
    if report.refused_by or any(problem.severity is Severity.ERROR for problem in report.problems):
        return False
    others = [change for change in report.blocked if change.blocked_by is not Block.UNREVIEWED]
    return bool(report.outcomes) and not others and all(each.result is Result.DONE for each in report.outcomes)


def noted(reviews: Reviews, done: tuple[Ended[Report], ...]) -> tuple[Ended[Report], ...]:
    """Return the reports with why a pull request did not count, where anything was held back."""
    notes = tuple(reviews.notes)
    return tuple(
        replace(item, value=replace(item.value, problems=(*item.value.problems, *notes)))
        if item.value and _held(item.value)
        else item
        for item in done
    )


def _held(report: Report) -> int:
    """Return how many changes were left alone since nobody was shown them."""
    return len(unreviewed(report.blocked))


def tell(voice: Voice, reviews: Reviews, ended: tuple[Ended[Report], ...]) -> tuple[Problem, ...]:
    """Say on each pull request what became of its plan; return what a reader of the log should know.

    What cannot be said there is no failure of the apply.
    """
    told: list[Problem] = []
    marker = voice.marker(KIND, voice.job.sha, {})
    held = any(item.value and _held(item.value) for item in ended)
    for number in sorted(reviews.shown_on | (reviews.unfit | reviews.newest if held else set())):
        try:
            _, problems = voice.comment(number, marker, lambda room: text(voice, ended, room))
        except ReconcilerError as error:
            problems = warnings(error.problems)
        told += problems
    return tuple(told)


def text(voice: Voice, ended: tuple[Ended[Report], ...], limit: int) -> str:
    """Return what became of the changes, in at most so many bytes."""
    reports = [item.value for item in published(ended) if item.value]
    failed = [(item.target.name, item.error.problems) for item in ended if item.error]
    return conversation.applied(reports, failed, voice.source(voice.job.sha), limit=limit)


def published(ended: tuple[Ended[Report], ...]) -> tuple[Ended[Report], ...]:
    """Return the reports without personal values."""
    return tuple(
        replace(item, value=published_report(item.value, VENDORS[item.target.provider].form(item.target.options)))
        if item.value
        else item
        for item in ended
    )


def problems(ended: tuple[Ended[Report], ...]) -> tuple[Problem, ...]:
    """Return all that went wrong or was left alone, for the annotations of the run."""
    return tuple(problem for item in ended for problem in _problems(item))


def _problems(item: Ended[Report]) -> Iterator[Problem]:
    report = item.value
    if report is None:
        yield from item.error.problems if item.error else ()
        return
    yield from report.problems
    yield from (outcome.problem for outcome in report.outcomes if outcome.problem)
    stage = Plan(report.target, report.provider, report.blocked, report.refused_by)
    yield from refusal_problems(stage)
    for rule in Block:
        found = [change for change in stage.changes if change.blocked_by is rule and rule not in report.refused_by]
        if found:
            keys = ", ".join(f"`{change.key or change.id}`" for change in found[:FEW])
            more = f" and {len(found) - FEW} more" if len(found) > FEW else ""
            words = f"`{report.target}`: {counted(len(found), 'change')} left alone: {keys}{more}: {why(rule)}"
            yield Problem(rule.value.replace("_", "-"), words, hint=way_out(rule, stage))


def counts(done: tuple[Ended[Report], ...]) -> dict[str, int]:
    """Return the outputs of the step."""
    reports = [item.value for item in done if item.value]
    outcomes = [outcome for report in reports for outcome in report.outcomes]
    applied = sum(1 for outcome in outcomes if outcome.result is Result.DONE)
    return {"applied": applied, "unreviewed": sum(map(_held, reports))}
