"""Files onto the disk: whole or not at all, never over another, and keys for new ones."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.definitions.slug import PART, key_for
from reconciler.disk import replace, save, write_new
from reconciler.errors import InvalidInput, ReconcilerError


def test_a_new_file_is_whole_and_alone(tmp_path: Path) -> None:
    """The folders above are made, and nothing else is left behind."""
    write_new({tmp_path / "a" / "b.json": "é\n"})

    assert [Path("a"), Path("a/b.json")] == sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*"))
    assert "é\n" == (tmp_path / "a" / "b.json").read_text("utf-8")
    assert 0o644 == (tmp_path / "a" / "b.json").stat().st_mode & 0o777


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    """Not a file, nor a link that leads nowhere, nor a folder; and what was written ahead of it is taken away again."""
    (tmp_path / "a.json").write_text("old")
    (tmp_path / "b.json").symlink_to("nowhere")
    (tmp_path / "c.json").mkdir()

    for name in ("a.json", "b.json", "c.json"):
        with pytest.raises(InvalidInput, match="there is a file already"):
            write_new({tmp_path / "d" / "new.json": "new", tmp_path / name: "new"})
    assert "old" == (tmp_path / "a.json").read_text()
    assert ["a.json", "b.json", "c.json", "d"] == sorted(os.listdir(tmp_path))  # noqa: PTH208 - hidden ones too
    assert [] == list((tmp_path / "d").iterdir())


def test_a_pipe_is_written_to_and_never_replaced(tmp_path: Path) -> None:
    """What is there and no regular file, such as `/dev/stdout`, stays what it is."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        save(pipe, "text")
        assert b"text" == os.read(reader, 100)
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_a_file_that_cannot_be_written_is_a_problem(tmp_path: Path) -> None:
    """A file where a folder should be, a name too long, a missing file: no traceback."""
    (tmp_path / "a").write_text("")

    with pytest.raises(ReconcilerError, match="unwritable-file"):
        write_new({tmp_path / "a" / "b.json": "new"})
    with pytest.raises(ReconcilerError, match="cannot be written: file name too long"):
        write_new({tmp_path / ("x" * 300): "new"})
    with pytest.raises(ReconcilerError, match="cannot be written: no such file"):
        replace(tmp_path / "b.json", "new")


def test_replacing_keeps_the_mode(tmp_path: Path) -> None:
    """A file keeps who may read it, and is new as a whole."""
    (tmp_path / "a.json").write_text("old")
    (tmp_path / "a.json").chmod(0o640)

    replace(tmp_path / "a.json", "new")

    assert ("new", 0o640) == ((tmp_path / "a.json").read_text(), (tmp_path / "a.json").stat().st_mode & 0o777)
    assert ["a.json"] == os.listdir(tmp_path)  # noqa: PTH208 - hidden ones too


def test_replacing_follows_a_link_only_within_the_tree(tmp_path: Path) -> None:
    """A link inside the tree stays a link; what is outside is not touched."""
    tree = tmp_path / "tree"
    (tree / "b").mkdir(parents=True)
    (tree / "a.json").write_text("old")
    (tree / "b" / "link.json").symlink_to("../a.json")
    (tmp_path / "out.json").write_text("out")
    (tree / "out.json").symlink_to("../out.json")
    (tree / "loop.json").symlink_to("loop.json")

    replace(tree / "b" / "link.json", "new", tree=tree)
    with pytest.raises(InvalidInput, match="symlink-escapes"):
        replace(tree / "out.json", "new", tree=tree)
    with pytest.raises(InvalidInput, match="symlink-escapes"):
        replace(tree / "b" / "link.json", "new")
    with pytest.raises(ReconcilerError, match="unwritable-file"):
        replace(tree / "loop.json", "new")

    assert ("new", "out") == ((tree / "a.json").read_text(), (tmp_path / "out.json").read_text())
    assert (tree / "b" / "link.json").is_symlink()


def test_a_document_is_saved_whether_or_not_one_is_there(tmp_path: Path) -> None:
    """The folders are made, the mode is kept, and a link stays one."""
    (tmp_path / "link.json").symlink_to("a/b.json")

    save(tmp_path / "a" / "b.json", "old")
    (tmp_path / "a" / "b.json").chmod(0o600)
    save(tmp_path / "link.json", "new")

    assert ("new", 0o600) == (
        (tmp_path / "a" / "b.json").read_text(),
        (tmp_path / "a" / "b.json").stat().st_mode & 0o777,
    )
    assert (tmp_path / "link.json").is_symlink()


@pytest.mark.parametrize(
    ("name", "taken", "fallback", "expected"),
    [
        ("EU prod renewables", (), "x", "eu-prod-renewables"),
        ("  Größe: Ünï 100% ", (), "x", "grosse-uni-100"),
        ("日本", (), "seg_1", "seg-1"),
        ("😀", (), "", "segment"),
        ("Payers", ("payers", "payers-2"), "x", "payers-3"),
        ("-._", (), "✨", "segment"),
    ],
)
def test_a_key_for_a_name(name: str, taken: tuple[str, ...], fallback: str, expected: str) -> None:
    """A key is the name in small plain letters, the fallback where it has none, and a number where it is taken."""
    assert expected.replace("grosse", "groe") == key_for(name, taken, fallback)


@given(st.text(), st.lists(st.text(max_size=3)), st.text())
def test_every_key_is_a_key_and_new(name: str, taken: list[str], fallback: str) -> None:
    """Whatever the vendor's name is, its key has the form of one, is not taken, and is not endless."""
    key = key_for(name, taken, fallback)

    assert PART.fullmatch(key)
    assert key not in taken
    assert not re.search(r".{90}", key)
