"""What is noted between two writings of the ledger outlives the process, and is believed of that ledger alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from worlds import PROD, held

from reconciler.core.claims import Claims, Edit, Intent, Lease
from reconciler.errors import InvalidInput, LedgerFailure, Refused
from reconciler.ledger.file import FileLedger
from reconciler.ledger.journal import Journal


def ledger(folder: Path) -> FileLedger:
    """Return the ledger in a folder, as another process would open it."""
    return FileLedger(folder / "local.json", shown="ledger.json", target="local", provider="qonversion")


INTENTS = (Intent("a", "create", None, "d", "k1"), Intent("b", "delete", "id-b", None, "k2"))


@pytest.fixture
def written(tmp_path: Path) -> Claims:
    """Return claims that were written with two intents, of which nothing is noted yet."""
    return ledger(tmp_path).write(Claims().claim(held("b")).claim(held("old")).intend(*INTENTS))


def noted(folder: Path, claims: Claims) -> Claims:
    """Note that `a` was made, `b` is gone, and `old` is `new` now."""
    one = ledger(folder)
    claims = one.note(claims, Edit("a", held("a", PROD, protected=True)))
    claims = one.note(claims, Edit("b"))
    return one.note(claims, Edit("new", held("old")._replace(key="new"), moved_from="old"))


def test_what_was_noted_is_read(tmp_path: Path, written: Claims) -> None:
    """By another process too, as if it had been written; no intent is left of what has its outcome."""
    claims = noted(tmp_path, written)

    assert claims == ledger(tmp_path).read()
    assert (["a", "new"], ()) == (sorted(claims.segments), claims.intents)
    assert (written.serial, True) == (claims.serial, claims.segments["a"].protected)


def test_a_write_takes_in_what_was_noted(tmp_path: Path, written: Claims) -> None:
    """The journal is gone then, and the ledger alone says the same."""
    noted(tmp_path, written)
    stored = ledger(tmp_path).write(ledger(tmp_path).read())

    assert not (tmp_path / "local.journal").exists()
    assert stored == ledger(tmp_path).read()
    assert ["a", "new"] == sorted(stored.segments)


def test_a_line_that_was_cut_off_is_no_edit(tmp_path: Path, written: Claims) -> None:
    """A kill in the middle of a line leaves the lines before it."""
    noted(tmp_path, written)
    journal = tmp_path / "local.journal"
    journal.write_bytes(journal.read_bytes()[:-20])

    assert ["a", "old"] == sorted(ledger(tmp_path).read().segments)


def test_a_journal_of_another_serial_says_nothing(tmp_path: Path, written: Claims) -> None:
    """It was left behind by a run that could not remove it."""
    noted(tmp_path, written)
    left = (tmp_path / "local.journal").read_bytes()
    stored = ledger(tmp_path).write(ledger(tmp_path).read())
    (tmp_path / "local.journal").write_bytes(left)

    assert stored == ledger(tmp_path).read()


@pytest.mark.parametrize("line", ["what?", "{}", '{"serial": "1"}'])
def test_a_damaged_journal_is_not_guessed_at(tmp_path: Path, written: Claims, line: str) -> None:
    """A whole line that says nothing stops the run, with its place."""
    noted(tmp_path, written)
    with (tmp_path / "local.journal").open("a") as journal:
        journal.write(line + "\n")

    with pytest.raises(InvalidInput, match=r"^ledger\.journal:4:1: is no line of a journal \(ledger-damaged\)$"):
        ledger(tmp_path).read()


def test_a_journal_that_cannot_be_read_or_written_is_a_failure(tmp_path: Path, written: Claims) -> None:
    """A folder in its place is neither believed nor passed over."""
    (tmp_path / "local.journal").mkdir()

    with pytest.raises(LedgerFailure, match="cannot be read"):
        ledger(tmp_path).read()
    with pytest.raises(LedgerFailure, match="cannot be written"):
        ledger(tmp_path).note(written, Edit("b"))


def test_nothing_is_noted_over_what_another_run_wrote(tmp_path: Path, written: Claims) -> None:
    """The ledger is looked at before each line, also when it is gone."""
    mine = ledger(tmp_path)
    claims = mine.write(written)
    mine.note(claims, Edit("b"))
    ledger(tmp_path).write(ledger(tmp_path).read())

    with pytest.raises(Refused, match="another run has written the ledger"):
        mine.note(claims, Edit("a", held("a")))
    (tmp_path / "local.json").unlink()
    with pytest.raises(Refused, match="the ledger was deleted"):
        mine.note(claims, Edit("a", held("a")))


def test_a_journal_of_another_run_says_nothing(tmp_path: Path) -> None:
    """Not even under the same serial, as in a ledger that was begun anew: it says whose lease it was under."""
    since = datetime(2026, 1, 1, tzinfo=UTC)
    for holder, moment in (("ada@host, process 1", since), ("bob@host, process 1", since)):
        (tmp_path / "local.json").unlink(missing_ok=True)
        left = tmp_path / "local.journal"
        kept = left.read_bytes() if left.exists() else b""
        claims = ledger(tmp_path).write(Claims().leased(Lease(holder, moment, moment)))
        assert 1 == claims.serial
        left.write_bytes(kept)

        assert [] == list(ledger(tmp_path).read().segments)
        ledger(tmp_path).note(claims, Edit("a", held("a")))
        assert ["a"] == list(ledger(tmp_path).read().segments)


def test_lines_that_two_processes_append_at_once_stay_whole(tmp_path: Path, written: Claims) -> None:
    """However long they are: a run that lost its lease does not damage the journal of the one that has it."""
    journal = Journal(tmp_path / "local.journal", "ledger.journal")
    long = held("long")._replace(body={"name": "x" * 100_000})
    with ThreadPoolExecutor(8) as pool:
        for _ in range(64):
            pool.submit(journal.note, written, Edit("long", long))

    assert 64 == len((tmp_path / "local.journal").read_bytes().splitlines())
    assert ["b", "long", "old"] == sorted(journal.replayed(written).segments)
