"""What a job is given: a wrong event, half an environment, a configuration with an error, files that are not there."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hub.records import BOT, Run
from town import Town, definition, town

KEEP, NEW = "segments/keep.json", "segments/new.json"
VARIABLES = (
    "GITHUB_TOKEN",
    "GITHUB_REPOSITORY",
    "GITHUB_EVENT_NAME",
    "GITHUB_EVENT_PATH",
    "GITHUB_SHA",
    "GITHUB_REF",
    "GITHUB_RUN_ID",
    "GITHUB_RUN_NUMBER",
)


@pytest.fixture
def begun(tmp_path: Path) -> Iterator[Town]:
    """Yield a repository with pull request 1, from the branch `change`."""
    with town(tmp_path, files={KEEP: definition("Keep")}) as made:
        made.propose("change", {NEW: definition("New")})
        yield made


def pushed(made: Town, branch: str, event: str = "push") -> Run:
    """Return a run of the apply workflow on a branch."""
    return made.hub.start_run(workflow="apply.yml", event=event, branch=branch)


@pytest.mark.parametrize("command", ["plan", "apply", "drift"])
def test_all_that_is_missing_is_told_at_once(begun: Town, command: str) -> None:
    """Outside of GitHub Actions nothing is there; each variable is named, in one message, and nobody is asked."""
    run = begun.hub.start_run(branch="change")

    job = begun.job(command, "pull_request", run, variables=dict.fromkeys(VARIABLES, " "))

    assert job.code == 3
    named = ", ".join(f"`{name}`" for name in VARIABLES)
    assert job.ended.stderr == (
        f"error: not set in the environment, or empty: {named} (not-in-actions)\n"
        "  hint: run it in a workflow as `reconciler init --ci github` writes it\n"
    )
    assert begun.hub.requests == []
    assert begun.vendor.requests == []


def test_a_token_that_is_missing_is_to_be_mapped(begun: Town) -> None:
    """All else comes by itself, so the hint is another one."""
    job = begun.plan("change", variables={"GITHUB_TOKEN": ""})

    assert job.code == 3
    assert job.ended.stderr == (
        "error: not set in the environment, or empty: `GITHUB_TOKEN` (not-in-actions)\n"
        "  hint: map it in the step: `env: { GITHUB_TOKEN: ${{ github.token }} }`\n"
    )


ODD = "is not as GitHub writes it: `pull_request"
PAYLOADS = {
    "no JSON": ("{", "cannot be read as JSON"),
    "JSON without an end": ("[" * 100_000, "cannot be read as JSON"),
    "no object": ("[]", "is not an object"),
    "nothing in it": ("{}", "holds no pull request"),
    "no number": ('{"pull_request": {"number": "one", "head": {"sha": "a"}}}', f"{ODD}.number`"),
    "a list for it": ('{"pull_request": []}', f"{ODD}`"),
    "no base": ('{"pull_request": {"number": 1, "head": {"sha": "a", "repo": null}}}', f"{ODD}.base`"),
}


@pytest.mark.parametrize(("text", "words"), PAYLOADS.values(), ids=PAYLOADS)
def test_an_event_that_is_none(begun: Town, text: str, words: str) -> None:
    """It is told what is wrong with the file, whatever is in it."""
    (begun.folder / "event.json").write_text(text)
    run = begun.hub.start_run(branch="change")

    job = begun.job("plan", "pull_request", run, variables={"GITHUB_EVENT_PATH": str(begun.folder / "event.json")})

    assert job.code == 3
    assert f"the event in the file that `GITHUB_EVENT_PATH` names {words} (not-in-actions)" in job.ended.stderr
    assert begun.vendor.requests == []


@pytest.mark.parametrize("text", ["{}", '{"repository": null}'])
def test_a_push_that_names_no_default_branch(begun: Town, text: str) -> None:
    """Nothing is applied where it is not known which branch is to be."""
    (begun.folder / "event.json").write_text(text)

    job = begun.apply(variables={"GITHUB_EVENT_PATH": str(begun.folder / "event.json")})

    assert job.code == 3
    assert "names tells no default branch (not-in-actions)" in job.ended.stderr
    assert begun.live() == {}


@pytest.mark.parametrize("event", ["pull_request_target", "workflow_run", "push"])
def test_a_plan_of_another_event(begun: Town, event: str) -> None:
    """Where a fork's code would run with secrets, nothing is planned."""
    job = begun.plan("change", variables={"GITHUB_EVENT_NAME": event})

    assert job.code == 3
    assert f"this job was started by `{event}`, and this command is for `pull_request` (wrong-event)" in job.said
    assert "this job was started by" in job.summary
    assert begun.vendor.requests == []
    assert begun.hub.comments(1) == []


