"""What keeps a text from being a regular expression of RE2, as far as its form says. Must never match anything with it.

Source: the page on the syntax of RE2, https://github.com/google/re2/wiki/Syntax
"""

import re
import sys

MOST_REPEATS = 1000
LONGEST_COUNT = 100
CLASSES = frozenset(
    {
        *("alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph"),
        *("lower", "print", "punct", "space", "upper", "word", "xdigit"),
    }
)

_CHARACTER = re.compile(r"\\(?:[0-7]{2,3}|0|x[0-9a-fA-F]{2}|x\{[0-9a-fA-F]{1,6}\}|[afnrtv]|[\n!-/:-@\[-`{-~ ])")
_SET = re.compile(r"\\(?:[dDsSwW]|[pP](?:[A-Z]|\{\^?\w+\}))")
_PLACE = re.compile(r"\\[AzbB]")
_QUOTED = re.compile(r"\\Q.*?(?:\\E|\Z)", re.DOTALL)
_REPEAT = re.compile(r"\{(\d+)(,(\d*))?\}", re.ASCII)
_GROUP = re.compile(r"\((?!\?)|\(\?(?:P?<(?P<name>[A-Za-z0-9_]+)>|[imsU]*(?:-[imsU]+)?(?P<end>[:)]))")
_NAMED = re.compile(r"\[:\^?(\w+):\]")
_ALONE = {"": "nothing", "repetition": "a repetition", "{": "a `{`"}
"""What stands in front of a repetition, where it is not something that can be repeated."""


def trouble(text: str) -> str:
    """Return what RE2 would have against a text, in words; empty where nothing is found."""
    return _Scan(text).trouble()


def _beyond(escape: str) -> bool:
    """Say whether an escape names a character by a number that none has."""
    return escape.startswith("\\x{") and int(escape[3:-1], 16) > sys.maxunicode


def _count(digits: str) -> int:
    """Return a number, or one that is too large for a repetition where it has more digits than any that is not."""
    return int(digits) if len(digits) < LONGEST_COUNT else MOST_REPEATS + 1


class _Scan:
    """One pass over a pattern: how many groups are open, and whether what was read last can be repeated."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._open = 0
        self._names: set[str] = set()
        self._before = ""

    def trouble(self) -> str:
        """Return the first thing that is wrong."""
        while self._at < len(self._text):
            if words := self._step():
                return words
        return "a `(` has no `)`" if self._open else ""

    def _step(self) -> str:
        match self._text[self._at]:
            case "\\":
                return self._escape()
            case "[":
                return self._class()
            case "(":
                return self._group()
            case ")":
                self._open -= 1
                return self._passed(1, "unit") if self._open >= 0 else "a `)` has no `(`"
            case "|":
                return self._passed(1, "")
            case "*" | "+" | "?":
                return self._repeated(1)
            case "{" if found := _REPEAT.match(self._text, self._at):
                least, most = _count(found[1]), _count(found[3] or found[1])
                if least <= most <= MOST_REPEATS:
                    return self._repeated(len(found[0]))
                what = f"`{found[0]}`" if len(found[0]) < LONGEST_COUNT else "a repetition"
                return f"{what} has a number above {MOST_REPEATS}, or the larger number first"
            case "{":
                return self._passed(1, "{")
            case _:
                return self._passed(1, "unit")

    def _passed(self, length: int, before: str) -> str:
        self._at += length
        self._before = before
        return ""

    def _found(self, *forms: re.Pattern[str]) -> str:
        """Return what stands here in the first of these forms, or nothing."""
        return next((found[0] for form in forms if (found := form.match(self._text, self._at))), "")

    def _escape(self) -> str:
        if (found := self._found(_QUOTED, _CHARACTER, _SET, _PLACE)) and not _beyond(found):
            return self._passed(len(found), "unit")
        return f"`{self._text[self._at : self._at + 2]}` is no escape of it, and it has no references back"

    def _repeated(self, length: int) -> str:
        sign = self._text[self._at : self._at + length]
        if self._before in _ALONE:
            return f"`{sign}` has {_ALONE[self._before]} in front of it"
        lazy = self._text.startswith("?", self._at + length)
        return self._passed(length + lazy, "repetition")

    def _group(self) -> str:
        found = _GROUP.match(self._text, self._at)
        if found is None:
            return "it has no such group with `(?`, and looks neither ahead nor behind"
        if (name := found["name"]) in self._names:
            return f"two groups have the name `{name}`"
        self._names |= {name} if name else set()
        flags = found["end"] == ")"
        self._open += not flags
        return self._passed(len(found[0]), "unit" if flags and self._before else "")

    def _class(self) -> str:
        start = self._at
        self._at += 1 + self._text.startswith("^", start + 1)
        first = True
        while first or not self._text.startswith("]", self._at):
            if self._at >= len(self._text):
                return "a `[` has no `]`"
            if words := self._item():
                return words
            first = False
        return self._passed(1, "unit")

    def _item(self) -> str:
        """Pass one item of a class: a named class, a set, a character or a range of characters."""
        if found := _NAMED.match(self._text, self._at):
            self._at += len(found[0])
            return "" if found[1] in CLASSES else f"it knows no class `{found[0]}`"
        if found_set := self._found(_SET):
            self._at += len(found_set)
            return ""
        low = self._character()
        if low and self._text.startswith("-", self._at) and not self._text.startswith("-]", self._at):
            self._at += 1
            high = self._character()
            if len(low) == len(high) == 1 and low > high:
                return f"the range `{low}-{high}` goes backwards"
            low = high
        return "" if low else f"`{self._text[self._at : self._at + 2]}` cannot stand in a class"

    def _character(self) -> str:
        """Pass one character, escaped or not, and return it; nothing where there is none."""
        found = self._found(_CHARACTER) or self._text[self._at : self._at + 1].strip("\\")
        self._at += len(found)
        return found
