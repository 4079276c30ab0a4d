"""`reconciler github plan | apply | drift`."""

from collections.abc import Iterable
from dataclasses import replace

import click

from reconciler.cli.actions import AUTHOR, annotate, put_out, speaking, summarize
from reconciler.cli.apply import carry_out, changed, failure, show_reports
from reconciler.cli.commands import Commands
from reconciler.cli.consent import ALLOW_DELETES, EXPECT_DIGEST, refuse_several
from reconciler.cli.drift import drift_code, show_drift
from reconciler.cli.output import Format
from reconciler.cli.plan import save_plans, show_plans
from reconciler.cli.session import Session, common, file_error, split
from reconciler.cli.stopping import stopping
from reconciler.core.plan import Action
from reconciler.core.privacy import disclosed_plan
from reconciler.core.report import Report
from reconciler.errors import ExitCode, InvalidInput, Problem, ReconcilerError
from reconciler.render import conversation, markdown
from reconciler.render.conversation import Source
from reconciler.settings.github import PullRequest
from reconciler.usecases import merge, pull, watch
from reconciler.usecases.apply import check_digest, exit_code
from reconciler.usecases.base import base_of
from reconciler.usecases.github import Voice, refuse_ledger_files
from reconciler.usecases.open import Opened
from reconciler.usecases.plan import Planned
from reconciler.usecases.several import Ended, each, heaviest, refuse_rivals
from reconciler.usecases.validate import validate

TEXT = (Format.TEXT,)
NO_COMMENT = "no comment: what a fork or Dependabot starts may not write one; the summary of the job has it all"


@click.group("github", cls=Commands, no_args_is_help=False)
def command() -> None:
    """Plan a pull request, apply what was merged, or look for drift, inside GitHub Actions.

    \b
    Example:
      reconciler init --ci github
    """


@command.command("plan")
@click.option("--labels", is_flag=True, help="Label the pull request `segment-changes` and `segment-deletes`.")
@AUTHOR
@common(formats=TEXT)
def plan(session: Session, *, author: str | None, labels: bool) -> ExitCode:
    """Comment on the pull request what merging it would do.

    Where it comes from a fork, and no key is there, the definitions are compared with those of the base branch.

    \b
    Example:
      reconciler github plan --target production
    """
    with speaking(session, author) as voice:
        _only_on(voice, "pull_request")
        asked = voice.job.pull_request()
        try:
            shown = _plan(session, asked)
        except InvalidInput as error:
            return _refuse(session, voice, asked, error.problems)
        return _show(session, voice, shown, labels=labels)


def _plan(session: Session, asked: PullRequest) -> pull.Shown:
    """Plan every target; raises InvalidInput where that is no use, before anything is asked."""
    targets = session.targets()
    refuse_ledger_files(targets)
    refuse_rivals(targets)
    found = validate(session.settings, targets, (), strict=False)
    if split(found.problems)[0]:
        raise InvalidInput(*found.problems)
    offline = frozenset(target.name for target in targets if pull.is_offline(target, asked))
    base = base_of(session.settings.root, asked) if offline else ""
    ended = each(session.settings, targets, lambda opened: pull.plan_pull(opened, asked))
    return pull.Shown(asked, ended, offline, base)


def _refuse(session: Session, voice: Voice, asked: PullRequest, problems: tuple[Problem, ...]) -> ExitCode:
    """Say why there is no plan, in place of an earlier one."""
    annotate(session, problems)
    errors, _ = split(problems)
    summarize(session, voice.job, pull.refusal(voice, asked, errors))
    url, told = pull.refuse(voice, asked, errors)
    annotate(session, told)
    put_out(voice.job, {"changes": 0, "deletes": 0, "comment": url})
    return ExitCode.INVALID


def _show(session: Session, voice: Voice, shown: pull.Shown, *, labels: bool) -> ExitCode:
    show_plans(session, _disclosed(shown.ended))
    save_plans(session, shown.ended)
    for item in shown.ended:
        annotate(session, item.error.problems if item.error else item.value.warnings if item.value else ())
    summarize(session, voice.job, lambda room: pull.text(voice, shown, room, summary=True))
    url, told = pull.show(voice, shown, labelled=labels)
    if told and shown.pull.foreign:
        session.output.note(NO_COMMENT)
    else:
        annotate(session, told)
    changes = [change for plan in shown.plans for change in plan.pending]
    deletes = sum(1 for change in changes if change.action is Action.DELETE)
    put_out(voice.job, {"changes": len(changes), "deletes": deletes, "comment": url})
    return heaviest(item.error.exit_code if item.error else ExitCode.DONE for item in shown.ended)


def _disclosed(ended: Iterable[Ended[Planned]]) -> tuple[Ended[Planned], ...]:
    """Return the plans without personal values: the log of a job may be the public's to read."""
    return tuple(
        replace(item, value=replace(item.value, plan=disclosed_plan(item.value.plan))) if item.value else item
        for item in ended
    )


