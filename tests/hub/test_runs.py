"""Runs of workflows, people's hands, and what a runner gives a job."""

import json
from pathlib import Path

import httpx
from hub.server import Hub
from hub.work import Work


def test_runs_are_counted_for_each_workflow(hub: Hub, bot: httpx.Client) -> None:
    """A workflow's runs are listed newest first; another attempt is the same run."""
    runs = [hub.start_run(workflow=name, event="push") for name in ("plan.yml", "apply.yml", "plan.yml")]
    hub.end_run(runs[0], "cancelled")
    hub.rerun(runs[2])
    listed = bot.get("actions/workflows/plan.yml/runs").json()
    cancelled = bot.get("actions/workflows/plan.yml/runs?status=cancelled").json()

    assert [run.number for run in runs] == [1, 1, 2]
    assert listed["total_count"] == 2
    assert [(run["id"], run["run_attempt"], run["status"]) for run in listed["workflow_runs"]] == [
        (runs[2].id, 2, "in_progress"),
        (runs[0].id, 1, "completed"),
    ]
    assert [run["conclusion"] for run in cancelled["workflow_runs"]] == ["cancelled"]


def test_runs_are_found_by_branch_and_event(hub: Hub, bot: httpx.Client, work: Work) -> None:
    """Each filter narrows the list, and pages count what is left."""
    work.push("feature", "one.json")
    hub.open_pull("feature")
    found = [hub.start_run(branch="feature").id for _ in range(3)]
    hub.start_run(event="push")
    answer = bot.get("actions/workflows/plan.yml/runs?branch=feature&event=pull_request&per_page=2&page=2")

    assert (answer.json()["total_count"], [run["id"] for run in answer.json()["workflow_runs"]]) == (3, found[:1])
    assert set(answer.links) == {"prev", "first"}


def test_people_work_without_requests(hub: Hub, bot: httpx.Client) -> None:
    """What they write, change, close, label and delete is what the API tells; no request is kept of it."""
    hub.open_issue_as("ada", "Look", labels=("drift",))
    comment = hub.comment_as("bob", 1, "x").id
    hub.edit_comment(comment, "y")
    hub.delete_comment(hub.comment_as("bob", 1, "z").id)
    hub.close_issue_as("bob", 1)
    hub.reopen_issue_as("ada", 1)
    hub.close_issue_as("bob", 1, "not_planned")
    hub.label_issue(1, "drift", "known")
    assert hub.requests == []
    issue, comments = bot.get("issues/1").json(), bot.get("issues/1/comments").json()

    assert [(one["user"]["login"], one["user"]["type"], one["body"]) for one in comments] == [("bob", "User", "y")]
    assert (issue["state"], issue["state_reason"], issue["closed_by"]["login"]) == ("closed", "not_planned", "bob")
    assert ([label["name"] for label in issue["labels"]], issue["comments"]) == (["drift", "known"], 1)


def test_an_issue_is_closed_and_opened_by_its_state(hub: Hub, bot: httpx.Client) -> None:
    """The reason is `completed` or `reopened` where none is given; a list is of open ones unless it says otherwise."""
    bot.post("issues", json={"title": "Look", "labels": ["Drift", "drift"]})
    closed = bot.patch("issues/1", json={"state": "closed"}).json()
    lists = [len(bot.get("issues", params=query).json()) for query in ({}, {"state": "closed"}, {"labels": "drift"})]
    opened = bot.patch("issues/1", json={"state": "open", "title": "Again"}).json()

    assert (closed["state_reason"], closed["closed_at"] is None) == ("completed", False)
    assert (opened["state_reason"], opened["closed_at"], opened["title"]) == ("reopened", None, "Again")
    assert lists == [0, 1, 0]
    assert hub.issues[1].labels == ["Drift"]


