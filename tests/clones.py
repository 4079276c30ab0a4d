"""Real git repositories in scratch folders, and the ledgers that several people keep in them."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from reconciler.core.claims import Claims, Intent
from reconciler.core.segment import Recorded
from reconciler.git import Git
from reconciler.ledger.git import GitLedger
from reconciler.ledger.trail import Signature
from reconciler.settings.environment import git_environment

REF = "refs/reconciler/ledger/local"
NOBODY = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_DATE": "2026-01-31T12:00:00+00:00",
    "GIT_COMMITTER_DATE": "2026-01-31T12:00:00+00:00",
}
"""A machine on which git was never configured, on the last day of January."""

ADA = Signature("ada@host", "process 1", "segments")
BOB = Signature("bob@host", "process 2", "segments")
AS_ADA = ("-c", "user.name=Ada Lovelace", "-c", "user.email=ada@example.com")


def environment(**others: str) -> dict[str, str]:
    """Return what git finds in its environment."""
    return {**git_environment(), **NOBODY, **others}


def git(folder: Path, *arguments: str) -> str:
    """Run git as Ada, and return what it says."""
    done = subprocess.run(
        ["git", *AS_ADA, *arguments], cwd=folder, env=environment(), capture_output=True, check=True, encoding="utf-8"
    )
    return done.stdout.rstrip("\n")


def repository(folder: Path) -> Path:
    """Return a repository with one commit that has one definition, without a remote."""
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / "segments").mkdir()
    (folder / "segments" / "eu.json").write_text("{}")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "Define eu")
    return folder


def hub(folder: Path) -> Path:
    """Return a bare repository to clone, with two commits."""
    made = repository(folder.with_name(f"{folder.name}-origin"))
    git(made, "commit", "--quiet", "--allow-empty", "--message", "Look again")
    git(made, "clone", "--quiet", "--bare", str(made), str(folder))
    git(folder, "remote", "remove", "origin")
    return folder


def clone(remote: Path, folder: Path, *options: str) -> Path:
    """Return a clone, made over git's protocol."""
    git(remote, "clone", "--quiet", *options, f"file://{remote}", str(folder))
    return folder


def never(attempt: int) -> None:
    """Wait for nothing before another attempt."""
    assert attempt > 0


def ledger(
    folder: Path,
    signature: Signature = ADA,
    *,
    target: str = "local",
    seconds: float = 60,
    wait: Callable[[int], None] = never,
    **variables: str,
) -> GitLedger:
    """Return the ledger that somebody keeps in a clone."""
    return GitLedger(
        Git(folder, environment(**variables), seconds=seconds),
        signature,
        target=target,
        provider="qonversion",
        leftover=folder / ".reconciler" / "ledger" / f"{target}.json",
        wait=wait,
    )


def record(key: str, name: str = "") -> Recorded:
    """Return the record of a segment whose id is `id-` and its key."""
    return Recorded(key, f"id-{key}", {"name": name or key, "conditions": []})


def intent(key: str, action: str = "create", segment_id: str | None = None) -> Intent:
    """Return the intent to do something with a key."""
    return Intent(key, action, segment_id, None, f"idempotency-{key}")


def claimed(*keys: str) -> Claims:
    """Return claims, never written, of these keys."""
    claims = Claims()
    for key in keys:
        claims = claims.claim(record(key))
    return claims


def log(folder: Path, pattern: str = "%s", ref: str = REF) -> list[str]:
    """Return a line for each write of the ledger in a repository, newest first."""
    return git(folder, "log", f"--format={pattern}", ref).splitlines()


def hook(folder: Path, name: str, script: str) -> Path:
    """Give a bare repository a hook, and return its file."""
    path = folder / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path
