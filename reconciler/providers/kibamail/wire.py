"""The vendor's answers as strict models: what must be there, and of which type. Unknown members are no error."""

from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from reconciler.core.segment import Live
from reconciler.providers.answers import Listed
from reconciler.providers.kibamail.listed import live
from reconciler.providers.shapes import Identifier


class Item(BaseModel):
    """Whatever has an id. A write answers no more, though the page promises a whole segment."""

    model_config = ConfigDict(strict=True)

    id: Identifier


One = TypeVar("One", bound=Item)


class Segment(Item):
    """One segment, as the get and list pages show it. Conditions are read whatever they are: some are older than we."""

    name: str
    description: str | None = None
    conditions: Any = None

    def live(self) -> Live:
        """Return the live segment."""
        return live(self.id, self.name, self.description, self.conditions)


class Property(Item):
    """One custom property of contacts: its name, and the type of its values where it is told."""

    name: str
    type: str | None = None


class Topic(Item):
    """One topic that contacts subscribe to."""

    name: str = ""


class Page(BaseModel, Generic[One]):
    """One page of a list, such as that of the segments."""

    model_config = ConfigDict(strict=True)

    data: list[One]
    has_more: bool = Field(alias="hasMore")


class Segments(Page[Segment]):
    """One page of the segments."""

    def listed(self) -> Listed:
        """Return what stands on the page."""
        return Listed([segment.live() for segment in self.data], self.has_more)


WRITTEN = TypeAdapter(Item)
SEGMENT = TypeAdapter(Segment)
SEGMENTS = TypeAdapter(Segments)
PROPERTIES = TypeAdapter(Page[Property])
TOPICS = TypeAdapter(Page[Topic])
