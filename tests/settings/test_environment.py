"""Who is running, and what git is told of it."""

import os
import socket
import subprocess
import sys

from reconciler.settings.environment import git_environment, holder, run, who


def test_a_holder_is_somebody_that_can_be_asked() -> None:
    """User, machine and process."""
    assert holder(lambda: "ada").startswith(f"ada@{socket.gethostname()}, process {os.getpid()}")


def test_a_user_without_a_name_has_a_number() -> None:
    """A container may run as a user whom its system does not know."""

    def nobody() -> str:
        raise KeyError(os.getuid())

    assert holder(nobody).startswith(f"user {os.getuid()}@{socket.gethostname()}, ")


def test_a_holder_is_who_and_which_run() -> None:
    """The two parts stand apart in the log of a ledger in git."""
    assert holder() == f"{who()}, {run()}"


def test_git_asks_nobody() -> None:
    """Neither on a terminal nor in a window, and in English."""
    given = git_environment()

    assert {
        "GCM_INTERACTIVE": "never",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
        "SSH_ASKPASS_REQUIRE": "never",
    }.items() <= given.items()


def test_git_is_led_nowhere_else() -> None:
    """What a hook, a desktop or a debugging session adds to an environment does not reach git; the rest does."""
    program = "from reconciler.settings.environment import git_environment as made; print(*sorted(made()))"
    added = {"GIT_DIR": "x", "GIT_INDEX_FILE": "x", "GIT_TRACE_CURL": "1", "SSH_ASKPASS": "x", "GIT_ASKPASS": "kept"}

    said = subprocess.run([sys.executable, "-c", program], env=added, capture_output=True, check=True, encoding="utf-8")

    assert [] == [name for name in added if name in said.stdout.split() and name != "GIT_ASKPASS"]
    assert "GIT_ASKPASS" in said.stdout.split()
