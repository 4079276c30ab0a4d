"""The words for failure: what went wrong, where, and what to do. Knows nothing of who raises or who prints.

ReconcilerError
├── InvalidInput        exit 3: usage, configuration, a definition, a file that was handed in
├── VendorFailure       exit 1: the vendor, the network, the credentials
│   ├── VendorAnswer    the vendor answered with an error status
│   ├── NotSent         the request was kept back: the vendor is down, or asks for a pause
│   └── SegmentInUse    the vendor's own campaigns use the segment, so it was not deleted
├── Unwritable          exit 1: a file could not be written, and is as it was
├── LedgerFailure       exit 1: the ledger could not be read or written
├── GitHubFailure       exit 1: GitHub, or the way to it, failed
│   └── GitHubAnswer    GitHub answered with an error status
├── Cancelled           exit 1: the person said no
└── Refused             exit 5: a safety rule stopped the run
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import ClassVar, NamedTuple


class ExitCode(IntEnum):
    """What a process says when it ends; the same in every output format."""

    DONE = 0
    FAILED = 1
    PENDING = 2
    INVALID = 3
    INCOMPLETE = 4
    REFUSED = 5


class Severity(StrEnum):
    """How much a problem weighs: an error stops the run, a warning does not, and a note asks for nothing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Place(NamedTuple):
    """A file as the user would name it, and a position in it: both 1-based, in characters; 0 where there is none."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a code from the catalogue, words, a place where there is one, and the remedy."""

    code: str
    message: str
    place: Place | None = None
    hint: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.message} ({self.code})"


class ReconcilerError(Exception):
    """The one root: carries every problem found, at least one, in the order in which to report them."""

    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


class InvalidInput(ReconcilerError):
    """Usage, configuration, a definition or a handed-in file is wrong; nothing was sent."""

    exit_code = ExitCode.INVALID


class VendorFailure(ReconcilerError):
    """The vendor, the network or the credentials failed."""


class VendorAnswer(VendorFailure):
    """The vendor answered with this HTTP status, which is not a 2xx one."""

    def __init__(self, status: int, problem: Problem) -> None:
        super().__init__(problem)
        self.status = status


class NotSent(VendorFailure):
    """A request was kept back, since the vendor is down or asks for a pause. `writing` says what kind of request."""

    def __init__(self, problem: Problem, *, writing: bool) -> None:
        super().__init__(problem)
        self.writing = writing


class SegmentInUse(VendorFailure):
    """The segment is used by something of the vendor's, so deleting it was not attempted or was refused."""


class Unwritable(ReconcilerError):
    """A file could not be written, and is as it was."""


class LedgerFailure(ReconcilerError):
    """The ledger could not be read or written."""


class GitHubFailure(ReconcilerError):
    """GitHub, or the way to it, failed."""


class GitHubAnswer(GitHubFailure):
    """GitHub answered with this HTTP status, which is not a 2xx one."""

    def __init__(self, status: int, problem: Problem) -> None:
        super().__init__(problem)
        self.status = status


class Cancelled(ReconcilerError):
    """A person was asked and said no."""


class Refused(ReconcilerError):
    """A safety rule stopped the run; the problem says which and how to go on."""

    exit_code = ExitCode.REFUSED
