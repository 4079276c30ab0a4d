"""Which engine counts a source: files are read in this process, and a database is asked through ibis."""

from glob import escape
from pathlib import Path

from reconciler.audience.embedded import Embedded
from reconciler.audience.tally import Engine
from reconciler.errors import InvalidInput, Problem


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
    from reconciler.audience.database import Database, below  # noqa: PLC0415 - ibis, which files do not need

    return Database(below(root, address), table, sample, identity, told)
