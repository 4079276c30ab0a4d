"""The way between two commits of a branch, and the pull requests that brought them."""

from collections.abc import Iterator
from pathlib import Path

import clones
import pytest
from clones import git
from hub.records import MAIN
from hub.server import Hub
from hub.work import Work

from reconciler.errors import GitHubAnswer
from reconciler.github.api import HEADERS, GitHub
from reconciler.github.pulls import Way, merged, way
from reconciler.web.transport import Transport


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """Yield a hub whose main has two commits."""
    made = Hub(clones.hub(tmp_path / "hub.git"))
    with made.serving():
        yield made


@pytest.fixture
def github(hub: Hub) -> Iterator[GitHub]:
    """Yield the hub's repository as a job's token sees it."""
    with GitHub(Transport(hub.url, hub.token(), headers=HEADERS), "octo/segments") as made:
        yield made


@pytest.fixture
def work(hub: Hub, tmp_path: Path) -> Work:
    """Return somebody's clone."""
    return Work(hub.bare.folder, tmp_path / "work")


def grow(work: Work, commits: int) -> list[str]:
    """Push this many commits to main, and return all that it has, the newest first."""
    git(work.folder, "checkout", "--quiet", MAIN)
    tree = git(work.folder, "rev-parse", "HEAD^{tree}")
    sha = git(work.folder, "rev-parse", "HEAD")
    for number in range(commits):
        sha = git(work.folder, "commit-tree", tree, "-p", sha, "-m", str(number))
    git(work.folder, "push", "--quiet", "origin", f"{sha}:refs/heads/{MAIN}")
    return git(work.folder, "rev-list", sha).split()


def test_the_commits_in_between_the_newest_first(github: GitHub, work: Work) -> None:
    """Without the one to begin with."""
    line = grow(work, 3)

    assert way(github, line[3], line[0]) == Way(tuple(line[:3]))


def test_only_those_of_the_branch_itself(github: GitHub, hub: Hub, work: Work) -> None:
    """What a merge brought from its branch is not the branch's own."""
    since = hub.bare.main
    work.push("feature", "segments/a.json", "segments/b.json")
    one = hub.merge_pull(hub.open_pull("feature").number)
    work.push("other", "segments/c.json")
    other = hub.merge_pull(hub.open_pull("other").number, "squash")

    assert way(github, since, other) == Way((other, one))


def test_no_way_at_all(github: GitHub, hub: Hub) -> None:
    """A commit that was applied may be run once more."""
    assert way(github, hub.bare.main, hub.bare.main) == Way((hub.bare.main,))


def test_the_way_back(github: GitHub, work: Work) -> None:
    """The other commit is the older one: nothing lies in between."""
    line = grow(work, 2)

    assert way(github, line[0], line[1]) == Way((), behind=True)


@pytest.mark.parametrize("since", ["", "0" * 39 + "1"])
def test_a_commit_that_nobody_knows(github: GitHub, hub: Hub, since: str) -> None:
    """The newest commit alone is looked at."""
    assert way(github, since, hub.bare.main) == Way((hub.bare.main,))


def test_commits_on_two_lines(github: GitHub, hub: Hub, work: Work) -> None:
    """As after a forced push: the newest commit alone is looked at."""
    aside = work.push("aside", "segments/a.json")
    work.push("feature", "segments/b.json")
    newest = hub.merge_pull(hub.open_pull("feature").number)

    assert way(github, aside, newest) == Way((newest,))


def test_a_refusal_is_no_way(github: GitHub, hub: Hub) -> None:
    """A token that may not read is told so."""
    hub.fail(("GET", "/compare/"), status=403, body={"message": "No"})

    with pytest.raises(GitHubAnswer, match="answered 403: No"):
        way(github, hub.bare.main, hub.bare.main)


@pytest.mark.parametrize("commits", [100, 101, 250])
def test_a_long_way(github: GitHub, work: Work, commits: int) -> None:
    """Of several pages, whose commits come the oldest first."""
    line = grow(work, commits)

    assert way(github, line[commits], line[0]) == Way(tuple(line[:100]))


def test_a_way_that_is_too_long(github: GitHub, hub: Hub, work: Work) -> None:
    """Its newest hundred commits are followed, which are on the last two pages."""
    line = grow(work, 320)

    found = way(github, line[320], line[0])

    assert found == Way(tuple(line[:100]))
    assert [seen.query["page"] for seen in hub.seen("GET", "/compare/")] == ["1", "3", "4"]


def test_a_page_that_is_gone(github: GitHub, hub: Hub, work: Work) -> None:
    """Somebody pushed by force in the meantime: what is there still is followed."""
    line = grow(work, 250)
    hub.fail(("GET", "/compare/"), skip=1, status=404)

    assert way(github, line[250], line[0]) == Way(tuple(line[:50]))


def test_a_pull_request_is_found_by_its_commit(github: GitHub, hub: Hub, work: Work) -> None:
    """With its last commit and when it was merged; one into another branch, or not merged, is none."""
    head = work.push("feature", "segments/a.json")
    number = hub.open_pull("feature").number
    open_still = merged(github, MAIN, head)
    sha = hub.merge_pull(number)

    (found,) = merged(github, MAIN, sha)

    assert (found.number, found.head, found.merged_at) == (number, head, hub.pulls[number].merged_at)
    assert open_still == []
    assert merged(github, "release", sha) == []


@pytest.mark.parametrize("status", [404, 422])
def test_a_commit_without_pull_requests(github: GitHub, hub: Hub, status: int) -> None:
    """One that GitHub does not know has none either."""
    hub.fail(("GET", "/pulls$"), status=status)

    assert merged(github, MAIN, hub.bare.main) == []
    assert merged(github, MAIN, "0" * 39 + "1") == []


def test_pull_requests_that_may_not_be_read(github: GitHub, hub: Hub) -> None:
    """That is told: what was reviewed is not known."""
    hub.fail(("GET", "/pulls$"), status=403)

    with pytest.raises(GitHubAnswer):
        merged(github, MAIN, hub.bare.main)
