"""What a person at a terminal sees, and what somebody behind a pipe does not."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from repository import COMMAND, Repository
from unruly import PROD, Meddled, settle

PATIENCE = 60.0
COLOUR = "\x1b["
QUESTION = "[y/N]:"
SIZE = {"COLUMNS", "LINES"}  # NOTE: readline, which pytest imports, may set them: to 80 and 24, whatever the terminal


class Terminal:
    """A command on a terminal of its own: what it shows, and what is typed.

    `stdout` says whether its result goes to the terminal too, or into a pipe.
    """

    def __init__(
        self,
        repository: Repository,
        *arguments: str,
        stdout: bool = True,
        columns: int = 100,
        env: dict[str, str] | None = None,
    ) -> None:
        self.shown = ""
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        found = repository.environment(**{"TERM": "xterm-256color", **(env or {})})
        self.running = subprocess.Popen(
            [COMMAND, *arguments],
            cwd=repository.root,
            env={name: value for name, value in found.items() if name not in SIZE},
            stdin=slave,
            stdout=slave if stdout else subprocess.PIPE,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)

    def sees(self, words: str) -> bool:
        """Read on until these words are there; say whether they came before the end."""
        deadline = time.monotonic() + PATIENCE
        while words not in self.shown and time.monotonic() < deadline:
            if not self._read():
                return words in self.shown
        return words in self.shown

    def types(self, keys: str) -> None:
        """Type."""
        os.write(self._master, keys.encode())

    def interrupts(self) -> None:
        """Send SIGINT, and again where it was lost: `input` drops one that comes while it flushes stderr."""
        deadline = time.monotonic() + PATIENCE
        while self.running.poll() is None and time.monotonic() < deadline:
            self.running.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self.running.wait(timeout=PATIENCE / 12)

    def ends(self) -> int:
        """Read on to the end, and return the exit code."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._read():
            pass
        os.close(self._master)
        piped, _ = self.running.communicate(timeout=PATIENCE)
        self.piped = (piped or b"").decode()
        return self.running.returncode

    def _read(self) -> bool:
        ready, _, _ = select.select([self._master], [], [], 1.0)
        if not ready:
            return True
        try:
            data = os.read(self._master, 65536)
        except OSError:  # what a terminal says whose other side is closed
            return False
        self.shown += data.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(data)


@pytest.fixture
def pending(repository: Repository, meddled: Meddled) -> Repository:
    """Return a repository with one segment to create and one to keep."""
    settle(repository, meddled, "kept")
    repository.define("new", "New", PROD)
    return repository


@pytest.mark.parametrize("answer", ["y", "Y", "yes"])
def test_a_person_who_says_yes_gets_what_was_shown(pending: Repository, meddled: Meddled, answer: str) -> None:
    """The plan comes first, then the question with the number and the target, then the report."""
    terminal = Terminal(pending, "apply", "--no-color")

    assert terminal.sees(f"Apply this change to `local`? {QUESTION}")
    assert meddled.writes == []
    assert "Plan: 1 to create" in terminal.shown
    terminal.types(f"{answer}\n")

    assert terminal.ends() == 0
    assert "Applied: 1 done." in terminal.shown
    assert meddled.names == ["Kept", "New"]


@pytest.mark.parametrize("answer", ["n\n", "\n", "no\n"], ids=["n", "enter", "no"])
def test_a_person_who_does_not_say_yes_gets_nothing(pending: Repository, meddled: Meddled, answer: str) -> None:
    """No is the answer of the enter key too: exit 1, and nothing was sent but the listing."""
    terminal = Terminal(pending, "apply")

    assert terminal.sees(QUESTION)
    terminal.types(answer)

    assert terminal.ends() == 1
    assert "nothing was applied, as you said" in terminal.shown
    assert meddled.writes == []


def test_an_answer_that_is_none_is_asked_for_again(pending: Repository, meddled: Meddled) -> None:
    """Neither yes nor no decides anything."""
    terminal = Terminal(pending, "apply")

    assert terminal.sees(QUESTION)
    terminal.types("perhaps\n")
    assert terminal.sees("invalid input")
    assert meddled.writes == []
    terminal.types("y\n")

    assert terminal.ends() == 0
    assert meddled.names == ["Kept", "New"]


@pytest.mark.parametrize(
    "leave",
    [lambda terminal: terminal.types("\x04"), Terminal.interrupts],
    ids=["end of input", "interrupt"],
)
def test_a_person_who_leaves_gets_nothing(
    pending: Repository, meddled: Meddled, leave: Callable[[Terminal], None]
) -> None:
    """Ctrl-D and Ctrl-C at the question end the command with 1 and a message of ours."""
    terminal = Terminal(pending, "apply", "--no-color")

    assert terminal.sees(QUESTION)
    leave(terminal)

    assert terminal.ends() == 1
    assert "interrupted; nothing was changed (interrupted)" in terminal.shown
    assert meddled.writes == []


