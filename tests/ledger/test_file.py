"""The ledger in a file: who else holds it, and what cannot be written."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock
from worlds import held

from reconciler.core.claims import Claims, Edit
from reconciler.errors import LedgerFailure, Refused
from reconciler.ledger.file import FileLedger


def ledger(path: Path) -> FileLedger:
    """Return a ledger that waits for nobody."""
    return FileLedger(path, shown="ledger.json", target="local", provider="qonversion", patience=0)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Each write counts, in what it returns as in the file."""
    written = ledger(tmp_path / "new" / "ledger.json").write(Claims().claim(held("a")))

    assert 1 == written.serial
    assert written == ledger(tmp_path / "new" / "ledger.json").read()


def test_claims_that_were_read_before_another_write_are_refused(tmp_path: Path) -> None:
    """Whoever comes second knows less than what is in the file."""
    first = ledger(tmp_path / "ledger.json").write(Claims())

    with pytest.raises(Refused, match=r"ledger\.json: another run has written the ledger"):
        ledger(tmp_path / "ledger.json").write(Claims().claim(held("a")))
    assert first == ledger(tmp_path / "ledger.json").read()


def test_a_lock_that_somebody_keeps_is_told(tmp_path: Path) -> None:
    """A write waits for its time and no longer, and nothing is written."""
    with (
        FileLock(tmp_path / "ledger.lock"),
        pytest.raises(LedgerFailure, match=r"ledger\.json: another process has held the ledger's lock for 0 seconds"),
    ):
        ledger(tmp_path / "ledger.json").write(Claims())

    assert Claims() == ledger(tmp_path / "ledger.json").read()


def test_a_ledger_that_leads_to_where_nothing_can_be_written_is_told_by_its_own_name(tmp_path: Path) -> None:
    """A link into a file system that takes no files reads as an empty ledger, and fails as the ledger when written."""
    (tmp_path / "ledger.json").symlink_to("/proc/nowhere/ledger.json")

    assert Claims() == ledger(tmp_path / "ledger.json").read()
    with pytest.raises(LedgerFailure, match=r"^ledger\.json: cannot be written: .* \(unwritable-file\)"):
        ledger(tmp_path / "ledger.json").write(Claims())


def test_claims_and_journal_are_of_one_moment(tmp_path: Path) -> None:
    """A write between the reading of the file and of its journal is seen: both are read again."""
    old = ledger(tmp_path / "ledger.json").write(Claims().claim(held("a")))
    os.mkfifo(tmp_path / "ledger.journal")
    with ThreadPoolExecutor() as pool:
        reading = pool.submit(ledger(tmp_path / "ledger.json").read)
        # NOTE: opening it waits for the reader, who then waits for what is written.
        with (tmp_path / "ledger.journal").open("wb"):
            written = ledger(tmp_path / "ledger.json").write(old.claim(held("b")))

        assert written == reading.result()


def test_whoever_wrote_is_named_to_the_others(tmp_path: Path) -> None:
    """By what signs the file; one that nobody signed is told without a name, and one that is gone as such."""
    path, words = tmp_path / "ledger.json", r"another run has written the ledger since it was read"
    claims = ledger(path).write(Claims())

    signed = FileLedger(path, shown="ledger.json", target="local", provider="qonversion", writer="ada@host, process 1")
    newer = signed.write(claims)
    with pytest.raises(Refused, match=rf"{words}: by ada@host, process 1 \(ledger-moved\)"):
        ledger(path).write(claims)
    ledger(path).write(newer)
    with pytest.raises(Refused, match=rf"{words} \(ledger-moved\)"):
        signed.write(newer)
    path.unlink()
    with pytest.raises(Refused, match=r"ledger\.json: the ledger was deleted since it was read \(ledger-moved\)"):
        signed.write(newer)


def another(path: Path) -> bytes:
    """Return what a ledger file of another branch holds: of the serial 1 too, and with another record."""
    ledger(path / "ledger.json").write(Claims().claim(held("theirs")))
    return (path / "ledger.json").read_bytes()


@pytest.mark.parametrize("opened_again", [False, True], ids=["by the same", "by another"])
def test_another_file_of_the_same_serial_is_refused(tmp_path: Path, *, opened_again: bool) -> None:
    """As `git checkout` puts one there while the prompt is open: nothing is written over it, or noted beside it."""
    path, theirs = tmp_path / "ledger.json", another(tmp_path / "there")
    mine = ledger(path)
    claims = mine.write(Claims().claim(held("ours")))
    path.write_bytes(theirs)
    keeper = ledger(path) if opened_again else mine

    words = r"^ledger\.json: the ledger was replaced since it was read, and not by a newer one \(ledger-moved\)$"
    with pytest.raises(Refused, match=words):
        keeper.write(claims.claim(held("more")))
    with pytest.raises(Refused, match=words):
        keeper.note(claims, Edit("more", held("more")))
    assert [theirs, False] == [path.read_bytes(), (tmp_path / "ledger.journal").exists()]


def test_a_file_that_was_edited_in_its_place_is_another(tmp_path: Path) -> None:
    """One word of it is enough, also between two notes, and though the time of the file is put back."""
    path = tmp_path / "ledger.json"
    keeper = ledger(path)
    claims = keeper.note(keeper.write(Claims().claim(held("ours"))), Edit("more", held("more")))
    found = path.stat()
    path.write_text(path.read_text().replace('"ours"', '"mine"'))
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))

    with pytest.raises(Refused, match="the ledger was replaced"):
        keeper.note(claims, Edit("another", held("another")))
    with pytest.raises(Refused, match="the ledger was replaced"):
        keeper.write(claims)


def test_a_ledger_that_is_deleted_between_two_notes_is_said_to_be_gone(tmp_path: Path) -> None:
    """Nobody has written it: the hint says how it is had again."""
    path = tmp_path / "ledger.json"
    keeper = ledger(path)
    claims = keeper.write(Claims().claim(held("ours")))
    path.unlink()

    with pytest.raises(Refused, match=r"^ledger\.json: the ledger was deleted since it was read") as refused:
        keeper.note(claims, Edit("more", held("more")))
    assert "restore the file from git or a backup" in refused.value.problems[0].hint


def test_the_same_file_put_back_is_no_other(tmp_path: Path) -> None:
    """A backup of just what was read can be written over, and what was noted beside it is kept."""
    path = tmp_path / "ledger.json"
    keeper = ledger(path)
    claims = keeper.note(keeper.write(Claims().claim(held("ours"))), Edit("more", held("more")))
    saved = path.read_bytes()
    path.unlink()
    path.write_bytes(saved)

    written = keeper.write(keeper.note(claims, Edit("again", held("again"))))

    assert ["again", "more", "ours"] == sorted(written.segments)
    assert written == ledger(path).read()
