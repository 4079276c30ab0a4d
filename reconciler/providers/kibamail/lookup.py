"""What a body names, held against the live project: its custom properties with their types, and its topics.

Must never ask for what no body mentions, nor for the same thing twice. The vendor refuses unknown properties without
saying where they stand, and checks neither topics nor the types of values.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from reconciler.core.finding import Finding
from reconciler.core.segment import Body
from reconciler.errors import Severity
from reconciler.intake.lexical import shown
from reconciler.intake.words import nearest
from reconciler.providers.kibamail.conditions import BUILT_INS, Test, Topic
from reconciler.providers.kibamail.kinds import Kind, kind_of, mistakes
from reconciler.providers.kibamail.names import is_custom, named, unchecked
from reconciler.providers.looking import Unreadable, asked, enumerated

KINDS = {"STRING": Kind.STRING, "NUMBER": Kind.NUMBER, "DATE": Kind.DATE}
CREATE = "create it in Kibamail first, or correct the"

Names: TypeAlias = Mapping[str, str] | Unreadable


@dataclass(slots=True)
class Project:
    """The names of one project: `read_properties` returns types by name, `read_topics` names by id, over the network.

    Each is called at most once.
    """

    read_properties: Callable[[], Mapping[str, str]]
    read_topics: Callable[[], Mapping[str, str]]
    _properties: Names | None = field(default=None, init=False)
    _topics: Names | None = field(default=None, init=False)

    def findings(self, body: Body) -> Iterator[Finding]:
        """Yield what the project has against a body; raises VendorFailure where it does not answer."""
        nodes = named(body)
        tests = [node for node in nodes if isinstance(node, Test)]
        topics = [node for node in nodes if isinstance(node, Topic)]
        if any(is_custom(test) for test in tests):
            if self._properties is None:
                self._properties = asked(self.read_properties)
            yield from _of_properties(tests, self._properties)
        if topics:
            if self._topics is None:
                self._topics = asked(self.read_topics)
            yield from _of_topics(topics, self._topics)


def _of_properties(tests: Iterable[Test], properties: Names) -> Iterator[Finding]:
    if isinstance(properties, Unreadable):
        yield from unchecked(tests, properties.reason)
        return
    for test in tests:
        if test.field in properties:
            yield from _of_type(test, properties[test.field].upper())
        elif is_custom(test):
            known = [shown(name) for name in sorted(properties)]
            rest = (
                f"the project's properties are {enumerated(known)}" if known else f"it has none at all: {CREATE} name"
            )
            yield Finding(
                test.field_pointer,
                "unknown-property",
                f"the project has no property {shown(test.field)}",
                nearest(test.field, [*BUILT_INS, *properties], rest),
                Severity.ERROR,
            )


def _of_type(test: Test, name: str) -> Iterator[Finding]:
    """Yield what does not fit the type of a property, less what is wrong with it whatever the type.

    A property that is named like a built-in field stands in front of it, which nobody may have meant.
    """
    kind = KINDS.get(name)
    if kind is None:
        return
    severity = Severity.ERROR if is_custom(test) else Severity.WARNING
    told = {finding.pointer for finding in mistakes(test, kind_of(test.field))}
    for finding in mistakes(test, kind):
        if finding.pointer not in told:
            yield replace(finding, code="property-type", severity=severity)


def _of_topics(topics: Iterable[Topic], known: Names) -> Iterator[Finding]:
    if isinstance(known, Unreadable):
        yield from unchecked(topics, known.reason)
        return
    for topic in topics:
        for index, topic_id in enumerate(topic.ids):
            if topic_id not in known:
                listed = [f"{shown(one)} ({shown(name)})" for one, name in sorted(known.items())]
                hint = (
                    f"the project's topics are {enumerated(listed)}" if listed else f"it has none at all: {CREATE} id"
                )
                words = f"the project has no topic {shown(topic_id)}"
                yield Finding((*topic.pointer, index), "unknown-topic", words, hint, Severity.ERROR)
