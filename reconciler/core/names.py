"""Names that only one live segment can have: what must be freed before it is taken, and what cannot be had at all.

For vendors with unique names alone. Knows no vendor; pure.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from reconciler.core.plan import Action, Block, Change
from reconciler.core.segment import Live


def ordered(changes: Sequence[Change], live: Iterable[Live]) -> tuple[Change, ...]:
    """Return the changes, each that takes a name after the one that frees it.

    One is blocked whose name another live segment keeps, for which two ask, or that would have to wait for itself: a
    vendor that knows a name once cannot exchange two.
    """
    names = {segment.id: segment.name for segment in live}
    asked = Counter(change.name for change in changes if _takes(change, names))
    freeing = {change.id or "": change for change in changes if change.id and _frees(change, names)}
    holders = _holders(names, freeing)
    waiting = {
        _place(change): holders[change.name] for change in changes if _takes(change, names) and change.name in holders
    }
    return tuple(_settled(change, asked, waiting, freeing, names) for change in changes)


def _holders(names: Mapping[str, str], freeing: Mapping[str, Change]) -> dict[str, str]:
    """Return who has each name: of several, which there can be after a race, one that keeps it, if any does."""
    holders: dict[str, str] = {}
    for segment_id, name in names.items():
        if name not in holders or holders[name] in freeing:
            holders[name] = segment_id
    return holders


def _place(change: Change) -> tuple[str, str]:
    return (change.key or "", change.id or "")


def _active(change: Change) -> bool:
    return change.action in {Action.CREATE, Action.UPDATE, Action.DELETE} and change.blocked_by is None


def _takes(change: Change, names: Mapping[str, str]) -> bool:
    """Say whether a change gives a segment a name that it does not have now."""
    return _active(change) and change.action is not Action.DELETE and names.get(change.id or "") != change.name


def _frees(change: Change, names: Mapping[str, str]) -> bool:
    """Say whether a change leaves the name that its segment has now to others."""
    return _active(change) and (change.action is Action.DELETE or _takes(change, names))


def _settled(
    change: Change,
    asked: Mapping[str, int],
    waiting: Mapping[tuple[str, str], str],
    freeing: Mapping[str, Change],
    names: Mapping[str, str],
) -> Change:
    chain = _chain(change, waiting, freeing)
    takes = _takes(change, names)
    if (takes and asked[change.name] > 1) or chain is None:
        return replace(change, blocked_by=Block.NAME_CONFLICT)
    if any(_takes(each, names) and asked[each.name] > 1 for each in chain):
        return replace(change, blocked_by=Block.NAME_CONFLICT)
    depth = _depth(change, waiting, freeing)
    return replace(change, waits_for=waiting.get(_place(change), ""), turn=-depth) if takes or depth else change


def _chain(
    change: Change, waiting: Mapping[tuple[str, str], str], freeing: Mapping[str, Change]
) -> list[Change] | None:
    """Return what must be done before a change, nearest first; None where that never ends, or is not planned."""
    chain: list[Change] = []
    seen = {_place(change)}
    while (holder := waiting.get(_place(change))) is not None:
        before = freeing.get(holder)
        if before is None or _place(before) in seen:
            return None
        seen.add(_place(before))
        chain.append(before)
        change = before
    return chain


def _depth(change: Change, waiting: Mapping[tuple[str, str], str], freeing: Mapping[str, Change]) -> int:
    """Return how many changes wait for this one, in a row."""
    waiters = {holder: place for place, holder in waiting.items()}
    depth, at = 0, change.id or ""
    while at in freeing and (place := waiters.get(at)) is not None and depth <= len(waiting):
        depth, at = depth + 1, place[1]
    return depth
