"""Predicates as expressions of ibis over the user's own table. A test that has no exact expression is unclear.

What is unclear in SQL, with the reason: versions; times that are text; a regular expression where the database's are
not RE2; a search or an order of texts in a column of numbers; and letters beyond ASCII where case is left out.

What a database sees in another way than the evaluator, by design:
- A text is read as a number where it is a decimal one of at most 30 digits before and behind the point and an exponent
  of two: nothing can then fail to be cast. JavaScript's `0x10` and `Infinity`, and blanks beyond ASCII, are no number.
- A whole number has at most 18 digits.
- Case is left out by the database's `lower`: of a letter beyond ASCII in a user's text, each has its own opinion.
- Texts are ordered by the database's collation, and in PostgreSQL by their bytes. The usual one of DuckDB, BigQuery,
  Snowflake, ClickHouse and Spark is by bytes, too, which is the order of code points.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import reduce
from math import isfinite
from operator import and_, or_
from typing import Any as Anything
from typing import assert_never

import ibis

from reconciler.audience.tally import Columns
from reconciler.core import reading
from reconciler.core.predicate import (
    All,
    Any,
    Cast,
    Check,
    Compared,
    Filled,
    Found,
    Has,
    Holds,
    Like,
    Not,
    OneOf,
    Predicate,
    Present,
    Relation,
    Test,
    Where,
)
from reconciler.core.semantics import passes

DECIMAL = "[+-]?([0-9]{1,30}[.]?[0-9]{0,30}|[.][0-9]{1,30})([eE][+-]?[0-9]{1,2})?"
WHOLE = "[+-]?[0-9]{1,18}"
BLANKS = "[ \t\n\v\f\r]*"
RE2 = frozenset({"bigquery", "clickhouse", "duckdb"})
"""The databases whose regular expressions are those of RE2."""

BY_CODE_POINT = "postgres"
NUMERIC = frozenset({Cast.NUMBER, Cast.DECIMAL, Cast.WHOLE})
READINGS: Mapping[Cast, Callable[[str], float | None]] = {
    Cast.NUMBER: reading.number,
    Cast.DECIMAL: reading.decimal,
    Cast.WHOLE: reading.whole,
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Expression = Anything
"""An ibis expression; the library's types do not follow what its columns hold."""


class UnclearError(Exception):
    """Carries why a test has no expression."""


def _convert_to(_text: str, _encoding: str) -> bytes:  # type: ignore[empty-body]
    ...


_bytes_of = ibis.udf.scalar.builtin(_convert_to, name="convert_to")
"""PostgreSQL's function of this name: the bytes of a text, which it orders one by one."""


class Expressions:
    """Expressions over one table of one kind of database."""

    def __init__(self, table: Expression, columns: Columns, database: str) -> None:
        """Say what the table is, where each field is, and which database it is in, as ibis calls it."""
        self._table = table
        self._columns = columns
        self._database = database

    def test(self, test: Test) -> Expression:
        """Return whether a row passes a test, true or false and never null; raises UnclearError."""
        if test.field in self._columns.constants:
            return ibis.literal(passes(test.check, self._columns.constants[test.field]))
        name = self._columns.of(test.field)
        if name not in self._table.columns:
            raise UnclearError(f"the table has no column `{name}`")
        found = self._check(test.check, self._table[name])
        return ibis.coalesce(found, ibis.literal(value=False))

    def _check(self, check: Check, column: Expression) -> Expression:
        kind = column.type()
        if isinstance(check, Present):
            return column.notnull()
        if kind.is_array():
            return _of_array(check, column)
        if isinstance(check, Holds | Filled):
            return ibis.literal(value=False)
        if kind.is_string():
            return self._of_text(check, column)
        if kind.is_boolean():
            return self._of_text(check, ibis.ifelse(column, "true", "false"))
        if kind.is_timestamp() or kind.is_date():
            return _of_time(check, column)
        if kind.is_numeric():
            return _of_number(check, column)
        raise UnclearError(f"nothing can be compared with a column of the type {kind}")

    def _of_text(self, check: Check, column: Expression) -> Expression:
        match check:
            case OneOf(texts):
                held = _lowered(column, *texts) if check.lowered else column
                wanted = [text.lower() for text in texts] if check.lowered else [*texts]
                return held.isin(wanted) if wanted else ibis.literal(value=False)
            case Has(where, text):
                held = _lowered(column, text) if check.lowered else column
                return _has(where, held, text.lower() if check.lowered else text)
            case Like(pattern):
                return column.like(pattern)
            case Found(pattern):
                if self._database not in RE2:
                    raise UnclearError("the database's regular expressions are not those of RE2")
                return column.re_search(f"(?i){pattern}" if check.folded else pattern)
            case Compared(Cast.TEXT, relation, operand):
                if self._database == BY_CODE_POINT:
                    return _related(relation, _bytes_of(column, "UTF8"), _bytes_of(ibis.literal(operand), "UTF8"))
                return _related(relation, column, ibis.literal(operand))
            case Compared(cast, relation, operand) if cast in NUMERIC:
                return _numbers(cast, relation, _as_number(cast, column), operand)
            case _:
                raise UnclearError("SQL does not compare texts as versions, nor as times")


