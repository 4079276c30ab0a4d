"""What a validation finds in one body. Values only."""

from dataclasses import dataclass

from reconciler.errors import Severity

UNCHECKED = "unchecked-names"
"""The code of a finding that says that nobody asked the live project what only it knows."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in one body: where (a JSON pointer's parts), which code, the words, the remedy.

    An error is what the vendor would refuse, or keep and then fail on; a warning is what is merely doubtful.
    """

    pointer: tuple[str | int, ...]
    code: str
    message: str
    hint: str
    severity: Severity = Severity.WARNING
