"""Give definition files their one layout, or say which do not have it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from reconciler.definitions.layout import format_text
from reconciler.definitions.source import File, listing, read
from reconciler.disk import replace
from reconciler.errors import InvalidInput, Problem, ReconcilerError, Severity


@dataclass(frozen=True, slots=True)
class Formatted:
    """How many files were looked at, and which of them did not have the layout, as the user would name them."""

    looked_at: int
    changed: tuple[str, ...]


def format_files(places: Iterable[tuple[Path, str]], *, check: bool) -> Formatted:
    """Rewrite those of these files and of the definitions below these folders that lack the layout.

    Each place comes with its name for people. With `check` nothing is written. Raises InvalidInput, with nothing
    written, where a single file cannot be read or parsed.
    """
    looked_at: set[str] = set()
    changed: dict[str, tuple[str, str]] = {}
    problems: dict[Problem, None] = {}
    for file in _files(places, problems):
        try:
            data = read(file)
            text = format_text(data, file.shown)
        except ReconcilerError as error:
            problems |= dict.fromkeys(error.problems)
            continue
        looked_at.add(file.path)
        if text.encode() != data:
            changed[file.path] = (file.shown, text)
    if problems:
        raise InvalidInput(*problems)
    if not check:
        for path, (_, text) in changed.items():
            replace(Path(path), text)
    return Formatted(len(looked_at), tuple(shown for shown, _ in changed.values()))


def _files(places: Iterable[tuple[Path, str]], problems: dict[Problem, None]) -> Iterator[File]:
    for path, shown in places:
        if path.is_dir() or not (path.exists() or path.suffix == ".json"):
            found = listing(path, shown)
            problems |= {problem: None for problem in found.problems if problem.severity is Severity.ERROR}
            yield from found.files
        else:
            yield File(path.stem, str(path.resolve()), shown)
