"""When a request may be sent: never more in a second than allowed, and not while the vendor asks for a pause.

Safe from many threads. Must never know what is sent, or what a failure means.
"""

import math
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

SLICE_SECONDS = 0.1
MARGIN = 1.03
"""A vendor counts requests when they arrive, which is not quite when they were sent: so a little less is used."""


def never() -> bool:
    """Say no."""
    return False


def unknown() -> None:
    """Tell no time of day."""


@dataclass(frozen=True, slots=True)
class Patience:
    """For how long a request is sent again, and what passes the time meanwhile.

    `seconds` is how long after it was first sent, 0 for never again. `clock` tells the time of day, aware, where it is
    known; `now` and `sleep` are of a clock that only goes forwards; `chance` is from 0 to 1. `stopping` says whether
    somebody has asked the run to stop: then nothing is sent again.
    """

    seconds: float = 0
    clock: Callable[[], datetime | None] = unknown
    stopping: Callable[[], bool] = never
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random

    def wait(self, until: float, given_up: Callable[[], bool]) -> bool:
        """Wait; return False as soon as it is given up."""
        while not given_up():
            left = until - self.now()
            if left <= 0:
                return True
            self.sleep(min(left, SLICE_SECONDS))
        return False


class Bucket:
    """As many tokens as requests are allowed in a second. A token that was taken comes back a second later.

    So there may be a burst of one second's worth, and in no second are there more. Where the rate is no whole number,
    it is the next one, in as much time as makes up for it.
    """

    def __init__(self, requests_per_second: float | None) -> None:
        """Allow any number of requests where the rate is None."""
        self._tokens = math.ceil(requests_per_second) if requests_per_second else 0
        self._seconds = MARGIN * self._tokens / requests_per_second if requests_per_second else 0.0
        self._back: deque[float] = deque()
        self._lock = threading.Lock()

    def take(self, now: float) -> float:
        """Take the token that is there next, and return when that is."""
        if not self._tokens:
            return now
        with self._lock:
            while self._back and self._back[0] <= now:
                self._back.popleft()
            due = now if len(self._back) < self._tokens else self._back[-self._tokens]
            self._back.append(due + self._seconds)
            return due


class Pace:
    """The turns of the requests to one vendor."""

    def __init__(self, requests_per_second: float | None, patience: Patience) -> None:
        """Let through what the rate allows, with pauses only where there is patience for any."""
        self._bucket = Bucket(requests_per_second)
        self._patience = patience
        self._held_until = -math.inf
        self._lock = threading.Lock()

    def hold(self, seconds: float) -> None:
        """Hold back every request, of every thread, for so long."""
        if self._patience.seconds:
            with self._lock:
                self._held_until = max(self._held_until, self._patience.now() + seconds)

    @property
    def pause(self) -> float:
        """For how many seconds everything is still held back."""
        return max(self._held_until - self._patience.now(), 0.0)

    def turn(self, until: float) -> bool:
        """Wait until a request may be sent.

        Return False where a pause lasts longer than `until`, or the run is to stop during one. The wait for a token is
        not cut short: it is not long, and a change that was begun is to be finished.
        """
        while self._pause_ends(until):
            self._patience.wait(self._bucket.take(self._patience.now()), never)
            if not self.pause:
                return True
        return False

    def _pause_ends(self, until: float) -> bool:
        while (end := self._held_until) > self._patience.now():
            if end > until or not self._patience.wait(end, self._patience.stopping):
                return False
        return True
