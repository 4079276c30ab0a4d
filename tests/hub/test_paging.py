"""Pages, the headers of every answer, and the clock."""

import re

import httpx
import pytest
from hub.paging import Page
from hub.server import Hub
from hub.work import Work


def _links(answer: httpx.Response) -> dict[str, str]:
    return {name: link["url"] for name, link in answer.links.items() if name}


def test_a_list_leads_from_page_to_page(hub: Hub, bot: httpx.Client) -> None:
    """Following `next` from the first page gives every comment once, oldest first, thirty at a time."""
    hub.open_issue_as("ada", "Look")
    written = [hub.comment_as("ada", 1, f"{at}").body for at in range(70)]

    pages, url = [], "issues/1/comments"
    while url:
        pages.append(bot.get(url).raise_for_status())
        url = _links(pages[-1]).get("next", "")

    assert [len(page.json()) for page in pages] == [30, 30, 10]
    assert [comment["body"] for page in pages for comment in page.json()] == written


def test_the_links_are_absolute_and_keep_the_query(hub: Hub, bot: httpx.Client) -> None:
    """The first page has next and last, one in the middle all four, the last prev and first; one page has none."""
    for at in range(3):
        hub.open_issue_as("ada", f"{at}")

    def url(page: int) -> str:
        return f"{hub.url}/repos/octo/segments/issues?state=all&per_page=1&page={page}"

    links = [_links(bot.get("issues", params={"state": "all", "per_page": 1, "page": page})) for page in (1, 2, 3)]

    assert links == [
        {"next": url(2), "last": url(3)},
        {"prev": url(1), "next": url(3), "last": url(3), "first": url(1)},
        {"prev": url(2), "first": url(1)},
    ]
    assert "link" not in bot.get("issues").headers


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ({}, (1, 30)),
        ({"per_page": "100", "page": "2"}, (2, 100)),
        ({"per_page": "101"}, (1, 100)),
        ({"per_page": "0", "page": "0"}, (1, 30)),
        ({"per_page": "many", "page": "-1"}, (1, 30)),
    ],
)
def test_a_page_holds_thirty_and_at_most_a_hundred(query: dict[str, str], page: tuple[int, int]) -> None:
    """What makes no sense counts as not given."""
    assert Page.asked(query) == page


def test_a_page_behind_the_last_is_empty(hub: Hub, bot: httpx.Client) -> None:
    """There is nothing on it, and `prev` leads to the last that has something."""
    hub.open_issue_as("ada", "Look")
    answer = bot.get("issues?page=7")

    assert (answer.json(), _links(answer)["prev"][-6:]) == ([], "page=1")


def test_a_comparison_is_limited_unless_it_is_paged(bot: httpx.Client, hub: Hub, work: Work) -> None:
    """Without paging there are the latest 250 commits and the files; in pages they are all there, oldest first."""
    tip = work.push("many")
    parent, tree = tip, hub.bare.git("rev-parse", f"{tip}^{{tree}}")
    for at in range(260):
        parent = hub.bare.commit(tree, f"{at}", parent)
    whole = bot.get(f"compare/main...{parent}").json()
    pages = [bot.get(f"compare/main...{parent}", params={"per_page": 100, "page": page}) for page in (1, 2, 3)]

    messages = [[commit["commit"]["message"] for commit in page.json()["commits"]] for page in pages]
    assert [commit["commit"]["message"] for commit in whole["commits"]] == [f"{at}" for at in range(10, 260)]
    assert [message for page in messages for message in page] == [f"{at}" for at in range(260)]
    assert [len(page) for page in messages] == [100, 100, 60]
    assert (whole["status"], whole["ahead_by"], whole["behind_by"], whole["total_commits"]) == ("ahead", 260, 0, 260)
    assert ["files" in page.json() for page in pages] == [True, False, False]


def test_a_comparison_tells_where_two_commits_stand(bot: httpx.Client, hub: Hub, work: Work) -> None:
    """It is identical, ahead, behind or diverged, and has the commit that both come from."""
    root = hub.bare.main
    work.push("one", "one.json")
    work.push("other", "two.json", "three.json")
    told = [bot.get(f"compare/{pair}").json() for pair in ("main...main", "main...one", "one...main", "one...other")]

    assert [(one["status"], one["ahead_by"], one["behind_by"]) for one in told] == [
        ("identical", 0, 0),
        ("ahead", 1, 0),
        ("behind", 0, 1),
        ("diverged", 2, 1),
    ]
    assert {one["merge_base_commit"]["sha"] for one in told} == {root}


def test_every_answer_has_the_headers_of_a_rate_limit_and_a_date(hub: Hub, bot: httpx.Client) -> None:
    """What is left goes down, and the clock goes on by a second with each request."""
    answers = [bot.get("issues"), bot.get("issues"), bot.get("issues/1")]

    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["4999", "4998", "4997"]
    assert [answer.headers["date"][-12:] for answer in answers] == ["12:00:01 GMT", "12:00:02 GMT", "12:00:03 GMT"]
    assert all(re.fullmatch(r"\d{10}", answer.headers["x-ratelimit-reset"]) for answer in answers)


def test_times_come_from_the_clock(hub: Hub, bot: httpx.Client) -> None:
    """What is written at a request has that request's time."""
    bot.post("issues", json={"title": "Look"})
    comment = bot.post("issues/1/comments", json={"body": "one"}).json()
    changed = bot.patch(f"issues/comments/{comment['id']}", json={"body": "two"}).json()

    assert (changed["created_at"], changed["updated_at"]) == ("2026-01-31T12:00:02Z", "2026-01-31T12:00:03Z")
