"""Counts in databases through ibis, held to the evaluator: DuckDB in this process, and a real PostgreSQL.

The profiles hold nothing that the two are listed to see in another way (`reconciler.audience.expressions`).
"""

import os
import re
import shutil
import sqlite3
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bodies import OPTIONS, SIMPLE

from reconciler.audience.database import Database, combined, question
from reconciler.audience.expressions import Expressions
from reconciler.audience.tally import Columns
from reconciler.core import predicate as of
from reconciler.core.reading import text, time
from reconciler.core.semantics import matches
from reconciler.errors import InvalidInput
from reconciler.providers.registry import VENDORS

BODIES, PROFILES = 100, 100
NOW = {"currentTime": "2026-03-01T12:00:00Z"}
GOLDEN = Path(__file__).parents[1] / "golden" / "audience"
TYPES: dict[str, pa.DataType] = {
    "$topics": pa.list_(pa.string()),
    "tags": pa.list_(pa.string()),
    "createdAt": pa.timestamp("ms", "UTC"),
    **dict.fromkeys(("sessionCount", "lastSession", "signups"), pa.int64()),
}
"""The type of a column that is none of texts."""


def world(name: str) -> tuple[list[of.Predicate], list[dict[str, Any]], pa.Table]:
    """Return bodies of a vendor, profiles, and these as a table with the number of each row as `id`."""
    random = Random(name)
    draw, somebody = SIMPLE[name]
    profiles: list[dict[str, Any]] = [somebody(random) for _ in range(PROFILES)]
    predicates: list[of.Predicate] = []
    for body in (draw(random) for _ in range(BODIES)):
        stated = VENDORS[name].meaning(body, OPTIONS.get(name, {}))
        assert isinstance(stated, tuple)
        predicates.append(of.together(stated))
    fields = {test.field for test in of.tests_of(*predicates)} | {field for each in profiles for field in each}
    columns = {field: _column(field, [each.get(field) for each in profiles]) for field in sorted(fields - NOW.keys())}
    return predicates, profiles, pa.table({"id": [str(number) for number in range(PROFILES)], **columns})


def _column(field: str, values: list[Any]) -> pa.Array:
    kind = TYPES.get(field, pa.string())
    if pa.types.is_timestamp(kind):
        return pa.array([None if value is None else time(value) for value in values], pa.int64()).cast(kind)
    return pa.array([text(value) for value in values] if kind == pa.string() else values, kind)


def held_to_the_evaluator(database: Database, name: str) -> None:
    """Hold the counts of 10,000 pairs to the evaluator's, and of each body who it is: errors could cancel out."""
    predicates, profiles, _ = world(name)
    columns = Columns({}, NOW)
    wanted = [[str(number) for number, one in enumerate(profiles) if matches(each, one)] for each in predicates]

    tally = database.tally(predicates, columns)

    assert (PROFILES, tuple(map(len, wanted))) == (tally.users, tally.counts)
    test = Expressions(database._table, columns, database._connection.name).test  # noqa: SLF001 - in one query
    found = {str(number): combined(each, test) for number, each in enumerate(predicates)}
    rows = database._run(database._table.select("id", **found))  # noqa: SLF001 - as above
    assert wanted == [sorted((row["id"] for row in rows if row[number]), key=int) for number in found]
    assert tuple(sorted(wanted[0])) == database.examples(predicates[0], columns, "id", PROFILES)


@pytest.mark.parametrize("name", sorted(SIMPLE))
def test_duckdb_agrees_with_the_evaluator(tmp_path: Path, name: str) -> None:
    """10,000 pairs of a body and a profile of each vendor."""
    address = f"duckdb://{tmp_path}/users.db"
    with duckdb.connect(tmp_path / "users.db") as connection:
        connection.register("drawn", world(name)[2])
        connection.execute("create table users as select * from drawn")

    with closing(Database(address, "users")) as database:
        held_to_the_evaluator(database, name)


@pytest.fixture(scope="module")
def postgres(pytestconfig: pytest.Config) -> Iterator[str]:
    """Yield the address of a PostgreSQL of its own, which is stopped at the end."""
    found = shutil.which("pg_ctl")
    if found is None:
        (pytest.fail if pytestconfig.getoption("--require-postgres") else pytest.skip)("there is no PostgreSQL")
    programs = Path(found).resolve().parent
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    # NOTE: not in pytest's folder: another user may not enter that, and the path of a socket has to be short.
    with TemporaryDirectory(prefix="pg") as folder:
        if nobody:
            os.chown(folder, 65534, 65534)

        def run(program: str, *arguments: str) -> None:
            command = [*nobody, str(programs / program), "-D", f"{folder}/data", *arguments]
            subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        run("initdb", "-A", "trust", "-U", "ci", "--no-sync")
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        run("pg_ctl", "-o", options, "-l", f"{folder}/log", "-w", "start")
        try:
            yield f"postgres://ci@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-m", "immediate", "stop")


