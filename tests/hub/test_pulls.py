"""Pull requests: their refs, their merges, and which of them a commit belongs to."""

import httpx
import pytest
from clones import git
from hub.server import Hub
from hub.work import Work


def _pulls(bot: httpx.Client, *commits: str) -> list[list[int]]:
    return [[pull["number"] for pull in bot.get(f"commits/{sha}/pulls").json()] for sha in commits]


def test_an_open_pull_request_follows_its_branch(hub: Hub, bot: httpx.Client, work: Work) -> None:
    """After a push its head is the branch's tip, in the API and in refs/pull, and the trial merge is of that."""
    work.push("feature", "one.json")
    hub.open_pull("feature")
    tip = work.push("feature", "two.json")
    pull = bot.get("pulls/1").json()
    trial = hub.bare.commits([pull["merge_commit_sha"]])[0]

    assert (pull["head"]["sha"], pull["commits"], pull["changed_files"], pull["mergeable"]) == (tip, 2, 2, True)
    assert trial.parents == [hub.bare.main, tip]
    assert hub.bare.sha("refs/pull/1/head") == tip
    assert hub.bare.sha("refs/pull/1/merge") == trial.sha


def test_a_pull_request_with_conflicts_has_no_new_trial_merge(hub: Hub, bot: httpx.Client, work: Work) -> None:
    """It is not mergeable, and the ref of its trial merge stays where it was."""
    work.push("one", "same.json")
    work.push("other", "same.json")
    hub.open_pull("one")
    trial = hub.open_pull("other").merge_sha
    hub.merge_pull(1)
    pull = bot.get("pulls/2").json()

    assert (pull["mergeable"], pull["mergeable_state"]) == (False, "dirty")
    assert hub.bare.sha("refs/pull/2/merge") == trial


def test_a_fork_s_pull_request_comes_from_elsewhere(hub: Hub, bot: httpx.Client, work: Work) -> None:
    """Its head's repository is the fork, and a clone that fetches branches does not have its commits."""
    tip = work.push("theirs", "one.json", to="refs/forks/mallory/theirs")
    hub.open_pull("theirs", author="mallory", fork=True)
    pull = bot.get("pulls/1").json()

    assert (pull["head"]["repo"]["full_name"], pull["head"]["repo"]["fork"]) == ("mallory/segments", True)
    assert (pull["head"]["label"], pull["head"]["sha"], pull["base"]["repo"]["fork"]) == ("mallory:theirs", tip, False)
    assert pull["user"]["login"] == "mallory"
    assert "origin/theirs" not in git(work.folder, "branch", "--remotes")


def test_a_merge_brings_its_commit_and_those_of_the_branch(hub: Hub, bot: httpx.Client, work: Work) -> None:
    """Each of them leads to the pull request, and what was there before leads to none."""
    before = hub.bare.main
    tip = work.push("feature", "one.json", "two.json")
    hub.open_pull("feature")
    merged = hub.merge_pull(1, "merge", delete_branch=True)
    (commit,) = hub.bare.commits([merged])
    pull = bot.get("pulls/1").json()

    assert commit.parents == [before, tip]
    assert _pulls(bot, merged, tip, f"{tip}~1", before) == [[1], [1], [1], []]
    assert (pull["state"], pull["merged"], pull["merge_commit_sha"]) == ("closed", True, merged)
    assert (pull["merged_at"], pull["merged_by"]["login"]) == (pull["closed_at"], "grace")
    assert hub.bare.sha("feature") is None
    assert hub.bare.sha("refs/pull/1/merge") is None
    assert hub.bare.sha("refs/pull/1/head") == tip


def test_a_squash_brings_one_commit(hub: Hub, bot: httpx.Client, work: Work) -> None:
    """It has one parent and leads to the pull request; so do the branch's own, which are not on the default branch."""
    before = hub.bare.main
    tip = work.push("feature", "one.json", "two.json")
    hub.open_pull("feature", title="Add two")
    merged = hub.merge_pull(1, "squash")
    (commit,) = hub.bare.commits([merged])

    assert (commit.parents, commit.message) == ([before], "Add two (#1)")
    assert _pulls(bot, merged, tip, before) == [[1], [1], []]
    assert not hub.bare.has(merged, tip)


def test_a_rebase_brings_each_commit_made_again(hub: Hub, bot: httpx.Client, work: Work) -> None:
    """There are as many new ones as the branch has, also where nothing else came between; each leads to it."""
    before = hub.bare.main
    tip = work.push("feature", "one.json", "two.json")
    hub.open_pull("feature")
    merged = hub.merge_pull(1, "rebase")
    brought = hub.bare.between(before, merged)

    assert len(brought) == 2
    assert tip not in brought
    assert [commit.message for commit in hub.bare.commits(brought)] == ["Write one.json", "Write two.json"]
    assert _pulls(bot, *brought, before) == [[1], [1], []]


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_one_pull_request_after_another(hub: Hub, bot: httpx.Client, work: Work, method: str) -> None:
    """What is merged on top of another merge leads to its own pull request alone."""
    work.push("one", "one.json")
    work.push("other", "two.json")
    hub.open_pull("one")
    hub.open_pull("other")
    first, second = hub.merge_pull(2, method), hub.merge_pull(1, method)

    assert _pulls(bot, first, second) == [[2], [1]]
    assert git(hub.bare.folder, "show", "main:one.json", "main:two.json").splitlines() == [
        "one: one.json",
        "other: two.json",
    ]


def test_a_commit_that_is_not_on_the_default_branch_leads_to_those_that_have_it(
    hub: Hub, bot: httpx.Client, work: Work
) -> None:
    """Open pull requests are listed, closed ones are not; a branch's name says its tip; an unknown one is refused."""
    tip = work.push("feature", "one.json")
    work.push("more", "two.json", base="feature")
    work.push("dropped", "three.json", base="feature")
    for branch in ("feature", "more", "dropped"):
        hub.open_pull(branch)
    hub.close_issue_as("ada", 3)
    unknown = bot.get(f"commits/{'0' * 40}/pulls")

    assert _pulls(bot, tip, "more", "dropped", "main") == [[1, 2], [2], [], []]
    assert (unknown.status_code, unknown.json()["message"]) == (422, f"No commit found for SHA: {'0' * 40}")


def test_a_direct_push_belongs_to_no_pull_request(hub: Hub, bot: httpx.Client, work: Work) -> None:
    """Nothing is listed for it."""
    tip = work.push("straight", "one.json", to="refs/heads/main")

    assert _pulls(bot, tip) == [[]]
