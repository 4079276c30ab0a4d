"""The vendor's answers as strict models: what must be there, and of which type. Unknown members are no error."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, TypeAdapter

from reconciler.core.segment import Json, Live
from reconciler.providers.answers import Listed
from reconciler.providers.unleash.listed import live


def _from_number(value: object) -> str:
    match value:
        case int() if not isinstance(value, bool):
            return str(value)
        case _:
            message = "is not a whole number"
            raise ValueError(message)


Number = Annotated[str, BeforeValidator(_from_number)]
"""A segment's id: a number to the vendor, a text to everybody else."""


class Written(BaseModel):
    """What is read of the answer to a create: it is read back."""

    model_config = ConfigDict(strict=True)

    id: Number


class Segment(Written):
    """One segment, as the list and the single read show it. Constraints are kept as they came."""

    name: str
    description: str | None = None
    project: str | None = None
    constraints: list[JsonValue]
    flags: int = Field(default=0, alias="usedInFeatures")

    def live(self) -> Live:
        """Return the live segment."""
        optional: dict[str, Json] = {"description": self.description, "project": self.project}
        return live(self.id, self.name, optional, [*self.constraints], self.flags)


class Segments(BaseModel):
    """Every segment of an instance, on one page."""

    model_config = ConfigDict(strict=True)

    segments: list[Segment]

    def listed(self) -> Listed:
        """Return what stands on the page."""
        return Listed([segment.live() for segment in self.segments])


class Strategy(BaseModel):
    """One strategy that uses a segment; one of a change request may be on its way."""

    model_config = ConfigDict(strict=True)

    feature_name: str = Field(alias="featureName")
    project: str = Field(alias="projectId")
    environment: str

    def __str__(self) -> str:
        return f"the flag `{self.feature_name}` in `{self.environment}` of the project `{self.project}`"


class Strategies(BaseModel):
    """What uses a segment."""

    model_config = ConfigDict(strict=True)

    strategies: list[Strategy]
    requested: list[Strategy] = Field(default=[], alias="changeRequestStrategies")


class LegalValue(BaseModel):
    """One value that a context field allows."""

    model_config = ConfigDict(strict=True)

    value: str


class ContextField(BaseModel):
    """One field of the context that the instance lists, with the values that it allows; none where it allows any."""

    model_config = ConfigDict(strict=True)

    name: str
    legal: list[LegalValue] = Field(default=[], alias="legalValues")


class Project(BaseModel):
    """One project of the instance."""

    model_config = ConfigDict(strict=True)

    id: str


class Projects(BaseModel):
    """The projects of the instance, on one page."""

    model_config = ConfigDict(strict=True)

    projects: list[Project]


class Limits(BaseModel):
    """How many segments the instance takes."""

    model_config = ConfigDict(strict=True)

    segments: int


class Configuration(BaseModel):
    """What the instance says of itself, as far as it matters here."""

    model_config = ConfigDict(strict=True)

    limits: Limits = Field(alias="resourceLimits")


WRITTEN = TypeAdapter(Written)
SEGMENT = TypeAdapter(Segment)
SEGMENTS = TypeAdapter(Segments)
STRATEGIES = TypeAdapter(Strategies)
CONTEXT = TypeAdapter(list[ContextField])
PROJECTS = TypeAdapter(Projects)
CONFIGURATION = TypeAdapter(Configuration)
