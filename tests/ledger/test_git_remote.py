"""The ledger in git and its remote: what is refused, what is tried again, and what is never said."""

import threading
import time
from dataclasses import replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from clones import ADA, BOB, REF, claimed, clone, environment, git, hook, hub, ledger, log, record, repository

from reconciler.core.claims import Claims, Edit
from reconciler.errors import InvalidInput, LedgerFailure, ReconcilerError, Refused
from reconciler.git import Git, one_line
from reconciler.ledger.git import ATTEMPTS, pause


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """Return a repository to clone."""
    return hub(tmp_path / "hub")


@pytest.fixture
def ours(shared: Path, tmp_path: Path) -> Path:
    """Return a clone of it."""
    return clone(shared, tmp_path / "ours")


@pytest.fixture
def theirs(shared: Path, tmp_path: Path) -> Path:
    """Return another clone of it."""
    return clone(shared, tmp_path / "theirs")


def tip(folder: Path) -> str:
    """Return the commit that the ref of the ledger names, or nothing."""
    return git(folder, "for-each-ref", "--format=%(objectname)", REF)


def test_a_write_on_other_keys_is_had_too(ours: Path, theirs: Path, shared: Path) -> None:
    """Two that read the same ledger and write different keys both write, one upon the other."""
    first, second = ledger(ours, ADA), ledger(theirs, BOB)
    first.read()
    second.read()

    first.write(claimed("eu"))
    written = second.write(claimed("us"))

    assert replace(claimed("eu", "us"), serial=2) == written == first.read() == ledger(ours).read()
    assert ["local: record us", "local: record eu"] == log(shared)


def test_a_write_on_claims_that_were_read_by_another_process(ours: Path, theirs: Path) -> None:
    """What was written since is told by the history, in a ledger that has read nothing itself."""
    read = ledger(ours).write(claimed("eu"))
    ledger(theirs, BOB).write(read.claim(record("us")))
    ledger(theirs, BOB).write(ledger(theirs).read().claim(record("mars")))

    assert replace(claimed("eu", "us", "mars", "moon"), serial=4) == ledger(ours).write(read.claim(record("moon")))


def test_a_write_on_the_same_key_is_refused_and_names_who_wrote(ours: Path, theirs: Path) -> None:
    """Nothing of the loser is written, on the remote or here."""
    loser = ledger(ours, ADA)
    loser.read()
    written = ledger(theirs, BOB).write(claimed("eu"))

    with pytest.raises(Refused) as refused:
        loser.write(Claims().claim(record("eu", "Europe")))

    last = "`local: record eu`, by bob@host, process 2 (ledger-moved)"
    assert f"{REF}: another run has written the ledger since it was read: {last}" == str(refused.value)
    assert (tip(theirs), written) == (tip(ours), loser.read())


def test_claims_of_a_serial_that_the_ledger_never_had_are_refused(ours: Path) -> None:
    """They are of another ledger, or of one that is gone."""
    with pytest.raises(Refused, match="the ledger was deleted since it was read"):
        ledger(ours).write(replace(claimed("us"), serial=7))
    ledger(ours).write(claimed("eu"))

    with pytest.raises(Refused, match="the ledger was replaced since it was read"):
        ledger(ours).write(replace(claimed("us"), serial=7))


def test_a_history_that_is_not_one_write_a_commit_is_not_followed(ours: Path) -> None:
    """Where the commit of so many writes ago has another serial, nobody can say what was changed since."""
    first = ledger(ours).write(claimed("eu"))
    second = ledger(ours).write(first.claim(record("us")))
    third = ledger(ours).write(second.claim(record("mars")))
    skipping = git(ours, "commit-tree", f"{REF}^{{tree}}", "-p", f"{REF}~2", "-m", "by hand")
    git(ours, "push", "--quiet", "--force", "origin", f"{skipping}:{REF}")
    git(ours, "update-ref", REF, skipping)

    assert third == ledger(ours).read()
    with pytest.raises(Refused, match="`by hand`, by Ada Lovelace"):
        ledger(ours).write(replace(first.claim(record("moon")), serial=2))
    with pytest.raises(Refused, match="`by hand`, by Ada Lovelace"):
        ledger(ours).write(first.claim(record("moon")))


