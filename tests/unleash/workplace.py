"""A repository whose target is a real Unleash, and people who work on its segments in the server's own API."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import httpx
from instance import Instance
from repository import Repository

Document: TypeAlias = dict[str, Any]

CONFIG = """\
[targets.flags]
provider = "unleash"
definitions = "segments"
endpoint = "{endpoint}"
credential_env = "UNLEASH_TOKEN"
limits = {{ requests_per_second = 1000, retry_seconds = 0, max_deletes = 50 }}
"""
KEPT = ("name", "description", "project", "constraints")


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


@dataclass(frozen=True)
class People:
    """Whoever works in the dashboard of a server. Each act raises httpx.HTTPStatusError where it is refused."""

    server: Instance

    def create(self, *bodies: Document) -> list[int]:
        """Create segments, and return their ids."""
        with self.server.client() as client:
            return [_said(client.post("segments", json=each)).json()["id"] for each in bodies]

    def edit(self, segment_id: int, **members: object) -> None:
        """Change some members of a segment."""
        with self.server.client() as client:
            now = _said(client.get(f"segments/{segment_id}")).json()
            kept = {name: now.get(name) for name in KEPT}
            _said(client.put(f"segments/{segment_id}", json=kept | members))

    def remove(self, segment_id: int) -> None:
        """Delete a segment."""
        with self.server.client() as client:
            _said(client.delete(f"segments/{segment_id}"))

    def look(self) -> dict[int, Document]:
        """Return every segment by its id, without what the server adds, and without what is at its default."""
        with self.server.client() as client:
            found = _said(client.get("segments")).json()["segments"]
        return {each["id"]: {name: each[name] for name in KEPT if each.get(name) is not None} for each in found}

    def ids(self) -> dict[str, int]:
        """Return the id of each name; raises AssertionError where two segments have one name."""
        found = self.look()
        by_name = {each["name"]: number for number, each in found.items()}
        assert len(found) == len(by_name), sorted(each["name"] for each in found.values())
        return by_name


def _said(answer: httpx.Response) -> httpx.Response:
    return answer.raise_for_status()
