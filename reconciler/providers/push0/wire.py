"""The vendor's answers as strict models: what must be there, and of which type. Unknown members are no error."""

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from reconciler.core.canonical import canonical_json
from reconciler.core.segment import Json, Live
from reconciler.intake.lexical import plain
from reconciler.providers.push0.convert import inexpressible
from reconciler.providers.shapes import Identifier
from reconciler.web.answering import SHOWN_CHARACTERS

BUILT_IN = "All"
"""The name of the segment of everybody, which every account starts with."""


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
        """Return the live segment. `All` without constraints is the vendor's; with either alone it looks like that."""
        constraints: list[Json] = [*self.constraints]
        described: dict[str, Json] = {"description": self.description} if self.description else {}
        return Live(
            id=self.id,
            name=self.name,
            body={"name": self.name, **described, "constraints": constraints},
            system=self.name == BUILT_IN and not constraints,
            inexpressible=inexpressible(constraints),
            looks_system=self.name == BUILT_IN or not constraints,
        )


PAGE = TypeAdapter(list[Segment])


def refusal(answer: Json) -> str:
    """Return the words of a create's answer that are an error's; empty where it is none.

    The page promises an id or a message, and no status that would tell them apart.
    """
    if not isinstance(answer, dict):
        return ""
    said = answer.get("error", answer.get("message"))
    if not said or created_id(answer):
        return ""
    return plain(said if isinstance(said, str) else canonical_json(answer))[:SHOWN_CHARACTERS]


def created_id(answer: Json) -> str:
    """Return the id in what a create answered: a bare one, or the member `id`; empty where there is none.

    The page says that the id is returned, and shows no answer.
    """
    found = answer.get("id") if isinstance(answer, dict) else answer
    return found if isinstance(found, str) else ""
