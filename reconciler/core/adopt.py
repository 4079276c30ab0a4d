"""Which live segments an import takes, and for which key: what is asked for, less what must not be taken."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from reconciler.core.segment import Definition, Live, Recorded
from reconciler.errors import Problem, Severity


@dataclass(frozen=True, slots=True)
class Selection:
    """What a person asked to import: everything, or segments by exact name or by the vendor's id."""

    every: bool = False
    names: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Adoption:
    """Live segments to take: `new` ones need a definition, `claimed` ones belong to the one named beside them."""

    new: tuple[Live, ...]
    claimed: tuple[tuple[Live, Definition], ...]
    problems: tuple[Problem, ...]


def choose(
    live: Iterable[Live], recorded: Mapping[str, Recorded], desired: Sequence[Definition], selection: Selection
) -> Adoption:
    """Return what to adopt. What was asked for by name or id and cannot be had is an error; of all, a warning."""
    keys = {record.id: record.key for record in recorded.values()}
    segments = sorted((each.known(keys) for each in live), key=lambda segment: (segment.name, segment.id))
    there = {segment.id for segment in segments if not segment.system}
    undecided: dict[str, list[Definition]] = {}
    for definition in desired:
        if not _has_segment(definition, recorded, there):
            undecided.setdefault(definition.name, []).append(definition)
    wanted, problems = _wanted(segments, keys, selection)
    new, claimed = [], []
    for segment in wanted:
        definitions = undecided.get(segment.name, [])
        trouble = _trouble(segment, keys, definitions, every=selection.every)
        if trouble:
            problems.append(trouble)
        elif definitions:
            claimed.append((segment, definitions[0]))
        else:
            new.append(segment)
    return Adoption(tuple(new), tuple(claimed), tuple(problems))


def _has_segment(definition: Definition, recorded: Mapping[str, Recorded], there: Collection[str]) -> bool:
    return any(recorded[key].id in there for key in (definition.key, *definition.previously) if key in recorded)


def _wanted(
    segments: Sequence[Live], keys: Mapping[str, str], selection: Selection
) -> tuple[list[Live], list[Problem]]:
    if selection.every:
        return [segment for segment in segments if not segment.system and segment.id not in keys], []
    wanted: dict[str, Live] = {}
    problems = []
    for segment_id in selection.ids:
        found = [segment for segment in segments if segment.id == segment_id]
        wanted |= {segment.id: segment for segment in found}
        if not found:
            problems.append(_missing(f"there is no live segment with the id `{segment_id}`"))
    for name in selection.names:
        found = [segment for segment in segments if segment.name == name]
        if len(found) > 1:
            listed = ", ".join(f"`{segment.id}`" for segment in found)
            hint = f"say which one with `--id`: {listed}"
            problems.append(Problem("ambiguous-name", f"{len(found)} live segments have the name `{name}`", hint=hint))
            continue
        wanted |= {segment.id: segment for segment in found}
        if not found:
            problems.append(_missing(f"there is no live segment with the name `{name}`"))
    return list(wanted.values()), problems


def _missing(message: str) -> Problem:
    return Problem("no-such-segment", message, hint="`reconciler plan -v` lists what is live and unmanaged")


def _trouble(
    segment: Live, keys: Mapping[str, str], definitions: Sequence[Definition], *, every: bool
) -> Problem | None:
    severity = Severity.WARNING if every else Severity.ERROR
    if segment.system:
        words = f"`{segment.name}` is a system segment, which only the vendor changes"
        return Problem("system-segment", words, hint="leave it out", severity=severity)
    if segment.id in keys:
        words = f"`{segment.name}` ({segment.id}) is managed already, as `{keys[segment.id]}`"
        return Problem("already-managed", words, hint="edit that definition, or leave it out", severity=severity)
    if segment.inexpressible:
        words = f"`{segment.name}` ({segment.id}) cannot be written as a definition: {segment.inexpressible}"
        hint = "change it in the vendor's dashboard, or leave it unmanaged"
        return Problem("cannot-express", words, hint=hint, severity=severity)
    if len(definitions) > 1 or (definitions and every):
        listed = ", ".join(f"`{definition.key}`" for definition in definitions)
        words = f"`{segment.name}` ({segment.id}) has the name of a definition that is not applied yet: {listed}"
        one = f"`reconciler apply` adopts it; or `reconciler import --id {segment.id}` says that it is this one"
        hint = one if len(definitions) == 1 else "give each of these definitions a name of its own"
        return Problem("already-defined", words, definitions[0].place, hint, severity)
    return None
