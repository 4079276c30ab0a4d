"""How many users segments have and share, as columns of text and as tables of Markdown. It never counts."""

from collections.abc import Sequence

from reconciler.core.audience import Overlap, Population, Size
from reconciler.render import gfm
from reconciler.render.counts import figure, part
from reconciler.render.escape import visible
from reconciler.render.lines import column, padded
from reconciler.render.values import word

MOST = 20
"""How many overlaps are shown, the largest."""

KEYS = 40


def text(target: str, provider: str, population: Population) -> str:
    """Return the sizes and the largest overlaps as aligned columns."""
    lines = [f"{visible(target)} ({visible(provider)}): {users(population)}", ""]
    width = column((word(each.key) for each in population.sizes), KEYS)
    numbers = max((len(figure(each.users)) for each in population.sizes), default=0)
    lines += [
        f"  {padded(word(each.key), width)}  {figure(each.users):>{numbers}}  {share(each, population.users)}".rstrip()
        for each in population.sizes
    ]
    shown = largest(population)
    if shown:
        lines += ["", f"In two segments ({len(population.overlaps)})"]
        lines += [f"  {pair(each)}" for each in shown]
        lines += _more(population)
    return "\n".join(lines)


def markdown(target: str, provider: str, population: Population) -> list[str]:
    """Return the sizes and the largest overlaps as tables of Markdown."""
    sizes = [
        [gfm.cell(each.key), figure(each.users), gfm.cell(share(each, population.users))] for each in population.sizes
    ]
    lines = [f"### {gfm.code(target)} ({gfm.code(provider)})", "", users(population), ""]
    lines += [*gfm.table(["segment", "users", "share"], sizes), ""]
    shared = [[gfm.cell(each.one), gfm.cell(each.other), figure(each.users)] for each in largest(population)]
    if shared:
        lines += [*gfm.table(["segment", "and", "users in both"], shared), "", *_more(population)]
    return lines


def users(population: Population) -> str:
    """Return how many users were looked at."""
    sample = "" if population.sampled == 1 else f", {part(population.sampled)} of all"
    return f"{figure(population.users)} user{'' if population.users == 1 else 's'}{sample}"


def largest(population: Population) -> Sequence[Overlap]:
    """Return the overlaps that are shown."""
    return sorted(population.overlaps, key=lambda each: (-each.users, each.one, each.other))[:MOST]


def pair(overlap: Overlap) -> str:
    """Return one overlap in words."""
    return f"{figure(overlap.users)} users are in {word(overlap.one)} and in {word(overlap.other)}"


def share(size: Size, of: int) -> str:
    """Return the part of all users, or why nobody can say."""
    if size.users is None:
        return f"not counted: {visible(size.why)}"
    return f"{size.users / of:.1%}" if of else ""


def _more(population: Population) -> list[str]:
    more = len(population.overlaps) - MOST
    return [f"  and {more} smaller ones"] if more > 0 else []
