"""What a Push0 body means, without a network: its canonical form, its words, and what no definition can say."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reconciler.core.finding import Finding
from reconciler.core.personal import Personal
from reconciler.core.ports import Capabilities
from reconciler.core.segment import Body, Json
from reconciler.intake.lexical import shown
from reconciler.intake.words import described
from reconciler.providers.push0.fields import (
    CONSTRAINT_MEMBERS,
    GROUP_MEMBERS,
    MOST_CONSTRAINTS,
    TYPES,
    kind_of,
    relation_of,
)
from reconciler.providers.push0.fold import canonical
from reconciler.providers.push0.refusals import refusals
from reconciler.providers.push0.rules import findings

PERSONAL = Personal(frozenset({"email", "customUserId", "id", "pushToken"}), "field")


@dataclass(frozen=True, slots=True)
class Push0Form:
    """The pure conversions of Push0's segments. Source: the vendor's pages on creating, updating and listing them.

    `deletes` says that the target has chosen a way of deleting, of which the pages have none.
    """

    deletes: bool = False

    @property
    def capabilities(self) -> Capabilities:
        """No key makes a create repeatable, names may repeat as far as the pages say, and the list reads a single one.

        The list's query by id answers with a list too, so a single read is not a call of its own.
        """
        return Capabilities(
            idempotency_keys=False, delete=self.deletes, unique_names=False, description=True, single_read=False
        )

    @property
    def personal(self) -> Personal:
        """The fields that are of one user or device alone. A tag may be anything, and is shown."""
        return PERSONAL

    def canonical(self, body: Body) -> Body:
        """Fold what is the same: order, the page's two aliases, numbers as text on fields of numbers, no description.

        A group of one means the same under AND and OR, and is left as it is: the vendor keeps what was sent.
        """
        return canonical(body)

    def label(self, item: Json) -> str:
        """Name a constraint by its field and relation; a group has no name, so that its constraints are compared."""
        if not isinstance(item, dict) or "field" not in item:
            return ""
        return f"{item['field']} {item.get('relation')}"

    def outgoing(self, body: Body) -> Body:
        """Return the body as it is, aliases included: what is sent is what was written."""
        return body

    def findings(self, body: Body) -> Iterable[Finding]:
        """Return what the vendor's tables rule out, as errors, and what is doubtful."""
        return findings(body)

    def unchecked(self, _body: Body) -> Iterable[Finding]:
        """Return nothing: the live project would not know better."""
        return ()


def inexpressible(groups: list[Json]) -> str:
    """Return what live groups say that a definition cannot, in words; empty where a definition can say it all.

    No groups at all are not counted: that is everybody, and nothing would be lost by writing over it.
    """
    said = [words for group in groups for words in _of_group(group)]
    said += [finding.message for constraint in _constraints(groups) for finding in refusals(constraint, ())]
    return ", ".join(dict.fromkeys(said))


def _constraints(groups: list[Json]) -> Iterator[dict[str, Json]]:
    """Yield whatever could be a constraint."""
    for group in groups:
        items = group.get("constraints") if isinstance(group, dict) else None
        yield from (item for item in (items if isinstance(items, list) else []) if isinstance(item, dict))


def _of_group(group: Json) -> Iterator[str]:
    if not isinstance(group, dict):
        yield "a group that is no object"
        return
    yield from (f"a group's member {shown(member)}" for member in sorted(group.keys() - GROUP_MEMBERS))
    if group.get("type") not in TYPES:
        yield f"the type of group {shown(str(group.get('type')))}"
    constraints = group.get("constraints")
    if not isinstance(constraints, list) or not constraints:
        yield "a group without constraints"
        return
    if len(constraints) > MOST_CONSTRAINTS:
        yield f"a group of {len(constraints)} constraints"
    for constraint in constraints:
        yield from _of_constraint(constraint)


def _of_constraint(constraint: Json) -> Iterator[str]:
    if not isinstance(constraint, dict):
        yield "a constraint that is no object"
        return
    yield from (f"a constraint's member {shown(member)}" for member in sorted(constraint.keys() - CONSTRAINT_MEMBERS))
    if kind_of(constraint.get("field")) is None:
        yield f"the field {shown(str(constraint.get('field')))}"
    if relation_of(constraint.get("relation")) is None:
        yield f"the relation {shown(str(constraint.get('relation')))}"
    value = constraint.get("value")
    if "value" not in constraint:
        yield "a constraint without a value"
    elif isinstance(value, bool) or not isinstance(value, str | int | float):
        yield f"a value that is {described(value)}"
