"""Counts in databases through ibis, held to the evaluator: DuckDB in this process, and a real PostgreSQL.

The profiles hold nothing that the two are listed to see in another way (`reconciler.audience.expressions`).
"""

import os
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pytest
from bodies import OPTIONS, SIMPLE

from reconciler.audience.database import Database
from reconciler.audience.tally import Columns
from reconciler.core import predicate as of
from reconciler.core.reading import text, time
from reconciler.core.semantics import matches
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
    profiles = [somebody(random) for _ in range(PROFILES)]
    predicates = []
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
    """Hold the counts of 10,000 pairs to the evaluator's, and of some bodies who it is."""
    predicates, profiles, _ = world(name)
    columns = Columns({}, NOW)
    wanted = [[str(number) for number, one in enumerate(profiles) if matches(each, one)] for each in predicates]

    tally = database.tally(predicates, columns)

    assert (PROFILES, tuple(map(len, wanted))) == (tally.users, tally.counts)
    for each, ids in list(zip(predicates, wanted, strict=True))[:5]:
        assert tuple(sorted(ids)) == database.examples(each, columns, "id", PROFILES)


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
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a PostgreSQL of its own, which is stopped at the end."""
    folder = tmp_path_factory.mktemp("postgres")
    programs = Path(os.path.realpath(shutil.which("pg_ctl") or "pg_ctl")).parent
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    for each in (folder, *folder.parents[:2]):
        each.chmod(0o755)
    if nobody:
        os.chown(folder, 65534, 65534)
    data = folder / "data"

    def run(program: str, *arguments: str | Path) -> None:
        command = [*nobody, programs / program, "-D", data, *arguments]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    run("initdb", "-A", "trust", "-U", "ci", "--no-sync")
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    run("pg_ctl", "-o", options, "-l", folder / "log", "-w", "start")
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