def test_a_push_is_no_pull_request(begun: Town) -> None:
    """Though it has none, that is not what is told."""
    job = begun.job("plan", "push", pushed(begun, "main"))

    assert (job.code, "(wrong-event)" in job.ended.stderr) == (3, True)


def test_an_apply_of_another_event(begun: Town) -> None:
    """What a pull request proposes is not applied."""
    run = begun.hub.start_run(branch="change")

    job = begun.job("apply", "pull_request", run)

    assert job.code == 3
    assert "this command is for `push` or `workflow_dispatch` (wrong-event)" in job.ended.stderr
    assert begun.vendor.requests == []


@pytest.mark.parametrize("event", ["push", "workflow_dispatch"])
def test_an_apply_of_another_branch(begun: Town, event: str) -> None:
    """Only what is on the default branch is applied, also where a person starts it by hand."""
    run = pushed(begun, "change", event)

    job = begun.apply(run=run, event="push" if event == "push" else "workflow_dispatch")

    assert job.code == 3
    assert f"`{event}` is of `refs/heads/change`, and only what is on the default branch `main` is" in job.ended.stderr
    assert "hint: merge it first" in job.ended.stderr
    assert begun.vendor.requests == []


def test_a_digest_is_of_one_target(begun: Town) -> None:
    """With several it is a mistake, and nothing is done."""
    config = (begun.ada / "reconciler.toml").read_text()
    second = config[config.index("[targets") :].replace("production", "staging").replace("SECRET_KEY", "OTHER_KEY")
    begun.commit("main", {"reconciler.toml": config + second})

    job = begun.apply("--all-targets", "--expect-digest", f"sha256:{'0' * 64}", event="workflow_dispatch")

    assert (job.code, "`--expect-digest` works on one target" in job.said) == (3, True)
    assert begun.vendor.requests == []


def test_another_digest_is_refused(begun: Town) -> None:
    """What was looked at is not what would be applied."""
    job = begun.apply("--expect-digest", f"sha256:{'0' * 64}", event="workflow_dispatch")

    assert (job.code, begun.live()) == (5, {}), job.said
    assert "nothing was applied" in job.said


def test_a_configuration_with_an_error(begun: Town) -> None:
    """It is annotated beside its line, and told in the summary."""
    begun.commit("change", {"reconciler.toml": '[targets.production]\nprovider = "qonversion"\nledge = "git"\n'})

    job = begun.plan("change")

    assert job.code == 3
    assert "::error file=reconciler.toml,line=3,col=1,title=" in job.ended.stdout
    assert "`reconciler.toml:3:1`" in job.summary
    assert begun.vendor.requests == []


def test_a_configuration_that_is_not_there(begun: Town) -> None:
    """The name that was asked for is told."""
    job = begun.plan("change", "--config", "elsewhere/reconciler.toml")

    assert job.code == 3
    assert "elsewhere/reconciler.toml" in job.summary
    assert "::error file=elsewhere/reconciler.toml,title=config-unreadable::" in job.ended.stdout


def test_a_job_without_a_summary_and_outputs(begun: Town) -> None:
    """An older runner, or another one, has no such files: the comment is posted all the same."""
    job = begun.plan("change", variables={"GITHUB_STEP_SUMMARY": "", "GITHUB_OUTPUT": ""})

    assert (job.code, job.summary, job.outputs) == (0, "", {})
    assert [comment.login for comment in begun.hub.comments(1)] == [BOT]


def test_a_summary_that_cannot_be_written(begun: Town) -> None:
    """The job is red and says which file; what went wrong before it is not hidden by that."""
    nowhere = {"GITHUB_STEP_SUMMARY": str(begun.folder)}

    job = begun.plan("change", variables=nowhere)
    other = begun.plan("change", variables={**nowhere, "GITHUB_EVENT_NAME": "push"})

    assert (job.code, other.code) == (1, 3)
    assert f"{begun.folder}: is a directory (file-unusable)" in job.ended.stderr
    assert "(wrong-event)" in other.ended.stderr


