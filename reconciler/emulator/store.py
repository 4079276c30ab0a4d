"""One SQLite file, or memory: opened, seeded, shared between threads and processes, every access one transaction.

Knows how a store can be damaged and says so in words. Must never know a vendor's shapes.
"""

import sqlite3
import threading
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from os import PathLike, fspath
from pathlib import Path
from typing import Final

from reconciler.emulator.tables import SCHEMA, Record, Tables
from reconciler.errors import Problem, VendorFailure

_APPLICATION: Final = 0x5245434F
_VERSION: Final = 1
_PATIENCE_SECONDS: Final = 60.0


class Store:
    """The state of one emulated project.

    Opening makes the file, its folders and the seed where they are missing. Raises `VendorFailure` (`emulator-store`)
    here and in every transaction where the file is damaged, unreadable, or a store of something else.
    """

    def __init__(self, path: str | PathLike[str] | None, provider: str, seed: Iterable[Record]) -> None:
        self._where = ":memory:" if path is None else fspath(path)
        self._lock = threading.Lock()
        try:
            if path is not None:
                Path(path).parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                self._where, timeout=_PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
            )
        except (sqlite3.Error, OSError) as error:
            raise self._failure(str(error)) from error
        self.close = weakref.finalize(self, _let_go, self._connection, self._lock)
        try:
            self._open(provider, tuple(seed))
        except (sqlite3.Error, VendorFailure) as error:
            self.close()
            raise error if isinstance(error, VendorFailure) else self._failure(str(error)) from error

    @contextmanager
    def transaction(self) -> Iterator[Tables]:
        """Give the tables to one caller at a time; keep what was done at the end, or nothing of it after an exception.

        Not re-entrant: a second transaction inside the first waits for ever.
        """
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield Tables(self._connection)
                self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                raise self._failure(str(error)) from error
            finally:
                self._undo()

    def _open(self, provider: str, seed: tuple[Record, ...]) -> None:
        # NOTE: a power cut may damage a store, a killed process may not: https://sqlite.org/pragma.html#pragma_synchronous
        self._connection.execute("PRAGMA synchronous = OFF")
        with self.transaction() as tables:
            self._recognise(provider, seed, tables)

    def _recognise(self, provider: str, seed: tuple[Record, ...], tables: Tables) -> None:
        found = (self._number("PRAGMA application_id"), self._number("PRAGMA user_version"))
        if not self._number("SELECT count(*) FROM sqlite_master") and found == (0, 0):
            for statement in (*SCHEMA, f"PRAGMA application_id = {_APPLICATION}", f"PRAGMA user_version = {_VERSION}"):
                self._connection.execute(statement)
            self._connection.execute("INSERT INTO store VALUES (?)", (provider,))
            for record in seed:
                tables.add(record)
        elif found != (_APPLICATION, _VERSION):
            reason = "it is a database of another program, or of another version of this one"
            raise self._failure(reason)
        else:
            (owner,) = self._connection.execute("SELECT provider FROM store").fetchone() or ("nobody",)
            if owner != provider:
                reason = f"it belongs to `{owner}`, not to `{provider}`"
                raise self._failure(reason)

    def _number(self, query: str) -> int:
        return int(self._connection.execute(query).fetchone()[0])

    def _undo(self) -> None:
        with suppress(sqlite3.Error):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def _failure(self, reason: str) -> VendorFailure:
        message = f"emulator store `{self._where}`: {reason}"
        hint = "delete the file to start with an empty project, or name another one"
        return VendorFailure(Problem(code="emulator-store", message=message, hint=hint))


def _let_go(connection: sqlite3.Connection, lock: threading.Lock) -> None:
    """Close a connection when no transaction is open: closed under another thread, it ends the process."""
    with lock:
        connection.close()
