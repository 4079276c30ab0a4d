"""Problems as workflow commands of GitHub Actions, which shows them beside the lines. It never knows whose log it is.

Pages: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands for the commands,
https://github.com/actions/runner for how they are read: `src/Runner.Common/ActionCommand.cs` has the escapes, and
`src/Runner.Worker/ExecutionContext.cs` the limits of ten of a kind in a step, and of 4,096 UTF-16 units in a message.
"""

from collections.abc import Iterable, Iterator, Sequence

from reconciler.errors import Problem, Severity
from reconciler.render.counts import counted
from reconciler.render.escape import visible

MOST = 10
"""How many errors, how many warnings, and how many notices GitHub shows of a step."""

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}

LONGEST = 1_000
"""How many characters are left of a message, and of a hint: with both, GitHub cuts neither."""


def annotations(problems: Iterable[Problem], *, most: int = MOST) -> str:
    """Return a command for each problem, errors first; of more than `most` of a kind, the last says how many more.

    The files of the problems have to be as the repository names them, from its root.
    """
    found = tuple(problems)
    commands = [
        command for kind in Severity for command in _of([one for one in found if one.severity is kind], kind, most)
    ]
    return "".join(f"{command}\n" for command in commands)


def fenced_log(text: str, token: str) -> str:
    """Return text for a log in which no line of it is a command; a token that the text holds is made longer."""
    held = text.casefold()
    while token.casefold() in held:
        token += "-"
    end = "" if text.endswith("\n") else "\n"
    return f"::stop-commands::{token}\n{text}{end}::{token}::\n"


def _of(found: Sequence[Problem], kind: Severity, most: int) -> Iterator[str]:
    shown = found if len(found) <= most else found[: most - 1]
    yield from map(_command, shown)
    if more := len(found) - len(shown):
        title = f"+{counted(more, f'more {kind.value}')}"
        yield f"::{COMMANDS[kind]} title={_property(title)}::not shown here: GitHub has room for {most} in a step"


def _command(problem: Problem) -> str:
    place = problem.place
    places = [("file", place.file), ("line", str(place.line or "")), ("col", str(place.column or ""))] if place else []
    properties = ",".join(f"{name}={_property(value)}" for name, value in [*places, ("title", problem.code)] if value)
    hint = f"%0Ahint: {_data(problem.hint)}" if problem.hint else ""
    return f"::{COMMANDS[problem.severity]} {properties}::{_data(problem.message)}{hint}"


def _data(text: str) -> str:
    shown = visible(text)
    return _escaped(shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…")


def _property(text: str) -> str:
    """Return a value that GitHub reads as it is, so that a file is found, whatever its name; the rest is harmless."""
    return visible(_escaped(text).replace(":", "%3A").replace(",", "%2C"))


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