@pytest.mark.parametrize("name", sorted(SIMPLE))
def test_postgresql_agrees_with_the_evaluator(postgres: str, name: str) -> None:
    """10,000 pairs of a body and a profile of each vendor."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what drivers have against ibis
        connection = ibis.connect(postgres)
        connection.create_table(name, world(name)[2])
        connection.disconnect()

    with closing(Database(postgres, name)) as database:
        held_to_the_evaluator(database, name)


@pytest.mark.parametrize("name", sorted(SIMPLE))
@pytest.mark.usefixtures("spark")
def test_spark_agrees_with_the_evaluator(tmp_path: Path, name: str) -> None:
    """10,000 pairs of a body and a profile of each vendor, with Spark in this process."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - not installed everywhere

    session = SparkSession.builder.master("local[1]").config("spark.sql.session.timeZone", "UTC").getOrCreate()
    pq.write_table(world(name)[2], tmp_path / "users.parquet")
    session.read.parquet(str(tmp_path / "users.parquet")).createOrReplaceTempView(name)

    held_to_the_evaluator(Database("pyspark://", name), name)


@pytest.mark.usefixtures("spark")
def test_a_line_ends_no_number_in_spark(tmp_path: Path) -> None:
    """What Java's `$` matches before is no number, and would fail to be cast: then nobody would be counted."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - not installed everywhere

    texts = ["5", "5\n", "5\u2028", "5\x85"]
    session = SparkSession.builder.master("local[1]").config("spark.sql.session.timeZone", "UTC").getOrCreate()
    pq.write_table(pa.table({"plan": texts}), tmp_path / "users.parquet")
    session.read.parquet(str(tmp_path / "users.parquet")).createOrReplaceTempView("lines")
    predicates = [of.Test("plan", COMPARED(cast, of.Relation.EQUAL, "5")) for cast in (of.Cast.WHOLE, of.Cast.DECIMAL)]

    found = Database("pyspark://", "lines").tally(predicates, Columns({}, {}))

    assert (1, 1) == found.counts


COMPARED = of.Compared
SCHEMA = {
    "plan": "string",
    "sessions": "int64",
    "spent": "float64",
    "paying": "boolean",
    "seen": "timestamp('UTC')",
    "naive": "timestamp",
    "born": "date",
    "tags": "array<string>",
    "levels": "array<int64>",
    "place": "struct<x: int64>",
}
ROWS: list[dict[str, Any]] = [
    {
        "plan": "Pro 5",
        "sessions": 5,
        "spent": 5.5,
        "paying": True,
        "seen": "2026-01-01T12:00:00Z",
        "naive": "2026-01-01T12:00:00Z",
        "born": "2026-01-01",
        "tags": ["a", "b"],
        "levels": [5],
        "place": {"x": 1},
    },
    {
        "plan": " 10 ",
        "sessions": 10,
        "spent": 10.0,
        "paying": False,
        "seen": "2025-12-31T23:59:59.999Z",
        "naive": "2025-12-31T23:59:59.999Z",
        "born": "2025-12-31",
        "tags": [],
        "levels": [],
        "place": None,
    },
    dict.fromkeys(SCHEMA),
    {
        **dict.fromkeys(SCHEMA),
        "spent": 1e20,
        "seen": "2026-01-01T12:00:00.0004Z",
        "naive": "2025-12-31T23:59:59.9999Z",
    },
]
CLEAR: list[tuple[str, of.Check]] = [
    *((field, of.Present()) for field in SCHEMA),
    *((field, of.Filled()) for field in ("tags", "plan")),
    *(("tags", check) for check in (of.Holds(("a", "z")), of.Holds(()), of.OneOf(("a",)))),
    *(("plan", of.Has(where, text)) for where in of.Where for text in ("Pro", "5", "%", "")),
    ("plan", of.Has(of.Where.ANYWHERE, "PRO", lowered=True)),
    ("plan", of.OneOf(("pro 5", "x"), lowered=True)),
    ("plan", of.OneOf(())),
    ("plan", of.Like("P_o%")),
    *(("plan", COMPARED(of.Cast.TEXT, relation, "Pro 5")) for relation in of.Relation),
    *(("plan", COMPARED(cast, relation, "10")) for cast in (of.Cast.NUMBER, of.Cast.WHOLE) for relation in of.Relation),
    ("plan", COMPARED(of.Cast.DECIMAL, of.Relation.LESS, "x")),
    *(
        (field, COMPARED(cast, relation, operand))
        for field in ("sessions", "spent")
        for cast in (of.Cast.NUMBER, of.Cast.WHOLE, of.Cast.DECIMAL)
        for relation in of.Relation
        for operand in ("5", "10", "1e999", "-1e999")
    ),
    ("sessions", of.OneOf(("5", "05", "x"))),
    ("sessions", of.OneOf(("x",))),
    *(("paying", of.OneOf((text,))) for text in ("true", "false")),
    ("paying", of.Has(of.Where.START, "f")),
    *(
        (field, COMPARED(of.Cast.TIME, relation, operand))
        for field in ("seen", "naive", "born")
        for relation in of.Relation
        for operand in ("2026-01-01T00:00:00Z", "2026-01-01T12:00:00Z", "no time")
    ),
]
"""Columns and checks that every database has an exact expression for, beside those of the vendors' bodies."""

