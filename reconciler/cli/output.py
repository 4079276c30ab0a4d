"""The only place that prints: the one result to stdout, everything else to stderr, and a credential to neither."""

import os
import re
import sys
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TextIO

from reconciler.settings.environment import in_actions

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from reconciler.core.document import Document
    from reconciler.errors import Problem

FALLBACK_WIDTH = 100
OBEYED = re.compile(r"^(\s*:)(?=:)|(##)(?=\[)", re.MULTILINE)
"""Where GitHub's runner begins to read a command in what a step prints: at the start of a line, or anywhere."""
UNSEEN = "\u200b"


class Format(StrEnum):
    """How the result is written to stdout."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class Findings(StrEnum):
    """How problems are written to stdout for a CI system to show beside the lines: for `validate` alone."""

    GITHUB = "github"
    SARIF = "sarif"
    GITLAB = "gitlab"


class Page(StrEnum):
    """How plans are written to stdout for a browser: for `plan` alone."""

    HTML = "html"


@dataclass(slots=True)
class Output:
    """Where and how a command speaks. `secrets` are blotted out of all that is printed or written.

    `told` says that a result was printed, so that a failure after it adds no second one. Where `findings` is set, all
    that is printed to stdout is in that format, and where `page` is, it is a page for a browser. `obeyed` says that
    something reads all that is printed for commands to itself, which no text may hold by chance.
    """

    format: Format = Format.TEXT
    colour: bool = False
    quiet: bool = False
    verbose: bool = False
    secrets: frozenset[str] = frozenset()
    told: bool = False
    findings: Findings | None = None
    page: Page | None = None
    obeyed: bool = False

    def result(self, shown: str) -> None:
        """Print the result."""
        self.told = True
        self._print(shown, sys.stdout)

    def document(self, document: "Document") -> None:
        """Print a document as the result."""
        from reconciler.core.document import text

        self.told = True
        # NOTE: in JSON this stands inside of strings alone, where the escape means the same.
        self._print(text(document).replace("##[", "#\\u0023["), sys.stdout)

    def commands(self, lines: str) -> None:
        """Print commands to what reads the output."""
        self.told = True
        self._write(self.clean(lines), sys.stdout)

    def note(self, words: str) -> None:
        """Tell the person something beside the result, unless they asked for quiet."""
        if not self.quiet:
            self._print(words, sys.stderr)

    def at_once(self, words: str) -> None:
        """Tell as `note` does, but from the handler of a signal, which may have come in the middle of a print."""
        if not self.quiet:
            with suppress(OSError):
                os.write(sys.stderr.fileno(), f"{words}\n".encode())

    def trace(self, words: str) -> None:
        """Print a traceback, which is asked for with `--debug` alone."""
        self._print(words, sys.stderr)

    def problems(self, problems: "Iterable[Problem]") -> None:
        """Print errors and warnings to stderr."""
        found = tuple(problems)
        if not found:
            return
        from reconciler.render import terminal

        shown = terminal.problems(found, colour=self.colour and sys.stderr.isatty(), width=None)
        self._print(shown, sys.stderr)

    def save(self, path: "Path", document: "Document") -> None:
        """Write a document to a file, whole or not at all."""
        from reconciler.core.document import text
        from reconciler.disk import save

        save(path, self.clean(text(document)))

    def _print(self, shown: str, stream: TextIO) -> None:
        cleaned = self.clean(shown)
        if self.obeyed:
            cleaned = OBEYED.sub(lambda found: f"{found[0]}{UNSEEN}", cleaned)
        self._write(cleaned, stream)

    def _write(self, cleaned: str, stream: TextIO) -> None:
        try:
            print(cleaned, file=stream, end="" if cleaned.endswith("\n") else "\n", flush=True)
        except OSError as error:
            # NOTE: the unwritten rest stays in the buffer, and the interpreter would complain about it at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            if stream is sys.stdout and not isinstance(error, BrokenPipeError):
                raise

    def clean(self, shown: str) -> str:
        """Return a text without any secret."""
        if not self.secrets:
            return shown
        from reconciler.web.blotting import blotted

        for secret in sorted(self.secrets, key=len, reverse=True):
            shown = blotted(shown, secret)
        return shown


def speaking(word: str, *, colour: bool = False, quiet: bool = False, verbose: bool = False) -> Output:
    """Return the output in the format of this name."""
    findings = Findings(word) if word in [form.value for form in Findings] else None
    page = Page(word) if word in [form.value for form in Page] else None
    shown = Format.TEXT if findings or page else Format(word)
    return Output(shown, colour, quiet, verbose, findings=findings, page=page, obeyed=in_actions())
