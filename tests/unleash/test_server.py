"""What the emulator and the provider take for granted of Unleash, asked of the real server."""

import json
from pathlib import Path
from typing import Any

import pytest
from instance import Instance

PINS = Path(__file__).parents[2] / ".ci" / "unleash" / "package.json"
PAYER = {"contextName": "plan", "operator": "IN", "values": ["pro", "team"]}


def test_it_is_the_pinned_one(unleash: Instance) -> None:
    """The server says the version that .ci/unleash pins, and has no segments to begin with."""
    pinned = json.loads(PINS.read_text())["dependencies"]["unleash-server"]

    assert unleash.description()["info"]["version"] == pinned
    with unleash.client() as client:
        assert client.get("segments").json() == {"segments": []}


def test_a_constraint_is_kept_as_it_was_sent(unleash: Instance) -> None:
    """Nothing is filled in but `values` of an operator that takes one value."""
    number = {"contextName": "age", "operator": "NUM_GT", "value": " 1e1 "}
    with unleash.client() as client:
        made = client.post("segments", json={"name": "Payers", "constraints": [PAYER, number]})

    assert made.status_code == 201
    assert made.headers["Location"] == f"segments/{made.json()['id']}"
    assert made.json()["constraints"] == [PAYER, number | {"values": []}]


@pytest.mark.parametrize(
    ("left_out", "kept"),
    [({}, {"description": "They pay"}), ({"description": None, "project": "default"}, {"project": "default"})],
)
def test_an_update_without_a_member(unleash: Instance, left_out: dict[str, Any], kept: dict[str, Any]) -> None:
    """A description that is left out stays, and a project goes."""
    body = {"name": "Payers", "constraints": [], "description": "They pay", "project": "default"}
    with unleash.client() as client:
        made = client.post("segments", json=body).json()
        answer = client.put(f"segments/{made['id']}", json={"name": "Payers", "constraints": [], **left_out})
        now = client.get(f"segments/{made['id']}").json()

    assert (answer.status_code, answer.content) == (204, b"")
    assert {name: now[name] for name in ("description", "project") if now.get(name)} == kept


def test_a_segment_in_use_stays(unleash: Instance, request: pytest.FixtureRequest) -> None:
    """The refusal to delete it has no body."""
    flag = f"flag-{id(request)}"
    with unleash.client() as client:
        made = client.post("segments", json={"name": "Payers", "constraints": [PAYER]}).json()
        client.post("projects/default/features", json={"name": flag}).raise_for_status()
        strategies = f"projects/default/features/{flag}/environments/development/strategies"
        client.post(strategies, json={"name": "default", "segments": [made["id"]]}).raise_for_status()
        answer = client.delete(f"segments/{made['id']}")
        users = client.get(f"segments/{made['id']}/strategies").json()["strategies"]

    assert (answer.status_code, answer.content) == (409, b"")
    assert [user["featureName"] for user in users] == [flag]
