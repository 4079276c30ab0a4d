"""`${name}` in the strings of a body, and `$${` for a literal one. Must never touch member names."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reconciler.core.segment import Body, Json
from reconciler.intake.lexical import shown
from reconciler.intake.lines import Pointer
from reconciler.intake.words import listed, nearest

_REFERENCE = re.compile(r"\$\$\{|\$\{(?:([^{}]*)\})?")
_ESCAPE_HINT = "for a literal `${` write `$${`"


@dataclass(frozen=True, slots=True)
class Unresolved:
    """One reference that stands for nothing: the string it is in, what is wrong, the remedy."""

    pointer: Pointer
    code: str
    message: str
    hint: str


def substituted(body: Body, variables: Mapping[str, str]) -> tuple[dict[str, Json], list[Unresolved]]:
    """Return a body with every reference in its strings replaced, and the references that stand for nothing."""
    unresolved: list[Unresolved] = []

    def replaced(text: str, pointer: Pointer) -> str:
        def one(match: re.Match[str]) -> str:
            name = match[1]
            if match[0] == "$${":
                return "${"
            if name in variables:
                return variables[name]
            unresolved.append(_unresolved(name, text, pointer, variables))
            return match[0]

        return _REFERENCE.sub(one, text)

    return {name: _mapped(value, replaced, (name,)) for name, value in body.items()}, unresolved


def escaped(body: Body) -> dict[str, Json]:
    """Return a body whose strings, once substituted, are these; for bodies that come from a vendor."""
    return {name: _mapped(value, lambda text, _: text.replace("${", "$${"), ()) for name, value in body.items()}


def _unresolved(name: str | None, text: str, pointer: Pointer, variables: Mapping[str, str]) -> Unresolved:
    if name is None:
        hint = f"close it, as in `${{name}}`; {_ESCAPE_HINT}"
        return Unresolved(pointer, "unclosed-variable", f"a `${{` is not closed in {shown(text)}", hint)
    if variables:
        hint = nearest(name, variables, f"the target's `vars` are {listed(variables)}; {_ESCAPE_HINT}")
    else:
        hint = f"the target has no `vars` in `reconciler.toml`; {_ESCAPE_HINT}"
    return Unresolved(pointer, "unknown-variable", f"unknown variable {shown(name)}", hint)


def _mapped(value: Json, change: Callable[[str, Pointer], str], pointer: Pointer) -> Json:
    match value:
        case str():
            return change(value, pointer) if "${" in value else value
        case list():
            return [_mapped(item, change, (*pointer, index)) for index, item in enumerate(value)]
        case dict():
            return {name: _mapped(item, change, (*pointer, name)) for name, item in value.items()}
        case _:
            return value
