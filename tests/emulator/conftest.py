"""Apps in memory with a clock that stands still, and clients that are closed."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from reconciler.emulator import make_app
from reconciler.emulator.app import Emulator

NOON = 1_757_939_400.0  # 2025-09-15T12:30:00Z, the time in the vendor's example


@pytest.fixture
def hands() -> list[float]:
    """Return the hands of the vendor's clock, in Unix seconds: one number, which may be changed."""
    return [NOON]


@pytest.fixture
def app(hands: list[float]) -> Iterator[Emulator]:
    """Yield an app in memory whose clock stands at noon."""
    with make_app("qonversion", None, clock=lambda: hands[0]) as made:
        yield made


@pytest.fixture
def connect() -> Iterator[Callable[..., httpx.Client]]:
    """Yield a maker of clients, which are closed at the end."""
    with ExitStack() as stack:

        def connected(app: Emulator, authorization: str = "Bearer test_sk_1") -> httpx.Client:
            return stack.enter_context(
                httpx.Client(
                    transport=httpx.WSGITransport(app=app),
                    base_url="http://emulator/v4",
                    headers={"Authorization": authorization},
                )
            )

        yield connected


@pytest.fixture
def client(app: Emulator, connect: Callable[..., httpx.Client]) -> httpx.Client:
    """Return a client of the app with a good sandbox key."""
    return connect(app)
