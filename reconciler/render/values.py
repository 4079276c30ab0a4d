"""JSON values of any vendor in few words. It knows what makes a condition, and no vendor."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import assert_never

from reconciler.core.canonical import canonical_json
from reconciler.core.plan import Action, Change, FieldChange, FieldKind
from reconciler.core.segment import Body, Json
from reconciler.render.escape import quoted, visible

OPERATORS = ("comparator", "operator", "relation")
OPERANDS = ("value", "values")
BARE = re.compile(r"[\w$][\w.$-]*")
TOKEN = re.compile(r"[^\s,{}\[\]\"]+")
ONE_LINE = 72
FEW = 4


def compact(value: Json) -> str:
    """Return a value on one line: `environment eq "prod", negate true`, `{type "AND"}` inside another, else JSON."""
    match value:
        case dict() if value:
            return ", ".join(_members(value))
        case list():
            return f"[{', '.join(map(_inner, value))}]"
        case _:
            return quoted(value)


def tree(value: Json) -> Iterator[str]:
    """Yield a value line by line: a list of objects item by item, and what is deep or long with its parts indented."""
    match value:
        case list() if any(isinstance(item, dict) for item in value):
            for item in value:
                yield from tree(item)
        case dict() if len(compact(value)) > ONE_LINE and _statement(value) is None:
            yield from _branches(value)
        case _:
            yield compact(value)


def members(change: Change) -> list[tuple[str, list[str]]]:
    """Return what a change makes, or what it takes away: each member with its lines, less what its first line shows."""
    body = change.before if change.action is Action.DELETE else change.after
    lost = [("id", [word(change.id)])] if change.action is Action.DELETE and change.key and change.id else []
    shown = {"name": change.name}
    return lost + [
        (word(member), list(tree(value)) or ["[]"])
        for member, value in (body or {}).items()
        if member not in shown or value != shown[member]
    ]


def sides(field: FieldChange) -> tuple[str, str]:
    """Return what stood before and what stands after, empty where absent; of objects, only the members that differ."""
    match field.kind:
        case FieldKind.ADDED:
            return "", _beside(field.path, field.after)
        case FieldKind.REMOVED:
            return _beside(field.path, field.before), ""
        case FieldKind.CHANGED:
            return _differing(field.before, field.after)
        case _:
            assert_never(field.kind)


@lru_cache(4096)
def word(text: str) -> str:
    """Return a member's name or a path, in quotes where it could be taken for something else."""
    plain = not re.search(r"[\"→]|\s{2}", text) and text == text.strip() != ""
    return visible(text) if plain else quoted(text)


def _beside(path: str, value: Json) -> str:
    """Return a value less the subject and the operator that its path ends with, such as `conditions[renewable eq]`."""
    if not isinstance(value, dict) or (statement := _statement(value)) is None:
        return compact(value)
    subject, operator, operand = statement
    if not path.endswith(f"[{value[subject]} {value[operator]}]"):
        return compact(value)
    return ", ".join([*_named(value, [operand]), *_named(value, value.keys() - statement)])


def _differing(before: Json, after: Json) -> tuple[str, str]:
    match before, after:
        case dict(), dict() if before.keys() & after.keys():
            names = [name for name in sorted(before.keys() | after.keys()) if _apart(name, before, after)]
            pairs = [_member_sides(name, before, after) for name in names]
            return ", ".join(one for one, _ in pairs), ", ".join(other for _, other in pairs)
        case list(), list():
            return _without_shared(before, after), _without_shared(after, before)
        case _:
            return compact(before), compact(after)


def _apart(name: str, before: Body, after: Body) -> bool:
    if name not in before or name not in after:
        return True
    old, new = before[name], after[name]
    return old != new if isinstance(old, str) and isinstance(new, str) else canonical_json(old) != canonical_json(new)


def _member_sides(name: str, before: Body, after: Body) -> tuple[str, str]:
    shown = _name(name)
    one, other = (_inner(side[name]) if name in side else "absent" for side in (before, after))
    old, new = before.get(name), after.get(name)
    if isinstance(old, list) and isinstance(new, list):
        one, other = _without_shared(old, new), _without_shared(new, old)
    return f"{shown} {one}", f"{shown} {other}"


def _without_shared(items: list[Json], others: list[Json]) -> str:
    """Return a list without the many items that the other side has too, saying how many those are."""
    there = Counter(map(canonical_json, others))
    own = []
    for item in items:
        text = canonical_json(item)
        there[text] -= 1
        own += [item] if there[text] < 0 else []
    shared = len(items) - len(own)
    if shared <= FEW or shared == len(items) == len(others):
        return compact(items)
    return f"[{', '.join([*map(_inner, own), f'…and {shared} in both'])}]"


def _members(value: dict[str, Json]) -> list[str]:
    statement = _statement(value)
    if statement is None:
        return _named(value, value)
    subject, operator, operand = statement
    said = f"{value[subject]} {value[operator]} {_inner(value[operand])}"
    return [said, *_named(value, value.keys() - statement)]


def _named(value: dict[str, Json], names: Iterable[str]) -> list[str]:
    ordered = sorted(names, key=lambda name: (isinstance(value[name], dict | list), name))
    return [f"{_name(name)} {_inner(value[name])}" for name in ordered]


def _statement(value: dict[str, Json]) -> tuple[str, str, str] | None:
    """Return the members that say subject, operator and value of a condition, where these are beyond doubt."""
    tokens = [name for name, part in value.items() if isinstance(part, str) and _token(part)]
    operators = [name for name in tokens if name in OPERATORS]
    subjects = [name for name in tokens if name not in {*OPERATORS, *OPERANDS}]
    operands = sorted((name for name in OPERANDS if name in value), key=lambda name: value[name] in ("", []))
    if len(operators) == len(subjects) == 1 and operands:
        return subjects[0], operators[0], operands[0]
    return None


@lru_cache(4096)
def _token(text: str) -> bool:
    return text.isprintable() and TOKEN.fullmatch(text) is not None


def _branches(value: dict[str, Json]) -> Iterator[str]:
    leaves: dict[str, Json] = {name: part for name, part in value.items() if not isinstance(part, dict | list)}
    if leaves:
        yield compact(leaves)
    for name in sorted(value.keys() - leaves.keys()):
        yield _name(name)
        for line in tree(value[name]):
            yield f"  {line}"


def _inner(value: Json) -> str:
    return f"{{{compact(value)}}}" if isinstance(value, dict) and value else compact(value)


@lru_cache(4096)
def _name(name: str) -> str:
    return name if BARE.fullmatch(name) and name.isprintable() else quoted(name)
