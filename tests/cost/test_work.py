"""How much work a plan is: which calls it makes, and how they grow with the definitions. Counts, and no time."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
import warm
from repository import KEY, VARIABLE, Repository

from reconciler.core.claims import Claims
from reconciler.core.segment import Json, Recorded
from reconciler.emulator import make_app
from reconciler.emulator.server import serve
from reconciler.ledger.record import dump

COUNTED = Path(__file__).parent / "counted.py"
FEW, MANY = 1_000, 10_000
GROWTH = 10.5
"""How often at most what is done ten times as often: the first page is asked for in fewer words than the others."""
CHANGED = 100
"""One of so many definitions is changed."""


def planned(folder: Path, definitions: int, *, changed: bool) -> Mapping[str, int]:
    """Return how often each function is called in a plan of so many definitions that are all live and recorded."""
    with make_app("qonversion") as vendor, serve(vendor) as server:
        repository = Repository(folder, server.url)
        records = {}
        for number in range(definitions):
            condition: dict[str, Json] = {"metric": "custom_uid", "comparator": "eq", "value": str(number)}
            body: dict[str, Json] = {"name": f"S{number}", "conditions": [condition]}
            key, live = f"s{number:05}", vendor.put_segment({**body, "conditions": [condition | {"negate": False}]})
            records[key] = Recorded(key, live, body)
            written = body | ({"name": f"T{number}"} if changed and number % CHANGED == 0 else {})
            (repository.root / "segments" / f"{key}.json").write_text(json.dumps(written), encoding="utf-8")
        ledger = repository.root / ".reconciler" / "ledger" / "local.json"
        ledger.parent.mkdir(parents=True)
        ledger.write_text(dump(Claims(1, records), "local", "qonversion"), encoding="utf-8")
        told = folder / "told.json"
        ended = subprocess.run(
            [sys.executable, COUNTED, told, "plan"],
            cwd=repository.root,
            env={**warm.unmeasured(), VARIABLE: KEY},
            check=True,
            capture_output=True,
            text=True,
        )
        assert f"{definitions - (definitions // CHANGED if changed else 0)} unchanged" in ended.stdout
        assert definitions // 100 + 1 == len(vendor.requests)
    calls: dict[str, int] = json.loads(told.read_text(encoding="utf-8"))["calls"]
    return calls


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, int]:
    """Return the calls of a plan of a thousand, with nothing changed."""
    return planned(tmp_path_factory.mktemp("few"), FEW, changed=False)


@pytest.fixture(scope="module")
def some(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, int]:
    """Return the calls of a plan of a thousand, one in a hundred changed."""
    return planned(tmp_path_factory.mktemp("some"), FEW, changed=True)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, int]:
    """Return the calls of a plan of ten thousand, with nothing changed."""
    return planned(tmp_path_factory.mktemp("many"), MANY, changed=False)


def within(calls: Mapping[str, int], package: str) -> int:
    """Return how many calls there were of functions in the files of a folder of this name."""
    return sum(number for name, number in calls.items() if package in name.split("/")[:2])


def test_a_plan_of_nothing_asks_no_slow_library(few: Mapping[str, int]) -> None:
    """Neither jsonschema nor DeepDiff nor a model is called, and no body is brought into its canonical form."""
    assert {"deepdiff": 0, "jsonschema": 0, "pydantic": 0} == {
        name: within(few, name) for name in ("deepdiff", "jsonschema", "pydantic")
    }
    assert 0 == few.get("providers/qonversion/convert.py:canonical", 0)


def test_deepdiff_sees_each_pair_that_differs_once(some: Mapping[str, int]) -> None:
    """And jsonschema nothing: what the fast validator waves through needs no words."""
    assert FEW // CHANGED == some["reconciler/core/diff.py:diff"]
    assert 0 == within(some, "jsonschema")
    assert FEW // CHANGED * 2 == some["providers/qonversion/convert.py:canonical"]


def test_the_work_grows_with_the_definitions_and_no_faster(few: Mapping[str, int], many: Mapping[str, int]) -> None:
    """Ten times the definitions are no more than ten times the calls of any function of ours, or of all together."""
    ours = {name: number for name, number in many.items() if name.split("/")[0] in {"reconciler", "providers"}}
    quicker = {name: (few[name], number) for name, number in ours.items() if number > GROWTH * few.get(name, number)}

    assert {} == quicker
    assert Counter(many).total() < GROWTH * Counter(few).total()


def test_nothing_is_called_more_than_a_few_times_for_each_definition(many: Mapping[str, int]) -> None:
    """Not even the smallest function: what is called for each part of each body is as often as there are such parts."""
    assert {} == {name: number for name, number in many.items() if number > 7 * MANY}
