"""What an Unleash body means, without a network: its canonical form, its words, and what no definition can say."""

from collections.abc import Iterable

from reconciler.core.finding import Finding
from reconciler.core.personal import Personal
from reconciler.core.ports import Capabilities
from reconciler.core.segment import Body, Json
from reconciler.providers.unleash import rules
from reconciler.providers.unleash.fold import canonical
from reconciler.providers.unleash.names import unchecked

PERSONAL = Personal(
    frozenset({"userId", "sessionId", "remoteAddress", "email"}), "contextName", held_in=frozenset({"value", "values"})
)


class UnleashForm:
    """The pure conversions of Unleash's segments. Source: the OpenAPI document that each instance serves."""

    @property
    def capabilities(self) -> Capabilities:
        """No key makes a create repeatable; a name is looked up before, so only what happens at once makes twins."""
        return Capabilities(idempotency_keys=False, delete=True, unique_names=True, description=True, single_read=True)

    @property
    def personal(self) -> Personal:
        """The fields of every context that are of one user, and an address. An instance's others are shown."""
        return PERSONAL

    def canonical(self, body: Body) -> Body:
        """Fill in `inverted` and `caseInsensitive`, and order the constraints and the values of each."""
        return canonical(body)

    def outgoing(self, body: Body) -> Body:
        """Return the body as it is: there is one way to write it."""
        return body

    def label(self, item: Json) -> str:
        """Name a constraint by its field and operator, `not` before the operator where it is inverted."""
        if not isinstance(item, dict) or "contextName" not in item:
            return ""
        negation = "not " if item.get("inverted") is True else ""
        return f"{item['contextName']} {negation}{item.get('operator')}"

    def findings(self, body: Body) -> Iterable[Finding]:
        """Return what the vendor would refuse, as errors, and what is doubtful."""
        return rules.findings(body)

    def unchecked(self, body: Body) -> Iterable[Finding]:
        """Return one warning for the fields and the project of a body that only the live instance knows."""
        return unchecked(body)
