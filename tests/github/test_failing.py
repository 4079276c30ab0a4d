"""A plan job where GitHub fails, holds back or refuses: what is told, where, and how the job ends."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hub.faults import Limit
from hub.records import BOT
from town import Job, Town, definition, town

KEEP, NEW = "segments/keep.json", "segments/new.json"
POSTING = ("POST", "/comments$")


@pytest.fixture
def begun(tmp_path: Path) -> Iterator[Town]:
    """Yield a repository with pull request 1, from the branch `change`."""
    with town(tmp_path, files={KEEP: definition("Keep")}) as made:
        made.propose("change", {NEW: definition("New")})
        yield made


def authors(made: Town) -> list[str]:
    """Return who wrote the comments of the pull request, the oldest first."""
    return [comment.login for comment in made.hub.comments(1)]


def shown(text: str) -> bool:
    """Say whether a text has the whole plan."""
    return text.startswith("## Segments: 2 to create in `production`\n") and "`+` **`new`**" in text


@pytest.mark.parametrize("status", [403, 404])
def test_a_token_that_may_not_comment_fails_nothing(begun: Town, status: int) -> None:
    """The summary has it all, a warning says why there is no comment, and the job ends as the plan did."""
    begun.hub.fail(POSTING, status=status, body={"message": "No, thank you"})

    job = begun.plan("change")

    assert (job.code, job.outputs["comment"], authors(begun)) == (0, "", [])
    assert shown(job.summary)
    assert "::warning title=comment-refused::#1 has no comment: POST " in job.ended.stdout
    assert f"answered {status}: No, thank you%0Ahint: " in job.ended.stdout
    assert "the summary of the job has it all" in job.ended.stdout


def test_a_failure_of_githubs_is_told(begun: Town) -> None:
    """The job is red; what was planned stands in the summary all the same, before why it was not posted."""
    begun.hub.fail(POSTING, status=500)

    job = begun.plan("change")

    assert (job.code, job.outputs, authors(begun)) == (1, {}, [])
    assert shown(job.summary)
    assert "answered 500: Server Error" in job.summary
    assert "::error title=github-answer::POST " in job.ended.stdout
    assert "answered 500: Server Error (github-answer)" in job.ended.stderr
    assert len(begun.hub.seen(*POSTING)) == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_failure_that_passes_is_waited_out(begun: Town, method: str) -> None:
    """The request is sent again."""
    begun.hub.fail((method, "/comments$"), status=502, times=2)

    job = begun.plan("change")

    assert (job.code, authors(begun)) == (0, [BOT]), job.said
    assert [seen.status for seen in begun.hub.seen(method, "/comments$")][:2] == [502, 502]


@pytest.mark.parametrize("lost", [{"drop": True}, {"status": 502}], ids=["no answer", "another answer"])
def test_a_comment_whose_answer_is_lost_is_there_once(begun: Town, lost: dict[str, Any]) -> None:
    """It is sent again, and what is too much is deleted again."""
    begun.hub.fail(POSTING, before=False, **lost)

    job = begun.plan("change")

    assert (job.code, authors(begun)) == (0, [BOT]), job.said
    assert len(begun.hub.seen(*POSTING)) == 2
    assert job.outputs["comment"].endswith(f"#issuecomment-{begun.hub.comments(1)[0].id}")


@pytest.mark.parametrize("kind", ["secondary", "too many", "exhausted"])
@pytest.mark.parametrize(
    "matching", [POSTING, ("GET", "/comments$"), ("GET", "/user$")], ids=["posting", "reading", "asking who it is"]
)
def test_a_short_limit_is_waited_out(begun: Town, matching: tuple[str, str], kind: Limit) -> None:
    """In each of the three ways in which GitHub asks for it."""
    begun.hub.limit(matching, kind, times=1)

    job = begun.plan("change")

    assert (job.code, authors(begun), job.outputs["changes"]) == (0, [BOT], "2"), job.said
    assert begun.hub.seen(*matching)[0].status in {403, 429}


@pytest.mark.parametrize("kind", ["secondary", "too many", "exhausted"])
def test_a_long_limit_is_not_waited_for(begun: Town, kind: Limit) -> None:
    """It is told how long GitHub asks to wait, and it is no refusal, with which the job would be green."""
    begun.hub.limit(POSTING, kind, seconds=3_600, times=9)
    started = time.monotonic()

    job = begun.plan("change")

    assert (job.code, authors(begun)) == (1, [])
    assert time.monotonic() - started < 60
    assert "GitHub asks to wait 3" in job.ended.stderr
    assert "hint: run the job again" in job.ended.stderr
    assert shown(job.summary)


def test_a_token_that_github_does_not_know(begun: Town) -> None:
    """Nothing is planned, and the hint says where the token comes from."""
    begun.hub.revoke(begun.token)

    job = begun.plan("change")

    assert job.code == 1
    assert "answered 401: Bad credentials (github-refused)" in job.ended.stderr
    assert "GITHUB_TOKEN: ${{ github.token }}" in job.summary
    assert begun.vendor.requests == []


def test_an_answer_that_is_not_githubs(begun: Town) -> None:
    """A wrong address answers something: it is told what was expected where."""
    begun.hub.fail(("GET", "/comments$"), status=200, body=[{"id": "one"}])

    job = begun.plan("change")

    assert job.code == 1
    assert "GitHub answered something unexpected: `0.id`" in job.ended.stderr


def test_what_cannot_be_told_on_a_pull_request_fails_no_apply(begun: Town) -> None:
    """The changes are done; that nobody could be told is a warning."""
    assert begun.plan("change").code == 0
    begun.hub.merge_pull(1)
    begun.commit("main", {KEEP: None, NEW: definition("New")})
    begun.hub.fail(POSTING, status=500)
    base = begun.hub.bare.main

    job = begun.apply(before=begun.hub.bare.sha(f"{base}^^"))

    assert (job.code, sorted(begun.live().values())) == (0, ["New"]), job.said
    assert "::warning title=github-answer::" in job.ended.stdout
    assert begun.comments(1, "apply") == []


def test_our_comment_is_found_behind_those_of_others(begun: Town) -> None:
    """On the second page; those of others stay as they are."""
    for number in range(120):
        begun.hub.comment_as("grace", 1, f"I say {number}")
    assert begun.plan("change").code == 0
    (ours,) = [comment.id for comment in begun.hub.comments(1) if comment.login == BOT]
    begun.commit("change", {"segments/more.json": definition("More")})

    job = begun.plan("change")

    assert job.code == 0
    assert [comment.id for comment in begun.hub.comments(1) if comment.login == BOT] == [ours]
    assert "3 to create" in begun.comments(1)[0]
    assert [comment.body for comment in begun.hub.comments(1)][:120] == [f"I say {number}" for number in range(120)]


def test_a_comment_that_only_looks_like_ours_is_left(begun: Town) -> None:
    """A person copied it, hidden line included; and another tool writes with the same token."""
    assert begun.plan("change").code == 0
    (ours,) = begun.hub.comments(1)
    copy = begun.hub.comment_as("mallory", 1, ours.body)
    other = begun.hub.comment_as(BOT, 1, "<!-- reconciler of something else -->\n")
    told = begun.hub.comment_as(BOT, 1, ours.body.replace('"kind":"plan"', '"kind":"apply"'))
    begun.hub.delete_comment(ours.id)

    job = begun.plan("change")

    assert job.code == 0
    *before, made = begun.hub.comments(1)
    assert before == [copy, other, told]
    assert made.login == BOT


def again(made: Town, *arguments: str, token: str = "") -> list[int]:
    """Plan twice; return the ids of the comments after each."""
    found = []
    for _ in range(2):
        job = made.plan("change", *arguments, token=token)
        assert job.code == 0, job.said
        found += [comment.id for comment in made.hub.comments(1)]
    return found


def test_a_run_that_was_overtaken_says_so(begun: Town) -> None:
    """The comment is the newer run's; the summary has what the older one found."""
    older = begun.hub.start_run(branch="change")
    assert begun.plan("change").code == 0
    (comment,) = begun.hub.comments(1)

    job = begun.job("plan", "pull_request", older)

    assert (job.code, job.outputs["comment"], begun.hub.comments(1)) == (0, "", [comment])
    assert "::warning title=comment-outrun::#1 has the comment of a newer run" in job.ended.stdout
    assert shown(job.summary)


