"""A repository on a hub, a vendor's project, and the jobs that run in fresh checkouts, as GitHub Actions runs them."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TypedDict, Unpack

import warm
from clones import NOBODY, git
from clones import hub as bare
from hub.records import BOT, Run
from hub.runner import Event
from hub.server import Hub
from repository import KEY, VARIABLE, Ended

from reconciler.emulator import make_app
from reconciler.emulator.app import Emulator
from reconciler.emulator.server import serve

CONFIG = """\
default_target = "production"

[targets.production]
provider = "qonversion"
definitions = "segments"
endpoint = "{endpoint}"
credential_env = "QONVERSION_SECRET_KEY"
ledger = "git"
limits = {{ requests_per_second = 1000, retry_seconds = 0 }}
"""


class Given(TypedDict, total=False):
    """What a job has that others do not: its token, the vendor's key, the commit before a push, more variables."""

    token: str
    key: str
    before: str | None
    variables: Mapping[str, str]


@dataclass(frozen=True)
class Job:
    """One job and how it ended: what the command said, and what it wrote for GitHub."""

    run: Run
    ended: Ended
    summary: str
    outputs: Mapping[str, str]

    @property
    def code(self) -> int:
        """The exit code."""
        return self.ended.code

    @property
    def said(self) -> str:
        """All that it printed."""
        return self.ended.stdout + self.ended.stderr


@dataclass
class Town:
    """The hub and the vendor, and Ada, who works in a clone of the repository.

    `measured` says whether the jobs count which lines they reach, which takes longer than the jobs do.
    """

    folder: Path
    hub: Hub
    vendor: Emulator
    endpoint: str
    token: str
    measured: bool = True
    _numbers: Iterator[int] = field(default_factory=count)

    @property
    def ada(self) -> Path:
        """Ada's clone."""
        return self.folder / "ada"

    def commit(self, branch: str, files: Mapping[str, str | None], *, to: str = "", base: str = "main") -> str:
        """Write or delete files on a branch, push it, and return its tip; a new branch begins at the tip of main."""
        git(self.ada, "fetch", "--quiet", "--prune", "origin")
        known = git(self.ada, "branch", "--list", branch)
        git(self.ada, "checkout", "--quiet", *([branch] if known else ["--no-track", "-b", branch, f"origin/{base}"]))
        if branch == "main":
            git(self.ada, "reset", "--quiet", "--hard", "origin/main")
        for name, text in files.items():
            path = self.ada / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink() if text is None else path.write_text(text)
        git(self.ada, "add", "--all")
        git(self.ada, "commit", "--quiet", "--allow-empty", "--message", f"Change {', '.join(files)}")
        git(self.ada, "push", "--quiet", "--force", "origin", f"HEAD:{to or f'refs/heads/{branch}'}")
        self.hub.refresh()
        return git(self.ada, "rev-parse", "HEAD")

    def propose(self, branch: str, files: Mapping[str, str | None]) -> int:
        """Open a pull request, and return its number."""
        self.commit(branch, files)
        return self.hub.open_pull(branch).number

    def plan(self, branch: str, *arguments: str, **others: Unpack[Given]) -> Job:
        """Run the plan of a pull request."""
        run = self.hub.start_run(workflow="plan.yml", event="pull_request", branch=branch)
        return self.job("plan", "pull_request", run, *arguments, **others)

    def apply(self, *arguments: str, event: Event = "push", run: Run | None = None, **others: Unpack[Given]) -> Job:
        """Run the apply of what main is at, or again that of an earlier run."""
        begun = run or self.hub.start_run(workflow="apply.yml", event=event, branch="main")
        return self.job("apply", event, begun, *arguments, **others)

    def drift(self, *arguments: str, **others: Unpack[Given]) -> Job:
        """Run the check on a schedule."""
        run = self.hub.start_run(workflow="drift.yml", event="schedule", branch="main")
        return self.job("drift", "schedule", run, *arguments, **others)

    def job(
        self,
        command: str,
        event: Event,
        run: Run,
        *arguments: str,
        token: str = "",
        key: str = KEY,
        before: str | None = None,
        variables: Mapping[str, str] = NOBODY,
    ) -> Job:
        """Run a command in a checkout of its own, as the job of a run."""
        folder = self.folder / f"job-{next(self._numbers)}"
        given = self.hub.environment(
            event, run, token or self.token, folder, workspace=folder / "checkout", before=before
        )
        self.check_out(folder / "checkout", given)
        secrets = {VARIABLE: key} if key else {}
        kept = {name: value for name, value in os.environ.items() if name != VARIABLE}  # noqa: TID251 - handed on
        env = {**kept, **NOBODY, **given, **secrets, **variables}
        ended = Ended(*warm.run(["github", command, *arguments], folder / "checkout", env, b"", measured=self.measured))
        self.hub.end_run(run, "success" if ended.code == 0 else "failure")
        return Job(run, ended, _text(given, "GITHUB_STEP_SUMMARY"), _pairs(_text(given, "GITHUB_OUTPUT")))

    def check_out(self, folder: Path, given: Mapping[str, str]) -> None:
        """Check out what the event is about, two commits deep, as the shipped workflows do."""
        git(self.folder, "init", "--quiet", str(folder))
        git(folder, "remote", "add", "origin", f"file://{self.hub.bare.folder}")
        git(folder, "fetch", "--quiet", "--depth=2", "origin", given["GITHUB_SHA"])
        git(folder, "checkout", "--quiet", "--detach", given["GITHUB_SHA"])

    def live(self) -> dict[str, str]:
        """Return the live segments: names by id, without the vendor's own."""
        return {str(each["id"]): str(each["name"]) for each in self.vendor.segments()}

    def named(self, name: str) -> str:
        """Return the id of the live segment of this name."""
        return next(key for key, value in self.live().items() if value == name)

    def comments(self, number: int, kind: str = "plan") -> list[str]:
        """Return the texts of our comments of a kind, below their hidden lines."""
        found = [comment.body for comment in self.hub.comments(number) if comment.login == BOT]
        return [body.partition("\n")[2] for body in found if f'"kind":"{kind}"' in body.partition("\n")[0]]


def definition(name: str, value: str = "prod", **ours: object) -> str:
    """Return the text of a definition."""
    condition = {"metric": "environment", "comparator": "eq", "value": value}
    body: dict[str, object] = {"name": name, "conditions": [condition]}
    return json.dumps(body | ({"reconciler": ours} if ours else {}), ensure_ascii=False)


@contextmanager
def town(
    folder: Path, *, config: str = CONFIG, files: Mapping[str, str] | None = None, measured: bool = True
) -> Iterator[Town]:
    """Yield a town whose main has a configuration and these files."""
    hub = Hub(bare(folder / "hub.git"))
    with hub.serving(), make_app("qonversion", None) as vendor, serve(vendor) as server:
        git(folder, "clone", "--quiet", f"file://{hub.bare.folder}", str(folder / "ada"))
        made = Town(folder, hub, vendor, server.url, hub.token(BOT, installation=True), measured)
        first: dict[str, str | None] = {"segments/eu.json": None, "reconciler.toml": config.format(endpoint=server.url)}
        made.commit("main", {**first, **(files or {})})
        yield made


def _text(given: Mapping[str, str], name: str) -> str:
    return Path(given[name]).read_text(encoding="utf-8")


def _pairs(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines())
