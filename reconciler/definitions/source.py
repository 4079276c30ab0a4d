"""Which definition files a folder holds, by key, and their bytes. Must never know what is in them."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from reconciler.definitions.slug import PART, key_for
from reconciler.errors import InvalidInput, Place, Problem, Severity
from reconciler.intake.lexical import plain

MAX_BYTES = 1024 * 1024
_SUFFIX = ".json"
_CHUNK = 64 * 1024
_FILE = re.compile(PART.pattern + re.escape(_SUFFIX))
_MISTAKEN = r"(?i)[^.].*\.(?:json|json[5cl]|jsn)"
_LEFT_OVER = r"(?i)[^.].*\.json(?:~|[.#_-].*)"


class File(NamedTuple):
    """One definition file: its key, where it is (no link), and how it is named to people."""

    key: str
    path: str
    shown: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The definition files of a folder by key, and what is wrong with how they lie there."""

    files: tuple[File, ...]
    problems: tuple[Problem, ...]


def listing(folder: Path, shown: str) -> Listing:
    """Return every definition file below a folder; a missing or unreadable folder is a problem, no exception."""
    root = os.path.realpath(folder)
    files: list[File] = []
    problems: list[Problem] = []
    waiting = [("", root, shown)]
    while waiting:
        prefix, path, name = waiting.pop()
        try:
            with os.scandir(path) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            problems.append(_unreadable(error, name) if prefix else _no_folder(error, name))
            continue
        kept, wrong = _sorted_out(entries, name, root)
        problems += wrong
        for entry, real, is_folder in kept:
            inner = f"{name}/{entry.name}"
            if is_folder:
                waiting.append((f"{prefix}{entry.name}/", entry.path, inner))
            else:
                files.append(File(prefix + entry.name.removesuffix(_SUFFIX), real, inner))
    return Listing(tuple(sorted(files)), tuple(problems))


