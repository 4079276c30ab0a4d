"""The vendor's answers as strict models: what must be there, and of which type. Unknown members are no error."""

from pydantic import BaseModel, ConfigDict, TypeAdapter

from reconciler.core.segment import Live
from reconciler.providers.answers import Listed
from reconciler.providers.qonversion.listed import live
from reconciler.providers.shapes import Identifier


class Condition(BaseModel):
    """One rule. Members beyond the documented ones are kept: to drop one would change what the segment means."""

    model_config = ConfigDict(strict=True, extra="allow")

    metric: str
    comparator: str
    value: str
    negate: bool = False


class Segment(BaseModel):
    """One segment, as the create, update, get and list pages show it."""

    model_config = ConfigDict(strict=True)

    id: Identifier
    name: str
    is_system: bool
    conditions: list[Condition]

    def live(self, *, system: bool = False) -> Live:
        """Return the live segment; `system` says that it came from the list of system segments."""
        conditions = [condition.model_dump(exclude_unset=True) for condition in self.conditions]
        return live(self.id, self.name, conditions, system=system or self.is_system)


class Page(BaseModel):
    """One page of a list. `next_cursor` may be missing or null also where there is more."""

    model_config = ConfigDict(strict=True)

    data: list[Segment]
    has_more: bool
    next_cursor: str | None = None

    def listed(self, *, system: bool) -> Listed:
        """Return what stands on the page; `system` says that it lists system segments."""
        return Listed([segment.live(system=system) for segment in self.data], self.has_more, self.next_cursor)


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
