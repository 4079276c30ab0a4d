"""Offsets in a text as line and column, 1-based and in characters. Must never know what the text says."""

from bisect import bisect_right
from typing import TypeAlias

Pointer: TypeAlias = tuple[str | int, ...]
Position: TypeAlias = tuple[int, int]


class Lines:
    """Where the lines of a UTF-8 text begin; a line ends with a line feed and nothing else."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._starts = [0]
        start = data.find(b"\n") + 1
        while start:
            self._starts.append(start)
            start = data.find(b"\n", start) + 1

    def at(self, offset: int) -> Position:
        """Return the line and column of the character that begins at this byte."""
        line = bisect_right(self._starts, offset)
        start = self._starts[line - 1]
        return line, len(self._data[start:offset].decode("utf-8", "replace")) + 1


class Positions:
    """Where the value and the key of every pointer begin, as bytes of the text that the lines are of."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._values: dict[Pointer, int] = {}
        self._keys: dict[Pointer, int] = {}

    def note(self, pointer: Pointer, value: int, key: int | None = None) -> None:
        """Remember where a value begins, and its key where it has one; the first that is noted stays."""
        self._values.setdefault(pointer, value)
        if key is not None:
            self._keys.setdefault(pointer, key)

    def at(self, pointer: Pointer, *, on_key: bool = False) -> Position:
        """Return the position of a value or of its key; of what holds it where the text has no such thing."""
        if on_key and pointer in self._keys:
            return self._lines.at(self._keys[pointer])
        while pointer and pointer not in self._values:
            pointer = pointer[:-1]
        return self._lines.at(self._values.get(pointer, 0))