def test_a_summary_that_cannot_be_written_hides_no_apply(begun: Town) -> None:
    """What was changed is counted: the job ends as an incomplete one."""
    job = begun.apply(event="workflow_dispatch", variables={"GITHUB_STEP_SUMMARY": str(begun.folder)})

    assert (job.code, sorted(begun.live().values())) == (4, ["Keep"])
    assert "is a directory (file-unusable)" in job.ended.stderr


def test_a_job_that_changed_nothing_and_cannot_say_so(begun: Town) -> None:
    """It failed all the same."""
    assert begun.apply(event="workflow_dispatch").code == 0

    job = begun.apply(event="workflow_dispatch", variables={"GITHUB_OUTPUT": str(begun.folder)})

    assert job.code == 1
    assert "is a directory (file-unusable)" in job.ended.stderr


def test_all_texts_of_a_summary_fit_together(begun: Town) -> None:
    """GitHub shows nothing of one above 1 MiB: a text has the room that those before it left."""
    summary = begun.folder / "summary.md"
    summary.write_text("x" * 999_600 + "\n")
    begun.hub.fail(("POST", "/comments$"), status=500)

    job = begun.plan("change", variables={"GITHUB_STEP_SUMMARY": str(summary)})

    text = summary.read_text().lstrip("x\n")
    assert job.code == 1
    assert len(summary.read_bytes()) <= 1_048_576
    assert text.startswith("## Segments: 2 to create")
    assert "*Shortened to fit: " in text


def test_the_plan_is_saved(begun: Town) -> None:
    """As `plan --out` does, for a later step."""
    job = begun.plan("change", "--out", str(begun.folder / "plan.json"))

    assert job.code == 0
    document = json.loads((begun.folder / "plan.json").read_text())
    assert [change["action"] for change in document["changes"]] == ["create", "create", "skip", "skip"]


def test_definitions_that_are_wrong_replace_an_older_plan(begun: Town) -> None:
    """The comment does not go on showing what is no longer proposed."""
    assert begun.plan("change").code == 0
    begun.commit("change", {NEW: '{"name": 3}'})

    job = begun.plan("change")

    assert job.code == 3
    (body,) = begun.comments(1)
    assert "so no plan was made" in body
    assert "`segments/new.json:1:" in body
    assert job.outputs["comment"].endswith(f"#issuecomment-{begun.hub.comments(1)[0].id}")


def test_a_pull_request_without_a_configuration_is_told(begun: Town) -> None:
    """What the last plan said is replaced, so that nobody takes it for what would happen."""
    assert begun.plan("change").code == 0
    begun.commit("change", {"reconciler.toml": None})

    job = begun.plan("change")

    assert job.code == 3
    (said,) = begun.comments(1)
    assert "so no plan was made" in said
    assert "config-missing" in said


@pytest.mark.parametrize(("status", "code", "comments"), [(404, 0, 1), (500, 1, 0)])
def test_whether_it_is_merged_may_not_be_known(begun: Town, status: int, code: int, comments: int) -> None:
    """A token that may not look comments all the same; a GitHub that fails is a failure."""
    begun.hub.fail(("GET", "/pulls/1$"), status=status)

    assert (begun.plan("change").code, len(begun.comments(1))) == (code, comments)


def test_a_plan_after_the_merge_leaves_the_comment(begun: Town) -> None:
    """It says what was reviewed."""
    assert begun.plan("change").code == 0
    reviewed = begun.comments(1)
    late = begun.hub.start_run(workflow="plan.yml", event="pull_request", branch="change")
    begun.hub.merge_pull(1)

    job = begun.job("plan", "pull_request", late)

    assert (job.code, begun.comments(1)) == (0, reviewed)
    assert "title=pull-merged" in job.said


def test_the_plan_warns_of_a_target_that_asks_for_no_review(begun: Town) -> None:
    """Whoever reviews it should know that the apply does not wait for that."""
    config = (begun.ada / "reconciler.toml").read_text()
    begun.commit("change", {"reconciler.toml": config.replace("ledger =", "accept_unreviewed = true\nledger =")})

    assert begun.plan("change").code == 0
    assert "is applied without a review" in begun.comments(1)[0]
