"""Counts over files, held to the evaluator user by user: each vendor's bodies, and each type of a column."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import pairwise
from math import inf
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from bodies import DRAWN, OPTIONS
from hypothesis import given
from hypothesis import strategies as st

from reconciler.audience.database import Database
from reconciler.audience.embedded import Embedded, chosen
from reconciler.audience.tally import Columns
from reconciler.core import predicate as of
from reconciler.core.reading import text
from reconciler.core.semantics import matches
from reconciler.errors import InvalidInput
from reconciler.providers.registry import VENDORS

BODIES, PROFILES = 100, 100
AS_THEY_ARE = Columns({}, {})


def column(values: list[Any]) -> pa.Array:
    """Return values as a column, as texts where they have several types."""
    kinds = {type(value) for value in values if value is not None}
    if len(kinds) > 1:
        return pa.array([text(value) for value in values])
    return pa.array(values, pa.string()) if kinds in (set(), {str}) else pa.array(values)


def written(folder: Path, profiles: Sequence[Mapping[str, Any]], fields: set[str]) -> str:
    """Write profiles as a table with several groups of rows; return its path."""
    columns = {field: column([profile.get(field) for profile in profiles]) for field in sorted(fields)}
    columns["id"] = pa.array([str(number) for number in range(len(profiles))])
    path = folder / "users.parquet"
    pq.write_table(pa.table(columns), path, row_group_size=33)
    return str(path)


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_everybody_is_counted_as_the_evaluator_says(tmp_path: Path, name: str) -> None:
    """In 10,000 pairs of a body and a profile of each vendor; and the right ones, not only as many."""
    random = Random(name)
    draw, somebody = DRAWN[name]
    profiles = [somebody(random) for _ in range(PROFILES)]
    predicates: list[of.Predicate] = []
    for body in (draw(random) for _ in range(BODIES)):
        stated = VENDORS[name].meaning(body, OPTIONS.get(name, {}))
        assert isinstance(stated, tuple)
        predicates.append(of.together(stated))
    fields = {test.field for test in of.tests_of(*predicates)} | {field for each in profiles for field in each}
    engine = Embedded(written(tmp_path, profiles, fields), "users")

    tally = engine.tally(predicates, AS_THEY_ARE)

    wanted = [[str(number) for number, one in enumerate(profiles) if matches(each, one)] for each in predicates]
    assert (PROFILES, tuple(map(len, wanted))) == (tally.users, tally.counts)
    found = [engine.examples(each, AS_THEY_ARE, "id", PROFILES) for each in predicates[:20]]
    assert [tuple(each) for each in wanted[:20]] == found


NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
MILLISECONDS = int(NOON.timestamp() * 1000)
TYPES: dict[str, tuple[pa.Array, list[Any]]] = {
    "whole": (pa.array([1, None, 10]), [1, None, 10]),
    "float": (pa.array([1.5, None, float("nan"), 10.0]), [1.5, None, None, 10.0]),
    "float32": (pa.array([0.1, None, 3.0], pa.float32()), [0.10000000149011612, None, 3.0]),
    "infinite": (pa.array([inf, -inf, 1.5]), [inf, -inf, 1.5]),
    "decimal": (pa.array([Decimal("1.50"), None]), [1.5, None]),
    "truth": (pa.array([True, False, None]), [True, False, None]),
    "text": (pa.array(["1", "x", None]), ["1", "x", None]),
    "large": (pa.array(["1", "x", None], pa.large_string()), ["1", "x", None]),
    "list": (pa.array([["a", "b"], [], None, ["c", None]]), [["a", "b"], [], None, ["c"]]),
    "large list": (pa.array([["a"], []], pa.large_list(pa.string())), [["a"], []]),
    "moment": (pa.array([NOON, None]), ["2026-01-01T12:00:00.000Z", None]),
    "nanoseconds": (pa.array([MILLISECONDS * 10**6 + 999], pa.timestamp("ns", "UTC")), ["2026-01-01T12:00:00.000Z"]),
    "zoned": (pa.array([NOON], pa.timestamp("us", "Europe/Warsaw")), ["2026-01-01T12:00:00.000Z"]),
    "list of numbers": (pa.array([[1, 2], [], None]), [[1, 2], [], None]),
    "naive": (pa.array([NOON.replace(tzinfo=None)]), ["2026-01-01T12:00:00.000Z"]),
    "day": (pa.array([date(2026, 1, 1)]), ["2026-01-01"]),
    "clock": (pa.array([time(12)]), ["12:00:00"]),
}
"""For each type of a column an array, and what the evaluator has in its place."""

NUMBERED = {"moment", "nanoseconds", "zoned", "naive", "day"}
"""To what compares numbers they are milliseconds, and to the evaluator they are texts."""

CHECKS: list[of.Check] = [
    of.Present(),
    of.Filled(),
    of.Holds(("a", "c")),
    of.OneOf(("1", "10", "true", "1.5", "x", "01")),
    of.OneOf(("a", "b", "c", "x")),
    of.OneOf(("Infinity", "-Infinity")),
    of.Holds(("1",)),
    of.OneOf(("X",), lowered=True),
    of.Has(of.Where.START, "1"),
    of.Has(of.Where.ANYWHERE, "-01T"),
    of.Compared(of.Cast.TEXT, of.Relation.MORE, "1"),
    of.Compared(of.Cast.VERSION, of.Relation.MORE, "1.0.0"),
    of.Compared(of.Cast.TIME, of.Relation.AT_LEAST, "2026-01-01T12:00:00Z"),
    of.Compared(of.Cast.TIME, of.Relation.LESS, "no time"),
    *(
        of.Compared(cast, relation, operand)
        for cast in (of.Cast.NUMBER, of.Cast.DECIMAL, of.Cast.WHOLE)
        for relation in of.Relation
        for operand in ("0.1", "1", "1.5", "x", "10")
    ),
]


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_each_type_of_a_column(tmp_path: Path, kind: str) -> None:
    """Whatever the type, a check passes those whom the evaluator passes."""
    array, values = TYPES[kind]
    pq.write_table(pa.table({"a": array}), tmp_path / "users.parquet")
    checks = [check for check in CHECKS if kind not in NUMBERED or not _is_numeric(check)]
    predicates = [of.Test("a", check) for check in checks]

    found = Embedded(str(tmp_path / "users.parquet"), "users").tally(predicates, AS_THEY_ARE)

    wanted = tuple(sum(matches(each, {"a": value}) for value in values) for each in predicates)
    assert dict(zip(checks, wanted, strict=True)) == dict(zip(checks, found.counts, strict=True))


def _is_numeric(check: of.Check) -> bool:
    return isinstance(check, of.Compared) and check.cast in {of.Cast.NUMBER, of.Cast.DECIMAL, of.Cast.WHOLE}


@pytest.mark.parametrize(
    ("array", "kind"),
    [
        (pa.array([b"1", None]), "binary"),
        (pa.array([{"b": 1}, None]), "struct<b: int64>"),
        (pa.array([[{"b": 1}], None]), "list<element: struct<b: int64>>"),
        (pa.array([[1.5], None]), "list<element: double>"),
        (pa.array([["a", "b"], None], pa.list_(pa.string(), 2)), "fixed_size_list<element: string>[2]"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_type_that_nothing_is_compared_with(tmp_path: Path, array: pa.Array, kind: str) -> None:
    """Nobody is counted by it, and not nobody found: that would let a limit in users through."""
    pq.write_table(pa.table({"a": array, "b": ["x", "y"]}), tmp_path / "users.parquet")
    predicates: list[of.Predicate] = [of.Test("a", of.Present()), of.Test("b", of.Present())]

    found = Embedded(str(tmp_path / "users.parquet"), "users").tally(predicates, AS_THEY_ARE).counts

    assert (of.Unclear(f"the column `a` holds {kind}, with which nothing can be compared"), 2) == found


@pytest.mark.parametrize(
    "array",
    [
        pa.array([b"\xff"]).cast(options=pc.CastOptions(pa.string(), allow_invalid_utf8=True)),
        pa.array([2**60], pa.int64()).cast(pa.timestamp("us")),
    ],
    ids=["no UTF-8", "beyond the year 9999"],
)
def test_a_value_that_nothing_can_read(tmp_path: Path, array: pa.Array) -> None:
    """It is said in which column it is, and nobody is counted."""
    pq.write_table(pa.table({"a": array}), tmp_path / "users.parquet")

    with pytest.raises(InvalidInput, match="the column `a` has a value that nothing can read"):
        Embedded(str(tmp_path / "users.parquet"), "users").tally([of.Test("a", of.OneOf(("x",)))], AS_THEY_ARE)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (b"id,plan\nu1,pro\nalice@example.com,pro,more\n", "Expected 2 columns, got 3"),
        (b"id,pl\xe4n\nu1,pro\n", "codec can't decode byte"),
        (b"", "Empty CSV file"),
    ],
    ids=["a row too long", "a head that is no UTF-8", "nothing"],
)
def test_a_csv_file_that_is_none(tmp_path: Path, written: bytes, words: str) -> None:
    """It is said why, without the row: that is somebody's, and messages get into comments."""
    (tmp_path / "users.csv").write_bytes(written)

    with pytest.raises(InvalidInput, match=words) as raised:
        Embedded(str(tmp_path / "users.csv"), "users").tally([of.Test("id", of.Present())], AS_THEY_ARE)

    assert "alice" not in raised.value.problems[0].message


