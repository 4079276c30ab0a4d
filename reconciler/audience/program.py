"""Predicates as one program over bitmaps: each test, and each part that several of them have, is computed once.

A bitmap has a bit for each row, padded with zeros to whole words of 64.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, assert_never

import numpy as np
from numpy.typing import NDArray

from reconciler.core.predicate import All, Any, Not, Predicate, Test

Bitmap: TypeAlias = NDArray[np.uint8]
Mask: TypeAlias = NDArray[np.bool_]
WORD = 64


def packed(mask: Mask) -> Bitmap:
    """Return a mask as a bitmap."""
    padding = -len(mask) % WORD
    return np.packbits(np.concatenate([mask, np.zeros(padding, np.bool_)]) if padding else mask)


def unpacked(bitmap: Bitmap, rows: int) -> Mask:
    """Return a bitmap as a mask of so many rows."""
    return np.unpackbits(bitmap, count=rows).view(np.bool_)


def ones(bitmap: Bitmap) -> int:
    """Return how many rows a bitmap has."""
    return int(np.bitwise_count(bitmap.view(np.uint64)).sum())


@dataclass(slots=True)
class Program:
    """Steps in an order in which each has its parts before it, and the step of each predicate."""

    steps: list[Test | tuple[type, tuple[int, ...]]] = field(default_factory=list)
    results: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, predicates: Sequence[Predicate]) -> "Program":
        """Return the program that computes these predicates."""
        program, known = cls(), dict[Predicate | tuple[type, tuple[int, ...]], int]()
        program.results = [program._step(each, known) for each in predicates]
        return program

    @property
    def tests(self) -> list[Test]:
        """Every test, once."""
        return [step for step in self.steps if isinstance(step, Test)]

    def run(self, tests: Mapping[Test, Bitmap], everybody: Bitmap) -> list[Bitmap]:
        """Return the bitmap of each predicate, from those of its tests and from that of all rows."""
        found: list[Bitmap] = []
        for step in self.steps:
            if isinstance(step, Test):
                found.append(tests[step])
                continue
            kind, parts = step
            if kind is Not:
                found.append(np.bitwise_xor(found[parts[0]], everybody))
            elif not parts:
                found.append(everybody if kind is All else np.zeros_like(everybody))
            else:
                combine = np.bitwise_and if kind is All else np.bitwise_or
                bitmap = found[parts[0]]
                for part in parts[1:]:
                    bitmap = combine(bitmap, found[part])
                found.append(bitmap)
        return [found[result] for result in self.results]

    def _step(self, predicate: Predicate, known: "dict[Predicate | tuple[type, tuple[int, ...]], int]") -> int:
        if predicate in known:
            return known[predicate]
        match predicate:
            case Test():
                step: Test | tuple[type, tuple[int, ...]] = predicate
            case Not(part):
                step = (Not, (self._step(part, known),))
            case All(parts) | Any(parts):
                step = (type(predicate), tuple(sorted({self._step(part, known) for part in parts})))
            case _:
                assert_never(predicate)
        if step not in known:
            known[step] = len(self.steps)
            self.steps.append(step)
        known[predicate] = known[step]
        return known[predicate]