@pytest.mark.parametrize(
    ("login", "arguments", "kept"),
    [
        (BOT, (), True),
        ("ada", (), True),
        ("segments-app[bot]", ("--author", "segments-app[bot]"), True),
        ("segments-app[bot]", (), False),
    ],
)
def test_whose_comments_are_ours(begun: Town, login: str, arguments: tuple[str, ...], *, kept: bool) -> None:
    """Those of the token's user; an App's has to be named, else each run makes a new one in place of the old one."""
    one, other = again(begun, *arguments, token=begun.hub.token(login))

    assert (one == other) is kept
    assert authors(begun) == [login]


def test_configurations_with_targets_of_one_name_have_a_comment_each(begun: Town) -> None:
    """A comment is about the targets of one configuration."""
    config = (begun.ada / "reconciler.toml").read_text()
    folders = ("ads", "mail")
    begun.commit("change", {f"{folder}/reconciler.toml": config for folder in folders})
    begun.commit("change", {f"{folder}/segments/{folder}.json": definition(folder) for folder in folders})
    jobs: list[Job] = []
    for _ in range(2):
        jobs += [begun.plan("change", "--config", f"{folder}/reconciler.toml") for folder in folders]

    assert [job.code for job in jobs] == [0, 0, 0, 0], jobs[0].said
    assert [job.outputs["comment"] for job in jobs[:2]] == [job.outputs["comment"] for job in jobs[2:]]
    assert ["**`ads`**" in body for body in begun.comments(1)] == [True, False]


