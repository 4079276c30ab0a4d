"""Import live segments: a definition file and a ledger entry for each, so that the plan after it is empty."""

from dataclasses import dataclass, replace

from reconciler.core.adopt import Selection, choose
from reconciler.core.claims import Claims
from reconciler.core.segment import Json, Live, Recorded
from reconciler.definitions.layout import layout
from reconciler.definitions.slug import key_for
from reconciler.definitions.source import listing
from reconciler.definitions.variables import escaped
from reconciler.disk import write_new
from reconciler.errors import InvalidInput, Place, Problem, ReconcilerError, Severity
from reconciler.executor.run import refuse_lease
from reconciler.intake.parse import DEFINITION_DEPTH, parse
from reconciler.intake.schema import explain, schema, waves_through
from reconciler.usecases import clock
from reconciler.usecases.open import Opened, connect


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: files written, by key; segments claimed for a definition that was there; what was left."""

    written: tuple[tuple[str, Live], ...]
    claimed: tuple[tuple[str, Live], ...]
    problems: tuple[Problem, ...]


def import_segments(opened: Opened, selection: Selection) -> Imported:
    """Write definitions and ledger entries for the selected live segments; nothing is sent that writes.

    Either all of them are written and recorded, or, where anything fails, none. Raises InvalidInput where something
    that was asked for by name or id cannot be imported.
    """
    claims = opened.claims()
    refuse_lease(claims, clock.now())
    if not claims.segments:
        opened.target.definitions.mkdir(parents=True, exist_ok=True)
    definitions, _ = opened.whole()
    with connect(opened) as provider:
        live = provider.list()
    adoption = choose(live, claims.segments, definitions, selection)
    writable, problems = _writable(opened, adoption.new, every=selection.every)
    problems = (*adoption.problems, *problems)
    errors = tuple(problem for problem in problems if problem.severity is Severity.ERROR)
    if errors:
        raise InvalidInput(*errors)
    keyed = _keys(opened, writable, claims)
    claimed = tuple((definition.key, segment) for segment, definition in adoption.claimed)
    claims = claims.claim(
        *(Recorded(key, segment.id, segment.body) for key, segment in keyed),
        *(Recorded(each.key, segment.id, segment.body, each.protected) for segment, each in adoption.claimed),
    )
    if keyed or claimed:
        _write(opened, keyed, claims)
    return Imported(keyed, claimed, problems)


def _writable(opened: Opened, segments: tuple[Live, ...], *, every: bool) -> tuple[list[Live], tuple[Problem, ...]]:
    """Part the segments that would be valid definitions from those that would not."""
    severity = Severity.WARNING if every else Severity.ERROR
    good, problems = [], []
    for segment in segments:
        place = Place(f"live segment `{segment.name}`")
        found = _as_definition(opened, segment)
        problems += [
            replace(each, severity=severity, place=place, message=f"is not imported: {each.message}") for each in found
        ]
        if not found:
            good.append(segment)
    return good, tuple(problems)


def _as_definition(opened: Opened, segment: Live) -> tuple[Problem, ...]:
    """Return what would be wrong with the definition of a live segment."""
    place = Place("")
    try:
        parse(layout(_definition(opened, segment)).encode(), place.file, DEFINITION_DEPTH)
    except InvalidInput as error:
        return error.problems
    shape = schema(f"{opened.target.provider}.segment")
    body = dict(segment.body)
    breaches = [] if waves_through(shape, body) else explain(shape, body, lambda _pointer, /, *, on_key=False: place)  # noqa: ARG005
    refused = (each for each in opened.form.findings(segment.body) if each.severity is Severity.ERROR)
    return tuple(breaches or (Problem(each.code, each.message, place, each.hint) for each in refused))


def _keys(opened: Opened, segments: list[Live], claims: Claims) -> tuple[tuple[str, Live], ...]:
    files = listing(opened.target.definitions, opened.target.shown).files
    taken = {*(file.key for file in files), *claims.segments}
    keyed = []
    for segment in segments:
        key = key_for(segment.name, taken, segment.id)
        taken.add(key)
        keyed.append((key, segment))
    return tuple(keyed)


def _write(opened: Opened, keyed: tuple[tuple[str, Live], ...], claims: Claims) -> None:
    texts = {opened.target.definitions / f"{key}.json": layout(_definition(opened, segment)) for key, segment in keyed}
    write_new(texts)
    try:
        opened.ledger.write(claims)
    except (ReconcilerError, OSError, KeyboardInterrupt):
        # NOTE: a record without its file would be planned as a deletion; a file without its record is adopted.
        if opened.claims().serial == claims.serial:
            for path in texts:
                path.unlink(missing_ok=True)
        raise


def _definition(opened: Opened, segment: Live) -> dict[str, Json]:
    name = f"{opened.target.provider}.segment.schema.json"
    body = escaped(segment.body)
    if not (opened.settings.root / "schemas" / name).is_file():
        return body
    up = len(opened.target.definitions.resolve().relative_to(opened.settings.root.resolve()).parts)
    return {"$schema": "../" * up + f"schemas/{name}", **body}
