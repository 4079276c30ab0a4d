"""What one project holds, in the words of SQL: objects in their order, idempotency keys and the log of requests.

Works inside a transaction that someone else began; must never know a vendor's shapes, nor commit anything.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias, cast

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Document: TypeAlias = dict[str, Json]

LOG_LENGTH: Final = 20_000

SCHEMA: Final = (
    "CREATE TABLE store (provider TEXT NOT NULL)",
    (
        "CREATE TABLE objects (kind TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL,"
        " body TEXT NOT NULL, created REAL NOT NULL, updated REAL NOT NULL, PRIMARY KEY (kind, id))"
    ),
    "CREATE INDEX in_order ON objects (position)",
    "CREATE INDEX by_name ON objects (name)",
    "CREATE TABLE keys (key TEXT PRIMARY KEY, digest TEXT NOT NULL, status INTEGER NOT NULL, answer TEXT NOT NULL)",
    "CREATE TABLE requests (number INTEGER PRIMARY KEY AUTOINCREMENT, method TEXT NOT NULL, path TEXT NOT NULL)",
)

_IN_ORDER: Final = (
    "SELECT kind, id, body, created, updated FROM objects"
    " WHERE kind IN (SELECT value FROM json_each(?)) AND position > ? ORDER BY position LIMIT ?"
)
_NEWEST_FIRST: Final = (
    "SELECT kind, id, body, created, updated FROM objects"
    " WHERE kind IN (SELECT value FROM json_each(?)) AND position < ? ORDER BY position DESC LIMIT ?"
)
_ONE: Final = (
    "SELECT kind, id, body, created, updated, position FROM objects"
    " WHERE kind IN (SELECT value FROM json_each(?)) AND id = ?"
)
_NAMED: Final = (
    "SELECT kind, id, body, created, updated FROM objects"
    " WHERE kind IN (SELECT value FROM json_each(?)) AND name = ? ORDER BY position"
)


class Kind(StrEnum):
    """What an object is; the ids of one kind are unique."""

    SEGMENT = "segment"
    SYSTEM = "system"
    DELETED = "deleted"
    AUTOMATION = "automation"
    PROPERTY = "property"
    TOPIC = "topic"
    STRATEGY = "strategy"
    CONTEXT_FIELD = "context_field"
    PROJECT = "project"


SEGMENTS: Final = (Kind.SEGMENT, Kind.SYSTEM)


@dataclass(frozen=True, slots=True)
class Record:
    """One object: the body as the vendor keeps it, its name among the members, and its times in Unix seconds."""

    kind: Kind
    id: str
    body: Document = field(default_factory=dict)
    created: float = 0.0
    updated: float = 0.0


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was answered to an idempotency key, and the digest of the body that came with it."""

    digest: str
    status: int
    answer: Document


