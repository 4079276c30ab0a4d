"""Where users are looked for: which engine, which files, and from which folder on."""

from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from reconciler.audience.source import engine_of
from reconciler.audience.tally import Columns
from reconciler.errors import InvalidInput


def users_of(source: str, root: Path) -> int:
    """Return how many users a source has."""
    with closing(engine_of(source, source, root, 1, None)) as engine:
        return engine.tally([], Columns({}, {})).users


def test_a_name_that_looks_like_a_pattern(tmp_path: Path) -> None:
    """A folder above is never one, and a file that is there is meant as it is."""
    root = tmp_path / "pr[1]"
    root.mkdir()
    (root / "a.csv").write_text("id\n1\n")
    (root / "[a].csv").write_text("id\n1\n2\n")

    assert (1, 2, 1, 3) == tuple(users_of(each, root) for each in ("a.csv", "[a].csv", "[ab].csv", "*.csv"))
    assert users_of(str(root / "a.csv"), tmp_path) == 1


@pytest.mark.parametrize("options", ["", "?threads=1"])
def test_a_file_of_duckdb_is_below_the_configuration(tmp_path: Path, options: str) -> None:
    """As every other file is, wherever the command runs; one from the root of all folders is itself."""
    with duckdb.connect(tmp_path / "users.db") as connection:
        connection.execute("create table users as select 1 as id")

    assert users_of(f"duckdb://users.db{options}#users", tmp_path) == 1
    assert users_of(f"duckdb://{tmp_path}/users.db{options}#users", tmp_path / "elsewhere") == 1


@pytest.mark.parametrize("source", ["duckdb://users.db", "duckdb://users.db#", "://#"])
def test_an_address_without_a_table(tmp_path: Path, source: str) -> None:
    """It is said how to write one."""
    with pytest.raises(InvalidInput):
        users_of(source, tmp_path)


def test_what_stands_before_the_last_sign_is_the_address(tmp_path: Path) -> None:
    """A password may have one, which is then no part of any message."""
    with pytest.raises(InvalidInput) as raised:
        users_of("postgres://me:se#cret@localhost:1/db#users", tmp_path)

    assert "that is no address" in raised.value.problems[0].message
    assert "cret" not in raised.value.problems[0].message
