"""The `reconciler` command: finds the command that was asked for, and imports no other."""

import gc
import io
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING, NoReturn

import click

from reconciler import __version__
from reconciler.cli.commands import Commands
from reconciler.cli.signals import be_deaf, obey_both

if TYPE_CHECKING:
    from reconciler.cli.output import Output
    from reconciler.errors import ExitCode

COMMANDS = {
    "init": ("init", "Start a repository of segment definitions."),
    "validate": ("validate", "Check definitions, offline and without credentials."),
    "fmt": ("fmt", "Give definition files their one layout."),
    "plan": ("plan", "Show what apply would do; sends nothing that writes."),
    "apply": ("apply", "Carry a plan out."),
    "audience": ("audience", "Count the users of every definition."),
    "drift": ("drift", "Compare live segments with what was last applied."),
    "snapshot": ("snapshot", "Save the live state as a file."),
    "import": ("import_", "Bring live segments under management."),
    "forget": ("forget", "Stop managing a segment, leaving it live."),
    "ledger": ("ledger", "Show or unlock the record of a target."),
    "targets": ("targets", "List the targets."),
    "schema": ("schema", "Print a JSON Schema."),
    "explain": ("explain", "Explain the code of a message."),
    "github": ("github", "Plan, apply and look for drift in GitHub Actions."),
    "emulate": ("emulate", "Serve a vendor's emulator over loopback HTTP."),
}


class Lazy(Commands):
    """A group whose commands are imported when they are chosen, so that `--help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of the commands, in the order of their use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"reconciler.cli.{COMMANDS[cmd_name][0]}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])


@click.group(
    cls=Lazy,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 failed, 2 pending or drifted, 3 invalid input, 4 incomplete, 5 refused for safety.",
)
@click.version_option(__version__, "--version", message="%(prog)s %(version)s")
def main() -> None:
    """Audience segments as code.

    Definitions are JSON files in git; a plan compares them with the vendor's live segments, and apply carries it out.

    \b
    Example:
      reconciler validate && reconciler plan && reconciler apply
    """


def run(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line, and end the process with one of the documented exit codes."""
    # NOTE: there is next to no garbage that refers to itself, and Python looked for it again and again through all that
    # had been read, which took as long as to read it. What goes on for long, as an apply may, switches it on again.
    gc.disable()
    _ready_streams()
    obey_both()
    try:
        main(arguments, prog_name="reconciler", standalone_mode=False)
    except click.ClickException as error:
        sys.exit(_usage(error, sys.argv[1:] if arguments is None else arguments))
    except click.Abort:
        from reconciler.errors import ExitCode

        sys.exit(ExitCode.FAILED)
    finally:
        # NOTE: the interpreter takes a while to end, and would complain of an interruption meanwhile.
        be_deaf()
        # NOTE: the end looks for garbage once more, through all that this run has read.
        gc.freeze()
    sys.exit(0)


def _ready_streams() -> None:
    """Give a process that was started without stdout or stderr one, and let no character stop a message."""
    sys.stdout = sys.stdout or io.StringIO()
    sys.stderr = sys.stderr or io.StringIO()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _usage(error: click.ClickException, arguments: Sequence[str]) -> "ExitCode":
    from reconciler.cli.session import Session
    from reconciler.cli.usage import problem
    from reconciler.errors import InvalidInput

    return Session(_asked_output(arguments)).fail(InvalidInput(problem(error, arguments)))


def _asked_output(arguments: Sequence[str]) -> "Output":
    """Return the output in the format that the arguments ask for, although they could not be parsed."""
    from reconciler.cli.output import Findings, Format, Output, Page, speaking

    asked = [word.removeprefix("--format=") for word in arguments if word.startswith("--format=")]
    asked += [following for word, following in pairwise(arguments) if word == "--format"]
    beside = {"validate": tuple(Findings), "plan": tuple(Page)}
    offered = (*Format, *beside.get(next(iter(arguments), ""), ()))
    known = [choice.value for choice in offered if choice.value in asked]
    return speaking(known[0]) if known else Output()
