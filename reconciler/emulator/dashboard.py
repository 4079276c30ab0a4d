"""The hands of somebody at the vendor's dashboard: changes to a project that go behind the API's back.

For tests and for playing with drift. Knows the tables; must never answer a request.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from reconciler.emulator.store import Store
from reconciler.emulator.tables import SEGMENTS, Document, Json, Kind, Record, Tables
from reconciler.emulator.vendor import Vendor


class Dashboard:
    """A project that is looked at and edited directly. An id that does not exist raises `KeyError`."""

    def __init__(self, vendor: Vendor[Any], store: Store, clock: Callable[[], float]) -> None:
        self._vendor = vendor
        self._store = store
        self._clock = clock

    def segments(self, *, system: bool = False) -> list[Document]:
        """Return the live segments as the vendor's answers show them, in order; system segments where asked for."""
        with self._store.transaction() as tables:
            return [self._vendor.show(record) for record in tables.all(*(SEGMENTS if system else (Kind.SEGMENT,)))]

    def put_segment(self, body: Document, *, segment_id: str | None = None, system: bool = False) -> str:
        """Create a segment with a body of the vendor's kind, or replace the one of that id, and return its id."""
        with self._store.transaction() as tables:
            return self._put(tables, body, segment_id, Kind.SYSTEM if system else Kind.SEGMENT)

    def edit_segment(self, segment_id: str, **members: Json) -> None:
        """Change some members of a segment's body."""
        with self._store.transaction() as tables:
            record = _found(tables, segment_id)
            tables.replace(replace(record, body=record.body | members, updated=self._clock()))

    def remove_segment(self, segment_id: str) -> None:
        """Delete a segment, used or not, system or not; what is left of it is a deleted one, as some vendors keep."""
        with self._store.transaction() as tables:
            tables.retire(_found(tables, segment_id))

    def reorder_segments(self, ids: Sequence[str]) -> None:
        """Put these segments behind all others, in the order given; all of them gives the list that order."""
        with self._store.transaction() as tables:
            tables.arrange(Kind.SEGMENT, [_found(tables, one).id for one in ids])

    def seed_many(self, count: int) -> list[str]:
        """Create invented segments, the same for the same count in an empty project, and return their ids."""
        with self._store.transaction() as tables:
            return [
                self._put(tables, self._vendor.sample(number), None, Kind.SEGMENT) for number in range(1, count + 1)
            ]

    def add_automation(self, name: str, segment_id: str | None) -> str:
        """Create an automation that uses a segment, or none, and return its id."""
        with self._store.transaction() as tables:
            automation_id = f"automation-{len(tables.all(Kind.AUTOMATION)) + 1}"
            now = self._clock()
            tables.add(Record(Kind.AUTOMATION, automation_id, {"name": name, "segment": segment_id}, now, now))
            return automation_id

    def add_strategy(self, flag: str, segment_id: str, project: str = "default") -> str:
        """Have a flag's strategy use a segment, in development, and return the strategy's id."""
        with self._store.transaction() as tables:
            found = _found(tables, segment_id).id
            strategy_id = f"strategy-{len(tables.all(Kind.STRATEGY)) + 1}"
            where: Document = {"featureName": flag, "projectId": project, "environment": "development"}
            now = self._clock()
            tables.add(Record(Kind.STRATEGY, strategy_id, {"name": "default", "segment": found, **where}, now, now))
            return strategy_id

    def add_object(self, kind: Kind, body: Document, object_id: str | None = None) -> str:
        """Create an object of some kind, such as a topic, or replace the one of that id, and return its id."""
        with self._store.transaction() as tables:
            return self._put(tables, body, object_id, kind)

    def remove_object(self, kind: Kind, object_id: str) -> None:
        """Delete an object of some kind, without a trace."""
        with self._store.transaction() as tables:
            tables.remove(_found(tables, object_id, kind))

    def _put(self, tables: Tables, body: Document, object_id: str | None, kind: Kind) -> str:
        now = self._clock()
        present = tables.get(object_id, *(SEGMENTS if kind in SEGMENTS else (kind,))) if object_id else None
        if present:
            tables.replace(replace(present, body=body, updated=now))
            return present.id
        new_id = object_id or self._vendor.identify(str(body["name"]), tables)
        tables.add(Record(kind, new_id, body, now, now))
        return new_id


def _found(tables: Tables, object_id: str, *kinds: Kind) -> Record:
    record = tables.get(object_id, *(kinds or SEGMENTS))
    if record is None:
        raise KeyError(object_id)
    return record
