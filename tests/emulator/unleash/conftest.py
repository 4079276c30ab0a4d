"""Unleash in memory, and a client of it."""

from collections.abc import Iterator

import httpx
import pytest

from reconciler.emulator import make_app
from reconciler.emulator.app import Emulator


@pytest.fixture
def app(hands: list[float]) -> Iterator[Emulator]:
    """Yield an app in memory whose clock stands at noon."""
    with make_app("unleash", None, clock=lambda: hands[0]) as made:
        yield made


@pytest.fixture
def client(app: Emulator) -> Iterator[httpx.Client]:
    """Yield a client of the app with an admin's token."""
    with httpx.Client(
        transport=httpx.WSGITransport(app=app),
        base_url="http://emulator/api/admin",
        headers={"Authorization": "*:*.1"},
    ) as made:
        yield made
