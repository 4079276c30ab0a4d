"""GitHub's own OpenAPI description, where it is. Knows nothing of the hub."""

import json
from functools import cache
from pathlib import Path

from openapi import Description

FILE = Path(__file__).parents[3] / "shared" / "data" / "github-openapi-subset.json"
ABSENT = f"{FILE.name} is not in ../shared/data"
BOUNDS = {"per_page": range(1, 101), "page": range(1, 1_000_000)}


@cache
def description() -> Description | None:
    """Return the description, or nothing where its file is absent."""
    return Description(json.loads(FILE.read_text(encoding="utf-8")), BOUNDS) if FILE.exists() else None
