"""The vendor's answers as strict models: what must be there, and of which type. Unknown members are no error."""

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from reconciler.core.segment import Live
from reconciler.providers.push0.listed import live
from reconciler.providers.shapes import Identifier


class Segment(BaseModel):
    """One segment, as the list page shows it. Its groups are kept as they came: to drop a part would change them."""

    model_config = ConfigDict(strict=True)

    id: Identifier
    name: str
    description: str | None = None
    constraints: list[JsonValue]
    created_at: JsonValue = Field(default=None, alias="createdAt")

    @property
    def age(self) -> int | float:
        """When it was created, in milliseconds since 1970; 0 where the vendor says it in another form, or not."""
        return self.created_at if isinstance(self.created_at, int | float) else 0

    def live(self) -> Live:
        """Return the live segment."""
        return live(self.id, self.name, self.description, [*self.constraints])


PAGE = TypeAdapter(list[Segment])
