"""Measures verdicts and the counting of users, and prints Markdown: `PYTHONPATH=tests python -m benchmarks.meaning`.

The bodies are those that the tests draw, near the edges of what they can mean: real ones are simpler.
"""

import argparse
import platform
import resource
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from bodies import DRAWN, OPTIONS

from reconciler.analysis.verdicts import Judge
from reconciler.audience.embedded import Embedded, batches_of
from reconciler.audience.program import Program
from reconciler.audience.tally import Columns
from reconciler.core.predicate import (
    All,
    Any,
    Cast,
    Compared,
    Has,
    Not,
    OneOf,
    Predicate,
    Present,
    Profile,
    Relation,
    Test,
    Unclear,
    Where,
    tests_of,
    together,
)
from reconciler.core.semantics import matches
from reconciler.core.verdict import Verdict
from reconciler.providers.registry import VENDORS

PROFILES = 1_000
ROW_GROUP = 500_000
TEXTS = {
    "country": 50,
    "language": 30,
    "timezone": 80,
    "plan": 5,
    "type": 4,
    "appVersion": 200,
    "deviceModel": 500,
    "osVersion": 20,
    "status": 6,
}
"""The columns of texts, and how many different ones each has."""

NUMBERS = {
    "sessionCount": 500,
    "purchases": 50,
    "lastSession": 10**9,
    "createdAt": 10**9,
    "firstSession": 10**9,
    "spent": 10**5,
}
"""The columns of numbers, and how large they can be."""

MEGABYTE = 1024


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.meaning")
    parser.add_argument("--pairs", type=int, default=500, help="of bodies of each vendor")
    parser.add_argument("--users", type=int, default=10_000_000)
    parser.add_argument("--segments", type=int, default=100)
    given = parser.parse_args()
    print(f"{platform.platform()}, Python {platform.python_version()}", flush=True)
    for line in (*verdicts(given.pairs), *users(given.users, given.segments)):
        print(line, flush=True)


def verdicts(pairs: int) -> Iterator[str]:
    """Yield a row for each vendor: how its random edits were judged, how long that took, and what was refuted."""
    yield from ("", "| vendor | pairs | " + " | ".join(Verdict) + " | refuted | median ms | worst ms |")
    yield "|---|" + "---:|" * (len(Verdict) + 4)
    for name, (draw, somebody) in DRAWN.items():
        random, vendor = Random(name), VENDORS[name]
        profiles = [somebody(random) for _ in range(PROFILES)]
        counts: Counter[Verdict] = Counter()
        refuted, took = 0, []
        for _ in range(pairs):
            bodies = draw(random), draw(random)
            old, new = (vendor.meaning(body, OPTIONS.get(name, {})) for body in bodies)
            began = time.perf_counter()
            found = Judge(vendor.always_there).judged(old, new)
            took.append((time.perf_counter() - began) / 2)
            counts[found.verdict] += 1
            if isinstance(old, Unclear) or isinstance(new, Unclear):
                continue
            before, after = together(old), together(new)
            examples = [(found.leaves, before, after), (found.enters, after, before)]
            wrong = any(one is not None and not (matches(a, one) and not matches(b, one)) for one, a, b in examples)
            refuted += wrong or _refuted(found.verdict, before, after, profiles)
        took.sort()
        figures = [*(str(counts[each]) for each in Verdict), str(refuted)]
        yield f"| {name} | {pairs} | {' | '.join(figures)} | {took[len(took) // 2] * 1e3:.1f} | {took[-1] * 1e3:.0f} |"


def _refuted(verdict: Verdict, before: Predicate, after: Predicate, profiles: Sequence[Profile]) -> bool:
    sides = {(matches(before, each), matches(after, each)) for each in profiles}
    leaves, enters = (True, False) in sides, (False, True) in sides
    refuting = {
        Verdict.SAME_AUDIENCE: leaves or enters,
        Verdict.NARROWER: enters,
        Verdict.WIDER: leaves,
    }
    return refuting.get(verdict, False)


def users(number: int, segments: int) -> Iterator[str]:
    """Yield what it took to count the edits of segments, beside reading and decoding the same columns."""
    questions = _questions(Random(5), segments)
    program = Program.of(questions)
    names = sorted({test.field for test in tests_of(*questions)})
    with TemporaryDirectory() as folder:
        file = Path(folder, "users.parquet")
        _write(file, number)
        yield from ("", f"{number:,} users, {segments} edits, {len(program.tests)} tests, {len(names)} columns.", "")
        yield from ("| run | read and decoded, s | counted, s | ratio | peak MB |", "|---|---:|---:|---:|---:|")
        for run in range(1, 4):
            began = time.perf_counter()
            rows = sum(batch.num_rows for batch in batches_of(str(file), names))
            decoded = time.perf_counter() - began
            began = time.perf_counter()
            tally = Embedded(str(file), file.name).tally(questions, Columns({}, {}))
            counted = time.perf_counter() - began
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
            yield f"| {run} | {decoded:.2f} | {counted:.2f} | {counted / decoded:.1f} | {peak:.0f} |"
            if tally.users != rows:
                raise AssertionError(tally)


def _questions(random: Random, segments: int) -> list[Predicate]:
    """Return for each edit of a segment the audience before and after, who enters and who leaves."""
    tests = [Test(name, _check(random, name, most)) for name, most in TEXTS.items() for _ in range(30)]
    relations = list(Relation)
    for name, most in NUMBERS.items():
        tests += [
            Test(name, Compared(Cast.DECIMAL, random.choice(relations), str(random.randrange(most)))) for _ in range(35)
        ]
    left = list(tests)
    random.shuffle(left)

    def one() -> Predicate:
        test = left.pop() if left else random.choice(tests)
        kind = random.random()
        if kind < 0.2:
            return All((Test(test.field, Present()), Not(test)))
        return Any((test, random.choice(tests))) if kind < 0.35 else test

    found: list[Predicate] = []
    for _ in range(segments):
        kept = tuple(one() for _ in range(random.randint(1, 4)))
        before, after = All((*kept, one())), All((*kept, one()))
        found += [before, after, All((after, Not(before))), All((before, Not(after)))]
    return found


def _check(random: Random, name: str, most: int) -> OneOf | Has:
    kind = random.random()
    if kind < 0.2:
        return Has(Where.START, f"{name}{random.randrange(most) // 10}")
    return OneOf(tuple(f"{name}{random.randrange(most)}" for _ in range(1 if kind < 0.8 else 5)))


def _write(file: Path, number: int) -> None:
    random = np.random.default_rng(7)
    writer = None
    for first in range(0, number, ROW_GROUP):
        rows = min(ROW_GROUP, number - first)
        missing = random.random((len(TEXTS) + len(NUMBERS), rows)) < 0.1
        columns: dict[str, pa.Array] = {}
        for place, (name, most) in enumerate(TEXTS.items()):
            codes = pa.array((random.zipf(1.5, rows) % most).astype(np.int32), mask=missing[place])
            columns[name] = pa.DictionaryArray.from_arrays(codes, [f"{name}{code}" for code in range(most)]).cast(
                "string"
            )
        for place, (name, most) in enumerate(NUMBERS.items(), len(TEXTS)):
            columns[name] = pa.array(random.integers(0, most, rows), mask=missing[place])
        table = pa.table(columns)
        writer = writer or pq.ParquetWriter(file, table.schema)
        writer.write_table(table)
    if writer:
        writer.close()


if __name__ == "__main__":
    main()