class Tables:
    """The tables of one store, for as long as a transaction lasts. Raises `sqlite3.Error` where they are damaged."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self, *kinds: Kind) -> list[Record]:
        """Return every object of some kinds, in order."""
        return self._records(_IN_ORDER, json.dumps(kinds), -1, -1)

    def page(self, kinds: Sequence[Kind], after: str | None, limit: int) -> list[Record]:
        """Return at most `limit` objects behind the one whose id is `after`, or from the top where it is None."""
        position = -1 if after is None else self._connection.execute(_ONE, (json.dumps(kinds), after)).fetchone()[5]
        return self._records(_IN_ORDER, json.dumps(kinds), position, limit)

    def page_newest_first(self, kinds: Sequence[Kind], before: str | None, limit: int) -> list[Record]:
        """Return at most `limit` objects in front of the one whose id is `before`, or of the end where it is None."""
        position = (
            self.last_position() + 1
            if before is None
            else self._connection.execute(_ONE, (json.dumps(kinds), before)).fetchone()[5]
        )
        return self._records(_NEWEST_FIRST, json.dumps(kinds), position, limit)

    def last_position(self) -> int:
        """Return the position of the object that was put behind all others last, from 1; 0 where there is none."""
        return int(self._connection.execute("SELECT coalesce(max(position), 0) FROM objects").fetchone()[0])

    def get(self, segment_id: str, *kinds: Kind) -> Record | None:
        """Return one object of some kinds, or None where there is none of that id."""
        return next(iter(self._records(_ONE, json.dumps(kinds), segment_id)), None)

    def named(self, name: str, *kinds: Kind) -> list[Record]:
        """Return the objects of some kinds that have exactly this name, in order."""
        return self._records(_NAMED, json.dumps(kinds), json.dumps(name))

    def add(self, record: Record) -> None:
        """Put an object behind all others."""
        self._connection.execute(
            "INSERT INTO objects SELECT ?, ?, coalesce(max(position), 0) + 1, ?, ?, ?, ? FROM objects",
            (record.kind, record.id, *_written(record), record.created, record.updated),
        )

    def replace(self, record: Record) -> None:
        """Change an object's body and times, leaving it in its place."""
        self._connection.execute(
            "UPDATE objects SET name = ?, body = ?, created = ?, updated = ? WHERE kind = ? AND id = ?",
            (*_written(record), record.created, record.updated, record.kind, record.id),
        )

    def remove(self, record: Record) -> None:
        """Delete an object."""
        self._connection.execute("DELETE FROM objects WHERE kind = ? AND id = ?", (record.kind, record.id))

    def retire(self, record: Record) -> None:
        """Make an object a deleted one, in its place, and in the stead of one that was deleted under the same id."""
        self._connection.execute(
            "UPDATE OR REPLACE objects SET kind = ? WHERE kind = ? AND id = ?", (Kind.DELETED, record.kind, record.id)
        )

    def arrange(self, kind: Kind, ids: Sequence[str]) -> None:
        """Put the objects of these ids behind all others, in the order given."""
        self._connection.executemany(
            "UPDATE objects SET position = (SELECT max(position) + 1 FROM objects) WHERE kind = ? AND id = ?",
            [(kind, one) for one in ids],
        )

    def remembered(self, key: str) -> Remembered | None:
        """Return what an idempotency key was answered with, or None for a key not seen before."""
        row = self._connection.execute("SELECT digest, status, answer FROM keys WHERE key = ?", (key,)).fetchone()
        return Remembered(row[0], row[1], json.loads(row[2])) if row else None

    def remember(self, key: str, answered: Remembered) -> None:
        """Keep what an idempotency key is answered with from now on."""
        row = (key, answered.digest, answered.status, json.dumps(answered.answer))
        self._connection.execute("INSERT INTO keys VALUES (?, ?, ?, ?)", row)

    def log(self, method: str, path: str) -> None:
        """Note a request, and let go of the oldest above `LOG_LENGTH`."""
        done = self._connection.execute("INSERT INTO requests (method, path) VALUES (?, ?)", (method, path))
        oldest = cast("int", done.lastrowid) - LOG_LENGTH
        self._connection.execute("DELETE FROM requests WHERE number <= ?", (oldest,))

    def requests(self) -> list[tuple[str, str]]:
        """Return the noted requests, oldest first, as method and path."""
        return self._connection.execute("SELECT method, path FROM requests ORDER BY number").fetchall()

    def clear_requests(self) -> None:
        """Forget the noted requests."""
        self._connection.execute("DELETE FROM requests")

    def _records(self, query: str, *values: str | int) -> list[Record]:
        rows = self._connection.execute(query, values)
        try:
            return [Record(Kind(row[0]), row[1], json.loads(row[2]), row[3], row[4]) for row in rows]
        except ValueError as error:
            message = f"a row cannot be read: {error}"
            raise sqlite3.DataError(message) from error


def _written(record: Record) -> tuple[str, str]:
    return json.dumps(record.body["name"]), json.dumps(record.body)
