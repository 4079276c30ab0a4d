"""The gate before the vendor, and one prepared scene for each vendor and kind of ledger."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from zlib import crc32

import pytest
from contract.subjects import SUBJECTS
from faults.gate import Gate, standing
from faults.scene import Base, Scene, prepared

from reconciler.emulator import make_app


@pytest.fixture(scope="session")
def gates() -> Iterator[tuple[Gate, str]]:
    """Yield the gate and its address."""
    with standing() as stands:
        yield stands


@pytest.fixture
def gate(gates: tuple[Gate, str]) -> Gate:
    """Return the gate."""
    return gates[0]


@pytest.fixture(scope="session")
def base(gates: tuple[Gate, str], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Base]:
    """Return how to get a scene that is ready for its twenty changes; each is made once."""

    @cache
    def make(vendor: str, *, git: bool = False) -> Base:
        gate, address = gates
        folder = tmp_path_factory.mktemp("scene")
        with make_app(vendor) as app:
            root = app.root
        scene = Scene(SUBJECTS[vendor], folder / "base", f"{address}{root}", git)
        return prepared(scene, gate, folder / "whole")

    return make


@pytest.fixture(scope="session")
def reviewed(base: Callable[..., Base], gates: tuple[Gate, str]) -> Callable[..., Base]:
    """Return how to get a vendor's scene in which the twenty changes were planned, and the plan saved."""

    @cache
    def planned(vendor: str, *, git: bool = False) -> Base:
        ready, gate = base(vendor, git=git), gates[0]
        with ready.scene.project() as app:
            gate.open(app)
            saved = ready.scene.repository.run("plan", "--out", "plan.json")
            assert saved.code == 0, saved.stderr
        return ready

    return planned


@pytest.fixture
def positions(request: pytest.FixtureRequest) -> Callable[[int, int], range]:
    """Return at which of so many requests something is tried: at every so manieth, or at each where that was asked for.

    Each test begins at another one, by its name. One more than there are may be among them: nothing happens then.
    """
    if request.config.getoption("--every-position"):
        return lambda requests, _: range(1, requests + 2)
    begin = crc32(request.node.name.encode())
    return lambda requests, stride: range(1 + begin % stride, requests + 2, stride)


@pytest.fixture
def place(tmp_path: Path) -> Callable[[int], Path]:
    """Return where the copy for a position is."""
    return lambda at: tmp_path / f"at-{at}"
