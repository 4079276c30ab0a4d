"""The hidden first line by which a text on GitHub is known again: who wrote it, in which run, and what it is about.

It is read only from texts of the token's own account. Must never know what is approved by it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

LONGEST = 60_000
"""How long a text with its marker is, in bytes of UTF-8. GitHub's own limit is 65,536 characters."""
OPENS, CLOSES = "<!-- reconciler ", " -->"
ESCAPED = {"<": "\\u003c", ">": "\\u003e", "-": "\\u002d", "&": "\\u0026"}


@dataclass(frozen=True, slots=True)
class Run:
    """One attempt at one run of a workflow."""

    workflow: str
    id: int
    number: int
    attempt: int

    def newer(self, other: "Run") -> bool:
        """Say whether this run was started after another, or is a later attempt at the same one.

        Ids only rise; numbers begin anew when the file of a workflow is renamed.
        """
        return (self.id, self.attempt) > (other.id, other.attempt)


@dataclass(frozen=True, slots=True)
class Marker:
    """What a text is: a `kind` such as `plan`, about a `subject` such as a set of targets, of a commit, by a run.

    `digests` are of what the text shows, by target, packed as whoever wrote it has them; empty where it shows nothing.
    """

    kind: str
    subject: str
    head: str
    run: Run
    digests: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def room(self) -> int:
        """How many bytes of UTF-8 are left for the text."""
        return LONGEST - len(self.above("").encode())

    def above(self, text: str) -> str:
        """Return a text with this as its first line."""
        return f"{self.line()}\n{text}"

    def line(self) -> str:
        """Return the line: a comment of HTML that nothing in it can close."""
        written = {
            "tool": "reconciler",
            "version": "1",
            "kind": self.kind,
            "subject": self.subject,
            "head": self.head,
            "workflow": self.run.workflow,
            "run": [self.run.id, self.run.number, self.run.attempt],
            "digests": {target: list(digests) for target, digests in self.digests.items()},
        }
        # NOTE: outside of strings this JSON has none of these characters: its numbers are positive.
        text = "".join(ESCAPED.get(each, each) for each in json.dumps(written, separators=(",", ":")))
        return f"{OPENS}{text}{CLOSES}"


class _Written(BaseModel):
    model_config = ConfigDict(strict=True)

    tool: Literal["reconciler"]
    version: Literal["1"]
    kind: str
    subject: str
    head: str
    workflow: str
    run: tuple[int, int, int]
    digests: dict[str, tuple[str, str]]


def read(text: str) -> Marker | None:
    """Return the marker of a text, or None where its first line is none that this version writes."""
    line = text.split("\n", 1)[0].rstrip()
    if not (line.startswith(OPENS) and line.endswith(CLOSES)):
        return None
    try:
        found = _Written.model_validate_json(line[len(OPENS) : -len(CLOSES)])
    except ValidationError:
        return None
    return Marker(found.kind, found.subject, found.head, Run(found.workflow, *found.run), found.digests)
