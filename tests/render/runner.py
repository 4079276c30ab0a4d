"""How the runner of GitHub Actions reads a log, written from its documentation and source: a second reading.

Lines end at a line feed, a carriage return or both. Of a line, `::name key=value,key=value::data` is a command where
spaces alone stand before it, and `##[name key=value;key=value]data` wherever it stands. Only known names count.
"""

import re
from dataclasses import dataclass, field

KNOWN = {
    "error",
    "warning",
    "notice",
    "set-output",
    "set-env",
    "add-mask",
    "add-path",
    "debug",
    "group",
    "stop-commands",
}
ENDS = re.compile(r"\r\n|\n|\r")
PLAIN = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
MORE = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))


@dataclass(frozen=True)
class Command:
    """One command of a log."""

    name: str
    properties: dict[str, str] = field(default_factory=dict)
    data: str = ""


def read(log: str) -> list[Command | str]:
    """Return the commands of a log that are obeyed, and each other line as it is."""
    known, token = set(KNOWN), ""
    seen: list[Command | str] = []
    for line in ENDS.split(log)[:-1]:
        command = _second(line, known) or _first(line, known)
        if command and token:
            if command.name.lower() == token.lower():
                token = ""
                known = set(KNOWN)
            else:
                command = None
        elif command and command.name.lower() == "stop-commands":
            token = command.data
            known.add(token.lower())
        seen.append(command or line)
    return seen


def _second(line: str, known: set[str]) -> Command | None:
    line = line.lstrip()
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    name, _, rest = line[2:end].partition(" ")
    return _made(name, rest.strip().split(","), line[end + 2 :], known, MORE)


def _first(line: str, known: set[str]) -> Command | None:
    start = line.find("##[")
    end = line.find("]", start)
    if start < 0 or end < 0:
        return None
    name, _, rest = line[start + 3 : end].partition(" ")
    return _made(name, rest.split(";"), line[end + 1 :], known, (("%3B", ";"), ("%5D", "]"), *PLAIN))


def _made(
    name: str, pairs: list[str], data: str, known: set[str], escapes: tuple[tuple[str, str], ...]
) -> Command | None:
    if name.lower() not in known:
        return None
    found = dict(pair.split("=", 1) for pair in pairs if "=" in pair.strip("="))
    return Command(name, {key: _read(value, escapes) for key, value in found.items()}, _read(data, PLAIN))


def _read(text: str, escapes: tuple[tuple[str, str], ...]) -> str:
    for written, meant in escapes:
        text = text.replace(written, meant)
    return text
