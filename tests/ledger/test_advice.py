"""What is said about a repository of which git complains, and what one does about it: with git's own complaints."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from clones import BOB, REF, claimed, clone, git, hub, ledger, record, repository

from reconciler.errors import InvalidInput, LedgerFailure, Refused
from reconciler.ledger.advice import advice

AGAIN = ", then run the command again"


def lock(refs: Path) -> str:
    """Leave a lock behind, as a git that was killed."""
    path = refs / f"{REF}.lock"
    path.parent.mkdir(parents=True)
    path.touch()
    return f"a git that was killed has left its lock: if none runs there any more, delete `{path}`"


def ref_below(refs: Path) -> str:
    """Have a ref where its folder would be."""
    git(refs, "update-ref", f"{REF}/below", "main")
    return (
        "git keeps no ref below another: give one of the two targets another name; if it is no ledger, "
        f"`git update-ref -d {REF}/below` removes it"
    )


def ref_above(refs: Path) -> str:
    """Have a ref where its folder should be."""
    above = str(Path(REF).parent)
    git(refs, "update-ref", above, "main")
    return (
        "git keeps no ref below another: give one of the two targets another name; if it is no ledger, "
        f"`git update-ref -d {above}` removes it"
    )


def lock_below(refs: Path) -> str:
    """Leave a lock behind in a folder of its name."""
    path = refs / REF / "below.lock"
    path.parent.mkdir(parents=True)
    path.touch()
    return f"the folder `.git/{REF}` holds what is no ref: if no git runs there any more, move it away"


def file_above(refs: Path) -> str:
    """Have a file where its folder should be."""
    path = refs / Path(REF).parent
    path.parent.mkdir(parents=True)
    path.touch()
    return f"a file is where git needs the folder of `.git/{REF}`: move it away"


@pytest.mark.parametrize("make", [lock, ref_below, ref_above, lock_below, file_above], ids=lambda make: make.__name__)
def test_what_is_in_the_way_of_the_ref_is_named(tmp_path: Path, make: Callable[[Path], str]) -> None:
    """It is no matter of permissions: the hint names the file, folder or ref, however long git talks."""
    folder = repository(tmp_path / "alone")
    expected = make(folder / ".git")

    with pytest.raises(LedgerFailure, match=rf"^{REF}: the ledger cannot be written: cannot lock ref ") as failed:
        ledger(folder).write(claimed("eu"))

    assert f"{expected}{AGAIN}" == failed.value.problems[0].hint
    assert "Another git process" not in str(failed.value)


@pytest.mark.parametrize("make", [lock, ref_above], ids=lambda make: make.__name__)
def test_what_is_in_the_way_in_the_remote_is_said_to_be_there(tmp_path: Path, make: Callable[[Path], str]) -> None:
    """The remote's words come in git's, and lead to the same hint."""
    shared = hub(tmp_path / "hub")
    ours = clone(shared, tmp_path / "ours")
    expected = make(shared).replace("hub/refs", "hub/./refs")

    with pytest.raises(LedgerFailure, match="the remote `origin` did not take the ledger: ") as failed:
        ledger(ours).write(claimed("eu"))

    ending = f"{AGAIN}; without the ledger nothing is planned or sent"
    assert f"in the repository of the remote: {expected}{ending}" == failed.value.problems[0].hint


def test_a_repository_of_another_user_is_to_be_trusted_first(tmp_path: Path) -> None:
    """`git init` would help nobody: git's own advice is handed on."""
    folder = repository(tmp_path / "alone with spaces")

    with pytest.raises(InvalidInput, match="no repository that can be used: detected dubious ownership") as refused:
        ledger(folder, GIT_TEST_ASSUME_DIFFERENT_OWNER="1").read()

    assert "safe.directory" not in str(refused.value)
    assert refused.value.problems[0].hint.endswith(f"`git config --global --add safe.directory '{folder}'`{AGAIN}")


def test_no_repository_at_all_is_to_be_made(tmp_path: Path) -> None:
    """There `git init` helps."""
    with pytest.raises(InvalidInput, match=r"there is no repository \(git-repository\)") as refused:
        ledger(tmp_path).read()

    assert refused.value.problems[0].hint.startswith("`git init` makes one")


APART = (
    "git does not push to the URL of `origin` that it fetches from: both have to be one repository, see "
    "`git remote -v` and `remote.origin.pushurl`"
)


def test_a_remote_that_is_two_repositories_is_said_to_be(tmp_path: Path) -> None:
    """Which git calls stale, however often it is tried; where the other one took the first write, reading tells."""
    shared = hub(tmp_path / "hub")
    ours = clone(shared, tmp_path / "ours")
    first = ledger(ours).write(claimed("eu"))
    shutil.copytree(shared, tmp_path / "other")
    git(ours, "config", "remote.origin.pushurl", f"file://{tmp_path / 'other'}")
    ledger(clone(tmp_path / "other", tmp_path / "theirs"), BOB).write(first.claim(record("us")))

    with pytest.raises(LedgerFailure, match="stale info") as failed:
        ledger(ours).write(first.claim(record("mars")))
    git(ours, "fetch", "--quiet", f"file://{tmp_path / 'other'}", f"{REF}:{REF}")
    with pytest.raises(Refused, match=r"\(ledger-unpublished\)") as refused:
        ledger(ours).read()

    assert f"{APART}; without the ledger nothing is planned or sent" == failed.value.problems[0].hint
    assert refused.value.problems[0].hint.startswith(f"{APART}; if this clone's is the newest, `git push")


def test_words_that_may_mean_many_things_lead_to_no_advice() -> None:
    """What to do then is for whoever ran git to say."""
    assert "" == advice("fatal: unable to write loose object file: No space left on device")
