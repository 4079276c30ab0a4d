"""What goes wrong on purpose, gates between clients, and what the hub keeps of requests."""

import threading

import httpx
import pytest
from hub.server import Hub

COMMENTS = "issues/1/comments"
POST = ("POST", r"/issues/1/comments$")


@pytest.fixture(autouse=True)
def _issue(hub: Hub) -> None:
    """Have an issue to comment on."""
    hub.open_issue_as("ada", "Look")


def _commented(bot: httpx.Client, body: str = "x") -> httpx.Response:
    return bot.post(COMMENTS, json={"body": body})


def test_a_fault_happens_so_many_times(hub: Hub, bot: httpx.Client) -> None:
    """Requests before it and after it, and others, are answered as ever."""
    hub.fail(POST, skip=1, times=2, status=502, body="<html>Bad gateway</html>", headers={"X-Via": "hub"})
    answers = [_commented(bot, f"{at}") for at in range(5)]

    assert [answer.status_code for answer in answers] == [201, 502, 502, 201, 201]
    assert (answers[1].text, answers[1].headers["x-via"]) == ("<html>Bad gateway</html>", "hub")
    assert bot.get(COMMENTS).status_code == 200
    assert [comment.body for comment in hub.comments(1)] == ["0", "3", "4"]


def test_an_answer_can_be_lost_after_the_work_is_done(hub: Hub, bot: httpx.Client) -> None:
    """The comment is written, and the answer says that it failed."""
    hub.fail(POST, before=False, status=500)

    assert (_commented(bot).status_code, len(hub.comments(1))) == (500, 1)


@pytest.mark.parametrize("before", [True, False])
def test_a_connection_can_be_dropped(hub: Hub, bot: httpx.Client, *, before: bool) -> None:
    """Nothing is answered, whether the comment was written or not."""
    hub.fail(POST, before=before, drop=True)

    with pytest.raises(httpx.RemoteProtocolError):
        _commented(bot)

    assert (len(hub.comments(1)), hub.requests[-1].status) == (0 if before else 1, 0)


def test_rate_limits_say_when_to_come_again(hub: Hub, bot: httpx.Client) -> None:
    """A secondary limit is a 403 or a 429 with Retry-After; the primary one says when it is reset."""
    hub.limit(POST, "secondary", seconds=2)
    hub.limit(POST, "too many", seconds=3)
    hub.limit(POST, "exhausted", seconds=60)
    answers = [_commented(bot) for _ in range(3)]
    secondary, too_many, exhausted = answers

    assert [answer.status_code for answer in answers] == [403, 429, 403]
    assert secondary.json()["message"].startswith("You have exceeded a secondary rate limit")
    assert [secondary.headers["retry-after"], too_many.headers["retry-after"]] == ["2", "3"]
    assert (exhausted.headers["x-ratelimit-remaining"], "retry-after" in exhausted.headers) == ("0", False)
    assert int(exhausted.headers["x-ratelimit-reset"]) >= hub.clock.now.timestamp()
    assert hub.comments(1) == []


def test_a_gate_holds_one_client_until_another_is_through(hub: Hub, bot: httpx.Client) -> None:
    """Two clients are told apart by their tokens, before and after each request."""
    waiting, free = threading.Event(), threading.Event()
    token = hub.token()
    passed: list[tuple[bool, str, str, str]] = []

    def gate(client: str, method: str, path: str, when: str) -> None:
        passed.append((client == token, method, path.rpartition("/")[2], when))
        if client == token and when == "before":
            waiting.set()
            assert free.wait(10)

    hub.gate = gate
    slow = threading.Thread(
        target=httpx.post,
        args=(f"{hub.url}/repos/octo/segments/{COMMENTS}",),
        kwargs={"json": {"body": "slow"}, "headers": {"Authorization": f"Bearer {token}"}},
    )
    slow.start()
    assert waiting.wait(10)
    _commented(bot, "quick")
    free.set()
    slow.join()

    assert [comment.body for comment in hub.comments(1)] == ["quick", "slow"]
    assert passed == [
        (True, "POST", "comments", "before"),
        (False, "POST", "comments", "before"),
        (False, "POST", "comments", "after"),
        (True, "POST", "comments", "after"),
    ]


def test_requests_are_kept_with_their_answers(hub: Hub, bot: httpx.Client) -> None:
    """Who asked, for what, with which headers, and what was said."""
    _commented(bot)
    bot.get(COMMENTS, params={"per_page": "100"}, headers={"Accept": "application/vnd.github+json"})
    written, read = hub.requests

    assert (written.method, written.path, written.body) == ("POST", f"/repos/octo/segments/{COMMENTS}", {"body": "x"})
    assert (written.login, written.status) == ("github-actions[bot]", 201)
    assert (read.query, read.headers["accept"], read.body) == ({"per_page": "100"}, "application/vnd.github+json", None)
    assert read.answer == [written.answer]
    assert hub.seen("GET", r"/comments$") == [read]
