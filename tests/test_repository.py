"""What the repository claims about itself. Compares its files with each other and with the installed package."""

import io
import json
import re
import subprocess
import sys
import tokenize
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

import reconciler

ROOT = Path(__file__).parents[1]
SCHEMAS = sorted((ROOT / "schemas").glob("*.json"))

PRAGMAS = 0
PRAGMA = re.compile(r"pragma[:\s]?\s*no\s*(cover|branch)", re.IGNORECASE)

# NOTE: each has a bracket in it, so that this file does not name what it looks for.
MACHINES = [
    r"pypi[.]org",
    r"pythonhosted[.]org",
    r"npmjs[.](org|com)",
    r"debian[.]org",
    r"proxy[.]golang[.]org",
    r"\bh[-]seed",
    r"(?<![\w.*}])/(work|root|home/\w+|Users/\w+)[/]",
]


def _installed() -> bool:
    try:
        distribution("reconciler")
    except PackageNotFoundError:
        return False
    return True


def _editable() -> bool:
    origin = json.loads(distribution("reconciler").read_text("direct_url.json") or "{}")
    return bool(origin.get("dir_info", {}).get("editable", False))


# NOTE: .ci/run installs the wheel, so that neither is skipped there.
needs_command = pytest.mark.skipif(not _installed(), reason="the package is not installed: pip install '.[test]'")
needs_wheel = pytest.mark.skipif(not _installed() or _editable(), reason="the package is not installed from a wheel")


def test_lines_left_out_of_coverage_are_counted() -> None:
    """One more `pragma: no cover` or `no branch` is a decision: it changes a number here."""
    marked = [name for path in (ROOT / "reconciler").rglob("*.py") for name in _pragmas(path)]

    assert len(marked) == PRAGMAS, marked


def test_no_file_names_a_registry_or_a_machine() -> None:
    """The repository can be cloned anywhere: no file says where its packages come from or where it was written."""
    pattern = re.compile("|".join(MACHINES))
    named = {name: match.group() for name in _tracked() if (match := pattern.search(_read(ROOT / name)))}

    assert named == {}


def test_the_changelog_has_the_current_version() -> None:
    """Every version that was built has its heading in CHANGELOG.md."""
    changelog = _read(ROOT / "CHANGELOG.md")

    assert re.findall(rf"^## \[{re.escape(reconciler.__version__)}\] - ", changelog, re.MULTILINE) != []


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_each_schema_is_valid(path: Path) -> None:
    """A schema is itself valid by the draft that it names, 2020-12."""
    schema = json.loads(_read(path))

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)


@needs_wheel
def test_the_wheel_ships_every_schema() -> None:
    """The installed package has each published schema, byte for byte."""
    shipped = {entry.name: entry.read_bytes() for entry in files("reconciler").joinpath("schemas").iterdir()}

    assert shipped == {path.name: path.read_bytes() for path in SCHEMAS}


@needs_wheel
def test_the_wheel_is_what_is_tested() -> None:
    """The package under test is the installed one, not the folder beside the tests."""
    assert not Path(reconciler.__file__).is_relative_to(ROOT / "reconciler")


@needs_command
def test_the_readme_shows_the_help_of_the_command() -> None:
    """The block after `<!-- help -->` in README.md is what `reconciler --help` prints."""
    command = Path(sys.executable).with_name("reconciler")

    assert _block("help") == _run(str(command), "--help")


def test_the_readme_test_command_is_what_ci_runs() -> None:
    """The block after `<!-- test -->` in README.md installs the wheel and runs pytest; .ci/run takes it from there."""
    command = _run("bash", str(ROOT / ".ci" / "readme-block"), "test")

    assert command == _block("test")
    assert command.strip().endswith(".venv/bin/pip install --quiet '.[test]' && .venv/bin/pytest")
    assert ".ci/readme-block test" in _read(ROOT / ".ci" / "run")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def _run(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=True, encoding="utf-8").stdout


def _tracked() -> list[str]:
    """Return the files that git has, and those that `git add --all` would add."""
    listed = _run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    return [name for name in listed.split("\0") if (ROOT / name).is_file()]


def _pragmas(path: Path) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(_read(path)).readline)
    comments = [token for token in tokens if token.type == tokenize.COMMENT]
    return [f"{path.relative_to(ROOT)}:{token.start[0]}" for token in comments if PRAGMA.search(token.string)]


def _block(name: str) -> str:
    found = re.search(rf"^<!-- {name} -->\n+```\w*\n(.*?)^```$", _read(ROOT / "README.md"), re.MULTILINE | re.DOTALL)
    assert found, f"README.md has no block after <!-- {name} -->"
    return found.group(1)
