"""The names in conditions that only the live project knows: custom properties, and topics. Must never ask it."""

import difflib
from collections.abc import Iterable, Iterator

from reconciler.core.finding import UNCHECKED, Finding
from reconciler.core.segment import Body
from reconciler.intake.lexical import shown
from reconciler.providers.kibamail.conditions import BUILT_INS, Pointer, Test, Topic, walk
from reconciler.providers.looking import SHOWN, enumerated

SCOPES = "the scopes `read:contact-properties` and `read:topics`"
_CLOSE = 0.85
_LOWERED = {name.lower(): name for name in BUILT_INS}


def named(body: Body) -> tuple[Test | Topic, ...]:
    """Return the comparisons and the topics of a body, as they are written one after another; total."""
    return tuple(node for node in walk(body.get("conditions")) if isinstance(node, Test | Topic))


def is_custom(node: Test | Topic) -> bool:
    """Say whether this compares a custom property."""
    return isinstance(node, Test) and node.field not in BUILT_INS


def unchecked(nodes: Iterable[Test | Topic], why: str = "") -> Iterator[Finding]:
    """Yield one warning, at the first name, for all names that were not looked up; none where there are no names.

    `why` is the reason for which the project, though it was asked, did not tell.
    """
    custom: dict[str, None] = {}
    places: list[tuple[Pointer, str]] = []
    for node in nodes:
        if isinstance(node, Topic):
            places += [(node.pointer, f"the topic {shown(each)}") for each in node.ids]
        elif is_custom(node):
            custom.setdefault(node.field)
            places.append((node.field_pointer, f"the property {shown(node.field)}"))
    if places:
        words = f"only the live project knows {enumerated([words for _, words in places])}, and"
        said = f"{words} did not tell: {why}" if why else f"{words} was not asked"
        hint = f"the key needs {SCOPES}" if why else f"`reconciler plan` asks it, with a key that has {SCOPES}"
        yield Finding(places[0][0], UNCHECKED, said, _meant([*custom][:SHOWN]) + hint)


def _meant(fields: Iterable[str]) -> str:
    """Return the first hint, if any, that a property is a built-in field with a slip of the pen."""
    for field in fields:
        for close in difflib.get_close_matches(field.lower(), _LOWERED, n=1, cutoff=_CLOSE):
            return f"did you mean {shown(_LOWERED[close])} by {shown(field)}? "
    return ""
