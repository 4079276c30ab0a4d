"""Which comparisons are not true of a contact that lacks the field, where they are in MongoDB. Knows no message.

The vendor's database answers "unknown" to any comparison with a missing field, and "unknown" again to its opposite;
MongoDB says that what is missing differs from everything. Source: the vendor's query library, executed.
"""

from collections.abc import Iterator, Sequence

from reconciler.providers.kibamail.conditions import LOGICAL, NOT, Logical, Node, Pointer, Test
from reconciler.providers.kibamail.kinds import ALWAYS_SET

DIFFERENT = frozenset({"ne", "nin"})


def left_out(nodes: Sequence[Node]) -> Iterator[Test]:
    """Yield each comparison for which a contact without the field is left out and MongoDB would keep it.

    Nothing is yielded where another condition decides for such contacts, such as `exists` in the same `$and` or `$or`.
    """
    for field in dict.fromkeys(node.field for node in nodes if isinstance(node, Test)):
        if field not in ALWAYS_SET:
            vendor = _values(nodes, field, mongo=False)
            mongo = _values(nodes, field, mongo=True)
            for node in nodes:
                if isinstance(node, Test) and node.field == field and not _settled(node, vendor, mongo):
                    yield node


def _settled(test: Test, vendor: dict[Pointer, bool | None], mongo: dict[Pointer, bool | None]) -> bool:
    """Say whether a contact without the field ends the same in both, as far as this comparison goes."""
    if _value(test, test.field, mongo=False) is not None or _value(test, test.field, mongo=True) is _odd(test.pointer):
        return True
    return any(vendor[at] is not None or mongo[at] is _odd(at) for at in _upwards(_home(test)))


def _odd(pointer: Pointer) -> bool:
    """Say whether what stands here is turned into its opposite."""
    return pointer.count(NOT) % 2 == 1


def _values(nodes: Sequence[Node], field: str, *, mongo: bool) -> dict[Pointer, bool | None]:
    """Return what each condition is for a contact that lacks a field; None is unknown, or depends on other fields."""
    found: dict[Pointer, bool | None] = {}
    parts: dict[Pointer, list[Pointer]] = {}
    for node in reversed(nodes):
        home = _home(node)
        if isinstance(node, Logical):
            operator = next(name for name in LOGICAL if name in node.operators)
            inner = [found[part] for part in parts.get((*home, operator), [])]
            value = _combined(operator, inner)
        else:
            value = _value(node, field, mongo=mongo) if isinstance(node, Test) else None
        if home in found:
            found[home] = _combined("$and", [found[home], value])
        else:
            found[home] = value
            parts.setdefault(_list(home), []).append(home)
    return found


def _value(test: Test, field: str, *, mongo: bool) -> bool | None:
    if test.field != field:
        return None
    if test.operator == "exists":
        return test.value is not True
    if test.value == [] and test.operator in {"in", "nin"}:
        return test.operator == "nin"
    return test.operator in DIFFERENT if mongo else None


def _combined(operator: str, values: list[bool | None]) -> bool | None:
    if operator == NOT:
        return None if values in ([], [None]) else not values[0]
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
