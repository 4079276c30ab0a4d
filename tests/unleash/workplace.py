"""A repository whose target is a real Unleash, and people who work on its segments in the server's own API."""

import json
import shutil
from pathlib import Path
from typing import Any, TypeAlias

from instance import Instance
from repository import Repository
from unleash.real import MEMBERS, AtTheDashboard

Document: TypeAlias = dict[str, Any]

CONFIG = """\
[targets.flags]
provider = "unleash"
definitions = "segments"
endpoint = "{endpoint}"
credential_env = "UNLEASH_TOKEN"
limits = {{ requests_per_second = 1000, retry_seconds = 0, max_deletes = 50 }}
"""


def users(*values: str) -> Document:
    """Return the constraint on users."""
    return {"contextName": "userId", "operator": "IN", "values": [*values]}


def body(name: str, *constraints: Document, description: str | None = None) -> Document:
    """Return the body of a segment."""
    return {"name": name, "constraints": [*constraints]} | ({"description": description} if description else {})


def repository(folder: Path, server: Instance, endpoint: str) -> Repository:
    """Return a repository whose target is the server, reached through an endpoint."""
    made = Repository(folder, env={"UNLEASH_TOKEN": server.token}, measured=False)
    made.configure(CONFIG.format(endpoint=endpoint))
    return made


def define(made: Repository, bodies: dict[str, Document]) -> None:
    """Have these definitions and no others, by key."""
    root = made.root / "segments"
    shutil.rmtree(root)
    for key, each in bodies.items():
        path = root / f"{key}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(each))


class People(AtTheDashboard):
    """Whoever works in the dashboard of a server, and what they see there."""

    def look(self) -> dict[str, Document]:
        """Return every segment by its id, without what the server adds, and without what is at its default."""
        return {
            str(each["id"]): {name: each[name] for name in MEMBERS if each.get(name) is not None}
            for each in self.segments()
        }

    def ids(self) -> dict[str, str]:
        """Return the id of each name; raises AssertionError where two segments have one name."""
        found = self.look()
        by_name = {str(each["name"]): number for number, each in found.items()}
        assert len(found) == len(by_name), sorted(str(each["name"]) for each in found.values())
        return by_name
