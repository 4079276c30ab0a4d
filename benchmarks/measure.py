"""Times whole processes: how long each takes, and how much memory it has at its peak. Must never know what they do."""

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

KIBIBYTE = 1024


@dataclass(frozen=True, slots=True)
class Command:
    """A process to be timed: its arguments, its folder, its environment, and the exit codes that it may end with.

    `before` is done each time ahead of it, and counts nothing; `after` is given what it printed, to refuse a figure of
    a run that did not do the work.
    """

    arguments: Sequence[str]
    cwd: Path
    environment: Mapping[str, str]
    codes: frozenset[int] = frozenset({0})
    before: Callable[[], None] = lambda: None
    after: Callable[[str], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Run:
    """One run: seconds by the wall and of the processors, and the peak of its memory in bytes."""

    seconds: float
    worked: float
    peak: int


@dataclass(frozen=True, slots=True)
class Runs:
    """Several runs of one command."""

    runs: tuple[Run, ...]

    @property
    def seconds(self) -> float:
        """The median, in seconds."""
        return statistics.median(run.seconds for run in self.runs)

    @property
    def least(self) -> float:
        """The quickest, in seconds."""
        return min(run.seconds for run in self.runs)

    @property
    def most(self) -> float:
        """The slowest, in seconds."""
        return max(run.seconds for run in self.runs)

    @property
    def worked(self) -> float:
        """The median of the processors' seconds."""
        return statistics.median(run.worked for run in self.runs)

    @property
    def peak(self) -> int:
        """The highest peak, in bytes."""
        return max(run.peak for run in self.runs)


def interleaved(commands: Mapping[str, Command], rounds: int) -> dict[str, Runs]:
    """Run the commands in turn, so many times each, and return their runs by name.

    In turn, so that whatever else the machine does meanwhile meets all of them.
    """
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            runs[name].append(once(command))
    return {name: Runs(tuple(found)) for name, found in runs.items()}


def once(command: Command) -> Run:
    """Run a command to its end; raises RuntimeError, with what it printed, where it ends with another code."""
    command.before()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        began = time.perf_counter()
        process = subprocess.Popen(
            command.arguments,
            cwd=command.cwd,
            env=dict(command.environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=errors,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        printed, complaint = out.read().decode(), errors.read().decode()
    if process.returncode not in command.codes:
        message = f"{command.arguments} ended with {process.returncode}: {complaint[-2000:] or printed[-2000:]}"
        raise RuntimeError(message)
    command.after(printed)
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * KIBIBYTE)
