"""What the commands send, seen from the vendor's side."""

import math
from dataclasses import replace
from pathlib import Path

import pytest
from repository import Repository

from reconciler.emulator.app import Emulator

PROD = {"metric": "environment", "comparator": "eq", "value": "prod"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan",),
        ("plan", "--detailed-exitcode", "--format", "json", "--out", "plan.json"),
        ("plan", "--live", "live.json"),
        ("validate",),
        ("drift",),
        ("snapshot", "--out", "live.json"),
        ("import", "--all"),
        ("ledger", "show"),
        ("fmt",),
        ("targets",),
    ],
    ids=" ".join,
)
def test_commands_that_look_send_nothing_but_get(
    remote: Repository, vendor: Emulator, arguments: tuple[str, ...]
) -> None:
    """Whatever there is to create, update or delete: looking changes nothing, on the server's side."""
    remote.define("edited", "Edited", PROD)
    remote.define("gone", "Gone")
    remote.define("stays", "Stays")
    assert remote.run("apply", "--yes").code == 0
    assert remote.run("snapshot", "--out", "live.json").code == 0
    remote.define("edited", "Edited")
    remote.define("new", "New")
    (remote.root / "segments" / "gone.json").unlink()
    vendor.put_segment({"name": "Unmanaged", "conditions": []})
    before = vendor.segments(system=True)
    vendor.clear_requests()

    remote.run(*arguments)

    assert {method for method, _ in vendor.requests} <= {"GET"}
    assert vendor.segments(system=True) == before


@pytest.mark.parametrize("cursor", [True, False], ids=["with next_cursor", "without"])
@pytest.mark.parametrize("count", [0, 1, 100, 101, 1_000])
def test_a_plan_sends_one_request_for_each_hundred_segments_and_one_for_the_system_list(
    remote: Repository, vendor: Emulator, count: int, *, cursor: bool
) -> None:
    """Nothing is sent per segment; an empty project still takes one request to be known as empty."""
    vendor.switches = replace(vendor.switches, next_cursor=cursor)
    vendor.seed_many(count)

    ended = remote.run("plan", "--format", "json")

    lists = [path for _, path in vendor.requests if path.startswith("/v4/segments?")]
    others = [path for _, path in vendor.requests if not path.startswith("/v4/segments?")]
    assert ended.code == 0
    assert sum(1 for change in ended.document["changes"] if change["reason"] == "unmanaged") == count
    assert len(lists) == max(1, math.ceil(count / 100))
    assert others == ["/v4/segments/system"]


def test_an_import_of_two_hundred_segments_leaves_an_empty_plan(remote: Repository, vendor: Emulator) -> None:
    """`import --all` writes a file for each live segment that is not the vendor's own, and the next plan is empty."""
    vendor.seed_many(199)
    vendor.put_segment({"name": "costs ${price}", "conditions": [{**PROD, "negate": True}]})

    imported = remote.run("import", "--all")
    plan = remote.run("plan", "--detailed-exitcode", "--format", "json")

    assert imported.code == 0
    assert len(list((remote.root / "segments").rglob("*.json"))) == 200
    assert plan.code == 0
    assert plan.document["summary"]["keep"] == 200
    assert remote.run("fmt", "--check").code == 0


def test_an_apply_writes_once_and_then_never_again(remote: Repository, vendor: Emulator) -> None:
    """The second apply of one world sends nothing but the listing."""
    for number in range(5):
        remote.define(f"k{number}", f"Segment {number}", PROD)
    first = remote.run("apply", "--yes")
    vendor.clear_requests()
    second = remote.run("apply", "--yes")

    assert (first.code, second.code) == (0, 0)
    assert [method for method, _ in vendor.requests] == ["GET", "GET"]
    assert "nothing to do" in second.stdout


COSTS = {
    "qonversion": (["POST", "GET"], ["GET", "PUT"], ["GET", "DELETE", "GET"]),
    "push0": (["POST", "GET"], ["GET", "PATCH", "GET"], ["GET", "DELETE", "GET"]),
    "kibamail": (["POST", "GET"], ["GET", "PUT", "GET"], ["GET", "DELETE", "GET"]),
}
"""What one create, one update and one deletion send, beyond the listings."""


@pytest.mark.parametrize("provider", COSTS)
def test_a_change_costs_at_most_three_requests(tmp_path: Path, provider: str) -> None:
    """Beyond the listings: those of the plan, and Qonversion's automations once ahead of all deletions."""
    subject = {subject.name: subject for subject in SUBJECTS}[provider]
    sent: list[list[str]] = []
    with make_app(provider) as app, serve(app) as server:
        repository = Repository(tmp_path, server.url)
        options = 'options = { delete = "body" }' if provider == "push0" else ""
        repository.configure(TARGET.format(provider=provider, endpoint=server.url, options=options))
        app.switches = parse_switches("push0", ["delete=body"]) if provider == "push0" else app.switches
        paths = [tmp_path / "segments" / f"{key}.json" for key in "ab"]
        for body in (subject.first, subject.second, None):
            for number, path in enumerate(paths):
                path.unlink() if body is None else path.write_text(json.dumps({**body, "name": f"S{number}"}))
            app.clear_requests()
            ended = repository.run("apply", "--yes", "--allow-deletes", "2")
            assert ended.code == 0, ended.stderr
            lists = {"/v4/segments?limit=100", "/v4/segments/system", "/v4/automations?limit=100"}
            sent.append([method for method, path in app.requests if path not in lists and not _is_list(path)])

    assert sent == [cost * 2 for cost in COSTS[provider]]


def test_the_readme_s_first_example_needs_no_key(tmp_path: Path) -> None:
    """An embedded target works without any credential in the environment."""
    started = Repository(tmp_path, env={})
    (tmp_path / "reconciler.toml").unlink()

    assert started.run("init").code == 0
    assert started.run("apply", "--yes").code == 0
    assert "nothing to do" in started.run("plan").stdout
