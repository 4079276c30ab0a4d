"""The world of the model as one value: the vendor's project, the ledger, who runs, and what may still happen.

Every step gives another world; none is changed. What it knows of vendors and ledgers is written here once more, as the
contract tests and tests/ledger prove it of the real ones.
"""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TypeAlias

from reconciler.core.canonical import canonical_json
from reconciler.core.claims import Claims, Edit
from reconciler.core.segment import Body

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
JUMP = timedelta(minutes=20)
"""Longer than a lease lasts."""

SYSTEM, STRANGER = "id-all", "id-u"
KILLED = -1


@dataclass(frozen=True, order=True)
class Segment:
    """A live segment: its id, its body as text, and the name it was made under by a run, if one made it."""

    id: str
    text: str
    made_as: str = ""

    @property
    def body(self) -> Body:
        """The body."""
        return _parsed(self.text)

    @property
    def name(self) -> str:
        """The name in the body."""
        return str(self.body["name"])


@cache
def _parsed(text: str) -> Body:
    found: Body = json.loads(text)
    return found


def segment(segment_id: str, body: Body, made_as: str = "") -> Segment:
    """Return a live segment with this body."""
    return Segment(segment_id, canonical_json(dict(body)), made_as)


@dataclass(frozen=True)
class Held:
    """Claims, which are compared by what they say."""

    text: str
    claims: Claims = field(compare=False)


def held(claims: Claims) -> Held:
    """Return claims as what can be compared."""
    records = sorted(
        (key, record.id, canonical_json(dict(record.body)), record.protected) for key, record in claims.segments.items()
    )
    return Held(repr((claims.serial, records, claims.intents, claims.lease)), claims)


@dataclass(frozen=True)
class Line:
    """A line of the journal: of which run and serial it is, and the edit."""

    run: str
    text: str
    edit: Edit = field(compare=False)


def line(claims: Claims, edit: Edit) -> Line:
    """Return the line that notes an edit of these claims."""
    return Line(_run(claims), repr((edit.key, edit.moved_from, edit.record)), edit)


def _run(claims: Claims) -> str:
    return f"{claims.serial} {claims.lease}"


@dataclass(frozen=True)
class World:
    """Everything at one moment.

    `keys` are the idempotency keys that the vendor knows, each with the id of what it made; None for a vendor that
    knows none. `runs` says of each run how far it is, by the number that its `Story` gives to what it has seen. The
    numbers at the end say how often each thing may still happen. `touched` are the ids of what a person has changed or
    made. `stalled` says that a lease was taken from a run that was still going.
    """

    live: tuple[Segment, ...]
    ledger: Held
    runs: tuple[int, ...]
    keys: tuple[tuple[str, str], ...] | None = ()
    journal: tuple[Line, ...] = ()
    clock: int = 0
    made: int = 0
    touched: frozenset[str] = frozenset()
    stalled: bool = False
    edits: int = 0
    faults: int = 0
    kills: int = 0
    jumps: int = 0

    @property
    def now(self) -> datetime:
        """What the clock says."""
        return BEGIN + self.clock * JUMP

    def segment(self, segment_id: str) -> Segment | None:
        """Return the live segment with this id."""
        return next((each for each in self.live if each.id == segment_id), None)

    def having(self, *segments: Segment, gone: str = "") -> "World":
        """Return the world with these in place of what has their ids, and without the one that is gone."""
        ids = {each.id for each in segments} | {gone}
        return replace(self, live=tuple(sorted([*(each for each in self.live if each.id not in ids), *segments])))

    def at(self, run: int, place: int) -> "World":
        """Return the world with a run in this place."""
        return replace(self, runs=(*self.runs[:run], place, *self.runs[run + 1 :]))


@dataclass(frozen=True)
class Request:
    """What a run asks: the ledger to `read`, `write`, `note`, or the vendor to `list`, `get`, `post`, `put`, `delete`.

    For a `post` the id is the idempotency key.
    """

    verb: str
    id: str = ""
    body: Body | None = None
    claims: Claims | None = None
    edit: Edit | None = None


WRITES = frozenset({"post", "put", "delete"})
"""What changes something at the vendor."""

STORES = frozenset({"write", "note"})

Answer: TypeAlias = Held | tuple[Segment, ...] | Segment | str | None
"""What comes back; a text is the id of what was made, or the code of a failure."""


def served(world: World, request: Request) -> tuple[World, Answer]:
    """Return the world after a request was carried out, and the answer."""
    match request.verb:
        case "read":
            return world, held(_replayed(world))
        case "write" | "note":
            return _stored(world, request)
        case "list":
            return world, world.live
        case "get":
            return world, world.segment(request.id)
        case "post":
            return _posted(world, request)
        case "put":
            old = world.segment(request.id)
            return (world, "not-found") if old is None else (world.having(_put(old, request)), None)
        case _:
            return world.having(gone=request.id), None


def _put(old: Segment, request: Request) -> Segment:
    return segment(old.id, request.body or {}, old.made_as)


def _posted(world: World, request: Request) -> tuple[World, Answer]:
    known = dict(world.keys or ())
    if request.id in known:
        return world, known[request.id]
    body, number = request.body or {}, world.made + 1
    made = segment(f"made-{number}", body, str(body["name"]))
    keys = None if world.keys is None else (*world.keys, (request.id, made.id))
    return replace(world.having(made), made=number, keys=keys), made.id


def _replayed(world: World) -> Claims:
    claims = world.ledger.claims
    run = _run(claims)
    for each in world.journal:
        claims = claims.edited(each.edit) if each.run == run else claims
    return claims


def _stored(world: World, request: Request) -> tuple[World, Answer]:
    claims = request.claims or Claims()
    if claims.serial != world.ledger.claims.serial:
        return world, "ledger-moved"
    if request.edit is None:
        new = held(replace(claims, serial=claims.serial + 1))
        return replace(world, ledger=new, journal=()), new
    journal = (*world.journal, line(claims, request.edit))
    return replace(world, journal=journal), held(claims.edited(request.edit))
