"""A hub on loopback, a clone to work in, and clients of its API."""

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree, ignore_patterns

import clones
import httpx
import pytest
from hub.description import ABSENT, description
from hub.records import BOT
from hub.server import Hub
from hub.work import Work
from openapi import Description


@pytest.fixture(scope="session")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a bare repository to copy."""
    return clones.hub(tmp_path_factory.mktemp("origin") / "hub.git")


@pytest.fixture
def hub(origin: Path, tmp_path: Path) -> Iterator[Hub]:
    """Yield a hub that answers."""
    made = Hub(copytree(origin, tmp_path / "hub.git", ignore=ignore_patterns("*.sample")))
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