UNSPEAKABLE: list[of.Check] = [
    of.OneOf(("a", "a\0")),
    of.Has(of.Where.END, "\ud800"),
    of.Like("%\0"),
    COMPARED(of.Cast.TEXT, of.Relation.LESS, "\0"),
]
UNCLEAR: list[tuple[str, of.Check, str]] = [
    ("nothing", of.Present(), "the table has no column `nothing`"),
    ("place", of.OneOf(("a",)), "nothing can be compared with a column of the type struct<x: int64>"),
    ("plan", COMPARED(of.Cast.VERSION, of.Relation.LESS, "1.0.0"), "SQL does not compare texts as versions"),
    ("plan", of.OneOf(("é",), lowered=True), "databases do not agree on the case of letters beyond ASCII"),
    ("sessions", of.Has(of.Where.START, "1"), "a column of numbers is not searched"),
    ("seen", of.OneOf(("a",)), "a column of times is compared with times and milliseconds"),
    ("levels", of.Holds(("5",)), "a list of int64 is not searched for texts"),
    *(("plan", check, "not every database takes the character of the number 0") for check in UNSPEAKABLE),
]


@pytest.fixture
def rows(tmp_path: Path) -> Iterator[Database]:
    """Yield a table with a column of each type, in DuckDB."""
    kinds = ibis.schema(SCHEMA).to_pyarrow()
    columns = []
    for field in kinds:
        values = [row[field.name] for row in ROWS]
        if pa.types.is_temporal(field.type):
            moments = [
                None if value is None else datetime.fromisoformat(value).replace(tzinfo=None) for value in values
            ]
            columns.append(pa.array(moments, pa.timestamp("us")).cast(field.type, safe=False))
        else:
            columns.append(pa.array(values, field.type))
    with duckdb.connect(tmp_path / "users.db") as connection:
        connection.register("drawn", pa.table(columns, schema=kinds))
        connection.execute("create table users as select * from drawn")
    with closing(Database(f"duckdb://{tmp_path}/users.db", "users")) as database:
        yield database


def test_each_type_of_a_column(rows: Database) -> None:
    """Of whatever type, a check passes those whom the evaluator passes; a naive time is in UTC."""
    predicates = [of.Test(field, check) for field, check in CLEAR]

    found = rows.tally(predicates, Columns({}, {}))

    wanted = [sum(matches(each, row) for row in _evaluated()) for each in predicates]
    assert list(zip(CLEAR, wanted, strict=True)) == list(zip(CLEAR, found.counts, strict=True))


def _evaluated() -> list[dict[str, Any]]:
    """Return the rows as the evaluator has them: of an object it knows nothing, and here it is there."""
    return [{**row, "place": row["place"] and "there"} for row in ROWS]


