"""The vendor's answers as strict models: what must be there, and of which type. Unknown members are no error."""

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from reconciler.core.segment import Json, Live
from reconciler.providers.answers import Identifier
from reconciler.providers.push0.convert import inexpressible

BUILT_IN = "All"
"""The name of the segment of everybody, which every account starts with."""


class Segment(BaseModel):
    """One segment, as the list page shows it. Its groups are kept as they came: to drop a part would change them."""

    model_config = ConfigDict(strict=True)

    id: Identifier
    name: str
    description: str | None = None
    constraints: list[JsonValue]
    created_at: int | float | None = Field(default=None, alias="createdAt")

    def live(self) -> Live:
        """Return the live segment. Without constraints it is the vendor's `All`, or looks like one of the vendor's."""
        constraints: list[Json] = [*self.constraints]
        described: dict[str, Json] = {"description": self.description} if self.description else {}
        return Live(
            id=self.id,
            name=self.name,
            body={"name": self.name, **described, "constraints": constraints},
            system=not constraints and self.name == BUILT_IN,
            inexpressible=inexpressible(constraints),
            looks_system=not constraints,
        )


PAGE = TypeAdapter(list[Segment])


def created_id(answer: Json) -> str:
    """Return the id in what a create answered: a bare one, or the member `id`; empty where there is none.

    The page says that the id is returned, and shows no answer.
    """
    found = answer.get("id") if isinstance(answer, dict) else answer
    return found if isinstance(found, str) else ""
