"""Tiny worlds by name: short ways to write definitions, live segments and records of Qonversion."""

from dataclasses import replace

from reconciler.core.plan import Plan
from reconciler.core.planner import make_plan
from reconciler.core.ports import Capabilities
from reconciler.core.segment import Definition, Json, Live, Recorded, Unmanaged
from reconciler.errors import Place
from reconciler.providers.qonversion.convert import QonversionForm

FORM = QonversionForm()


class Unique(QonversionForm):
    """Of a vendor that is said to know a name once."""

    @property
    def capabilities(self) -> Capabilities:
        """Names are unique."""
        return replace(super().capabilities, unique_names=True)


PROD: dict[str, Json] = {"metric": "environment", "comparator": "eq", "value": "prod"}
RENEWS: dict[str, Json] = {"metric": "renewable", "comparator": "eq", "value": "1"}


def body(name: str, *conditions: Json) -> dict[str, Json]:
    """Return a body with these conditions."""
    return {"name": name, "conditions": list(conditions)}


def defined(
    key: str, *conditions: Json, name: str = "", previously: tuple[str, ...] = (), protected: bool = False
) -> Definition:
    """Return a definition whose name is its key in capitals, if no other is given."""
    name = name or key.upper()
    return Definition(key, name, body(name, *conditions), Place(f"{key}.json"), previously, protected)


def lives(name: str, *conditions: Json, segment_id: str = "", system: bool = False, inexpressible: str = "") -> Live:
    """Return a live segment whose id is `id-` and its name in small letters, if no other is given."""
    return Live(segment_id or f"id-{name.lower()}", name, body(name, *conditions), system, inexpressible)


def records(*held: Recorded) -> dict[str, Recorded]:
    """Return records by their keys."""
    return {record.key: record for record in held}


def held(key: str, *conditions: Json, name: str = "", segment_id: str = "", protected: bool = False) -> Recorded:
    """Return the record of what `defined(key, …)` and `lives(key.upper(), …)` have in common."""
    name = name or key.upper()
    return Recorded(key, segment_id or f"id-{key}", body(name, *conditions), protected)


def plan(
    desired: list[Definition],
    live: list[Live],
    recorded: dict[str, Recorded],
    unmanaged: Unmanaged = Unmanaged.REPORT,
    *,
    form: QonversionForm = FORM,
) -> Plan:
    """Return the plan of a tiny world."""
    return make_plan(desired, live, recorded, form=form, target="local", provider="qonversion", unmanaged=unmanaged)


def decided(made: Plan) -> list[tuple[str, str, str]]:
    """Return what a plan does, as (key or id, action, reason), a blocked action followed by `!` and the rule."""
    return [
        (
            change.key or change.id or "",
            change.action.value + (f" !{change.blocked_by}" if change.blocked_by else ""),
            change.reason.value,
        )
        for change in made.changes
    ]
