"""A hundred segments that people have made on a real server, from then on kept as code: a story in whole commands."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from instance import Instance
from repository import Repository
from unleash.relay import Relay
from unleash.workplace import Document, People, body, repository, users

from reconciler.emulator.server import serve

COUNT = 100
DRIFTED = 2


def made_by_hand() -> list[Document]:
    """Return a hundred segments of the kinds that people make."""
    kinds: list[list[Document]] = [
        [users("1", "2", "3")],
        [{"contextName": "country", "operator": "NOT_IN", "values": ["DE", "AT"], "caseInsensitive": True}],
        [{"contextName": "email", "operator": "STR_ENDS_WITH", "values": ["@example.com"], "inverted": True}],
        [{"contextName": "seats", "operator": "NUM_GTE", "value": "50"}, users("4")],
        [{"contextName": "currentTime", "operator": "DATE_AFTER", "value": "2026-01-31T12:00:00Z"}],
        [{"contextName": "appVersion", "operator": "SEMVER_LT", "value": "2.0.0-beta.1"}],
        [{"contextName": "appName", "operator": "REGEX", "value": "^web-[a-z]+$"}],
        [],
    ]
    return [
        body(f"Segment {number:03}", *kinds[number % len(kinds)], description="By hand" if number % 3 else None)
        for number in range(COUNT)
    ]


def summary(place: Repository, verb: str, code: int, *arguments: str) -> dict[str, int]:
    """Run a command that makes a plan or carries it out, and return what it counts, without what it has none of."""
    ended = place.run(verb, *arguments, "--format", "json")
    assert ended.code == code, ended.stdout + ended.stderr
    return {name: number for name, number in ended.document["summary"].items() if number}


def files(place: Repository) -> dict[str, Path]:
    """Return each definition's file by the name of its segment."""
    found = sorted((place.root / "segments").rglob("*.json"))
    return {json.loads(path.read_text())["name"]: path for path in found}


def edit(path: Path, **members: object) -> None:
    """Change members of a definition."""
    path.write_text(json.dumps(json.loads(path.read_text()) | members))


@pytest.fixture
def place(unleash: Instance, watched: Relay, tmp_path: Path) -> Iterator[Repository]:
    """Yield a repository whose target is the server."""
    with serve(watched) as served:
        yield repository(tmp_path, unleash, served.url)


def test_a_hundred_segments_become_code(people: People, place: Repository) -> None:
    """Imported; edited, renamed and deleted as files; edited and deleted by hand, found, put right; then at rest."""
    for segment in made_by_hand():
        people.put_segment(segment)
    before = people.look()

    assert place.run("import", "--all").code == 0
    assert len(files(place)) == COUNT
    assert summary(place, "plan", 0, "--detailed-exitcode") == {"keep": COUNT}
    assert people.look() == before

    paths = files(place)
    for number in range(10):
        edit(paths[f"Segment {number:03}"], constraints=[users("edited", str(number))])
    for number in range(10, 15):
        edit(paths[f"Segment {number:03}"], name=f"Renamed {number}")
    for number in range(15, 20):
        paths[f"Segment {number:03}"].unlink()
    for number in range(3):
        (place.root / "segments" / f"new-{number}.json").write_text(json.dumps(body(f"New {number}", users("new"))))

    expected = {"create": 3, "update": 15, "delete": 5, "keep": 80}
    assert summary(place, "plan", 2, "--detailed-exitcode") == expected
    assert people.look() == before
    assert place.run("apply", "--yes").code == 0
    assert summary(place, "plan", 0, "--detailed-exitcode") == {"keep": 98}

    after, ids = people.look(), people.ids()
    assert [ids[f"Renamed {number}"] for number in range(10, 15)] == [
        number for number, each in before.items() if each["name"] in {f"Segment 0{n}" for n in range(10, 15)}
    ]
    assert {name for name in ids if name.startswith("Segment 01")} == set()
    assert after[ids["Segment 007"]]["constraints"] == [users("edited", "7")]
    untouched = {number for number, each in before.items() if each["name"] >= "Segment 020"}
    assert {number: after[number] for number in untouched} == {number: before[number] for number in untouched}

    people.edit_segment(ids["Segment 003"], constraints=[users("by hand")])
    people.edit_segment(ids["Segment 050"], name="Renamed by hand")
    people.remove_segment(ids["Segment 060"])
    people.put_segment(body("A stranger's", users("9")))
    drift = place.run("drift", "--format", "json")
    drifted = {paths[name].stem for name in ("Segment 003", "Segment 050", "Segment 060")}
    assert (DRIFTED, drifted) == (drift.code, {each["key"] for each in drift.document["drifts"]})

    assert summary(place, "plan", 2, "--detailed-exitcode") == {"create": 1, "update": 2, "keep": 95, "skip": 1}
    assert place.run("apply", "--yes").code == 0
    assert place.run("drift").code == 0
    assert summary(place, "plan", 0, "--detailed-exitcode") == {"keep": 98, "skip": 1}
    assert people.ids().keys() - {"A stranger's"} == files(place).keys()
    assert people.look()[people.ids()["Segment 003"]]["constraints"] == [users("edited", "3")]
