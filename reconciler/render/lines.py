"""Styled lines, wrapped to a width and turned into text. It knows columns and colours, not what is shown."""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

NARROWEST = 40


class Style(StrEnum):
    """How a span looks on a terminal that shows colour: the parameters of the escape sequence."""

    PLAIN = ""
    BOLD = "1"
    DIM = "2"
    RED = "31"
    GREEN = "32"
    YELLOW = "33"
    CYAN = "36"
    BOLD_RED = "1;31"
    BOLD_GREEN = "1;32"
    BOLD_YELLOW = "1;33"
    BOLD_CYAN = "1;36"

    @property
    def bold(self) -> "Style":
        """The same colour in bold."""
        return Style(self.value if self.value.startswith("1") else f"1;{self.value}".strip(";"))


class Line(NamedTuple):
    """Spans that stand on one line; `indent` is in cells, and what is wrapped is indented by `hang` cells more."""

    indent: int
    spans: tuple[tuple[str, Style], ...]
    hang: int = 4

    @property
    def cells(self) -> int:
        """The width of the line on a terminal."""
        return self.indent + cells("".join([text for text, _ in self.spans]))


EMPTY = Line(0, ())


def line(indent: int, *spans: tuple[str, Style] | str, hang: int = 4) -> Line:
    """Return a line of spans, plain where only text is given."""
    return Line(indent, tuple([(span, Style.PLAIN) if isinstance(span, str) else span for span in spans]), hang)


def cells(text: str) -> int:
    """Return how many cells a text takes on a terminal, where some characters take two and some none."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415 - most text is ASCII and needs no table of widths

    return cell_len(text)


def padded(text: str, width: int) -> str:
    """Return a text filled up with spaces to a width in cells; a wider one as it is."""
    return text + " " * (width - cells(text))


def column(texts: Iterable[str], most: int) -> int:
    """Return the width of a column: that of its widest text, of those that are not wider than `most`."""
    return max((width for text in texts if (width := cells(text)) <= most), default=0)


def painted(lines: Iterable[Line], *, colour: bool, width: int | None) -> str:
    """Return lines as text, each ended by a newline; without a width nothing is wrapped, and nothing is ever cut."""
    fitting = lines if width is None else _fitted(lines, max(width, NARROWEST))
    return "".join(_text(one, colour=colour) + "\n" for one in fitting)


def _text(one: Line, *, colour: bool) -> str:
    if not colour:
        return (" " * one.indent + "".join(text for text, _ in one.spans)).rstrip()
    spans = (f"\x1b[{style.value}m{text}\x1b[0m" if style and text else text for text, style in one.spans)
    return (" " * one.indent + "".join(spans)).rstrip()


def _fitted(lines: Iterable[Line], width: int) -> Iterator[Line]:
    for one in lines:
        if one.cells <= width:
            yield one
        else:
            yield from _wrapped(one, width)


def _wrapped(one: Line, width: int) -> Iterator[Line]:
    """Yield a line in parts that fit, broken at spaces, and inside a word only where it is wider than a whole line."""
    hanging = one.indent + one.hang
    indent, used, spans = one.indent, one.indent, list[tuple[str, Style]]()
    gap = ""
    for text, style in one.spans:
        for piece in re.findall(r"\s+|\S+", text):
            if piece.isspace():
                gap += piece
                continue
            if used + len(gap) + cells(piece) > width and spans and gap:
                yield Line(indent, tuple(spans), one.hang)
                indent, used, spans, gap = hanging, hanging, [], ""
            for part in _broken(gap + piece, width - used, width - hanging):
                if spans and used + cells(part) > width:
                    yield Line(indent, tuple(spans), one.hang)
                    indent, used, spans = hanging, hanging, []
                spans.append((part, style))
                used += cells(part)
            gap = ""
    yield Line(indent, tuple(spans), one.hang)


def _broken(text: str, first: int, rest: int) -> Iterator[str]:
    """Yield a text in parts of at most `first` and then `rest` cells; as it is where it fits."""
    room = first if first > 0 else rest
    part, used = "", 0
    for character in text if cells(text) > room else [text]:
        if part and used + cells(character) > room:
            yield part
            part, used, room = "", 0, rest
        part += character
        used += cells(character)
    yield part
