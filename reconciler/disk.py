"""Texts onto the disk: whole or not at all, never over another that is not meant. Must never decide what they say."""

import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from reconciler.errors import InvalidInput, Place, Problem, Unwritable
from reconciler.intake.lexical import plain

_MODE = 0o644


def write_new(texts: Mapping[Path, str]) -> None:
    """Create files, and the folders they are in: all of them, or none.

    Raises InvalidInput where one is there, which is left as it is, and Unwritable.
    """
    written: list[Path] = []
    try:
        for path, text in texts.items():
            with _failures(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                with _temporary(path, text, _MODE, synced=False) as temporary:
                    _link(temporary, path)
            written.append(path)
        # NOTE: all at the end, when the disk can take them together: one after another took longer than all the rest.
        for path in (*texts, *dict.fromkeys(path.parent for path in texts)):
            with _failures(path):
                _sync(path)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise


def _link(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)
    except FileExistsError:
        hint = "move or delete it first; nothing is ever overwritten"
        raise InvalidInput(Problem("file-exists", "there is a file already", _place(path), hint)) from None


def replace(path: Path, text: str, *, tree: Path | None = None) -> None:
    """Put a text in place of what a file holds, keeping its mode; raises InvalidInput for a link out of the tree.

    The tree is the file's own folder where none is named.
    """
    with _failures(path):
        real = path.resolve(strict=True)
        if not real.is_relative_to((tree or path.parent).resolve()):
            hint = "put the file itself there, or name the real folder"
            raise InvalidInput(Problem("symlink-escapes", "a link leaves the folder", _place(path), hint))
        with _temporary(real, text, stat.S_IMODE(real.stat().st_mode)) as temporary:
            temporary.replace(real)
            _sync(real.parent)


def save(path: Path, text: str) -> None:
    """Write a file, and the folders it is in, whole or not at all, whether one is there or not; a link is followed.

    A device or a pipe that is there, such as `/dev/stdout`, is written to and never replaced.
    """
    with _failures(path):
        if path.exists() and not path.is_file():
            path.write_text(text, "utf-8")
            return
        real = path.resolve()
        real.parent.mkdir(parents=True, exist_ok=True)
        mode = stat.S_IMODE(real.stat().st_mode) if real.exists() else _MODE
        with _temporary(real, text, mode) as temporary:
            temporary.replace(real)
            _sync(real.parent)


@contextmanager
def _temporary(path: Path, text: str, mode: int, *, synced: bool = True) -> Iterator[Path]:
    """Write a text to a hidden file beside a path, and take the file away afterwards if it is still there."""
    temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fchmod(file.fileno(), mode)
            if synced:
                os.fsync(file.fileno())
        yield temporary
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def _sync(path: Path) -> None:
    """Have the disk hold what a file or a folder holds."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _failures(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, RuntimeError) as error:
        reason = str(getattr(error, "strerror", None) or error).lower()
        problem = Problem("unwritable-file", f"cannot be written: {reason}", _place(path), "nothing was changed in it")
        raise Unwritable(problem) from None


def _place(path: Path) -> Place:
    return Place(plain(str(path)))
