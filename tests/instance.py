"""A real Unleash on loopback, where scripts/unleash started one. Knows neither the provider nor the emulator."""

import os
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

ABSENT = "no Unleash runs here: scripts/unleash run pytest -m unleash"

UNENCRYPTED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For clients on loopback: they need no certificates, and are made in no time without."""


@dataclass(frozen=True)
class Instance:
    """A running server, and an admin token of it."""

    url: str
    token: str

    def client(self) -> httpx.Client:
        """Return a client of the admin API."""
        headers = {"Authorization": self.token}
        return httpx.Client(base_url=f"{self.url}/api/admin/", headers=headers, timeout=30, verify=UNENCRYPTED)

    def description(self) -> dict[str, Any]:
        """Return the OpenAPI document that it serves of itself."""
        document: dict[str, Any] = httpx.get(f"{self.url}/docs/openapi.json", timeout=30).raise_for_status().json()
        return document

    def empty(self) -> None:
        """Delete every segment, and archive the flags that may use them; never of a server on another machine."""
        assert urlsplit(self.url).hostname == "127.0.0.1", f"not a server for tests: {self.url}"
        with self.client() as client:
            for flag in _members(client.get("projects/default/features"), "features"):
                client.delete(f"projects/default/features/{flag['name']}").raise_for_status()
            for segment in _members(client.get("segments"), "segments"):
                client.delete(f"segments/{segment['id']}").raise_for_status()


def instance() -> Instance | None:
    """Return the server that scripts/unleash told of, if any."""
    env = os.environ  # noqa: TID251 - where scripts/unleash says it
    url = env.get("RECONCILER_UNLEASH_URL")
    return Instance(url, env["RECONCILER_UNLEASH_TOKEN"]) if url else None


def _members(answer: httpx.Response, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer.raise_for_status().json()[name]
    return found
