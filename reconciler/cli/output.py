"""The only place that prints: the one result to stdout, everything else to stderr, and a credential to neither."""

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from reconciler.core.document import Document, text
from reconciler.definitions.write import save
from reconciler.errors import Problem

FALLBACK_WIDTH = 100


class Format(StrEnum):
    """How the result is written to stdout."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


@dataclass(slots=True)
class Output:
    """Where and how a command speaks. `secrets` are blotted out of all that is printed or written."""

    format: Format = Format.TEXT
    colour: bool = False
    quiet: bool = False
    verbose: bool = False
    secrets: frozenset[str] = frozenset()

    def result(self, shown: str) -> None:
        """Print the result."""
        self._print(shown, sys.stdout)

    def document(self, document: Document) -> None:
        """Print a document as the result."""
        self._print(text(document), sys.stdout)

    def note(self, words: str) -> None:
        """Tell the person something beside the result, unless they asked for quiet."""
        if not self.quiet:
            self._print(words, sys.stderr)

    def problems(self, problems: Iterable[Problem]) -> None:
        """Print errors and warnings to stderr."""
        from reconciler.render import terminal

        shown = terminal.problems(tuple(problems), colour=self.colour and sys.stderr.isatty(), width=None)
        if shown:
            self._print(shown, sys.stderr)

    def save(self, path: Path, document: Document) -> None:
        """Write a document to a file, whole or not at all."""
        save(path, self._clean(text(document)))

    def _print(self, shown: str, stream: object) -> None:
        cleaned = self._clean(shown)
        print(cleaned, file=stream, end="" if cleaned.endswith("\n") else "\n", flush=True)  # type: ignore[call-overload]

    def _clean(self, shown: str) -> str:
        for secret in sorted(self.secrets, key=len, reverse=True):
            for written in (secret, json.dumps(secret)[1:-1]):
                shown = shown.replace(written, "***")
        return shown
