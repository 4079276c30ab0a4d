"""What the commands send, seen from the vendor's side."""

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from contract.subjects import SUBJECTS
from repository import VARIABLE, Repository

from reconciler.emulator import make_app, parse_switches
from reconciler.emulator.app import Emulator
from reconciler.emulator.server import serve
from reconciler.providers.registry import VENDORS

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


TARGET = """\
[targets.it]
provider = "{provider}"
definitions = "segments"
endpoint = "{endpoint}"
credential_env = "{variable}"
{options}
limits = {{ requests_per_second = 1000, retry_seconds = 0, concurrency = 1, max_deletes = 2 }}
"""

COSTS = {
    "qonversion": (["POST", "GET"], ["GET", "PUT"], ["GET", "DELETE", "GET"]),
    "push0": (["POST", "GET"], ["GET", "PATCH", "GET"], ["GET", "DELETE", "GET"]),
    "kibamail": (["POST", "GET"], ["GET", "PUT", "GET"], ["GET", "DELETE", "GET"]),
    "unleash": (["POST", "GET"], ["GET", "PUT", "GET"], ["GET", "DELETE", "GET"]),
}
"""What one create, one update and one deletion send, beyond the listings."""


@pytest.mark.parametrize("provider", COSTS)
def test_a_change_costs_at_most_three_requests(tmp_path: Path, provider: str) -> None:
    """Whole applies of two changes each: a create, an update and a deletion cost what the table says."""
    with selling(provider, tmp_path) as (repository, app):
        found = list(applies(repository, app, provider))
    sent = [[method for method, path in each if not is_list(method, path)] for each in found]

    assert sent == [COSTS[provider][0] * 2, COSTS[provider][1] * 2, COSTS[provider][2] * 2]


def test_the_automations_are_listed_once_for_all_deletions(tmp_path: Path) -> None:
    """Between the look at the first segment and its deletion, and not at all where nothing is deleted."""
    with selling("qonversion", tmp_path) as (repository, app):
        sent = [[path for _, path in each] for each in applies(repository, app, "qonversion")]

    assert [sum("/automations" in path for path in paths) for paths in sent] == [0, 0, 1]
    assert "/automations" in sent[2][3]


@contextmanager
def selling(provider: str, folder: Path) -> Iterator[tuple[Repository, Emulator]]:
    """Yield a repository whose one target is an emulated vendor where deleting works, and the vendor."""
    subject = SUBJECTS[provider]
    options = "".join(f'{name} = "{value}"' for name, value in subject.options.items())
    switches = parse_switches(provider, [f"{name}={value}" for name, value in subject.switches.items()])
    with make_app(provider, None, switches) as app, serve(app) as server:
        repository = Repository(folder, env={VARIABLE: VENDORS[provider].embedded_credential})
        repository.configure(TARGET.format(provider=provider, variable=VARIABLE, endpoint=server.url, options=options))
        yield repository, app


def applies(repository: Repository, app: Emulator, provider: str) -> Iterator[list[tuple[str, str]]]:
    """Create two segments, update them, delete them; yield what each apply sent."""
    subject = SUBJECTS[provider]
    for body in (subject.first, subject.second, None):
        for number in range(2):
            path = repository.root / "segments" / f"s{number}.json"
            if body is None:
                path.unlink()
            else:
                path.write_text(json.dumps({**body, "name": f"Segment {number}"}))
        app.clear_requests()
        ended = repository.run("apply", "--yes", *(() if body else ("--allow-deletes", "2")))
        assert ended.code == 0, ended.stderr
        yield app.requests


def is_list(method: str, path: str) -> bool:
    """Say whether a request is for a page of a list."""
    return method == "GET" and ("limit=" in path or path.endswith(("/system", "/segments", "/context")))


def test_the_readme_s_first_example_needs_no_key(tmp_path: Path) -> None:
    """An embedded target works without any credential in the environment."""
    started = Repository(tmp_path, env={})
    (tmp_path / "reconciler.toml").unlink()

    assert started.run("init").code == 0
    assert started.run("apply", "--yes").code == 0
    assert "nothing to do" in started.run("plan").stdout
