"""Of which drift nothing is said, and why: an apply is under way, pending, or failed half way; or nobody could look."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from clones import git
from hub.records import PERMISSIONS
from town import Town, definition
from watching import HOLDER, issue, lease, mend, quietly, rewrite, spoil, watched

from reconciler.core.claims import Intent
from reconciler.emulator.faults import Fault, FaultKind

A, B, C = "segments/a.json", "segments/b.json", "segments/c.json"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Town]:
    """Yield a repository of three segments that are live as they were applied, and of a protected one."""
    files = {name: definition(Path(name).stem.upper()) for name in (A, B, C)}
    with watched(tmp_path, files={**files, "segments/p.json": definition("P", protected=True)}) as found:
        yield found
        assert found.hub.complaints == []


def test_nothing_is_told_while_an_apply_is_under_way(made: Town) -> None:
    """No issue is made, and none is closed; the log and the summary say why, and not that all is well."""
    lease(made, 10)
    spoil(made, "A")
    made.vendor.clear_requests()

    first = quietly(made, made.drift)

    assert (first.code, first.outputs, made.hub.issues, made.vendor.requests) == (0, {"drifted": "0"}, {}, [])
    for told in (first.said, first.summary):
        assert HOLDER in told
        assert "no drift" not in told.lower()

    lease(made, -1)
    assert made.drift().code == 2
    lease(made, 10)
    mend(made, "A")
    assert (quietly(made, made.drift).code, issue(made).state) == (0, "open")


def test_what_an_apply_failed_at_is_not_told(made: Town) -> None:
    """The vendor carried an update out and said that it had not: of that segment nothing, of another all."""
    made.commit("main", {A: definition("A1")})
    made.vendor.faults = [Fault(FaultKind.FAILED_AFTER_COMMIT, match="PUT *")]
    assert made.apply(event="workflow_dispatch").code == 4
    made.vendor.faults = []
    assert "A1" in made.live().values()

    told = quietly(made, made.drift)
    assert (told.code, made.hub.issues) == (0, {})
    assert "not told, since an apply of them is pending or has failed: `a`" in told.said
    assert "not told" in told.summary

    spoil(made, "B")
    more = made.drift()
    assert (more.code, more.outputs) == (2, {"drifted": "1"})
    assert ("`b`" in (issue(made).body or ""), "`a`" in (issue(made).body or "")) == (True, False)


def test_what_was_noted_and_not_ended_is_not_told(made: Town) -> None:
    """A run that died left an intent in the ledger."""
    rewrite(made, lambda claims: claims.intend(Intent("a", "update", claims.segments["a"].id, None, "key-1")))
    spoil(made, "A")

    assert (quietly(made, made.drift).code, made.hub.issues) == (0, {})


@pytest.mark.parametrize(
    "files",
    [
        {A: definition("A", "test")},
        {A: None},
        {A: None, "segments/moved.json": definition("Moved", previously=["a"])},
    ],
    ids=["changed", "removed", "moved and changed"],
)
def test_what_waits_for_its_apply_is_not_told(made: Town, files: dict[str, str | None]) -> None:
    """Its definition is not what was applied; the issue about it is neither made nor closed, others are told."""
    made.commit("main", files)
    spoil(made, "A")
    assert (quietly(made, made.drift).code, made.hub.issues) == (0, {})

    spoil(made, "B")
    assert made.drift().code == 2
    assert ("`b`" in (issue(made).body or ""), "`a`" in (issue(made).body or "")) == (True, False)

    mend(made, "B")
    assert (quietly(made, made.drift).code, issue(made).state) == (0, "open")


def test_what_waits_for_nothing_is_told(made: Town) -> None:
    """Moved and not changed; and protected from the deletion that its missing definition would be."""
    moved: dict[str, str | None] = {A: None, "segments/moved.json": definition("A", previously=["a"])}
    made.commit("main", {**moved, "segments/p.json": None})
    spoil(made, "A")
    spoil(made, "P")

    assert made.drift().outputs == {"drifted": "2"}
    assert [f"`{key}`" in (issue(made).body or "") for key in "ap"] == [True, True]


def test_definitions_that_cannot_be_read_explain_nothing(made: Town) -> None:
    """What is wrong with them is for others to say; the drift is told."""
    made.commit("main", {A: "{", B: definition("B", "test")})
    spoil(made, "A")
    spoil(made, "B")

    told = made.drift()

    assert (told.code, told.outputs) == (2, {"drifted": "2"})


def test_where_nothing_is_recorded_nothing_is_closed(made: Town) -> None:
    """The ledger is gone, and so is what drift could be seen by; that is no reason to say that all is well."""
    spoil(made, "A")
    made.drift()
    git(made.hub.bare.folder, "update-ref", "-d", "refs/reconciler/ledger/production")

    told = quietly(made, made.drift)

    assert (told.code, issue(made).state) == (0, "open")
    for text in (told.said, told.summary):
        assert "nothing is recorded for target" in text


def test_a_token_that_may_not_write_issues_is_told_of(made: Town) -> None:
    """Exit 1: it is not told, so it is not done; the log and the summary say what is missing."""
    spoil(made, "A")
    token = made.hub.token(permissions={**PERMISSIONS, "issues": "read"})

    told = made.drift(token=token)

    assert (told.code, made.hub.issues) == (1, {})
    for text in (told.said, told.summary):
        assert "403" in text
        assert "`permissions`" in text


def test_a_repository_without_issues_is_told_of(made: Town) -> None:
    """Exit 1, and why."""
    made.hub.issues_enabled = False
    spoil(made, "A")

    told = made.drift()

    assert told.code == 1
    assert ("410" in told.said, "410" in told.summary) == (True, True)


def test_a_vendor_that_is_down_says_nothing_about_drift(made: Town) -> None:
    """Exit 1; an issue is neither made nor closed."""
    down = [Fault(FaultKind.STATUS, status=503)]
    spoil(made, "A")
    made.vendor.faults = down
    first = quietly(made, made.drift)
    assert (first.code, first.outputs, made.hub.issues) == (1, {"drifted": "0"}, {})
    made.vendor.faults = []
    made.drift()
    mend(made, "A")
    made.vendor.faults = down

    again = quietly(made, made.drift)

    assert (again.code, issue(made).state) == (1, "open")
    assert ("503" in again.said, "503" in again.summary) == (True, True)


def test_a_key_that_is_missing_says_nothing_about_drift(made: Town) -> None:
    """As where the vendor is down."""
    told = quietly(made, lambda: made.drift(key=""))

    assert (told.code, "QONVERSION_SECRET_KEY" in told.summary) == (1, True)


def test_the_document_is_what_is_told(made: Town, tmp_path: Path) -> None:
    """`--out` has what the issue has."""
    spoil(made, "A")

    made.drift("--out", str(tmp_path / "drift.json"))

    document = json.loads((tmp_path / "drift.json").read_text())
    assert [drift["key"] for drift in document["drifts"]] == ["a"]
