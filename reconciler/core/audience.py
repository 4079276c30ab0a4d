"""How many users segments have, as they were counted over a table of users. Values only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counted:
    """How many users one segment has before and after a change, and how many of them enter and leave with it.

    Of a segment that is created nobody was in it before, and nobody is in one that is deleted. A side is None where
    nobody can say what it means; then so are `entered` and `left`, and `why` says why. The examples are ids of users,
    as many as were asked for. `sampled` is the part of all users that was looked at, above 0 and up to 1, of which all
    of these numbers are.
    """

    before: int | None
    after: int | None
    entered: int | None = None
    left: int | None = None
    why: str = ""
    examples_entered: tuple[str, ...] = ()
    examples_left: tuple[str, ...] = ()
    sampled: float = 1.0

    @property
    def moved(self) -> int | None:
        """How many users enter and leave, of all users as far as a sample tells; None where nobody can say."""
        if self.entered is None or self.left is None:
            return None
        return round((self.entered + self.left) / self.sampled)


@dataclass(frozen=True, slots=True)
class Size:
    """How many users the segment with a key has; None where nobody can say, for the reason `why`."""

    key: str
    users: int | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many users are in two segments, by their keys, which are in order."""

    one: str
    other: str
    users: int


@dataclass(frozen=True, slots=True)
class Population:
    """The users that were looked at, and of each segment that a target is to have how many are in it.

    `sampled` is the part of all users that was looked at, above 0 and up to 1; all numbers are of that part. Of the
    overlaps only those with somebody in them are here.
    """

    users: int
    sampled: float
    sizes: tuple[Size, ...]
    overlaps: tuple[Overlap, ...] = ()
