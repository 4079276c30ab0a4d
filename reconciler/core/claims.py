"""Ownership: what is managed on one target, what was about to be written, and who holds the lease. Pure values."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Self

from reconciler.core.canonical import surely_same
from reconciler.core.segment import Body, Recorded

KEY = r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*"
"""What the key of a definition is, as a regular expression: the path of its file below the folder, less `.json`."""


@dataclass(frozen=True, slots=True)
class Intent:
    """A write that was about to be sent: noted before it, removed when its outcome is recorded.

    `body_digest` is of the body to the letter, by which a key may be used again; `meaning` of its canonical form, by
    which the segment is found that the write made.
    """

    key: str
    action: str
    segment_id: str | None
    body_digest: str | None
    idempotency_key: str
    meaning: str | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """Who is applying, since when, and until when that may be believed; times are aware, in UTC."""

    holder: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Edit:
    """What one change did to the claims: `record` is held from now on, or, where there is none, `key` no longer is.

    The intent for `key` has its outcome by it. `moved_from` is the key that the record was under before, if another.
    """

    key: str
    record: Recorded | None = None
    moved_from: str = ""


@dataclass(frozen=True, slots=True)
class Claims:
    """The content of a ledger. `serial` counts its writes; 0 means that nothing was ever written.

    `endpoint` is where the segments are, as far as the ledger says. `applied` is the commit of the definitions up to
    which everything that was reviewed has been carried out, and `begun` the newest one with which that was begun, where
    somebody says so. `version` is what the ledger that these were read from was like, in that ledger's own words: it
    says nothing about what is claimed.
    """

    serial: int = 0
    segments: Mapping[str, Recorded] = field(default_factory=lambda: MappingProxyType({}))
    intents: tuple[Intent, ...] = ()
    lease: Lease | None = None
    endpoint: str = ""
    applied: str = ""
    begun: str = ""
    version: str = field(default="", compare=False)

    def claim(self, *recorded: Recorded, moved_from: str = "") -> Self:
        """Return claims that hold these records under their keys, and nothing under the key one was moved from.

        Nor under another key that had its id: a vendor may give the id of a segment that is gone to a new one.
        """
        kept = _copied(self.segments)
        kept.pop(moved_from, None)
        ids = {record.id for record in recorded if record.key not in kept or kept[record.key].id != record.id}
        if ids:
            kept = {key: value for key, value in kept.items() if value.id not in ids}
        kept.update((record.key, record) for record in recorded)
        return replace(self, segments=MappingProxyType(kept))

    def sharing(self, bodies: Mapping[str, Body]) -> Self:
        """Return the same claims, holding these bodies, by key, in place of their own that are the same to the letter.

        Most bodies are in memory twice, as they were written and as they were recorded.
        """
        shared = {
            key: record._replace(body=bodies[key])
            if key in bodies and surely_same(bodies[key], record.body)
            else record
            for key, record in self.segments.items()
        }
        return replace(self, segments=MappingProxyType(shared))

    def release(self, key: str) -> Self:
        """Return claims without this key."""
        kept = _copied(self.segments)
        kept.pop(key, None)
        return replace(self, segments=MappingProxyType(kept))

    def intend(self, *intents: Intent) -> Self:
        """Return claims that note these intents, each in place of an earlier one with the same key."""
        keys = {intent.key for intent in intents}
        return replace(self, intents=(*(old for old in self.intents if old.key not in keys), *intents))

    def settle(self, key: str) -> Self:
        """Return claims without the intent for this key."""
        # NOTE: of many intents those of the changes under way stand first, so that it is soon found.
        at = next((at for at, intent in enumerate(self.intents) if intent.key == key), len(self.intents))
        return replace(self, intents=self.intents[:at] + self.intents[at + 1 :])

    def edited(self, edit: Edit) -> Self:
        """Return claims in which a change has been done."""
        if edit.record is None:
            return self.release(edit.key).settle(edit.key)
        return self.claim(edit.record, moved_from=edit.moved_from).settle(edit.key)

    def leased(self, lease: Lease | None) -> Self:
        """Return claims with this lease, or with none."""
        return replace(self, lease=lease)


def _copied(segments: Mapping[str, Recorded]) -> dict[str, Recorded]:
    # NOTE: `dict` of a proxy asks it for one key after another, which takes as long as a request where there are many.
    return segments.copy() if isinstance(segments, MappingProxyType) else dict(segments)
