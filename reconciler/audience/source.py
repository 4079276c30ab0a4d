"""Which engine counts a source: files are read in this process, and a database is asked through ibis."""

from pathlib import Path

from reconciler.audience.embedded import Embedded
from reconciler.audience.tally import Engine
from reconciler.errors import InvalidInput, Problem


def engine_of(source: str, root: Path, sample: float, identity: str | None) -> Engine:
    """Return what counts over a source; raises InvalidInput where it cannot be read.

    It is a file or a pattern of files below `root`, or a database's address with its table behind a `#`. A part of
    `sample` is looked at; the column `identity` has the ids of users.
    """
    if "://" not in source:
        return Embedded(str(root / source), source, sample)
    address, _, table = source.partition("#")
    if not table:
        hint = "write the name of the table behind the address, such as `duckdb://users.db#users`"
        raise InvalidInput(Problem("audience-unreadable", "the address of the users names no table", hint=hint))
    from reconciler.audience.database import Database  # noqa: PLC0415 - ibis, which files do not need

    return Database(address, table, sample, identity)