def test_nothing_is_asked_where_there_is_nothing_to_say(repository: Repository, meddled: Meddled) -> None:
    """An apply with nothing to do, and one that was told `--yes`, ask nothing."""
    settle(repository, meddled, "kept")
    nothing = Terminal(repository, "apply")
    codes = [nothing.ends()]
    repository.define("new", "New")
    told = Terminal(repository, "apply", "--yes")
    codes.append(told.ends())

    assert codes == [0, 0]
    assert QUESTION not in nothing.shown + told.shown
    assert meddled.names == ["Kept", "New"]


@pytest.mark.parametrize("shown", ["json", "markdown"])
def test_a_format_for_programs_asks_nothing(pending: Repository, meddled: Meddled, shown: str) -> None:
    """A question would stand beside the one document; `--yes` is needed as it is off a terminal."""
    terminal = Terminal(pending, "apply", "--format", shown)

    assert terminal.ends() == 3
    assert "(needs-yes)" in terminal.shown
    assert (QUESTION in terminal.shown, meddled.writes) == (False, [])


def test_colour_is_for_terminals(pending: Repository) -> None:
    """The plan has colour on a terminal; its result has none in a pipe, though the messages' side is a terminal."""
    on_terminal = Terminal(pending, "plan")
    in_pipe = Terminal(pending, "plan", stdout=False)

    assert (on_terminal.ends(), in_pipe.ends()) == (0, 0)
    assert COLOUR in on_terminal.shown
    assert COLOUR not in in_pipe.piped
    assert _without_colour(on_terminal.shown).split() == in_pipe.piped.split()


@pytest.mark.parametrize(
    ("arguments", "env"),
    [(["--no-color"], {}), ([], {"NO_COLOR": "1"}), ([], {"TERM": "dumb"})],
    ids=["--no-color", "NO_COLOR", "TERM=dumb"],
)
@pytest.mark.parametrize("words", [["plan"], ["apply", "--yes"], ["drift"], ["validate"], ["plan", "--bogus"]])
def test_colour_can_be_refused(
    pending: Repository, words: list[str], arguments: list[str], env: dict[str, str]
) -> None:
    """A flag, the variable of no-color.org, and a terminal that has none: no escape is written."""
    terminal = Terminal(pending, *words, *arguments, env=env)

    terminal.ends()

    assert COLOUR not in terminal.shown


@pytest.mark.parametrize("shown", ["json", "markdown"])
def test_formats_for_programs_have_no_colour(pending: Repository, shown: str) -> None:
    """Also on a terminal, what is meant to be copied has no escapes."""
    terminal = Terminal(pending, "plan", "--format", shown)

    assert terminal.ends() == 0
    assert COLOUR not in terminal.shown


def test_the_plan_keeps_within_a_narrow_terminal(pending: Repository) -> None:
    """What is wrapped by us can be read; what is wrapped by the terminal is not."""
    pending.define("new", "A segment with a name that is a good deal longer than a narrow terminal is wide", PROD)
    terminal = Terminal(pending, "plan", columns=60)

    assert terminal.ends() == 0
    lines = _without_colour(terminal.shown).splitlines()
    assert [line for line in lines if len(line) > 60 and not line.startswith("digest ")] == []


@pytest.mark.parametrize(
    ("words", "held", "bar"),
    [
        (["plan"], "GET /v4/segments", "reading live segments"),
        (["drift"], "GET /v4/segments", "reading live segments"),
        (["apply", "--yes"], "POST /v4/segments", "applying to local"),
    ],
    ids=["plan", "drift", "apply"],
)
def test_a_slow_command_shows_on_a_terminal_that_it_works(
    pending: Repository, meddled: Meddled, words: list[str], held: str, bar: str
) -> None:
    """The bar comes while the vendor takes its time, and is gone at the end."""
    go = threading.Event()
    meddled.once(held, lambda: go.wait(PATIENCE))
    terminal = Terminal(pending, *words)

    seen = terminal.sees(bar)
    go.set()

    assert (seen, terminal.ends()) == (True, 0)
    assert terminal.shown.rindex(bar) < terminal.shown.rindex("\x1b[2K")


@pytest.mark.parametrize("words", [["plan"], ["apply", "--yes"]], ids=" ".join)
def test_a_slow_command_off_a_terminal_shows_no_bar(pending: Repository, meddled: Meddled, words: list[str]) -> None:
    """However long it takes, stderr stays empty."""
    meddled.once("GET /v4/segments", lambda: time.sleep(2))

    ended = pending.run(*words)

    assert (ended.code, ended.stderr) == (0, "")


