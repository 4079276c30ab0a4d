"""Measures the installed command, and prints Markdown: `python -m benchmarks` from the top of a checkout.

Everything is a process of its own, run in turn with the least program for the same work, and with the peers that are to
be had.
"""

import argparse
import os
import platform
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.cases import FLOOR, OURS, Case, applying, everyday, held_against, proposing, starting
from benchmarks.measure import Runs
from reconciler.providers.registry import VENDORS

SIZES = (1_000, 10_000, 50_000)
PEERS = 10_000
APPLIED = 1_000
MEGABYTE = 1e6
HEAD = (
    "| command | provider | definitions | time | least to most | floor | ratio | peak | requests | answered |",
    "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|",
)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="how many definitions")
    parser.add_argument("--providers", nargs="*", choices=list(VENDORS), default=list(VENDORS))
    parser.add_argument("--rounds", type=int, default=5, help="how often each process is run")
    parser.add_argument("--cases", nargs="*", choices=["start", "everyday", "apply", "github", "peers"])
    given = parser.parse_args()
    with TemporaryDirectory() as scratch:
        for line in lines(Path(scratch), given.sizes, given.providers, given.rounds, given.cases):
            print(line, flush=True)


def lines(
    folder: Path, sizes: Iterable[int], providers: Iterable[str], rounds: int, chosen: Iterable[str] | None
) -> Iterator[str]:
    """Yield the lines of the report, as they become known."""
    wanted = set(chosen or ("start", "everyday", "apply", "github", "peers"))
    yield from (f"{machine()}; {rounds} runs of each, in turn.", "", *HEAD)
    if "start" in wanted:
        yield from map(row, starting(folder, 5 * rounds))
    if "everyday" in wanted:
        for size in sizes:
            for provider in providers:
                yield from map(row, everyday(folder, provider, size, rounds))
    if "apply" in wanted:
        yield from map(row, applying(folder, "qonversion", APPLIED, rounds))
    if "github" in wanted:
        yield from map(row, proposing(folder, rounds))
    if "peers" in wanted:
        yield from ("", "| peer | work | ours | peer | times ours | peak of the peer | what is not equal |")
        yield "|---|---|---:|---:|---:|---:|---|"
        for case in held_against(folder, PEERS, rounds):
            yield from _against(case)


def machine() -> str:
    """Return what the figures were measured on."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("httpx", "deepdiff", "jsonschema-rs"))
    system = f"{len(os.sched_getaffinity(0))} processors, {platform.system()}, Python {platform.python_version()}"
    return f"{system}, {packages}"


def row(case: Case) -> str:
    """Return one row of the table."""
    ours, floor = case.runs[OURS], case.runs[FLOOR]
    asked = (len(case.traffic.requests), f"{case.traffic.answered / MEGABYTE:.1f} MB") if case.traffic else ("-", "-")
    cells = (
        case.name,
        case.provider or "-",
        f"{case.definitions:,}" if case.definitions else "-",
        _seconds(ours.seconds),
        f"{_seconds(ours.least)} to {_seconds(ours.most)}",
        _seconds(floor.seconds),
        f"{ours.seconds / floor.seconds:.2f}",
        _megabytes(ours),
        *asked,
    )
    return f"| {' | '.join(map(str, cells))} |"


def _against(case: Case) -> Iterator[str]:
    ours = case.runs[OURS]
    for name, note in case.notes.items():
        if name not in case.runs:
            yield f"| {name} | {case.name} | {_seconds(ours.seconds)} | - | - | - | {note} |"
            continue
        peer = case.runs[name]
        cells = (_seconds(ours.seconds), _seconds(peer.seconds), f"{peer.seconds / ours.seconds:.1f}", _megabytes(peer))
        yield f"| {name} | {case.name} | {' | '.join(cells)} | {note} |"


def _seconds(number: float) -> str:
    return f"{number * 1000:.0f} ms" if number < 1 else f"{number:.2f} s"


def _megabytes(runs: Runs) -> str:
    return f"{runs.peak / MEGABYTE:.0f} MB"


if __name__ == "__main__":
    main()
