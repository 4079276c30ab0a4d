"""How many users segments have, as pictures of SVG: a bar before and after, and a field for each two that overlap.

Each number stands beside its picture as a text, too, and no colour is the only one to say something.
"""

from collections.abc import Iterator

from markupsafe import Markup

from reconciler.core.audience import Counted, Population
from reconciler.render.audiences import users
from reconciler.render.page import paragraph, table, text
from reconciler.render.population import largest, share

MOST = 20
"""How many segments the picture of the overlaps has room for, the largest."""

CELL, GAP, LETTER = 22, 2, 7.3
LONGEST = 40


def bars(counted: Counted, most: int) -> Markup:
    """Return a segment before and after as bars, of which the whole width is `most` users."""
    left, entered = counted.left or 0, counted.entered or 0
    before, after = counted.before or 0, counted.after or 0
    lines = [
        _bar("before", before, f"of whom {left:,} leave", (before - left, left, "gone"), most),
        _bar("after", after, f"of whom {entered:,} enter", (after - entered, entered, "come"), most),
    ]
    frame = Markup('<p>users: <strong>{}</strong></p>\n<div class="bars">\n{}\n</div>')
    return frame.format(text(users(counted)), Markup("\n").join(lines))


def _bar(side: str, number: int, words: str, parts: tuple[int, int, str], most: int) -> Markup:
    scale = 100 / most if most else 0
    kept, moved, kind = parts
    frame = Markup(
        '<span>{side}</span><svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{title}">'
        '<title>{title}</title><rect class="stay" width="{kept:.3f}" height="10"/>'
        '<rect class="{kind}" x="{kept:.3f}" y="2" width="{moved:.3f}" height="6"/></svg><span class="number">{number}'
        "</span>"
    )
    title = f"{side}: {number:,} users, {words}"
    width, more = kept * scale, moved * scale
    return frame.format(side=side, title=title, kept=width, kind=kind, moved=more, number=f"{number:,}")


def overlaps(population: Population) -> Iterator[Markup]:
    """Yield how many users the largest segments share: as a picture, and as a table of the largest overlaps."""
    sizes = sorted(((key, size) for key, size in population.sizes if size), key=lambda each: (-each[1], each[0]))
    shown = sorted(sizes[:MOST])
    if len(shown) > 1:
        yield _matrix(shown, population)
        if len(sizes) > MOST:
            yield paragraph(f"{len(sizes) - MOST} smaller segments are left out of the picture.", "note")
    rows = [
        (key, "?" if size is None else f"{size:,}", share(size, population.users)) for key, size in population.sizes
    ]
    yield table("Users of each segment", ["segment", "users", "share"], rows, numbers=2)
    pairs = [(each.one, each.other, f"{each.users:,}") for each in largest(population)]
    if pairs:
        yield table("The largest overlaps", ["segment", "and", "users in both"], pairs, numbers=1)


def _matrix(shown: list[tuple[str, int]], population: Population) -> Markup:
    """Return a field for each two segments, with a row and a column for each one."""
    size = dict(shown)
    both = {(each.one, each.other): each.users for each in population.overlaps}
    labels = [f"{row}. {_short(key)}" for row, (key, _) in enumerate(shown, 1)]
    margin, step = round(LETTER * max(map(len, labels))) + 8, CELL + GAP
    parts = []
    for row, one in enumerate(size):
        top = (row + 1) * step
        parts.append(_label(0, top + 15, labels[row]))
        parts.append(_label(margin + row * step, 15, str(row + 1)))
        for column, other in enumerate(size):
            shared = size[one] if one == other else both.get((min(one, other), max(one, other)), 0)
            words = f"{one}: {shared:,} users" if one == other else f"{one} and {other}: {shared:,} users in both"
            parts.append(_cell(margin + column * step, top, words, shared / min(size[one], size[other])))
    frame = Markup(
        '<div class="scroll"><svg width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img" aria-label="{label}">\n'
        '{parts}\n</svg></div>\n<p class="note">{note}</p>'
    )
    return frame.format(
        w=margin + len(size) * step,
        h=(len(size) + 1) * step,
        label="Which segments share users; the tables below have the numbers",
        parts=Markup("\n").join(parts),
        note="The darker a field, the larger the part of the smaller segment that is in both.",
    )


def _label(x: int, y: int, words: str) -> Markup:
    return Markup('<text class="label" x="{}" y="{}">{}</text>').format(x, y, text(words))


def _cell(x: int, y: int, words: str, part: float) -> Markup:
    frame = Markup(
        '<g><title>{title}</title><rect class="grid" x="{x}" y="{y}" width="{cell}" height="{cell}"/>'
        '<rect class="cell" x="{x}" y="{y}" width="{cell}" height="{cell}" fill-opacity="{part:.3f}"/></g>'
    )
    return frame.format(title=text(words), x=x, y=y, cell=CELL, part=part)


def _short(key: str) -> str:
    return key if len(key) <= LONGEST else f"{key[: LONGEST - 1]}…"