def test_times_as_numbers(rows: Database) -> None:
    """To what compares numbers, a time is its milliseconds since 1970; beyond what a database holds there is none."""
    noon = str(time("2026-01-01T12:00:00Z"))
    checks = [
        COMPARED(of.Cast.WHOLE, of.Relation.EQUAL, noon),
        COMPARED(of.Cast.DECIMAL, of.Relation.LESS, noon),
        COMPARED(of.Cast.DECIMAL, of.Relation.LESS, "1e30"),
        COMPARED(of.Cast.DECIMAL, of.Relation.LESS, "-1e30"),
        COMPARED(of.Cast.DECIMAL, of.Relation.EQUAL, "1e30"),
    ]

    found = rows.tally([of.Test("seen", check) for check in checks], Columns({}, {}))

    assert (2, 1, 3, 0, 0) == found.counts


def test_what_is_no_number_matches_nothing(tmp_path: Path) -> None:
    """A NaN, which databases put above all numbers, is not there; what is infinite does not stop a whole number."""
    with duckdb.connect(tmp_path / "users.db") as connection:
        connection.execute(
            "create table users as select unnest([5, 'nan'::double, 'inf'::double, null, 1e20]) as spent"
        )
    checks: list[of.Check] = [of.Present(), *(COMPARED(cast, of.Relation.AT_LEAST, "5") for cast in of.Cast)]
    predicates = [of.Test("spent", check) for check in checks if not (isinstance(check, COMPARED) and _of_text(check))]
    with closing(Database(f"duckdb://{tmp_path}/users.db", "users")) as database:
        found = database.tally([*predicates, of.Test("spent", of.OneOf(("5",)))], Columns({}, {}))

    assert (3, 3, 3, 1, 1) == found.counts


def _of_text(check: of.Compared) -> bool:
    return check.cast in {of.Cast.VERSION, of.Cast.TIME, of.Cast.TEXT}


def test_thousands_of_parts(rows: Database) -> None:
    """They are not nested in one another, which ends somewhere."""
    few = [of.Test("sessions", COMPARED(of.Cast.WHOLE, of.Relation.EQUAL, each)) for each in ("5", "10", "15")]
    topics = ["a", *map(str, range(1_500))]

    found = rows.tally([of.Test("tags", of.Holds(tuple(topics))), of.Any(tuple(few * 500))], Columns({}, {}))

    assert (1, 2) == found.counts


def test_a_point_is_no_newline() -> None:
    """Nor is it to ClickHouse, where that has to be said."""
    _, query = question(ibis.table(SCHEMA, "users"), [of.Test("plan", of.Found("a.b"))], Columns({}, {}), "clickhouse")

    assert 'match("t0"."plan", \'(?-s)a.b\')' in str(ibis.to_sql(query, dialect="clickhouse"))


def test_regular_expressions_where_they_are_those_of_re2(rows: Database) -> None:
    """DuckDB's are; in another database the same is unclear."""
    check = of.Test("plan", of.Found("pro [0-9]", folded=True))
    exact = of.Test("plan", of.Found("pro"))

    assert (1, 0) == rows.tally([check, exact], Columns({}, {})).counts
    order = of.Test("plan", COMPARED(of.Cast.TEXT, of.Relation.LESS, "b"))
    found, query = question(ibis.table(SCHEMA, "users"), [check, order], Columns({}, {}), "postgres")
    assert found == [of.Unclear("the database's regular expressions are not those of RE2"), order]
    by_bytes = """CONVERT_TO("t0"."plan", 'UTF8') < CONVERT_TO('b', 'UTF8')"""
    assert by_bytes in str(ibis.to_sql(query, dialect="postgres"))


@pytest.mark.parametrize(("field", "check", "why"), UNCLEAR, ids=lambda part: str(part)[:30])
def test_what_has_no_exact_expression_is_unclear(rows: Database, field: str, check: of.Check, why: str) -> None:
    """The others of the same question are counted all the same."""
    unclear, clear = of.Test(field, check), of.Test("plan", of.Present())

    first, second = rows.tally([unclear, clear], Columns({}, {})).counts

    assert isinstance(first, of.Unclear)
    assert first.why.startswith(why)
    assert second == 2


def test_a_sample_and_constants(tmp_path: Path) -> None:
    """Of a sample there are no more than all; what is the same for everybody is no column; nothing is nobody."""
    with duckdb.connect(tmp_path / "users.db") as connection:
        connection.execute("create table users as select range as id from range(1000)")
    late = of.Test("currentTime", COMPARED(of.Cast.TIME, of.Relation.MORE, "2026-01-01"))
    with closing(Database(f"duckdb://{tmp_path}/users.db", "users", sample=0.5)) as half:
        found = half.tally([late, of.Not(late), of.All(()), of.Any(())], Columns({}, NOW))

    assert 0 < found.users < 1000
    assert (found.users, 0, found.users, 0) == found.counts


