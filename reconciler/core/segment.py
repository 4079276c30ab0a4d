"""The nouns: what a file says, what the vendor has, what was last applied. Frozen values; they know no vendor.

They are tuples, as there are ten thousand of each: a frozen dataclass takes three times as long to make.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from reconciler.errors import Place

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
Body: TypeAlias = Mapping[str, Json]
"""A segment in the vendor's own words, without what the vendor alone decides (id, times, links)."""


class Definition(NamedTuple):
    """One definition file: its key, the body to send, and our members."""

    key: str
    name: str
    body: Body
    place: Place
    previously: tuple[str, ...] = ()
    protected: bool = False


class Live(NamedTuple):
    """One segment as the vendor returned it. `inexpressible` says what of it no definition could say, if anything.

    `looks_system` says that it looks like one of the vendor's own, and is taken for one unless a record names it.
    `used_by` says how much of the vendor's uses it, such as `2 flags`, where a listing tells that.
    """

    id: str
    name: str
    body: Body
    system: bool = False
    inexpressible: str = ""
    looks_system: bool = False
    used_by: str = ""

    def known(self, managed: Collection[str]) -> "Live":
        """Return the segment as what it is, given the ids that are managed: a system segment or not."""
        return self._replace(system=True) if self.looks_system and self.id not in managed else self


class Recorded(NamedTuple):
    """What the ledger holds of one managed segment: its key, the vendor's id, and the body last applied."""

    key: str
    id: str
    body: Body
    protected: bool = False


class Unmanaged(StrEnum):
    """What a target wants done with live segments that are not in its ledger."""

    REPORT = "report"
    IGNORE = "ignore"
    DELETE = "delete"
