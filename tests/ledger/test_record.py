"""A ledger that is read without a model: only such as the model would accept, and read alike."""

import copy
import json
import random
from datetime import UTC, datetime
from typing import Any

import pytest

from reconciler.core.claims import Claims, Intent, Lease
from reconciler.core.segment import Recorded
from reconciler.errors import InvalidInput
from reconciler.ledger import record, shape

BODY: dict[str, Any] = {"name": "A", "conditions": [{"metric": "environment"}]}
PLAIN = Claims(3, {"a": Recorded("a", "s1", BODY), "b/c": Recorded("b/c", "s2", {}, protected=True)}, endpoint="x")
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
UNDER_WAY = PLAIN.intend(Intent("a", "update", "s1", None, "k")).leased(Lease("ada", NOON, NOON))
ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1,
    1.0,
    "",
    "x",
    "a b",
    [],
    {},
    [{}],
    {"id": "x", "body": {}, "protected": False},
)


def text(claims: Claims) -> str:
    """Return the document of claims."""
    return record.dump(claims, "it", "qonversion")


@pytest.mark.parametrize("claims", [Claims(1), PLAIN, UNDER_WAY], ids=["empty", "plain", "under way"])
def test_what_is_written_is_read_again(claims: Claims) -> None:
    """Whether a run is under way or not."""
    assert claims == record.parse(text(claims).encode(), "l", "it", "qonversion")


@pytest.mark.parametrize("claims", [PLAIN, UNDER_WAY], ids=["plain", "under way"])
def test_nothing_is_read_that_the_model_refuses(claims: Claims) -> None:
    """Over 1,500 mutations: a document is read just where its model accepts it, but for ids that occur twice."""
    dice = random.Random(3)
    read = refused = 0
    for _ in range(1_500):
        value = json.loads(text(claims))
        _mutate(value, dice)
        data = json.dumps(value)
        try:
            shape.Ledger.model_validate_json(data)
            accepted = True
        except ValueError:
            accepted = False
        try:
            record.parse(data.encode(), "l", value.get("target"), value.get("provider"))
            said = ""
        except InvalidInput as error:
            said = str(error)
        read, refused = read + (not said), refused + bool(said)
        assert accepted is not bool(said) or "under 2 keys" in said, data

    assert min(read, refused) > 100


def _mutate(value: Any, dice: random.Random) -> None:  # noqa: ANN401 - what JSON holds
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
                value[dice.choice(["x", "written_by", "applied", "Z/"])] = copy.deepcopy(dice.choice(ODD))
            case _:
                value[key] = copy.deepcopy(dice.choice(ODD))
        return