def done_in(address: str, statements: str) -> None:
    """Carry out statements in a database."""
    connected = ibis.connect(address)
    connected.raw_sql(statements).close()
    connected.disconnect()


def test_a_table_in_a_schema(tmp_path: Path, postgres: str) -> None:
    """Its name stands behind that of the schema, and that behind the catalog's."""
    with duckdb.connect(tmp_path / "users.db") as connection:
        connection.execute("create schema growth; create table growth.people as select range as id from range(3)")
    done_in(postgres, "create schema growth; create table growth.people as select 1 as id")
    tables = [
        (f"duckdb://{tmp_path}/users.db", "growth.people"),
        (f"duckdb://{tmp_path}/users.db", "users.growth.people"),
    ]
    found = []
    for address, table in [*tables, (postgres, "growth.people"), (postgres, "postgres.growth.people")]:
        with closing(Database(address, table)) as opened:
            found.append(opened.tally([], Columns({}, {})).users)

    assert found == [3, 3, 1, 1]


def test_as_many_definitions_as_there_are(postgres: str) -> None:
    """More than a query of PostgreSQL has columns, each with tests of its own."""
    done_in(postgres, "create table numbers as select generate_series(0, 9) as n, 'a' as letter")
    predicates: list[of.Predicate] = [
        of.All(
            (of.Test("n", of.OneOf((str(number % 20), f"{number}x"))), of.Test("letter", of.OneOf(("a", f"{number}"))))
        )
        for number in range(1800)
    ]

    with closing(Database(postgres, "numbers")) as opened:
        found = opened.tally(predicates, Columns({}, {}))

    assert (10, tuple(int(number % 20 < 10) for number in range(1800))) == (found.users, found.counts)


def asked_of_halves(address: str, table: str) -> list[list[str]]:
    """Return who is in a half of a table's users, asked twice."""
    found = []
    for _ in range(2):
        with closing(Database(address, table, 0.5, "id")) as half:
            found.append(sorted(half.examples(of.All(()), Columns({}, {}), "id", 2000), key=int))
            assert half.tally([], Columns({}, {})).users == len(found[-1])
    return found


def test_a_sample_is_the_same_users_each_time_where_they_have_ids(tmp_path: Path, postgres: str) -> None:
    """Also of a view, and after other users came; without such a column it says so."""
    with duckdb.connect(tmp_path / "users.db") as connection:
        connection.execute("create table users as select range as id from range(1000)")
    first, again = asked_of_halves(f"duckdb://{tmp_path}/users.db", "users")
    with duckdb.connect(tmp_path / "users.db") as connection:
        connection.execute("insert into users select range from range(1000, 2000)")
    more, _ = asked_of_halves(f"duckdb://{tmp_path}/users.db", "users")
    done_in(postgres, "create view some_users as select generate_series(1, 1000) as id")
    theirs, theirs_again = asked_of_halves(postgres, "some_users")
    with closing(Database(postgres, "some_users", 0.5)) as by_chance:
        drawn = by_chance.tally([], Columns({}, {})).users

    assert first == again
    assert first == [each for each in more if int(each) < 1000]
    assert theirs == theirs_again
    assert all(400 < users < 600 for users in (len(first), len(theirs), drawn))
    with pytest.raises(InvalidInput, match="there is no column `nobody`"):
        Database(f"duckdb://{tmp_path}/users.db", "users", 0.5, "nobody")


@pytest.mark.parametrize(
    ("address", "table", "code", "words"),
    [
        ("duckdb://{}/users.db", "nobody", "audience-unreadable", "nobody"),
        ("postgres://me:secret@localhost:1/db", "users", "audience-unreadable", "connection"),
        ("trino://localhost/db", "users", "audience-missing", "ibis lacks what it needs for trino"),
        ("nothing://localhost", "users", "audience-unreadable", "cannot be read"),
        ("postgres://me:secret@[x", "users", "audience-unreadable", "that is no address"),
        ("postgres://me:pa/secret@localhost:1/db", "users", "audience-unreadable", "that is no address"),
        ("postgres://me:1?secret@localhost:1/db", "users", "audience-unreadable", "that is no address"),
        ("postgres:///me:secret@localhost:1/db", "users", "audience-unreadable", "that is no address"),
        ("postgres://me:%73ecret@localhost:1/db", "users", "audience-unreadable", "connection"),
        ("postgres://o:secret@localhost:1/db", "users", "audience-unreadable", "connection"),
        ("postgres://localhost:1/db?secret=secret", "users", "audience-unreadable", 'option "'),
        ("duckdb://{}/nothing.db", "users", "audience-unreadable", "does not exist"),
    ],
)
def test_a_database_that_cannot_be_asked(tmp_path: Path, address: str, table: str, code: str, words: str) -> None:
    """It is said what and why, and never the password; a file that is not there is not made."""
    duckdb.connect(tmp_path / "users.db").close()

    with pytest.raises(InvalidInput, match=words) as raised:
        Database(address.format(tmp_path), table)

    (problem,) = raised.value.problems
    assert problem.code == code
    assert "secret" not in f"{problem.message} {problem.hint}"
    assert not (tmp_path / "nothing.db").exists()


