"""Which rows of one column pass checks: by what the plain evaluator says of each distinct value, or by number at once.

A column of texts is a dictionary of distinct values and a code for each row, so that no check looks at a value twice.
A time is the text of RFC 3339 that it would be, and to numbers its milliseconds since 1970; one without a zone is UTC.
"""

from collections.abc import Sequence
from datetime import date, datetime
from datetime import time as clock
from math import inf, isnan
from typing import Any as Anything

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconciler.audience.program import Mask
from reconciler.core import reading
from reconciler.core.predicate import NUMERIC, ORDER, Cast, Check, Compared, Filled, Holds, OneOf, Present
from reconciler.core.segment import Json
from reconciler.core.semantics import passes

FEW = 3
"""So many codes are compared one after the other; of more, each row looks its own up."""

LONGEST_WHOLE = 1e19


INFINITE = {"Infinity": inf, "-Infinity": -inf}
"""The texts of the numbers that are no decimal ones."""


def is_readable(kind: Anything) -> bool:
    """Say whether a column of this type, a pyarrow.DataType, is read as the evaluator would read it."""
    of = pa.types
    if of.is_list(kind) or of.is_large_list(kind):
        item = kind.value_type
        return of.is_integer(item) or _is_text(item)
    known = (of.is_boolean, of.is_integer, of.is_floating, of.is_decimal, of.is_timestamp, of.is_date, of.is_time)
    return _is_text(kind) or any(is_kind(kind) for is_kind in known)


def _is_text(kind: Anything) -> bool:
    of = pa.types
    item = kind.value_type if of.is_dictionary(kind) else kind
    return any(is_kind(item) for is_kind in (of.is_null, of.is_string, of.is_large_string, of.is_string_view))


class Column:
    """The checks of one column, for batch after batch; what was said of a value is kept."""

    def __init__(self, checks: Sequence[Check]) -> None:
        """Prepare for batches of any type."""
        self._checks = checks
        self._known: dict[Json, tuple[bool, ...]] = {}

    def masks(self, array: Anything) -> list[Mask]:
        """Return for each check which rows of a batch, a pyarrow.Array, pass it."""
        if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
            return [_of_list(check, array) for check in self._checks]
        numbers = _numbers(array)
        fast = {check: _of_number(check, numbers) for check in self._checks if numbers and _is_fast(check, array)}
        slow = [check for check in self._checks if check not in fast]
        found = dict(zip(slow, self._of_values(slow, array), strict=True)) if slow else {}
        return [fast[check] if check in fast else found[check] for check in self._checks]

    def _of_values(self, checks: Sequence[Check], array: Anything) -> list[Mask]:
        if pa.types.is_timestamp(array.type):
            array = _to_the_millisecond(array)
        encoded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
        values = [_as_json(value) for value in encoded.dictionary.to_pylist()]
        codes = np.asarray(encoded.indices.fill_null(len(values)).to_numpy(zero_copy_only=False))
        outcomes = [self._outcome(value) for value in values]
        places = [self._checks.index(check) for check in checks]
        return [_looked_up([outcome[place] for outcome in outcomes], codes) for place in places]

    def _outcome(self, value: Json) -> tuple[bool, ...]:
        # NOTE: True and 1 are one key to Python, and their texts are not.
        key = str(value) if isinstance(value, bool) else value
        if not isinstance(key, str | int | float):
            return tuple(passes(check, value) for check in self._checks)
        marked = f"{type(value).__name__}:{key}"
        if marked not in self._known:
            self._known[marked] = tuple(passes(check, value) for check in self._checks)
        return self._known[marked]


def _looked_up(outcomes: list[bool], codes: NDArray[np.integer[Anything]]) -> Mask:
    passing = [code for code, outcome in enumerate(outcomes) if outcome]
    if not passing:
        return np.zeros(len(codes), np.bool_)
    if len(passing) <= FEW:
        mask = np.zeros(len(codes), np.bool_)
        for code in passing:
            mask |= np.equal(codes, code)
        return mask
    return np.asarray(np.asarray([*outcomes, False], np.bool_)[codes], np.bool_)


