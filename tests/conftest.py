"""Hypothesis profiles, and the worlds that whole commands run in: a repository, and a vendor on loopback."""

import shutil
import signal
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings
from instance import ABSENT, Instance, instance
from repository import Repository

from reconciler.emulator import make_app
from reconciler.emulator.app import Emulator
from reconciler.emulator.server import serve

NEEDED = ("unleash", "chromium", "postgres", "spark")
"""What some tests need and not everybody has; each is a fixture, a marker, and an option that makes it a must."""

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

settings.register_profile("default", max_examples=100, deadline=None, suppress_health_check=SLOW, derandomize=True)
settings.register_profile("worlds", max_examples=5_000, deadline=None, suppress_health_check=SLOW)
settings.load_profile("default")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take how much of what takes long is tried.

    `--every-position`: what is tried at some of the requests of an apply, or for some users, is tried for each.
    `--rounds N`: how often eight processes race in each test of tests/races. `--require-unleash`, and so on for each
    of NEEDED: what needs it is not skipped.
    """
    parser.addoption("--every-position", action="store_true", help="try each fault and each kill at every request")
    parser.addoption("--rounds", type=int, default=2, help="how many rounds each race has")
    for name in NEEDED:
        parser.addoption(f"--require-{name}", action="store_true", help=f"fail without {name}, instead of skipping")


def pytest_configure() -> None:
    """Let the processes of the tests hear Ctrl-C, also where the shell that runs them in the background ignores it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need what is not installed everywhere."""
    for item in items:
        for name in NEEDED:
            if name in getattr(item, "fixturenames", ()):
                item.add_marker(name)


def absent(config: pytest.Config, name: str, words: str) -> NoReturn:
    """Skip a test that needs what is not here; fail, where it was asked not to."""
    (pytest.fail if config.getoption(f"--require-{name}") else pytest.skip)(words)


@pytest.fixture
def chromium(pytestconfig: pytest.Config) -> str:
    """Return where Chromium is, which Debian's package `chromium` installs."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    return found or absent(pytestconfig, "chromium", "there is no Chromium")


@pytest.fixture
def spark(pytestconfig: pytest.Config) -> None:
    """Make sure that pyspark is here, and a Java, on which it runs."""
    if find_spec("pyspark") is None or shutil.which("java") is None:
        absent(pytestconfig, "spark", "there is no pyspark, or no Java")


@pytest.fixture
def unleash(pytestconfig: pytest.Config) -> Instance:
    """Return a real Unleash without segments, where one runs; its tests take turns, in one process."""
    found = instance()
    if found is None:
        absent(pytestconfig, "unleash", ABSENT)
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