def test_an_address_in_a_variable_is_told_by_its_name() -> None:
    """And not the host in it either."""
    with pytest.raises(InvalidInput, match=r"`\$USERS` cannot be read"):
        Database("postgres://me:secret@localhost:1/db", "users", told="$USERS")


def test_whole_numbers_in_the_order_of_their_texts(tmp_path: Path) -> None:
    """As the evaluator has them; Qonversion's comparisons ask so, beside the one with numbers."""
    with duckdb.connect(tmp_path / "users.db") as connection:
        connection.execute("create table users as select unnest([5, 10, 90, null]) as score")
    above = [of.Test("score", COMPARED(of.Cast.TEXT, of.Relation.MORE, each)) for each in ("1", "5", "x")]
    meant = VENDORS["qonversion"].meaning(
        {"name": "A", "conditions": [{"metric": "score", "comparator": "gt", "value": "5"}]}, {}
    )
    assert isinstance(meant, tuple)

    with closing(Database(f"duckdb://{tmp_path}/users.db", "users")) as database:
        found = database.tally([*above, of.together(meant)], Columns({}, {}))

    assert (3, 1, 0, 2) == found.counts


def test_a_database_whose_texts_nobody_knows(tmp_path: Path) -> None:
    """SQLite finds `a_` in `AX`: it is not asked, rather than counted wrong."""
    with closing(sqlite3.connect(tmp_path / "users.db")) as connection:
        connection.execute("create table users (plan text)")

    with pytest.raises(InvalidInput, match="nobody knows how sqlite compares texts"):
        Database(f"sqlite://{tmp_path}/users.db", "users")


def test_a_query_that_fails(rows: Database) -> None:
    """A column that is not there has no examples, and what the database refuses has no counts."""
    with pytest.raises(InvalidInput, match="there is no column `nothing`"):
        rows.examples(of.Test("plan", of.Present()), Columns({}, {}), "nothing", 1)
    with pytest.raises(InvalidInput, match="cannot be read"):
        rows.tally([of.Test("plan", of.Found("("))], Columns({}, {}))


@pytest.mark.parametrize("dialect", ["bigquery", "clickhouse", "snowflake"])
def test_the_queries_of_databases_that_cannot_be_run_here(dialect: str) -> None:
    """Word for word as they were read and found right; what a database has no expression for is listed with them."""
    fields = {**SCHEMA, "currentTime": "timestamp('UTC')"}
    few = COMPARED(of.Cast.WHOLE, of.Relation.LESS, "10")
    predicates: list[of.Predicate] = [
        of.All((of.Test("plan", of.OneOf(("pro", "team"))), of.Not(of.Test("sessions", few)))),
        of.Any((of.Test("plan", of.Like("a_b%")), of.Test("plan", of.Has(of.Where.ANYWHERE, "x")))),
        of.Test("plan", COMPARED(of.Cast.DECIMAL, of.Relation.AT_LEAST, "5")),
        of.Test("seen", COMPARED(of.Cast.TIME, of.Relation.MORE, "2026-01-01T00:00:00Z")),
        of.All((of.Test("tags", of.Holds(("a", "b"))), of.Test("tags", of.Filled()))),
        of.Test("plan", of.Found("^a")),
    ]
    clear, query = question(ibis.table(fields, "users"), predicates, Columns({}, {}), dialect)
    told = [f"-- {number}: {each.why}" for number, each in enumerate(clear) if isinstance(each, of.Unclear)]

    found = "\n".join(
        [*told, re.sub(r"ibis_bq_arr_contains_\w+", "item", str(ibis.to_sql(query, dialect=dialect))), ""]
    )

    assert (GOLDEN / f"{dialect}.sql").read_text(encoding="utf-8") == found
