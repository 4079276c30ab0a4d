"""Counts over Parquet and CSV files in this process: in batches, each column decoded once and each test computed once.

Every column of a CSV file is text, since a type that is guessed from some rows would make 1 of 01; an empty field is
not there.
"""

import re
from collections.abc import Iterator, Sequence
from glob import glob
from pathlib import Path
from typing import Any as Anything

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from reconciler.audience.column import Column, is_readable
from reconciler.audience.program import Bitmap, Mask, Program, ones, packed, unpacked
from reconciler.audience.tally import Columns, Tally
from reconciler.core.predicate import Predicate, Test, Unclear, checks_of, tests_of
from reconciler.core.semantics import passes
from reconciler.errors import InvalidInput, Problem

UNREADABLE = (OSError, KeyError, ValueError, pa.ArrowException)
ROWS = 2**18
"""Of one batch: what a processor keeps near, and yet few calls."""


class Embedded:
    """An Engine over the files of a pattern, of whose rows a part of `sample` is looked at, drawn by their number."""

    def __init__(self, pattern: str, shown: str, sample: float = 1.0) -> None:
        """Find the files, which are `shown` in messages; raises InvalidInput where none is there, or can be read."""
        self._files = sorted(glob(pattern, recursive=True))  # noqa: PTH207 - may be absolute
        self._pattern = shown
        self._sample = sample
        if not self._files:
            raise _unreadable(shown, "there is no such file")
        self._types = self._schema()

    def close(self) -> None:
        """Do nothing: each scan opens the files for itself."""

    def tally(self, predicates: Sequence[Predicate], columns: Columns) -> Tally:
        """Count whom each predicate matches."""
        reasons = [self._why_not(each, columns) for each in predicates]
        asked = [each for each, why in zip(predicates, reasons, strict=True) if not why]
        users, counts = 0, np.zeros(len(asked), np.int64)
        for _, rows, bitmaps in self._run(asked, columns):
            users += rows
            counts += np.array([ones(bitmap) for bitmap in bitmaps], np.int64)
        told = iter(counts.tolist())
        return Tally(users, tuple(Unclear(why) if why else int(next(told)) for why in reasons))

    def examples(self, predicate: Predicate, columns: Columns, column: str, most: int) -> tuple[str, ...]:
        """Return the first texts of a column among those whom a predicate matches."""
        if column not in self._types:
            raise _unreadable(self._pattern, f"there is no column `{column}`")
        found: list[str] = []
        for batch, rows, (bitmap,) in self._run([predicate], columns, column):
            ids = batch.column(column)
            there = ids.is_valid().to_numpy(zero_copy_only=False)
            at = np.flatnonzero(unpacked(bitmap, rows) & there)[: most - len(found)]
            found += [str(value) for value in ids.take(pa.array(at)).to_pylist()]
            if len(found) >= most:
                break
        return tuple(found)

    def _why_not(self, predicate: Predicate, columns: Columns) -> str:
        """Return why a predicate cannot be counted, by the first column that is in the way; empty where it can."""
        for name in (columns.of(test.field) for test in tests_of(predicate) if test.field not in columns.constants):
            if name not in self._types:
                return f"the table has no column `{name}`"
            if not is_readable(self._types[name]):
                return f"the column `{name}` holds {self._types[name]}, with which nothing can be compared"
        return ""

    def _run(
        self, predicates: Sequence[Predicate], columns: Columns, *also: str
    ) -> Iterator[tuple[Anything, int, list[Bitmap]]]:
        """Yield each batch, how many rows it has, and the bitmap of each predicate."""
        program = Program.of(predicates)
        asked = checks_of(*predicates).items()
        checks = {field: found for field, found in asked if field not in columns.constants}
        readers = {field: Column(found) for field, found in checks.items()}
        wanted = list(dict.fromkeys([*map(columns.of, checks), *also]))
        for batch in self._batches(wanted):
            everybody = packed(np.ones(batch.num_rows, np.bool_))
            tests = {test: _of_constant(test, columns, everybody) for test in program.tests if test.field not in checks}
            for field, reader in readers.items():
                masks = self._masks(reader, columns.of(field), batch)
                tests |= {Test(field, check): packed(mask) for check, mask in zip(checks[field], masks, strict=True)}
            yield batch, batch.num_rows, program.run(tests, everybody)

    def _masks(self, reader: Column, name: str, batch: Anything) -> list[Mask]:
        try:
            return reader.masks(batch.column(name))
        except (ValueError, OverflowError, pa.ArrowException) as error:
            why = f"the column `{name}` has a value that nothing can read ({type(error).__name__})"
            raise _unreadable(self._pattern, why) from None

    def _batches(self, wanted: Sequence[str]) -> Iterator[Anything]:
        offset = 0
        for file in self._files:
            for batch in _csv(file, wanted) if _is_csv(file) else batches_of(file, wanted):
                yield batch if self._sample == 1 else batch.take(pa.array(chosen(offset, batch.num_rows, self._sample)))
                offset += batch.num_rows

    def _schema(self) -> dict[str, Anything]:
        first = self._files[0]
        try:
            if _is_csv(first):
                return dict.fromkeys(pyarrow.csv.open_csv(first).schema.names, pa.string())
            schema = pq.read_schema(first)
            return dict(zip(schema.names, schema.types, strict=True))
        except UNREADABLE as error:
            raise _unreadable(first, _reason(error)) from None


