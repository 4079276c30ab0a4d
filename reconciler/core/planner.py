"""The decision: definitions, live segments and records in, a plan out. Pure and total; it never raises on data."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from reconciler.core.canonical import digest
from reconciler.core.matching import draft, matched
from reconciler.core.names import ordered
from reconciler.core.plan import Action, Block, Change, Plan, Reason
from reconciler.core.ports import Form
from reconciler.core.privacy import published
from reconciler.core.segment import Definition, Live, Recorded, Unmanaged
from reconciler.errors import Problem, Severity


def make_plan(
    desired: Iterable[Definition],
    live: Iterable[Live],
    recorded: Mapping[str, Recorded],
    *,
    form: Form,
    target: str = "",
    provider: str = "",
    place: str = "",
    unmanaged: Unmanaged = Unmanaged.REPORT,
) -> Plan:
    """Return exactly one change for every definition, every record without one, and every other live segment."""
    world = _look(sorted(desired, key=lambda definition: definition.key), tuple(live), recorded)
    changes: Sequence[Change] = [
        *(_wanted(definition, world, form) for definition in world.desired),
        *(_orphaned(record, world, form) for record in world.orphans),
        *(_untouchable(segment) for segment in world.system),
        *_others(world, form, unmanaged),
    ]
    if form.capabilities.unique_names:
        changes = ordered(changes, (*world.live.values(), *world.system))
    warnings = tuple(_warnings(world, changes))
    return published(Plan(target, provider, tuple(changes), warnings=warnings, place=place), form)


@dataclass(frozen=True, slots=True)
class _World:
    """What is known before anything is decided: who has a record, who may be matched by name, who is left over."""

    desired: Sequence[Definition]
    live: Mapping[str, Live]
    system: Sequence[Live]
    system_names: frozenset[str]
    lookalikes: frozenset[str]
    system_ids: frozenset[str]
    records: Mapping[str, Recorded]
    orphans: Sequence[Recorded]
    strangers: Mapping[str, Sequence[Live]]
    contenders: Mapping[str, int]
    contested: frozenset[str]


def _look(desired: Sequence[Definition], live: Sequence[Live], recorded: Mapping[str, Recorded]) -> _World:
    managed = {record.id for record in recorded.values()}
    certain = frozenset(segment.name for segment in live if segment.system)
    live = [segment.known(managed) if segment.looks_system else segment for segment in live]
    own = {segment.id: segment for segment in live if not segment.system}
    keys = {definition.key for definition in desired}
    records = _records(desired, recorded, keys)
    used = {record.key for record in records.values()}
    strangers: dict[str, list[Live]] = {}
    for segment in sorted((own[each] for each in own.keys() - managed), key=lambda segment: segment.id):
        strangers.setdefault(segment.name, []).append(segment)
    system = [segment for segment in live if segment.system]
    return _World(
        desired=desired,
        live=own,
        system=system,
        system_names=certain,
        lookalikes=frozenset(segment.name for segment in system) - certain,
        system_ids=frozenset(segment.id for segment in system),
        records=records,
        orphans=[recorded[key] for key in sorted(recorded.keys() - used)],
        strangers=strangers,
        contested=_contested(desired, recorded, keys),
        contenders=Counter([d.name for d in desired if d.key not in records or records[d.key].id not in own]),
    )


def _records(
    desired: Sequence[Definition], recorded: Mapping[str, Recorded], keys: AbstractSet[str]
) -> dict[str, Recorded]:
    records = {key: recorded[key] for key in keys & recorded.keys()}
    taken = set(records)
    for definition in desired:
        if definition.previously and definition.key not in records:
            former = [key for key in definition.previously if key in recorded and key not in taken]
            if former:
                records[definition.key] = recorded[former[0]]
                taken.add(former[0])
    return records


def _contested(
    desired: Sequence[Definition], recorded: Mapping[str, Recorded], keys: AbstractSet[str]
) -> frozenset[str]:
    """Return the keys of definitions that have a record and say that they were another key, and those other keys."""
    contested: set[str] = set()
    for definition in desired:
        if definition.previously and definition.key in recorded:
            former = {key for key in definition.previously if key in recorded and key not in keys}
            contested |= {definition.key, *former} if former else set()
    return frozenset(contested)


def _wanted(definition: Definition, world: _World, form: Form) -> Change:
    record = world.records.get(definition.key)
    recorded = world.live.get(record.id) if record else None
    lookalike = definition.name in world.lookalikes and not recorded
    if definition.name in world.system_names or lookalike or (record and record.id in world.system_ids):
        change = draft(definition, record)
        return replace(
            change, action=Action.SKIP, reason=Reason.SYSTEM_SEGMENT, id=record.id if record else None, after=None
        )
    if record and recorded:
        change = matched(definition, recorded, record, form)
        if change.action is not Action.KEEP and definition.key in world.contested:
            return replace(change, blocked_by=Block.AMBIGUOUS_NAME)
        return change
    strangers = world.strangers.get(definition.name, ())
    if len(strangers) == 1 and world.contenders[definition.name] == 1:
        return matched(definition, strangers[0], None, form)
    change = draft(definition, record)
    if strangers:
        return replace(change, reason=Reason.AMBIGUOUS_NAME, blocked_by=Block.AMBIGUOUS_NAME)
    return replace(change, reason=Reason.VANISHED, id=record.id) if record else change


def _orphaned(record: Recorded, world: _World, form: Form) -> Change:
    live = world.live.get(record.id)
    name = live.name if live else str(record.body.get("name", record.key))
    gone = Change(name=name, action=Action.FORGET, reason=Reason.VANISHED, key=record.key, id=record.id)
    if live is None:
        return replace(gone, reason=Reason.SYSTEM_SEGMENT) if record.id in world.system_ids else gone
    removed = _deletion(replace(gone, reason=Reason.DEFINITION_REMOVED), live, form)
    if record.key in world.contested:
        return replace(removed, blocked_by=Block.AMBIGUOUS_NAME)
    return replace(removed, blocked_by=Block.PROTECTED) if record.protected else removed


def _deletion(change: Change, live: Live, form: Form) -> Change:
    change = replace(
        change,
        action=Action.DELETE,
        before=live.body,
        live_fingerprint=digest(dict(form.canonical(live.body))),
    )
    if form.capabilities.delete:
        return change
    return replace(change, reason=Reason.CANNOT_EXPRESS, blocked_by=Block.CANNOT_EXPRESS)


def _untouchable(segment: Live) -> Change:
    return Change(name=segment.name, action=Action.SKIP, reason=Reason.SYSTEM_SEGMENT, id=segment.id)


def _others(world: _World, form: Form, unmanaged: Unmanaged) -> list[Change]:
    changes = []
    named = {definition.name for definition in world.desired}
    for segments in world.strangers.values():
        contenders = world.contenders.get(segments[0].name, 0)
        if segments[0].name in world.system_names | world.lookalikes:
            contenders = 0
        if len(segments) == 1 and contenders == 1:
            continue
        reason = Reason.AMBIGUOUS_NAME if contenders else Reason.UNMANAGED
        for segment in segments:
            change = Change(name=segment.name, action=Action.SKIP, reason=reason, id=segment.id)
            if unmanaged is Unmanaged.DELETE and segment.name not in named:
                change = _deletion(change, segment, form)
            if unmanaged is not Unmanaged.IGNORE or contenders:
                changes.append(change)
    return changes


def _warnings(world: _World, changes: Sequence[Change]) -> list[Problem]:
    places = {definition.key: definition.place for definition in world.desired}
    removed = {change.name: change for change in changes if change.action is Action.DELETE and change.key}
    warnings = []
    for change in changes:
        if change.key in places and change.reason is Reason.SYSTEM_SEGMENT:
            warnings.append(
                Problem(
                    "system-name",
                    f"`{change.name}` is a system segment of the vendor's, so this definition is left alone",
                    places[change.key],
                    "give the definition a name of its own, or remove it",
                    Severity.WARNING,
                )
            )
        live = world.live.get(change.id or "")
        if change.key in places and change.action is Action.UPDATE and live and live.inexpressible:
            warnings.append(
                Problem(
                    "cannot-express",
                    f"the live segment `{change.name}` ({live.id}) has what no definition can say, and an update would "
                    f"lose it: {live.inexpressible}",
                    places[change.key],
                    "take it out in the vendor's dashboard, or delete the segment there; then plan again",
                    Severity.WARNING,
                )
            )
        if change.key in places and change.key in world.contested:
            warnings.append(
                Problem(
                    "previously-recorded",
                    f"`{change.key}` has a live segment of its own, and says in `previously` that it was another",
                    places[change.key],
                    "say which one is meant: take the key out of `previously`, or `reconciler forget` one of the two",
                    Severity.WARNING,
                )
            )
        if change.key in places and change.action is Action.CREATE and change.name in removed:
            former = removed[change.name].key
            warnings.append(
                Problem(
                    "looks-moved",
                    f"`{change.key}` looks like `{former}` under a new key: as planned, it is created anew and the "
                    "old one deleted",
                    places[change.key],
                    f'to keep the live segment, write "reconciler": {{"previously": ["{former}"]}} in this definition',
                    Severity.WARNING,
                )
            )
    return warnings
