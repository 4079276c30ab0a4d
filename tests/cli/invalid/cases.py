"""Each case folder as a repository, a command run in it, and what came of it.

To renew the expected texts of some cases, or of all: `cd tests; python -m cli.invalid.cases [GROUP/CASE…]`. Look at the
difference before you commit it: every text is one that somebody will read in a hurry.

A folder holds the files of the repository, laid over those of `base`, and beside them:
- `command.txt`: the arguments, on one line, as in a shell;
- `expected.txt`: the exit code, and what stderr and stdout say;
- `setup.sh`: what is done in the repository first, by a shell, with git as on a machine that knows nobody;
- `ledger.json`: what lies at `.reconciler/ledger/local.json`;
- `without.txt`: the files of `base` that the case does not have;
- `environment.json`: the environment variables, where they are not the usual one;
- `answers.json`: what the vendor answers, where it is not two empty lists. See `loopback`.
"""

import json
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from cli.invalid.loopback import Reply, replies, serve
from clones import NOBODY
from repository import KEY, VARIABLE, Ended, Repository

HERE = Path(__file__).parent
OWN = {"command.txt", "expected.txt", "setup.sh", "without.txt", "environment.json", "answers.json"}
MOVED = {"ledger.json": ".reconciler/ledger/local.json"}
ENDPOINT, ADDRESS, ROOT = "@ENDPOINT@", "@ADDRESS@", "@ROOT@"

Content = TypeVar("Content")


@dataclass(frozen=True)
class Happened:
    """What came of a command: its words, what the vendor received, and the files before and after."""

    text: str
    methods: frozenset[str]
    before: Mapping[str, bytes]
    after: Mapping[str, bytes]


def folders() -> list[Path]:
    """Return every case, by group and name."""
    return sorted(path.parent for path in HERE.glob("*/*/command.txt"))


def run(folder: Path, scratch: Path) -> Happened:
    """Run the command of a case in a repository below `scratch`."""
    answers: list[dict[str, Any]] = _json(folder / "answers.json", [])
    environment = _json(folder / "environment.json", {VARIABLE: KEY})
    with serve([Reply.of(answer, folder) for answer in answers] + replies()) as vendor:
        given = {name: value.replace(ENDPOINT, vendor.url) for name, value in environment.items()}
        repository = Repository(scratch / "repository", env=given)
        _lay_out(folder, repository.root, vendor.url)
        _set_up(folder, repository)
        before = _everything(repository)
        ended = repository.run(*shlex.split((folder / "command.txt").read_text("utf-8")))
        text = _text(ended)
        marked = vendor.address.replace(":", "<span>&#58;</span>")
        places = {vendor.url: ENDPOINT, vendor.address: ADDRESS, marked: ADDRESS, str(repository.root.resolve()): ROOT}
        for found, shown in places.items():
            text = text.replace(found, shown)
        return Happened(text, frozenset(vendor.methods), before, _everything(repository))


def _lay_out(folder: Path, root: Path, endpoint: str) -> None:
    shutil.copytree(HERE / "base", root, dirs_exist_ok=True)
    without = folder / "without.txt"
    for name in without.read_text("utf-8").split() if without.exists() else ():
        (root / name).unlink()
    for path in sorted(folder.rglob("*")):
        first, *rest = path.relative_to(folder).parts
        if path.is_file() and first not in OWN:
            there = root.joinpath(MOVED.get(first, first), *rest)
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, there)
    config = root / "reconciler.toml"
    if config.is_file():
        config.write_bytes(config.read_bytes().replace(ENDPOINT.encode(), endpoint.encode()))


def _set_up(folder: Path, repository: Repository) -> None:
    if (folder / "setup.sh").exists():
        repository.env |= NOBODY
        subprocess.run(["sh", folder / "setup.sh"], cwd=repository.root, env=repository.environment(), check=True)


def _json(path: Path, default: Content) -> Content:
    """Return what a file holds, or the default where there is none."""
    content: Content = json.loads(path.read_text("utf-8")) if path.exists() else default
    return content


def _everything(repository: Repository) -> dict[str, bytes]:
    """Return every file with what it holds, and every folder."""
    there = {str(path.relative_to(repository.root)): b"" for path in repository.root.rglob("*") if path.is_dir()}
    return there | repository.files()


def _text(ended: Ended) -> str:
    parts = [f"exit {ended.code}\n"]
    parts += [f"--- {name} ---\n{said}" for name, said in (("stderr", ended.stderr), ("stdout", ended.stdout)) if said]
    return "".join(parts)


def renew(names: list[str]) -> None:
    """Write the expected texts of these cases anew, or of all."""
    for folder in [HERE / name for name in names] or folders():
        with tempfile.TemporaryDirectory() as scratch:
            (folder / "expected.txt").write_text(run(folder, Path(scratch)).text, "utf-8")


if __name__ == "__main__":
    renew(sys.argv[1:])
