"""What an edit does to the audience of a segment, with examples. Values only."""

from dataclasses import dataclass
from enum import StrEnum

from reconciler.core.predicate import Profile


class Verdict(StrEnum):
    """How the audience after an edit stands to the one before."""

    SAME_AUDIENCE = "same_audience"
    NARROWER = "narrower"
    WIDER = "wider"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, one profile that leaves and one that enters where there are such, and why it is unknown.

    In a profile, None is a field that the one does not have.
    """

    verdict: Verdict
    leaves: Profile | None = None
    enters: Profile | None = None
    why: str = ""
