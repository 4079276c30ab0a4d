"""The world of the executor's tests: the emulated vendor in memory, a provider that speaks to it, and a ledger."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from unruly import Meddled

from reconciler.core.ports import Provider
from reconciler.ledger.file import FileLedger
from reconciler.providers.qonversion import VENDOR
from reconciler.web.transport import Transport


@pytest.fixture
def app() -> Iterator[Meddled]:
    """Yield an emulated project."""
    with Meddled() as made:
        yield made


@pytest.fixture
def provider(app: Meddled) -> Iterator[Provider]:
    """Yield a provider whose vendor is the emulator."""
    with Transport(f"http://emulator{app.root}", VENDOR.embedded_credential, app=app) as transport:
        yield VENDOR.connect(transport, {})


@pytest.fixture
def ledger(tmp_path: Path) -> FileLedger:
    """Return a ledger that holds nothing yet."""
    return FileLedger(tmp_path / "ledger" / "local.json", shown="ledger", target="local", provider="qonversion")
