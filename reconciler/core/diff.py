"""How two canonical bodies differ, part by part, in the vendor's words. The only module that knows deepdiff."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest

from reconciler.core.canonical import canonical_json
from reconciler.core.plan import FieldChange, FieldKind
from reconciler.core.segment import Body, Json

Label = Callable[[Json], str]
Sides = tuple[Json, ...]
"""The value of a part on one side: one element, or none where the part is absent there."""


def diff(before: Body, after: Body, label: Label) -> tuple[FieldChange, ...]:
    """Return each part of two canonical bodies that differs, by path.

    A path names members by `.` and items of a list by their label: `conditions[environment eq]`. Items that stand on
    both sides are paired with each other; of several with one label, the second is `… #2`.
    """
    from deepdiff import DeepDiff  # noqa: PLC0415 - an import of 50 ms that a plan without changes does not need

    parts = list(_members("", before, after, label))
    left = {path: old[0] for path, old, _ in parts if old}
    right = {path: new[0] for path, _, new in parts if new}
    found = DeepDiff(left, right, view="tree", threshold_to_diff_deeper=0, ignore_private_variables=False)
    paths = {level.path(output_format="list")[0] for levels in found.values() for level in levels}
    return tuple(_field(path, left, right) for path, _, _ in parts if path in paths)


def _field(path: str, left: Mapping[str, Json], right: Mapping[str, Json]) -> FieldChange:
    if path not in left:
        return FieldChange(path, FieldKind.ADDED, None, right[path])
    if path not in right:
        return FieldChange(path, FieldKind.REMOVED, left[path], None)
    return FieldChange(path, FieldKind.CHANGED, left[path], right[path])


def _parts(path: str, old: Sides, new: Sides, label: Label) -> Iterator[tuple[str, Sides, Sides]]:
    if old and new and canonical_json(old[0]) == canonical_json(new[0]):
        return
    match old, new:
        case ((dict() as one,), (dict() as other,)) if not label(one) and not label(other):
            yield from _members(f"{path}.", one, other, label)
        case ((list() as one,), (list() as other,)):
            yield from _items(path, one, other, label)
        case _:
            yield path, old, new


def _members(prefix: str, old: Body, new: Body, label: Label) -> Iterator[tuple[str, Sides, Sides]]:
    for member in sorted(old.keys() | new.keys()):
        one = (old[member],) if member in old else ()
        other = (new[member],) if member in new else ()
        yield from _parts(f"{prefix}{member}", one, other, label)


def _items(path: str, old: list[Json], new: list[Json], label: Label) -> Iterator[tuple[str, Sides, Sides]]:
    one, other = _by_label(_without(old, new), label), _by_label(_without(new, old), label)
    for name in sorted(one.keys() | other.keys()):
        pairs = zip_longest([(item,) for item in one[name]], [(item,) for item in other[name]], fillvalue=())
        for number, (before, after) in enumerate(pairs, start=1):
            shown = f"{name} #{number}" if name and number > 1 else name or str(number)
            yield from _parts(f"{path}[{shown}]", before, after, label)


def _without(items: list[Json], others: list[Json]) -> list[Json]:
    shared = Counter(map(canonical_json, others))
    kept = []
    for item in items:
        text = canonical_json(item)
        if shared[text]:
            shared[text] -= 1
        else:
            kept.append(item)
    return kept


def _by_label(items: list[Json], label: Label) -> defaultdict[str, list[Json]]:
    grouped: defaultdict[str, list[Json]] = defaultdict(list)
    for item in items:
        grouped[label(item)].append(item)
    return grouped
