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
from typing import IO, TypeVar

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
    alone = len(items) < FEWEST or threading.active_count() > 1
    others = 0 if alone else min(_processors(), MOST_PROCESSES) - 1
    with contextlib.ExitStack() as stack:
        told: list[IO[bytes]] = []
        # NOTE: where the system has no pipe or process to give, there are fewer of them.
        with contextlib.suppress(OSError):
            tokens = stack.enter_context(_tokens(-(-len(items) // CHUNK)))
            told.extend(stack.enter_context(_forked(items, work, tokens)) for _ in range(others))
        meanwhile()
        done = dict(_done(items, work, tokens)) if told else {}
        for results in told:
            done |= _received(results)
    if not told:
        yield from map(work, items)
        return
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
def _forked(items: Sequence[Item], work: Callable[[Item], Json], tokens: int) -> Iterator[IO[bytes]]:
    """Fork a process that does chunks, and yield what its results come out of; it ends with this."""
    reading, writing = os.pipe()
    with open(reading, "rb") as results:  # noqa: PTH123 - a descriptor
        with open(writing, "wb") as told:  # noqa: PTH123 - a descriptor
            child = os.fork()
            if child == 0:
                try:
                    signal.signal(signal.SIGINT, signal.SIG_DFL)
                    gc.disable()
                    results.close()
                    marshal.dump(dict(_done(items, work, tokens)), told)
                    told.close()
                finally:
                    os._exit(0)
        try:
            yield results
        except BaseException:
            os.kill(child, signal.SIGKILL)
            raise
        finally:
            os.waitpid(child, 0)


def _received(results: IO[bytes]) -> dict[int, list[Json]]:
    """Return what another process did; nothing where it ended before it could tell."""
    try:
        done: dict[int, list[Json]] = marshal.loads(results.read())  # noqa: S302 - from a process of our own
    except (EOFError, ValueError, TypeError):
        return {}
    return done