def test_a_ledger_that_was_wound_back_meanwhile_is_refused(tmp_path: Path) -> None:
    """Another content under the same serial is not what was read, also where it was put there by hand."""
    folder = repository(tmp_path / "alone")
    keeper = ledger(folder)
    first = keeper.write(claimed("eu"))
    git(folder, "update-ref", "-d", REF)
    other = ledger(folder, BOB).write(claimed("us"))

    with pytest.raises(Refused, match="`local: record us`, by bob@host"):
        keeper.write(first.claim(record("mars")))
    assert other == ledger(folder).read()


@pytest.mark.parametrize("opened_again", [False, True], ids=["by the same", "by another"])
@pytest.mark.parametrize(
    ("newer", "words"),
    [
        (False, "the ledger was replaced since it was read, and not by a newer one: `local: record us`, by bob@host"),
        (True, "another run has written the ledger since it was read: `local: record moon`, by bob@host"),
    ],
    ids=["of the same serial", "of a later one"],
)
def test_commits_that_are_not_upon_what_was_read_are_refused(
    tmp_path: Path, words: str, *, newer: bool, opened_again: bool
) -> None:
    """Whatever their serial: where somebody has moved the ref aside, nothing is written upon it, or noted beside it."""
    folder = repository(tmp_path / "alone")
    keeper = ledger(folder)
    first = keeper.write(claimed("eu"))
    git(folder, "update-ref", "-d", REF)
    theirs = ledger(folder, BOB).write(claimed("us"))
    if newer:
        theirs = ledger(folder, BOB).write(theirs.claim(record("moon")))
    keeper = ledger(folder) if opened_again else keeper

    with pytest.raises(Refused, match=words):
        keeper.write(first.claim(record("mars")))
    with pytest.raises(Refused, match=words):
        keeper.note(first, Edit("mars", record("mars")))
    assert theirs == ledger(folder).read()


def test_the_clone_s_own_ref_follows_the_remote(ours: Path, theirs: Path, shared: Path) -> None:
    """After a read as after a write, `git log` here shows what the remote has."""
    ledger(ours).write(claimed("eu"))
    assert tip(shared) == tip(ours)
    ledger(theirs).read()
    assert tip(shared) == tip(theirs)


def test_writes_that_the_remote_never_had_stop_everything(ours: Path, shared: Path) -> None:
    """A ledger from before there was a remote is neither lost nor taken for the truth, until a person says which."""
    url = git(ours, "remote", "get-url", "origin")
    git(ours, "remote", "remove", "origin")
    ledger(ours).write(claimed("eu"))
    git(ours, "remote", "add", "origin", url)

    with pytest.raises(Refused) as refused:
        ledger(ours).read()

    mine = tip(ours)[:12]
    assert (
        f"{REF}: this clone has a ledger that the remote `origin` lacks ({mine}), and the remote has none "
        "(ledger-unpublished)"
    ) == str(refused.value)
    assert f"`git push origin {REF}`" in refused.value.problems[0].hint
    git(ours, "push", "--quiet", "origin", REF)
    assert replace(claimed("eu"), serial=1) == ledger(ours).read()
    assert tip(shared) == tip(ours)


def test_a_remote_that_was_wound_back_stops_everything(ours: Path, theirs: Path, shared: Path) -> None:
    """What this clone has seen on the remote does not vanish silently."""
    first = ledger(ours).write(claimed("eu"))
    back = tip(ours)
    ledger(ours).write(first.claim(record("us")))
    git(shared, "update-ref", REF, back)

    with pytest.raises(Refused, match=rf"and the remote has another \({back[:12]}\)"):
        ledger(ours).read()
    assert first == ledger(theirs).read()
    git(ours, "push", "--quiet", "origin", f"+{REF}")
    assert replace(claimed("eu", "us"), serial=2) == ledger(theirs).read()


def test_a_remote_that_cannot_be_reached_stops_everything(ours: Path, shared: Path) -> None:
    """What is known from before is not used in its place."""
    ledger(ours).write(claimed("eu"))
    away = shared.rename(shared.with_name("away"))

    with pytest.raises(LedgerFailure) as failed:
        ledger(ours).read()

    assert (
        "the remote `origin` does not say what is in the ledger: "
        f"'{shared}' does not appear to be a git repository; Could not read from remote repository. (ledger-remote)"
    ) == str(failed.value)
    away.rename(shared)


