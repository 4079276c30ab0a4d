"""Which modules a command imports: a list that may only change on purpose, as each costs every start of the program.

Where a list changes, `modules.json` is to be written anew by hand: the failure shows what came and what went.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import warm
from repository import KEY, VARIABLE, Repository

HERE = Path(__file__).parent
COUNTED = HERE / "counted.py"
EXPECTED: dict[str, list[str]] = json.loads((HERE / "modules.json").read_text(encoding="utf-8"))
HEAVY = {
    "deepdiff",
    "httpx",
    "jsonschema",
    "pydantic",
    "rich",
    "tree_sitter",
    "werkzeug",
    "filelock",
    "z3",
    "numpy",
    "pyarrow",
}
"""Top-level packages that take more than a hundredth of a second; with httpx come rich and click, if they are there."""


@pytest.fixture(scope="module", params=sorted(EXPECTED))
def command(request: pytest.FixtureRequest) -> str:
    """Return each command in turn."""
    return str(request.param)


def imported(remote: Repository, command: str, told: Path) -> list[str]:
    """Return what a command imports: modules of ours, and top-level packages of others that are heavy."""
    env = {**warm.unmeasured(), VARIABLE: KEY}
    subprocess.run(
        [sys.executable, COUNTED, told, *command.split()], cwd=remote.root, env=env, check=True, capture_output=True
    )
    modules = json.loads(told.read_text(encoding="utf-8"))["modules"]
    ours = {name for name in modules if name.split(".")[0] == "reconciler"}
    return sorted(ours | ({name.split(".")[0] for name in modules} & HEAVY))


def test_a_command_imports_what_is_listed(remote: Repository, tmp_path: Path, command: str) -> None:
    """Nothing more, and nothing less: a module that goes is taken off the list."""
    for key, environment in (("a", "prod"), ("b", "sandbox")):
        remote.define(key, key.upper(), {"metric": "environment", "comparator": "eq", "value": environment})
    assert 0 == remote.run("apply", "--yes").code

    found = imported(remote, command, tmp_path / "told.json")

    assert EXPECTED[command] == found