def test_numbers_of_a_time(tmp_path: Path) -> None:
    """To what compares numbers, a time is its milliseconds."""
    pq.write_table(pa.table({"a": pa.array([NOON, None])}), tmp_path / "users.parquet")
    operands = [
        (of.Relation.EQUAL, MILLISECONDS),
        (of.Relation.MORE, MILLISECONDS),
        (of.Relation.AT_MOST, MILLISECONDS),
    ]
    predicates = [of.Test("a", of.Compared(of.Cast.WHOLE, how, str(operand))) for how, operand in operands]

    assert (1, 0, 1) == Embedded(str(tmp_path / "users.parquet"), "users").tally(predicates, AS_THEY_ARE).counts


@pytest.mark.parametrize(("text", "expected"), [("1969-12-31T23:59:59.998Z", 1), ("1969-12-31T23:59:59.999Z", 0)])
def test_a_part_of_a_millisecond_is_cut_off(tmp_path: Path, text: str, expected: int) -> None:
    """Downwards, also before 1970."""
    microseconds = pa.array([-1_500], pa.int64()).cast(pa.timestamp("us", "UTC"))
    pq.write_table(pa.table({"a": microseconds}), tmp_path / "users.parquet")
    same = of.Test("a", of.Compared(of.Cast.TIME, of.Relation.EQUAL, text))

    assert (expected,) == Embedded(str(tmp_path / "users.parquet"), "users").tally([same], AS_THEY_ARE).counts


