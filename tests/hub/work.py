"""What people do in clones of the hub's repository: commits on branches, pushed."""

from pathlib import Path

from clones import clone, git


class Work:
    """A clone of the bare repository, in which branches are made and pushed."""

    def __init__(self, bare: Path, folder: Path) -> None:
        self.folder = clone(bare, folder)

    def push(self, branch: str, *files: str, to: str | None = None, base: str = "origin/main") -> str:
        """Commit each of these files to a branch, push it, and return its tip; a new branch begins at the base.

        `to` is where it is pushed: a ref of the bare repository, if that is not the branch.
        """
        git(self.folder, "fetch", "--quiet", "origin")
        if branch in git(self.folder, "branch", "--format=%(refname:short)").split():
            git(self.folder, "checkout", "--quiet", branch)
        else:
            git(self.folder, "checkout", "--quiet", "--no-track", "-b", branch, base)
        for file in files:
            path = self.folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{branch}: {file}\n", encoding="utf-8")
            git(self.folder, "add", ".")
            git(self.folder, "commit", "--quiet", "--message", f"Write {file}")
        git(self.folder, "push", "--quiet", "--force", "origin", f"HEAD:{to or f'refs/heads/{branch}'}")
        return git(self.folder, "rev-parse", "HEAD")
