"""The names in conditions that only the live project knows: custom properties, and topics. Must never ask it."""

from collections.abc import Iterable, Iterator, Sequence

from reconciler.core.report import Finding
from reconciler.core.segment import Body
from reconciler.intake.lexical import shown
from reconciler.providers.kibamail.conditions import BUILT_INS, Pointer, Test, Topic, walk

SHOWN = 5


def named(body: Body) -> tuple[Test | Topic, ...]:
    """Return the comparisons and the topics of a body, as they are written one after another; total."""
    return tuple(node for node in walk(body.get("conditions")) if isinstance(node, Test | Topic))


def is_custom(node: Test | Topic) -> bool:
    """Say whether this compares a custom property."""
    return isinstance(node, Test) and node.field not in BUILT_INS


def unchecked(nodes: Iterable[Test | Topic], why: str = "") -> Iterator[Finding]:
    """Yield one warning, at the first name, for all names that nobody looked up; none where there are no names."""
    places: list[tuple[Pointer, str]] = []
    for node in nodes:
        if isinstance(node, Topic):
            places += [(node.pointer, f"the topic {shown(each)}") for each in node.ids]
        elif is_custom(node):
            places.append((node.field_pointer, f"the property {shown(node.field)}"))
    if places:
        words = f"only the live project knows {enumerated([words for _, words in places])}, and was not asked"
        hint = "`reconciler plan` asks it, with a key that has the scopes `read:contact-properties` and `read:topics`"
        yield Finding(places[0][0], "unchecked-names", words + (f": {why}" if why else ""), hint)


def enumerated(words: Sequence[str]) -> str:
    """Return words one after another, each once; of many the first, and how many more there are."""
    once = list(dict.fromkeys(words))
    more = f" and {len(once) - SHOWN} more" if len(once) > SHOWN else ""
    return ", ".join(once[:SHOWN]) + more