def chosen(first: int, rows: int, sample: float) -> Anything:
    """Return which of so many rows, before which `first` others stand, are in the sample: the same ones each time."""
    drawn = np.random.Generator(np.random.PCG64(0).advance(first)).random(rows)
    return np.flatnonzero(drawn < sample)


def _is_csv(file: str) -> bool:
    return Path(file).suffix.lower() == ".csv"


def batches_of(file: str, wanted: Sequence[str]) -> Iterator[Anything]:
    """Yield the batches of a file, texts as the dictionaries in which they are written."""
    try:
        schema = pq.read_schema(file)
        texts = [name for name in wanted if _is_text(schema.field(name).type)]
        opened = pq.ParquetFile(file, read_dictionary=texts)
        yield from _whole(opened.iter_batches(ROWS, columns=list(wanted)), opened.metadata.num_rows, wanted)
    except UNREADABLE as error:
        raise _unreadable(file, _reason(error)) from None


def _whole(batches: Iterator[Anything], rows: int, wanted: Sequence[str]) -> Iterator[Anything]:
    """Yield batches, and one of no columns where none is wanted, which has the rows all the same."""
    if wanted:
        yield from batches
    else:
        for first in range(0, rows, ROWS):
            yield pa.RecordBatch.from_struct_array(pa.array([{}] * min(ROWS, rows - first), pa.struct([])))


def _csv(file: str, wanted: Sequence[str]) -> Iterator[Anything]:
    try:
        names = pyarrow.csv.open_csv(file).schema.names
        convert = pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
        )
        for batch in pyarrow.csv.open_csv(file, convert_options=convert):
            yield batch.select(list(wanted)) if wanted else batch
    except UNREADABLE as error:
        raise _unreadable(file, _reason(error)) from None


def _is_text(kind: Anything) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _of_constant(test: Test, columns: Columns, everybody: Bitmap) -> Bitmap:
    return everybody if passes(test.check, columns.constants[test.field]) else np.zeros_like(everybody)


def _reason(error: Exception) -> str:
    """Return what is wrong with a file; of a row that is too long or too short not the row, which is somebody's."""
    first = next(iter(str(error).splitlines()), type(error).__name__)
    return re.sub(r"(Expected \d+ columns, got \d+).*", r"\1", first)


def _unreadable(what: str, why: str) -> InvalidInput:
    hint = "name a Parquet or CSV file, or an address that ibis knows, with a row for each user"
    return InvalidInput(Problem("audience-unreadable", f"`{what}` cannot be read: {why}", hint=hint))
