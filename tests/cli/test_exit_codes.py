"""The exit code of every command in every situation: one row each, tried in every format that the command offers."""

import json
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from repository import COMMAND, Ended, Repository
from unruly import PROD, configure

from reconciler.emulator import make_app
from reconciler.emulator.app import Emulator

ALL = ("text", "json", "markdown")
SOME = ("text", "json")
FOUND = (*ALL, "github", "sarif", "gitlab")
FORMATS = {
    "init": SOME,
    "validate": FOUND,
    "fmt": SOME,
    "plan": (*ALL, "html"),
    "apply": ALL,
    "audience": ALL,
    "drift": ALL,
    "snapshot": SOME,
    "import": SOME,
    "forget": ALL,
    "ledger": SOME,
    "targets": SOME,
    "schema": SOME,
    "explain": SOME,
    "github": ("text",),
    "emulate": ("text",),
}
NOWHERE = "http://127.0.0.1:1/v4"
OTHER = "sha256:" + "0" * 64

World = Callable[[Repository], object]


def settled(_: Repository) -> None:
    """Leave four managed segments, one of them protected, and one unmanaged; nothing to do."""


def no_config(repository: Repository) -> None:
    """Take the configuration away."""
    (repository.root / "reconciler.toml").unlink()


def bad_config(repository: Repository) -> None:
    """Write a key into the configuration that is not known."""
    configure(repository, colour="red")


def elsewhere(repository: Repository) -> None:
    """Name another endpoint than the one that the ledger is of."""
    configure(repository, endpoint=NOWHERE)


def vendor_down(repository: Repository) -> None:
    """Name an endpoint at which nobody listens."""
    _move_away(repository)


def no_credential(repository: Repository) -> None:
    """Unset the environment variable of the credential."""
    _move_away(repository)
    repository.env = {"QONVERSION_SECRET_KEY": ""}


def wrong_credential(repository: Repository) -> None:
    """Say that the target is production, while the key is one for the sandbox."""
    _move_away(repository, environment="production")


def git_ledger(repository: Repository) -> None:
    """Ask for the ledger to be kept in git, where there is no repository."""
    configure(repository, ledger="git")


def damaged_store(repository: Repository) -> None:
    """Make the emulator's store no database."""
    _store(repository).write_bytes(b"garbage" * 999)


def pending(repository: Repository) -> None:
    """Add a definition."""
    repository.define("new", "New", PROD)


def invalid(repository: Repository) -> None:
    """Add a definition that is not JSON."""
    (repository.root / "segments" / "bad.json").write_text("{")


def doubtful(repository: Repository) -> None:
    """Add a definition with a warning."""
    repository.define("new", "New", {**PROD, "metric": "colour"})


def no_folder(repository: Repository) -> None:
    """Take the definitions folder away."""
    shutil.rmtree(repository.root / "segments")


def drifted(repository: Repository) -> None:
    """Edit a live segment behind git's back."""
    with _dashboard(repository) as dashboard:
        dashboard.edit_segment("kept", conditions=[])


def vanished(repository: Repository) -> None:
    """Delete a live segment behind git's back."""
    with _dashboard(repository) as dashboard:
        dashboard.remove_segment("kept")


def blocked(repository: Repository) -> None:
    """Remove the file of a protected segment."""
    _remove(repository, "guarded")


def refused(repository: Repository) -> None:
    """Remove three of the four definitions."""
    _remove(repository, "kept", "spare", "used")


def in_use(repository: Repository) -> None:
    """Remove the file of a segment that an automation uses."""
    with _dashboard(repository) as dashboard:
        dashboard.add_automation("Mail", "used")
    _remove(repository, "used")


def ambiguous(repository: Repository) -> None:
    """Add a definition with the name of two live segments."""
    with _dashboard(repository) as dashboard:
        dashboard.put_segment({"name": "Unmanaged", "conditions": []})
    repository.define("new", "Unmanaged")


def leased(repository: Repository) -> None:
    """Add a definition while another run is applying."""
    pending(repository)
    _lease(repository, until="2999-01-01T00:00:00+00:00")


def left_lease(repository: Repository) -> None:
    """Add a definition after a run that died left a lease, which has run out."""
    pending(repository)
    _lease(repository, until="2001-01-01T00:00:00+00:00")


def damaged_ledger(repository: Repository) -> None:
    """Cut the ledger short."""
    repository.ledger.write_bytes(repository.ledger.read_bytes()[:-9])


