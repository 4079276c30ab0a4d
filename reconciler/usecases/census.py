"""How many users the changes of a plan move, where the extra `audience` is installed. It decides nothing itself."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

from reconciler.core.audience import Counted, Overlap, Population, Size
from reconciler.core.plan import Action, Change, Plan
from reconciler.core.predicate import All, Any, Not, Predicate, Unclear, together
from reconciler.core.segment import Body, Definition, Json
from reconciler.errors import InvalidInput, Problem, Severity
from reconciler.settings.config import AudienceSettings
from reconciler.settings.environment import variable
from reconciler.usecases import clock

if TYPE_CHECKING:
    from reconciler.audience.tally import Columns, Engine
    from reconciler.usecases.open import Opened

LIBRARY = "pyarrow"
MOST_OVERLAPS = 40
"""Of how many segments, the largest, the overlaps are counted."""

EMPTY = "there is nobody among the users that were looked at"
NOBODY = Any(())
MOVING = frozenset({Action.CREATE, Action.UPDATE, Action.DELETE})


@dataclass(frozen=True, slots=True)
class Census:
    """What is counted for a plan: over which source, with how many examples, and whether with the overlaps.

    Without a source of its own it is the configured one. Where it is `optional`, nobody asked for it in this run, and a
    source that cannot be read is only told.
    """

    source: str | None
    settings: AudienceSettings
    examples: int = 0
    overlaps: bool = False
    optional: bool = False
    library: str = LIBRARY


def census_of(opened: "Opened", source: str | None, *, examples: int = 0, overlaps: bool = False) -> Census | None:
    """Return what is to be counted for a target: over this source, else the configured one; None where there is none.

    Raises InvalidInput where examples are asked for and no column has the ids.
    """
    settings = opened.target.audience or AudienceSettings()
    optional = source is None and not examples and opened.target.limits.max_audience_change is None
    if source is None and opened.target.audience is None and not examples:
        return None
    if examples and not settings.id:
        hint = f'add `id = "user_id"` to `[targets.{opened.target.name}.audience]`'
        raise InvalidInput(Problem("audience-unconfigured", "examples need a column with the ids of users", hint=hint))
    return Census(source, settings, examples, overlaps, optional)


def counted_if_possible(
    plan: Plan, definitions: Iterable[Definition], opened: "Opened", census: Census
) -> tuple[Plan, tuple[Problem, ...]]:
    """Return the plan with its users counted, and why they are not, as warnings; raises where that was asked for."""
    try:
        return counted(plan, definitions, opened, census), ()
    except InvalidInput as error:
        if not census.optional:
            raise
        return plan, tuple(replace(problem, severity=Severity.WARNING) for problem in error.problems)


def counted(plan: Plan, definitions: Iterable[Definition], opened: "Opened", census: Census) -> Plan:
    """Return the plan with the users that each change moves, and the users of all segments that are to be there."""
    meant = {id(change): _meant(change, opened) for change in plan.changes if change.action in MOVING}
    segments = {each.key: _predicate(each.body, opened) for each in definitions}
    questions = [question for sides in meant.values() for question in _questions(*sides)]
    with _opened(opened, census) as (engine, columns):
        users, counts = _tally(engine, columns, [*questions, *segments.values()])
        told = iter(counts)
        numbers = {each: [next(told) for _ in _questions(*sides)] for each, sides in meant.items()}
        if not users:
            numbers = {each: [Unclear(EMPTY) for _ in several] for each, several in numbers.items()}
        found = {each: _counted(numbers[each], meant[each], engine, columns, census) for each in meant}
        sizes = dict(zip(segments, told, strict=True))
        overlaps = _overlaps(segments, sizes, engine, columns) if census.overlaps else ()
    changes = tuple(replace(change, counted=found.get(id(change))) for change in plan.changes)
    shown = tuple(
        Size(key, None, size.why) if isinstance(size, Unclear) else Size(key, size) for key, size in sizes.items()
    )
    population = Population(users, census.settings.sample, shown, overlaps)
    return replace(plan, changes=changes, population=population)


@contextmanager
def _opened(opened: "Opened", census: Census) -> "Iterator[tuple[Engine, Columns]]":
    """Yield what counts over a source, and where each field is; raises InvalidInput where it cannot be read."""
    if find_spec(census.library) is None:
        words, hint = f"users are counted with {census.library}, which is not installed", "install the extra `audience`"
        raise InvalidInput(Problem("audience-missing", words, hint=hint))
    from reconciler.audience.source import engine_of  # noqa: PLC0415 - libraries of an extra
    from reconciler.audience.tally import Columns  # noqa: PLC0415 - as above

    source, told = _source(census)
    constants: Mapping[str, Json] = {opened.vendor.clock: clock.now().isoformat()} if opened.vendor.clock else {}
    looked_at = (census.settings.sample, census.settings.id)
    with closing(engine_of(source, told, opened.settings.root, *looked_at)) as engine:
        yield engine, Columns(census.settings.columns, constants)


def _source(census: Census) -> tuple[str, str]:
    """Return where the users are, and how that is told: of a variable, which may hold a password, its name."""
    source = census.settings.source if census.source is None else census.source
    if source is not None:
        return source, source
    name = census.settings.source_env or ""
    return variable(name), f"${name}"


def _meant(change: Change, opened: "Opened") -> tuple[Predicate | Unclear, Predicate | Unclear]:
    """Return whom a change's segment has before it and after it; nobody where it is not there."""
    before = NOBODY if change.before is None else _predicate(change.before, opened)
    after = NOBODY if change.after is None or change.action is Action.DELETE else _predicate(change.after, opened)
    return before if change.action is not Action.CREATE else NOBODY, after


