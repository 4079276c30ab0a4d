"""Push0 in memory, and a client of it."""

from collections.abc import Iterator

import httpx
import pytest

from reconciler.emulator import make_app
from reconciler.emulator.app import Emulator


@pytest.fixture
def app(hands: list[float]) -> Iterator[Emulator]:
    """Yield Push0 in memory, its clock standing at noon."""
    with make_app("push0", None, clock=lambda: hands[0]) as made:
        yield made


@pytest.fixture
def headers() -> dict[str, str]:
    """Return what a client sends with every request: both headers that Push0 wants."""
    return {"Authorization": "Bearer key", "Content-Type": "application/json"}


@pytest.fixture
def client(app: Emulator, headers: dict[str, str]) -> Iterator[httpx.Client]:
    """Yield a client that sends these headers, unless it is told otherwise."""
    with httpx.Client(transport=httpx.WSGITransport(app=app), base_url="http://emulator", headers=headers) as made:
        yield made
