"""Repositories of many definitions, and the vendor that has as many segments live. Must never know what is measured."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.measure import Command
from benchmarks.served import Traffic, Vendor, vendor
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


def environment() -> dict[str, str]:
    """Return what a measured process runs with: nothing that makes an interpreter count lines or look elsewhere."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COVERAGE"))}


@dataclass(frozen=True, slots=True)
class World:
    """A repository with one target, and its vendor."""

    folder: Path
    provider: str
    vendor: Vendor

    @property
    def environment(self) -> dict[str, str]:
        """What the command runs with: the key of the target too."""
        return {**environment(), KEY: self.key}

    @property
    def key(self) -> str:
        """What the vendor accepts."""
        return VENDORS[self.provider].embedded_credential

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

    def run(self, *arguments: str) -> Traffic:
        """Run the command untimed, and return what it asked of the vendor; raises CalledProcessError where it fails."""
        self.vendor.traffic()
        command = self.command(*arguments)
        subprocess.run(
            command.arguments, cwd=command.cwd, env=dict(command.environment), check=True, stdout=subprocess.DEVNULL
        )
        return self.vendor.traffic()

    def floor(self, name: str, traffic: Traffic | None = None, *, ledger: bool = False, files: int = 0) -> Command:
        """Return the least program that reads the definitions, and does what was asked of the vendor.

        `ledger`: it reads the ledger too. It writes so many `files`, and a ledger where there were changes or files.
        """
        headers = {"Authorization": f"Bearer {self.key}", "Accept": "application/json"}
        headers |= {**VENDORS[self.provider].headers(self.key), "Content-Type": "application/json"}
        root = "{0.scheme}://{0.netloc}".format(urlsplit(self.vendor.url))
        listing: list[tuple[str, str, str, dict[str, str]]] = []
        changes: dict[str, list[tuple[str, str, str, dict[str, str]]]] = {}
        for method, path, body in traffic.requests if traffic else ():
            request = (method, root + path, body.decode(), headers)
            if method == "GET" and not changes:
                listing.append(request)
            else:
                changes.setdefault(path, []).append(request)
        scratch = self.folder / f"floor-{name}"
        scratch.mkdir(exist_ok=True)
        work = {
            "definitions": "" if files else str(self.definitions),
            "ledger": str(self.ledger) if ledger else "",
            "listing": listing,
            "changes": list(changes.values()),
            "concurrency": CONCURRENCY,
            "files": files,
            "text": next(self.definitions.iterdir()).read_text(encoding="utf-8") if files else "",
            "records": bool(files or changes),
            "scratch": str(scratch),
        }
        described = self.folder / f"floor-{name}.json"
        described.write_text(json.dumps(work), encoding="utf-8")
        return Command((sys.executable, str(FLOOR), str(described)), self.folder, environment())


@contextmanager
def world(folder: Path, provider: str, segments: int) -> Iterator[World]:
    """Yield a repository with nothing in it but its configuration; the vendor has so many segments."""
    folder.mkdir()
    with vendor(provider, segments) as served:
        made = World(folder, provider, served)
        made.definitions.mkdir()
        text = CONFIG.format(provider=provider, url=served.url, key=KEY, concurrency=CONCURRENCY)
        (folder / "reconciler.toml").write_text(text, encoding="utf-8")
        yield made


def rename(world: World, every: int, suffix: str) -> int:
    """Give one of so many definitions a new name, and return how many were."""
    chosen = sorted(world.definitions.iterdir())[::every]
    for path in chosen:
        body = json.loads(path.read_text(encoding="utf-8"))
        name = str(body["name"]).partition(" (")[0]
        path.write_text(json.dumps(body | {"name": f"{name} ({suffix})"}, indent=2) + "\n", encoding="utf-8")
    return len(chosen)


def restyle(world: World) -> None:
    """Write every second definition with its members in another order, which means the same."""
    for path in sorted(world.definitions.iterdir())[::2]:
        body = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(_reversed(body), indent=2) + "\n", encoding="utf-8")


def _reversed(value: object) -> object:
    if isinstance(value, dict):
        return {name: _reversed(value[name]) for name in reversed(value)}
    return [_reversed(item) for item in value] if isinstance(value, list) else value
