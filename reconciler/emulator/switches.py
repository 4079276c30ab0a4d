"""A vendor's open questions, each as a switch with the answer assumed by default, and how they are written as text.

Must never know which switches a vendor has, nor how an app obeys them.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Final, Self, get_args, get_type_hints

from reconciler.errors import InvalidInput, Problem

_TRUTH: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """No switches yet: a vendor adds its own, each a `bool` or a `Literal` with what is assumed by default."""

    @classmethod
    def parse(cls, settings: Iterable[str]) -> Self:
        """Return the switches that texts of the form `name=value` set, the last one of a name winning.

        Raises `InvalidInput` with one problem (`unknown-switch`) for each text that is wrong.
        """
        kinds = get_type_hints(cls)
        known = {one.name: _allowed(kinds[one.name]) for one in fields(cls)}
        values: dict[str, bool | int | str] = {}
        problems: list[Problem] = []
        for setting in settings:
            name, equals, text = setting.partition("=")
            allowed = known.get(name, {})
            if name not in known:
                problems.append(_problem(f"switch `{name}`: there is no such switch", _nearest(name, known)))
            elif not equals or text not in allowed:
                said = f"`{text}` is not a value for it" if equals else "it has no value"
                problems.append(
                    _problem(f"switch `{name}`: {said}", f"one of {_listed(f'{name}={v}' for v in allowed)}")
                )
            else:
                values[name] = allowed[text]
        if problems:
            raise InvalidInput(*problems)
        return cls(**values)


def _allowed(kind: object) -> dict[str, bool | int | str]:
    return {**_TRUTH} if kind is bool else {str(value): value for value in get_args(kind)}


def _nearest(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    return f"did you mean `{near[0]}`?" if near else f"one of {_listed(names)}"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _problem(message: str, hint: str) -> Problem:
    return Problem(code="unknown-switch", message=message, hint=hint)
