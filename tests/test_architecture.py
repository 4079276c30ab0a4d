"""What STYLE asks of the code and neither ruff nor import-linter sees. Reads source, runs none of it."""

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "reconciler"
TESTS = ROOT / "tests"

LINES = 300
EXCEPTIONS = {
    "A002": 2,
    "ANN401": 22,
    "ARG002": 4,
    "ARG005": 1,
    "BLE001": 5,
    "FBT001": 4,
    "PLC0415": 46,
    "PLR0913": 1,
    "PTH100": 1,
    "PTH123": 2,
    "PTH207": 1,
    "PTH208": 2,
    "S102": 1,
    "S302": 1,
    "S704": 1,
    "SLF001": 4,
    "TID251": 8,
    "TRY004": 1,
    "arg-type": 1,
    "empty-body": 1,
    "index": 1,
}

VAGUE_NAMES = {"common", "helper", "helpers", "manager", "misc", "util", "utils"}
PRINTING = {"print", "click.echo", "click.secho", "rich.print", "sys.stdout", "sys.stderr"}
CLOCKS = {"datetime.now", "datetime.today", "datetime.utcnow", "date.today", "time.time", "time.time_ns"}
ENVIRONMENT = {"os.environ", "os.environb", "os.getenv"}
PATCHING = {"mock", "monkeypatch", "mocker", "pytest.MonkeyPatch", "MonkeyPatch", "unittest.mock"}


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    """A module of more than 300 lines fails: it is two modules."""
    lengths = {_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in _files(PACKAGE)}

    assert {name: length for name, length in lengths.items() if length > LINES} == {}


def test_every_name_says_something() -> None:
    """No module or folder, of the code or of the tests, is named for our habits instead of the problem."""
    vague = [_name(path) for path in (*_files(PACKAGE), *_files(TESTS)) if VAGUE_NAMES & _words(path)]

    assert vague == []


def test_only_the_command_line_prints() -> None:
    """Nothing outside `reconciler.cli` writes to standard output or standard error."""
    assert _uses(PRINTING, outside="cli/") == []


def test_only_one_clock_is_read() -> None:
    """The time of day is asked for in `reconciler.usecases.clock` alone; the emulated vendor has a clock of its own."""
    assert _uses(CLOCKS, outside="usecases/clock.py") == ["reconciler/emulator/__init__.py: time.time"]


def test_only_the_settings_read_the_environment() -> None:
    """No module but `reconciler.settings` looks at an environment variable."""
    assert _uses(ENVIRONMENT, outside="settings") == []


def test_tests_use_fakes() -> None:
    """No test mocks or patches: what stands in for a thing refuses what the thing would refuse."""
    patched = [f"{_name(path)}: {use}" for path in _files(TESTS) for use in _names(path) if use in PATCHING]

    assert patched == []


def test_every_exception_to_a_check_names_the_check() -> None:
    """A `noqa` or `type: ignore` without a code silences more than was meant."""
    bare = re.compile(r"noqa(?!: ?[A-Z]+[0-9]+)|type: ?ignore(?!\[[a-z-]+)", re.IGNORECASE)

    assert [comment for comment in _comments() if bare.search(comment)] == []


def test_exceptions_to_checks_are_counted() -> None:
    """One more `noqa` or `type: ignore` is a decision: it changes a number here."""
    codes = re.compile(r"(?:noqa: ?|type: ?ignore\[)([\w-]+(?:, ?[\w-]+)*)")
    counted = Counter(code for comment in _comments() for found in codes.findall(comment) for code in found.split(","))

    assert {code.strip(): number for code, number in counted.items()} == EXCEPTIONS


def _files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _words(path: Path) -> set[str]:
    return {word for part in path.relative_to(ROOT).with_suffix("").parts for word in part.split("_")}


def _uses(names: set[str], outside: str) -> list[str]:
    allowed = f"reconciler/{outside}"
    files = [path for path in _files(PACKAGE) if not _name(path).startswith(allowed)]
    return [f"{_name(path)}: {use}" for path in files for use in _names(path) if use in names]


def _names(path: Path) -> Iterator[str]:
    """Yield each dotted name, argument and import of a file, and `date.today` for `datetime.date.today`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name):
                yield name
            case ast.Attribute(attr=last, value=ast.Name(id=first) | ast.Attribute(attr=first)):
                yield f"{first}.{last}"
            case ast.Import(names=aliases):
                yield from (alias.name for alias in aliases)
            case ast.ImportFrom(module=str(module), names=aliases):
                yield module
                yield from (f"{module}.{alias.name}" for alias in aliases)
            case _:
                pass


def _comments() -> Iterator[str]:
    for path in (*_files(PACKAGE), *_files(TESTS)):
        for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
            if token.type == tokenize.COMMENT:
                yield f"{_name(path)}:{token.start[0]}: {token.string}"
