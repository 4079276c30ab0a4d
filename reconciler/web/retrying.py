"""Sends a request until it is answered, for as long as that may help: who may try again, when, and when to give up.

Safe from many threads. Must never know how a request travels: it is handed what sends it once.
"""

import math
import threading
from collections.abc import Callable

from reconciler.errors import NotSent, Problem
from reconciler.web.attempt import Again, Answer, Failed
from reconciler.web.pacing import Pace, Patience

FIRST_SECONDS = 0.5
MOST_SECONDS = 8.0
DOUBLINGS = 10
IN_A_ROW = 5


class Breaker:
    """Knows whether the vendor is down: so many requests in a row failed for that. Once it says so, it stays so."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failed = 0

    @property
    def down(self) -> bool:
        """Say whether nothing is to be sent any more."""
        return self._failed >= IN_A_ROW

    def ended(self, *, down: bool) -> None:
        """Note how a request ended, after all its tries."""
        with self._lock:
            if not self.down:
                self._failed = self._failed + 1 if down else 0


class Retrying:
    """The way of every request to one vendor."""

    def __init__(self, pace: Pace, patience: Patience) -> None:
        """Send at this pace, and again with this patience."""
        self._pace = pace
        self._patience = patience
        self._breaker = Breaker()

    def answer(
        self, request: str, attempt: Callable[[], Answer | Failed], *, writing: bool, repeatable: bool
    ) -> Answer:
        """Return the answer to a request that `attempt` sends once; `repeatable` says that it may be done twice.

        Raises how the last try failed, with how often and for how long it was tried; and NotSent where the vendor is
        down, or asks for a longer pause than there is patience for.
        """
        self._admit(request, writing=writing)
        first = self._patience.now()
        last = first + self._patience.seconds
        tries = 0
        while True:
            outcome = attempt()
            tries += 1
            if isinstance(outcome, Answer):
                self._breaker.ended(down=False)
                return outcome
            asked = outcome.asked or 0.0
            self._pace.hold(asked)
            tried_at = self._patience.now()
            if not (_may(outcome.again, repeatable=repeatable) and self._wait(tries, tried_at, asked, last)):
                self._breaker.ended(down=outcome.down)
                words = [f"tried {tries} times in {_seconds(tried_at - first)}"] if tries > 1 else []
                words += [f"the vendor asks to wait {_seconds(asked)}"] if tried_at + asked > last and asked else []
                raise outcome.error(*words)

    def _admit(self, request: str, *, writing: bool) -> None:
        """Return when the request may be sent for the first time; raises NotSent where it may not be."""
        if self._breaker.down:
            raise _down(request, writing=writing)
        if not self._pace.turn(self._patience.now() + self._patience.seconds):
            words = f"{request}: not sent, since the vendor asks to wait {_seconds(self._pace.pause)}"
            raise NotSent(Problem("rate-limited", words, hint="run the command again later"), writing=writing)
        if self._breaker.down:
            raise _down(request, writing=writing)

    def _wait(self, tries: int, now: float, asked: float, last: float) -> bool:
        """Wait for the next try; return False where there is none."""
        backoff = self._patience.chance() * min(MOST_SECONDS, FIRST_SECONDS * 2 ** min(tries - 1, DOUBLINGS))
        at = now + max(asked, backoff)
        return (
            self._patience.seconds > 0
            and at <= last
            and self._patience.wait(at, self._given_up)
            and self._pace.turn(last)
            and not self._given_up()
        )

    def _given_up(self) -> bool:
        return self._patience.stopping() or self._breaker.down


def _may(again: Again, *, repeatable: bool) -> bool:
    return again is Again.ANY or (again is Again.REPEATABLE and repeatable)


def _seconds(number: float) -> str:
    whole = math.ceil(number)
    return "1 second" if whole == 1 else f"{whole} seconds"


def _down(request: str, *, writing: bool) -> NotSent:
    words = f"{request}: not sent, since the last {IN_A_ROW} requests failed: the vendor seems to be down"
    hint = "look whether the vendor is up, then run the command again"
    return NotSent(Problem("vendor-down", words, hint=hint), writing=writing)
