"""Nothing missing leads to a deletion: each way to lose something, against a live state that has something to lose."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace

import pytest
from repository import Repository
from unruly import PROD, Meddled, configure, settle

from reconciler.emulator.faults import Fault, FaultKind

KEYS = ("alpha", "beta", "delta", "gamma")
LIST, SYSTEM = "GET /v4/segments", "GET /v4/segments/system"


class World:
    """A repository that manages four segments, one of them protected, of a project that has two more."""

    def __init__(self, repository: Repository, meddled: Meddled, unmanaged: str) -> None:
        self.repository = repository
        self.repository.measured = False
        self.meddled = meddled
        self.unmanaged = unmanaged
        self.segments = repository.root / "segments"
        self.ledger = repository.ledger
        self.configure()
        settle(repository, meddled, *KEYS, protected="gamma")
        for name in ("Theirs", "Nobody's"):
            meddled.put_segment({"name": name, "conditions": [PROD]})

    def configure(self, definitions: str = "segments", max_deletes: int = 5) -> None:
        """Write the configuration."""
        configure(self.repository, definitions=definitions, unmanaged=self.unmanaged, max_deletes=max_deletes)

    def remove(self, *keys: str) -> None:
        """Remove definitions."""
        for key in keys:
            (self.segments / f"{key}.json").unlink()

    def many(self) -> None:
        """Give the project so many segments that its list has a second page, and remove one definition."""
        self.meddled.seed_many(150)
        self.remove("alpha")


@pytest.fixture(params=["report", "delete"])
def world(request: pytest.FixtureRequest, repository: Repository, meddled: Meddled) -> World:
    """Return a world whose target leaves alone what is unmanaged, and one whose target deletes it."""
    return World(repository, meddled, request.param)


def empty_folder(world: World) -> None:
    """Remove every definition, and keep the folder."""
    world.remove(*KEYS)


def missing_folder(world: World) -> None:
    """Remove the definitions with their folder."""
    shutil.rmtree(world.segments)


def file_for_folder(world: World) -> None:
    """Put a file in the folder's place."""
    shutil.rmtree(world.segments)
    world.segments.write_text("{}")


def looping_folder(world: World) -> None:
    """Put a link to itself in the folder's place."""
    shutil.rmtree(world.segments)
    world.segments.symlink_to(world.segments)


def wrong_folder(world: World) -> None:
    """Let the target name a folder without a definition."""
    (world.repository.root / "docs").mkdir()
    world.configure("docs")


def folder_of_another(world: World) -> None:
    """Let the target name a folder with other definitions."""
    (world.repository.root / "other").mkdir()
    (world.repository.root / "other" / "one.json").write_text('{"name": "One", "conditions": []}')
    world.configure("other")


def folder_above(world: World) -> None:
    """Let the target name the repository itself, below which every definition has another key."""
    world.configure(".")


def pipe(world: World) -> None:
    """Put a pipe in a definition's place, which would be waited on for ever."""
    world.remove("alpha")
    os.mkfifo(world.segments / "alpha.json")


def folder_for_file(world: World) -> None:
    """Put a folder in a definition's place."""
    world.remove("alpha")
    (world.segments / "alpha.json").mkdir()


def loop(world: World) -> None:
    """Put a link to itself in a definition's place."""
    world.remove("alpha")
    (world.segments / "alpha.json").symlink_to("alpha.json")


def dangling(world: World) -> None:
    """Put a link to nothing in a definition's place."""
    world.remove("alpha")
    (world.segments / "alpha.json").symlink_to("nothing.json")


def escaping(world: World) -> None:
    """Put a link out of the folder in a definition's place."""
    (world.segments / "alpha.json").rename(world.repository.root / "alpha.json")
    (world.segments / "alpha.json").symlink_to("../alpha.json")


def not_text(world: World) -> None:
    """Save a definition as UTF-16."""
    (world.segments / "alpha.json").write_text('{"name": "Alpha", "conditions": []}', encoding="utf-16")


def empty_file(world: World) -> None:
    """Leave nothing in a definition's file."""
    (world.segments / "alpha.json").write_bytes(b"")


def oversized(world: World) -> None:
    """Let a definition's file grow beyond reason."""
    (world.segments / "alpha.json").write_bytes(b" " * 2_000_000)


def other_suffix(world: World) -> None:
    """Rename a definition so that it looks like one and is none."""
    (world.segments / "alpha.json").rename(world.segments / "alpha.JSON")


def three_gone(world: World) -> None:
    """Remove three of four definitions."""
    world.remove("alpha", "beta", "delta")


def above_the_limit(world: World) -> None:
    """Remove two of four definitions, where one deletion is allowed."""
    world.configure(max_deletes=1)
    world.remove("alpha", "beta")


