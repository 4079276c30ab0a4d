"""The fast validator and jsonschema come to one verdict: over every file of the tests, and over mutations of them."""

import json
import random
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from reconciler.intake.schema import schema, waves_through

ROOT = Path(__file__).parents[2]
NAMES = ("config", "kibamail.segment", "push0.segment", "qonversion.segment", "unleash.segment")
MUTATIONS = 20_000
ODD: tuple[object, ...] = (None, True, False, 0, 1, 1.0, -1, 2**70, "", " ", "eq", "${x}", [], {}, [[]], {"a": None})


@cache
def corpus() -> tuple[object, ...]:
    """Return what every JSON and TOML file of the tests holds, if that is JSON: no date, NaN or half of a character."""
    found = []
    for path in sorted([*ROOT.glob("tests/**/*"), *ROOT.glob("segments/**/*"), ROOT / "reconciler.toml"]):
        if path.suffix in {".json", ".toml"} and path.is_file():
            try:
                text = path.read_text(encoding="utf-8")
                value = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
                json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
            except (ValueError, TypeError, RecursionError):
                continue
            found.append(value)
    return tuple(found)


def bodies() -> Iterator[object]:
    """Yield the documents of the corpus, and whatever of them could be a definition."""
    waiting = [*corpus()]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting += [part for part in value.values() if isinstance(part, dict | list)]
        elif isinstance(value, list):
            yield value
            waiting += [part for part in value if isinstance(part, dict | list)]


def mutated(value: object, dice: random.Random) -> object:
    """Return a value with one part taken out, put in, doubled, or replaced by something odd."""
    if isinstance(value, dict) and value and dice.random() < 0.85:
        name = dice.choice(list(value))
        match dice.randrange(5):
            case 0:
                return {key: part for key, part in value.items() if key != name}
            case 1:
                return {**value, dice.choice(["x", "name", "$schema", "conditions", name.upper()]): dice.choice(ODD)}
            case _:
                return {**value, name: mutated(value[name], dice)}
    if isinstance(value, list) and value and dice.random() < 0.85:
        at = dice.randrange(len(value))
        match dice.randrange(4):
            case 0:
                return value[:at] + value[at + 1 :]
            case 1:
                return [*value, *value[at:]]
            case _:
                return [*value[:at], mutated(value[at], dice), *value[at + 1 :]]
    return dice.choice(ODD)


@pytest.mark.parametrize("name", NAMES)
def test_one_verdict_over_every_file_of_the_tests(name: str) -> None:
    """Valid and invalid ones, and each object or list within; at least some are accepted, and some refused."""
    rules = schema(name)
    slow = Draft202012Validator(rules)
    verdicts = {(waves_through(rules, body), slow.is_valid(body)) for body in bodies()}

    assert {(True, True), (False, False)} == verdicts


@pytest.mark.parametrize("name", NAMES)
def test_one_verdict_over_mutations(name: str) -> None:
    """A fifth of the mutations for each schema, half of them of what it accepts; reproducible by its name."""
    rules, dice = schema(name), random.Random(name)
    slow = Draft202012Validator(rules)
    found = [*bodies()]
    accepted = [body for body in found if waves_through(rules, body)]
    differing = []
    counts = {True: 0, False: 0}
    for number in range(MUTATIONS // len(NAMES)):
        value = dice.choice(accepted if number % 2 else found)
        for _ in range(dice.randrange(1, 4)):
            value = mutated(value, dice)
        quick, verdict = waves_through(rules, value), slow.is_valid(value)
        counts[verdict] += 1
        differing += [value] if quick is not verdict else []

    assert [] == differing
    assert min(counts.values()) > 100
