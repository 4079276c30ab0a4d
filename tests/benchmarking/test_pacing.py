"""The benchmarks run, and the vendor that they run against is as strict as it says."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import warm
from web.clockwork import Clockwork

from benchmarks.served import Limited, Seen
from reconciler.emulator import make_app

ROOT = Path(__file__).parents[2]


def test_a_limited_vendor_carries_out_no_more_than_its_limit_in_any_second() -> None:
    """By its own clock: what is refused is not handed on and uses nothing up."""
    clock = Clockwork()
    answers: list[str] = []

    def answered(status: str, *_: object) -> Callable[[bytes], object]:
        answers.append(status[:3])
        return len

    with make_app("qonversion") as app:
        limited = Limited(app, app.root, rate=2, now=clock.now)
        for _ in range(12):
            limited({"REQUEST_METHOD": "GET", "PATH_INFO": "/v4"}, answered)
            clock.sleep(0.25)

        assert ["429" if answer == "429" else "done" for answer in answers] == ["done", "done", "429", "429"] * 3
        assert len(app.requests) == 6
    assert limited.seen() == Seen(carried_out=6, refused=6, seconds=2.25)


def test_the_benchmark_of_an_apply_prints_its_tables() -> None:
    """Small numbers, a rate that is never reached: the rows have the requests per change, whatever the time."""
    arguments = ("-m", "benchmarks.pacing", "--changes", "3", "--rates", "500", "--providers", "kibamail")
    ended = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=warm.unmeasured(), capture_output=True, text=True, check=True
    )
    rows = [row.split(" | ") for row in ended.stdout.splitlines() if row.startswith(("| 500", "| kibamail"))]

    assert [row[:3] for row in rows[:2]] == [["| 500", "500", "8"], ["| 500", "1000", "8"]]
    assert [row[0] for row in rows[2:]] == ["| kibamail"]
    assert float(rows[0][3]) >= 2
    assert float(rows[2][1]) >= 2
