"""Repositories of many definitions, and the vendor that has as many segments live. Must never know what is measured."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Command
from benchmarks.served import Vendor, vendor
from reconciler.providers.registry import VENDORS

RECONCILER = Path(sys.executable).with_name("reconciler")
FLOOR = Path(__file__).with_name("floor.py")
KEY = "BENCHMARK_KEY"
CONCURRENCY = 8
CONFIG = """\
[targets.it]
provider = "{provider}"
definitions = "segments"
endpoint = "{url}"
credential_env = "{key}"
limits = {{ requests_per_second = 100000, concurrency = {concurrency} }}
"""


@dataclass(frozen=True, slots=True)
class World:
    """A repository with one target, and its vendor."""

    folder: Path
    provider: str
    vendor: Vendor

    @property
    def environment(self) -> dict[str, str]:
        """What the command runs with: no interpreter of the benchmark's own settings, and the key of the target."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COVERAGE"))}
        return {**kept, KEY: VENDORS[self.provider].embedded_credential}

    @property
    def definitions(self) -> Path:
        """The folder of the definitions."""
        return self.folder / "segments"

    @property
    def ledger(self) -> Path:
        """The file of the ledger."""
        return self.folder / ".reconciler" / "ledger" / "it.json"

    def command(self, *arguments: str) -> Command:
        """Return a run of the command in this repository."""
        return Command((str(RECONCILER), *arguments), self.folder, self.environment)

    def run(self, *arguments: str) -> None:
        """Run the command untimed; raises CalledProcessError where it fails."""
        command = self.command(*arguments)
        subprocess.run(
            command.arguments, cwd=command.cwd, env=dict(command.environment), check=True, stdout=subprocess.DEVNULL
        )


@contextmanager
def world(folder: Path, provider: str, segments: int) -> Iterator[World]:
    """Yield a repository with nothing in it but its configuration; the vendor has so many segments."""
    folder.mkdir()
    with vendor(provider, segments) as served:
        made = World(folder, provider, served)
        made.definitions.mkdir()
        configure(made)
        yield made


def configure(world: World, concurrency: int = CONCURRENCY) -> None:
    """Write the configuration: nothing that paces, so that what is timed is the work."""
    text = CONFIG.format(provider=world.provider, url=world.vendor.url, key=KEY, concurrency=concurrency)
    (world.folder / "reconciler.toml").write_text(text, encoding="utf-8")


def edit(world: World, every: int) -> int:
    """Rename one of so many definitions, and return how many were."""
    edited = 0
    for path in sorted(world.definitions.iterdir())[::every]:
        body = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(body | {"name": f"{body['name']} anew"}, indent=2) + "\n", encoding="utf-8")
        edited += 1
    return edited
