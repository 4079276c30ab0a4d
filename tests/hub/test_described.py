"""Whether the hub answers as GitHub's OpenAPI description says: what keeps the stand-in honest."""

import httpx
import pytest
from hub.server import Hub
from hub.work import Work
from openapi import Description


def _wrong(hub: Hub, described: Description) -> list[str]:
    return [
        line for seen in hub.requests for line in described.answer(seen.method, seen.path, seen.status, seen.answer)
    ]


def _asked(bot: httpx.Client, *requests: tuple[str, str]) -> list[int]:
    return [bot.request(method, path).status_code for method, path in requests]


def test_issues_and_comments_are_as_described(hub: Hub, bot: httpx.Client, described: Description) -> None:
    """Every answer about issues, comments and labels is valid, and so is every request of the test."""
    bot.post("issues", json={"title": "Drift", "body": "x", "labels": ["drift", "urgent"]})
    comment = bot.post("issues/1/comments", json={"body": "one"}).json()["id"]
    bot.patch(f"issues/comments/{comment}", json={"body": "two"})
    bot.patch("issues/1", json={"state": "closed", "state_reason": "not_planned", "labels": []})
    bot.post("issues/1/labels", json={"labels": ["drift"]})
    hub.comment_as("ada", 1, "three")
    statuses = _asked(
        bot,
        ("GET", "issues?state=all&labels=drift&creator=github-actions%5Bbot%5D&per_page=1"),
        ("GET", "issues/1"),
        ("GET", "issues/1/comments?per_page=100&page=1"),
        ("GET", f"issues/comments/{comment}"),
        ("GET", "issues/1/labels"),
        ("DELETE", "issues/1/labels/drift"),
        ("DELETE", "issues/1/labels/drift"),
        ("DELETE", f"issues/comments/{comment}"),
        ("GET", f"issues/comments/{comment}"),
        ("GET", "issues/9"),
    )

    assert statuses == [200, 200, 200, 200, 200, 200, 404, 204, 404, 404]
    assert [seen.status for seen in hub.requests[:5]] == [201, 201, 200, 200, 200]
    assert _wrong(hub, described) == []
    assert hub.complaints == []


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_pull_requests_and_commits_are_as_described(
    hub: Hub, bot: httpx.Client, work: Work, described: Description, method: str
) -> None:
    """Every answer about pull requests, commits and comparisons is valid, open or merged, from here or from a fork."""
    tip = work.push("feature", "one.json", "two.json")
    work.push("theirs", "three.json", to="refs/forks/mallory/theirs")
    hub.open_pull("feature")
    hub.open_pull("theirs", author="mallory", fork=True)
    hub.comment_as("ada", 1, "Look")
    requests = [
        ("GET", path)
        for path in (
            "pulls?state=all",
            "pulls/1",
            "pulls/2",
            "issues",
            f"commits/{tip}/pulls",
            f"commits/{tip}",
            "commits/main",
            "compare/main...feature",
            "compare/feature...main?per_page=1",
            "issues/1/comments",
        )
    ]
    statuses = _asked(bot, *requests)
    merged = hub.merge_pull(1, method)
    statuses += _asked(bot, *requests, ("GET", f"commits/{merged}/pulls"), ("GET", "compare/main...nowhere"))

    assert statuses == [200] * 21 + [404]
    assert _wrong(hub, described) == []
    assert hub.complaints == []


def test_runs_and_people_are_as_described(hub: Hub, bot: httpx.Client, work: Work, described: Description) -> None:
    """Every answer about runs is valid, in progress or ended, as is a person's own entry."""
    work.push("feature", "one.json")
    hub.open_pull("feature")
    first = hub.start_run(branch="feature")
    hub.end_run(hub.rerun(first), "failure")
    hub.start_run(workflow="apply.yml", event="push")
    statuses = _asked(
        bot,
        ("GET", f"actions/runs/{first.id}"),
        ("GET", "actions/workflows/plan.yml/runs?branch=feature&event=pull_request&status=failure&per_page=1&page=1"),
        ("GET", f"actions/workflows/{first.workflow_id + 1}/runs"),
        ("GET", f"{hub.url}/user"),
    )
    person = httpx.get(f"{hub.url}/user", headers={"Authorization": f"Bearer {hub.token('ada')}"})

    assert (statuses, person.json()["login"]) == ([200, 200, 200, 403], "ada")
    assert _wrong(hub, described) == []
    assert hub.complaints == []


def test_complaints_tell_what_is_not_described(hub: Hub, bot: httpx.Client, described: Description) -> None:
    """A path, a method, a parameter and a member that GitHub does not have are complained of, as are wrong types."""
    hub.open_issue_as("ada", "Look")
    bot.get("nothing")
    bot.put("issues/1")
    bot.get("issues", params={"state": "ajar", "colour": "red", "per_page": "many"})
    bot.get("issues/1/comments", params={"per_page": "500"})
    bot.post("issues/1/comments", json={"text": "x"})
    bot.post("issues/1/comments")
    bot.get("issues/one")
    where = "/repos/octo/segments"

    assert hub.complaints == [
        f"GET {where}/nothing: there is no such path, or it has no such method",
        f"PUT {where}/issues/1: there is no such path, or it has no such method",
        f"GET {where}/issues: query: there is no `colour`",
        f"GET {where}/issues: query: `state`: $: 'ajar' is not one of ['open', 'closed', 'all']",
        f"GET {where}/issues: query: `per_page`: $: 'many' is not of type 'integer'",
        f"GET {where}/issues/1/comments: query: `per_page`: it is not in bounds",
        f"POST {where}/issues/1/comments: body: $: 'body' is a required property",
        f"POST {where}/issues/1/comments: body: $: Additional properties are not allowed ('text' was unexpected)",
        f"POST {where}/issues/1/comments: body: it is missing",
        f"GET {where}/issues/one: path: `issue_number`: $: 'one' is not of type 'integer'",
    ]