def protected(world: World) -> None:
    """Remove the definition of a protected segment, and hold no deletion against the target."""
    for segment in world.meddled.segments():
        if segment["id"] not in KEYS:
            world.meddled.remove_segment(str(segment["id"]))
    world.remove("gamma")


def empty_ledger(world: World) -> None:
    """Leave nothing in the ledger."""
    world.ledger.write_bytes(b"")


def short_ledger(world: World) -> None:
    """Cut the ledger short."""
    world.ledger.write_bytes(world.ledger.read_bytes()[:-9])


def noise_for_ledger(world: World) -> None:
    """Put noise in the ledger's place."""
    world.ledger.write_bytes(bytes(range(256)))


def merge_conflict(world: World) -> None:
    """Leave a merge's markers in the ledger."""
    world.ledger.write_text(f"<<<<<<< ours\n{world.ledger.read_text()}=======\n{{}}\n>>>>>>> theirs\n")


def folder_for_ledger(world: World) -> None:
    """Put a folder in the ledger's place."""
    world.ledger.unlink()
    world.ledger.mkdir()


def looping_ledger(world: World) -> None:
    """Put a link to itself in the ledger's place."""
    world.ledger.unlink()
    world.ledger.symlink_to(world.ledger)


def file_for_ledger_folder(world: World) -> None:
    """Put a file in the place of the ledger's folder."""
    shutil.rmtree(world.ledger.parent)
    world.ledger.parent.write_text("")


def another_ledger(world: World) -> None:
    """Put another target's ledger in the ledger's place."""
    _edit(world, target="production")


def later_ledger(world: World) -> None:
    """Put a ledger of a later version in the ledger's place."""
    _edit(world, format_version="2.0")


def ledger_without_segments(world: World) -> None:
    """Take the member out of the ledger that says what is managed."""
    world.ledger.write_text(world.ledger.read_text().replace('"segments"', '"elements"'))


def ledger_without_body(world: World) -> None:
    """Take a record's body out of the ledger."""
    _edit(world, segments={"alpha": {"id": "alpha", "protected": False}})


def ledger_of_twins(world: World) -> None:
    """Let the ledger record one segment under two keys."""
    record = {"id": "alpha", "body": {}, "protected": False}
    _edit(world, segments={"alpha": record, "beta": record})


def ledger_without_time_zone(world: World) -> None:
    """Let the ledger hold a lease whose times say no time zone."""
    _edit(world, lease={"holder": "ada", "since": "2001-01-01T00:00:00", "until": "2001-01-01T00:15:00"})


def _edit(world: World, **members: object) -> None:
    world.ledger.write_text(json.dumps(json.loads(world.ledger.read_text()) | members))


def _fault(fault: Fault, at: str = LIST) -> Callable[[World], None]:
    def spoil(world: World) -> None:
        world.many()
        world.meddled.faults = [replace(fault, match=at)]

    return spoil


def restarted(world: World) -> None:
    """Delete the segment that the second page begins after, so that the vendor starts again from the top."""
    world.many()
    pages: list[str] = []

    def before(line: str) -> None:
        pages.extend([line] if line == LIST else [])
        if len(pages) % 2 == 0 and line == LIST:
            last = world.meddled.segments()[99]
            world.meddled.remove_segment(str(last["id"]))
            world.meddled.put_segment({"name": last["name"], "conditions": last["conditions"]}, segment_id="back")

    world.meddled.before = before


