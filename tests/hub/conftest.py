"""A hub on loopback, a clone to work in, and clients of its API."""

from collections.abc import Callable, Iterator
from pathlib import Path

import clones
import httpx
import pytest
from hub.description import ABSENT, Description, description
from hub.records import BOT
from hub.server import Hub
from hub.work import Work


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """Yield a hub that answers."""
    made = Hub(clones.hub(tmp_path / "hub.git"))
    with made.serving():
        yield made


@pytest.fixture
def work(hub: Hub, tmp_path: Path) -> Work:
    """Return a clone to work in."""
    return Work(hub.bare.folder, tmp_path / "work")


@pytest.fixture
def client(hub: Hub) -> Iterator[Callable[[str], httpx.Client]]:
    """Return how to get the client of a token."""
    opened: list[httpx.Client] = []

    def make(token: str) -> httpx.Client:
        opened.append(
            httpx.Client(base_url=f"{hub.url}/repos/octo/segments/", headers={"Authorization": f"Bearer {token}"})
        )
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def bot(hub: Hub, client: Callable[[str], httpx.Client]) -> httpx.Client:
    """Return the client of a workflow's token."""
    return client(hub.token(BOT, installation=True))


@pytest.fixture
def described() -> Description:
    """Return GitHub's description."""
    found = description()
    if found is None:
        pytest.skip(ABSENT)
    return found
