"""What a Kibamail body means, without a network: its canonical form, how it is sent, its words."""

from collections.abc import Iterable
from dataclasses import dataclass

from reconciler.core.finding import Finding
from reconciler.core.personal import Personal
from reconciler.core.ports import Capabilities
from reconciler.core.segment import Body, Json
from reconciler.providers.kibamail import dialect, rules
from reconciler.providers.kibamail.conditions import TOPICS, mongo_tests
from reconciler.providers.kibamail.names import named, unchecked

PERSONAL = Personal(frozenset({"email", "firstName", "lastName", "phone"}), "field")


@dataclass(frozen=True, slots=True)
class KibamailForm:
    """The pure conversions of Kibamail's segments; `dialect` is how a target sends conditions: `field` or `mongo`.

    Sources: the vendor's page for creating a segment, and the public source of its API.
    """

    dialect: str | None = None

    @property
    def capabilities(self) -> Capabilities:
        """Nothing makes a create repeatable, and names may repeat."""
        return Capabilities(idempotency_keys=False, delete=True, unique_names=False, description=True, single_read=True)

    @property
    def personal(self) -> Personal:
        """The address, names and phone of a contact, in both ways of writing. Custom properties are shown."""
        return PERSONAL

    def canonical(self, body: Body) -> Body:
        """Write conditions in field form and in one order, and leave out a description that is null.

        An empty description is one, and what is combined with only itself stays combined.
        """
        kept = {name: value for name, value in body.items() if name != "description" or value is not None}
        if "conditions" in kept:
            kept["conditions"] = dialect.canonical(kept["conditions"])
        return kept

    def outgoing(self, body: Body) -> Body:
        """Return the body with its conditions in the target's dialect; without one, as it is."""
        if self.dialect is None or "conditions" not in body:
            return body
        return {**body, "conditions": dialect.translated(body["conditions"], self.dialect)}

    def label(self, item: Json) -> str:
        """Name a comparison by field and operator, in field words, and topics by what is asked of them."""
        if not isinstance(item, dict):
            return ""
        if isinstance(item.get("field"), str):
            return f"{item['field']} {item.get('operator')}"
        if tests := mongo_tests(item):
            return ", ".join(f"{name} {operator}" for name, operator, _ in tests)
        return ", ".join(
            "subscribed" if wanted else "not subscribed" for name, wanted in TOPICS.items() if name in item
        )

    def findings(self, body: Body) -> Iterable[Finding]:
        """Return what the target's dialect cannot say, and what the vendor's rules have against the body."""
        yield from dialect.findings(body.get("conditions"), self.dialect)
        yield from rules.findings(body, self.dialect)

    def unchecked(self, body: Body) -> Iterable[Finding]:
        """Return one warning for the custom properties and topics of a body, which only the live project knows."""
        return unchecked(named(body))
