"""The ledger in git: in every kind of clone, and as an audit trail."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from clones import BOB, REF, claimed, clone, git, hook, hub, intent, ledger, log, record, repository

from reconciler.core.claims import Claims, Edit, Lease
from reconciler.errors import LedgerFailure, Refused
from reconciler.ledger.trail import Signature, message

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
MADE = "process 1"


def plain(folder: Path) -> Path:
    """Make a repository without a remote."""
    return repository(folder / "plain")


def fresh(folder: Path) -> Path:
    """Make a repository without a commit."""
    (folder / "fresh").mkdir()
    git(folder / "fresh", "init", "--quiet")
    return folder / "fresh"


def long_hashes(folder: Path) -> Path:
    """Make a repository of git's other object format."""
    (folder / "long").mkdir()
    git(folder / "long", "init", "--quiet", "--object-format=sha256")
    return folder / "long"


def cloned(folder: Path) -> Path:
    """Make a clone."""
    return clone(hub(folder / "hub"), folder / "clone")


def shallow(folder: Path) -> Path:
    """Make a clone of the last commit alone."""
    return clone(hub(folder / "hub"), folder / "clone", "--depth=1")


def detached(folder: Path) -> Path:
    """Make a clone whose head is no branch, as in CI."""
    made = cloned(folder)
    git(made, "checkout", "--quiet", "--detach")
    return made


def worktree(folder: Path) -> Path:
    """Make a second work tree of a clone."""
    git(cloned(folder), "worktree", "add", "--quiet", str(folder / "tree"))
    return folder / "tree"


def below(folder: Path) -> Path:
    """Make a clone, and work in a folder of it."""
    (cloned(folder) / "below").mkdir()
    return folder / "clone" / "below"


def mirrored(folder: Path) -> Path:
    """Make a bare clone that mirrors its remote."""
    return clone(hub(folder / "hub"), folder / "clone", "--mirror")


def partial(folder: Path) -> Path:
    """Make a clone that has fetched no file."""
    git(hub(folder / "hub"), "config", "uploadpack.allowFilter", "true")
    return clone(folder / "hub", folder / "clone", "--filter=blob:none", "--no-checkout")


def renamed(folder: Path) -> Path:
    """Make a clone whose only remote has a name of its own."""
    git(cloned(folder), "remote", "rename", "origin", "upstream")
    return folder / "clone"


def one_of_several(folder: Path) -> Path:
    """Make a clone with several remotes, one of them `origin`."""
    git(cloned(folder), "remote", "add", "another", "/nowhere")
    return folder / "clone"


def chosen(folder: Path) -> Path:
    """Make a clone whose configuration says which of its remotes keeps the ledger."""
    made = renamed(folder)
    git(made, "remote", "add", "origin", "/nowhere")
    git(made, "config", "reconciler.remote", "upstream")
    return made


ALONE = (plain, fresh, long_hashes)
TOGETHER = (cloned, shallow, detached, worktree, below, mirrored, partial, renamed, one_of_several, chosen)


