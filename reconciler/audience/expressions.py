"""Predicates as expressions of ibis over the user's own table. A test that has no exact expression is unclear.

What is unclear in SQL, with the reason: versions; times that are text; a regular expression where the database's are
not RE2; a search or an order of texts in a column of numbers; letters beyond ASCII where case is left out; a list of
something else than texts; and a text with the character of the number 0, or with half a pair of surrogates.

What a database sees in another way than the evaluator, by design:
- A text is read as a number where it is a decimal one of at most 30 digits before and behind the point and an exponent
  of two: nothing can then fail to be cast. JavaScript's `0x10` and `Infinity`, and blanks beyond ASCII, are no number.
- A whole number has at most 18 digits.
- A column's whole number beyond 2**53 is itself, and not the double next to it. An infinite one is above, or below,
  all that it is compared with, which is never infinite.
- Case is left out by the database's `lower`: of a letter beyond ASCII in a user's text, each has its own opinion.
- Texts are ordered by the database's collation, and in PostgreSQL by their bytes. The usual one of DuckDB, BigQuery,
  Snowflake, ClickHouse and Spark is by bytes, too, which is the order of code points.
- A list of nothing but nulls is filled. BigQuery and ClickHouse have no list that is not there: it is empty to them.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from math import ceil, floor, isfinite
from operator import or_
from typing import Any as Anything
from typing import assert_never

import ibis

from reconciler.audience.tally import Columns
from reconciler.core import reading
from reconciler.core.predicate import (
    NUMERIC,
    ORDER,
    Cast,
    Check,
    Compared,
    Filled,
    Found,
    Has,
    Holds,
    Like,
    OneOf,
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
NEWLINES = {"clickhouse": "(?-s)"}
"""What makes a `.` match no newline, as in RE2 itself, where a database has it otherwise."""

ENDS = {"pyspark": r"\z"}
"""What stands for the end of a text where `$` also matches before a newline there, as Java has it."""

UNSPEAKABLE = re.compile("[\0\ud800-\udfff]")
MOST_WHOLE = 10**18
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
        if any(map(UNSPEAKABLE.search, _texts_of(test.check))):
            raise UnclearError("not every database takes the character of the number 0, or half a pair of surrogates")
        found = self._check(test.check, self._table[name])
        return ibis.coalesce(found, ibis.literal(value=False))

    def _check(self, check: Check, column: Expression) -> Expression:
        kind = column.type()
        if isinstance(check, Present):
            return ~column.isnan() if kind.is_floating() else column.notnull()
        if kind.is_array():
            return _of_array(check, column)
        if isinstance(check, Holds | Filled):
            return ibis.literal(value=False)
        if kind.is_string():
            return self._of_text(check, column)
        if kind.is_boolean():
            return column.notnull() & self._of_text(check, ibis.ifelse(column, "true", "false"))
        if kind.is_timestamp() or kind.is_date():
            return _of_time(check, column)
        if kind.is_integer() and isinstance(check, Compared) and check.cast is Cast.TEXT:
            return self._of_text(check, column.cast("string"))
        if kind.is_numeric():
            number = column if kind.is_integer() else column.cast("float64")
            return _of_number(check, number) if kind.is_integer() else ~number.isnan() & _of_number(check, number)
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
                dot = NEWLINES.get(self._database, "")
                return column.re_search(f"(?i){dot}{pattern}" if check.folded else f"{dot}{pattern}")
            case Compared(Cast.TEXT, relation, operand):
                if self._database == BY_CODE_POINT:
                    return ORDER[relation](_bytes_of(column, "UTF8"), _bytes_of(ibis.literal(operand), "UTF8"))
                return ORDER[relation](column, ibis.literal(operand))
            case Compared(cast, relation, operand) if cast in NUMERIC:
                return _numbers(cast, relation, self._as_number(cast, column), operand)
            case _:
                raise UnclearError("SQL does not compare texts as versions, nor as times")

    def _as_number(self, cast: Cast, column: Expression) -> Expression:
        """Return the number that a text is read as, null where it is none."""
        end = ENDS.get(self._database, "$")
        if cast is Cast.WHOLE:
            return ibis.ifelse(column.re_search(f"^{WHOLE}{end}"), column, ibis.null("string")).cast("int64")
        if cast is Cast.DECIMAL:
            return ibis.ifelse(column.re_search(f"^{DECIMAL}{end}"), column, ibis.null("string")).cast("float64")
        bare = column.re_replace(f"^{BLANKS}", "").re_replace(f"{BLANKS}{end}", "")
        filled = ibis.ifelse(bare == "", ibis.literal("0"), bare)
        is_number = column.re_search(f"^{BLANKS}({DECIMAL})?{BLANKS}{end}")
        return ibis.ifelse(is_number, filled, ibis.null("string")).cast("float64")


def joined(by: Callable[[Expression, Expression], Expression], parts: Sequence[Expression]) -> Expression:
    """Return parts, of which there is one, in halves: of thousands in a row, each would be nested in the next."""
    half = len(parts) // 2
    return by(joined(by, parts[:half]), joined(by, parts[half:])) if half else parts[0]


def _texts_of(check: Check) -> tuple[str, ...]:
    match check:
        case OneOf(texts) | Holds(texts):
            return texts
        case Has(text=text) | Found(text) | Compared(operand=text) | Like(text):
            return (text,)
        case _:
            return ()


def _of_array(check: Check, column: Expression) -> Expression:
    match check:
        case Holds(texts):
            if not (column.type().value_type.is_string() or column.type().value_type.is_json()):
                raise UnclearError(f"a list of {column.type().value_type} is not searched for texts")
            return joined(or_, [column.contains(text) for text in texts]) if texts else ibis.literal(value=False)
        case Filled():
            return column.length() > 0
        case _:
            return ibis.literal(value=False)


def _of_number(check: Check, column: Expression) -> Expression:
    match check:
        case OneOf(texts):
            numbers = [number for text in texts if (number := reading.plain(text)) is not None]
            return column.isin(numbers) if numbers else ibis.literal(value=False)
        case Compared(cast, relation, operand) if cast in NUMERIC:
            if cast is Cast.WHOLE and not column.type().is_integer():
                # NOTE: what is too large for `floor`, which is an integer, must not reach it.
                column = ibis.ifelse(column.abs() < MOST_WHOLE, column, ibis.null("float64"))
                return (column.floor() == column) & _numbers(cast, relation, column, operand)
            return _numbers(cast, relation, column, operand)
        case _:
            raise UnclearError("a column of numbers is not searched, nor one of fractions ordered as texts")


def _of_time(check: Check, column: Expression) -> Expression:
    if not isinstance(check, Compared) or check.cast not in {Cast.TIME, *NUMERIC}:
        raise UnclearError("a column of times is compared with times and milliseconds, and is no text")
    milliseconds = reading.READINGS[check.cast](check.operand)
    if milliseconds is None:
        return ibis.literal(value=False)
    if column.type().is_date():
        column = column.cast("timestamp")
    try:
        first, after = _moment(ceil(milliseconds), column), _moment(floor(milliseconds) + 1, column)
    except OverflowError:
        return _beyond(check.relation, column, above=milliseconds > 0)
    match check.relation:
        case Relation.LESS:
            return column < first
        case Relation.AT_MOST:
            return column < after
        case Relation.EQUAL:
            return (column >= first) & (column < after)
        case Relation.AT_LEAST:
            return column >= first
        case Relation.MORE:
            return column >= after
        case _:
            assert_never(check.relation)


def _moment(milliseconds: int, column: Expression) -> Expression:
    """Return the point of time at which a millisecond begins; what a column has finer than that is left out."""
    moment = EPOCH + timedelta(milliseconds=milliseconds)
    zone = column.type().timezone
    return ibis.literal(moment if zone else moment.replace(tzinfo=None), column.type())


def _beyond(relation: Relation, column: Expression, *, above: bool) -> Expression:
    """Return the outcome where what is compared with lies above, or below, all that a column can hold."""
    holds = above if relation in {Relation.LESS, Relation.AT_MOST} else not above and relation is not Relation.EQUAL
    return column.notnull() & ibis.literal(value=holds)


def _numbers(cast: Cast, relation: Relation, number: Expression, operand: str) -> Expression:
    value = reading.READINGS[cast](operand)
    if value is None:
        return ibis.literal(value=False)
    return ORDER[relation](number, value) if isfinite(value) else _beyond(relation, number, above=value > 0)


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
