"""The world of most whole commands: a vendor that can be meddled with, and a repository that does not wait for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from repository import Repository
from unruly import Meddled, served


@pytest.fixture
def meddled() -> Iterator[Meddled]:
    """Yield an emulated project in memory."""
    with Meddled() as app:
        yield app


@pytest.fixture
def repository(meddled: Meddled, tmp_path: Path) -> Iterator[Repository]:
    """Yield a repository whose target is that project over loopback HTTP."""
    with served(meddled, Repository(tmp_path / "repository")) as made:
        yield made
