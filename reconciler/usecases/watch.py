"""Look for drift on a schedule, and keep one issue for each target that has any. Writes nothing to a vendor."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import assert_never

from reconciler.core.canonical import canonical_json, digest
from reconciler.core.claims import Claims
from reconciler.core.document import drift_document
from reconciler.core.privacy import published_drift
from reconciler.core.report import DriftReport
from reconciler.errors import Problem, ReconcilerError, Severity
from reconciler.github.issue import Texts, Told, follow
from reconciler.github.marker import Marker
from reconciler.render import conversation, markdown
from reconciler.usecases import clock
from reconciler.usecases.drift import check_drift
from reconciler.usecases.github import Voice
from reconciler.usecases.open import Opened
from reconciler.usecases.several import Ended

KIND = "drift"
LABEL = "reconciler-drift"


@dataclass(frozen=True, slots=True)
class Watched:
    """The drift of a target, as far as it is to be told; `notes` say what is not, and why.

    There is no report where nothing is known well enough to be told, not even that all is well.
    """

    report: DriftReport | None
    notes: tuple[Problem, ...] = ()


def watch(opened: Opened) -> Watched:
    """Return the drift of a target that no apply explains; raises as `check_drift` does.

    An apply that began while the vendor was asked has written into the ledger before it changed anything.
    """
    claims = opened.claims()
    if claims.lease and claims.lease.until > clock.now():
        return Watched(None, (_busy(opened.target.name, claims.lease.holder),))
    found = check_drift(opened)
    if opened.claims().serial != claims.serial:
        return Watched(None, (_busy(opened.target.name, "it wrote into the ledger while the vendor was asked"),))
    pending = set(_pending(opened, claims))
    quiet = tuple(drift.key for drift in found.drifts if drift.key in pending)
    told = tuple(drift for drift in found.drifts if drift.key not in pending)
    notes = (*found.warnings, *((_waiting(opened.target.name, quiet),) if quiet else ()))
    if notes and not told:
        return Watched(None, notes)
    return Watched(published_drift(replace(found, drifts=told), opened.form), notes)


def _pending(opened: Opened, claims: Claims) -> Iterator[str]:
    """Yield the keys whose segments an apply is to change: begun and not ended, or defined otherwise than applied.

    What is protected from its deletion waits for nothing. Where definitions cannot be read, they explain nothing.
    """
    yield from (intent.key for intent in claims.intents)
    try:
        definitions, _ = opened.whole()
    except ReconcilerError:
        return
    wanted = {former: each for each in definitions for former in each.previously} | {
        each.key: each for each in definitions
    }
    for key, record in claims.segments.items():
        if key in wanted:
            bodies = (opened.form.outgoing(wanted[key].body), record.body)
            now, then = (canonical_json(opened.form.canonical(body)) for body in bodies)
            if now != then:
                yield key
        elif not record.protected:
            yield key


def tell(voice: Voice, report: DriftReport) -> tuple[Told, str]:
    """Have the issue of the target say what drifted; raises GitHubAnswer where the token may not, and GitHubFailure."""
    marker = Marker(KIND, voice.topic(report.target), voice.job.sha, voice.run, _digests(report))
    source = voice.source(voice.job.sha)
    texts = Texts(
        title=voice.clean(conversation.drift_title(report.target)),
        body=voice.clean(conversation.drift(report, source, limit=marker.room)),
        again=voice.clean(conversation.drift_again(report, source)),
        over=voice.clean(conversation.drift_over(report, source)),
    )
    return follow(voice.github, marker, texts, author=voice.author, label=LABEL)


def _digests(report: DriftReport) -> dict[str, tuple[str, str]]:
    return {report.target: (digest(drift_document(report)["drifts"]), "")} if report.drifts else {}


def _busy(target: str, holder: str) -> Problem:
    words = f"target `{target}`: not looked at, since an apply is under way: {holder}"
    return Problem("drift-quiet", words, hint="the next check looks again", severity=Severity.WARNING)


def _waiting(target: str, quiet: tuple[str, ...]) -> Problem:
    keys = ", ".join(f"`{key}`" for key in quiet)
    words = f"target `{target}`: not told, since an apply of them is pending or has failed: {keys}"
    return Problem("drift-quiet", words, hint="see the last run of the apply workflow", severity=Severity.WARNING)


def text(voice: Voice, ended: tuple[Ended[Watched], ...], limit: int) -> str:
    """Return the drift of every target for the summary of the job, in at most so many bytes."""
    room = limit // (2 * len(ended))
    reports = [item.value.report for item in ended if item.value and item.value.report]
    parts = [conversation.drift(report, voice.source(voice.job.sha), limit=room) for report in reports]
    problems = [found for item in ended if (found := told_besides(item))]
    return "\n".join((*parts, *(markdown.problems(found, limit=room) for found in problems)))


def told_besides(item: Ended[Watched]) -> tuple[Problem, ...]:
    """Return what a reader of the log should know beside the drift of a target."""
    if item.error:
        return item.error.problems
    return item.value.notes if item.value else ()


def words(told: Told) -> str:
    """Return what was done about the issue, for the log."""
    match told:
        case Told.CREATED | Told.UPDATED | Told.REOPENED | Told.CLOSED:
            return f"{told} the issue"
        case Told.LEFT:
            return "there is no news"
        case Told.SILENCED:
            return "somebody closed the issue about this drift, and it is left closed"
        case Told.NEWER:
            return "a newer run has told it"
        case _:
            assert_never(told)
