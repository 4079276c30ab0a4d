"""What is noted between two writings of the ledger outlives the process, and is believed of that ledger alone."""

from dataclasses import replace
from pathlib import Path

import pytest
from worlds import PROD, held

from reconciler.core.claims import Claims, Edit, Intent
from reconciler.errors import InvalidInput, LedgerFailure, Refused
from reconciler.ledger.file import FileLedger


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
    return one.note(claims, Edit("new", replace(held("old"), key="new"), moved_from="old"))


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
    with pytest.raises(Refused, match="another run has written the ledger"):
        mine.note(claims, Edit("a", held("a")))
