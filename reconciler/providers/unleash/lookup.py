"""What a body names, held against the live instance: its context fields with the values that they allow, its projects.

Must never ask for what no body mentions, nor for the same thing twice. The vendor takes a field that it does not list,
refuses a value that a listed field does not allow, and fails on a project that does not exist.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from reconciler.core.finding import Finding
from reconciler.core.segment import Body
from reconciler.errors import Severity
from reconciler.intake.lexical import shown
from reconciler.intake.lines import Pointer
from reconciler.intake.words import nearest
from reconciler.providers.looking import Unreadable, asked, enumerated
from reconciler.providers.unleash.names import Named, named, project_of, unchecked
from reconciler.providers.unleash.operators import MANY, STANDARD

Fields: TypeAlias = Mapping[str, Collection[str]]
"""The fields that an instance lists, each with the values that it allows; with none where it allows any."""


@dataclass(slots=True)
class Instance:
    """One instance: `read_fields` returns its context fields, `read_projects` the ids of its projects.

    Each is called at most once, over the network.
    """

    read_fields: Callable[[], Fields]
    read_projects: Callable[[], Collection[str]]
    _fields: Fields | Unreadable | None = field(default=None, init=False)
    _projects: Collection[str] | Unreadable | None = field(default=None, init=False)

    def findings(self, body: Body) -> Iterator[Finding]:
        """Yield what the instance has against a body; raises VendorFailure where it does not answer."""
        if constraints := named(body):
            if self._fields is None:
                self._fields = asked(self.read_fields)
            if isinstance(self._fields, Unreadable):
                yield from unchecked({"constraints": body["constraints"]}, self._fields.reason)
            else:
                yield from _of_fields(constraints, self._fields)
        if project := project_of(body):
            if self._projects is None:
                self._projects = asked(self.read_projects)
            if isinstance(self._projects, Unreadable):
                yield from unchecked({"project": project}, self._projects.reason)
            elif project not in self._projects:
                known = f"its projects are {enumerated([shown(each) for each in sorted(self._projects)])}"
                words = f"the instance has no project {shown(project)}"
                yield Finding(
                    ("project",), "unknown-project", words, nearest(project, self._projects, known), Severity.ERROR
                )


def _of_fields(constraints: Iterable[Named], fields: Fields) -> Iterator[Finding]:
    for one in constraints:
        if one.field in fields:
            yield from _of_values(one, fields[one.field])
        elif one.field not in STANDARD:
            known = f"its fields are {enumerated([shown(each) for each in sorted(fields)])}"
            yield Finding(
                one.field_pointer,
                "unknown-context-field",
                f"the instance lists no context field {shown(one.field)}",
                nearest(one.field, fields, f"{known}; add it there, or correct the name"),
            )


def _of_values(one: Named, legal: Collection[str]) -> Iterator[Finding]:
    for pointer, value in _compared(one):
        if legal and value not in legal:
            yield Finding(
                pointer,
                "illegal-value",
                f"the instance does not allow {shown(value)} for the context field {shown(one.field)}",
                nearest(value, legal, f"it allows {enumerated([shown(each) for each in legal])}"),
                Severity.ERROR,
            )


def _compared(one: Named) -> Iterator[tuple[Pointer, str]]:
    """Yield whatever a field is compared with; what the operator does not read is not looked at by the instance."""
    values, value = one.constraint.get("values"), one.constraint.get("value")
    if one.constraint.get("operator") not in MANY:
        if isinstance(value, str):
            yield (*one.pointer, "value"), value
        return
    for index, each in enumerate(values if isinstance(values, list) else ()):
        if isinstance(each, str):
            yield (*one.pointer, "values", index), each
