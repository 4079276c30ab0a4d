"""Applies that ask nobody, and what they leave: how each change ended, and the ledger file."""

import json
from typing import Any

from repository import Ended, Repository


def outcomes(ended: Ended) -> list[tuple[str, str, str]]:
    """Return how each change of an apply ended, from its JSON report: key, result, and the code of the problem."""
    listed: list[dict[str, Any]] = ended.document["outcomes"]
    return [(each["key"], each["result"], (each["problem"] or {"code": ""})["code"]) for each in listed]


def ledger(repository: Repository) -> dict[str, Any]:
    """Return the ledger document."""
    found: dict[str, Any] = json.loads(repository.ledger.read_text())
    return found


def apply(repository: Repository, *arguments: str) -> Ended:
    """Apply without asking, and report as JSON."""
    return repository.run("apply", "--yes", "--format", "json", *arguments)
