"""Answers that are read without a model: only such as the model would accept, and read alike."""

import copy
import json
import random
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from pydantic import ValidationError

from reconciler.core.segment import Live
from reconciler.emulator import PROVIDERS, make_app

MODELS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "qonversion": ("PAGE", lambda page: page.listed(system=False)),
    "push0": ("PAGE", lambda page: ([each.live() for each in page], False, None)),
    "kibamail": ("SEGMENTS", lambda page: page.listed()),
    "unleash": ("SEGMENTS", lambda page: page.listed()),
}
ODD: tuple[Any, ...] = (None, True, False, 0, 1, 1.5, "", ".", "..", "x", [], [None], {}, {"id": "x"}, {"metric": "a"})


@pytest.fixture(scope="module", params=PROVIDERS)
def provider(request: pytest.FixtureRequest) -> str:
    """Return the name of each vendor in turn."""
    return str(request.param)


@pytest.fixture(scope="module")
def page(provider: str) -> str:
    """Return a page of a vendor's list, as text."""
    with make_app(provider) as app:
        app.seed_many(6)
        segments = app.segments(system=True)
    match provider:
        case "qonversion":
            return json.dumps({"data": segments, "has_more": True, "next_cursor": "s"})
        case "push0":
            return json.dumps(segments)
        case "kibamail":
            return json.dumps({"data": segments, "hasMore": True})
        case _:
            return json.dumps({"version": 1, "segments": segments})


def listed(provider: str, text: str) -> tuple[list[Live], bool, str | None] | None:
    """Return a page without a model."""
    found: tuple[list[Live], bool, str | None] | None = import_module(f"reconciler.providers.{provider}.listed").listed(
        json.loads(text)
    )
    return found


def modelled(provider: str, text: str) -> tuple[list[Live], bool, str | None] | None:
    """Return a page by its model; None where that refuses it."""
    name, read = MODELS[provider]
    shape = getattr(import_module(f"reconciler.providers.{provider}.wire"), name)
    try:
        found: tuple[list[Live], bool, str | None] = read(shape.validate_python(json.loads(text)))
    except ValidationError:
        return None
    return found


def test_a_page_as_documented_needs_no_model(provider: str, page: str) -> None:
    """It is read at once, and as its model reads it."""
    found = listed(provider, page)

    assert found is not None
    assert len(found[0]) >= 6
    assert tuple(found) == modelled(provider, page)


def test_what_is_read_without_a_model_is_what_the_model_reads(provider: str, page: str) -> None:
    """Over 2,000 mutations: never accepted where the model refuses, never read in another way, and mostly decided."""
    dice = random.Random(provider)
    decided = refused = 0
    for _ in range(2_000):
        value = json.loads(page)
        for _ in range(dice.randrange(1, 3)):
            _mutate(value, dice)
        text = json.dumps(value)
        quick, authority = listed(provider, text), modelled(provider, text)
        refused += authority is None
        decided += quick is not None
        assert quick is None or tuple(quick) == authority, text

    assert refused > 200
    assert decided > 200


def _mutate(value: Any, dice: random.Random) -> None:  # noqa: ANN401 - what JSON holds
    """Take a member out of a part of a page, put one in, or replace one by something odd."""
    while isinstance(value, dict | list) and value:
        keys: list[Any] = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = dice.choice(keys)
        if isinstance(value[key], dict | list) and value[key] and dice.random() < 0.8:
            value = value[key]
            continue
        match dice.randrange(4):
            case 0:
                del value[key]
            case 1 if isinstance(value, dict):
                value[dice.choice(["x", "negate", "description", "isSystem"])] = copy.deepcopy(dice.choice(ODD))
            case _:
                value[key] = copy.deepcopy(dice.choice(ODD))
        return