@pytest.mark.parametrize(
    "words", [["plan", "-v"], ["plan", "--format", "json"], ["snapshot"], ["explain"], ["schema", "qonversion"]]
)
def test_a_reader_that_has_read_enough_is_no_error(repository: Repository, meddled: Meddled, words: list[str]) -> None:
    """`| head -1` gets its line, and nobody complains; the exit code is the command's own."""
    meddled.seed_many(1_000)
    line = " ".join([str(COMMAND), *words])
    done = subprocess.run(
        ["bash", "-c", f"{line} | head -1; echo ${{PIPESTATUS[0]}} >&2"],
        cwd=repository.root,
        env=repository.environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stderr, len(done.stdout.splitlines())) == ("0\n", 1)


@pytest.mark.parametrize(
    "words", [["--help"], ["plan", "--help"], ["plan", "--bogus"], ["validate", "--format", "json"]]
)
def test_nobody_reading_at_all_is_no_error(pending: Repository, words: list[str]) -> None:
    """A pipe that is closed before anything is written brings no traceback about."""
    with subprocess.Popen(
        [COMMAND, *words], cwd=pending.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        told = running.stderr.read()

    assert "Traceback" not in told
    assert "Exception ignored" not in told


def test_an_apply_that_nobody_reads_is_carried_out(pending: Repository, meddled: Meddled) -> None:
    """The reader of its output does not decide whether an apply that was told `--yes` goes on: exit 0, all done."""
    with subprocess.Popen(
        [COMMAND, "apply", "--yes", "--out", "report.json"],
        cwd=pending.root,
        env=pending.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        told = running.stderr.read()

    assert (running.returncode, told) == (0, "")
    assert meddled.names == ["Kept", "New"]
    assert json.loads((pending.root / "report.json").read_text())["summary"]["done"] == 1


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_of_a_shell_can_be_had(local: Repository, shell: str) -> None:
    """`_RECONCILER_COMPLETE=…_source reconciler` prints what the shell is to evaluate."""
    local.env = {"_RECONCILER_COMPLETE": f"{shell}_source"}

    ended = local.run()

    assert (ended.code, ended.stderr) == (0, "")
    assert "_RECONCILER_COMPLETE" in ended.stdout


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("reconciler pl", ["plan"]),
        ("reconciler ledger ", ["migrate", "rebind", "show", "unlock"]),
        ("reconciler plan --target ", ["local", "production"]),
        ("reconciler plan -t pro", ["production"]),
        ("reconciler apply --all", ["--allow-deletes", "--all-targets"]),
        ("reconciler plan --format m", ["markdown"]),
        ("reconciler init --provider ", ["qonversion", "push0", "kibamail", "unleash"]),
    ],
)
def test_a_tab_completes_commands_options_and_targets(local: Repository, line: str, expected: list[str]) -> None:
    """What the shell asks with each tab, with the names of the targets from the configuration."""
    _two_targets(local)

    assert _completed(local, line) == expected


def test_a_tab_outside_a_repository_completes_no_target(local: Repository) -> None:
    """Without a configuration, or with a broken one, a tab does nothing, and no message disturbs the line."""
    _two_targets(local)
    path = local.root / "reconciler.toml"
    path.write_text("[")
    broken = _completed(local, "reconciler plan --target ")
    path.unlink()

    assert (broken, _completed(local, "reconciler plan --target ")) == ([], [])


def test_a_real_shell_completes(local: Repository, tmp_path: Path) -> None:
    """The script that is printed works in bash: its function fills in the reply."""
    _two_targets(local)
    script = (
        f'export PATH="{COMMAND.parent}:$PATH"; eval "$(_RECONCILER_COMPLETE=bash_source reconciler)";'
        "COMP_WORDS=(reconciler plan --target p); COMP_CWORD=3; _reconciler_completion reconciler;"
        'echo "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=local.root,
        env=local.environment(HOME=str(tmp_path)),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.stderr) == ("production\n", "")


def _completed(repository: Repository, line: str) -> list[str]:
    words = line.split(" ")
    repository.env = {
        "_RECONCILER_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    ended = repository.run()
    assert (ended.code, ended.stderr) == (0, "")
    return [found.partition(",")[2] for found in ended.stdout.split()]


def _two_targets(repository: Repository) -> None:
    target = 'provider = "qonversion"\ndefinitions = "segments"\nendpoint = "embedded"\n'
    repository.configure(f"[targets.local]\n{target}[targets.production]\n{target}")


def _without_colour(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