def test_a_remote_that_is_lost_between_read_and_write(ours: Path, shared: Path) -> None:
    """The write fails, and this clone's ref stays where it was."""
    keeper = ledger(ours)
    first = keeper.write(claimed("eu"))
    before = tip(ours)
    away = shared.rename(shared.with_name("away"))

    with pytest.raises(LedgerFailure, match=r"\(ledger-remote\)"):
        keeper.write(first.claim(record("us")))

    away.rename(shared)
    assert (before, before) == (tip(ours), tip(shared))
    assert 2 == keeper.write(first.claim(record("us"))).serial


def test_an_object_that_the_remote_does_not_hand_over(ours: Path, shared: Path) -> None:
    """A damaged remote fails as a remote."""
    git(shared, "update-ref", "refs/heads/other", "main")
    (shared / REF).parent.mkdir(parents=True)
    (shared / REF).write_text("1" * 40 + "\n")

    with pytest.raises(LedgerFailure, match=r"the remote `origin` d.*\(ledger-remote\)"):
        ledger(ours).read()


def test_a_push_that_the_remote_forbids_fails_at_once(ours: Path, shared: Path) -> None:
    """It is not tried again, and this clone's ref stays where it was."""
    hook(shared, "pre-receive", 'echo run >> "$GIT_DIR/runs"; echo no entry >&2; exit 1')

    with pytest.raises(LedgerFailure) as failed:
        ledger(ours).write(claimed("eu"))

    assert (
        "the remote `origin` did not take the ledger: [remote rejected] (pre-receive hook declined); remote: no entry; "
        f"failed to push some refs to 'file://{shared}' (ledger-remote)"
    ) == str(failed.value)
    assert ("", "run\n") == (tip(ours), (shared / "runs").read_text())


def test_a_ref_that_is_locked_for_a_moment_is_tried_again(ours: Path, shared: Path) -> None:
    """The second attempt has it; where it stays locked, the tenth is the last, and the lock is told."""
    lock = shared / f"{REF}.lock"
    lock.parent.mkdir(parents=True)
    lock.touch()
    attempts: list[int] = []

    with pytest.raises(LedgerFailure, match="cannot lock ref"):
        ledger(ours, wait=attempts.append).write(claimed("eu"))

    assert list(range(1, ATTEMPTS + 1)) == attempts
    assert 1 == ledger(ours, wait=lambda _: lock.unlink()).write(claimed("eu")).serial


def test_a_ref_of_this_clone_that_is_locked_for_a_moment_is_tried_again(tmp_path: Path) -> None:
    """Without a remote as with one."""
    folder = repository(tmp_path / "alone")
    lock = folder / ".git" / f"{REF}.lock"
    lock.parent.mkdir(parents=True)
    lock.touch()

    with pytest.raises(
        LedgerFailure, match=rf"^{REF}: the ledger cannot be written: .*cannot lock ref .*ledger-unusable"
    ):
        ledger(folder).write(claimed("eu"))

    assert 1 == ledger(folder, wait=lambda _: lock.unlink()).write(claimed("eu")).serial


def test_a_push_whose_answer_was_lost_has_been_written(ours: Path, theirs: Path, shared: Path) -> None:
    """The remote took it and then did not end in time: it is there, and what others wrote upon it stays."""
    slow = hook(shared, "post-receive", "sleep 60")

    def another(_: int) -> None:
        if slow.exists():
            slow.unlink()
            other = ledger(theirs, BOB)
            other.write(other.read().claim(record("us")))

    keeper = ledger(ours, seconds=5, wait=another)
    first = keeper.write(claimed("eu"))

    assert replace(claimed("eu"), serial=1) == first
    assert replace(claimed("eu", "us", "mars"), serial=3) == keeper.write(first.claim(record("mars")))


