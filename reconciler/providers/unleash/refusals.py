"""What the vendor's server refuses in one constraint, as errors. Total. Must never ask the instance."""

from collections.abc import Iterator

from reconciler.core.finding import Finding
from reconciler.core.segment import Json
from reconciler.errors import Severity
from reconciler.intake.lexical import shown
from reconciler.intake.lines import Pointer
from reconciler.providers.unleash.operators import MANY, ONE, Kind, operator_of
from reconciler.providers.unleash.pattern import trouble
from reconciler.providers.unleash.values import is_exact, is_no_date, is_number, is_version

LONGEST_VALUE = 100


def refusals(constraint: dict[str, Json], pointer: Pointer) -> Iterator[Finding]:
    """Yield what is wrong with what a constraint at its pointer compares with.

    What the schema refuses by itself, such as an operator that does not exist or a list for a value, is passed over.
    """
    operator = operator_of(constraint)
    if operator is None:
        return
    values, value = constraint.get("values", []), constraint.get("value", "")
    if operator in MANY and values == []:
        hint = f'write `"values": [{"…" if not value else shown(str(value)).replace("`", chr(34))}]`'
        yield _error((*pointer, "operator"), "operand-missing", f"`{operator}` needs one of `values` at least", hint)
    if operator in ONE and value == "":
        words = f"`{operator}` needs a `value` that is not empty"
        yield _error((*pointer, "operator"), "operand-missing", words, f'write `"value": "…"`: {ONE[operator].value}')
    elif "value" in constraint and value == "":
        hint = f"take it out: `{operator}` reads `values`"
        yield _error((*pointer, "value"), "empty-value", "the vendor takes no `value` that is empty", hint)
    if operator in ONE and ONE[operator] is Kind.PATTERN and constraint.get("inverted") is True:
        hint = "write a pattern for the opposite, or compare with another operator"
        yield _error((*pointer, "inverted"), "inverted-pattern", "the vendor does not invert a `REGEX`", hint)
    for index, each in enumerate(values if isinstance(values, list) else ()):
        if isinstance(each, str):
            yield from _entry(each, (*pointer, "values", index))
    if operator in ONE and isinstance(value, str) and value:
        yield from _OPERANDS[ONE[operator]](value, (*pointer, "value"))


def units(text: str) -> int:
    """Return how long a text is to the vendor, whose server is JavaScript and counts UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _entry(text: str, pointer: Pointer) -> Iterator[Finding]:
    if not text:
        hint = "take it out: a field that is empty is missing to the vendor, and none of the values"
        yield _error(pointer, "empty-value", "the vendor takes no value that is empty", hint)
    if (length := units(text)) > LONGEST_VALUE:
        message = f"a value has {length} characters as the vendor counts them, at most {LONGEST_VALUE}"
        yield _error(pointer, "too-long", message, "most emoji, and other rare characters, count as two")


def _number(text: str, pointer: Pointer) -> Iterator[Finding]:
    if not is_number(text):
        hint = 'write digits with a `.` for fractions, such as `"0.5"`'
        yield _error(pointer, "not-a-number", f"{shown(text)} is no number to the vendor", hint)
    elif not is_exact(text):
        message = f"{shown(text)} is a number that the vendor's server cannot hold exactly"
        yield _error(pointer, "number-inexact", message, "write it with at most 15 digits")


def _date(text: str, pointer: Pointer) -> Iterator[Finding]:
    if is_no_date(text):
        hint = 'write it with its zone, such as `"2026-01-31T12:00:00Z"`'
        yield _error(pointer, "not-a-date-time", f"{shown(text)} is no date and time", hint)


def _version(text: str, pointer: Pointer) -> Iterator[Finding]:
    if not is_version(text):
        hint = 'write three numbers, such as `"1.2.3"` or `"1.2.3-beta.1"`; semver.org says the rest'
        yield _error(pointer, "not-a-version", f"{shown(text)} is no version by semver.org", hint)


def _pattern(text: str, pointer: Pointer) -> Iterator[Finding]:
    if words := trouble(text):
        message = f"{shown(text)} is no regular expression of RE2: {words}"
        yield _error(pointer, "bad-pattern", message, "the page on RE2's syntax says what there is")


_OPERANDS = {Kind.NUMBER: _number, Kind.DATE: _date, Kind.VERSION: _version, Kind.PATTERN: _pattern}


def _error(pointer: Pointer, code: str, message: str, hint: str) -> Finding:
    return Finding(pointer, code, message, hint, Severity.ERROR)
