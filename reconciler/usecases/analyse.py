"""What the definitions of a target mean that nobody can have meant, where the extra `analysis` is installed.

Must never say what is not proved: what the solver leaves open is no finding.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from reconciler.core.predicate import Stated, Unclear, together
from reconciler.core.segment import Definition, Json
from reconciler.definitions.load import located
from reconciler.errors import Place, Problem, Severity
from reconciler.settings.config import Target

if TYPE_CHECKING:
    from reconciler.analysis.flaws import Flaw
    from reconciler.providers.vendor import Vendor

MOST = 1000
"""How many definitions are compared with one another: beyond, a validation would take minutes."""

EVERYBODY = "matches everybody: it has no conditions"
"""A note: that is how the vendors' pages say everybody."""

SUPERSEDED = {"never-true": "matches-nobody"}
"""What is found without a solver, and what says the same of a file with one."""


def analysed(
    target: Target, vendor: "Vendor", definitions: Sequence[Definition], chosen: Sequence[Definition]
) -> Iterator[Problem]:
    """Yield what is wrong with the chosen definitions, each by itself and beside all of the target."""
    meant = {each.key: vendor.meaning(each.body, target.options) for each in definitions}
    for definition in chosen:
        stated = meant[definition.key]
        if not isinstance(stated, Unclear):
            yield from _alone(target, vendor, definition, stated)
    yield from _beside(target, vendor, definitions, meant, {each.key for each in chosen})


def _alone(target: Target, vendor: "Vendor", definition: Definition, stated: tuple[Stated, ...]) -> Iterator[Problem]:
    if not stated:
        hint = "say whom it is to leave out, or switch this finding off for the file"
        yield Problem("matches-everybody", EVERYBODY, definition.place, hint, Severity.NOTE)
        return
    from reconciler.analysis.plain import is_plain  # noqa: PLC0415 - comes with an extra

    if is_plain(stated, vendor.always_there):
        return
    from reconciler.analysis.flaws import flaws  # noqa: PLC0415 - a solver, which few need

    for flaw in flaws(stated, vendor.always_there):
        yield _problem(target, vendor, definition, stated, flaw)


def without_superseded(problems: Sequence[Problem]) -> Iterator[Problem]:
    """Yield problems without those that another of the same file says better, or one at the same place says first."""
    files = {(each.code, each.place.file) for each in problems if each.place}
    repeated = {each.place for each in problems if each.code.startswith("repeated-")}
    for each in problems:
        file = each.place.file if each.place else ""
        if (SUPERSEDED.get(each.code, ""), file) in files or (
            each.code == "redundant-condition" and each.place in repeated
        ):
            continue
        yield each


def _problem(
    target: Target, vendor: "Vendor", definition: Definition, stated: Sequence[Stated], flaw: "Flaw"
) -> Problem:
    at = partial(located, target.definitions, definition)
    named = [_named(vendor, target, definition, stated[index], at(stated[index].pointer)) for index in flaw.conditions]
    match flaw.kind.value:
        case "matches-nobody":
            words = f"matches nobody: {_listed(named)} cannot hold" + (" at once" if named[1:] else "")
            hint = "take one of them out, or put alternatives into a group of which one is enough"
            place = at(stated[flaw.conditions[-1]].pointer)
        case "matches-everybody":
            words = "matches everybody: its conditions leave nobody out"
            hint = "say whom it is to leave out, or switch this finding off for the file"
            place = at(stated[flaw.conditions[0]].pointer)
        case _:
            (first, *others), why = named, "leaves nobody out"
            words = f"{first} {f'is implied by {_listed(others)}' if others else why}"
            hint = "take it out, or correct the one that was meant otherwise"
            place = at(stated[flaw.conditions[0]].pointer)
    return Problem(flaw.kind.value, words, place, hint, Severity.WARNING)


def _beside(
    target: Target,
    vendor: "Vendor",
    definitions: Sequence[Definition],
    meant: dict[str, tuple[Stated, ...] | Unclear],
    chosen: set[str],
) -> Iterator[Problem]:
    from reconciler.analysis.overlaps import overlaps  # noqa: PLC0415 - as above

    clear = [(each, stated) for each in definitions if not isinstance(stated := meant[each.key], Unclear) and stated]
    if len(clear) > MOST:
        words = f"`{target.name}`: {len(clear)} definitions are too many to compare each with all others"
        hint = f"up to {MOST} are compared; several targets are compared each by itself"
        yield Problem("not-compared", words, hint=hint, severity=Severity.NOTE)
        return
    found = overlaps([together(stated) for _, stated in clear], vendor.always_there)
    for one, other in found.same:
        if {clear[one][0].key, clear[other][0].key} & chosen:
            words = f"has the same audience as `{clear[other][0].place.file}`"
            hint = "keep one of the two, or say what sets them apart"
            yield Problem("same-audience", words, clear[one][0].place, hint, Severity.WARNING)
    for inner, outer in found.inside:
        if {clear[inner][0].key, clear[outer][0].key} & chosen:
            words = f"its whole audience is in `{clear[outer][0].place.file}` too"
            hint = "nothing needs to be done: a campaign for both reaches these users twice"
            yield Problem("audience-inside", words, clear[inner][0].place, hint, Severity.NOTE)
    if found.left:
        words = f"`{target.name}`: {found.left} comparisons of definitions were left open, as they would take too long"
        yield Problem("not-compared", words, hint="what is said of the others holds", severity=Severity.NOTE)


def _named(vendor: "Vendor", target: Target, definition: Definition, stated: Stated, place: Place) -> str:
    label = vendor.form(target.options).label(_value(definition, stated))
    words = f"`{label}`" if label else "the condition"
    return f"{words} in line {place.line}" if place.line else words


def _value(definition: Definition, stated: Stated) -> Json:
    value: Json = dict(definition.body)
    for part in stated.pointer:
        if isinstance(value, dict):
            value = value.get(str(part))
        else:
            value = value[part] if isinstance(value, list) and isinstance(part, int) else None
    return value


def _listed(named: Sequence[str]) -> str:
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