def test_what_is_the_same_for_everybody(tmp_path: Path) -> None:
    """A constant is in no column; parts without a test are everybody and nobody."""
    pq.write_table(pa.table({"b": [1, 2, 3]}), tmp_path / "users.parquet")
    soon = of.Test("now", of.Compared(of.Cast.TIME, of.Relation.MORE, "2026-01-01"))
    predicates: list[of.Predicate] = [soon, of.Not(soon), of.All(()), of.Any(()), of.Test("c", of.Present())]

    found = Embedded(str(tmp_path / "users.parquet"), "users").tally(
        predicates, Columns({}, {"now": "2026-01-02T00:00:00Z"})
    )

    assert (3, (3, 0, 3, 0, of.Unclear("the table has no column `c`"))) == (found.users, found.counts)


def test_csv_files_and_samples(tmp_path: Path) -> None:
    """All files of a pattern are one table, whose texts stay what they are; of a sample only its rows count."""
    for number in range(3):
        rows = "\n".join(f"0{row},{row if row % 2 else ''}" for row in range(number * 10, number * 10 + 10))
        (tmp_path / f"{number}.csv").write_text(f"id,odd\n{rows}\n")
    odd = of.Test("odd", of.Present())

    every = Embedded(str(tmp_path / "*.csv"), "users")
    third = Embedded(str(tmp_path / "*.csv"), "users", sample=1 / 3)
    rows = chosen(0, 30, 1 / 3)

    assert (30, (15,)) == (every.tally([odd], AS_THEY_ARE).users, every.tally([odd], AS_THEY_ARE).counts)
    assert ("01", "03") == every.examples(odd, AS_THEY_ARE, "id", 2)
    assert 5 < len(rows) < 15
    assert (len(rows), (sum(rows % 2),)) == (
        third.tally([odd], AS_THEY_ARE).users,
        third.tally([odd], AS_THEY_ARE).counts,
    )
    assert 30 == every.tally([], AS_THEY_ARE).users


