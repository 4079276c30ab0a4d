"""The life of a drift issue: created, updated in place, closed, opened again, silenced. Whole commands on a hub."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hub.records import BOT
from town import Town
from watching import issue, mend, quietly, spoil, watched

LABEL = "reconciler-drift"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Town]:
    """Yield a repository of three segments that are live as they were applied."""
    with watched(tmp_path) as found:
        yield found
        assert found.hub.complaints == []


def test_an_issue_is_there_while_there_is_drift(made: Town) -> None:
    """Created, left alone while the same, updated in place, closed with a comment, opened again with another."""
    assert quietly(made, made.drift).code == 0

    spoil(made, "A")
    created = made.drift()
    first = issue(made)
    assert (created.code, created.outputs) == (2, {"drifted": "1"})
    assert "created the issue" in created.said
    assert (first.login, first.title, first.labels, first.state) == (
        BOT,
        "Segments of production are not as they were applied",
        [LABEL],
        "open",
    )
    assert "`a`" in (first.body or "")
    assert "`b`" not in (first.body or "")

    left = quietly(made, made.drift)
    assert (left.code, "there is no news" in left.said) == (2, True)

    spoil(made, "B")
    updated = made.drift()
    assert (updated.code, updated.outputs, "updated the issue" in updated.said) == (2, {"drifted": "2"}, True)
    assert ("`b`" in (issue(made).body or ""), made.hub.comments(first.number)) == (True, [])

    mend(made, "A")
    mend(made, "B")
    closed = made.drift()
    assert (closed.code, closed.outputs, "closed the issue" in closed.said) == (0, {"drifted": "0"}, True)
    assert (issue(made).state, issue(made).state_reason, issue(made).closed_by) == ("closed", "completed", BOT)
    (over,) = made.hub.comments(first.number)
    assert over.body.startswith("## Segments: no drift in `production`\n\n3 managed segments checked")

    assert quietly(made, made.drift).code == 0

    spoil(made, "A")
    again = made.drift()
    assert (again.code, issue(made).state, "reopened the issue" in again.said) == (2, "open", True)
    assert made.hub.comments(first.number)[1].body.startswith("## Segments: 1 changed at the vendor in `production`\n")
    assert ("`a`" in (issue(made).body or ""), issue(made).number) == (True, first.number)


def test_who_closes_the_issue_is_not_told_the_same_again(made: Town) -> None:
    """It stays closed while the drift is the same, which still ends with 2; other drift opens it again."""
    spoil(made, "A")
    made.drift()
    made.hub.close_issue_as("ada", issue(made).number, "not_planned")

    silenced = quietly(made, made.drift)

    assert (silenced.code, silenced.outputs, issue(made).state) == (2, {"drifted": "1"}, "closed")
    assert "somebody closed the issue about this drift, and it is left closed" in silenced.said

    spoil(made, "B")
    assert made.drift().code == 2
    assert (issue(made).state, len(made.hub.comments(issue(made).number))) == ("open", 1)


def test_a_silence_ends_with_the_drift(made: Town) -> None:
    """What a person closed is left closed, without a word, once all is well; the same drift opens it later."""
    spoil(made, "A")
    made.drift()
    made.hub.close_issue_as("ada", issue(made).number, "not_planned")
    mend(made, "A")

    clean = made.drift()
    assert (clean.code, issue(made).state, issue(made).state_reason) == (0, "closed", "not_planned")
    assert made.hub.comments(issue(made).number) == []

    spoil(made, "A")
    assert (made.drift().code, issue(made).state) == (2, "open")


def test_an_issue_without_its_label_is_found(made: Town) -> None:
    """GitHub drops the label where the token's owner may not push, and a person may take it off: no second issue."""
    made.hub.labels_dropped = True
    spoil(made, "A")
    made.drift()
    assert issue(made).labels == []

    assert quietly(made, made.drift).code == 2
    made.hub.label_issue(issue(made).number, LABEL)
    made.hub.label_issue(issue(made).number, "urgent")
    spoil(made, "B")

    assert (made.drift().code, issue(made).labels) == (2, ["urgent"])
    assert "`b`" in (issue(made).body or "")


def test_what_looks_like_the_issue_is_left(made: Town) -> None:
    """Somebody else's issue with the same text, and a pull request with it, are not taken for it."""
    spoil(made, "A")
    made.drift()
    text = issue(made).body or ""
    made.hub.delete_issue(issue(made).number)
    fake = made.hub.open_issue_as("mallory", "Fake", text, (LABEL,))
    made.commit("feature", {"README.md": "more"})
    pull = made.hub.open_pull("feature", author=BOT, body=text)
    made.hub.label_issue(pull.number, LABEL)

    assert made.drift().code == 2

    assert len(made.hub.issues) == 2
    assert (made.hub.issues[fake.number].body, made.hub.pulls[pull.number].body) == (text, text)
    assert made.hub.seen("PATCH") == []


def test_other_issues_of_the_bot_are_left(made: Town) -> None:
    """What has no marker of ours, or one that cannot be read, is another workflow's."""
    for body in ("", "<!-- reconciler {} -->\nsaid", "nothing"):
        made.hub.open_issue_as(BOT, "Other", body, (LABEL,))
    spoil(made, "A")

    assert (made.drift().code, len(made.hub.issues), made.hub.seen("PATCH")) == (2, 4, [])


def test_of_two_issues_the_open_one_counts(made: Town) -> None:
    """Somebody transferred or copied things about: of two with the bot's text the open one is kept up to date."""
    spoil(made, "A")
    made.drift()
    first = issue(made)
    later = made.hub.open_issue_as(BOT, first.title, first.body or "", (LABEL,))
    made.hub.close_issue_as("ada", later.number)
    spoil(made, "B")

    assert made.drift().code == 2

    assert "`b`" in (made.hub.issues[first.number].body or "")
    assert made.hub.issues[later.number].body == first.body


def test_an_older_run_leaves_what_a_newer_one_told(made: Town) -> None:
    """The runs of a schedule and those by hand can overtake each other."""
    spoil(made, "A")
    old = made.hub.start_run(workflow="drift.yml", event="schedule", branch="main")
    made.drift()
    mend(made, "A")

    late = quietly(made, lambda: made.job("drift", "schedule", old))

    assert (late.code, "a newer run has told it" in late.said, issue(made).state) == (0, True, "open")
