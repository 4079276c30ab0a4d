"""Several clients of one hub, whose requests are let through one at a time, in every order that is asked for."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

SECONDS = 30

Client = Callable[[], None]


@dataclass
class Turns:
    """Lets one client after another do one step; a step is what a client does from one gate to the next.

    `choose` says which of those that wait goes on. `taken` is what was chosen, of how many.
    """

    choose: Sequence[int]
    taken: list[tuple[int, int]] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _waiting: set[str] = field(default_factory=set)
    _alive: set[str] = field(default_factory=set)
    _going: str = ""

    def gate(self, client: str) -> None:
        """Wait until it is this client's turn."""
        with self._changed:
            if client not in self._alive:
                return
            self._going = ""
            self._waiting.add(client)
            self._changed.notify_all()
            assert self._changed.wait_for(lambda: self._going == client, SECONDS), "its turn never came"

    def run(self, clients: dict[str, Client]) -> list[BaseException]:
        """Run the clients to their end, and return what they raised."""
        raised: list[BaseException] = []
        self._alive = set(clients)

        def whole(name: str, client: Client) -> None:
            try:
                self.gate(name)
                client()
            except BaseException as error:  # noqa: BLE001 - it is handed to the test
                raised.append(error)
            finally:
                with self._changed:
                    self._alive.discard(name)
                    self._going = ""
                    self._changed.notify_all()

        threads = [threading.Thread(target=whole, args=each, daemon=True) for each in clients.items()]
        for thread in threads:
            thread.start()
        while self._next():
            pass
        for thread in threads:
            thread.join(SECONDS)
        return raised

    def _next(self) -> bool:
        """Let the next client go on once all that are alive wait; return False when none is."""
        with self._changed:
            assert self._changed.wait_for(lambda: not self._going and self._waiting == self._alive, SECONDS), "stuck"
            if not self._alive:
                return False
            ready = sorted(self._waiting)
            at = len(self.taken)
            choice = self.choose[at] if at < len(self.choose) else 0
            self.taken.append((choice, len(ready)))
            self._going = ready[choice]
            self._waiting.discard(self._going)
            self._changed.notify_all()
            return True


def every(run: Callable[[Sequence[int]], list[tuple[int, int]]], switches: int | None = None) -> Iterator[int]:
    """Run with every order of steps, or every one with at most so many changes of turn; yield after each its number.

    `run` takes which of those that wait goes on at each step, and returns what it took, of how many.
    """
    pending: list[tuple[int, ...]] = [()]
    number = 0
    while pending:
        prefix = pending.pop()
        taken = run(prefix)
        number += 1
        yield number
        for at in range(len(prefix), len(taken)):
            choice, of = taken[at]
            before = tuple(each for each, _ in taken[:at])
            for other in range(choice + 1, of):
                branch = (*before, other)
                if (
                    switches is None
                    or sum(one != two for one, two in pairwise(branch)) <= switches
                ):
                    pending.append(branch)
