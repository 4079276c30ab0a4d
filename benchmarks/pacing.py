"""How fast an apply is: the share of a vendor's limit that is used, and what going side by side gains.

`python -m benchmarks.pacing` runs the installed command against a vendor in another process, by
loopback HTTP, and prints a table. `--changes 100` is quicker and rougher.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.served import Vendor, vendor
from reconciler.providers.registry import VENDORS

COMMAND = Path(sys.executable).with_name("reconciler")
NO_CONDITION: Mapping[str, object] = {"conditions": []}
BODIES: Mapping[str, Mapping[str, object]] = {
    "qonversion": NO_CONDITION,
    "push0": {
        "constraints": [{"type": "AND", "constraints": [{"field": "sessionCount", "relation": ">", "value": 3}]}]
    },
    "kibamail": {"conditions": {"field": "country", "operator": "eq", "value": "DE"}},
}
LATENCY = 0.02
CONFIG = """\
[targets.it]
provider = "{provider}"
definitions = "segments"
endpoint = "{url}"
credential_env = "BENCHMARK_KEY"
limits = {{ requests_per_second = {rate}, concurrency = {concurrency} }}
"""


def pacing(served: Vendor, *, changes: int, allowed: int, rate: int, concurrency: int) -> str:
    """Return a row about updates where the vendor allows some requests a second, and the target says another rate."""
    with TemporaryDirectory() as folder:
        _define(Path(folder), "qonversion", changes, "Before")
        _apply(Path(folder), "qonversion", served, 100_000, 8)
        _define(Path(folder), "qonversion", changes, "After")
        served.seen(allowed)
        seconds = _apply(Path(folder), "qonversion", served, rate, concurrency)
        seen = served.seen()
    used = seen.carried_out / max(seen.seconds, 1) / allowed
    refused = seen.refused / (seen.carried_out + seen.refused)
    head = f"| {allowed} | {rate} | {concurrency} | {seen.carried_out / changes:.2f} "
    return head + f"| {seconds:.1f} s | {used:.1%} | {refused:.2%} |"


def side_by_side(provider: str, *, changes: int) -> str:
    """Return a row about creates at 20 ms: how long they take one after another, and eight at a time."""
    took = []
    for concurrency in (1, 8):
        with vendor(provider) as served, TemporaryDirectory() as folder:
            _define(Path(folder), provider, changes, "New")
            served.seen(latency=LATENCY)
            took.append(_apply(Path(folder), provider, served, 100_000, concurrency))
            sent = served.seen().carried_out
    return f"| {provider} | {sent / changes:.2f} | {took[0]:.1f} s | {took[1]:.1f} s | 1/{took[0] / took[1]:.1f} |"


def rows(changes: int, rates: Iterable[int], providers: Iterable[str]) -> Iterator[str]:
    """Yield the tables, row by row."""
    yield "| allowed a second | asked | at a time | requests per update | duration | share used | answered 429 |"
    yield "|---:|---:|---:|---:|---:|---:|---:|"
    for allowed in rates:
        with vendor("qonversion") as served:
            yield pacing(served, changes=changes, allowed=allowed, rate=allowed, concurrency=8)
    for allowed in rates:
        with vendor("qonversion") as served:
            yield pacing(served, changes=changes, allowed=allowed, rate=2 * allowed, concurrency=8)
    yield ""
    yield "| provider | requests per create | one at a time | eight at a time | ratio |"
    yield "|---|---:|---:|---:|---:|"
    for provider in providers:
        yield side_by_side(provider, changes=changes)


def _define(folder: Path, provider: str, changes: int, prefix: str) -> None:
    segments = folder / "segments"
    segments.mkdir(exist_ok=True)
    for number in range(changes):
        body = {"name": f"{prefix} {number}", **BODIES[provider]}
        (segments / f"s{number}.json").write_text(json.dumps(body), encoding="utf-8")


def _apply(folder: Path, provider: str, served: Vendor, rate: int, concurrency: int) -> float:
    text = CONFIG.format(provider=provider, url=served.url, rate=rate, concurrency=concurrency)
    (folder / "reconciler.toml").write_text(text, encoding="utf-8")
    began = time.perf_counter()
    environment = {**os.environ, "BENCHMARK_KEY": VENDORS[provider].embedded_credential}
    ended = subprocess.run([COMMAND, "apply", "--yes"], cwd=folder, env=environment, capture_output=True, check=False)
    if ended.returncode:
        sys.exit(ended.stderr.decode() or ended.stdout.decode()[-2000:])
    return time.perf_counter() - began


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.pacing")
    parser.add_argument("--changes", type=int, default=1000)
    parser.add_argument("--rates", type=int, nargs="*", default=[20, 50, 200])
    parser.add_argument("--providers", nargs="*", choices=list(BODIES), default=list(BODIES))
    given = parser.parse_args()
    for row in rows(given.changes, given.rates, given.providers):
        print(row, flush=True)


if __name__ == "__main__":
    main()
