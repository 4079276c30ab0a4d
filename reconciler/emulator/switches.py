"""The vendor's open questions, each as a switch with the answer assumed by default.

Knows the names and how they are written as text. Must never know how an app obeys them.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Final, Literal, Self, get_args

from reconciler.errors import InvalidInput, Problem

SystemWriteStatus = Literal[403, 409]
_TRUTH: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """What the pages leave open.

    - `system_in_list`: the plain list shows system segments too.
    - `restart_on_unknown_cursor`: a cursor that is not in the list starts again from the top, with the header
      `X-Qon-Pagination-Restarted: true`; otherwise it is answered 422.
    - `conflict_on_used`: deleting a segment that an automation uses is answered 409; otherwise it succeeds.
    - `delete_body`: a deletion is answered 200 with a body; otherwise 204 without one.
    - `unique_names`: a name that is taken is answered 409 `already_exists`; otherwise names may repeat.
    - `system_write_status`: 403 or 409, for changing or deleting a system segment.
    - `next_cursor`: a list that goes on says the next cursor; otherwise it is always null.
    """

    system_in_list: bool = False
    restart_on_unknown_cursor: bool = True
    conflict_on_used: bool = True
    delete_body: bool = False
    unique_names: bool = False
    system_write_status: SystemWriteStatus = 403
    next_cursor: bool = True

    @classmethod
    def parse(cls, settings: Iterable[str]) -> Self:
        """Return the switches that texts of the form `name=value` set, the last one of a name winning.

        Raises `InvalidInput` with one problem (`unknown-switch`) for each text that is wrong.
        """
        known = {one.name: one.default for one in fields(cls)}
        values: dict[str, bool | int] = {}
        problems: list[Problem] = []
        for setting in settings:
            name, equals, text = setting.partition("=")
            allowed = _allowed(known.get(name))
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
        return cls(**values)  # type: ignore[arg-type]


def _allowed(default: object) -> dict[str, bool | int]:
    return {**_TRUTH} if isinstance(default, bool) else {str(status): status for status in get_args(SystemWriteStatus)}


def _nearest(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    return f"did you mean `{near[0]}`?" if near else f"one of {_listed(names)}"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _problem(message: str, hint: str) -> Problem:
    return Problem(code="unknown-switch", message=message, hint=hint)
