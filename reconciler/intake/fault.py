"""What one error of the validator means for the one who wrote the value: which part, which code, words, remedy."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from reconciler.intake import branch
from reconciler.intake.breach import Breach, Schema
from reconciler.intake.lexical import shown
from reconciler.intake.lines import Pointer
from reconciler.intake.words import alternatives, described, inside, listed, nearest, path

_BOUNDS = {
    "minItems": ("too-few", "has {} items, at least {}"),
    "maxItems": ("too-many", "has {} items, at most {}"),
    "minProperties": ("too-few", "has {} members, at least {}"),
    "maxProperties": ("too-many", "has {} members, at most {}"),
    "maxLength": ("too-long", "has {} characters, at most {}"),
    "minLength": ("too-short", "has {} characters, at least {}"),
}
_RANGES = {
    "minimum": "must be at least",
    "maximum": "must be at most",
    "exclusiveMinimum": "must be more than",
    "exclusiveMaximum": "must be less than",
    "multipleOf": "must be a multiple of",
}
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a value, by pointer; on the key of the pointer's value where `on_key` says so."""

    pointer: Pointer
    code: str
    message: str
    hint: str = ""
    on_key: bool = False


def faults(breach: Breach, root: Schema) -> Iterator[Fault]:
    """Yield what an error means; for a choice, what keeps the value from the branch that it most nearly means."""
    keyword = breach.keyword
    if keyword in {"anyOf", "oneOf"}:
        yield from _choice(breach, root)
    elif breach.of_name:
        pointer = (*breach.pointer, breach.value)
        message = f"{shown(breach.value)} is not a name that can stand here"
        yield Fault(pointer, "bad-form", message, breach.description, on_key=True)
    elif keyword in _BOUNDS:
        code, words = _BOUNDS[keyword]
        message = f"{breach.subject} {words.format(len(breach.value), breach.rule) if breach.value else 'is empty'}"
        yield Fault(breach.pointer, code, message, breach.description)
    elif keyword in _RANGES:
        message = f"{breach.subject} is {breach.value}, and {_RANGES[keyword]} {breach.rule}"
        yield Fault(breach.pointer, "out-of-range", message, breach.description)
    else:
        yield from _EXPLAINED.get(keyword, _other)(breach)


def _choice(breach: Breach, root: Schema) -> Iterator[Fault]:
    if not breach.parts:
        words = breach.complaint or "has several of the forms at once that exclude one another"
        message = f"{breach.subject} {words}"
        yield Fault(breach.pointer, "ambiguous-form", message, breach.description)
        return
    if types := branch.only_types(breach):
        yield _wrong_type(breach, types)
    elif values := branch.only_values(breach):
        yield _not_allowed(values[0][0], [value for _, allowed in values for value in allowed])
    else:
        for nested in branch.nearest_branch(breach, root):
            yield from faults(nested, root)


def _type(breach: Breach) -> Iterable[Fault]:
    return [_wrong_type(breach, breach.types)]


def _wrong_type(breach: Breach, types: list[str]) -> Fault:
    pointer = breach.pointer
    found = "another kind of value" if breach.secret else described(breach.value)
    subject = f" for {path(pointer)}" if pointer else ""
    message = f"expected {alternatives(types)}{subject}, found {found}"
    hint = "" if breach.secret else _conversion(breach.value, types)
    return Fault(pointer, "wrong-type", message, hint or breach.description)


def _conversion(value: object, types: list[str]) -> str:
    """Return how to write the same value in the type that is asked for, where that is plain."""
    if "string" in types and isinstance(value, bool | int | float):
        return f"write `{json.dumps(json.dumps(value))}`"
    if isinstance(value, str):
        numeric = {"number", "integer"} & set(types) and _NUMBER.fullmatch(value)
        if numeric or ("boolean" in types and value in {"true", "false"}):
            return f"write `{value}`, without quotes"
    return "put it in a list: `[…]`" if types == ["array"] and value is not None else ""


def _enum(breach: Breach) -> Iterable[Fault]:
    return [_not_allowed(breach, breach.rule)]


def _const(breach: Breach) -> Iterable[Fault]:
    return [_not_allowed(breach, [breach.rule])]


def _not_allowed(breach: Breach, allowed: list[object]) -> Fault:
    pointer = breach.pointer
    subject = f" for {path(pointer)}" if pointer else " here"
    found = "this value" if breach.secret else described(breach.value)
    known = list(dict.fromkeys(json.dumps(value) for value in allowed))
    values = [json.loads(value) for value in known]
    hint = nearest(breach.value, [value for value in values if isinstance(value, str)], f"allowed: {listed(values)}")
    return Fault(pointer, "not-allowed", f"{found} is not allowed{subject}", hint)


def _unknown(breach: Breach) -> Iterable[Fault]:
    patterns = breach.schema.get("patternProperties", {})
    known = list(breach.schema.get("properties", {}))
    complaint = f": {breach.complaint}" if breach.complaint else ""
    remedy = breach.description if breach.complaint else _known(known)
    for name in breach.value:
        if name not in known and not any(re.search(pattern, name) for pattern in patterns):
            pointer = (*breach.pointer, name)
            message = f"unknown member {shown(name)}{inside(pointer[:-1])}{complaint}"
            yield Fault(pointer, "unknown-member", message, nearest(name, known, remedy), on_key=True)


def _known(names: list[str]) -> str:
    return f"known here: {listed(names)}" if names else "nothing can stand here"


def _missing(breach: Breach) -> Iterable[Fault]:
    pointer = breach.pointer
    for name in breach.rule:
        if name not in breach.value:
            member = breach.schema.get("properties", {}).get(name, {})
            meaning = member.get("description", "") if isinstance(member, dict) else ""
            hint = f"add `{name}`" + (f": {meaning}" if meaning else "")
            yield Fault(pointer, "missing-member", f"`{name}` is missing{inside(pointer)}", hint)


def _pattern(breach: Breach) -> Iterable[Fault]:
    found = "" if breach.secret else f": {shown(breach.value)}"
    words = f"does not have the form that it needs{found}" if breach.value else "is empty"
    message = f"{breach.subject} {words}"
    return [Fault(breach.pointer, "bad-form", message, breach.description)]


def _unique(breach: Breach) -> Iterable[Fault]:
    seen: dict[str, int] = {}
    for index, item in enumerate(breach.value):
        first = seen.setdefault(json.dumps(item, sort_keys=True), index)
        if first != index:
            pointer = (*breach.pointer, index)
            yield Fault(pointer, "duplicate-item", f"{path(pointer)} repeats item {first + 1}", "keep one of them")


def _not(breach: Breach) -> Iterable[Fault]:
    hint = breach.rule.get("description", "") if isinstance(breach.rule, dict) else ""
    message = f"{breach.subject} has a form that is not allowed here"
    return [Fault(breach.pointer, "not-allowed", message, hint or breach.description)]


def _other(breach: Breach) -> Iterable[Fault]:
    message = f"{breach.subject} is not allowed here (`{breach.keyword}`)"
    return [Fault(breach.pointer, "not-allowed", message, breach.description)]


_EXPLAINED: dict[str, Callable[[Breach], Iterable[Fault]]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "additionalProperties": _unknown,
    "required": _missing,
    "pattern": _pattern,
    "uniqueItems": _unique,
    "not": _not,
}
