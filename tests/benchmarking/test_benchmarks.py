"""The benchmarks run from a checkout, and refuse a figure of a run that did not do the work."""

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
import warm

from benchmarks.measure import Command, interleaved, once

ROOT = Path(__file__).parents[2]


def test_the_benchmarks_print_a_row_for_each_case() -> None:
    """Small numbers: each row has its ratio to the floor, and what was asked of the vendor, whatever the time."""
    arguments = ("--sizes", "12", "--providers", "push0", "--rounds", "1", "--cases", "start", "everyday")
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=ROOT,
        env=warm.unmeasured(),
        capture_output=True,
        text=True,
        check=True,
    )
    rows = [row.strip("| ").split(" | ") for row in ended.stdout.splitlines() if row.startswith("| ")][1:]

    assert ["--help", "import --all", "validate"] == [row[0] for row in rows[:3]]
    assert ["2", "-", "2"] == [row[8] for row in rows[1:4]]
    assert {"push0"} == {row[1] for row in rows[1:]}
    assert all(float(row[6]) > 0 for row in rows)


def test_a_run_that_fails_gives_no_figure(tmp_path: Path) -> None:
    """Another exit code than was said, or another output, is an error with what was printed."""
    failing = Command((sys.executable, "-c", "print('no'); raise SystemExit(3)"), tmp_path, {})

    with pytest.raises(RuntimeError, match="ended with 3: no"):
        once(failing)


def test_commands_run_in_turn(tmp_path: Path) -> None:
    """So that whatever else goes on meets all of them; each figure has its median between its ends."""
    order: list[str] = []
    commands = {
        name: Command((sys.executable, "-c", "pass"), tmp_path, {}, before=partial(order.append, name))
        for name in ("one", "other")
    }

    runs = interleaved(commands, 2)

    assert ["one", "other", "one", "other"] == order
    assert all(each.least <= each.seconds <= each.most and each.peak > 0 for each in runs.values())
