"""Named small worlds of what happened: reports, drift and problems."""

from golden.worlds import EVERYDAY, WIN_BACK, delete

from reconciler.core.plan import Block, FieldChange, FieldKind
from reconciler.core.report import Drift, DriftKind, DriftReport, Outcome, Report, Result
from reconciler.errors import Place, Problem, Severity

TIMEOUT = Problem("vendor-unreachable", "the vendor did not answer within 30 s", None, "run apply again: it resumes")
MOVED = Problem("stale", "the live segment changed since the plan was made", None, "plan again")
RENAMED = FieldChange("name", FieldKind.CHANGED, "EU win back", "EU win back (Ann)")
APPLIED = Report(
    "production",
    "qonversion",
    tuple(Outcome(change, Result.DONE, change.id or "new-id") for change in EVERYDAY.pending),
)
INTERRUPTED = Report(
    "production",
    "qonversion",
    (
        Outcome(EVERYDAY.pending[0], Result.DONE, "eu-prod-renewables"),
        Outcome(EVERYDAY.pending[2], Result.FAILED, problem=TIMEOUT),
        Outcome(WIN_BACK, Result.STALE, WIN_BACK.id, MOVED, (RENAMED,)),
        Outcome(EVERYDAY.pending[3], Result.NOT_STARTED),
        Outcome(EVERYDAY.pending[4], Result.NOT_STARTED),
    ),
    (delete("vip", "VIP", block=Block.PROTECTED), delete("vip-2", "VIP 2", block=Block.PROTECTED)),
)
DRIFTED = DriftReport(
    "production",
    "qonversion",
    (
        Drift("eu/win-back", "id-wb", "EU win back", DriftKind.CHANGED, WIN_BACK.fields),
        Drift("gone", "id-gone", "Gone", DriftKind.DELETED),
        Drift("gone-too", "id-gone-too", "Gone too", DriftKind.DELETED),
    ),
    12,
)

UNKNOWN_METRIC = "the vendor's pages do not name a metric `x|y`"
FOUND = (
    Problem("unknown-member", "unknown member `nam`", Place("segments/a.json", 3, 5), "did you mean `name`?"),
    Problem("unknown-metric", UNKNOWN_METRIC, Place("segments/b.json"), severity=Severity.WARNING),
    Problem("no-target", "no target is named `prod`", None, "targets: `local`, `production`"),
    Problem("odd", "one ` alone, @octocat and https://example.com", None, "", Severity.WARNING),
)
