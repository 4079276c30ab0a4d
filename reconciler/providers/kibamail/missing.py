"""Which comparisons are not true of a contact that lacks the field, where they are in MongoDB. Knows no message.

The vendor's database answers "unknown" to any comparison with a missing field, and "unknown" again to its opposite;
MongoDB says that what is missing differs from everything. Source: the vendor's query library, executed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from reconciler.providers.kibamail.conditions import LOGICAL, NOT, Logical, Node, Pointer, Test
from reconciler.providers.kibamail.kinds import ALWAYS_SET

DIFFERENT = frozenset({"ne", "nin"})
Truth: TypeAlias = bool | None
"""Whether a condition is true of a contact that lacks a field; None is unknown, or depends on other fields."""


def left_out(nodes: Sequence[Node]) -> Iterator[Test]:
    """Yield each comparison for which a contact without the field is left out and MongoDB would keep it.

    Nothing is yielded where another condition decides for such contacts, such as `exists` in the same `$and` or `$or`.
    """
    fields: dict[str, list[Test]] = {}
    for node in nodes:
        if isinstance(node, Test) and node.field not in ALWAYS_SET:
            fields.setdefault(node.field, []).append(node)
    if all(_decided(test) for tests in fields.values() for test in tests):
        return
    tree = _Tree(nodes)
    for tests in fields.values():
        vendor, mongo = tree.lacking(tests, mongo=False), tree.lacking(tests, mongo=True)
        yield from (test for test in tests if not _settled(test, vendor, mongo))


class _Tree:
    """How conditions combine, counted, so that each field costs no more than the way from its comparisons to the top.

    What is counted holds for a contact that lacks a field which no comparison names.
    """

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._operators: dict[Pointer, str] = {}
        self._inside: defaultdict[Pointer, Counter[Truth]] = defaultdict(Counter)
        self._below: defaultdict[Pointer, Counter[Truth]] = defaultdict(Counter)
        homes: defaultdict[Pointer, dict[Pointer, None]] = defaultdict(dict)
        # NOTE: from the last to the first, since a combination comes before its parts.
        for node in reversed(nodes):
            home = _home(node)
            homes[_list(home)].setdefault(home)
            value: Truth = None
            if isinstance(node, Logical):
                operator = next(name for name in LOGICAL if name in node.operators)
                at = (*home, operator)
                self._operators[home] = operator
                self._below[at] = Counter(_combined("$and", self._inside[part]) for part in homes[at])
                value = _combined(operator, self._below[at])
            self._inside[home][value] += 1

    def lacking(self, tests: Iterable[Test], *, mongo: bool) -> dict[Pointer, Truth]:
        """Return what each condition around the comparisons of one field is for a contact that lacks it."""
        inside: defaultdict[Pointer, Counter[Truth]] = defaultdict(Counter)
        below: defaultdict[Pointer, Counter[Truth]] = defaultdict(Counter)
        for test in tests:
            _replace(inside[_home(test)], None, _value(test, mongo=mongo))
        found: dict[Pointer, Truth] = {}
        for home in sorted({at for each in inside for at in _upwards(each)}, key=len, reverse=True):
            operator = self._operators.get(home, "")
            at = (*home, operator)
            if at in below:
                before = self._below[at]
                _replace(inside[home], _combined(operator, before), _combined(operator, _sum(before, below[at])))
            before = self._inside[home]
            found[home] = _combined("$and", _sum(before, inside[home]))
            _replace(below[_list(home)], _combined("$and", before), found[home])
        return found


def _replace(changes: Counter[Truth], before: Truth, after: Truth) -> None:
    changes[before] -= 1
    changes[after] += 1


def _sum(before: Mapping[Truth, int], changes: Mapping[Truth, int]) -> dict[Truth, int]:
    return {value: before.get(value, 0) + changes.get(value, 0) for value in (True, False, None)}


def _settled(test: Test, vendor: Mapping[Pointer, Truth], mongo: Mapping[Pointer, Truth]) -> bool:
    """Say whether a contact without the field ends the same in both, as far as this comparison goes."""
    return _decided(test) or any(vendor[at] is not None or mongo[at] is _odd(at) for at in _upwards(_home(test)))


def _decided(test: Test) -> bool:
    """Say whether a comparison by itself leaves a contact without the field out, or keeps it, in both."""
    return _value(test, mongo=False) is not None or _value(test, mongo=True) is _odd(test.pointer)


def _odd(pointer: Pointer) -> bool:
    """Say whether what stands here is turned into its opposite."""
    return pointer.count(NOT) % 2 == 1


def _value(test: Test, *, mongo: bool) -> Truth:
    """Return what a comparison is for a contact that lacks its field."""
    if test.operator == "exists":
        return test.value is not True
    if test.value == [] and test.operator in {"in", "nin"}:
        return test.operator == "nin"
    return test.operator in DIFFERENT if mongo else None


def _combined(operator: str, counted: Mapping[Truth, int]) -> Truth:
    values = {value for value, count in counted.items() if count}
    if operator == NOT:
        only = next(iter(values), None)
        return None if only is None else not only
    decisive = operator == "$or"
    if decisive in values:
        return decisive
    return None if None in values else not decisive


def _home(node: Node) -> Pointer:
    """Return the pointer of the object that a node is written in."""
    if isinstance(node, Test):
        return node.pointer[:-2] if node.mongo else node.pointer
    return node.pointer if isinstance(node, Logical) else node.pointer[:-1]


def _list(home: Pointer) -> Pointer:
    """Return the pointer of the operator that an object stands under."""
    return home[:-1] if isinstance(home[-1], int) else home


def _upwards(home: Pointer) -> Iterator[Pointer]:
    while len(home) > 1:
        yield home
        home = _list(home)[:-1]
    yield home
