"""The ledger as a file: written whole, synced and renamed under a lock, and only over what it was read from."""

import hashlib
from dataclasses import replace
from pathlib import Path

from reconciler.core.claims import Claims, Edit
from reconciler.disk import save
from reconciler.errors import LedgerFailure, Place, Problem, Unwritable
from reconciler.ledger.journal import Journal
from reconciler.ledger.record import RESTORE, dump, parse, writer
from reconciler.ledger.refusal import gone, moved

LOCK_SECONDS = 10.0


class FileLedger:
    """A Ledger in `.reconciler/ledger/<target>.json`."""

    def __init__(
        self,
        path: Path,
        *,
        shown: str,
        target: str,
        provider: str,
        writer: str = "",
        patience: float = LOCK_SECONDS,
    ) -> None:
        """Keep the claims of `target` at `path`, which messages call `shown`, and sign as `writer`.

        Wait `patience` seconds for its lock.
        """
        self._path = path
        self._shown = shown
        self._target = target
        self._provider = provider
        self._writer = writer
        self._patience = patience
        self._journal = Journal(path.with_suffix(".journal"), f"{shown.removesuffix('.json')}.journal")
        self._seen: tuple[int, int] | None = None

    def read(self) -> Claims:
        """Return what the file holds, and what was noted since; empty claims where there is no file."""
        while True:
            seen = self._signature()
            claims = self._replayed()
            if seen == self._signature():
                return claims

    def write(self, claims: Claims) -> Claims:
        """Store the claims over what they were read from."""
        from filelock import FileLock, Timeout  # noqa: PLC0415 - not for the many runs that write nothing

        written = replace(claims, serial=claims.serial + 1)
        text = dump(written, self._target, self._provider, writer=self._writer)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self._path.with_suffix(".lock"), timeout=self._patience):
                self._refuse_moved(claims)
                save(self._path, text)
                self._journal.clear()
                self._seen = self._signature()
        except Timeout:
            problem = Problem(
                "ledger-locked",
                f"another process has held the ledger's lock for {self._patience:g} seconds",
                Place(self._shown),
                hint="wait for the other run to end, then run again",
            )
            raise LedgerFailure(problem) from None
        except OSError as error:
            raise self._failure("written", error) from None
        except Unwritable as error:
            raise LedgerFailure(replace(error.problems[0], place=Place(self._shown))) from None
        return replace(written, version=_version(text.encode()))

    def note(self, claims: Claims, edit: Edit) -> Claims:
        """Append an edit to the journal beside the file, unless the file is another by now."""
        if self._seen is None or self._seen != self._signature():
            self._refuse_moved(claims)
        try:
            self._journal.note(claims, edit)
        except OSError as error:
            raise self._failure("written", error) from None
        return claims.edited(edit)

    def _replayed(self) -> Claims:
        stored = self._parsed(self._bytes())
        try:
            return self._journal.replayed(stored)
        except OSError as error:
            raise self._failure("read", error) from None

    def _signature(self) -> tuple[int, int] | None:
        """Return what changes whenever the file is replaced or written over."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_ctime_ns

    def _parsed(self, data: bytes | None) -> Claims:
        if data is None:
            return Claims()
        return replace(parse(data, self._shown, self._target, self._provider), version=_version(data))

    def _refuse_moved(self, claims: Claims) -> None:
        """Raise Refused where the file does not hold, to the letter, what these claims were read from or written as.

        An equal serial is not enough: it may be the file of another branch or of a backup.
        """
        data = self._bytes()
        if data is None and claims.version:
            raise gone(self._shown, RESTORE)
        if data is not None and _version(data) != claims.version:
            by = writer(data)
            raise moved(self._shown, claims, self._parsed(data), f"by {by}" if by else "")

    def _bytes(self) -> bytes | None:
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._failure("read", error) from None

    def _failure(self, verb: str, error: OSError) -> LedgerFailure:
        words = (error.strerror or type(error).__name__).lower()
        return LedgerFailure(
            Problem(
                "ledger-unusable",
                f"the ledger cannot be {verb}: {words}",
                Place(self._shown),
                hint="check the file, its folder and the free space; nothing is planned without the ledger",
            )
        )


def _version(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
