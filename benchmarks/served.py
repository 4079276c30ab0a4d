"""An emulated vendor in a process of its own, which allows so many requests a second and takes its time.

Must never know what is measured. It is strict: the requests that it carries out within any one second are at most R.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from benchmarks.recorded import Recorded, Request
from benchmarks.server import serve
from reconciler.emulator import make_app


@dataclass(frozen=True, slots=True)
class Seen:
    """What a vendor counted: requests that it carried out, those that it answered 429, and from first to last."""

    carried_out: int
    refused: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Traffic:
    """What a vendor was asked, in order, and how many bytes of bodies it answered."""

    requests: tuple[Request, ...]
    answered: int


@dataclass
class Limited:
    """A WSGI app ahead of another; `rate` is None for no limit. A request that is refused is never handed on."""

    app: WSGIApplication
    root: str
    rate: int | None = None
    latency: float = 0.0
    now: Callable[[], float] = time.monotonic
    _last: deque[float] = field(default_factory=deque)
    _times: list[float] = field(default_factory=list)
    _refused: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer 429, or take the time and hand on."""
        if not self._admits():
            start_response("429 Too Many Requests", [("Content-Type", "application/json")])
            return [b'{"error": {"message": "too many requests"}}']
        time.sleep(self.latency)
        return self.app(environ, start_response)

    def seen(self, rate: int | None = None, latency: float = 0.0) -> Seen:
        """Return what was counted, and begin anew with another limit."""
        with self._lock:
            span = self._times[-1] - self._times[0] if self._times else 0.0
            seen = Seen(len(self._times), self._refused, span)
            self.rate, self.latency, self._refused = rate, latency, 0
            self._times.clear()
            self._last.clear()
        return seen

    def _admits(self) -> bool:
        with self._lock:
            now = self.now()
            while self._last and self._last[0] <= now - 1:
                self._last.popleft()
            if self.rate is not None and len(self._last) >= self.rate:
                self._refused += 1
                return False
            self._last.append(now)
            self._times.append(now)
            return True


@dataclass(frozen=True, slots=True)
class Vendor:
    """The other process, as this one sees it."""

    url: str
    _line: Connection

    def seen(self, rate: int | None = None, latency: float = 0.0) -> Seen:
        """Return what was counted since the last time, and allow so many requests a second from here on."""
        self._line.send(("seen", rate, latency))
        found: Seen = self._line.recv()
        return found

    def traffic(self) -> Traffic:
        """Return what was asked since the last time."""
        self._line.send(("traffic",))
        found: Traffic = self._line.recv()
        return found


@contextmanager
def vendor(provider: str, segments: int = 0) -> Iterator[Vendor]:
    """Yield a vendor that is served while the context lasts, and has so many invented segments to begin with."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(provider, segments, theirs), daemon=True)
    process.start()
    try:
        yield Vendor(ours.recv(), ours)
    finally:
        ours.send(None)
        process.join()


def _serve(provider: str, segments: int, line: Connection) -> None:
    with make_app(provider) as app:
        if provider == "qonversion":
            for number in range(1, segments + 1):
                app.put_segment(_segment(number))
        else:
            app.seed_many(segments)
        recorded = Recorded(app)
        limited = Limited(recorded, app.root)
        with serve(limited, app.root) as url:
            line.send(url)
            while (asked := line.recv()) is not None:
                match asked:
                    case ("seen", rate, latency):
                        line.send(limited.seen(rate, latency))
                    case _:
                        line.send(Traffic(tuple(recorded.requests), recorded.sent))
                        recorded.forget()


def _segment(number: int) -> dict[str, Any]:
    """Return an invented segment of one to eight conditions: with the emulator's own, files were half as large."""
    texts = {"environment": "prod", "renewable": str(number % 2), "target_platform": ("ios", "android")[number % 2]}
    metrics = (*texts, "client_uid", "custom_uid", "client_advertiser_id", "custom_uid", "client_uid")
    conditions = [
        {
            "metric": metric,
            "comparator": "contains" if index > 2 else "eq",
            "value": texts.get(metric, f"cohort-{number}-{index}"),
            "negate": (number + index) % 7 == 0,
        }
        for index, metric in enumerate(metrics[: 1 + number % 8])
    ]
    return {"name": f"Segment {number:05}", "conditions": conditions}