def _predicate(body: Body, opened: "Opened") -> Predicate | Unclear:
    stated = opened.vendor.meaning(body, opened.target.options)
    return stated if isinstance(stated, Unclear) else together(stated)


def _questions(before: Predicate | Unclear, after: Predicate | Unclear) -> list[Predicate | Unclear]:
    if isinstance(before, Unclear) or isinstance(after, Unclear):
        return [before, after]
    return [before, after, All((after, Not(before))), All((before, Not(after)))]


def _tally(
    engine: "Engine", columns: "Columns", questions: Sequence[Predicate | Unclear]
) -> tuple[int, list[int | Unclear]]:
    found = engine.tally([each for each in questions if not isinstance(each, Unclear)], columns)
    told = iter(found.counts)
    return found.users, [each if isinstance(each, Unclear) else next(told) for each in questions]


def _counted(
    numbers: Sequence[int | Unclear],
    sides: tuple[Predicate | Unclear, Predicate | Unclear],
    engine: "Engine",
    columns: "Columns",
    census: Census,
) -> Counted:
    before, after, entered, left = (*(None if isinstance(each, Unclear) else each for each in numbers), None, None)[:4]
    why = next((each.why for each in numbers if isinstance(each, Unclear)), "")
    old, new = sides
    entering: tuple[str, ...] = ()
    leaving: tuple[str, ...] = ()
    if census.examples and not why and not isinstance(old, Unclear) and not isinstance(new, Unclear):
        entering, leaving = (
            engine.examples(All((inner, Not(outer))), columns, census.settings.id or "", census.examples)
            for inner, outer in ((new, old), (old, new))
        )
    return Counted(before, after, entered, left, why, entering, leaving, census.settings.sample)


def _overlaps(
    segments: Mapping[str, Predicate | Unclear],
    sizes: Mapping[str, int | Unclear],
    engine: "Engine",
    columns: "Columns",
) -> tuple[Overlap, ...]:
    """Return how many users are in both, of each two of the largest segments that have any."""
    known = {key: size for key, size in sizes.items() if not isinstance(size, Unclear) and size}
    keys = sorted(sorted(known, key=lambda key: -known[key])[:MOST_OVERLAPS])
    pairs = [(one, other) for place, one in enumerate(keys) for other in keys[place + 1 :]]
    clear = {key: each for key, each in segments.items() if not isinstance(each, Unclear)}
    both = [All((clear[one], clear[other])) for one, other in pairs]
    _, counts = _tally(engine, columns, both)
    found = zip(pairs, counts, strict=True)
    return tuple(Overlap(one, other, users) for (one, other), users in found if isinstance(users, int) and users)
