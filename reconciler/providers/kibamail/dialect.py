"""The two ways of writing Kibamail's conditions, each turned into the other. Must never change what a condition means.

The words of MongoDB have no `contains`, `startsWith` and `endsWith`; the field form has no `$regex`. What cannot be
said in the other way stays as it is written.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from reconciler.core.canonical import multiset
from reconciler.core.finding import Finding
from reconciler.core.segment import Json
from reconciler.errors import Severity
from reconciler.intake.lexical import shown
from reconciler.intake.parse import DEFINITION_DEPTH
from reconciler.providers.kibamail.conditions import (
    LISTS,
    MONGO,
    NOT,
    REGEX,
    Test,
    is_combination,
    is_mongo_field,
    is_test,
    mongo_tests,
    walk,
)

FIELD, IN_MONGO = "field", "mongo"
DEEPEST = DEFINITION_DEPTH
"""How many combinations deep a condition is followed: no definition may nest deeper."""

LEAF_DEPTH = 3
"""A member, its operators, their list: how deep the values of a comparison may stand."""

WORDS = {operator: word for word, operator in MONGO.items()}

Rewrite: TypeAlias = Callable[[Json], Json]


def canonical(conditions: Json) -> Json:
    """Return the one form of conditions that say the same: in field form, what `$and` and `$or` combine as multisets.

    `$regex` becomes an operator of that name, which is never sent. Numbers are one kind: `100.0` is stored as `100`.
    """
    return _rewritten(conditions, lambda item: _in_fields(_with_numbers(item)), multiset)


def translated(conditions: Json, dialect: str) -> Json:
    """Return the conditions in a dialect, in the order in which they are written."""
    if dialect == IN_MONGO:
        return _rewritten(conditions, _in_mongo, list)
    return _rewritten(conditions, lambda item: item if _has_regex(item) else _in_fields(item), list)


def findings(conditions: Json, dialect: str | None) -> Iterator[Finding]:
    """Yield what cannot be said in the dialect, as errors."""
    for test in walk(conditions):
        if not isinstance(test, Test):
            continue
        if dialect == FIELD and test.operator == REGEX:
            hint = "compare with `contains`, `startsWith` or `endsWith`; or leave `dialect` out, if the vendor takes it"
            yield _untranslatable(test.operator_pointer, f"the field form has no operator `{REGEX}`", hint)
        elif dialect == IN_MONGO and not test.mongo:
            if test.operator not in WORDS:
                words = f"the words of MongoDB have no operator `{test.operator}`"
                yield _untranslatable(test.operator_pointer, words, _KEEP_FIELD)
            if not is_mongo_field(test.field):
                words = f"in the words of MongoDB, {shown(test.field)} cannot be a field: it means something else there"
                yield _untranslatable(test.field_pointer, words, _KEEP_FIELD)


_KEEP_FIELD = 'set `dialect = "field"` in the target, or leave it out'


def _untranslatable(pointer: tuple[str | int, ...], words: str, hint: str) -> Finding:
    return Finding(pointer, "cannot-translate", words, hint, Severity.ERROR)


def _rewritten(item: Json, leaf: Rewrite, ordered: Callable[[Iterable[Json]], list[Json]], level: int = 0) -> Json:
    if level == DEEPEST:
        return item
    if not isinstance(item, dict) or not is_combination(item):
        return _ordered(leaf(item), ordered)
    parts: dict[str, Json] = {}
    for name, value in item.items():
        if name == NOT:
            parts[name] = _rewritten(value, leaf, ordered, level + 1)
        elif isinstance(value, list):
            parts[name] = ordered([_rewritten(each, leaf, ordered, level + 1) for each in value])
        else:
            parts[name] = value
    return parts


def _ordered(item: Json, ordered: Callable[[Iterable[Json]], list[Json]]) -> Json:
    """Return what a leaf became with the tests ordered that it was taken apart into."""
    if isinstance(item, dict) and is_combination(item):
        return {name: ordered(tests) if isinstance(tests, list) else tests for name, tests in item.items()}
    return item


def _in_fields(item: Json) -> Json:
    tests = mongo_tests(item)
    if tests is None:
        return item
    parts: list[Json] = [{"field": name, "operator": operator, "value": value} for name, operator, value in tests]
    return parts[0] if len(parts) == 1 else {LISTS[0]: parts}


def _in_mongo(item: Json) -> Json:
    if not isinstance(item, dict) or not is_test(item):
        return item
    field, operator = str(item["field"]), str(item["operator"])
    if operator not in WORDS or not is_mongo_field(field):
        return item
    return {field: {WORDS[operator]: item["value"]}}


def _with_numbers(item: Json, depth: int = 0) -> Json:
    """Return a leaf with the whole numbers in it as such; no leaf of a known shape is deeper than its lists."""
    match item:
        case float() if item.is_integer():
            return int(item)
        case list() if depth < LEAF_DEPTH:
            return [_with_numbers(each, depth + 1) for each in item]
        case dict() if depth < LEAF_DEPTH:
            return {name: _with_numbers(value, depth + 1) for name, value in item.items()}
        case _:
            return item


def _has_regex(item: Json) -> bool:
    return any(operator == REGEX for _, operator, _ in mongo_tests(item) or ())
