"""Work on many files, shared with processes beside this one, which are forked for it. Must never know what the work is.

Only with processes can Python use a second processor for it. Where they cannot be had, everything is done here.
"""

import contextlib
import gc
import marshal
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from reconciler.core.segment import Json

Item = TypeVar("Item")

FEWEST = 2_000
"""Below this number a fork would cost more than it saves."""
CHUNK = 250
"""How many items a process takes at once."""
MOST_PROCESSES = 4
_TOKEN = 4


def shared(items: Sequence[Item], work: Callable[[Item], Json], meanwhile: Callable[[], object]) -> Iterator[Json]:
    """Yield the result of the work on each item, in their order, having done what else there is to do `meanwhile`.

    A result is a JSON value. One that does not come back, for whatever reason, is None.
    """
    processes = min(_processors(), MOST_PROCESSES, len(items) // CHUNK)
    if len(items) < FEWEST or processes == 1 or threading.active_count() > 1:
        meanwhile()
        yield from map(work, items)
        return
    with _tokens(-(-len(items) // CHUNK)) as tokens, contextlib.ExitStack() as stack:
        others = [stack.enter_context(_forked(items, work, tokens)) for _ in range(processes - 1)]
        meanwhile()
        done = dict(_done(items, work, tokens))
        for other in others:
            done |= _received(other)
    for start in range(0, len(items), CHUNK):
        yield from done.pop(start, [None] * len(items[start : start + CHUNK]))


def _processors() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


@contextlib.contextmanager
def _tokens(number: int) -> Iterator[int]:
    """Yield the end of a pipe from which each process takes the next chunk: a read of so few bytes is never cut."""
    reading, writing = os.pipe()
    os.write(writing, b"".join((index * CHUNK).to_bytes(_TOKEN) for index in range(number)))
    os.close(writing)
    try:
        yield reading
    finally:
        os.close(reading)


def _done(items: Sequence[Item], work: Callable[[Item], Json], tokens: int) -> Iterator[tuple[int, list[Json]]]:
    """Do the chunks that nobody else has taken, and yield the results of each with where it begins."""
    while token := os.read(tokens, _TOKEN):
        start = int.from_bytes(token)
        yield start, [work(item) for item in items[start : start + CHUNK]]


@contextlib.contextmanager
def _forked(items: Sequence[Item], work: Callable[[Item], Json], tokens: int) -> Iterator[int]:
    """Fork a process that does chunks, and yield the end of a pipe that its results come out of; it ends with this."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            gc.disable()
            os.close(reading)
            with open(writing, "wb") as results:  # noqa: PTH123 - a descriptor
                marshal.dump(dict(_done(items, work, tokens)), results)
        finally:
            os._exit(0)
    os.close(writing)
    try:
        yield reading
    finally:
        os.close(reading)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _received(results: int) -> dict[int, list[Json]]:
    """Return what another process did; nothing where it ended before it could tell."""
    with open(results, "rb", closefd=False) as told:
        data = told.read()
    try:
        done: dict[int, list[Json]] = marshal.loads(data)  # noqa: S302 - from a process of our own
    except (EOFError, ValueError, TypeError):
        return {}
    return done
