"""The only reader of the process's environment: credentials by name, who runs, and whether colour is wanted."""

import getpass
import os
from collections.abc import Callable
from pathlib import Path

from reconciler.errors import InvalidInput, Problem, VendorFailure

QUOTES = frozenset("\"'`")


SHORTEST_KEY = 8
"""Below this length a value is no key: to blot it out would only mangle the output."""


def credential(name: str, target: str) -> str:
    """Return the credential in the environment variable of this name.

    Raises VendorFailure where it is unset, empty, or holds characters that no header can carry; the message never
    shows the value.
    """
    value = os.environ.get(name, "").strip()
    if not value:
        raise VendorFailure(
            Problem(
                "credential-missing",
                f"target `{target}`: the environment variable `{name}` is not set, or is empty",
                hint=f"set it to the vendor's secret key: `export {name}=…`; in CI, map a secret to it",
            )
        )
    if not all("!" <= character <= "~" for character in value):
        raise VendorFailure(
            Problem(
                "credential-malformed",
                f"target `{target}`: the environment variable `{name}` holds a space, a line break or a character "
                "beyond ASCII, which no key has",
                hint="copy the key again; the value is not shown here",
            )
        )
    if value[0] in QUOTES and value[0] == value[-1]:
        raise VendorFailure(
            Problem(
                "credential-malformed",
                f"target `{target}`: the environment variable `{name}` holds quotes around the key",
                hint="set it without them: they are the shell's, or of another file's syntax",
            )
        )
    return value


def variable(name: str) -> str:
    """Return what an environment variable holds; raises InvalidInput where it is not set, or empty."""
    if value := os.environ.get(name, "").strip():
        return value
    hint = "set it, or write a `source` that needs no password"
    raise InvalidInput(Problem("audience-unconfigured", f"the environment variable `{name}` is not set", hint=hint))


def has_credential(name: str) -> bool:
    """Say whether the environment variable of this name is set, and not empty."""
    return bool(os.environ.get(name, "").strip())


def same_credential(one: str, other: str) -> bool:
    """Say whether two environment variables are one, or hold the same."""
    return one == other or (one in os.environ and os.environ[one].strip() == os.environ.get(other, "").strip())


def secrets(names: frozenset[str]) -> frozenset[str]:
    """Return the values of these variables that are set, and GitHub's token, to keep them out of all output."""
    return frozenset(
        value for name in names | {"GITHUB_TOKEN"} if len(value := os.environ.get(name, "").strip()) >= SHORTEST_KEY
    )


def workspace() -> Path | None:
    """Return the folder into which GitHub Actions or GitLab CI says that it checked the repository out, if any."""
    told = os.environ.get("GITHUB_WORKSPACE") or os.environ.get("CI_PROJECT_DIR")
    return Path(told) if told else None


def colour_refused() -> bool:
    """Say whether the person asked for no colour (no-color.org) or the terminal is said to have none."""
    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"


def in_actions() -> bool:
    """Say whether GitHub Actions reads what this process prints, and obeys some of it."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def who(user: Callable[[], str] = getpass.getuser) -> str:
    """Return who is running, as `user@host`; a user without a name, as in a container, is named by number."""
    try:
        name = user()
    except (OSError, KeyError):
        name = f"user {os.getuid()}"
    return f"{name}@{os.uname().nodename}"


def run() -> str:
    """Return which run this is: its process, and the CI run where there is one."""
    number = os.environ.get("GITHUB_RUN_ID", "")
    return f"process {os.getpid()}" + (f", GitHub run {number}" if number else "")


def holder(user: Callable[[], str] = getpass.getuser) -> str:
    """Return who is running, and in which run, for leases."""
    return f"{who(user)}, {run()}"


ELSEWHERE = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_NO_REPLACE_OBJECTS",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)
"""The variables that lead git to another repository than that of its folder, as in a hook."""


def git_environment() -> dict[str, str]:
    """Return the environment for git: in English, in the repository of its folder, without anybody to ask.

    `GIT_ASKPASS` stays: it is how a CI system hands over its token. `SSH_ASKPASS` opens a window, and goes.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ELSEWHERE | {"SSH_ASKPASS"} and not name.startswith("GIT_TRACE")
    }
    quiet = {"GIT_TERMINAL_PROMPT": "0", "GCM_INTERACTIVE": "never", "SSH_ASKPASS_REQUIRE": "never"}
    return kept | quiet | {"LC_ALL": "C", "LANGUAGE": "C", "GIT_OPTIONAL_LOCKS": "0"}