def combined(predicate: Predicate, test: Callable[[Test], Expression]) -> Expression:
    """Return a predicate as an expression over its tests; raises UnclearError as these do."""
    match predicate:
        case All(parts):
            return reduce(and_, (combined(part, test) for part in parts)) if parts else ibis.literal(value=True)
        case Any(parts):
            return reduce(or_, (combined(part, test) for part in parts)) if parts else ibis.literal(value=False)
        case Not(part):
            return ~combined(part, test)
        case Test():
            return test(predicate)
        case _:
            assert_never(predicate)


def _of_array(check: Check, column: Expression) -> Expression:
    match check:
        case Holds(texts):
            return reduce(or_, (column.contains(text) for text in texts)) if texts else ibis.literal(value=False)
        case Filled():
            return column.length() > 0
        case _:
            return ibis.literal(value=False)


def _of_number(check: Check, column: Expression) -> Expression:
    match check:
        case OneOf(texts):
            numbers = [number for text in texts if (number := _plain(text)) is not None]
            return column.isin(numbers) if numbers else ibis.literal(value=False)
        case Compared(cast, relation, operand) if cast in NUMERIC:
            found = _numbers(cast, relation, column, operand)
            is_whole = cast is Cast.WHOLE and not column.type().is_integer()
            return found & (column.floor() == column) if is_whole else found
        case _:
            raise UnclearError("a column of numbers is not searched, nor ordered as texts")


def _of_time(check: Check, column: Expression) -> Expression:
    if not isinstance(check, Compared) or check.cast not in {Cast.TIME, *NUMERIC}:
        raise UnclearError("a column of times is compared with times and milliseconds, and is no text")
    milliseconds = reading.time(check.operand) if check.cast is Cast.TIME else READINGS[check.cast](check.operand)
    if milliseconds is None:
        return ibis.literal(value=False)
    try:
        moment = EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return _beyond(check.relation, column, above=milliseconds > 0)
    if column.type().is_date():
        column = column.cast("timestamp")
    if column.type().timezone is None:
        moment = moment.replace(tzinfo=None)
    return _related(check.relation, column, ibis.literal(moment, column.type()))


def _beyond(relation: Relation, column: Expression, *, above: bool) -> Expression:
    """Return the outcome where what is compared with lies above, or below, all that a column can hold."""
    holds = above if relation in {Relation.LESS, Relation.AT_MOST} else not above and relation is not Relation.EQUAL
    return column.notnull() & ibis.literal(value=holds)


def _numbers(cast: Cast, relation: Relation, number: Expression, operand: str) -> Expression:
    value = READINGS[cast](operand)
    if value is None:
        return ibis.literal(value=False)
    return _related(relation, number, value) if isfinite(value) else _beyond(relation, number, above=value > 0)


def _as_number(cast: Cast, column: Expression) -> Expression:
    """Return the number that a text is read as, null where it is none."""
    if cast is Cast.WHOLE:
        return ibis.ifelse(column.re_search(f"^{WHOLE}$"), column, ibis.null("string")).cast("int64")
    if cast is Cast.DECIMAL:
        return ibis.ifelse(column.re_search(f"^{DECIMAL}$"), column, ibis.null("string")).cast("float64")
    pattern = f"^{BLANKS}({DECIMAL})?{BLANKS}$"
    bare = column.re_replace(f"^{BLANKS}", "").re_replace(f"{BLANKS}$", "")
    filled = ibis.ifelse(bare == "", ibis.literal("0"), bare)
    return ibis.ifelse(column.re_search(pattern), filled, ibis.null("string")).cast("float64")


def _plain(text: str) -> float | None:
    """Return the number whose text this is; None where it is no number's."""
    number = reading.decimal(text)
    return number if number is not None and reading.text(number) == text else None


def _lowered(column: Expression, *texts: str) -> Expression:
    if not all(text.isascii() for text in texts):
        raise UnclearError("databases do not agree on the case of letters beyond ASCII")
    return column.lower()


def _has(where: Where, column: Expression, text: str) -> Expression:
    match where:
        case Where.START:
            return column.startswith(text)
        case Where.END:
            return column.endswith(text)
        case Where.ANYWHERE:
            return column.contains(text)
        case _:
            assert_never(where)


def _related(relation: Relation, left: Expression, right: Expression) -> Expression:
    match relation:
        case Relation.LESS:
            return left < right
        case Relation.AT_MOST:
            return left <= right
        case Relation.EQUAL:
            return left == right
        case Relation.AT_LEAST:
            return left >= right
        case Relation.MORE:
            return left > right
        case _:
            assert_never(relation)