def read(file: File) -> bytes:
    """Return what a file holds; raises InvalidInput where it cannot be read or is too large. Never waits on a pipe."""
    try:
        handle = os.open(file.path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            data = os.read(handle, _CHUNK)
            if len(data) == _CHUNK:
                while len(data) <= MAX_BYTES and (chunk := os.read(handle, MAX_BYTES)):
                    data += chunk
        finally:
            os.close(handle)
    except OSError as error:
        raise InvalidInput(Problem("unreadable-file", f"cannot be read: {_reason(error)}", Place(file.shown))) from None
    if len(data) > MAX_BYTES:
        hint = "a definition has a few hundred bytes; take out what does not belong into it"
        raise InvalidInput(Problem("oversized-file", "the file is larger than 1 MiB", Place(file.shown), hint))
    return data


def _sorted_out(
    entries: list[os.DirEntry[str]], shown: str, root: str
) -> tuple[list[tuple[os.DirEntry[str], str, bool]], list[Problem]]:
    """Return what of a folder is read (entry, real path, whether a folder), and what is wrong with the rest."""
    if all(map(_is_certain, entries)):
        return [(entry, entry.path, False) for entry in entries], []
    kept = []
    problems = []
    looked_at = [entry for entry in entries if _is_meant(entry)]
    alike = {entry.name.lower(): entry.name for entry in looked_at}
    for entry in looked_at:
        name, is_folder = entry.name, _is_folder(entry)
        preferred = alike[name.lower()]
        if name == preferred and _is_plain(name, is_folder=is_folder) and _is_there(entry, is_folder=is_folder):
            kept.append((entry, entry.path, is_folder))
            continue
        place = Place(f"{shown}/{plain(name)}")
        try:
            real = os.path.realpath(entry.path, strict=True) if entry.is_symlink() else entry.path
        except OSError as error:
            hint = "point it to a file of this folder, or delete it"
            problems.append(Problem("broken-symlink", f"the link leads nowhere: {_reason(error)}", place, hint))
            continue
        problem = _link_problem(entry, real, root, place)
        problem = problem or _name_problem(name, preferred, place, is_folder=is_folder)
        if not problem and not is_folder and not entry.is_file():
            problem = _not_a_file(place.file)
        if problem:
            problems.append(problem)
        else:
            kept.append((entry, real, is_folder))
    if len(looked_at) == len(entries):
        return kept, problems
    names = {entry.name for entry in looked_at}
    others = [entry.name for entry in entries if entry.name not in names]
    return kept, problems + [problem for name in others for problem in _mistaken(name, shown)]


def _is_certain(entry: os.DirEntry[str]) -> bool:
    """Say, quickly, whether an entry is a definition file, and nothing else could be said about it."""
    return _FILE.fullmatch(entry.name) is not None and entry.is_file(follow_symlinks=False)


def _is_meant(entry: os.DirEntry[str]) -> bool:
    """Say whether an entry is a folder, a definition, or a link to one; hidden ones are not looked at."""
    return not entry.name.startswith(".") and (entry.name.endswith(_SUFFIX) or _is_folder(entry))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Say whether an entry is a folder or a link to one; a link that leads nowhere is neither."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _mistaken(name: str, shown: str) -> Iterator[Problem]:
    """Yield what is doubtful in a file that is not read: that somebody may think that it is."""
    place = Place(f"{shown}/{plain(name)}")
    if re.fullmatch(_MISTAKEN, name):
        hint = "rename it so that it ends in `.json`, or move it out of the folder"
        yield Problem("not-a-definition", "is not read: a definition's name ends in `.json`", place, hint)
    elif re.fullmatch(_LEFT_OVER, name):
        hint = "delete it, or move it out of the folder"
        message = "looks like a copy of a definition, and is not read"
        yield Problem("left-over-file", message, place, hint, Severity.WARNING)


def _link_problem(entry: os.DirEntry[str], real: str, root: str, place: Place) -> Problem | None:
    if not entry.is_symlink():
        return None
    if not real.startswith(root + os.sep):
        return Problem("symlink-escapes", "the link leaves the definitions folder", place, "put the file itself here")
    if _is_folder(entry):
        return Problem("symlink-folder", "the link stands for a whole folder", place, "put the files themselves here")
    return None


def _is_there(entry: os.DirEntry[str], *, is_folder: bool) -> bool:
    """Say whether an entry is itself the file or folder, no link to one, and no pipe or device."""
    return not entry.is_symlink() if is_folder else entry.is_file(follow_symlinks=False)


def _is_plain(name: str, *, is_folder: bool) -> bool:
    """Say whether a name is one of a file or folder of definitions, with nothing to say about it."""
    return is_folder is not name.endswith(_SUFFIX) and PART.fullmatch(name.removesuffix(_SUFFIX)) is not None


def _name_problem(name: str, preferred: str, place: Place, *, is_folder: bool) -> Problem | None:
    if is_folder and name.endswith(_SUFFIX):
        return _not_a_file(place.file)
    if name != preferred:
        message = f"`{plain(name)}` and `{plain(preferred)}` differ only in case"
        return Problem("key-case", message, place, "keep one of them: not every disk can hold both")
    if _is_plain(name, is_folder=is_folder):
        return None
    part = name.removesuffix(_SUFFIX)
    better = key_for(part, (), "") + name[len(part) :]
    message = "a key has only `a-z`, `0-9`, `.`, `_` and `-`, and begins with a letter or digit"
    return Problem("bad-key", message, place, f"rename it, for example to `{better}`")


def _no_folder(error: OSError, shown: str) -> Problem:
    hint = "create it, or correct `definitions` in `reconciler.toml`"
    match error:
        case FileNotFoundError():
            return Problem("definitions-missing", "the definitions folder does not exist", Place(shown), hint)
        case NotADirectoryError():
            return Problem("definitions-not-a-folder", "`definitions` names a file, not a folder", Place(shown), hint)
        case _:
            return _unreadable(error, shown)


def _unreadable(error: OSError, shown: str) -> Problem:
    return Problem("unreadable-folder", f"the folder cannot be read: {_reason(error)}", Place(shown))


def _not_a_file(shown: str) -> Problem:
    hint = "give it another name, or move it out of the folder"
    return Problem("not-a-file", "has the name of a definition, and is not a regular file", Place(shown), hint)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
