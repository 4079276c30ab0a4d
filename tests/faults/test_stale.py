"""A saved plan against what happened since: refused where a segment that it touches was changed, and only there."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from contract.subject import Document, Subject
from contract.subjects import SUBJECTS
from faults.gate import Gate
from faults.scene import Base, named

from reconciler.emulator.app import Emulator

TOUCHED: Final = {
    "update": "Segment u0",
    "rename": "Segment r0",
    "delete": "Segment d0",
    "adopt": "To adopt",
    "create": "New c0",
}
"""What is changed live, by what the plan would do."""

UNTOUCHED: Final = {"managed": "Segment stays", "unmanaged": "Nobody's"}


COUNTED: Final = {
    "qonversion": {True: 42, False: 21},
    "push0": {True: 42, False: 21},
    "kibamail": {True: 38, False: 19},
    "unleash": {True: 58, False: 29},
}
"""How many cases there are of each vendor, by whether a segment is touched."""


@dataclass(frozen=True)
class Hand:
    """Somebody at the dashboard, and the project that is there."""

    app: Emulator
    subject: Subject

    def found(self, name: str) -> str:
        """Return the id of the segment of this name."""
        [found] = [str(each["id"]) for each in self.app.segments() if each["name"] == name]
        return found

    def body(self, name: str, *, adopted: bool) -> Document:
        """Return what the segment of this name is."""
        return named(self.subject.second if adopted else self.subject.first, name)


Deed = Callable[[Hand, str], object]


def removed(hand: Hand, name: str) -> None:
    """Delete it."""
    hand.app.remove_segment(hand.found(name))


def recreated(hand: Hand, name: str) -> None:
    """Delete it, and make another under its name that has another body."""
    removed(hand, name)
    another(hand, name)


def another(hand: Hand, name: str) -> None:
    """Make a segment of this name."""
    first = hand.subject.first
    body = next(
        named(body, name) for body in edits(hand.subject, first).values() if named(body, name) != named(first, name)
    )
    hand.app.put_segment(body)


def same(hand: Hand, name: str) -> None:
    """Make a segment that is just what the definition says."""
    hand.app.put_segment(named(hand.subject.first, name))


def edits(subject: Subject, body: Document) -> dict[str, Document]:
    """Return a body edited in every small way that means something else."""
    found = {what: change(body) for what, change in subject.differences.items()}
    return {what: after for what, after in found.items() if after is not None}


def edit(what: str) -> Deed:
    """Return how a segment is edited in one small way."""

    def deed(hand: Hand, name: str) -> None:
        before = hand.body(name, adopted=name == TOUCHED["adopt"])
        hand.app.put_segment(edits(hand.subject, before)[what], segment_id=hand.found(name))

    return deed


def renamed(hand: Hand, name: str) -> None:
    """Give it another name."""
    hand.app.edit_segment(hand.found(name), name=f"{name} of theirs")


def deeds(subject: Subject) -> dict[str, Deed]:
    """Return what may happen to a segment that is there."""
    ways = {
        f"edited: {what}": edit(what)
        for what in edits(subject, subject.first)
        if what in edits(subject, subject.second)
    }
    return {**ways, "renamed": renamed, "deleted": removed, "deleted and made again": recreated}


def cases(*, touched: bool) -> list[tuple[str, str, str, Deed]]:
    """Return vendor, what the plan does, what happens, and how."""
    found: list[tuple[str, str, str, Deed]] = []
    for vendor, subject in SUBJECTS.items():
        for what in TOUCHED if touched else UNTOUCHED:
            ways = {"made by hand": another, "made by hand, equal": same} if what == "create" else deeds(subject)
            found += [(vendor, what, way, deed) for way, deed in ways.items()]
        if not touched:
            found.append((vendor, "nothing", "a stranger is made", lambda hand, _: same(hand, "A stranger's")))
    return found


def named_cases(found: list[tuple[str, str, str, Deed]]) -> list[str]:
    """Return a name for each case."""
    return [f"{vendor}, {what}, {way}" for vendor, what, way, _ in found]


@pytest.mark.parametrize(("vendor", "what", "way", "deed"), cases(touched=True), ids=named_cases(cases(touched=True)))
def test_a_plan_is_stale_where_a_touched_segment_was_changed(
    vendor: str,
    what: str,
    way: str,
    deed: Deed,
    *,
    reviewed: Callable[[str], Base],
    gate: Gate,
    place: Callable[[int], Path],
) -> None:
    """Nothing at all is written, and the change is named."""
    ready = reviewed(vendor)
    with ready.at(place(1), gate, 0, None) as (scene, app):
        deed(Hand(app, ready.scene.subject), TOUCHED[what])

        ended = scene.repository.run("apply", "plan.json", "--yes")

        assert (5, []) == (ended.code, gate.written), way
        key = {"update": "u0", "rename": "r0", "delete": "d0", "adopt": "adopted", "create": "c0"}[what]
        assert f"error: `{key}`: " in ended.stderr
        assert "(plan-stale)" in ended.stderr


@pytest.mark.parametrize(("vendor", "what", "way", "deed"), cases(touched=False), ids=named_cases(cases(touched=False)))
def test_a_plan_is_not_stale_where_only_others_were_changed(
    vendor: str,
    what: str,
    way: str,
    deed: Deed,
    *,
    reviewed: Callable[[str], Base],
    gate: Gate,
    place: Callable[[int], Path],
) -> None:
    """It is carried out, and what was changed stays as it was made."""
    ready = reviewed(vendor)
    with ready.at(place(1), gate, 0, None) as (scene, app):
        deed(Hand(app, ready.scene.subject), UNTOUCHED.get(what, ""))
        made_by_hand = [each for each in app.segments() if each["name"] in {*UNTOUCHED.values(), "A stranger's"}]

        ended = scene.repository.run("apply", "plan.json", "--yes", "--format", "json")

        assert (0, 20) == (ended.code, ended.document["summary"]["done"]), (way, ended.stderr)
        assert made_by_hand == [each for each in app.segments() if each in made_by_hand]


@pytest.mark.parametrize("vendor", SUBJECTS)
def test_every_kind_of_change_is_tried(vendor: str) -> None:
    """So many, of each vendor: the figures of what is refused and of what is let through."""
    counted = {touched: sum(1 for case in cases(touched=touched) if case[0] == vendor) for touched in (True, False)}

    assert COUNTED[vendor] == counted


@pytest.mark.parametrize("vendor", SUBJECTS)
def test_a_segment_made_again_just_as_it_was_is_another_where_its_id_is(
    vendor: str, *, reviewed: Callable[[str], Base], gate: Gate, place: Callable[[int], Path]
) -> None:
    """A vendor that makes ids from names gives it the same: then nothing tells the two apart, and nothing is stale."""
    ready = reviewed(vendor)
    with ready.at(place(1), gate, 0, None) as (scene, app):
        hand = Hand(app, ready.scene.subject)
        before = hand.found("Segment u0")
        removed(hand, "Segment u0")
        same(hand, "Segment u0")

        ended = scene.repository.run("apply", "plan.json", "--yes")

        assert (0 if hand.found("Segment u0") == before else 5) == ended.code
        assert (vendor == "qonversion") == (ended.code == 0)
