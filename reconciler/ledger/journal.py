"""What was done since the ledger was written, in a file beside it: one line a change, appended as it happens.

A journal belongs to one run and one serial of the ledger, and says nothing about another of either. Must never be the
only record of anything that cannot be found again: an intent without its line is finished by looking.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.core.claims import Claims, Edit
from reconciler.core.segment import Recorded
from reconciler.errors import InvalidInput, Place, Problem

if TYPE_CHECKING:
    from reconciler.ledger.shape import Line

_ENCODER = json.JSONEncoder()
RESTORE = "delete the journal: the next run finds what it says by looking at the vendor"


class Journal:
    """The journal of one ledger, at `path`, which messages call `shown`. Raises OSError for what the disk refuses."""

    def __init__(self, path: Path, shown: str) -> None:
        """Keep it at this path; nothing is written yet."""
        self._path = path
        self._shown = shown

    def note(self, claims: Claims, edit: Edit) -> None:
        """Append an edit of these claims. It outlives the process, though not the machine."""
        record = edit.record
        line = {
            "serial": claims.serial,
            "run": _run(claims),
            "key": edit.key,
            "id": record.id if record else None,
            "body": dict(record.body) if record else None,
            "protected": record.protected if record else False,
            "moved_from": edit.moved_from,
        }
        try:
            self._append((_ENCODER.encode(line) + "\n").encode())
        except FileNotFoundError:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._append((_ENCODER.encode(line) + "\n").encode())

    def _append(self, line: bytes) -> None:
        # NOTE: one write to the system, however long the line: a run that lost its lease may append at the same time.
        with self._path.open("ab", buffering=0) as file:
            file.write(line)

    def replayed(self, claims: Claims) -> Claims:
        """Return the claims with every edit that was noted since they were written.

        A last line without its end was cut off by a kill, and is no edit yet. Raises InvalidInput for any other damage.
        """
        lines, run = self._lines(), _run(claims)
        if not lines:
            return claims
        from pydantic import ValidationError  # noqa: PLC0415 - not for the many runs that find no journal

        from reconciler.ledger.shape import Line  # noqa: PLC0415 - as above

        for number, line in enumerate(lines, start=1):
            try:
                found = Line.model_validate_json(line)
            except ValidationError:
                place = Place(self._shown, number, 1)
                raise InvalidInput(Problem("ledger-damaged", "is no line of a journal", place, RESTORE)) from None
            if (found.serial, found.run) == (claims.serial, run):
                claims = claims.edited(_edit(found))
        return claims

    def clear(self) -> None:
        """Let go of it, once the ledger holds what it says."""
        self._path.unlink(missing_ok=True)

    def _lines(self) -> list[bytes]:
        try:
            return self._path.read_bytes().split(b"\n")[:-1]
        except FileNotFoundError:
            return []


def _run(claims: Claims) -> str:
    """Return which run the claims are of: whose lease, and since when."""
    return f"{claims.lease.holder}, since {claims.lease.since.isoformat()}" if claims.lease else ""


def _edit(line: "Line") -> Edit:
    if line.id is None or line.body is None:
        return Edit(line.key)
    return Edit(line.key, Recorded(line.key, line.id, line.body, line.protected), line.moved_from)