def test_a_pull_request_s_job_has_the_trial_merge(hub: Hub, work: Work, tmp_path: Path) -> None:
    """Its sha and ref are the merge's, and the payload has the pull request."""
    tip = work.push("feature", "one.json")
    hub.open_pull("feature")
    token = hub.token()
    run = hub.start_run(branch="feature")
    given = hub.environment("pull_request", run, token, tmp_path / "job", action="opened")
    payload = json.loads(Path(given["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
    pull = payload["pull_request"]

    assert (given["GITHUB_REF"], given["GITHUB_SHA"]) == ("refs/pull/1/merge", hub.bare.sha("refs/pull/1/merge"))
    assert (given["GITHUB_REPOSITORY"], given["GITHUB_API_URL"]) == ("octo/segments", hub.url)
    assert (given["GITHUB_RUN_ID"], given["GITHUB_RUN_NUMBER"], given["GITHUB_RUN_ATTEMPT"]) == (str(run.id), "1", "1")
    assert (given["GITHUB_TOKEN"], given["GITHUB_ACTOR"], given["GITHUB_WORKFLOW"]) == (token, "ada", "plan")
    assert (payload["number"], payload["action"], payload["sender"]["login"]) == (1, "opened", "ada")
    assert (pull["head"]["sha"], pull["head"]["repo"]["fork"], pull["base"]["ref"]) == (tip, False, "main")
    assert [Path(given[name]).read_text() for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")] == ["", ""]


def test_a_job_keeps_the_pull_request_that_it_was_started_for(hub: Hub, work: Work, tmp_path: Path) -> None:
    """Pushed again, or even merged, it is still told the commits of then; a run can be started of an older one too."""
    old = work.push("feature", "one.json")
    hub.open_pull("feature", author="grace")
    run = hub.start_run(branch="feature")
    new = work.push("feature", "two.json")
    late = hub.start_run(branch="feature", sha=old, actor="bob")
    hub.merge_pull(1)
    given = [
        hub.environment("pull_request", hub.rerun(one), hub.token(), tmp_path / str(one.id)) for one in (run, late)
    ]
    heads = [json.loads(Path(one["GITHUB_EVENT_PATH"]).read_text())["pull_request"]["head"]["sha"] for one in given]

    assert heads == [old, old]
    assert [hub.bare.commits([one["GITHUB_SHA"]])[0].parents[1] for one in given] == [old, old]
    assert [one["GITHUB_ACTOR"] for one in given] == ["grace", "bob"]
    assert [one["GITHUB_RUN_ATTEMPT"] for one in given] == ["2", "2"]
    assert hub.pulls[1].head_sha == new


def test_a_push_s_job_has_what_was_pushed(hub: Hub, work: Work, tmp_path: Path) -> None:
    """The payload has the commits from before to after."""
    before = hub.bare.main
    work.push("feature", "one.json", "two.json")
    hub.open_pull("feature")
    merged = hub.merge_pull(1)
    run = hub.start_run(workflow="apply.yml", event="push")
    given = hub.environment("push", run, hub.token(), tmp_path / "job")
    payload = json.loads(Path(given["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))

    assert (given["GITHUB_SHA"], given["GITHUB_REF"]) == (merged, "refs/heads/main")
    assert (payload["before"], payload["after"], payload["ref"]) == (before, merged, "refs/heads/main")
    assert (len(payload["commits"]), payload["head_commit"]["id"]) == (3, merged)


def test_other_jobs_have_the_default_branch(hub: Hub, tmp_path: Path) -> None:
    """A dispatch has its inputs."""
    run = hub.start_run(workflow="drift.yml", event="schedule")
    scheduled = hub.environment("schedule", run, hub.token(), tmp_path / "one")
    given = hub.environment("workflow_dispatch", run, hub.token(), tmp_path / "two", inputs={"target": "eu"})
    payload = json.loads(Path(given["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))

    assert (scheduled["GITHUB_SHA"], scheduled["GITHUB_EVENT_NAME"]) == (hub.bare.main, "schedule")
    assert (payload["inputs"], payload["ref"]) == ({"target": "eu"}, "refs/heads/main")
