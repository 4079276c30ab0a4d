"""Give definition files their one layout, or say which do not have it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from reconciler.definitions.source import read_source, sources
from reconciler.definitions.write import format_text, replace
from reconciler.errors import InvalidInput, Problem, ReconcilerError


@dataclass(frozen=True, slots=True)
class Formatted:
    """How many files were looked at, and which of them did not have the layout, as the user would name them."""

    looked_at: int
    changed: tuple[str, ...]


def format_files(places: Iterable[tuple[Path, str]], *, check: bool) -> Formatted:
    """Rewrite the files in these files and folders (each with its name for people) that lack the layout.

    With `check` nothing is written. Raises InvalidInput, with nothing written, where a single file cannot be read or
    parsed.
    """
    texts: dict[Path, tuple[str, str, bool]] = {}
    problems: dict[Problem, None] = {}
    for path, shown in places:
        found = sources(path, shown)
        problems |= dict.fromkeys(found.problems)
        for source in found.sources:
            try:
                data = read_source(source)
                text = format_text(data, source.shown)
            except ReconcilerError as error:
                problems |= dict.fromkeys(error.problems)
                continue
            texts[source.path.resolve()] = (source.shown, text, text.encode() != data)
    if problems:
        raise InvalidInput(*problems)
    changed = {path: (shown, text) for path, (shown, text, differs) in texts.items() if differs}
    if not check:
        for path, (_, text) in changed.items():
            replace(path, text)
    return Formatted(len(texts), tuple(shown for shown, _ in changed.values()))