def unusable_ledger(repository: Repository) -> None:
    """Put a folder in the ledger's place."""
    repository.ledger.unlink()
    repository.ledger.mkdir()


def reviewed(repository: Repository) -> None:
    """Add a definition, and save the plan."""
    pending(repository)
    assert repository.run("plan", "--out", "plan.json").code == 0


def outgrown(repository: Repository) -> None:
    """Save a plan, then add another definition."""
    reviewed(repository)
    repository.define("newer", "Newer")


def overtaken(repository: Repository) -> None:
    """Save a plan, then change the definition that it is about."""
    reviewed(repository)
    repository.define("new", "Newer")


def edited_plan(repository: Repository) -> None:
    """Save a plan, and edit it."""
    reviewed(repository)
    path = repository.root / "plan.json"
    path.write_text(path.read_text().replace('"New"', '"Else"'))


def incomplete_plan(repository: Repository) -> None:
    """Save a plan, and let it say that it is not complete."""
    reviewed(repository)
    path = repository.root / "plan.json"
    path.write_text(path.read_text().replace('"complete": true', '"complete": false'))


def snapshot_taken(repository: Repository) -> None:
    """Save the live state, then add a definition."""
    assert repository.run("snapshot", "--out", "live.json").code == 0
    pending(repository)


def unformatted(repository: Repository) -> None:
    """Add a definition that is not laid out as `fmt` does it."""
    pending(repository)


def with_users(repository: Repository) -> None:
    """Write a table of one user."""
    (repository.root / "users.csv").write_text("environment\nprod\n")


def two_targets(repository: Repository) -> None:
    """Add a target on which everything is to be created."""
    _second(repository, "embedded")


def half_down(repository: Repository) -> None:
    """Add a target that does not answer."""
    _second(repository, NOWHERE)