@pytest.mark.parametrize("make", [*ALONE, *TOGETHER], ids=lambda make: make.__name__)
def test_what_is_written_is_read(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    """Each write counts; a read by another process has it, and one by another clone where there is a remote."""
    folder = make(tmp_path)
    keeper = ledger(folder)

    first = keeper.write(keeper.read().claim(record("eu")))
    second = ledger(folder, BOB).write(first.claim(record("us")))

    assert replace(claimed("eu", "us"), serial=2) == second
    assert (second, second) == (keeper.read(), ledger(folder).read())
    assert ["local: record us", "local: record eu"] == log(folder)
    if make in TOGETHER:
        assert second == ledger(clone(tmp_path / "hub", tmp_path / "other")).read()


@pytest.mark.parametrize("make", [plain, cloned, detached, worktree], ids=lambda make: make.__name__)
def test_nothing_else_of_the_repository_changes(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    """Head, index, branches and files are as they were, edits included; only the ledger's ref is new."""
    folder = make(tmp_path)
    (folder / "segments" / "eu.json").write_text("edited")
    (folder / "segments" / "new.json").write_text("new")
    index = Path(git(folder, "rev-parse", "--path-format=absolute", "--git-path", "index"))
    looks = (["rev-parse", "HEAD"], ["for-each-ref", "refs/heads", "refs/remotes", "refs/tags"], ["status", "--short"])
    before = [git(folder, *look) for look in looks]
    bytes_before = index.read_bytes()

    keeper = ledger(folder)
    keeper.write(keeper.read().claim(record("eu")))

    assert bytes_before == index.read_bytes()
    assert before == [git(folder, *look) for look in looks]
    assert [REF] == git(folder, "for-each-ref", "--format=%(refname)", "refs/reconciler").splitlines()
    assert "ledger.json" == git(folder, "ls-tree", "--name-only", REF)


def test_nothing_was_ever_written(tmp_path: Path) -> None:
    """An empty ledger has the serial 0, with a remote and without; reading makes no ref."""
    for folder in (plain(tmp_path), cloned(tmp_path)):
        assert Claims() == ledger(folder).read()
        assert "" == git(folder, "for-each-ref", "refs/reconciler")


def test_the_log_is_an_audit_trail(tmp_path: Path) -> None:
    """A commit says who did what in which run, and which definitions it was done on, in words and in trailers."""
    folder = cloned(tmp_path)
    head = git(folder, "rev-parse", "HEAD")
    lease = Lease("ada@host, process 1", NOON, NOON)
    keeper = ledger(folder, Signature("ada@host", "process 1", "segments"))
    claims = keeper.write(keeper.read().intend(intent("eu"), intent("us")).leased(lease))
    claims = keeper.write(claims.claim(record("eu")).settle("eu"))
    claims = keeper.write(claims.claim(record("us")).settle("us").leased(lease))
    git(folder, "config", "status.showUntrackedFiles", "no")
    (folder / "segments" / "new.json").write_text("new")
    keeper.write(claims.leased(None))

    assert [
        "local: lease given back by ada@host",
        "local: create us",
        "local: create eu",
        "local: lease taken by ada@host, process 1",
    ] == log(folder)
    assert (
        "local: lease taken by ada@host, process 1\n\nabout to create eu\nabout to create us\n\n"
        f"Target: local\nSerial: 1\nWho: ada@host\nRun: process 1\nDefinitions: {head}"
    ) == git(folder, "log", "-1", "--format=%B", f"{REF}~3").rstrip()
    assert ["ada@host"] * 4 == [line for line in log(folder, "%(trailers:key=Who,valueonly)") if line]
    assert ["4", "3", "2", "1"] == [line for line in log(folder, "%(trailers:key=Serial,valueonly)") if line]
    assert {head} == {line for line in log(folder, "%(trailers:key=Definitions,valueonly)") if line}
    edited = ledger(folder, BOB)
    edited.write(edited.read().release("eu"))
    assert f"{head}, with uncommitted changes in segments" == git(
        folder, "log", "-1", "--format=%(trailers:key=Definitions,valueonly)", REF
    )


def test_definitions_without_a_commit_or_a_work_tree_are_said_to_be_so(tmp_path: Path) -> None:
    """The trail claims no more than git knows."""
    for folder, said in ((fresh(tmp_path), "no commit yet"), (mirrored(tmp_path), ", and perhaps changes in segments")):
        ledger(folder).write(Claims())

        assert git(folder, "log", "-1", "--format=%(trailers:key=Definitions,valueonly)", REF).endswith(said)


def test_the_author_is_the_one_that_git_knows_or_else_who_runs(tmp_path: Path) -> None:
    """A machine without a name for its user writes too."""
    folder = plain(tmp_path)
    first = ledger(folder).write(Claims())
    git(folder, "config", "user.name", "Ada Lovelace")
    git(folder, "config", "user.email", "ada@example.com")
    ledger(folder).write(first)

    assert ["Ada Lovelace <ada@example.com>", "ada@host <reconciler@localhost>"] == log(folder, "%an <%ae>")


@pytest.mark.parametrize("make", [plain, cloned], ids=lambda make: make.__name__)
def test_hooks_of_the_clone_are_not_run(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    """What people have tried before their own pushes is not tried here."""
    folder = make(tmp_path)
    for name in ("pre-push", "reference-transaction"):
        hook(folder / ".git", name, f"touch '{tmp_path / 'ran'}'; exit 1")

    assert 1 == ledger(folder).write(Claims()).serial
    assert not (tmp_path / "ran").exists()


SIGNED = Signature("ada@host", MADE, "segments")


def lines(old: Claims, new: Claims) -> list[str]:
    """Return the message of a write down to its trailers."""
    return message("local", old, new, SIGNED, "c0ffee").split("\n\nTarget: ")[0].splitlines()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (claimed("a"), claimed(), ["local: forget a"]),
        (claimed("a").intend(intent("a", "delete")), claimed(), ["local: delete a"]),
        (claimed("a").intend(intent("a", "update")), Claims().claim(record("a", "A")), ["local: update a"]),
        (
            claimed("a", "b").intend(intent("c", "update")),
            claimed("b").claim(record("a")._replace(key="c")),
            ["local: update c (was a)"],
        ),
        (
            claimed(),
            claimed("a", "b", "c"),
            ["local: record a, record b and 1 more", "", "record a", "record b", "record c"],
        ),
        (claimed("a").intend(intent("b")), claimed("a"), ["local: intents settled"]),
        (claimed("a"), claimed("a"), ["local: nothing new"]),
        (
            claimed("a").leased(Lease("bob@host, process 9", NOON, NOON)),
            claimed("a"),
            ["local: lease of bob@host, process 9 freed"],
        ),
        (
            claimed().leased(Lease("bob@host, process 9", NOON, NOON)),
            claimed("a").leased(Lease("ada@host, process 1", NOON, NOON)),
            ["local: record a", "", "record a", "lease taken by ada@host, process 1"],
        ),
    ],
)
def test_a_message_says_what_changed(old: Claims, new: Claims, expected: list[str]) -> None:
    """In the words of the intent that was carried out, where there was one."""
    assert expected == lines(old, new)


def test_a_message_lists_no_more_than_somebody_would_read() -> None:
    """Of many changes it names the first fifty."""
    keys = [f"k{number:02}" for number in range(60)]

    assert [
        "local: record k00, record k01 and 58 more",
        "",
        *(f"record {key}" for key in keys[:50]),
        "and 10 more",
    ] == lines(Claims(), claimed(*keys))


def test_no_text_breaks_a_message() -> None:
    """A line break, a control character or half a character cannot make a line of its own, nor a trailer."""
    hostile = "a\nSerial: 99\n\nWho: \x1b[31m\ud800"
    escaped = r"a\nSerial: 99\n\nWho: \x1b[31m\ud800"

    said = message(hostile, Claims(), Claims().claim(record(hostile)), Signature(hostile, hostile, "s"), hostile)

    assert (
        f"{escaped}: record {escaped}\n\nTarget: {escaped}\nSerial: 0\nWho: {escaped}\nRun: {escaped}\n"
        f"Definitions: {escaped}\n"
    ) == said


def test_what_was_noted_is_read_in_the_same_clone(tmp_path: Path) -> None:
    """It is kept in the repository's own folder, costs no commit, and the next write takes it in."""
    made = cloned(tmp_path)
    one = ledger(made)
    claims = one.write(claimed("a"))
    noted = one.note(claims, Edit("b", record("b")))

    assert (noted, 1) == (ledger(made).read(), len(log(made)))
    assert (["a", "b"], 2) == (sorted(ledger(made).write(noted).segments), len(log(made)))
    assert not (made / ".git" / "reconciler" / "local.journal").exists()


def test_a_journal_that_cannot_be_used_is_a_failure(tmp_path: Path) -> None:
    """A folder in its place is neither believed nor passed over."""
    made = cloned(tmp_path)
    one = ledger(made)
    claims = one.write(claimed("a"))
    journal = git(made, "rev-parse", "--git-path", f"reconciler/{REF.rsplit('/', 1)[1]}.journal").strip()
    (made / journal).mkdir(parents=True)

    with pytest.raises(LedgerFailure, match="the journal of the ledger cannot be used: is a directory"):
        one.note(claims, Edit("a"))


def test_what_was_noted_is_read_in_every_work_tree(tmp_path: Path) -> None:
    """They share the ref, so they share what was done since: a run that died in one is gone on from in another."""
    made = cloned(tmp_path)
    git(made, "worktree", "add", "--quiet", "--detach", str(tmp_path / "tree"))
    one = ledger(tmp_path / "tree")
    noted = one.note(one.write(claimed("a")), Edit("b", record("b")))

    assert noted == ledger(made).read() == ledger(tmp_path / "tree").read()


def test_nothing_is_noted_over_what_another_run_of_this_clone_wrote(tmp_path: Path) -> None:
    """The clone's ref is looked at before each line; one that has only gone ahead to our own write is no other's."""
    made = cloned(tmp_path)
    one = ledger(made)
    claims = one.write(claimed("a"))
    mine = git(made, "rev-parse", REF)
    git(made, "update-ref", "-d", REF)
    noted = one.note(claims, Edit("b", record("b")))
    assert mine == git(made, "rev-parse", REF)
    ledger(made, BOB).write(ledger(made).read())

    with pytest.raises(Refused, match=r"has written the ledger since it was read: .*, by bob@host, process 2"):
        one.note(noted, Edit("c", record("c")))
