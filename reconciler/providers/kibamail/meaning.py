"""What a Kibamail segment means, as a predicate over a contact's fields. Must never ask the vendor.

The vendor's database knows a third truth value: whatever is compared with a missing field is unknown, and so is its
opposite. Here each condition is two predicates, when it is true and when it is false, and `$not` exchanges them. Both
ways of writing mean this, since the vendor has one database.

Assumed is `text_order`, the order of texts in the vendor's database: without it a comparison of texts by order is
unclear; `codepoint` takes the code points of their characters. A profile has the topics that a contact is subscribed
to as a list in `$topics`.

Sources: the conversion of conditions in the vendor's public source, and its query library, executed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.core import reading
from reconciler.core.predicate import (
    All,
    Any,
    Cast,
    Check,
    Compared,
    Has,
    Holds,
    Like,
    Not,
    OneOf,
    Predicate,
    Present,
    Relation,
    Stated,
    Unclear,
    Where,
)
from reconciler.core.predicate import Test as FieldTest
from reconciler.core.segment import Body, Json
from reconciler.intake.parse import DEFINITION_DEPTH
from reconciler.providers.kibamail.conditions import (
    LISTS,
    LOGICAL,
    NOT,
    REGEX,
    TOPICS,
    Pointer,
    Test,
    is_combination,
    walk,
)
from reconciler.providers.kibamail.kinds import Kind, kind_of, mistakes
from reconciler.providers.vendor import Options

SUBSCRIBED = "$topics"
PLACES = {"contains": Where.ANYWHERE, "startsWith": Where.START, "endsWith": Where.END}
RELATIONS = {
    "eq": Relation.EQUAL,
    "in": Relation.EQUAL,
    "gt": Relation.MORE,
    "gte": Relation.AT_LEAST,
    "lt": Relation.LESS,
    "lte": Relation.AT_MOST,
}
OPPOSITES = {"ne": "eq", "nin": "in"}
NOBODY = Any(())


@dataclass(frozen=True, slots=True)
class _Ternary:
    """When a condition is true, and when it is false; else it is unknown."""

    true: Predicate
    false: Predicate

    def opposite(self) -> "_Ternary":
        return _Ternary(self.false, self.true)


class _UnclearError(Exception):
    """Carries why a condition is unclear up to `meaning`."""


def meaning(body: Body, options: Options) -> tuple[Stated, ...] | Unclear:
    """Return what a body means; an `$and` is its parts, as far down as there is nothing else above. Total."""
    try:
        return tuple(Stated(pointer, part.true) for pointer, part in _conjuncts(body.get("conditions"), options))
    except _UnclearError as error:
        return Unclear(str(error))


def _conjuncts(
    item: Json, options: Options, pointer: Pointer = ("conditions",), level: int = 0
) -> Iterator[tuple[Pointer, _Ternary]]:
    """Yield what must all hold for an object to hold, and where it stands."""
    if level > DEFINITION_DEPTH:
        raise _UnclearError("the conditions are nested too deep")
    if not isinstance(item, dict) or not item:
        raise _UnclearError(f"{_named(pointer)} is no condition")
    if is_combination(item):
        # NOTE: of several the vendor's server evaluates the first, in this order.
        name = next(each for each in LOGICAL if each in item)
        yield from _combined(name, item[name], (*pointer, name), options, level + 1)
        return
    if item.keys() <= TOPICS.keys():
        for name, ids in item.items():
            yield (*pointer, name), _topics(name, ids)
        return
    tests = [node for node in walk(item, pointer) if isinstance(node, Test)]
    written = 3 if tests and not tests[0].mongo else len({test.field for test in tests})
    if not tests or len(item) != written:
        raise _UnclearError(f"{_named(pointer)} has a shape that the vendor does not document")
    for test in tests:
        yield test.pointer, _of_test(test, options)


def _combined(
    name: str, parts: Json, pointer: Pointer, options: Options, level: int
) -> Iterator[tuple[Pointer, _Ternary]]:
    if name == NOT:
        yield pointer, _all([part for _, part in _conjuncts(parts, options, pointer, level)]).opposite()
        return
    if not isinstance(parts, list) or not parts:
        raise _UnclearError(f"{_named(pointer)} is no list of conditions")
    each = [[*_conjuncts(part, options, (*pointer, index), level)] for index, part in enumerate(parts)]
    if name == LISTS[0]:
        for found in each:
            yield from found
    else:
        # NOTE: one or the other holds where not both fail.
        yield pointer, _all([_all([part for _, part in found]).opposite() for found in each]).opposite()


def _all(parts: list[_Ternary]) -> _Ternary:
    if len(parts) == 1:
        return parts[0]
    return _Ternary(All(tuple(part.true for part in parts)), Any(tuple(part.false for part in parts)))


def _topics(name: str, ids: Json) -> _Ternary:
    texts = tuple(each for each in ids if isinstance(each, str)) if isinstance(ids, list) else ()
    if not isinstance(ids, list) or len(texts) < len(ids) or not ids:
        raise _UnclearError(f"`{name}` is no list of ids")
    holds = FieldTest(SUBSCRIBED, Holds(texts))
    found = _Ternary(holds, Not(holds))
    return found if TOPICS[name] else found.opposite()


def _of_test(test: Test, options: Options) -> _Ternary:
    if test.operator == REGEX:
        raise _UnclearError(f"the vendor's server has no `{REGEX}`")
    if test.field == SUBSCRIBED:
        raise _UnclearError(f"no field is called `{SUBSCRIBED}`")
    kind = kind_of(test.field)
    for mistake in mistakes(test, kind):
        raise _UnclearError(mistake.message)
    there = FieldTest(test.field, Present())
    if test.operator == "exists":
        return _Ternary(there, Not(there)) if test.value is True else _Ternary(Not(there), there)
    operator = OPPOSITES.get(test.operator, test.operator)
    if operator == "in" and test.value == []:
        found = _Ternary(NOBODY, All(()))
    else:
        true = _compared(test, operator, kind, options)
        found = _Ternary(true, All((there, Not(true))))
    return found if operator == test.operator else found.opposite()


def _compared(test: Test, operator: str, kind: Kind, options: Options) -> Predicate:
    if operator in PLACES:
        return FieldTest(test.field, _search(operator, str(test.value)))
    values = test.value if isinstance(test.value, list) else [test.value]
    if kind is not Kind.MOMENT and all(isinstance(value, str) for value in values):
        texts = tuple(map(str, values))
        if operator in {"eq", "in"}:
            return FieldTest(test.field, OneOf(texts))
        if options.get("text_order") != "codepoint":
            raise _UnclearError(f"which text comes first is up to the vendor's database, so `{operator}` has no answer")
        return FieldTest(test.field, Compared(Cast.TEXT, RELATIONS[operator], texts[0]))
    cast = Cast.TIME if kind is Kind.MOMENT else Cast.DECIMAL
    parts = [FieldTest(test.field, Compared(cast, RELATIONS[operator], reading.text(value) or "")) for value in values]
    return parts[0] if len(parts) == 1 else Any(tuple(parts))


def _search(operator: str, value: str) -> Check:
    """Return a search with LIKE, which the vendor does not escape."""
    if "\\" in value:
        raise _UnclearError(f"a backslash in `{operator}` is read by the vendor's database in its own way")
    if "%" not in value and "_" not in value:
        return Has(PLACES[operator], value)
    before, after = "" if operator == "startsWith" else "%", "" if operator == "endsWith" else "%"
    return Like(f"{before}{value}{after}")


def _named(pointer: Pointer) -> str:
    return "`" + ".".join(map(str, pointer)) + "`"
