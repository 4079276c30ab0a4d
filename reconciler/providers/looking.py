"""What a vendor's live project is asked about names in a body, whichever vendor it is: asked, and told in words.

Must never know what is listed. Imported where nothing is sent as well, so that it needs no model of an answer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from reconciler.errors import VendorAnswer

SHOWN = 5
UNREADABLE = frozenset({401, 403, 404})
"""What a key without the right is answered, and an API that does not have the list."""

Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a list of the project could not be read."""

    reason: str


def asked(question: Callable[[], Told]) -> Told | Unreadable:
    """Return a list of the project, or why it may not be read; raises VendorFailure where there is no answer."""
    try:
        return question()
    except VendorAnswer as error:
        if error.status not in UNREADABLE:
            raise
        return Unreadable(error.problems[0].message)


def enumerated(words: Sequence[str]) -> str:
    """Return words one after another, each once; of many the first, and how many more there are."""
    once = list(dict.fromkeys(words))
    more = f" and {len(once) - SHOWN} more" if len(once) > SHOWN else ""
    return ", ".join(once[:SHOWN]) + more
