"""What is wrong or doubtful in a Kibamail body that the schema accepts, as far as the body says by itself.

An error is what the vendor stores and then fails on, or reads as something else than it says. Must never
ask the vendor.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from reconciler.core.canonical import canonical_json
from reconciler.core.finding import Finding
from reconciler.core.segment import Body, Json
from reconciler.errors import Severity
from reconciler.intake.lexical import shown
from reconciler.providers.kibamail.conditions import LISTS, NOT, REGEX, Logical, Node, Pointer, Test, is_test, walk
from reconciler.providers.kibamail.dialect import FIELD, canonical
from reconciler.providers.kibamail.kinds import (
    LIST,
    ORDER,
    TEXT,
    Kind,
    items,
    kind_of,
    milliseconds,
    mistakes,
    moment,
    presence,
    word_of,
)
from reconciler.providers.kibamail.missing import DIFFERENT, left_out

LONGEST = {"name": 100, "description": 500}
BLANKS = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))
"""What JavaScript, in which the vendor's server is written, takes off the ends of a text."""


def findings(body: Body, dialect: str | None) -> Iterator[Finding]:
    """Yield all that is wrong or doubtful; `dialect` is what the target says of how conditions are sent."""
    nodes = list(walk(body.get("conditions")))
    tests = [node for node in nodes if isinstance(node, Test)]
    wrong: set[Pointer] = set()
    yield from _texts(body)
    for test in tests:
        errors = list(mistakes(test, kind_of(test.field)))
        yield from errors
        if errors:
            wrong.add(test.pointer)
        else:
            yield from _doubts(test)
    yield from _left_out(nodes, wrong)
    for node in nodes:
        if isinstance(node, Logical):
            yield from _repeated(body, node)
    if dialect != FIELD:
        yield from _mongo(tests, wrong)


def _texts(body: Body) -> Iterator[Finding]:
    for member, longest in LONGEST.items():
        text = body.get(member)
        if not isinstance(text, str):
            continue
        if text != text.strip(BLANKS):
            message = f"the vendor takes the blanks off the ends of `{member}`, so what it has is never what is written"
            yield Finding((member,), "untrimmed", message, "take them out", Severity.ERROR)
        # NOTE: the vendor's server is JavaScript, which counts UTF-16 units.
        if (length := len(text.encode("utf-16-le", "surrogatepass")) // 2) > longest:
            message = f"`{member}` has {length} characters as the vendor counts them, at most {longest}"
            hint = "most emoji, and other rare characters, count as two"
            yield Finding((member,), "too-long", message, hint, Severity.ERROR)


def _doubts(test: Test) -> Iterator[Finding]:
    if test.operator in LIST and test.value == []:
        yield _empty_list(test)
    if test.operator in TEXT and isinstance(test.value, str):
        yield from _pattern(test, test.value)
    elif test.operator != REGEX:
        for pointer, value in items(test):
            if isinstance(value, str):
                yield from _text(test, pointer, value)


def _empty_list(test: Test) -> Finding:
    if test.operator == "in":
        hint = "name a value, or take the condition out"
        return Finding(test.value_pointer, "matches-nobody", f"{word_of(test)} with an empty list matches nobody", hint)
    message = f"{word_of(test)} with an empty list matches everybody, also without {shown(test.field)}"
    return Finding(test.value_pointer, "matches-everybody", message, "name a value, or take the condition out")


def _pattern(test: Test, text: str) -> Iterator[Finding]:
    if not text:
        message = f"{word_of(test)} with an empty text matches every contact that has {shown(test.field)}"
        hint = f"say so with `{presence(test, wanted=True)}`, or write a text"
        yield Finding(test.value_pointer, "empty-text", message, hint)
    found = [f"`{mark}` for {what}" for mark, what in (("%", "any text"), ("_", "any one character")) if mark in text]
    if found:
        message = f"{word_of(test)} takes {' and '.join(found)}, which cannot be escaped"
        hint = "look for a text without it, or compare whole values with `eq` or `in`"
        yield Finding(test.value_pointer, "wildcard", message, hint)


def _text(test: Test, pointer: Pointer, text: str) -> Iterator[Finding]:
    kind = kind_of(test.field)
    if kind is Kind.CUSTOM and (time := moment(text)):
        message = f"a date as text is right only where {shown(test.field)} holds text"
        hint = f"a DATE property is compared with Unix milliseconds: `{milliseconds(time)}`"
        yield Finding(pointer, "date-as-text", message, hint)
    elif kind is not Kind.MOMENT and test.operator in ORDER:
        message = f"{word_of(test)} compares text in the order of the vendor's database: case and length may surprise"
        hint = "list the values with `in`; where the field holds numbers, write a number without quotes"
        yield Finding(pointer, "text-order", message, hint)


def _left_out(nodes: Sequence[Node], wrong: set[Pointer]) -> Iterator[Finding]:
    told: set[tuple[Pointer, str]] = set()
    for test in left_out(nodes):
        own = test.operator in DIFFERENT
        at = test.operator_pointer if own else _last_not(test.pointer)
        if test.pointer in wrong or (at, test.field) in told:
            continue
        told.add((at, test.field))
        subject = f"{word_of(test)} leaves" if own else f"`{NOT}` can leave"
        message = f"{subject} out contacts without {shown(test.field)}, which MongoDB would keep"
        keep, leave = presence(test, wanted=False), presence(test, wanted=True)
        hint = f'keep them: `{{"$or": [{{…}}, {keep}]}}`; or say that they go: `{{"$and": [{{…}}, {leave}]}}`'
        yield Finding(at, "missing-field", message, hint)


def _last_not(pointer: Pointer) -> Pointer:
    """Return the pointer of the innermost `$not` that something stands under."""
    return pointer[: len(pointer) - pointer[::-1].index(NOT)]


def _repeated(body: Body, node: Logical) -> Iterator[Finding]:
    item: Any = body
    for step in node.pointer:
        item = item[step]
    for name in LISTS:
        parts = item.get(name)
        if not isinstance(parts, list) or _are_of_fields(parts):
            continue
        first: dict[str, int] = {}
        for index, part in enumerate(parts):
            earlier = first.setdefault(canonical_json(canonical(part)), index)
            if earlier != index:
                message = f"condition {index + 1} of this `{name}` says the same as condition {earlier + 1}"
                yield Finding((*node.pointer, name, index), "repeated-condition", message, "remove one of the two")


def _are_of_fields(parts: list[Json]) -> bool:
    """Say, quickly, whether these are comparisons of a field each, no two of the same: none says what another does."""
    fields = [part["field"] if is_test(part) else None for part in parts if isinstance(part, dict)]
    return None not in fields and len({*map(str, fields)}) == len(parts)


def _mongo(tests: Sequence[Test], wrong: set[Pointer]) -> Iterator[Finding]:
    written = [test for test in tests if test.mongo]
    for test in written[:1]:
        message = "the MongoDB form is on the vendor's page, and the schema of its API does not know it"
        hint = 'set `dialect = "field"` in the target, or write `{"field": …, "operator": …, "value": …}`'
        yield Finding(test.field_pointer[:-1], "mongo-form", message, hint)
    for test in [test for test in written if test.operator == REGEX and test.pointer not in wrong][:1]:
        message = f"the vendor's server knows no `{REGEX}`; it is sent as it is written"
        hint = "in field form there are `contains`, `startsWith` and `endsWith`"
        yield Finding(test.value_pointer, "regex", message, hint)
