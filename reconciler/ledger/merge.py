"""Two runs have written over the same claims: whether both can be had, and what both make. Pure."""

from dataclasses import replace
from types import MappingProxyType

from reconciler.core.canonical import canonical_json
from reconciler.core.claims import Claims
from reconciler.core.segment import Recorded

Touched = set[tuple[str, str | None]]


def merge(base: Claims, ours: Claims, theirs: Claims) -> Claims | None:
    """Return their claims with our changes to the base in them, or None where the changes do not go together.

    They do not where a key or an id was changed on both sides, where somebody else changed the lease, or where we
    would take it: a run that begins on claims that have moved since would carry out a plan that was never made.
    """
    begins = ours.lease and (base.lease is None or base.lease.holder != ours.lease.holder)
    if begins or theirs.lease != base.lease or _touched(base, ours) & _touched(base, theirs):
        return None
    changed = _changed(base, ours)
    segments = {key: record for key, record in theirs.segments.items() if key not in changed}
    segments |= {key: record for key, record in ours.segments.items() if key in changed}
    dropped = [intent for intent in base.intents if intent not in ours.intents]
    intents = [intent for intent in theirs.intents if intent not in dropped]
    intents += [intent for intent in ours.intents if intent not in base.intents]
    return replace(
        theirs,
        segments=MappingProxyType(segments),
        intents=tuple(intents),
        lease=ours.lease,
        endpoint=ours.endpoint,
        applied=theirs.applied if ours.applied == base.applied else ours.applied,
        begun=theirs.begun if ours.begun == base.begun else ours.begun,
    )


def _changed(base: Claims, other: Claims) -> set[str]:
    keys = base.segments.keys() | other.segments.keys()
    return {key for key in keys if not same(base.segments.get(key), other.segments.get(key))}


def same(one: Recorded | None, other: Recorded | None) -> bool:
    """Say whether two records say the same, and `true` is not 1."""
    if one is None or other is None:
        return one is other
    return one == other and canonical_json(dict(one.body)) == canonical_json(dict(other.body))


def _touched(base: Claims, other: Claims) -> Touched:
    """Return the keys and ids that the changes from one to the other are about."""
    touched: Touched = set()
    for key in _changed(base, other):
        records = (base.segments.get(key), other.segments.get(key))
        touched |= {("key", key), *(("id", record.id) for record in records if record)}
    for intent in set(base.intents) ^ set(other.intents):
        touched |= {("key", intent.key), *([("id", intent.segment_id)] if intent.segment_id else [])}
    return touched