def test_no_answer_in_time(ours: Path) -> None:
    """A remote that says nothing is given up, and what was started for it is stopped."""
    git(ours, "remote", "set-url", "origin", "ssh://user:hunter22@host/repository")
    started = ours.with_name("started")

    with pytest.raises(LedgerFailure) as failed:
        ledger(ours, seconds=2, GIT_SSH_COMMAND=f"echo $$ > '{started}'; exec sleep 60;").read()

    assert "`git ls-remote` did not end within 2 seconds, and was stopped (git-timeout)" == str(failed.value)
    deadline = time.monotonic() + 30
    while running(int(started.read_text())):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def running(process: int) -> bool:
    """Say whether a process still does something: one that has ended has no command line, if it is known at all."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes() != b""
    except OSError:
        return False


@pytest.mark.parametrize(
    "url",
    [
        "http://ada:hunter22@127.0.0.1:1/repository",
        "http://hunter22@127.0.0.1:1/repository",
        "http://ada:hunt@er22/hunter22@127.0.0.1:1/repository",
        "http://ada:hunter%3222@127.0.0.1:1/repository",
        "http://127.0.0.1:1/repository?token=hunter22",
        "file:///ada:%68unter22@host/repository",
        "nothing://ada:hunter22@host/repository",
        "/nowhere/http://ada:hunter22@host/repository",
    ],
)
def test_no_credential_is_repeated(ours: Path, url: str) -> None:
    """Whatever git says about a URL, the user, the password and the query are blotted out."""
    git(ours, "remote", "set-url", "origin", url)

    with pytest.raises(LedgerFailure, match=r"the remote `origin` does not say what is in the ledger") as failed:
        ledger(ours).read()

    assert "hunter22" not in str(failed.value) + repr(failed.value.problems) + str(failed.value.__cause__)
    assert "er22" not in str(failed.value)


class Locked(BaseHTTPRequestHandler):
    """A host that lets nobody in without a password."""

    def do_GET(self) -> None:
        """Ask for one."""
        self.send_response(HTTPStatus.UNAUTHORIZED)
        self.send_header("WWW-Authenticate", 'Basic realm="hub"')
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_remote_that_asks_for_a_password_is_not_answered(ours: Path) -> None:
    """Nobody is prompted."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Locked) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        git(ours, "remote", "set-url", "origin", f"http://127.0.0.1:{server.server_port}/hub")
        with pytest.raises(LedgerFailure, match=r"could not read Username for .*: terminal prompts disabled"):
            ledger(ours, GIT_ASKPASS="", no_proxy="127.0.0.1").read()
        server.shutdown()


def test_complaints_are_one_line_without_advice() -> None:
    """Labels go, empty lines go, and a flood is cut."""
    assert "remote: no; it is https://***@host/a?*** or http://host/b" == one_line(
        "remote: no\n\nfatal: it is https://u:p@host/a?token=1 or http://host/b\nhint: buy a book\n"
        "Please make sure you have the correct access rights\nand the repository exists.\n"
    )
    assert f"{'x' * 300}…" == one_line("x" * 400)


def test_which_remote_is_asked_for_has_to_be_said(ours: Path) -> None:
    """Several, none of them `origin`, are a choice; a choice that is none is told."""
    git(ours, "remote", "rename", "origin", "upstream")
    git(ours, "remote", "add", "fork", "/nowhere")

    with pytest.raises(InvalidInput) as unclear:
        ledger(ours).read()
    git(ours, "config", "reconciler.remote", "downstream")
    with pytest.raises(InvalidInput) as misnamed:
        ledger(ours).read()
    git(ours, "remote", "remove", "fork")
    git(ours, "remote", "remove", "upstream")
    with pytest.raises(InvalidInput) as empty:
        ledger(ours).read()

    hint = "`git config reconciler.remote NAME` says which remote keeps the ledger"
    said = [(error.value.problems[0].message, error.value.problems[0].hint) for error in (unclear, misnamed, empty)]
    wrong = "`reconciler.remote` in git's configuration names `downstream`, which is no remote"
    assert [
        ("the repository has several remotes, and none of them is `origin`", f"{hint}: `fork`, `upstream`"),
        (wrong, f"{hint}: `fork`, `upstream`"),
        (wrong, hint),
    ] == said


def test_git_that_is_not_there(tmp_path: Path) -> None:
    """A machine without git says so."""
    with pytest.raises(LedgerFailure, match=r"^git is not installed, or not on the PATH \(git-missing\)$"):
        ledger(repository(tmp_path / "alone"), PATH=str(tmp_path)).read()


def test_a_repository_that_git_does_not_trust(tmp_path: Path) -> None:
    """Git's own words say why there is none."""
    (tmp_path / ".git").write_text("nonsense\n")

    with pytest.raises(InvalidInput, match=r"there is no repository that can be used: .*\(git-repository\)"):
        ledger(tmp_path).read()


