"""An apply that is killed at any request, and run again, ends as one that was not: for every vendor, with SIGKILL."""

import shutil
from pathlib import Path

import pytest
from contract.dying import World
from contract.subject import Document, Subject
from contract.subjects import SUBJECTS

POSITIONS = 200
"""More requests than any of these applies sends."""


def named(body: Document, name: str) -> Document:
    """Return a body of this name."""
    return {**body, "name": name}


def begun(subject: Subject, folder: Path) -> World:
    """Return a world with four managed segments, two that nobody manages, and the vendor's own."""
    world = World(subject, folder)
    one, other = subject.first, subject.second
    world.apply({"a": named(one, "A"), "b": named(other, "B"), "c": named(one, "C"), "d": named(other, "D")})
    with world.app() as app:
        app.put_segment(named(one, "Nobody's"))
        app.put_segment(named(other, "New"))
    return world


def wanted(subject: Subject) -> dict[str, Document]:
    """Return what is to be: one kept, one edited, one renamed, one gone, one adopted, two made that are alike."""
    one, other = subject.first, subject.second
    return {
        "a": named(one, "A"),
        "b": named(one, "B"),
        "c": named(one, "C too"),
        "n": named(other, "New"),
        "x": named(other, "X"),
        "y": named(one, "Twin"),
        "z": named(one, "Twin"),
    }


@pytest.mark.parametrize("side_by_side", [1, 4], ids=["one at a time", "side by side"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS)
def test_an_apply_that_is_killed_anywhere_ends_the_same(
    subject: Subject, tmp_path: Path, *, after: bool, side_by_side: int
) -> None:
    """Every request is a place to die: before the vendor has seen it, or when it has done what was asked."""
    base = tmp_path / "base"
    base.mkdir()
    begun(subject, base)
    shutil.copytree(base, tmp_path / "whole")
    undisturbed = World(subject, tmp_path / "whole")
    undisturbed.apply(wanted(subject))
    expected = undisturbed.state()

    died = 0
    for at in range(1, POSITIONS):
        world = World(subject, tmp_path / f"at-{at}")
        shutil.copytree(base, world.folder)
        if not world.die(wanted(subject), at, after=after, side_by_side=side_by_side):
            break
        died = at
        world.apply(wanted(subject))
        assert expected == world.state(), f"killed at request {at}"

    assert (8, [], None) == (len(expected["live"]) - len(subject.system), expected["intents"], expected["lease"])
    assert POSITIONS - 1 > died > len(wanted(subject))


@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS)
def test_what_a_dead_run_made_is_known_also_when_its_definition_has_changed(subject: Subject, tmp_path: Path) -> None:
    """Between the two runs one new definition is edited, and two go: no twin is left, and nothing unrecorded."""
    base = tmp_path / "base"
    base.mkdir()
    begun(subject, base)
    later = {**wanted(subject), "x": named(subject.first, "X now")}
    for gone in ("y", "z"):
        del later[gone]
    shutil.copytree(base, tmp_path / "whole")
    undisturbed = World(subject, tmp_path / "whole")
    undisturbed.apply(later)
    expected = undisturbed.state()

    for at in range(1, POSITIONS):
        world = World(subject, tmp_path / f"at-{at}")
        shutil.copytree(base, world.folder)
        if not world.die(wanted(subject), at, after=True, side_by_side=1):
            break
        world.apply(later)
        assert expected == world.state(), f"killed at request {at}"
