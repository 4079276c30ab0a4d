"""How many users segments have, as pictures of SVG: a bar before and after, and a field for each two that overlap.

Each number stands beside its picture as a text, too, and no colour is the only one to say something.
"""

from collections.abc import Iterator, Mapping
from itertools import permutations

from markupsafe import Markup

from reconciler.core.audience import Counted, Population
from reconciler.render.audiences import users
from reconciler.render.counts import figure
from reconciler.render.page import paragraph, scrolled, table, text
from reconciler.render.population import largest, share
from reconciler.render.values import word

MOST = 20
"""How many segments the picture of the overlaps has room for, the largest."""

CELL, GAP, LETTER = 22, 2, 7.3
LONGEST = 40
FAINTEST = 0.15


def bars(counted: Counted, most: int) -> Markup:
    """Return a segment before and after as bars, of which the whole width is `most` users; no bar of the unknown."""
    lines = [
        _bar("before", counted.before, (counted.left, "leave", "gone"), most),
        _bar("after", counted.after, (counted.entered, "enter", "come"), most),
    ]
    frame = Markup('<p>users: <strong>{}</strong></p>\n<div class="bars">\n{}\n</div>')
    return frame.format(text(users(counted)), Markup("\n").join(lines))


def _bar(side: str, number: int | None, parts: tuple[int | None, str, str], most: int) -> Markup:
    if number is None:
        unknown = Markup('<span>{}</span><span class="note">{}</span><span class="number">?</span>')
        return unknown.format(side, "not counted")
    moved, verb, kind = parts
    scale = 100 / most if most else 0
    frame = Markup(
        '<span>{side}</span><svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{title}">'
        '<title>{title}</title><rect class="stay" width="{kept:.3f}" height="10"/>'
        '<rect class="{kind}" x="{kept:.3f}" y="2" width="{more:.3f}" height="6"/></svg><span class="number">{number}'
        "</span>"
    )
    title = f"{side}: {number:,} users{'' if moved is None else f', of whom {moved:,} {verb}'}"
    more = moved or 0
    kept = (number - more) * scale
    return frame.format(side=side, title=title, kept=kept, kind=kind, more=more * scale, number=f"{number:,}")


def overlaps(population: Population) -> Iterator[Markup]:
    """Yield how many users the largest segments share: as a picture, and as tables with each of its numbers."""
    known = ((each.key, each.users) for each in population.sizes if each.users)
    sizes = sorted(known, key=lambda each: (-each[1], each[0]))
    shown = sorted(sizes[:MOST])
    if len(shown) > 1:
        yield from _matrix(dict(shown), population)
        if len(sizes) > MOST:
            yield paragraph(f"{len(sizes) - MOST} smaller segments are left out of the picture.", "note")
    rows = [(each.key, figure(each.users), share(each, population.users)) for each in population.sizes]
    yield table("Users of each segment", ["segment", "users", "share"], rows, numbers=2)
    pairs = [(each.one, each.other, f"{each.users:,}") for each in largest(population)]
    if pairs:
        yield table("The largest overlaps", ["segment", "and", "users in both"], pairs, numbers=1)
    if len(population.overlaps) > len(pairs):
        yield paragraph(f"and {len(population.overlaps) - len(pairs)} smaller ones", "note")
        every = [(key, _others(key, dict(shown), population)) for key, _ in shown]
        yield table("The overlaps in the picture", ["segment", "users in both, with each other segment"], every)


def _others(key: str, size: Mapping[str, int], population: Population) -> str:
    """Return how many users a segment shares with each other one of the picture, the largest overlap first."""
    found = [
        (each.users, each.other if each.one == key else each.one)
        for each in population.overlaps
        if key in {each.one, each.other} and {each.one, each.other} <= size.keys()
    ]
    told = (f"{word(other)}: {shared:,}" for shared, other in sorted(found, key=lambda each: (-each[0], each[1])))
    return "; ".join(told) or "none"


def _matrix(size: Mapping[str, int], population: Population) -> Iterator[Markup]:
    """Yield a field for each two segments, with a row and a column for each one, and what its colour says."""
    both = {(each.one, each.other): each.users for each in population.overlaps}
    labels = [f"{row}. {_short(key)}" for row, key in enumerate(size, 1)]
    margin, step = round(LETTER * max(map(len, labels))) + 8, CELL + GAP
    shares = {
        (one, other): both.get((min(one, other), max(one, other)), 0) / min(size[one], size[other])
        for one, other in permutations(size, 2)
    }
    parts = []
    for row, one in enumerate(size):
        top = (row + 1) * step
        parts.append(_label(0, top + 15, labels[row]))
        parts.append(_label(margin + row * step, 15, str(row + 1)))
        for column, other in enumerate(size):
            left = margin + column * step
            if one == other:
                parts.append(_cell(left, top, f"{one}: {size[one]:,} users", "self", 1))
            else:
                words = f"{one} and {other}: {both.get((min(one, other), max(one, other)), 0):,} users in both"
                parts.append(_cell(left, top, words, "cell", _shade(shares[one, other])))
    label = "Which segments share users; the tables below have the numbers"
    frame = Markup(
        '<svg width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img" aria-label="{label}">'
        "<title>{label}</title>\n{parts}\n</svg>"
    )
    width, height = margin + len(size) * step, (len(size) + 1) * step
    yield scrolled(label, frame.format(w=width, h=height, label=label, parts=Markup("\n").join(parts)))
    yield paragraph(
        "The stronger the colour of a field, the larger the part of the smaller segment that is in both: the full "
        f"colour is all of it, and the largest part here is {max(shares.values()):.1%}. An empty field: nobody is.",
        "note",
    )


def _shade(part: float) -> float:
    """Return how strong the colour of a field is: full for all of the smaller segment, to be seen for anybody."""
    return FAINTEST + (1 - FAINTEST) * part if part else 0


def _label(x: int, y: int, words: str) -> Markup:
    return Markup('<text class="label" x="{}" y="{}">{}</text>').format(x, y, text(words))


def _cell(x: int, y: int, words: str, kind: str, shade: float) -> Markup:
    frame = Markup(
        '<g><title>{title}</title><rect class="grid" x="{x}" y="{y}" width="{cell}" height="{cell}"/>'
        '<rect class="{kind}" x="{x}" y="{y}" width="{cell}" height="{cell}" fill-opacity="{shade:.3f}"/></g>'
    )
    return frame.format(title=text(words), x=x, y=y, cell=CELL, kind=kind, shade=shade)


def _short(key: str) -> str:
    return key if len(key) <= LONGEST else f"{key[: LONGEST - 1]}…"