TABLE: dict[str, list[tuple[str, World, int]]] = {
    "init": [
        ("", no_config, 0),
        ("", settled, 0),
        ("--ci github", no_config, 0),
        ("--ci github", settled, 0),
        ("--provider nobody", settled, 3),
        ("--ci nobody", settled, 3),
        ("--bogus", settled, 3),
    ],
    "validate": [
        ("", settled, 0),
        ("segments/kept.json", settled, 0),
        ("", doubtful, 0),
        ("--strict", doubtful, 3),
        ("", invalid, 3),
        ("nowhere.json", settled, 3),
        ("", no_folder, 3),
        ("", bad_config, 3),
        ("", no_config, 3),
        ("", no_credential, 0),
        ("--bogus", settled, 3),
    ],
    "fmt": [
        ("", settled, 0),
        ("", unformatted, 0),
        ("--check", settled, 0),
        ("--check", unformatted, 2),
        ("--check", invalid, 3),
        ("", invalid, 3),
        ("nowhere.json", settled, 3),
        ("", bad_config, 3),
    ],
    "plan": [
        ("", settled, 0),
        ("", pending, 0),
        ("", leased, 0),
        ("--detailed-exitcode", settled, 0),
        ("--detailed-exitcode", pending, 2),
        ("--detailed-exitcode", drifted, 2),
        ("--detailed-exitcode", blocked, 2),
        ("--detailed-exitcode", refused, 2),
        ("--detailed-exitcode", vendor_down, 1),
        ("--detailed-exitcode --live live.json", snapshot_taken, 2),
        ("--live reconciler.toml", settled, 3),
        ("", invalid, 3),
        ("", no_folder, 3),
        ("", bad_config, 3),
        ("", no_config, 3),
        ("--target nobody", settled, 3),
        ("--target local --all-targets", settled, 3),
        ("surplus", settled, 3),
        ("", vendor_down, 1),
        ("", no_credential, 1),
        ("", wrong_credential, 1),
        ("", elsewhere, 5),
        ("", damaged_store, 1),
        ("", damaged_ledger, 3),
        ("", unusable_ledger, 1),
        ("", git_ledger, 3),
        ("--out reconciler.toml/plan.json", settled, 1),
        ("--all-targets --detailed-exitcode", two_targets, 2),
        ("--all-targets", half_down, 1),
    ],
    "apply": [
        ("", settled, 0),
        ("--yes", settled, 0),
        ("--yes", pending, 0),
        ("", pending, 3),
        ("--yes", drifted, 0),
        ("--yes", vanished, 0),
        ("--yes", left_lease, 0),
        ("--yes --only new", pending, 0),
        ("--yes --only nobody", pending, 3),
        ("--yes --allow-deletes 3", refused, 0),
        ("--yes --allow-deletes 2", refused, 5),
        ("--yes", refused, 5),
        ("", refused, 5),
        ("--yes", blocked, 5),
        ("--yes", ambiguous, 5),
        ("--yes", in_use, 4),
        ("--yes", leased, 5),
        ("--yes plan.json", reviewed, 0),
        ("plan.json", reviewed, 3),
        ("--yes plan.json", outgrown, 0),
        ("--yes plan.json", overtaken, 5),
        ("--yes plan.json", edited_plan, 5),
        ("--yes plan.json", incomplete_plan, 5),
        ("--yes plan.json --target nobody", reviewed, 3),
        ("--yes nowhere.json", settled, 3),
        ("--yes reconciler.toml", settled, 3),
        (f"--yes --expect-digest {OTHER}", pending, 5),
        (f"--yes --expect-digest {OTHER} --all-targets", two_targets, 3),
        ("--yes --expect-digest sha256:00", pending, 3),
        ("--yes --expect-digest=", pending, 3),
        ("--yes --allow-deletes 1 --all-targets", two_targets, 3),
        ("--yes", invalid, 3),
        ("--yes", no_folder, 3),
        ("--yes", bad_config, 3),
        ("--yes", vendor_down, 1),
        ("--yes", damaged_ledger, 3),
        ("--yes", unusable_ledger, 1),
        ("--yes --all-targets", two_targets, 0),
        ("--yes --all-targets", half_down, 1),
        ("--yes --out reconciler.toml/report.json", settled, 1),
        ("--yes --out reconciler.toml/report.json", pending, 4),
    ],
    "audience": [
        ("--source users.csv", with_users, 0),
        ("", settled, 3),
        ("--source nowhere.parquet", settled, 3),
        ("--source users.csv", invalid, 3),
        ("", bad_config, 3),
        ("--bogus", settled, 3),
    ],
    "drift": [
        ("", settled, 0),
        ("", pending, 0),
        ("", drifted, 2),
        ("", vanished, 2),
        ("", invalid, 0),
        ("", bad_config, 3),
        ("", vendor_down, 1),
        ("", damaged_ledger, 3),
        ("--all-targets", half_down, 1),
    ],
    "snapshot": [
        ("", settled, 0),
        ("--out live.json", settled, 0),
        ("--out reconciler.toml/live.json", settled, 1),
        ("", vendor_down, 1),
        ("", no_credential, 1),
        ("", bad_config, 3),
        ("--all-targets", two_targets, 3),
    ],
    "import": [
        ("--all", settled, 0),
        ("--name Unmanaged", settled, 0),
        ("--id unmanaged", settled, 0),
        ("--name Kept", settled, 3),
        ("--name Nobody", settled, 3),
        ("--id nobody", settled, 3),
        ("--name Unmanaged", ambiguous, 3),
        ("", settled, 3),
        ("--all", invalid, 3),
        ("--all", bad_config, 3),
        ("--all", damaged_ledger, 3),
        ("--all", leased, 5),
        ("--all", vendor_down, 1),
        ("--all", no_credential, 1),
    ],
    "forget": [
        ("kept", settled, 0),
        ("kept", no_credential, 0),
        ("nobody", settled, 3),
        ("", settled, 3),
        ("kept", bad_config, 3),
        ("kept", damaged_ledger, 3),
        ("kept", leased, 5),
        ("kept --all-targets", two_targets, 3),
    ],
    "ledger": [
        ("rebind", settled, 0),
        ("rebind", elsewhere, 0),
        ("rebind", leased, 5),
        ("show", settled, 0),
        ("show", leased, 0),
        ("show", no_credential, 0),
        ("show", damaged_ledger, 3),
        ("show", unusable_ledger, 1),
        ("show", bad_config, 3),
        ("unlock", settled, 0),
        ("unlock", leased, 0),
        ("unlock", damaged_ledger, 3),
        ("nothing", settled, 3),
        ("", settled, 3),
    ],
    "targets": [
        ("", settled, 0),
        ("", two_targets, 0),
        ("", bad_config, 3),
        ("", no_config, 3),
    ],
    "schema": [
        ("qonversion", no_config, 0),
        ("ledger", no_config, 0),
        ("nobody", no_config, 3),
        ("", no_config, 3),
    ],
    "explain": [
        ("", no_config, 0),
        ("lease-held", no_config, 0),
        ("nothing", no_config, 3),
    ],
    "github": [
        ("nothing", no_config, 3),
        ("plan", settled, 3),
        ("apply", settled, 3),
        ("drift", settled, 3),
    ],
    "emulate": [
        ("--provider nobody", no_config, 3),
        ("--port many", no_config, 3),
        ("--switch nothing=true", no_config, 3),
        ("--store reconciler.toml", settled, 1),
    ],
}
"""By command: its arguments, the situation, the exit code."""

