"""Text that cannot break out of the Markdown of GitHub and GitLab. It knows their syntax, and nothing that is shown.

Pages: https://github.github.com/gfm/ (fences, code spans, tables, entities), and the sites' own mentions and
references, which are looked for in the text that a reader sees, outside of code: an element parts `@` from the rest.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from reconciler.render.escape import visible

HARMFUL = re.compile(r"[!#-&*<>@\[-`{-~]|:(?=[/\w+-])|www(?=\.)|(?<=gh)-(?=\d)", re.IGNORECASE)
REFERRING = frozenset("@#!%&$~^[:wW-")
COMMIT = re.compile(r"(?<![^\W_])([0-9a-f]{7,})(?![^\W_])", re.IGNORECASE)
"""What a site could take for a commit and make a link of: outside of code, however many digits there are."""
SAFE = ":/?#[]@!$&'*+,;=%"
"""What stays as it is in an address."""


def code(text: str) -> str:
    """Return text as a code span, fenced by more backticks than it holds in a row."""
    shown = visible(text)
    fence = "`" * (_ticks(shown) + 1)
    pad = " " if shown.strip("` ") != shown else ""
    return f"{fence}{pad}{shown or ' '}{pad}{fence}"


def cell(text: str) -> str:
    """Return text as code for a table or a summary, where a code span could be cut by a `|` or would not be read."""
    return f"<code>{_meaningless(visible(text))}</code>"


def prose(text: str) -> str:
    """Return a sentence: what stands between backticks as code, the rest as plain text that means nothing else."""
    parts = visible(text).split("`")
    if len(parts) % 2 == 0:
        return _plain(visible(text))
    return "".join(code(part) if number % 2 else _plain(part) for number, part in enumerate(parts))


def fenced(lines: Sequence[str]) -> list[str]:
    """Return lines as a fenced block of `diff`; each begins with a character of ours, and none may hold a line end."""
    fence = "`" * max(3, 1 + max(map(_ticks, lines)))
    return [f"{fence}diff", *lines, fence]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a table of cells that are escaped already: what it counts on the left, numbers on the right."""
    rule = ["---" if number == 0 else "---:" for number in range(len(head))]
    return [f"| {' | '.join(row)} |" for row in (head, rule, *rows)]


def folded(summary: str, lines: Iterable[str]) -> Iterator[str]:
    """Yield lines that open at a click on a summary, which is escaped already."""
    yield from ("<details>", f"<summary>{summary}</summary>", "")
    yield from lines
    yield from ("</details>", "")


def linked(words: str, url: str) -> str:
    """Return words, which are escaped already, as a link; as they are where there is no address."""
    return f"[{words}](<{quote(url, safe=SAFE)}>)" if url else words


def _ticks(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _plain(text: str) -> str:
    parts = COMMIT.split(text)
    return "".join(f"<code>{part}</code>" if number % 2 else _meaningless(part) for number, part in enumerate(parts))


def _meaningless(text: str) -> str:
    return HARMFUL.sub(
        lambda found: f"<span>{_entity(found)}</span>" if found[0][0] in REFERRING else _entity(found), text
    )


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found[0][0])};{found[0][1:]}"