def test_a_user_without_an_id_is_no_example(tmp_path: Path) -> None:
    """He is counted, and passed over where examples are asked for; it is the same in a database."""
    pq.write_table(pa.table({"id": pa.array([None, 1, None, 2]), "a": ["x"] * 4}), tmp_path / "users.parquet")
    there = of.Test("a", of.Present())
    with duckdb.connect(tmp_path / "users.db") as connection:
        connection.register("written", pq.read_table(tmp_path / "users.parquet"))
        connection.execute("create table users as select * from written")

    files = Embedded(str(tmp_path / "users.parquet"), "users")
    with closing(Database(f"duckdb://{tmp_path}/users.db", "users")) as database:
        found = [
            (each.tally([there], AS_THEY_ARE).counts, each.examples(there, AS_THEY_ARE, "id", 2))
            for each in (files, database)
        ]

    assert [((4,), ("1", "2"))] * 2 == found


@given(st.integers(0, 200), st.floats(0.001, 1), st.lists(st.integers(0, 200), max_size=3))
def test_a_sample_is_the_same_rows_however_they_are_divided(rows: int, sample: float, cuts: list[int]) -> None:
    """Where batches and files end makes no difference, and no row of a smaller sample is missing in a larger one."""
    edges = sorted({0, rows, *(cut for cut in cuts if cut < rows)})
    found = [first + int(row) for first, end in pairwise(edges) for row in chosen(first, end - first, sample)]

    assert found == [*chosen(0, rows, sample)]
    assert {*found} <= {*chosen(0, rows, min(1, sample * 2))}


@pytest.mark.parametrize("every", [1, 2, 10])
def test_a_sample_has_its_part_of_rows_that_recur(every: int) -> None:
    """Also where each so-many-th row is of a kind."""
    drawn = chosen(0, 100_000, 0.1)
    part = sum(1 for row in drawn if row % every == 0) * every / 100_000

    assert 0.09 < part < 0.11


@pytest.mark.parametrize("name", ["users.parquet", "users.csv"])
def test_files_that_do_not_belong_together(tmp_path: Path, name: str) -> None:
    """A file that lacks a column of the first one is an error, and so is one that is cut off."""
    kind = Path(name).suffix
    first, second = tmp_path / f"1{kind}", tmp_path / f"2{kind}"
    for path, field in ((first, "a"), (second, "b")):
        table = pa.table({field: ["x", "y"]})
        pq.write_table(table, path) if kind == ".parquet" else pyarrow.csv.write_csv(table, path)
    there = of.Test("a", of.Present())

    with pytest.raises(InvalidInput, match="cannot be read"):
        Embedded(str(tmp_path / f"*{kind}"), "users").tally([there], AS_THEY_ARE)
    with pytest.raises(InvalidInput, match="there is no column `c`"):
        Embedded(str(first), "users").examples(there, AS_THEY_ARE, "c", 1)
    first.write_bytes(b"")
    with pytest.raises(InvalidInput, match="cannot be read"):
        Embedded(str(first), "users")
