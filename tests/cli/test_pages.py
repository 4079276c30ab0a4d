"""Every example body on the vendors' pages, as a user would copy it: valid, with its warnings, and applied."""

import json
from pathlib import Path
from typing import Any

import pytest
from repository import Repository

WIRE = Path(__file__).parents[1] / "wire"
EXAMPLES = [
    ("qonversion", "overview", []),
    ("qonversion", "create", []),
    ("qonversion", "update", []),
    ("push0", "create-two-groups", [(25, "relation-alias")]),
    ("push0", "create-examples", [(13, "matches-nobody"), (28, "matches-nobody")]),
    ("kibamail", "create", [(6, "mongo-form"), (12, "unchecked-names"), (18, "date-as-text")]),
]
"""Which example, and the line and code of each warning where the page contradicts itself or its vendor's code."""

CONFIG = """\
[targets.local]
provider = "{provider}"
definitions = "segments"
endpoint = "embedded"
"""


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Return a repository without a credential."""
    return Repository(tmp_path, env={})


def warnings(repository: Repository, *command: str) -> list[tuple[int, str]]:
    """Return the line and code of each problem, all of which must be warnings."""
    ended = repository.run(*command, "--format", "json")
    problems: list[dict[str, Any]] = ended.document["problems"]
    assert 0 == ended.code, ended.stderr
    assert {"warning"} >= {problem["severity"] for problem in problems}
    return [(problem["line"], problem["code"]) for problem in problems]


@pytest.mark.parametrize(("provider", "example", "expected"), EXAMPLES, ids=lambda part: str(part)[:24])
def test_an_example_of_the_vendor_s_pages(
    repository: Repository, provider: str, example: str, expected: list[tuple[int, str]]
) -> None:
    """It loads and validates, each contradiction of the page is a warning, it applies, and the plan is empty then."""
    wire = json.loads((WIRE / provider / f"{example}.json").read_text())
    body = {name: value for name, value in wire["request"].items() if name != "id"}
    (repository.root / "segments" / "example.json").write_text(json.dumps(body, indent=2))
    repository.configure(CONFIG.format(provider=provider))

    assert expected == warnings(repository, "validate")
    applied = repository.run("apply", "--yes", "--format", "json")
    again = repository.run("plan", "--detailed-exitcode", "--format", "json")

    assert ["done"] == [outcome["result"] for outcome in applied.document["outcomes"]]
    assert (0, ["keep"]) == (again.code, [change["action"] for change in again.document["changes"] if change["key"]])


def test_every_documented_body_is_among_them() -> None:
    """A wire fixture of a page that the project takes as primary truth, and that has a request, is an example here."""
    pages = {
        (path.parent.name, path.stem)
        for path in WIRE.glob("*/*.json")
        if "request" in (wire := json.loads(path.read_text())) and "/" not in wire["page"]
    }

    assert {(provider, example) for provider, example, _ in EXAMPLES} == pages