CASES = [
    pytest.param(
        [command, *words.split()],
        world,
        code,
        shown,
        id=f"{command} {words} - {world.__name__.replace('_', ' ')} - {shown} - {code}",
    )
    for command, rows in TABLE.items()
    for words, world, code in rows
    for shown in FORMATS[command]
]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which everything was applied, on an embedded target."""
    made = Repository(tmp_path_factory.mktemp("template") / "repository")
    configure(made)
    made.define("kept", "Kept", PROD)
    made.define("spare", "Spare")
    made.define("used", "Used")
    made.define("guarded", "Guarded", protected=True)
    assert made.run("fmt").code == 0
    assert made.run("apply", "--yes").code == 0
    with _dashboard(made) as dashboard:
        dashboard.put_segment({"name": "Unmanaged", "conditions": []})
    return made.root


@pytest.fixture
def world(template: Path, tmp_path: Path) -> Repository:
    """Return a copy of that folder."""
    shutil.copytree(template, tmp_path / "repository")
    made = Repository(tmp_path / "repository")
    configure(made)
    return made


@pytest.mark.parametrize(("words", "situation", "code", "shown"), CASES)
def test_the_exit_code_is_the_same_in_every_format(
    world: Repository, words: list[str], situation: World, code: int, shown: str
) -> None:
    """A command in a situation ends with the code of its row; stdout holds one result in the format asked for."""
    situation(world)

    ended = world.run(*words, "--format", shown)

    assert ended.code == code, ended.stderr
    assert "Traceback" not in ended.stderr
    if code in {1, 3} and words[0] != "validate":
        assert ended.stderr != ""
    if shown == "json":
        _check_json(words, ended)
    elif shown in FOUND[len(ALL) :]:
        _check_findings(ended, shown)
    else:
        _check_words(words, ended, shown)


def test_every_command_is_in_the_table(tmp_path: Path) -> None:
    """A command that is added is tried here too."""
    helped = Repository(tmp_path).run("--help").stdout
    commands = [line.split()[0] for line in helped.split("Commands:")[1].split("\n\n")[0].splitlines() if line.strip()]

    assert list(FORMATS) == commands
    assert list(TABLE) == commands


def test_every_format_that_a_command_offers_is_tried(tmp_path: Path) -> None:
    """The formats in the table are those that `--help` names; `emulate` has nothing but text."""
    offered = {}
    for command in FORMATS:
        words = [command, "show"] if command == "ledger" else [command]
        helped = Repository(tmp_path).run(*words, "--help").stdout
        listed = helped.partition("--format [")[2].partition("]")[0]
        offered[command] = tuple(listed.split("|")) if listed else ("text",)

    assert offered == FORMATS


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_the_emulator_ends_with_0_when_it_is_told_to(tmp_path: Path, number: signal.Signals) -> None:
    """`emulate` says on stdout where it serves, and on stderr that it stopped."""
    with subprocess.Popen(
        [COMMAND, "emulate", "--port", "0"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        where = running.stdout.readline()
        running.send_signal(number)
        rest, told = running.communicate(timeout=60)

    assert where.startswith("qonversion at http://127.0.0.1:")
    assert (running.returncode, rest, told) == (0, "", "stopped\n")


def test_a_port_that_is_taken_fails_the_emulator(local: Repository) -> None:
    """`emulate` exits 1 where another program has the port."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = local.run("emulate", "--port", str(taken.getsockname()[1]))

    assert ended.code == 1
    assert "the port is in use" in ended.stderr


