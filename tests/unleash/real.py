"""A real Unleash as the contract suite has its projects: a provider behind a relay, and hands at the dashboard."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import cache

import httpx
from contract.checks import same
from contract.project import Trial, Way, tried
from contract.subject import Document
from contract.unleash_subject import UNLEASH
from instance import Instance
from unleash.relay import Relay, described

from reconciler.core.segment import Json

FIELD = "appVersion"
"""A context field that the suite names, and a new instance does not list."""

PASSWORD = "Only-here-9-letters!"
VIEWER = 3
MEMBERS = ("name", "description", "project", "constraints")


class AtTheDashboard:
    """Hands that work through the admin API, as the dashboard does. What is refused raises `httpx.HTTPStatusError`."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def segments(self, *, system: bool = False) -> list[Document]:
        """Return the segments by name; the vendor has none of its own."""
        found: list[Document] = self._client.get("segments").raise_for_status().json()["segments"]
        return found

    def put_segment(self, body: Document) -> str:
        """Create a segment and return its id."""
        return str(self._client.post("segments", json=body).raise_for_status().json()["id"])

    def edit_segment(self, segment_id: str, **members: Json) -> None:
        """Change some members of a segment: all are sent, since a project that is left out is taken away."""
        path = f"segments/{segment_id}"
        live = self._client.get(path).raise_for_status().json()
        body = {name: live[name] for name in MEMBERS if name in live}
        self._client.put(path, json=body | members).raise_for_status()

    def remove_segment(self, segment_id: str) -> None:
        """Delete a segment."""
        self._client.delete(f"segments/{segment_id}").raise_for_status()

    def seed_many(self, count: int) -> list[str]:
        """Create so many segments, several at a time, and return their ids."""
        constraints: list[Json] = [{"contextName": "userId", "operator": "IN", "values": ["1"]}]
        bodies: list[Document] = [
            {"name": f"Segment {number:05}", "constraints": constraints} for number in range(count)
        ]
        with ThreadPoolExecutor(4) as several:
            return list(several.map(self.put_segment, bodies))

    def reorder_segments(self, ids: object) -> None:
        """Do nothing: the list is sorted by name."""


@contextmanager
def real(instance: Instance, *, secret: str | None = None) -> Iterator[Trial]:
    """Yield a server, without segments, as a project; at the end no request may have been other than it describes.

    The secret is a token in place of the admin's.
    """
    list_field(instance)
    with closing(Relay(instance, described(instance))) as relay, instance.client() as client:
        hands, key = AtTheDashboard(client), secret or instance.token
        with tried(UNLEASH, relay, hands, secret=key, options=UNLEASH.options, way=Way.LOOPBACK) as trial:
            yield trial
        same("requests: as the server describes them", [], relay.complaints)


@cache
def list_field(instance: Instance) -> None:
    """Have the server list the field."""
    with instance.client() as client:
        if FIELD not in [field["name"] for field in client.get("context").raise_for_status().json()]:
            client.post("context", json={"name": FIELD}).raise_for_status()


@cache
def viewer(instance: Instance) -> str:
    """Return a token of a new user who may look and not write.

    NOTE: with such a token, changing or deleting what is not there ends the process of a server of version 8.2.0.
    """
    name = f"viewer-{id(instance)}"
    person = {"username": name, "email": f"{name}@example.com", "password": PASSWORD, "rootRole": VIEWER}
    with instance.client() as client, httpx.Client(base_url=instance.url) as browser:
        client.post("user-admin", json=person | {"sendEmail": False}).raise_for_status()
        browser.post("/auth/simple/login", json={"username": name, "password": PASSWORD}).raise_for_status()
        asked = {"description": "contract", "expiresAt": "2099-01-01T00:00:00Z"}
        token: str = browser.post("/api/admin/user/tokens", json=asked).raise_for_status().json()["secret"]
        return token
