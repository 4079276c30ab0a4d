"""What every command has in common: how it ends where something is thrown, and what it says beside its result."""

import contextlib
import io
import signal
from collections.abc import Iterator

import click
import pytest

from reconciler.cli.main import run
from reconciler.cli.output import Format, Output
from reconciler.cli.session import Session, common
from reconciler.cli.usage import problem
from reconciler.errors import ExitCode, Problem, Severity


def ended(thrown: BaseException, *arguments: str) -> int:
    """Run a command that throws this, and return its exit code."""

    @click.command()
    @common(targets=False, formats=tuple(Format), out=False)
    def command(session: Session) -> ExitCode:
        raise thrown

    with pytest.raises(SystemExit) as caught:
        command.main(list(arguments), standalone_mode=False)
    return int(caught.value.code or 0)


def test_an_internal_error_is_said_to_be_one(capsys: pytest.CaptureFixture[str]) -> None:
    """It ends with 1, its own words and a request to report it; no traceback, which is asked for with `--debug`."""
    code = ended(ValueError("nobody thought of this"))

    told = capsys.readouterr()
    assert (1, "") == (code, told.out)
    assert told.err.startswith("error: an internal error: ValueError: nobody thought of this (internal)\n")
    assert "please report it, with what `--debug` shows" in told.err
    assert "Traceback" not in told.err


def test_the_traceback_of_an_internal_error_is_shown_where_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """Ahead of the message, on stderr."""
    code = ended(ValueError("nobody thought of this"), "--debug", "--format", "json")

    told = capsys.readouterr()
    assert 1 == code
    assert told.err.startswith("Traceback (most recent call last):")
    assert told.err.index("in command") < told.err.index("error: an internal error")
    assert '"code": "internal"' in told.out


@pytest.mark.parametrize("thrown", [KeyboardInterrupt(), click.Abort()], ids=["Ctrl-C", "end of input"])
def test_an_interruption_is_an_end_like_others(thrown: BaseException, capsys: pytest.CaptureFixture[str]) -> None:
    """It ends with 1 and a message."""
    code = ended(thrown)

    assert 1 == code
    assert capsys.readouterr().err.startswith("error: interrupted; nothing was changed (interrupted)\n")


@pytest.fixture
def heedful() -> Iterator[None]:
    """Have the tests heed signals again after a whole command, which takes none in once it has ended."""
    former = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in former.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("heedful")
def test_a_command_that_has_ended_is_deaf() -> None:
    """Until the interpreter has ended too, neither Ctrl-C nor SIGTERM is taken in."""
    with pytest.raises(SystemExit):
        run(["--version"])

    assert [signal.SIG_IGN] * 2 == [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]


class Interrupted(io.StringIO):
    """A stdout at which somebody presses Ctrl-C."""

    def write(self, text: str) -> int:
        """Write nothing."""
        raise KeyboardInterrupt


@pytest.mark.usefixtures("heedful")
def test_an_interruption_before_there_is_a_command_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    """While the help is printed, there is no command yet that could say more."""
    with contextlib.redirect_stdout(Interrupted()), pytest.raises(SystemExit) as caught:
        run(["--help"])

    assert ExitCode.FAILED == caught.value.code
    assert "" == capsys.readouterr().err.strip()


@pytest.mark.usefixtures("heedful")
@pytest.mark.parametrize("word", ["--help", "--version"])
def test_help_and_version_are_results(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    """They end with 0, and stand on stdout."""
    with pytest.raises(SystemExit) as caught:
        run([word])

    told = capsys.readouterr()
    assert (ExitCode.DONE, "") == (caught.value.code, told.err)
    assert "reconciler" in told.out


@pytest.mark.parametrize(
    ("count", "quiet", "expected"),
    [
        (0, False, ""),
        (1, False, "warning: a metric that nobody knows (doubtful)\n"),
        (
            6,
            False,
            "warning: a metric that nobody knows (doubtful)\n" * 5 + "and 1 warning more; with `-v` all are shown\n",
        ),
        (
            7,
            False,
            "warning: a metric that nobody knows (doubtful)\n" * 5 + "and 2 warnings more; with `-v` all are shown\n",
        ),
        (7, True, ""),
    ],
)
def test_many_warnings_are_counted(
    count: int, expected: str, capsys: pytest.CaptureFixture[str], *, quiet: bool
) -> None:
    """A command that is about something else shows the first few, unless it was asked to be quiet."""
    warnings = [Problem("doubtful", "a metric that nobody knows", severity=Severity.WARNING)] * count

    Session(Output(quiet=quiet)).warn(warnings)

    assert ("", expected) == tuple(capsys.readouterr())


def test_warnings_are_shown_by_a_command_that_is_verbose(capsys: pytest.CaptureFixture[str]) -> None:
    """Each in its own words."""
    Session(Output(verbose=True)).warn([Problem("doubtful", "an odd metric", severity=Severity.WARNING)])

    assert "warning: an odd metric (doubtful)\n" == capsys.readouterr().err


def test_an_argument_that_cannot_be_used_is_told_in_the_words_of_its_type() -> None:
    """A file that may not be read, for instance."""
    option = click.Option(["-c", "--config"], type=click.Path())
    error = click.BadParameter("Path 'a.toml' is not readable.", click.Context(click.Command("plan")), option)

    found = problem(error, ["plan"])

    assert "`--config` cannot be used: Path 'a.toml' is not readable (usage)" == str(found)


def test_a_quiet_command_notes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """What is neither a result nor a problem is left out."""
    Output(quiet=True).note("stopped")
    Output().note("stopped")

    assert ("", "stopped\n") == tuple(capsys.readouterr())
