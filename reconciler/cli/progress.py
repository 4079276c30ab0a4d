"""A progress bar on stderr, on a terminal only, and only where the work takes longer than a second."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from reconciler.core.report import Outcome

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE_SECONDS = 1.0


class Bar:
    """An Observer of an apply that shows nothing at all where the work is quick or nobody is looking."""

    def __init__(self, words: str, total: int | None = None) -> None:
        """Show `words` beside the bar; `total` is None while nobody knows how much there is to do."""
        self._words = words
        self._total = total
        self._done = 0
        self._lock = threading.Lock()
        self._bar: Progress | None = None
        self._timer: threading.Timer | None = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            self._timer = threading.Timer(PATIENCE_SECONDS, self._show)
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer.join()
        if self._bar:
            self._bar.stop()

    def started(self, total: int) -> None:
        """Take in how many changes there are."""
        with self._lock:
            self._total = total
            self._update()

    def ended(self, outcome: Outcome) -> None:  # noqa: ARG002 - the shape of an Observer
        """Count one change."""
        with self._lock:
            self._done += 1
            self._update()

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import Progress

        with self._lock:
            self._bar = Progress(console=Console(file=sys.stderr), transient=True)
            self._bar.add_task(self._words, total=self._total)
            self._update()
            self._bar.start()

    def _update(self) -> None:
        if self._bar:
            self._bar.update(self._bar.task_ids[0], completed=self._done, total=self._total)


@contextmanager
def waiting(words: str) -> Iterator[None]:
    """Show that something slow is going on."""
    with Bar(words):
        yield