def test_a_target_that_fails_stands_beside_the_others(begun: Town) -> None:
    """The comment has both, and the job ends as the worse one."""
    config = (begun.ada / "reconciler.toml").read_text()
    second = config[config.index("[targets") :].replace("production", "staging").replace("SECRET_KEY", "OTHER_KEY")
    begun.commit("change", {"reconciler.toml": config + second})

    job = begun.plan("change", "--all-targets")

    assert (job.code, job.outputs["changes"]) == (1, "2")
    (body,) = begun.comments(1)
    assert "no plan of `staging`" in body
    assert "`QONVERSION_OTHER_KEY` is not set" in body
    assert "`+` **`new`**" in body
    assert "::error title=credential-missing::target `staging`: " in job.ended.stdout


def test_labels_say_what_a_merge_would_do(begun: Town) -> None:
    """They are put on and taken off; those of others stay."""
    begun.hub.label_issue(1, "urgent", "segment-deletes")

    assert begun.plan("change", "--labels").code == 0

    assert sorted(begun.hub.pulls[1].labels) == ["segment-changes", "urgent"]


def test_labels_that_may_not_be_set_are_no_failure(begun: Town) -> None:
    """The comment is there; a warning tells of the labels. Another failure is one."""
    begun.hub.fail(("POST", "/labels$"), status=403)
    warned = begun.plan("change", "--labels")
    begun.hub.fail(("POST", "/labels$"), status=422)
    failed = begun.plan("change", "--labels")

    assert (warned.code, failed.code) == (0, 1)
    assert "::warning title=github-refused::POST " in warned.ended.stdout
    assert authors(begun) == [BOT]
