"""The vendor's answers as strict models: what must be there, and of which type. Unknown members are no error."""

from typing import Any, NotRequired, cast

from pydantic import BaseModel, ConfigDict, TypeAdapter, with_config
from typing_extensions import TypedDict

from reconciler.core.segment import Json, Live
from reconciler.providers.answers import Identifier
from reconciler.providers.qonversion.convert import inexpressible


@with_config(ConfigDict(strict=True, extra="allow"))
class Condition(TypedDict):
    """One rule. Members beyond the documented ones are kept: to drop one would change what the segment means."""

    metric: str
    comparator: str
    value: str
    negate: NotRequired[bool]


class Segment(BaseModel):
    """One segment, as the create, update, get and list pages show it."""

    model_config = ConfigDict(strict=True)

    id: Identifier
    name: str
    is_system: bool
    conditions: list[Condition]

    def live(self, *, system: bool = False) -> Live:
        """Return the live segment; `system` says that it came from the list of system segments."""
        conditions = [_without_default(condition) for condition in self.conditions]
        return Live(
            id=self.id,
            name=self.name,
            body={"name": self.name, "conditions": conditions},
            system=system or self.is_system,
            inexpressible=inexpressible(conditions),
        )


def _without_default(condition: Condition) -> Json:
    """Return a rule as a definition has it, which mostly leaves `negate` out."""
    members: dict[str, Any] = cast("dict[str, Any]", condition)
    return members if members.get("negate", True) else {key: members[key] for key in members if key != "negate"}


class Page(BaseModel):
    """One page of a list. `next_cursor` may be missing or null also where there is more."""

    model_config = ConfigDict(strict=True)

    data: list[Segment]
    has_more: bool
    next_cursor: str | None = None


class AutomationData(BaseModel):
    """What an automation refers to: one segment, or none."""

    model_config = ConfigDict(strict=True)

    segments: str | list[str] | None = None


class Automation(BaseModel):
    """One automation, as far as it matters before a segment is deleted."""

    model_config = ConfigDict(strict=True)

    id: Identifier
    name: str = ""
    data: AutomationData

    def uses(self, segment_id: str) -> bool:
        """Say whether this automation refers to the segment."""
        segments = self.data.segments
        return segment_id in segments if isinstance(segments, list) else segment_id == segments


class AutomationPage(BaseModel):
    """One page of automations."""

    model_config = ConfigDict(strict=True)

    data: list[Automation]
    has_more: bool
    next_cursor: str | None = None


SEGMENT = TypeAdapter(Segment)
PAGE = TypeAdapter(Page)
AUTOMATION_PAGE = TypeAdapter(AutomationPage)
