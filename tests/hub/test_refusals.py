"""What the hub refuses: who may not, what is not there, and what is not valid."""

from collections.abc import Callable

import httpx
import pytest
from hub.records import BOT
from hub.server import Hub
from hub.work import Work
from openapi import Description

Connect = Callable[[str], httpx.Client]


def _said(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["message"]


def test_an_unknown_token_is_a_bad_credential(hub: Hub, client: Connect) -> None:
    """So is a revoked one; none at all is told that there should be one."""
    token = hub.token("ada")
    hub.revoke(token)

    assert _said(client("ghs_unknown").get("issues")) == (401, "Bad credentials")
    assert _said(client(token).get("issues")) == (401, "Bad credentials")
    assert _said(httpx.get(f"{hub.url}/repos/octo/segments/issues")) == (401, "Requires authentication")


@pytest.mark.parametrize(
    ("permissions", "statuses"),
    [
        ({"issues": "write"}, [201, 201, 200, 403, 403, 403]),
        ({"pull_requests": "write"}, [403, 201, 403, 200, 403, 403]),
        ({"issues": "read", "pull_requests": "read"}, [403, 403, 200, 200, 403, 403]),
        ({"contents": "read"}, [403, 403, 403, 403, 200, 403]),
        ({"actions": "read"}, [403, 403, 403, 403, 403, 200]),
        ({}, [404, 404, 404, 404, 404, 404]),
    ],
)
def test_a_token_does_what_its_permissions_say(
    hub: Hub, client: Connect, work: Work, permissions: dict[str, str], statuses: list[int]
) -> None:
    """A comment on a pull request needs either kind of writing; a token of no repository finds nothing."""
    work.push("feature", "one.json")
    hub.open_pull("feature")
    hub.open_issue_as("ada", "Look")
    bot = client(hub.token(BOT, permissions=permissions, installation=True))
    answers = [
        bot.post("issues/2/comments", json={"body": "x"}),
        bot.post("issues/1/comments", json={"body": "x"}),
        bot.get("issues/2"),
        bot.get("pulls/1"),
        bot.get("commits/main"),
        bot.get("actions/workflows/plan.yml/runs"),
    ]

    assert [answer.status_code for answer in answers] == statuses
    assert {answer.json()["message"] for answer in answers if answer.status_code == 403} <= {
        "Resource not accessible by integration"
    }


def test_anybody_reads_what_is_public(hub: Hub, client: Connect) -> None:
    """Only runs want a permission all the same."""
    hub.private = False
    bot = client(hub.token(BOT, permissions={"metadata": "read"}, installation=True))

    assert [bot.get(path).status_code for path in ("issues", "pulls", "commits/main")] == [200, 200, 200]
    assert bot.get("actions/workflows/plan.yml/runs").status_code == 403


def test_an_installation_is_nobody(hub: Hub, bot: httpx.Client) -> None:
    """It has no entry of its own, and its comments are the bot's."""
    hub.open_issue_as("ada", "Look")
    comment = bot.post("issues/1/comments", json={"body": "x"}).json()

    assert _said(bot.get(f"{hub.url}/user")) == (403, "Resource not accessible by integration")
    assert (comment["user"]["login"], comment["user"]["type"]) == ("github-actions[bot]", "Bot")


def test_what_is_another_s_needs_push_access(hub: Hub, client: Connect) -> None:
    """Without it only one's own comments can be changed or deleted, and labels are dropped in silence."""
    hub.open_issue_as("ada", "Look")
    theirs = hub.comment_as("ada", 1, "mine").id
    guest = client(hub.token("guest", push=False))
    own = guest.post("issues/1/comments", json={"body": "x"}).json()["id"]
    issue = guest.post("issues", json={"title": "Look", "labels": ["drift"]})

    assert _said(guest.patch(f"issues/comments/{theirs}", json={"body": "y"})) == (
        403,
        "Must have admin rights to Repository.",
    )
    assert guest.delete(f"issues/comments/{theirs}").status_code == 403
    assert guest.patch(f"issues/comments/{own}", json={"body": "y"}).status_code == 200
    assert (issue.status_code, issue.json()["labels"]) == (201, [])
    assert client(hub.token("bob")).delete(f"issues/comments/{theirs}").status_code == 204
    assert [comment.body for comment in hub.comments(1)] == ["y"]


def test_labels_can_be_dropped_for_everybody(hub: Hub, bot: httpx.Client) -> None:
    """The switch leaves them out of what is answered and kept."""
    hub.labels_dropped = True

    assert bot.post("issues", json={"title": "Look", "labels": ["drift"]}).json()["labels"] == []
    assert hub.issues[1].labels == []


@pytest.mark.parametrize(
    "path",
    [
        "issues/9",
        "issues/9/comments",
        "issues/comments/9",
        "pulls/9",
        "pulls/1",
        "compare/main...nowhere",
        "actions/runs/9",
        "actions/workflows/other.yml/runs",
        "nothing",
        "/repos/octo/other/issues",
    ],
)
def test_what_is_not_there_is_not_found(hub: Hub, bot: httpx.Client, path: str) -> None:
    """The answer has the shape of an error; an issue is no pull request."""
    hub.open_issue_as("ada", "Look")
    answer = bot.get(f"{hub.url}{path}" if path.startswith("/") else path)

    assert (answer.status_code, answer.json()) == (
        404,
        {"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"},
    )


def test_a_deleted_issue_is_gone(hub: Hub, bot: httpx.Client) -> None:
    """So are its comments, and its number is not given again."""
    hub.open_issue_as("ada", "Look")
    comment = hub.comment_as("ada", 1, "x").id
    hub.delete_issue(1)

    assert _said(bot.get("issues/1")) == (410, "This issue was deleted")
    assert _said(bot.post("issues/1/comments", json={"body": "x"})) == (410, "This issue was deleted")
    assert bot.get(f"issues/comments/{comment}").status_code == 404
    assert bot.post("issues", json={"title": "Again"}).json()["number"] == 2


def test_a_repository_without_issues_takes_none(hub: Hub, bot: httpx.Client) -> None:
    """Opening one is refused as gone."""
    hub.issues_enabled = False

    assert bot.post("issues", json={"title": "Look"}).status_code == 410


def test_a_body_may_have_65536_characters(hub: Hub, bot: httpx.Client) -> None:
    """They are counted as characters, not bytes; one more is refused by name, in a comment and in an issue."""
    hub.open_issue_as("ada", "Look")
    longest = "é" * 65_536
    long = bot.post("issues/1/comments", json={"body": longest})
    refused = [
        bot.post("issues/1/comments", json={"body": longest + "x"}),
        bot.patch(f"issues/comments/{long.json()['id']}", json={"body": longest + "x"}),
        bot.post("issues", json={"title": "Look", "body": longest + "x"}),
        bot.patch("issues/1", json={"body": longest + "x"}),
    ]

    assert long.status_code == 201
    assert [_said(answer) for answer in refused] == [(422, "Validation Failed")] * 4
    assert [answer.json()["errors"] for answer in refused] == [
        [
            {
                "resource": resource,
                "code": "custom",
                "field": "body",
                "message": "body is too long (maximum is 65536 characters)",
            }
        ]
        for resource in ("IssueComment", "IssueComment", "Issue", "Issue")
    ]
    assert [comment.body for comment in hub.comments(1)] == [longest]


def test_what_is_missing_or_unreadable_is_not_valid(hub: Hub, bot: httpx.Client, described: Description) -> None:
    """Each answer has the shape of a validation error, and nothing is written."""
    hub.open_issue_as("ada", "Look")
    comments, issues = "issues/1/comments", "issues"
    answers = [
        bot.post(comments, json={}),
        bot.post(comments, json={"body": " "}),
        bot.post(comments, json={"body": 1}),
        bot.post(comments, content=b"{"),
        bot.post(issues, json={"body": "x"}),
        bot.post(issues, json={"title": ""}),
        bot.post(issues, json={"title": "x" * 257}),
        bot.post(issues, json={"title": "x", "labels": ["x" * 51]}),
        bot.patch("issues/1", json={"state": "ajar"}),
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 400, 422, 422, 422, 422, 422]
    assert [what for answer in answers for what in described.schema("validation-error", _error(answer))] == []
    assert (hub.comments(1), list(hub.issues)) == ([], [1])


def test_a_request_says_what_sends_it(hub: Hub) -> None:
    """Without a User-Agent it is turned away."""
    headers = {"Authorization": f"Bearer {hub.token()}", "User-Agent": ""}

    assert httpx.get(f"{hub.url}/repos/octo/segments/issues", headers=headers).status_code == 403


def test_a_version_is_a_supported_one(bot: httpx.Client) -> None:
    """Another is refused."""
    statuses = [
        bot.get("issues", headers={"X-GitHub-Api-Version": version}).status_code
        for version in ("2022-11-28", "2026-03-10", "2021-01-01")
    ]

    assert statuses == [200, 200, 400]


def _error(answer: httpx.Response) -> dict[str, object]:
    """Return the body of a validation error, which the description lets have no status."""
    return {name: value for name, value in answer.json().items() if name != "status"}
