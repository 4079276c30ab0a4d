"""What the ledger last applied against what is live. Knows nothing of definitions."""

from collections.abc import Iterable, Mapping

from reconciler.core.canonical import canonical_json
from reconciler.core.diff import diff
from reconciler.core.ports import Form
from reconciler.core.report import Drift, DriftKind
from reconciler.core.segment import Live, Recorded


def find_drift(recorded: Mapping[str, Recorded], live: Iterable[Live], form: Form) -> tuple[Drift, ...]:
    """Return each managed segment that changed or is gone since it was last applied, by key."""
    known = {segment.id: segment for segment in live}
    drifts = []
    for key, record in sorted(recorded.items()):
        segment = known.get(record.id)
        if segment is None:
            drifts.append(Drift(key, record.id, str(record.body.get("name", key)), DriftKind.DELETED))
            continue
        was, now = form.canonical(record.body), form.canonical(segment.body)
        if canonical_json(was) != canonical_json(now):
            drifts.append(Drift(key, record.id, segment.name, DriftKind.CHANGED, diff(was, now, form.label)))
    return tuple(drifts)
