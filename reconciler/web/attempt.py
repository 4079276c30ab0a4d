"""What comes of sending a request once: an answer, or why there is none and whether sending it again is any use.

Values only. Must never know how a request travels, or how often it is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from reconciler.core.segment import Json
from reconciler.errors import Problem, VendorAnswer, VendorFailure

RUN_AGAIN = "run the command again; what was done is not done twice"
CHECK_ENDPOINT = "check the target's `endpoint`, the network and any proxy, then run the command again"


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer: its body as JSON (None where there is none) and its headers by lower-case name."""

    status: int
    data: Json
    headers: Mapping[str, str]


class Again(StrEnum):
    """Which requests are worth sending again after a failure."""

    ANY = "any"
    """Nothing was processed, beyond doubt."""
    REPEATABLE = "repeatable"
    """Nobody knows whether the vendor did what was asked, so only those that may be done twice."""
    NONE = "none"
    """The same request would fail in the same way."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a request that was sent once brought no answer that can be used.

    `status` is of an answer other than a 2xx one; `down` says that the vendor, or the way to it, seems to be down;
    `asked` is for how many seconds the vendor asks to be left alone.
    """

    problem: Problem
    again: Again = Again.NONE
    status: int | None = None
    down: bool = False
    asked: float | None = None

    def error(self, *words: str) -> VendorFailure:
        """Return the failure to raise, with words about how it came to be the last one."""
        problem = replace(self.problem, message="; ".join((self.problem.message, *words)))
        return VendorFailure(problem) if self.status is None else VendorAnswer(self.status, problem)
