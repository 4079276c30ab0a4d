"""Whole commands on invalid input: each case folder says exactly what its `expected.txt` says, and changes nothing."""

from pathlib import Path

import pytest
from cli.invalid.cases import folders, run

GROUPS = {"config", "credentials", "definitions", "ledger", "planfile", "snapshot", "usage", "vendor"}


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_invalid_input_says_what_where_and_what_next_and_changes_nothing(folder: Path, tmp_path: Path) -> None:
    """The words and the exit code are the expected ones; no file was written, and nothing sent but GET.

    A case that goes through a proxy also asks that for a tunnel, which it does not get.
    """
    happened = run(folder, tmp_path)

    assert (folder / "expected.txt").read_text("utf-8") == happened.text
    assert "Traceback" not in happened.text
    assert happened.before == happened.after
    assert happened.methods <= {"GET", "CONNECT"}


def test_every_kind_of_input_has_its_cases() -> None:
    """Folders are picked up by name, and none of the groups is lost."""
    assert GROUPS == {folder.parent.name for folder in folders()}
    assert len(folders()) >= 60
