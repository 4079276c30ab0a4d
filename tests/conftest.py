"""Hypothesis profiles, and the worlds that whole commands run in: a repository, and a vendor on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from instance import ABSENT, Instance, instance
from repository import Repository

from reconciler.emulator import make_app
from reconciler.emulator.app import Emulator
from reconciler.emulator.server import serve

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

settings.register_profile("default", max_examples=100, deadline=None, suppress_health_check=SLOW, derandomize=True)
settings.register_profile("worlds", max_examples=5_000, deadline=None, suppress_health_check=SLOW)
settings.load_profile("default")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take how much of what takes long is tried.

    `--every-position`: what is tried at some of the requests of an apply is tried at each. `--rounds N`: how often
    eight processes race in each test of tests/races. `--require-unleash`: what needs a real Unleash is not skipped.
    """
    parser.addoption("--every-position", action="store_true", help="try each fault and each kill at every request")
    parser.addoption("--rounds", type=int, default=2, help="how many rounds each race has")
    parser.addoption("--require-unleash", action="store_true", help="fail where no Unleash runs, instead of skipping")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need a real Unleash."""
    for item in items:
        if "unleash" in getattr(item, "fixturenames", ()):
            item.add_marker("unleash")


@pytest.fixture
def unleash(pytestconfig: pytest.Config) -> Instance:
    """Return a real Unleash without segments, where one runs; its tests take turns, in one process."""
    found = instance()
    if found is None:
        (pytest.fail if pytestconfig.getoption("--require-unleash") else pytest.skip)(ABSENT)
    found.empty()
    return found


@pytest.fixture
def vendor() -> Iterator[Emulator]:
    """Yield a project of the emulated vendor; what `remote` serves."""
    with make_app("qonversion", None) as app:
        yield app


@pytest.fixture
def remote(vendor: Emulator, tmp_path: Path) -> Iterator[Repository]:
    """Yield a repository whose target is the vendor over loopback HTTP."""
    with serve(vendor) as server:
        yield Repository(tmp_path / "repository", server.url)


@pytest.fixture
def local(tmp_path: Path) -> Repository:
    """Return a repository whose target is the embedded emulator."""
    return Repository(tmp_path / "repository")