DEFINITIONS: list[tuple[Callable[[World], None], int, str]] = [
    (empty_folder, 5, "no-definitions"),
    (missing_folder, 3, "definitions-missing"),
    (file_for_folder, 3, "definitions-not-a-folder"),
    (looping_folder, 3, "unreadable-folder"),
    (wrong_folder, 5, "no-definitions"),
    (folder_of_another, 5, "all-managed"),
    (folder_above, 5, "all-managed"),
    (pipe, 3, "not-a-file"),
    (folder_for_file, 3, "not-a-file"),
    (loop, 3, "broken-symlink"),
    (dangling, 3, "broken-symlink"),
    (escaping, 3, "symlink-escapes"),
    (not_text, 3, "byte-order-mark"),
    (empty_file, 3, "empty-file"),
    (oversized, 3, "oversized-file"),
    (other_suffix, 3, "not-a-definition"),
    (three_gone, 5, "definitions-gone"),
    (above_the_limit, 5, "max-deletes"),
    (protected, 5, "protected"),
]
LEDGERS: list[tuple[Callable[[World], None], int, str]] = [
    (empty_ledger, 3, "ledger-damaged"),
    (short_ledger, 3, "ledger-damaged"),
    (noise_for_ledger, 3, "ledger-damaged"),
    (merge_conflict, 3, "ledger-damaged"),
    (folder_for_ledger, 1, "ledger-unusable"),
    (looping_ledger, 1, "ledger-unusable"),
    (file_for_ledger_folder, 1, "ledger-unusable"),
    (another_ledger, 3, "ledger-foreign"),
    (later_ledger, 3, "wrong-version"),
    (ledger_without_segments, 3, "ledger-damaged"),
    (ledger_without_body, 3, "ledger-damaged"),
    (ledger_of_twins, 3, "ledger-damaged"),
    (ledger_without_time_zone, 3, "ledger-damaged"),
]
LISTINGS: dict[str, tuple[Callable[[World], None], str]] = {
    "fails": (_fault(Fault(FaultKind.STATUS, status=500)), "vendor-error"),
    "fails on its second page": (_fault(Fault(FaultKind.STATUS, at=2, status=503)), "vendor-error"),
    "is refused": (_fault(Fault(FaultKind.STATUS, status=401)), "unauthorized"),
    "is rationed": (_fault(Fault(FaultKind.STATUS, at=2, status=429, retry_after="1")), "rate-limited"),
    "is not found": (_fault(Fault(FaultKind.STATUS, status=404)), "not-found"),
    "is a web page": (_fault(Fault(FaultKind.HTML, status=200)), "not-json"),
    "is elsewhere": (_fault(Fault(FaultKind.REDIRECT)), "redirected"),
    "is cut short": (_fault(Fault(FaultKind.TRUNCATED_JSON, at=2)), "not-json"),
    "has no data": (_fault(Fault(FaultKind.MISSING_MEMBER, member="data")), "unexpected-answer"),
    "has data of another kind": (_fault(Fault(FaultKind.WRONG_TYPE, member="data")), "unexpected-answer"),
    "has a segment without an id": (_fault(Fault(FaultKind.MISSING_MEMBER, member="data.0.id")), "unexpected-answer"),
    "has a segment without conditions": (
        _fault(Fault(FaultKind.MISSING_MEMBER, member="data.0.conditions")),
        "unexpected-answer",
    ),
    "does not say whether it ends": (_fault(Fault(FaultKind.NO_HAS_MORE)), "unexpected-answer"),
    "goes on with an empty page": (_fault(Fault(FaultKind.EMPTY_PAGE)), "listing-short"),
    "ends with an empty page that goes on": (_fault(Fault(FaultKind.EMPTY_PAGE, at=2)), "listing-short"),
    "repeats its first page": (_fault(Fault(FaultKind.REPEATED_PAGE, at=2)), "listing-repeated"),
    "starts again": (restarted, "listing-restarted"),
    "of the system segments fails": (_fault(Fault(FaultKind.STATUS, status=500), SYSTEM), "vendor-error"),
    "of the system segments has no data": (
        _fault(Fault(FaultKind.MISSING_MEMBER, member="data"), SYSTEM),
        "unexpected-answer",
    ),
    "of the system segments does not say whether it ends": (
        _fault(Fault(FaultKind.NO_HAS_MORE), SYSTEM),
        "unexpected-answer",
    ),
}


@pytest.mark.parametrize(
    ("lose", "code", "word"), DEFINITIONS + LEDGERS, ids=[lose.__name__ for lose, _, _ in DEFINITIONS + LEDGERS]
)
def test_what_is_missing_on_this_side_deletes_nothing(
    world: World, lose: Callable[[World], None], code: int, word: str
) -> None:
    """Definitions or a ledger that are gone, unreadable or elsewhere stop the run, or have their deletions refused."""
    lose(world)

    _check(world, code, word)


@pytest.mark.parametrize(("lose", "word"), LISTINGS.values(), ids=LISTINGS)
def test_a_list_that_is_not_whole_deletes_nothing(world: World, lose: Callable[[World], None], word: str) -> None:
    """Whatever is wrong with the list of live segments, on any page, stops the run before anything is planned."""
    lose(world)
    recreated = word == "listing-restarted"

    _check(world, 1, word, recreated=recreated)


def test_without_its_ledger_a_target_that_deletes_the_unmanaged_deletes_nothing(
    repository: Repository, meddled: Meddled
) -> None:
    """All that is live looks unmanaged then, and part of it looks like nobody's: the plan is refused."""
    world = World(repository, meddled, "delete")
    world.remove("alpha")
    world.ledger.unlink()

    _check(world, 5, "no-ledger")