def _numbers(array: Anything) -> tuple[NDArray[Anything], Mask] | None:
    """Return a column's numbers and which rows have one; None of a column that holds something else."""
    kind = array.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        whole = pc.cast(array, pa.timestamp("ms")) if pa.types.is_date(kind) else _to_the_millisecond(array)
        array = pc.cast(whole, pa.int64())
    elif pa.types.is_decimal(kind):
        array = pc.cast(array, pa.float64())
    elif not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        return None
    values = array.fill_null(0).to_numpy(zero_copy_only=False)
    valid = np.asarray(array.is_valid().to_numpy(zero_copy_only=False), np.bool_)
    if np.issubdtype(values.dtype, np.floating):
        values = values.astype(np.float64)  # NOTE: else what it is compared with would be rounded to fewer digits
        valid &= ~np.isnan(values)
    return values, valid


def _to_the_millisecond(array: Anything) -> Anything:
    """Return times in UTC without what is below a millisecond: cut off downwards, where a cast rounds towards 1970."""
    whole = pc.floor_temporal(array, unit="millisecond")
    return pc.cast(whole, pa.timestamp("ms", "UTC" if array.type.tz else None), safe=False)


def _is_fast(check: Check, array: Anything) -> bool:
    match check:
        case Present():
            return True
        case Compared(cast):
            is_time = pa.types.is_timestamp(array.type) or pa.types.is_date(array.type)
            return cast in NUMERIC or (cast is Cast.TIME and is_time)
        case OneOf():
            return not (check.lowered or pa.types.is_timestamp(array.type) or pa.types.is_date(array.type))
        case _:
            return False


def _of_number(check: Check, numbers: tuple[NDArray[Anything], Mask]) -> Mask:
    values, valid = numbers
    if isinstance(check, OneOf):
        mask = np.zeros(len(values), np.bool_)
        for text in check.texts:
            if (number := INFINITE.get(text, reading.plain(text))) is not None:
                mask |= values == number
        return mask & valid
    if isinstance(check, Compared):
        return _compared(check, values) & valid
    return valid


def _compared(check: Compared, values: NDArray[Anything]) -> Mask:
    operand = reading.READINGS[check.cast](check.operand)
    if operand is None:
        return np.zeros(len(values), np.bool_)
    mask = np.asarray(ORDER[check.relation](values, operand), np.bool_)
    if check.cast is not Cast.NUMBER and np.issubdtype(values.dtype, np.floating):
        mask &= np.isfinite(values)
        if check.cast is Cast.WHOLE:
            mask &= (np.floor(values) == values) & (np.abs(values) < LONGEST_WHOLE)
    return mask


def _of_list(check: Check, array: Anything) -> Mask:
    lengths = np.asarray(pc.list_value_length(array).fill_null(0).to_numpy(zero_copy_only=False))
    match check:
        case Present():
            return np.asarray(array.is_valid().to_numpy(zero_copy_only=False), np.bool_)
        case Filled():
            held = pc.is_valid(array.flatten())
        case Holds(texts):
            held = pc.is_in(pc.cast(array.flatten(), pa.string()), value_set=pa.array(texts, pa.string()))
        case _:
            return np.zeros(len(array), np.bool_)
    # NOTE: a null among the texts is in no set of them.
    sums = np.concatenate([[0], np.cumsum(held.to_numpy(zero_copy_only=False))])
    ends = np.cumsum(lengths)
    return np.asarray(sums[ends] > sums[ends - lengths], np.bool_)


def _as_json(value: Anything) -> Json:
    match value:
        case float():
            return None if isnan(value) else value
        case None | bool() | int() | str():
            return value
        case datetime():
            return value.isoformat(timespec="milliseconds").replace("+00:00", "") + "Z"
        case date() | clock():
            return value.isoformat()
        case _:
            return float(value)
