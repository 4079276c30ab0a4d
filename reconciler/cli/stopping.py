"""What Ctrl-C and SIGTERM do to an apply: asked once, it finishes what is under way; asked twice, it stops at once.

In every other command, and before an apply begins, the one does what the other does.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from reconciler.cli.output import Output
from reconciler.cli.signals import SIGNALS, be_deaf
from reconciler.errors import ExitCode, Problem

ONCE = "stopping: what is under way is finished and recorded first; once more stops at once"
TWICE = Problem(
    "abandoned",
    "stopped at once: the ledger still holds what was begun, and the lease; free that with `reconciler ledger unlock`, "
    "and the next apply finishes what was begun",
)


class Abandoned(BaseException):
    """Somebody asked for the second time. No Exception, so that nothing waits or cleans up as after a failure."""


class Stop:
    """Whether somebody has asked the run to stop, and has had enough of waiting."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self.asked = False
        self.abandoned = False
        self.done = False

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        """Take a signal in; raises Abandoned, wherever the main thread is, at the second one."""
        if not self.asked:
            self.asked = True
            self._output.at_once(ONCE)
        elif not self.abandoned:
            self.abandoned = True
            raise Abandoned

    def over(self) -> None:
        """Take no more signals in: all is done and recorded, and neither the report nor the exit code may change."""
        self.done = True
        be_deaf()


@contextmanager
def stopping(output: Output) -> Iterator[Stop]:
    """Yield what Ctrl-C and SIGTERM tell; where they came twice, end the process with 4 and one line on stderr."""
    stop = Stop(output)
    former = {number: signal.signal(number, stop) for number in SIGNALS}
    try:
        yield stop
    finally:
        if stop.abandoned:
            output.problems((TWICE,))
            # NOTE: any other end waits for the threads that wait for the vendor.
            os._exit(ExitCode.INCOMPLETE)
        if not stop.done:
            for number, handler in former.items():
                signal.signal(number, handler)