@command.command("apply")
@ALLOW_DELETES
@EXPECT_DIGEST
@AUTHOR
@common(formats=TEXT)
def apply(session: Session, *, author: str | None, allow_deletes: int | None, expect_digest: str | None) -> ExitCode:
    """Carry out what the plans of the merged pull requests showed, and nothing else.

    Where a person starts the workflow by hand, all of the plan is carried out.

    \b
    Example:
      reconciler github apply --target production
    """
    with speaking(session, author) as voice:
        _only_on(voice, "push", merge.BY_HAND)
        targets = session.targets()
        refuse_several(targets, expect_digest, allow_deletes)
        refuse_ledger_files(targets)
        refuse_rivals(targets)
        reviews = merge.Reviews(voice, voice.job.branch())
        by_hand = voice.job.event == merge.BY_HAND
        permission = merge.Permission(reviews, voice.job.sha, voice.job.before, by_hand)

        def verb(opened: Opened) -> Planned | None:
            planned = permission.plan(opened, allow_deletes)
            if planned and expect_digest:
                check_digest(planned.plan, expect_digest)
            return planned

        ended = each(session.settings, targets, verb)
        return _carry_out(session, voice, reviews, ended)


def _carry_out(
    session: Session, voice: Voice, reviews: merge.Reviews, ended: tuple[Ended[Planned | None], ...]
) -> ExitCode:
    output = session.output
    older = [item.target.name for item in ended if not (item.value or item.error)]
    if older:
        output.note(f"{', '.join(older)}: nothing was applied: a newer commit was")
        summarize(session, voice.job, lambda _: conversation.superseded(Source(), voice.source(voice.job.sha)))
    plans = tuple(Ended(item.target, item.value, item.error) for item in ended if item.value or item.error)
    if not plans:
        return ExitCode.DONE
    show_plans(session, _disclosed(plans))
    failed = [item.error for item in plans if item.error]
    if failed:
        problems = tuple(problem for error in failed for problem in error.problems)
        annotate(session, problems)
        summarize(session, voice.job, lambda room: markdown.problems(problems, limit=room))
        output.note("nothing was applied" + (": not every target could be planned" if len(ended) > 1 else ""))
        return heaviest(error.exit_code for error in failed)
    with stopping(output) as stop:
        done = tuple(carry_out(session, item.target, item.value, stop) for item in plans if item.value)
        stop.over()
        return _report(session, voice, reviews, done)


def _report(session: Session, voice: Voice, reviews: merge.Reviews, done: tuple[Ended[Report], ...]) -> ExitCode:
    """Say on every way what was done; what cannot be said changes nothing about how it ended."""
    told = merge.settle(voice, session.settings, done)
    ended = merge.noted(reviews, done)
    code = heaviest(exit_code(item.value) if item.value else failure(item, done) for item in done)
    try:
        show_reports(session, merge.published(ended))
        told += merge.tell(voice, reviews, ended)
        annotate(session, (*merge.problems(ended), *told))
        summarize(session, voice.job, lambda room: merge.text(voice, ended, room))
        put_out(voice.job, merge.counts(done))
    except (OSError, ReconcilerError) as error:
        session.fail(error if isinstance(error, ReconcilerError) else file_error(error))
        return ExitCode.INCOMPLETE if changed(done) else heaviest((code, ExitCode.FAILED))
    return code


@command.command("drift")
@AUTHOR
@common(formats=TEXT)
def drift(session: Session, *, author: str | None) -> ExitCode:
    """Keep an issue for each target while somebody has changed a live segment; exits 2 where one is open.

    \b
    Example:
      reconciler github drift --all-targets
    """
    with speaking(session, author) as voice:
        targets = session.targets()
        refuse_ledger_files(targets)
        ended = each(session.settings, targets, lambda opened: _watch(session, voice, opened))
        reports = tuple(Ended(item.target, item.value.report if item.value else None, item.error) for item in ended)
        show_drift(session, reports)
        for item in ended:
            annotate(session, watch.told_besides(item))
        summarize(session, voice.job, lambda room: watch.text(voice, ended, room))
        drifted = sum(len(item.value.drifts) for item in reports if item.value)
        put_out(voice.job, {"drifted": drifted})
        return heaviest(drift_code(item) for item in reports)


def _watch(session: Session, voice: Voice, opened: Opened) -> watch.Watched:
    watched = watch.watch(opened)
    if watched.report:
        told, url = watch.tell(voice, watched.report)
        session.output.note(f"{opened.target.name}: {watch.words(told)}" + (f": {url}" if url else ""))
    return watched


def _only_on(voice: Voice, *events: str) -> None:
    """Raise InvalidInput where the job is of another event: its commit, or who started it, would be another's."""
    if voice.job.event not in events:
        known = " or ".join(f"`{event}`" for event in events)
        words = f"this job was started by `{voice.job.event}`, and this command is for {known}"
        hint = "`reconciler init --ci github` writes workflows with the right events"
        raise InvalidInput(Problem("wrong-event", words, hint=hint))
