"""A segments repository in a scratch folder, and the installed command run in it as a user's shell would."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import warm
from warm import COMMAND

__all__ = ["COMMAND", "KEY", "VARIABLE", "Ended", "Repository"]

KEY = "test_sk_a9f3c07d51e84b62"
"""A made-up secret key, unlike anything else in an output."""

VARIABLE = "QONVERSION_SECRET_KEY"

CONFIG = """\
default_target = "local"

[targets.local]
provider = "qonversion"
definitions = "segments"
endpoint = "{endpoint}"
credential_env = "QONVERSION_SECRET_KEY"
vars = {{ environment = "prod" }}
limits = {{ requests_per_second = 1000, retry_seconds = 0, concurrency = 1 }}
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    stdout: str
    stderr: str

    @property
    def document(self) -> dict[str, Any]:
        """The JSON document on stdout."""
        found: dict[str, Any] = json.loads(self.stdout)
        return found


@dataclass
class Repository:
    """A folder with a configuration; commands run in it find the credential in their environment.

    `measured` says whether it counts which lines they reach.
    """

    root: Path
    endpoint: str = "embedded"
    env: dict[str, str] = field(default_factory=lambda: {VARIABLE: KEY})
    measured: bool = True

    def __post_init__(self) -> None:
        (self.root / "segments").mkdir(parents=True, exist_ok=True)
        self.configure(CONFIG.format(endpoint=self.endpoint))

    def configure(self, text: str) -> None:
        """Write `reconciler.toml`."""
        (self.root / "reconciler.toml").write_text(text)

    def define(self, key: str, name: str, *conditions: Mapping[str, Any], **ours: Any) -> Path:  # noqa: ANN401 - JSON
        """Write a definition."""
        body: dict[str, Any] = {"name": name, "conditions": list(conditions)}
        path = self.root / "segments" / f"{key}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(body | ({"reconciler": ours} if ours else {})))
        return path

    @property
    def ledger(self) -> Path:
        """The ledger file of the target `local`."""
        return self.root / ".reconciler" / "ledger" / "local.json"

    def run(self, *arguments: str, stdin: str | None = None) -> Ended:
        """Run the command, off a terminal, and return how it ended."""
        given = (stdin or "").encode()
        return Ended(*warm.run(arguments, self.root, self.environment(), given, measured=self.measured))

    def environment(self, **others: str) -> dict[str, str]:
        """Return what a command finds in its environment: that of the tests, the credential, and others."""
        return {**os.environ, **self.env, **others}  # noqa: TID251 - as a shell hands it on

    def files(self) -> dict[str, bytes]:
        """Return every file below the repository with what it holds."""
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file()
        }
