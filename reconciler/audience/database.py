"""Counts in the user's own database, through ibis: one query, in which each test is computed once for each row.

Where that would have more columns than a database takes, there are several.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from operator import and_, or_
from pathlib import Path
from typing import Any as Anything
from typing import assert_never
from urllib.parse import parse_qsl, unquote, urlsplit

import ibis

from reconciler.audience.expressions import Expression, Expressions, UnclearError, joined
from reconciler.audience.tally import Columns, Tally
from reconciler.core.predicate import All, Any, Not, Predicate, Test, Unclear, tests_of
from reconciler.errors import InvalidInput, Problem

USERS = "users"
KNOWN = frozenset({"bigquery", "clickhouse", "duckdb", "postgres", "pyspark", "snowflake"})
"""The databases that compare texts as the evaluator does. To others `a` may be `A`, or a `_` that is looked for any."""

COLUMNS = 1000
"""Of one query: PostgreSQL takes 1,664."""

SHARES = 1_000_000
"""Into how many equal parts users are divided by the hash of their id."""

DUCKDB = "duckdb://"
ELSEWHERE = ("md:", ":memory:")
"""How what is no file of DuckDB begins."""

PUBLIC = frozenset({"host", "port", "schema", "database", "warehouse", "read_only"})
"""What may be told of what an address says behind its `?`."""


class Database:
    """An Engine over a table of a database, of which a part of `sample` is looked at.

    Where `identity` names a column, its values decide who is in that part, the same users each time; else chance does.
    """

    def __init__(
        self, address: str, table: str, sample: float = 1.0, identity: str | None = None, told: str = ""
    ) -> None:
        """Connect; raises InvalidInput where that fails, or there is no such table or column.

        Before the name of the table may stand the schema that it is in, and before that its catalog, with points. Where
        the address is in a variable, it is `told` as that one's name.
        """
        place = _place_of(address)
        self._place = told if told.startswith("$") else place
        self._hidden = _hidden(address)
        try:
            with _quiet():
                self._connection = _connected(address)
                within, _, name = table.rpartition(".")
                self._table: Anything = self._connection.table(name, database=within or None)
        except (ImportError, ModuleNotFoundError) as error:
            scheme, _, _ = address.partition("://")
            reason = next(iter(str(error).splitlines()), "")
            words = f"ibis lacks what it needs for {scheme}: {reason}"
            hint = f"install it with `pip install 'ibis-framework[{scheme}]'`"
            raise InvalidInput(Problem("audience-missing", words, hint=hint)) from None
        except Exception as error:  # noqa: BLE001 - each database has errors of its own
            raise self._unreadable(error) from None
        self._rows = self._table if sample == 1 else self._table.filter(self._is_chosen(sample, identity))

    def close(self) -> None:
        """Close the connection."""
        self._connection.disconnect()

    def tally(self, predicates: Sequence[Predicate], columns: Columns) -> Tally:
        """Count whom each predicate matches."""
        users, found = 0, list[int | Unclear]()
        for part in parts_of(predicates):
            clear, query = question(self._rows, part, columns, self._connection.name)
            counts = self._run(query)[0]
            told = iter(int(count or 0) for name, count in counts.items() if name != USERS)
            users = int(counts[USERS])
            found += (each if isinstance(each, Unclear) else next(told) for each in clear)
        return Tally(users, tuple(found))

    def examples(self, predicate: Predicate, columns: Columns, column: str, most: int) -> tuple[str, ...]:
        """Return some texts of a column among those whom a predicate matches, in order."""
        self._refuse_missing(column)
        expressions = Expressions(self._rows, columns, self._connection.name)
        held = self._rows.filter(combined(predicate, expressions.test), self._rows[column].notnull())
        ids = held.select(id=held[column].cast("string")).order_by("id").limit(most)
        return tuple(str(row["id"]) for row in self._run(ids))

    def _is_chosen(self, sample: float, identity: str | None) -> Expression:
        """Return which rows are looked at. Not by the database's own TABLESAMPLE, which some have for no view."""
        if identity is None:
            return ibis.random() < sample
        self._refuse_missing(identity)
        return (self._table[identity].cast("string").hash() % SHARES).abs() < round(sample * SHARES)

    def _refuse_missing(self, column: str) -> None:
        if column not in self._table.columns:
            raise self._unreadable(f"there is no column `{column}`")

    def _run(self, query: Anything) -> list[dict[str, Anything]]:
        try:
            with _quiet():
                found: list[dict[str, Anything]] = self._connection.to_pyarrow(query).to_pylist()
        except Exception as error:  # noqa: BLE001 - as above
            raise self._unreadable(error) from None
        return found

    def _unreadable(self, why: object) -> InvalidInput:
        words = " ".join(f"{str(why) or type(why).__name__}".split())
        for secret in self._hidden:
            words = words.replace(secret, "***")
        hint = "see whether the address, the table and the rights on it are right"
        return InvalidInput(Problem("audience-unreadable", f"`{self._place}` cannot be read: {words}", hint=hint))


