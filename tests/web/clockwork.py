"""A clock that passes no time but what is slept, and patience that goes by it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from reconciler.web.pacing import Patience, never


@dataclass
class Clockwork:
    """A clock that only goes forwards; `then` is called at each sleep, with the time at which it ends."""

    time: float = 100.0
    slept: list[float] = field(default_factory=list)
    then: Callable[[float], object] = float

    def now(self) -> float:
        """Return the time."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        assert seconds > 0
        self.slept.append(seconds)
        self.time += seconds
        self.then(self.time)

    def patience(self, seconds: float, *, chance: float = 1.0, stopping: Callable[[], bool] = never) -> Patience:
        """Return patience by this clock, whose luck is always the same."""
        return Patience(seconds, stopping=stopping, now=self.now, sleep=self.sleep, chance=lambda: chance)