def test_a_target_that_no_ref_can_be_named_for(tmp_path: Path) -> None:
    """Git has rules for names that a target's name may break."""
    with pytest.raises(InvalidInput, match=r"git takes no ref by the name `refs/reconciler/ledger/a\.lock`"):
        ledger(repository(tmp_path / "alone"), target="a.lock").read()


@pytest.mark.parametrize("content", ["", "1" * 40, "garbage"])
def test_a_damaged_ref_is_not_an_empty_ledger(tmp_path: Path, content: str) -> None:
    """As a crash of the machine may leave it."""
    folder = repository(tmp_path / "alone")
    (folder / ".git" / REF).parent.mkdir(parents=True)
    (folder / ".git" / REF).write_text(content and f"{content}\n")

    with pytest.raises(InvalidInput, match=rf"^{REF}: holds no ledger: .*\(ledger-ref\)$"):
        ledger(folder).read()


def test_a_ref_of_something_else_is_not_an_empty_ledger(ours: Path, shared: Path) -> None:
    """A branch that was pushed there is told; a write fails as where a ledger cannot be written."""
    keeper = ledger(ours)
    claims = keeper.write(claimed("eu"))
    git(shared, "update-ref", "-d", REF)
    git(ours, "update-ref", REF, "HEAD")
    git(ours, "push", "--quiet", "origin", REF)

    with pytest.raises(InvalidInput, match=rf"^{REF}: holds no ledger: path 'ledger.json' does not exist"):
        ledger(ours).read()
    with pytest.raises(LedgerFailure, match=rf"^{REF}: holds no ledger: path 'ledger.json' does not exist"):
        keeper.write(claims.claim(record("us")))


def test_a_damaged_ledger_says_how_to_find_a_whole_one(ours: Path) -> None:
    """Place and position are those inside the commit."""
    blob = ours / "blob"
    blob.write_text('{"format": "reconciler-ledger"')
    sha = git(ours, "hash-object", "-w", "blob")
    (ours / "tree").write_text(f"100644 blob {sha}\tledger.json\n")
    git(ours, "update-index", "--add", "--cacheinfo", f"100644,{sha},ledger.json")
    tree = git(ours, "write-tree")
    git(ours, "update-ref", REF, git(ours, "commit-tree", tree, "-m", "cut"))
    git(ours, "push", "--quiet", "origin", REF)

    with pytest.raises(InvalidInput) as damaged:
        ledger(ours).read()

    assert f"{REF}:ledger.json:1:31: the file ends before the `{{` of line 1 is closed (ledger-damaged)" == str(
        damaged.value
    )
    assert f"`git log -p {REF}` shows the last one that was whole" in damaged.value.problems[0].hint


def test_objects_that_cannot_be_written(tmp_path: Path) -> None:
    """The failure has git's own words."""
    folder = repository(tmp_path / "alone")
    objects = folder / ".git" / "objects"
    objects.rename(folder / "objects")
    objects.write_text("")

    with pytest.raises(ReconcilerError) as failed:
        ledger(folder).write(claimed("eu"))

    assert {"git-failed", "git-repository"} & {problem.code for problem in failed.value.problems}


def test_a_git_command_that_fails_without_words(tmp_path: Path) -> None:
    """It is told by its exit code."""
    with pytest.raises(LedgerFailure, match=r"^`git rev-parse` failed: exit code 1 \(git-failed\)$"):
        Git(repository(tmp_path / "alone"), environment()).tell("rev-parse", "--verify", "--quiet", "nothing")


def test_a_ledger_file_is_not_overlooked(ours: Path) -> None:
    """An empty ledger in git beside one in a file is not the beginning."""
    path = ours / ".reconciler" / "ledger" / "local.json"
    path.parent.mkdir(parents=True)
    path.touch()

    with pytest.raises(Refused) as refused:
        ledger(ours).read()
    ledger(ours).write(claimed("eu"))

    assert (
        "`local` has no ledger in git yet, and one in the file `.reconciler/ledger/local.json` (ledger-in-file)"
    ) == str(refused.value)
    assert replace(claimed("eu"), serial=1) == ledger(ours).read()


def test_waiting_is_short() -> None:
    """The first pause is a fraction of a second."""
    pause(1)
