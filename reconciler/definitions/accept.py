"""A fast yes to values that a schema surely allows. Never says no: what it does not wave through is held to the schema.

It knows only the keywords below; a schema that has another is never waved through.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sized
from typing import Any, TypeAlias

Accept: TypeAlias = Callable[[Any], bool]
Part: TypeAlias = Any
"""Any JSON value; in a schema, a schema or what a keyword says."""

_ANNOTATIONS = {"$schema", "$id", "$comment", "$defs", "title", "description", "default", "examples", "writeOnly"}
_TYPES: dict[str, Accept] = {
    "string": lambda value: type(value) is str,
    "boolean": lambda value: type(value) is bool,
    "integer": lambda value: type(value) is int,
    "number": lambda value: type(value) in {int, float},
    "null": lambda value: value is None,
    "array": lambda value: type(value) is list,
    "object": lambda value: type(value) is dict,
}
_SIZED: dict[str, tuple[type[Sized], Callable[[int, int], bool]]] = {
    "minLength": (str, operator.ge),
    "maxLength": (str, operator.le),
    "minItems": (list, operator.ge),
    "maxItems": (list, operator.le),
    "minProperties": (dict, operator.ge),
    "maxProperties": (dict, operator.le),
}


def acceptor(schema: Mapping[str, Any]) -> Accept:
    """Return a function that says yes only to values that the schema allows."""
    return _Compilation(schema).of(schema)


class _Compilation:
    """One schema on its way to a function; what its references stand for is compiled once."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._known: dict[str, Accept] = {}

    def of(self, part: Part) -> Accept:
        """Return the function for a schema or a part of one."""
        if not isinstance(part, Mapping):
            return _always if part is True else _never
        every = tuple(self._check(keyword, part) for keyword in part if keyword not in _ANNOTATIONS)
        if len(every) == 1:
            return every[0]

        def accept(value: object) -> bool:
            for check in every:  # noqa: SIM110 - a generator costs more than the checks
                if not check(value):
                    return False
            return True

        return accept

    def _check(self, keyword: str, part: Mapping[str, Any]) -> Accept:
        value = part[keyword]
        match keyword:
            case "properties":
                return _members([(name, self.of(each)) for name, each in value.items()])
            case "additionalProperties" if "patternProperties" not in part:
                return _others(frozenset(part.get("properties", {})), self.of(value))
            case "propertyNames":
                return _names(self.of(value))
            case "items" if "prefixItems" not in part:
                return _items(self.of(value))
            case "$ref":
                return self._refer(value.removeprefix("#/$defs/"))
            case _ if keyword in _SIZED:
                return _size(*_SIZED[keyword], value)
            case _:
                return _SIMPLE.get(keyword, _unknown)(value)

    def _refer(self, name: str) -> Accept:
        known = self._known
        if name not in known:
            known[name] = _never
            known[name] = self.of(self._root.get("$defs", {}).get(name))
        return lambda value: known[name](value)  # noqa: PLW0108 - it may not be known yet


def _never(_: object) -> bool:
    return False


def _unknown(_: object) -> Accept:
    return _never


def _always(_: object) -> bool:
    return True


def _type(value: Part) -> Accept:
    kinds = [_TYPES[name] for name in ([value] if isinstance(value, str) else value)]
    return kinds[0] if len(kinds) == 1 else lambda found: any(kind(found) for kind in kinds)


def _enum(values: list[Any]) -> Accept:
    allowed = frozenset(value for value in values if type(value) is str)
    return lambda found: type(found) is str and found in allowed


def _pattern(value: str) -> Accept:
    search = re.compile(value).search
    return lambda found: type(found) is not str or search(found) is not None


def _required(names: list[str]) -> Accept:
    wanted = frozenset(names)
    return lambda found: type(found) is not dict or wanted <= found.keys()


def _unique(value: Part) -> Accept:
    return lambda found: not value or type(found) is not list or _distinct(found)


def _distinct(items: list[Any]) -> bool:
    return all(type(item) is str for item in items) and len(set(items)) == len(items)


def _size(kind: type[Sized], compare: Callable[[int, int], bool], bound: int) -> Accept:
    return lambda found: not isinstance(found, kind) or compare(len(found), bound)


def _members(known: list[tuple[str, Accept]]) -> Accept:
    def accept(found: Part) -> bool:
        if type(found) is dict:
            for name, check in known:
                if name in found and not check(found[name]):
                    return False
        return True

    return accept


def _others(known: frozenset[str], check: Accept) -> Accept:
    def accept(found: Part) -> bool:
        return type(found) is not dict or all(check(found[name]) for name in found.keys() - known)

    return accept


def _names(check: Accept) -> Accept:
    return lambda found: type(found) is not dict or all(map(check, found))


def _items(check: Accept) -> Accept:
    return lambda found: type(found) is not list or all(map(check, found))


_SIMPLE: dict[str, Callable[[Any], Accept]] = {
    "type": _type,
    "enum": _enum,
    "pattern": _pattern,
    "required": _required,
    "uniqueItems": _unique,
}
