"""What is said of Push0 definitions: by the schema, by the rules; and nothing of the examples."""

import subprocess
import sys
from pathlib import Path

import pytest
from providers.push0_stand_in import FILES

from reconciler.definitions.load import Loaded, load
from reconciler.errors import Severity
from reconciler.intake.schema import schema, waves_through
from reconciler.providers.push0.convert import Push0Form

TESTS = Path(__file__).parents[1]
FOLDERS = sorted((TESTS / "definitions" / "push0").iterdir())
SEGMENTS = TESTS.parent / "segments" / "push0"
LISTS = ("pycountry", "iso639", "tzdata")
WITHOUT = """
import sys
from reconciler.providers.push0 import VENDOR
body = {"constraints": [{"type": "AND", "constraints": [{"field": "osApi", "relation": "==", "value": "35"}]}]}
assert [*VENDOR.form({}).findings(body), *VENDOR.form({}).findings(VENDOR.example)] == []
print([name for name in sys.argv[1:] if name in sys.modules])
"""
LIVE = """
import sys
from reconciler.providers.push0.convert import inexpressible
for field in ("country", "language", "timezone"):
    assert inexpressible([{"type": "AND", "constraints": [{"field": field, "relation": "==", "value": "?"}]}]) == ""
print([name for name in sys.argv[1:] if name in sys.modules])
"""


def loaded(folder: Path) -> Loaded:
    """Return what is in a folder that messages call `segments`."""
    return load(folder, shown="segments", provider="push0", variables={}, form_findings=Push0Form().findings)


def written(result: Loaded) -> str:
    """Return problems as people see them."""
    lines = []
    for problem in result.problems:
        lines.append(("warning: " if problem.severity is Severity.WARNING else "") + str(problem))
        lines += [f"  hint: {problem.hint}"] if problem.hint else []
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_problem_is_said_with_its_place_and_remedy(folder: Path) -> None:
    """A definition says exactly what its `expected.txt` says, errors and warnings alike; nothing where it is empty."""
    expected = (folder / "expected.txt").read_text("utf-8")

    assert expected == written(loaded(folder))


@pytest.mark.parametrize("name", [name for name, wire in FILES.items() if "request" in wire])
def test_every_documented_request_is_a_definition(name: str) -> None:
    """What the vendor's pages send, less the id of an update, is allowed by the schema and without an error."""
    body = {member: value for member, value in FILES[name]["request"].items() if member != "id"}

    assert waves_through(schema("push0.segment"), body)
    assert {Severity.WARNING} == {finding.severity for finding in Push0Form().findings(body)}


def test_the_examples_load_without_a_word() -> None:
    """The definitions that the repository shows have no problems, not even warnings."""
    result = loaded(SEGMENTS)

    assert ("", 6) == (written(result), len(result.definitions))


def test_the_lists_of_countries_languages_and_time_zones_are_not_loaded_unasked() -> None:
    """A definition without such a field is checked without the packages that hold the lists; a country needs one."""
    command = [sys.executable, "-c", WITHOUT, *LISTS]
    done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")

    assert "['pycountry']\n" == done.stdout


def test_what_is_live_is_not_held_against_the_lists() -> None:
    """A segment that compares countries, languages or time zones is listed without the packages: none is an error."""
    command = [sys.executable, "-c", LIVE, *LISTS]
    done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")

    assert "[]\n" == done.stdout
