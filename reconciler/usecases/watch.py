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
from reconciler.github.issue import LONGEST, Texts, Told, follow
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
    """The drift of a target, as far as it is to be told: nothing of it while an apply is under way.

    `pending` are the keys of segments that an apply has still to change, or was changing when it failed.
    """

    report: DriftReport
    pending: tuple[str, ...] = ()
    busy: str = ""

    @property
    def silent(self) -> bool:
        """Say whether nothing is known well enough to be told, not even that all is well."""
        return bool(self.busy or self.report.warnings or (self.pending and not self.report.drifts))


def watch(opened: Opened) -> Watched:
    """Return the drift of a target that no apply explains; raises as `check_drift` does."""
    claims = opened.claims()
    if claims.lease and claims.lease.until > clock.now():
        return Watched(DriftReport(opened.target.name, opened.target.provider, (), 0), busy=claims.lease.holder)
    found = check_drift(opened)
    pending = set(_pending(opened, claims))
    quiet = tuple(drift.key for drift in found.drifts if drift.key in pending)
    told = tuple(drift for drift in found.drifts if drift.key not in pending)
    return Watched(published_drift(replace(found, drifts=told), opened.form), quiet)


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


def tell(voice: Voice, watched: Watched) -> tuple[Told, str]:
    """Have the issue of the target say what drifted; raises GitHubAnswer where the token may not, and GitHubFailure."""
    report = watched.report
    marker = Marker(KIND, voice.topic(report.target), voice.job.sha, voice.run, _digests(report))
    source = voice.source(voice.job.sha)
    room = LONGEST - len(marker.line().encode()) - 1
    texts = Texts(
        title=voice.clean(conversation.drift_title(report.target)),
        body=voice.clean(conversation.drift(report, source, limit=room)),
        again=voice.clean(conversation.drift_again(report, source)),
        over=voice.clean(conversation.drift_over(report, source)),
    )
    return follow(voice.github, marker, texts, author=voice.author, label=LABEL)


def _digests(report: DriftReport) -> dict[str, tuple[str, str]]:
    return {report.target: (digest(drift_document(report)["drifts"]), "")} if report.drifts else {}


def notes(watched: Watched) -> tuple[Problem, ...]:
    """Return what a reader of the log should know about what was not told."""
    target = watched.report.target
    if watched.busy:
        words = f"target `{target}`: not looked at, since an apply is under way: {watched.busy}"
        return (Problem("drift-quiet", words, hint="the next check looks again", severity=Severity.WARNING),)
    if not watched.pending:
        return ()
    keys = ", ".join(f"`{key}`" for key in watched.pending)
    words = f"target `{target}`: not told, since an apply of them is pending or has failed: {keys}"
    return (Problem("drift-quiet", words, hint="see the last run of the apply workflow", severity=Severity.WARNING),)


def text(voice: Voice, ended: tuple[Ended[DriftReport], ...], limit: int) -> str:
    """Return the drift of every target for the summary of the job, in at most so many bytes."""
    parts = [
        conversation.drift(item.value, voice.source(voice.job.sha), limit=limit // len(ended))
        for item in ended
        if item.value
    ]
    parts += [markdown.problems(item.error.problems, limit=limit // len(ended)) for item in ended if item.error]
    return "\n".join(parts)


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
