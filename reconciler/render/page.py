"""The pieces of a page of HTML that needs nothing but itself: its frame, its style, tables and lists. No plan here.

Each text goes through `Markup.format`, which escapes it, and through `visible`: it cannot pass for anything else.
"""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from reconciler.render.escape import visible

STYLE = """\
:root { color-scheme: light dark; --ink: #1c2024; --faint: #5c6670; --paper: #fff; --line: #d5dae0; --panel: #f5f7f9;
  --red: #b3261e; --green: #176639; --amber: #7a4d00; --blue: #0b5cad; --stay: #8a96a3; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaee; --faint: #a3adb8; --paper: #14181c; --line: #39424c;
  --panel: #1d2329; --red: #ff9d94; --green: #7ed3a0; --amber: #f0c26e; --blue: #8fc1ff; --stay: #76828f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 70rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.3rem; margin-top: 2.5rem; border-bottom: 2px solid var(--line); }
h3 { font-size: 1.1rem; margin-top: 2rem; } h4 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
code, .value { font-family: ui-monospace, monospace; font-size: .875em; overflow-wrap: anywhere; }
.value { white-space: pre-wrap; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; } caption { text-align: start; color: var(--faint); }
th, td { text-align: start; vertical-align: top; padding: .25rem .6rem; border-block-end: 1px solid var(--line); }
th[scope=row] { font-weight: normal; } .number { text-align: end; font-variant-numeric: tabular-nums; }
article table { table-layout: fixed; min-width: 24rem; } article th:first-child { width: 40%; }
article th, article td { overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
article { border: 1px solid var(--line); border-inline-start-width: .4rem; border-radius: .3rem; padding: .6rem .8rem;
  margin: .8rem 0; break-inside: avoid; }
.create { border-inline-start-color: var(--green); } .update { border-inline-start-color: var(--amber); }
.delete { border-inline-start-color: var(--red); } .adopt, .forget { border-inline-start-color: var(--blue); }
.note { color: var(--faint); } .before { color: var(--red); } .after { color: var(--green); }
.refused { border: 2px solid var(--red); border-radius: .3rem; padding: .4rem .8rem; margin: .8rem 0; }
.bars { display: grid; grid-template-columns: 3.5rem 1fr 7rem; gap: .2rem .6rem; align-items: center;
  margin: .4rem 0; }
.bars svg { width: 100%; height: 1rem; display: block; } .stay { fill: var(--stay); } .gone { fill: var(--red); }
.come { fill: var(--green); } .cell { fill: var(--blue); } .self { fill: var(--line); }
.grid { stroke: var(--line); fill: none; }
.label { fill: var(--ink); font: 12px ui-monospace, monospace; }
@media print { body { font-size: 11pt; } main { max-width: none; padding: 0; }
  h2, h3, h3 + p, caption { break-after: avoid; } tr, svg { break-inside: avoid; } .scroll { overflow: visible; }
  .scroll svg { max-width: 100%; height: auto; } table { font-size: 9pt; } article table { min-width: 0; }
  th, td { padding-inline: .3rem; } tbody th, td:not(.number) { overflow-wrap: anywhere; } }
@page { margin: 1.5cm; }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""Whatever got into the page, a browser fetches nothing and runs nothing."""


def document(title: str, body: Iterable[Markup]) -> str:
    """Return a whole page."""
    frame = Markup(
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )
    # NOTE: the policy's quotes are plain in the attribute, and the style has none of a page's marks.
    return str(frame.format(policy=Markup(POLICY), title=text(title), style=Markup(STYLE), body=joined(body)))  # noqa: S704


def text(words: str) -> str:
    """Return what vendors and definitions wrote, harmless; it is escaped where it is put in."""
    return visible(words)


def joined(parts: Iterable[Markup]) -> Markup:
    """Return pieces one below the other."""
    return Markup("\n").join(parts)


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str | Markup]], *, numbers: int = 0) -> Markup:
    """Return a table whose first column names its rows, and whose last columns, as many as `numbers`, are numbers."""
    first = len(heads) - numbers
    top = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(_kind(place, first), text(head)) for place, head in enumerate(heads)
    )
    lines = [
        Markup("<tr>{}</tr>").format(Markup("").join(_cell(place, part, first) for place, part in enumerate(row)))
        for row in rows
    ]
    frame = Markup(
        "<table>\n<caption>{caption}</caption>\n<thead><tr>{top}</tr></thead>\n<tbody>\n{lines}\n</tbody>\n</table>"
    )
    return scrolled(caption, frame.format(caption=text(caption), top=top, lines=joined(lines)))


def scrolled(caption: str, wide: Markup) -> Markup:
    """Return what may be wider than the screen in a frame that scrolls, by the keyboard as well."""
    frame = Markup('<div class="scroll" role="group" aria-label="{}" tabindex="0">{}</div>')
    return frame.format(text(caption), wide)


def _cell(place: int, part: str | Markup, first: int) -> Markup:
    shown = part if isinstance(part, Markup) else text(part)
    if place == 0:
        return Markup('<th scope="row">{}</th>').format(shown)
    return Markup("<td{}>{}</td>").format(_kind(place, first), shown)


def _kind(place: int, first: int) -> Markup:
    return Markup(' class="number"') if place >= first else Markup("")


def value(shown: str, kind: str = "") -> Markup:
    """Return what somebody wrote as it stands, of a kind such as `before`."""
    return Markup('<span class="value {}">{}</span>').format(kind, text(shown)) if shown else Markup("")


def paragraph(words: str | Markup, kind: str = "") -> Markup:
    """Return a paragraph of a kind such as `note`."""
    shown = words if isinstance(words, Markup) else text(words)
    return Markup('<p class="{}">{}</p>').format(kind, shown) if kind else Markup("<p>{}</p>").format(shown)


def listed(items: Iterable[str | Markup]) -> Markup:
    """Return a list; empty where it has no item."""
    lines = [Markup("<li>{}</li>").format(each if isinstance(each, Markup) else text(each)) for each in items]
    return Markup("<ul>\n{}\n</ul>").format(joined(lines)) if lines else Markup("")
