"""One change of a segment from its pull request to the live segment, and a drift from its issue to its end."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hub.description import ABSENT, description
from hub.records import Issue
from town import Town, definition, town

NEW = {"segments/new.json": definition("New"), "segments/old.json": None}


@pytest.fixture
def begun(tmp_path: Path) -> Iterator[Town]:
    """Yield a repository of three segments that are live as defined."""
    files = {f"segments/{name.lower()}.json": definition(name) for name in ("Old", "Keep", "Other")}
    with town(tmp_path, files=files) as made:
        assert made.apply(event="workflow_dispatch").code == 0
        yield made


def issue(made: Town) -> Issue:
    """Return the one issue."""
    (found,) = made.hub.issues.values()
    return found


def test_a_change_goes_from_its_pull_request_to_the_vendor_and_a_drift_to_its_end(begun: Town) -> None:
    """Opened, planned, pushed again, planned, merged, applied; drifted, told, mended, closed."""
    number = begun.propose("feature", NEW)
    first = begun.plan("feature")
    assert (first.code, first.outputs["changes"], first.outputs["deletes"]) == (0, "2", "1")
    (opened,) = begun.hub.comments(number)
    assert first.outputs["comment"].endswith(f"#issuecomment-{opened.id}")
    assert begun.comments(number)[0].startswith("## Segments: 1 to delete, 1 to create in `production`\n")

    begun.commit("feature", {"segments/keep.json": definition("Kept")})
    second = begun.plan("feature")
    assert (second.code, second.outputs["changes"]) == (0, "3")
    assert [comment.id for comment in begun.hub.comments(number)] == [opened.id]
    assert "`keep`" in begun.comments(number)[0]
    assert sorted(begun.live().values()) == ["Keep", "Old", "Other"]

    begun.hub.merge_pull(number, "merge")
    applied = begun.apply()
    assert (applied.code, applied.outputs) == (0, {"applied": "3", "unreviewed": "0"})
    assert sorted(begun.live().values()) == ["Kept", "New", "Other"]
    assert begun.comments(number, "apply")[0].startswith("## Segments: 1 deleted, 1 updated, 1 created")
    assert (begun.drift().code, begun.hub.issues) == (0, {})

    begun.vendor.edit_segment(begun.named("Other"), name="Vandal")
    drifted = begun.drift()
    assert (drifted.code, drifted.outputs, issue(begun).state) == (2, {"drifted": "1"}, "open")
    assert "`other`" in (issue(begun).body or "")

    fix = begun.propose("fix", {"segments/other.json": definition("Another")})
    assert begun.plan("fix").code == 0
    begun.hub.merge_pull(fix, "squash")
    assert begun.apply().outputs == {"applied": "1", "unreviewed": "0"}
    assert sorted(begun.live().values()) == ["Another", "Kept", "New"]

    assert begun.drift().code == 0
    assert (issue(begun).state, issue(begun).state_reason) == ("closed", "completed")
    assert len(begun.hub.comments(issue(begun).number)) == 1

    assert begun.hub.complaints == []


def test_every_request_is_one_that_github_describes(begun: Town) -> None:
    """The hub holds each request against GitHub's own description, and would say so if one were not in it."""
    if description() is None:
        pytest.skip(ABSENT)
    begun.propose("feature", NEW)
    begun.plan("feature", "--labels")
    seen = len(begun.hub.requests)

    assert seen > 5
    assert begun.hub.complaints == []
