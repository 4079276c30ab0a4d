"""What live conditions say that no definition could, in words. Must never refuse to read a condition, however odd."""

from collections.abc import Iterator

from reconciler.core.segment import Json
from reconciler.intake.lexical import shown
from reconciler.intake.parse import DEFINITION_DEPTH
from reconciler.intake.words import described
from reconciler.providers.kibamail.conditions import (
    FIELD_FORM,
    LISTS,
    LOGICAL,
    MONGO,
    NOT,
    OPERATORS,
    REGEX,
    TOPICS,
)

DEEPEST = DEFINITION_DEPTH - 1
"""How deep objects and lists may nest in a definition's conditions: the definition is the level around them."""


def inexpressible(conditions: Json) -> str:
    """Return what a definition cannot say, each once; empty where it can say it all. Total, however deep."""
    return ", ".join(dict.fromkeys(_oddities(conditions)))


def shallow(value: Json, levels: int = DEEPEST) -> Json:
    """Return the value with `…` in place of what nests deeper than a definition may, so that nothing chokes on it."""
    return value if _fits(value, levels) else _cut(value, levels)


def _fits(value: Json, levels: int) -> bool:
    row = [value]
    for _ in range(levels + 1):
        nested = [each for each in row if isinstance(each, dict | list)]
        if not nested:
            return True
        row = [part for each in nested for part in (each.values() if isinstance(each, dict) else each)]
    return False


def _cut(value: Json, levels: int) -> Json:
    if not isinstance(value, dict | list):
        return value
    if levels == 0:
        return "…"
    if isinstance(value, list):
        return [_cut(each, levels - 1) for each in value]
    return {name: _cut(each, levels - 1) for name, each in value.items()}


def _oddities(conditions: Json) -> Iterator[str]:
    if not _fits(conditions, DEEPEST):
        yield f"conditions that nest deeper than {DEEPEST} levels"
        return
    stack = [conditions]
    while stack:
        item = stack.pop()
        if not isinstance(item, dict):
            yield f"a condition that is {described(item)}"
        elif not item:
            yield "a condition that says nothing"
        elif any(name.startswith("$") for name in item):
            yield from _of_combination(item)
            stack.extend(reversed([*_parts(item)]))
        elif any(name in TOPICS for name in item):
            yield from _of_topics(item)
        elif any(name in FIELD_FORM and not isinstance(value, dict) for name, value in item.items()):
            yield from _of_comparison(item)
        else:
            yield from _of_fields(item)


def _parts(item: dict[str, Json]) -> Iterator[Json]:
    for name, value in item.items():
        if isinstance(value, list) and name in LISTS:
            yield from value
        elif name == NOT:
            yield value


def _of_combination(item: dict[str, Json]) -> Iterator[str]:
    first = next(name for name in item if name.startswith("$"))
    yield from (f"{shown(name)} beside {shown(first)}" for name in item if name != first)
    if first not in LOGICAL:
        yield f"the operator {shown(first)} of conditions"
    for name in LISTS:
        if name in item and (not isinstance(item[name], list) or not item[name]):
            yield f"a `{name}` without a list of conditions"


def _of_topics(item: dict[str, Json]) -> Iterator[str]:
    for name, ids in item.items():
        if name not in TOPICS:
            yield f"the member {shown(name)} beside topics"
        elif not isinstance(ids, list) or not ids or not all(isinstance(each, str) and each.strip() for each in ids):
            yield f"a `{name}` without a list of ids"


def _of_comparison(item: dict[str, Json]) -> Iterator[str]:
    yield from (f"a comparison's member {shown(name)}" for name in item if name not in FIELD_FORM)
    yield from (f"a comparison without `{name}`" for name in sorted(FIELD_FORM - item.keys()))
    field, operator = item.get("field", "x"), item.get("operator", "eq")
    if not isinstance(field, str) or not field.strip():
        yield f"a field that is {described(field)}"
    if operator not in OPERATORS:
        yield f"the operator {shown(operator) if isinstance(operator, str) else described(operator)}"
    yield from _of_value(item.get("value"))


def _of_fields(item: dict[str, Json]) -> Iterator[str]:
    for field, operators in item.items():
        if not field.strip():
            yield f"a field that is {described(field)}"
        if not isinstance(operators, dict) or not operators:
            yield f"the field {shown(field)} without operators"
            continue
        yield from (f"the operator {shown(word)}" for word in operators if word not in MONGO and word != REGEX)
        for word, value in operators.items():
            if word == REGEX and not isinstance(value, str):
                yield f"a `{REGEX}` that is {described(value)}"
            else:
                yield from _of_value(value)


def _of_value(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        yield f"a value that is {described(value)}"
    for each in value if isinstance(value, list) else ():
        if isinstance(each, bool) or not isinstance(each, str | int | float):
            yield f"a list's value that is {described(each)}"
