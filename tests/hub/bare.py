"""The bare repository behind the hub, asked and changed by plain git commands."""

import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from clones import AS_ADA, environment
from hub.records import MAIN, Clock

_COMMIT = "%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B"
_END = "%x00%x01"


class Commit(NamedTuple):
    """What a commit says."""

    sha: str
    tree: str
    parents: list[str]
    author: dict[str, str]
    committer: dict[str, str]
    message: str


class Bare:
    """A bare repository. `clock` dates the commits that the hub makes itself."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self._clock = clock
        self._commits: dict[str, Commit] = {}

    def git(self, *arguments: str, folder: Path | None = None) -> str:
        """Run git as GitHub, in the bare repository or elsewhere, and return what it says."""
        done = self._run(arguments, folder)
        assert done.returncode == 0, f"git {' '.join(arguments)}: {done.stderr}"
        return done.stdout.rstrip("\n")

    def sha(self, name: str) -> str | None:
        """Return the commit that a sha, branch, tag or ref names."""
        whole = name.startswith("refs/") or re.fullmatch("[0-9a-f]{40}", name)
        for candidate in (name,) if whole else (f"refs/heads/{name}", f"refs/tags/{name}", f"refs/{name}", name):
            found = self._run(("rev-parse", "--quiet", "--verify", "--end-of-options", f"{candidate}^{{commit}}"))
            if found.returncode == 0:
                return found.stdout.split()[-1]
        return None

    def refs(self) -> dict[str, str]:
        """Return what each ref points to."""
        lines = self.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
        return {line.partition(" ")[0]: line.partition(" ")[2] for line in lines}

    @property
    def main(self) -> str:
        """The commit at the tip of the default branch."""
        return self.git("rev-parse", f"refs/heads/{MAIN}")

    def between(self, base: str, head: str) -> list[str]:
        """Return the commits of a head that a base does not have, oldest first."""
        return self.git("rev-list", "--reverse", "--topo-order", head, f"^{base}").split()

    def has(self, head: str, sha: str) -> bool:
        """Say whether a commit is in the history of another."""
        return self._run(("merge-base", "--is-ancestor", sha, head)).returncode == 0

    def merge_base(self, one: str, other: str) -> str | None:
        """Return the best common ancestor."""
        found = self._run(("merge-base", one, other))
        return found.stdout.strip() or None

    def commits(self, shas: list[str]) -> list[Commit]:
        """Return what these commits say, in this order."""
        new = [sha for sha in dict.fromkeys(shas) if sha not in self._commits]
        if new:
            text = self.git("show", "--no-patch", f"--format={_COMMIT}{_END}", *new)
            found = [_commit(part.lstrip("\n")) for part in text.split("\x00\x01") if part.strip()]
            self._commits |= {commit.sha: commit for commit in found}
        return [self._commits[sha] for sha in shas]

    def files(self, base: str, head: str) -> list[tuple[str, str, int, int]]:
        """Return the files that differ: path, letter of what was done, lines added and lines removed."""
        tree = base or self.git("hash-object", "-t", "tree", "--stdin", "-w")
        letters = self.git("diff", "--no-renames", "--name-status", "-z", tree, head).split("\x00")
        counts = self.git("diff", "--no-renames", "--numstat", "-z", tree, head).split("\x00")
        done = dict(zip(letters[1::2], letters[0::2], strict=False))
        return [
            (path, done[path], int(added.replace("-", "0")), int(removed.replace("-", "0")))
            for added, removed, path in (line.split("\t") for line in counts if line)
        ]

    def update(self, ref: str, sha: str) -> None:
        """Point a ref of the bare repository to a commit."""
        self.git("update-ref", ref, sha)

    def merged_tree(self, base: str, head: str) -> str | None:
        """Return the tree that a merge of the two has, or nothing where they conflict."""
        done = self._run(("merge-tree", "--write-tree", base, head))
        return done.stdout.split()[0] if done.returncode == 0 else None

    def commit(self, tree: str, message: str, *parents: str) -> str:
        """Make a commit of a tree."""
        options = [part for parent in parents for part in ("-p", parent)]
        return self.git("commit-tree", tree, *options, "-m", message)

    def rebase(self, onto: str, head: str) -> str:
        """Return the last of the commits of a head, made again on another commit; they are new in any case."""
        with TemporaryDirectory(prefix="hub-") as scratch:
            clone = Path(scratch) / "clone"
            self.git("clone", "--quiet", "--shared", "--no-checkout", str(self.folder), str(clone))
            self.git("checkout", "--quiet", "--detach", head, folder=clone)
            self.git("rebase", "--quiet", "--no-ff", onto, folder=clone)
            tip = self.git("rev-parse", "HEAD", folder=clone)
            self.git("push", "--quiet", "origin", "HEAD:refs/hub/rebased", folder=clone)
        self.git("update-ref", "-d", "refs/hub/rebased")
        return tip

    def _run(self, arguments: tuple[str, ...], folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        date = self._clock.text
        settings: dict[str, Any] = {
            "GIT_COMMITTER_NAME": "GitHub",
            "GIT_COMMITTER_EMAIL": "noreply@example.com",
            "GIT_COMMITTER_DATE": date,
            "GIT_AUTHOR_DATE": date,
        }
        return subprocess.run(
            ["git", *AS_ADA, *arguments],
            cwd=folder or self.folder,
            env=environment(**settings),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            encoding="utf-8",
        )


def _commit(text: str) -> Commit:
    sha, tree, parents, name, email, date, committer, committer_email, committed, message = text.split("\x00")
    return Commit(
        sha,
        tree,
        parents.split(),
        {"name": name, "email": email, "date": date},
        {"name": committer, "email": committer_email, "date": committed},
        message.rstrip("\n"),
    )
