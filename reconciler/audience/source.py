"""Which engine counts a source: files are read in this process, and a database is asked through ibis."""

from glob import escape
from pathlib import Path

from reconciler.audience.embedded import Embedded
from reconciler.audience.tally import Engine
from reconciler.errors import InvalidInput, Problem

DUCKDB = "duckdb://"
ELSEWHERE = ("md:", ":memory:")
"""How what is no file of DuckDB begins."""


def engine_of(source: str, told: str, root: Path, sample: float, identity: str | None) -> Engine:
    """Return what counts over a source, `told` in messages as this; raises InvalidInput where it cannot be read.

    It is a file or a pattern of files below `root`, or a database's address with its table behind a `#`. A part of
    `sample` is looked at; the column `identity` has the ids of users.
    """
    if "://" not in source:
        file = root / source
        pattern = escape(str(file)) if file.exists() else str(Path(escape(str(root))) / source)
        return Embedded(pattern, told, sample)
    address, _, table = source.rpartition("#")
    if not (address and table):
        hint = "write the name of the table behind the address, such as `duckdb://users.db#users`"
        raise InvalidInput(Problem("audience-unreadable", "the address of the users names no table", hint=hint))
    from reconciler.audience.database import Database  # noqa: PLC0415 - ibis, which files do not need

    return Database(_below(root, address), table, sample, identity, told)


def _below(root: Path, address: str) -> str:
    """Return an address in which a file of DuckDB is one below `root`, as other files are."""
    place, mark, options = address.removeprefix(DUCKDB).partition("?")
    is_file = address.startswith(DUCKDB) and place and not place.startswith(ELSEWHERE)
    return f"{DUCKDB}{root / place}{mark}{options}" if is_file else address
