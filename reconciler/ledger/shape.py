"""The ledger document and the lines of its journal as strict models, which say what is wrong with one."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from reconciler.core.claims import KEY


def _written_out(value: object) -> object:
    if type(value) is str:
        return value
    message = "is not a time that is written out as a string"
    raise ValueError(message)


Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_written_out)]


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Segment(_Model):
    """One segment that is managed."""

    id: Annotated[str, Field(min_length=1)]
    body: dict[str, Any]
    protected: bool


class Intent(_Model):
    """One write that was about to be sent."""

    key: str
    action: str
    id: str | None
    body_digest: str | None
    idempotency_key: str
    meaning: str | None = None


class Lease(_Model):
    """Who is applying, and until when."""

    holder: str
    since: Moment
    until: Moment


class Ledger(_Model):
    """The whole document."""

    format: Literal["reconciler-ledger"]
    format_version: Literal["1.0"]
    target: str
    provider: str
    serial: Annotated[int, Field(ge=1)]
    segments: dict[Annotated[str, Field(pattern=f"^{KEY}$")], Segment]
    intents: list[Intent]
    lease: Lease | None
    endpoint: str = ""
    applied: str = ""
    begun: str = ""
    written_by: str = ""


class Line(_Model):
    """One line of a journal."""

    serial: Annotated[int, Field(ge=0)]
    run: str
    key: str
    id: str | None
    body: dict[str, Any] | None
    protected: bool
    moved_from: str
