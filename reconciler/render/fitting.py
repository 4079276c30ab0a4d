"""Text that fits into so many bytes of UTF-8, with less and less detail. It never knows what the text is about.

Lines are drawn one by one, and no further than there is room: what does not fit costs no more than what does.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import TypeAlias, assert_never

SHORTEST = 4
"""The bytes of the shortest line that a list can have, such as `- a`."""


class Detail(IntEnum):
    """How much is shown of a change, from all of it to the fact that it is there. Deletions are always named."""

    BODIES = 0
    FIELDS = 1
    NAMES = 2
    COUNTS = 3
    PACKED = 4


Draw: TypeAlias = Callable[[Detail, int | None], Iterable[str]]
"""Gives the lines of a text as far as the detail goes, with at most so many items in each list."""


def shortened(detail: Detail) -> list[str]:
    """Return the line that says what was left out for want of room, if anything."""
    match detail:
        case Detail.BODIES:
            return []
        case Detail.FIELDS:
            said = "without the bodies of what is created and deleted"
        case Detail.NAMES:
            said = "without bodies, fields and hints"
        case Detail.COUNTS:
            said = "only counts, problems and what is deleted"
        case Detail.PACKED:
            said = "only counts, problems and the keys of what is deleted"
        case _:
            assert_never(detail)
    return [f"*Shortened to fit: {said}.*", ""]


def fitted(draw: Draw, limit: int | None, least: Callable[[], Iterable[str]] | None = None) -> str:
    """Return the fullest text that fits; where none does, one with as many deletions and problems as there is room for.

    Where not even one without any fits, it is what `least` draws, if that is given.
    """
    for detail in Detail:
        text = _within(draw(detail, None), limit)
        if text is not None:
            return text
    room = range((limit or 0) // SHORTEST + 1)
    fits = bisect_left(room, 1, key=lambda most: _within(draw(Detail.PACKED, most), limit) is None)
    lines = least() if least and not fits else draw(Detail.PACKED, max(0, fits - 1))
    return _within(lines, None) or ""


def _within(lines: Iterable[str], limit: int | None) -> str | None:
    """Return lines as a text without two blank ones in a row, or None as soon as they are more than so many bytes."""
    kept, size = [""], 0
    for line in lines:
        if not line and not kept[-1]:
            continue
        kept.append(line)
        size += len(line.encode()) + 1
        if limit is not None and size > limit + 1:
            return None
    text = "\n".join(kept).strip("\n")
    text += "\n" if text else ""
    return text if limit is None or len(text.encode()) <= limit else None