def test_without_its_ledger_a_target_adopts_what_it_finds(repository: Repository, meddled: Meddled) -> None:
    """What has a definition is recorded again by its name; a segment whose file is gone too stays live, unmanaged."""
    world = World(repository, meddled, "report")
    world.remove("alpha")
    world.ledger.unlink()
    before = meddled.segments(system=True)

    ended = repository.run("apply", "--yes")

    assert ended.code == 0
    assert meddled.writes == []
    assert meddled.segments(system=True) == before
    assert sorted(json.loads(world.ledger.read_text())["segments"]) == ["beta", "delta", "gamma"]


def test_an_emptied_folder_deletes_nothing_where_one_segment_is_managed(
    repository: Repository, meddled: Meddled
) -> None:
    """A folder without a definition is taken for a mistake, however little there is to lose."""
    settle(repository, meddled, "alpha")
    (repository.root / "segments" / "alpha.json").unlink()
    before = meddled.segments(system=True)

    ended = repository.run("apply", "--yes")

    assert ended.code == 5
    assert "--allow-deletes 1" in ended.stdout + ended.stderr
    assert (meddled.writes, meddled.segments(system=True)) == ([], before)


@pytest.mark.parametrize(("said", "code"), [("1", 5), ("2", 5), ("3", 0), ("4", 5)])
def test_only_the_exact_number_of_deletions_lets_a_refused_plan_through(world: World, said: str, code: int) -> None:
    """`--allow-deletes N` says that exactly N deletions are meant; fewer or more are no consent."""
    for name in ("theirs", "nobody-s"):
        world.meddled.remove_segment(name)
    world.remove("alpha", "beta", "delta")

    ended = world.repository.run("apply", "--yes", "--allow-deletes", said)

    assert ended.code == code
    assert world.meddled.names == (["Gamma"] if code == 0 else ["Alpha", "Beta", "Delta", "Gamma"])


def test_a_protected_segment_is_not_deleted_by_any_number(world: World) -> None:
    """`--allow-deletes` does not count what is protected, and does not reach it."""
    for name in ("theirs", "nobody-s"):
        world.meddled.remove_segment(name)
    world.remove(*KEYS)

    ended = world.repository.run("apply", "--yes", "--allow-deletes", "3")

    assert ended.code == 5
    assert world.meddled.names == ["Gamma"]


def test_a_vendor_that_does_not_answer_loses_nothing(world: World) -> None:
    """Where nobody listens, there is no plan; the ledger and the files stay as they are."""
    world.remove("alpha")
    configure(world.repository, endpoint="http://127.0.0.1:1/v4", unmanaged=world.unmanaged)
    before = world.repository.files()

    ended = world.repository.run("apply", "--yes")

    assert ended.code == 1
    assert "(connection)" in ended.stderr
    assert world.repository.files() == before


@pytest.mark.parametrize("command", [["drift"], ["snapshot"], ["import", "--all"]], ids=" ".join)
@pytest.mark.parametrize("name", ["fails on its second page", "repeats its first page", "starts again"])
def test_no_command_believes_half_a_list(
    repository: Repository, meddled: Meddled, command: list[str], name: str
) -> None:
    """`drift` calls nothing deleted, `snapshot` writes nothing, and `import` takes nothing in, on part of a list."""
    lose, word = LISTINGS[name]
    lose(World(repository, meddled, "report"))
    before = repository.files()

    ended = repository.run(*command)

    assert (ended.code, ended.stdout) == (1, "")
    assert f"({word})" in ended.stderr
    assert repository.files() == before


def _check(world: World, code: int, word: str, *, recreated: bool = False) -> None:
    """Check that `plan` and `apply --yes` say what is missing, and that nothing was written anywhere.

    Faults are set again for the second command, since that starts their counts again.
    """
    world.meddled.clear_requests()
    live, files = world.meddled.segments(system=True), _files(world)

    planned = world.repository.run("plan", "--format", "json")
    world.meddled.faults = world.meddled.faults
    applied = world.repository.run("apply", "--yes", "--format", "json")

    assert (planned.code, applied.code) == (0 if code == 5 else code, code), applied.stderr
    assert word in planned.stdout.replace("_", "-")
    assert word in applied.stdout.replace("_", "-") + applied.stderr
    assert world.meddled.writes == []
    assert recreated or world.meddled.segments(system=True) == live
    assert _files(world) == files


def _files(world: World) -> dict[str, str | bytes]:
    """Return what lies in the repository; nothing is waited for or followed, and locks are left out."""
    return {
        str(path.relative_to(world.repository.root)): path.read_bytes()
        if path.is_file() and not path.is_symlink()
        else oct(path.lstat().st_mode)
        for path in sorted(world.repository.root.rglob("*"))
        if path.suffix != ".lock"
    }