@pytest.mark.parametrize("words", [["plan"], ["apply", "--yes"], ["fmt", "--check"], ["targets"]], ids=" ".join)
@pytest.mark.parametrize("shown", ["text", "json"])
def test_a_full_disk_behind_stdout_is_an_error_in_words(world: Repository, words: list[str], shown: str) -> None:
    """A result that cannot be written ends the command with 1 and a message; nothing was changed."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [COMMAND, *words, "--format", shown],
            cwd=world.root,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert done.stderr.startswith("error: no space left on device (file-unusable)\n")


def test_an_apply_whose_report_cannot_be_written_does_not_say_that_nothing_was_changed(world: Repository) -> None:
    """It exits 4: something was changed, and the report of it is lost."""
    pending(world)
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [COMMAND, "apply", "--yes", "--format", "json"],
            cwd=world.root,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == 4
    assert "no space left on device" in done.stderr
    assert world.run("plan", "--detailed-exitcode").code == 0


def test_without_stdout_a_command_still_ends_as_it_should(world: Repository) -> None:
    """A process that was started with stdout closed works, and its exit code is the usual one."""
    pending(world)
    done = subprocess.run(
        ["sh", "-c", f"{COMMAND} plan --detailed-exitcode >&-"], cwd=world.root, capture_output=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (2, b"", b"")


@pytest.mark.parametrize("shown", ALL)
def test_a_name_that_is_no_text_is_shown_all_the_same(world: Repository, shown: str) -> None:
    """A file name of bytes that are not UTF-8 breaks no message, whatever the terminal's encoding is."""
    world.env = {"PYTHONIOENCODING": "ascii"}
    ended = world.run("plan", "--config", "\udcff\u00e9.toml", "--format", shown)

    assert ended.code == 3
    assert "\\udcff\\xe9.toml: cannot be read" in ended.stderr


def _check_json(words: list[str], ended: Ended) -> None:
    document: dict[str, Any] = json.loads(ended.stdout)
    if words[0] == "schema" and ended.code == 0:
        assert "$schema" in document
        return
    assert document["format"].startswith("reconciler-")
    assert document["format_version"] == "1.0"
    if document["format"] == "reconciler-error":
        assert document["exit_code"] == ended.code
        assert document["problems"] != []


def _check_findings(ended: Ended, shown: str) -> None:
    """Look whether an error of a run stands on stdout in this format."""
    match shown:
        case "github":
            assert ("\n::error " in f"\n{ended.stdout}") == (ended.code != 0)
            assert ended.stderr == ""
        case "sarif":
            (invocation,) = ended.document["runs"][0]["invocations"]
            assert invocation["exitCode"] == ended.code
            assert invocation["executionSuccessful"] == ("results" in ended.document["runs"][0])
        case _:
            grave = [entry for entry in json.loads(ended.stdout) if entry["severity"] == "major"]
            assert (grave != []) == (ended.code != 0)


def _check_words(words: list[str], ended: Ended, shown: str) -> None:
    assert "\x1b" not in ended.stdout + ended.stderr
    assert not ended.stdout.startswith(("error: ", "{")) or words[0] in {"schema", "snapshot"}
    if ended.code in {0, 2} or shown == "markdown":
        assert ended.stdout.strip() != ""
    elif ended.code == 1 and len(words) == 1 and shown == "text":
        assert ended.stdout == ""


def _store(repository: Repository) -> Path:
    return repository.root / ".reconciler" / "embedded" / "local.sqlite"


def _dashboard(repository: Repository) -> Emulator:
    return make_app("qonversion", _store(repository))


def _remove(repository: Repository, *keys: str) -> None:
    for key in keys:
        (repository.root / "segments" / f"{key}.json").unlink()


def _lease(repository: Repository, *, until: str) -> None:
    ledger = json.loads(repository.ledger.read_text())
    ledger["lease"] = {"holder": "ada@elsewhere, process 7", "since": "2001-01-01T00:00:00+00:00", "until": until}
    repository.ledger.write_text(json.dumps(ledger))


def _move_away(repository: Repository, environment: str = "sandbox") -> None:
    """Have target and ledger be of an endpoint at which nobody listens."""
    configure(repository, endpoint=NOWHERE, environment=environment)
    assert repository.run("ledger", "rebind").code == 0


def _second(repository: Repository, endpoint: str) -> None:
    text = (repository.root / "reconciler.toml").read_text()
    repository.configure(
        f'{text}[targets.second]\nprovider = "qonversion"\ndefinitions = "segments"\n'
        f'endpoint = "{endpoint}"\ncredential_env = "QONVERSION_SECRET_KEY"\nlimits = {{ retry_seconds = 0 }}\n'
    )
