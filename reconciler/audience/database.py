"""Counts in the user's own database, through ibis: one query, in which each test is computed once for each row."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any as Anything
from urllib.parse import urlsplit

import ibis

from reconciler.audience.expressions import Expressions, UnclearError, combined
from reconciler.audience.tally import Columns, Tally
from reconciler.core.predicate import Predicate, Test, Unclear, tests_of
from reconciler.errors import InvalidInput, Problem

USERS = "users"


class Database:
    """An Engine over a table of a database, of which a random part of `sample` is looked at."""

    def __init__(self, address: str, table: str, sample: float = 1.0) -> None:
        """Connect; raises InvalidInput where that fails, or there is no such table."""
        self._address = address
        try:
            with _quiet():
                self._connection: Anything = ibis.connect(address)
                self._table: Anything = self._connection.table(table)
        except (ImportError, ModuleNotFoundError) as error:
            words = f"ibis lacks what it needs for {urlsplit(address).scheme}: {error}"
            hint = f"install it with `pip install 'ibis-framework[{urlsplit(address).scheme}]'`"
            raise InvalidInput(Problem("audience-missing", words, hint=hint)) from None
        except Exception as error:  # noqa: BLE001 - each database has errors of its own
            raise self._unreadable(error) from None
        self._rows = self._table if sample == 1 else self._table.sample(sample)

    def close(self) -> None:
        """Close the connection."""
        self._connection.disconnect()

    def tally(self, predicates: Sequence[Predicate], columns: Columns) -> Tally:
        """Count whom each predicate matches."""
        clear, query = question(self._rows, predicates, columns, self._connection.name)
        counts = self._run(query)[0]
        told = iter(int(count or 0) for name, count in counts.items() if name != USERS)
        return Tally(int(counts[USERS]), tuple(each if isinstance(each, Unclear) else next(told) for each in clear))

    def examples(self, predicate: Predicate, columns: Columns, column: str, most: int) -> tuple[str, ...]:
        """Return some texts of a column among those whom a predicate matches, in order."""
        if column not in self._table.columns:
            raise self._unreadable(f"there is no column `{column}`")
        expressions = Expressions(self._rows, columns, self._connection.name)
        held = self._rows.filter(combined(predicate, expressions.test))
        ids = held.select(id=held[column].cast("string")).order_by("id").limit(most)
        return tuple(str(row["id"]) for row in self._run(ids))

    def _run(self, query: Anything) -> list[dict[str, Anything]]:
        try:
            with _quiet():
                found: list[dict[str, Anything]] = self._connection.to_pyarrow(query).to_pylist()
        except Exception as error:  # noqa: BLE001 - as above
            raise self._unreadable(error) from None
        return found

    def _unreadable(self, why: object) -> InvalidInput:
        parts = urlsplit(self._address)
        words = " ".join(f"{str(why) or type(why).__name__}".split())
        for secret in filter(None, (parts.password, parts.username)):
            words = words.replace(secret, "***")
        hint = "see whether the address, the table and the rights on it are right"
        place = f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
        return InvalidInput(Problem("audience-unreadable", f"`{place}` cannot be read: {words}", hint=hint))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep back what drivers have against ibis, which nobody who counts users could mend."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


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
