"""Runs git: asks nobody, waits no longer than it is told, repeats no credential. Must never know what a ledger is."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reconciler.errors import LedgerFailure, Problem
from reconciler.intake.lexical import plain

SECONDS = 60.0
OPTIONS = (
    "--literal-pathspecs",
    *("-c", "core.hooksPath=/dev/null"),  # the hooks are for the people's own commits and pushes
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.fsync=objects,reference"),
    *("-c", "gc.auto=0"),
    *("-c", "maintenance.auto=false"),
    *("-c", "i18n.commitEncoding=UTF-8"),
    *("-c", "i18n.logOutputEncoding=UTF-8"),
)
LONGEST = 300
_USER = re.compile(r"(?<=://)\S*@")
_QUERY = re.compile(r"(?<=://)([^\s?'\"]*)\?[^\s'\"]*")
_LABEL = re.compile(r"(?:(?:fatal|error|warning): *)?(?:update_ref failed for ref '[^']*': *)?")
_ADVICE = re.compile(
    r"(?:remote: *)?(?:$|hint:|Please make sure you have|and the repository exists\.|Another git process seems to be|"
    r"an editor opened by 'git|are terminated then try again|may have crashed in this|remove the file manually|"
    r"To add an exception for this directory|\s*git config --global --add safe\.directory)"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a git command: its exit code, its output, and its complaints in one line that can be shown."""

    code: int
    out: bytes
    words: str

    @property
    def text(self) -> str:
        """The output as text, without the line break at its end."""
        return self.out.decode("utf-8", "replace").rstrip("\n")


class Git:
    """Git in one folder."""

    def __init__(self, folder: Path, environment: Mapping[str, str], *, seconds: float = SECONDS) -> None:
        """Run in `folder`, with these environment variables and no others; stop whatever takes `seconds`."""
        self.folder = folder
        self._environment = environment
        self._seconds = seconds

    def ask(self, *arguments: str, given: bytes = b"") -> Answer:
        """Return what a command answers, whatever its exit code.

        Raises LedgerFailure where git cannot be started, or does not end in time.
        """
        program = shutil.which("git", path=self._environment.get("PATH"))
        if program is None:
            words, hint = "git is not installed, or not on the PATH", "install git 2.29 or later"
            raise LedgerFailure(Problem("git-missing", words, hint=hint))
        # NOTE: in a session of its own: Ctrl-C does not reach it, and there is no terminal that it could ask.
        with subprocess.Popen(
            [program, *OPTIONS, *arguments],
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        ) as process:
            try:
                out, complaints = process.communicate(given, self._seconds)
            except subprocess.TimeoutExpired:
                raise self._late(arguments) from None
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
        return Answer(process.returncode, out, one_line(complaints.decode("utf-8", "replace")))

    def tell(self, *arguments: str, given: bytes = b"") -> str:
        """Return the output of a command that has to succeed; raises LedgerFailure where it does not."""
        answer = self.ask(*arguments, given=given)
        if answer.code:
            raise LedgerFailure(
                Problem(
                    "git-failed",
                    f"`git {_verb(arguments)}` failed: {answer.words or f'exit code {answer.code}'}",
                    hint="check the repository with `git fsck`, its permissions and the free space",
                )
            )
        return answer.text

    def _late(self, arguments: tuple[str, ...]) -> LedgerFailure:
        return LedgerFailure(
            Problem(
                "git-timeout",
                f"`git {_verb(arguments)}` did not end within {self._seconds:g} seconds, and was stopped",
                hint="check the network and the remote of the repository, then run the command again",
            )
        )


def one_line(complaints: str) -> str:
    """Return what git complains about in one line, without its advice, and without a credential in a URL."""
    lines = [_LABEL.sub("", line.strip()) for line in complaints.splitlines() if not _ADVICE.match(line)]
    said = plain("; ".join(line for line in lines if line))
    said = _QUERY.sub(r"\1?***", _USER.sub("***@", said))
    return said if len(said) <= LONGEST else f"{said[:LONGEST]}…"


def _verb(arguments: tuple[str, ...]) -> str:
    """Return the name of the command behind its options `-c name=value`."""
    while arguments[0] == "-c":
        arguments = arguments[2:]
    return arguments[0]
