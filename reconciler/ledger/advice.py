"""What a person does about what git complains of, where its words leave no doubt. Pure."""

import re
from collections.abc import Callable
from shlex import quote

KNOWN: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (
        re.compile(r"Unable to create '([^']+\.lock)': File exists"),
        lambda file: f"a git that was killed has left its lock: if none runs there any more, delete `{file}`",
    ),
    (
        re.compile(r"'([^']+)' exists; cannot create '"),
        lambda ref: (
            "git keeps no ref below another: give one of the two targets another name; if it is no ledger, "
            f"`git update-ref -d {ref}` removes it"
        ),
    ),
    (
        re.compile(r"non-empty directory '([^']+)' blocking reference"),
        lambda folder: f"the folder `{folder}` holds what is no ref: if no git runs there any more, move it away",
    ),
    (
        re.compile(r"unable to create lock file (\S+)\.lock; non-directory in the way"),
        lambda file: f"a file is where git needs the folder of `{file}`: move it away",
    ),
    (
        re.compile(r"detected dubious ownership in repository at '([^']+)'"),
        lambda folder: (
            "the repository belongs to another user; if you trust it, say so with "
            f"`git config --global --add safe.directory {quote(folder)}`"
        ),
    ),
)


def advice(words: str) -> str:
    """Return what to do about what git says; nothing where it may have many causes."""
    found = ((pattern.search(words), told) for pattern, told in KNOWN)
    return next((f"{told(match[1])}, then run the command again" for match, told in found if match), "")
