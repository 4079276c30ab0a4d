"""What a Qonversion body means, without a network: its canonical form, its words, and what is doubtful in it."""

from collections.abc import Iterable, Iterator

from reconciler.core import reading
from reconciler.core.canonical import canonical_json, multiset
from reconciler.core.finding import Finding
from reconciler.core.personal import Personal
from reconciler.core.ports import Capabilities
from reconciler.core.segment import Body, Json

METRICS = ("environment", "client_uid", "custom_uid", "client_advertiser_id", "renewable", "target_platform")
ENVIRONMENTS = ("prod", "sandbox")
COMPARATORS = frozenset({"eq", "ne", "gt", "gte", "lt", "lte", "contains", "not_contains"})
ORDER = frozenset({"gt", "gte", "lt", "lte"})
PERSONAL = Personal(frozenset({"client_uid", "custom_uid", "client_advertiser_id"}), "metric")
MEMBERS = frozenset({"metric", "comparator", "value", "negate"})


class QonversionForm:
    """The pure conversions of Qonversion's segments. Source: the vendor's pages on segments, and creating one."""

    @property
    def capabilities(self) -> Capabilities:
        """A key makes a create repeatable; names may repeat as far as the vendor says; there is no description."""
        return Capabilities(idempotency_keys=True, delete=True, unique_names=False, description=False, single_read=True)

    @property
    def personal(self) -> Personal:
        """The three ids of one user, as the vendor's overview names them."""
        return PERSONAL

    def canonical(self, body: Body) -> Body:
        """Fill in `conditions` and each `negate`, and order the conditions, all of which must hold.

        `ne` and a negated `eq` may differ where a user lacks the metric, so neither is rewritten into the other.
        """
        conditions = body.get("conditions", [])
        if not isinstance(conditions, list):
            return body
        filled = [{"negate": False, **item} if isinstance(item, dict) else item for item in conditions]
        return {**body, "conditions": multiset(filled)}

    def label(self, item: Json) -> str:
        """Name a condition by its metric and comparator, `not` before the comparator where it is negated."""
        if not isinstance(item, dict) or "metric" not in item:
            return ""
        negation = "not " if item.get("negate") is True else ""
        return f"{item['metric']} {negation}{item.get('comparator')}"

    def outgoing(self, body: Body) -> Body:
        """Return the body as it is: there is one way to write it."""
        return body

    def unchecked(self, _body: Body) -> Iterable[Finding]:
        """Return nothing: the live project would not know better."""
        return ()

    def findings(self, body: Body) -> Iterable[Finding]:
        """Return metrics and environments that the vendor's pages do not name, and conditions written twice."""
        conditions = body.get("conditions", [])
        listed = conditions if isinstance(conditions, list) else []
        for index, condition in enumerate(listed):
            if isinstance(condition, dict):
                yield from self._of_condition(index, condition)
        metrics = [condition.get("metric") for condition in listed if isinstance(condition, dict)]
        if any(metric in metrics[:index] for index, metric in enumerate(metrics)):
            yield from self._repeated(listed)

    def _repeated(self, conditions: list[Json]) -> Iterator[Finding]:
        first: dict[str, int] = {}
        for index, condition in enumerate(conditions):
            if isinstance(condition, dict):
                text = canonical_json({"negate": False, **condition})
                if text in first:
                    yield Finding(
                        ("conditions", index),
                        "repeated-condition",
                        f"condition {index + 1} says the same as condition {first[text] + 1}",
                        "remove one of the two",
                    )
                first.setdefault(text, index)

    def _of_condition(self, index: int, condition: dict[str, Json]) -> Iterator[Finding]:
        metric, value = condition.get("metric"), condition.get("value")
        if metric not in METRICS:
            yield Finding(
                ("conditions", index, "metric"),
                "unknown-metric",
                f"the vendor's pages do not name a metric `{metric}`",
                "those they name are " + ", ".join(f"`{name}`" for name in METRICS),
            )
        if condition.get("comparator") in ORDER and isinstance(value, str) and reading.decimal(value) is None:
            yield Finding(
                ("conditions", index, "value"),
                "compared-as-text",
                f"`{value}` is no number, so that the vendor would compare `{metric}` as text, in which 10 is before 9",
                'write a number, such as `"10"`, or compare with `eq`',
            )
        if metric == "environment" and condition.get("comparator") in {"eq", "ne"} and value not in ENVIRONMENTS:
            yield Finding(
                ("conditions", index, "value"),
                "unknown-environment",
                f"users are in the environment `prod` or `sandbox`, not `{value}`",
                'write "prod" or "sandbox"',
            )


def inexpressible(conditions: Iterable[Json]) -> str:
    """Return what live conditions say that a definition cannot, in words; empty where a definition can say it all."""
    said = []
    for item in conditions:
        condition = item if isinstance(item, dict) else {}
        if not condition.keys() <= MEMBERS:
            said += [f"a condition's member `{member}`" for member in sorted(condition.keys() - MEMBERS)]
        if condition.get("comparator") not in COMPARATORS:
            said.append(f"the comparator `{condition.get('comparator')}`")
    return ", ".join(dict.fromkeys(said)) if said else ""