def _place_of(address: str) -> str:
    """Return what may be told of an address; raises InvalidInput where a password could be anywhere in it."""
    scheme, _, rest = address.partition("://")
    if scheme == "duckdb":
        return f"{scheme}://{rest.partition('?')[0]}"
    try:
        parts = urlsplit(address)
        is_odd = "@" in f"{parts.path}{parts.query}{parts.fragment}" or parts.port == 0
    except ValueError:
        is_odd = True
    if is_odd:
        words = f"`{scheme}://` cannot be read: that is no address"
        hint = "in a password, write `/` as `%2F`, `?` as `%3F`, `#` as `%23` and `@` as `%40`"
        raise InvalidInput(Problem("audience-unreadable", words, hint=hint))
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"


def _hidden(address: str) -> list[str]:
    """Return what must not be told of an address, as it is written and as it is meant."""
    named, _, options = address.partition("?")
    _, _, password = named.partition("://")[2].rpartition("@")[0].partition(":")
    hidden = [password, *(text for key, text in parse_qsl(options) if key not in PUBLIC)]
    return [*filter(None, [*hidden, *map(unquote, hidden)])]


def _connected(address: str) -> Anything:
    """Return a connection; raises what its driver does, and TypeError where it is to a database of another kind."""
    connection = ibis.connect(address, **_options(address))
    if connection.name not in KNOWN:
        connection.disconnect()
        raise TypeError(f"nobody knows how {connection.name} compares texts")
    return connection


def _options(address: str) -> dict[str, bool]:
    """Return what else to connect with: a file of DuckDB is only read, and not made where it is missing."""
    return {"read_only": True} if _file_of(address) and "read_only=" not in address else {}


def below(root: Path, address: str) -> str:
    """Return an address in which a file of DuckDB is one below `root`, as other files are."""
    file = _file_of(address)
    return address.replace(f"{DUCKDB}{file}", f"{DUCKDB}{root / file}", 1) if file else address


def _file_of(address: str) -> str:
    """Return the file of DuckDB that an address is of; empty where it is of none."""
    place = address.removeprefix(DUCKDB).partition("?")[0]
    return place if address.startswith(DUCKDB) and not place.startswith(ELSEWHERE) else ""


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep back what drivers have against ibis, which nobody who counts users could mend."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def combined(predicate: Predicate, test: Callable[[Test], Expression]) -> Expression:
    """Return a predicate as an expression over its tests; raises UnclearError as these do."""
    match predicate:
        case All(parts):
            return joined(and_, [combined(part, test) for part in parts]) if parts else ibis.literal(value=True)
        case Any(parts):
            return joined(or_, [combined(part, test) for part in parts]) if parts else ibis.literal(value=False)
        case Not(part):
            return ~combined(part, test)
        case Test():
            return test(predicate)
        case _:
            assert_never(predicate)


def parts_of(predicates: Sequence[Predicate]) -> Iterator[Sequence[Predicate]]:
    """Yield predicates in parts of at most COLUMNS, with as many tests; one part where there is no predicate."""
    part, tests = list[Predicate](), set[Test]()
    for each in predicates:
        asked = tests.union(tests_of(each))
        if part and max(len(part) + 1, len(asked)) > COLUMNS:
            yield part
            part, asked = [], {*tests_of(each)}
        part.append(each)
        tests = asked
    yield part


def question(
    rows: Anything, predicates: Sequence[Predicate], columns: Columns, database: str
) -> tuple[list[Predicate | Unclear], Anything]:
    """Return which predicates can be counted, and the query that counts all users and these, in order."""
    expressions = Expressions(rows, columns, database)
    tests: dict[Test, Anything | Unclear] = {}
    for test in tests_of(*predicates):
        if test not in tests:
            try:
                tests[test] = expressions.test(test)
            except UnclearError as error:
                tests[test] = Unclear(str(error))
    clear: list[Predicate | Unclear] = [
        next((found for test in tests_of(each) if isinstance(found := tests[test], Unclear)), each)
        for each in predicates
    ]
    names = {test: f"t{number}" for number, test in enumerate(tests) if not isinstance(tests[test], Unclear)}
    inner = rows.select(one=ibis.literal(1), **{name: tests[test] for test, name in names.items()})
    sums = [
        ibis.ifelse(combined(each, lambda test: inner[names[test]]), inner["one"], 0).sum()
        for each in clear
        if not isinstance(each, Unclear)
    ]
    return clear, inner.aggregate(**{USERS: inner.count(), **{f"c{number}": each for number, each in enumerate(sums)}})
