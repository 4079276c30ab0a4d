"""Which files are definitions, and everything that can lie in a folder and is none."""

import os
import socket
from pathlib import Path

import pytest

from reconciler.core.finding import Finding
from reconciler.core.segment import Definition
from reconciler.definitions.load import Loaded, load, located
from reconciler.definitions.source import MAX_BYTES, File, listing, read
from reconciler.errors import InvalidInput, Place, Problem

BODY = '{"name": "P"}'


def said(problems: tuple[Problem, ...]) -> list[str]:
    """Return problems as people see them, without the hints."""
    return [str(problem) for problem in problems]


def loaded(folder: Path, *only: Path) -> Loaded:
    """Return what is in a folder called `s`; keep to some paths where any are given."""
    return load(folder, shown="s", provider="qonversion", variables={}, form_findings=lambda _: (), only=only or None)


def test_keys_are_paths_in_order(tmp_path: Path) -> None:
    """A key is the path below the folder without `.json`; files are in the order of their keys."""
    for name in ("b.json", "a/z.json", "a.json", "a-b/c.json", "a/b/c.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(BODY)

    found = listing(tmp_path, "s")

    assert ["a", "a-b/c", "a/b/c", "a/z", "b"] == [file.key for file in found.files]
    assert "s/a/b/c.json" == found.files[2].shown
    assert () == found.problems


def test_an_empty_folder_is_no_problem_here(tmp_path: Path) -> None:
    """That nothing is defined is for a guard to judge."""
    assert Loaded((), ()) == loaded(tmp_path)


def test_a_folder_that_cannot_be_listed_is_a_problem(tmp_path: Path) -> None:
    """Missing, not a folder, and unreadable are told apart, and none reads as empty."""
    (tmp_path / "file").write_text("")

    assert ["s: the definitions folder does not exist (definitions-missing)"] == said(loaded(tmp_path / "no").problems)
    assert ["s: `definitions` names a file, not a folder (definitions-not-a-folder)"] == said(
        loaded(tmp_path / "file").problems
    )
    assert ["s: the folder cannot be read: file name too long (unreadable-folder)"] == said(
        loaded(tmp_path / ("x" * 300)).problems
    )


def test_a_folder_below_that_cannot_be_listed_is_a_problem(tmp_path: Path) -> None:
    """A path too long for the system stops the run, where it would else hide what is below."""
    name = "d" * 250
    handle = os.open(tmp_path, os.O_RDONLY)
    for _ in range(17):
        os.mkdir(name, dir_fd=handle)
        below = os.open(name, os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = below
    os.close(handle)

    (problem,) = listing(tmp_path, "s").problems

    assert "unreadable-folder" == problem.code
    assert problem.message == "the folder cannot be read: file name too long"


def test_a_pipe_a_socket_and_a_folder_are_not_files(tmp_path: Path) -> None:
    """What is no regular file is a problem, and a pipe that nobody writes to is not waited for."""
    os.mkfifo(tmp_path / "a.json")
    (tmp_path / "b.json").mkdir()
    with socket.socket(socket.AF_UNIX) as bound:
        handle = os.open(tmp_path, os.O_RDONLY)
        bound.bind(f"/proc/self/fd/{handle}/c.json")
        os.close(handle)
        result = loaded(tmp_path)

    assert [
        "s/a.json: has the name of a definition, and is not a regular file (not-a-file)",
        "s/b.json: has the name of a definition, and is not a regular file (not-a-file)",
        "s/c.json: has the name of a definition, and is not a regular file (not-a-file)",
    ] == said(result.problems)


def test_a_file_that_is_gone_or_became_a_link_is_a_problem(tmp_path: Path) -> None:
    """Between listing and reading, a file may vanish or change; it then is not read."""
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "file").write_text(BODY)

    for name in ("gone", "link"):
        with pytest.raises(InvalidInput, match="unreadable-file"):
            read(File(name, str(tmp_path / name), name))


def test_a_file_over_one_mebibyte_is_not_read(tmp_path: Path) -> None:
    """The largest file that is read has exactly one MiB."""
    start, end = b'{"name": "P"', b"}"
    (tmp_path / "a.json").write_bytes(start + b" " * (MAX_BYTES - len(start) - 1) + end)
    (tmp_path / "b.json").write_bytes(start + b" " * (MAX_BYTES - len(start)) + end)

    result = loaded(tmp_path)

    assert ["a"] == [definition.key for definition in result.definitions]
    assert ["s/b.json: the file is larger than 1 MiB (oversized-file)"] == said(result.problems)


def test_links_stay_in_the_tree(tmp_path: Path) -> None:
    """A link to a file of the tree is read as itself; any other is a problem, unless it is none of a definition."""
    tree = tmp_path / "tree"
    (tree / "real").mkdir(parents=True)
    (tmp_path / "tree-beside").mkdir()
    (tmp_path / "tree-beside" / "x.json").write_text(BODY)
    (tree / "real" / "a.json").write_text(BODY)
    for name, to in {
        "b.json": "real/a.json",
        "c.json": "../tree-beside/x.json",
        "d.json": "nowhere.json",
        "e.json": "e.json",
        "f": "real",
        "g": "../tree-beside",
        "h.json": "real",
        "i": "i",
        "up": "..",
        "j.md": "../tree-beside/x.json",
    }.items():
        (tree / name).symlink_to(to)

    result = loaded(tree)

    assert [
        "s/b.json",
        "s/real/a.json",
    ] == [definition.place.file for definition in result.definitions]
    assert [
        "s/c.json: the link leaves the definitions folder (symlink-escapes)",
        "s/d.json: the link leads nowhere: no such file or directory (broken-symlink)",
        "s/e.json: the link leads nowhere: too many levels of symbolic links (broken-symlink)",
        "s/f: the link stands for a whole folder (symlink-folder)",
        "s/g: the link leaves the definitions folder (symlink-escapes)",
        "s/h.json: the link stands for a whole folder (symlink-folder)",
        "s/real/a.json:1:10: `s/b.json` has the same name, `P` (duplicate-name)",
        "s/up: the link leaves the definitions folder (symlink-escapes)",
    ] == said(result.problems)


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    """Where the definitions are is the repository's own choice."""
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.json").write_text(BODY)
    (tmp_path / "link").symlink_to("real")

    assert ["a"] == [definition.key for definition in loaded(tmp_path / "link").definitions]


def test_keys_that_differ_in_case_are_both_named(tmp_path: Path) -> None:
    """Files and folders alike: on some disks only one of them would exist."""
    (tmp_path / "A").mkdir()
    (tmp_path / "a").mkdir()
    for name in ("EU.json", "eu.json", "Eu.json"):
        (tmp_path / name).write_text(BODY)

    assert [
        "s/A: `A` and `a` differ only in case (key-case)",
        "s/EU.json: `EU.json` and `eu.json` differ only in case (key-case)",
        "s/Eu.json: `Eu.json` and `eu.json` differ only in case (key-case)",
    ] == said(loaded(tmp_path).problems)


def test_names_that_no_message_can_hold_are_escaped(tmp_path: Path) -> None:
    """A line break or a broken encoding in a name cannot forge a message or break the output."""
    (tmp_path / "a\n::error::.json").write_text(BODY)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.json")).write_text(BODY)

    result = loaded(tmp_path)

    assert ["s/\\udcff.json", "s/a\\n::error::.json"] == [str(problem.place) for problem in result.problems]
    assert {"bad-key"} == {problem.code for problem in result.problems}


def test_only_some_paths(tmp_path: Path) -> None:
    """Only what was asked for is read and reported, and still held against the keys of the others."""
    (tmp_path / "b").mkdir()
    (tmp_path / "a.json").write_text('{"name": "A", "reconciler": {"previously": ["b/x"]}}')
    (tmp_path / "b" / "x.json").write_text("{")
    (tmp_path / "b" / "X y.json").write_text("{")
    (tmp_path / "c.json").write_text("{")

    assert ["s/a.json:1:45: `b/x` still has a definition (previously-exists)"] == said(
        loaded(tmp_path, tmp_path / "a.json").problems
    )
    assert ["s/b/X y.json", "s/b/x.json:1:2"] == [
        str(problem.place) for problem in loaded(tmp_path, tmp_path / "b").problems
    ]
    assert ["s/c.json:1:2"] == [str(problem.place) for problem in loaded(tmp_path, tmp_path / "c.json").problems]
    assert ["s: the definitions folder does not exist (definitions-missing)"] == said(
        loaded(tmp_path / "no", tmp_path / "no" / "a.json").problems
    )


def test_what_is_loaded_is_the_body_and_our_members(tmp_path: Path) -> None:
    """Our members are taken out of the body, variables are replaced in its strings and in no name."""
    (tmp_path / "a.json").write_text(
        '{"$schema": "${x}", "name": "P ${x} $${x}", "conditions": [{"metric": "\\u0024{x}", "comparator": "eq", '
        '"value": ""}], "reconciler": {"previously": ["b"], "protected": true, "notes": "${y}"}}'
    )

    result = load(
        tmp_path,
        shown="s",
        provider="qonversion",
        variables={"x": "${y}", "unused": ""},
        form_findings=lambda body: [Finding((), "doubt", str(body["name"]), "")],
    )
    (definition,) = result.definitions

    assert ("a", "P ${y} ${x}", ("b",), True) == (
        definition.key,
        definition.name,
        definition.previously,
        definition.protected,
    )
    assert {
        "name": "P ${y} ${x}",
        "conditions": [{"metric": "${y}", "comparator": "eq", "value": ""}],
    } == definition.body
    assert ["s/a.json:1:1: P ${y} ${x} (doubt)"] == said(result.problems)


def test_a_path_is_known_through_any_link(tmp_path: Path) -> None:
    """Whether the repository or the path is reached through a link, the same files are meant."""
    (tmp_path / "real" / "s").mkdir(parents=True)
    (tmp_path / "real" / "s" / "a.json").write_text("{")
    (tmp_path / "link").symlink_to("real")

    for folder in ("real", "link"):
        for only in ("real", "link"):
            result = loaded(tmp_path / folder / "s", tmp_path / only / "s" / "a.json")
            assert ["s/a.json:1:2"] == [str(problem.place) for problem in result.problems]


def test_a_reference_is_replaced_however_it_is_spelled(tmp_path: Path) -> None:
    """A dollar sign that is written as an escape means the same as a plain one."""
    (tmp_path / "a.json").write_text('{"name": "\\u0024{x}"}')

    assert ["unknown-variable"] == [problem.code for problem in loaded(tmp_path).problems]


def test_a_definition_with_an_error_is_none(tmp_path: Path) -> None:
    """What another file makes wrong is as wrong as what the file itself says."""
    (tmp_path / "a.json").write_text('{"name": "A", "reconciler": {"previously": ["b"]}}')
    (tmp_path / "b.json").write_text(BODY)

    assert ["b"] == [definition.key for definition in loaded(tmp_path).definitions]


def test_a_place_in_a_file_that_is_gone_is_the_file(tmp_path: Path) -> None:
    """What was read a moment ago can be pointed at; once it is gone, the file is named without a line."""
    path = tmp_path / "a.json"
    path.write_text('{\n  "name": "A"\n}')
    definition = Definition("a", "A", {"name": "A"}, Place("segments/a.json"))

    found = located(tmp_path, definition, ("name",))
    path.unlink()

    assert (Place("segments/a.json", 2, 11), definition.place) == (found, located(tmp_path, definition, ("name",)))
