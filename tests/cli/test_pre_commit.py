"""The hooks of `.pre-commit-hooks.yaml`, run by pre-commit itself at real commits.

The entries are run as the installed command; that pre-commit can install them from a clone is not tried here.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from clones import AS_ADA, NOBODY, git
from repository import COMMAND, Ended, Repository
from unruly import PROD

MANIFEST = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"
PRE_COMMIT = (sys.executable, "-m", "pre_commit")
LAID_OUT = '{\n  "name": "Alpha",\n  "conditions": []\n}\n'


class Committing:
    """A repository whose commits run the hooks."""

    def __init__(self, root: Path) -> None:
        self.project = Repository(root / "project")
        self.root = self.project.root
        self._env = self.project.environment(
            **NOBODY,
            PRE_COMMIT_HOME=str(root / "cache"),
            PATH=f"{COMMAND.parent}{os.pathsep}{self.project.environment()['PATH']}",
        )
        hooks = [{**hook, "language": "system"} for hook in yaml.safe_load(MANIFEST.read_text())]
        config = {"repos": [{"repo": "local", "hooks": hooks}]}
        (self.root / ".pre-commit-config.yaml").write_text(json.dumps(config))
        (self.root / ".gitignore").write_text(".reconciler/\n")
        (self.root / "segments" / "alpha.json").write_text(LAID_OUT)
        git(self.root, "init", "--quiet", "--initial-branch=main")
        self._run(*PRE_COMMIT, "install")
        self.commit()

    def commit(self) -> Ended:
        """Commit all that is there, and return what came of it."""
        git(self.root, "add", "--all")
        return self._run("git", *AS_ADA, "commit", "--quiet", "--message", "Change something")

    @property
    def clean(self) -> bool:
        """Whether all that is there is committed."""
        return git(self.root, "status", "--porcelain") == ""

    def _run(self, *command: str) -> Ended:
        done = subprocess.run(command, cwd=self.root, env=self._env, capture_output=True, text=True, check=False)
        return Ended(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def committing(tmp_path: Path) -> Committing:
    """Return a repository with one commit that the hooks let through."""
    made = Committing(tmp_path)
    assert made.clean
    return made


def test_the_manifest_is_valid() -> None:
    """By pre-commit's own check; and both hooks are there."""
    done = subprocess.run([*PRE_COMMIT, "validate-manifest", MANIFEST], capture_output=True, text=True, check=False)

    assert (0, "") == (done.returncode, done.stdout + done.stderr)
    assert ["reconciler-validate", "reconciler-fmt"] == [hook["id"] for hook in yaml.safe_load(MANIFEST.read_text())]


def test_a_definition_that_is_wrong_is_not_committed(committing: Committing) -> None:
    """The commit is refused, and says what is wrong where."""
    (committing.root / "segments" / "beta.json").write_text('{\n  "name": "Beta",\n  "conditionz": []\n}\n')
    ended = committing.commit()

    assert 1 == ended.code
    assert "segments/beta.json:3:3: unknown member `conditionz` (unknown-member)" in ended.stderr
    assert not committing.clean


def test_a_definition_that_is_not_laid_out_is_committed_at_the_second_try(committing: Committing) -> None:
    """The hook lays it out and refuses the commit, so that nothing is committed that nobody has seen."""
    path = committing.project.define("beta", "Beta", PROD)
    first = committing.commit()
    laid_out = path.read_text()
    second = committing.commit()

    assert (1, 0) == (first.code, second.code)
    assert "segments/beta.json: formatted" in first.stderr
    assert "files were modified by this hook" in first.stderr
    assert laid_out.startswith('{\n  "name": "Beta",\n')
    assert committing.clean


def test_json_that_is_no_definition_does_not_matter(committing: Committing) -> None:
    """It is neither checked nor laid out."""
    (committing.root / "package.json").write_text('{"name":')
    ended = committing.commit()

    assert 0 == ended.code, ended.stderr
    assert '{"name":' == (committing.root / "package.json").read_text()


def test_a_commit_that_only_deletes_is_checked(committing: Committing) -> None:
    """pre-commit hands over no deleted file; without the last definition the folder is gone."""
    (committing.root / "segments" / "alpha.json").unlink()
    (committing.root / "segments").rmdir()
    ended = committing.commit()

    assert 1 == ended.code
    assert "(definitions-missing)" in ended.stderr


def test_a_commit_of_the_configuration_is_checked(committing: Committing) -> None:
    """What is a definition, and of which vendor, is said there."""
    text = (committing.root / "reconciler.toml").read_text()
    (committing.root / "reconciler.toml").write_text(text.replace('"qonversion"', '"push0"'))
    ended = committing.commit()

    assert 1 == ended.code
    assert "segments/alpha.json" in ended.stderr
