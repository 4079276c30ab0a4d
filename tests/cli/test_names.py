"""Whole commands on a vendor that knows each name once: chains, exchanges, and what else an instance refuses."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from repository import Ended, Repository

from reconciler.emulator import make_app
from reconciler.emulator.app import Emulator
from reconciler.emulator.server import serve
from reconciler.providers.registry import VENDORS

CONFIG = """\
[targets.flags]
provider = "unleash"
definitions = "segments"
endpoint = "{endpoint}"
credential_env = "UNLEASH_TOKEN"
limits = {{ requests_per_second = 1000, retry_seconds = 0 }}
"""


@pytest.fixture
def app() -> Iterator[Emulator]:
    """Yield an instance."""
    with make_app("unleash") as made:
        yield made


@pytest.fixture
def flags(tmp_path: Path, app: Emulator) -> Iterator[Repository]:
    """Yield a repository whose segments `a`, `b` and `c` are applied, under the names A, B and C."""
    with serve(app) as server:
        repository = Repository(tmp_path, env={"UNLEASH_TOKEN": VENDORS["unleash"].embedded_credential})
        repository.configure(CONFIG.format(endpoint=server.url))
        define(repository, a="A", b="B", c="C")
        assert repository.run("apply", "--yes").code == 0
        yield repository


def define(repository: Repository, **names: str) -> None:
    """Write definitions of these names, by key."""
    for key, name in names.items():
        constraint = {"contextName": "userId", "operator": "IN", "values": [key]}
        path = repository.root / "segments" / f"{key}.json"
        path.write_text(json.dumps({"name": name, "constraints": [constraint]}))


def told(ended: Ended) -> list[str]:
    """Return what a command says beside its result, line by line."""
    return ended.stderr.splitlines()


def live(app: Emulator) -> dict[str, str]:
    """Return the name of each segment by whom it is for."""
    found = [json.loads(json.dumps(one)) for one in app.segments()]
    return {one["constraints"][0]["values"][0]: one["name"] for one in found}


def test_an_exchange_of_names_is_refused_in_words_and_the_rest_is_done(flags: Repository, app: Emulator) -> None:
    """The hint says a way, and it leads there."""
    define(flags, a="B", b="A", c="D")
    plan, applied = flags.run("plan"), flags.run("apply", "--yes")

    assert "another segment keeps this one, or asks for it too" in plan.stdout
    assert "to exchange two names, rename one, apply, then rename both" in plan.stdout + plan.stderr
    assert (5, {"a": "A", "b": "B", "c": "D"}) == (applied.code, live(app))

    for a, b in (("Meanwhile", "B"), ("B", "A")):
        define(flags, a=a, b=b)
        assert flags.run("apply", "--yes").code == 0

    assert {"a": "B", "b": "A", "c": "D"} == live(app)
    assert flags.run("plan", "--detailed-exitcode").code == 0


def test_a_chain_of_names_goes_in_its_order_also_from_a_saved_plan(flags: Repository, app: Emulator) -> None:
    """The vendor would refuse it in any other."""
    define(flags, a="B", b="C", c="D", d="A")
    assert flags.run("plan", "--out", "plan.json").code == 0
    ended = flags.run("apply", "plan.json", "--yes")

    assert (0, {"a": "B", "b": "C", "c": "D", "d": "A"}) == (ended.code, live(app))


def test_a_change_alone_takes_no_name_that_nobody_frees(flags: Repository, app: Emulator) -> None:
    """With the other it does; the vendor is not asked for what it would refuse."""
    define(flags, a="D", b="A")
    alone = flags.run("apply", "--yes", "--only", "b")

    assert (5, {"a": "A", "b": "B", "c": "C"}) == (alone.code, live(app))
    assert flags.run("apply", "--yes", "--only", "b", "--only", "a").code == 0
    assert {"a": "D", "b": "A", "c": "C"} == live(app)


def test_a_segment_that_a_flag_uses_stays(flags: Repository, app: Emulator) -> None:
    """The report says which flag."""
    app.add_strategy("checkout", str(next(one["id"] for one in app.segments() if one["name"] == "A")))
    (flags.root / "segments" / "a.json").unlink()
    ended = flags.run("apply", "--yes")

    assert (4, {"a", "b", "c"}) == (ended.code, set(live(app)))
    assert "it is used by the flag `checkout` in `development` of the project `default`" in ended.stdout + ended.stderr


def test_a_plan_warns_that_a_segment_in_use_will_stay(flags: Repository, app: Emulator) -> None:
    """As the list tells it, and no longer than it is to be deleted."""
    used = str(next(one["id"] for one in app.segments() if one["name"] == "A"))
    for flag in ("checkout", "search"):
        app.add_strategy(flag, used)
    assert "segment-in-use" not in "".join(told(flags.run("plan")))
    (flags.root / "segments" / "a.json").unlink()

    words = "warning: `a` is used by 2 flags, and the vendor deletes nothing that is in use (segment-in-use)"
    assert words in told(flags.run("plan"))


def test_a_name_that_is_had_twice_is_told_and_stops_nobody(flags: Repository, app: Emulator) -> None:
    """The vendor looks a name up before it gives it, and two may do so at once; either of them can be changed."""
    twin = app.put_segment({"name": "A", "constraints": []})
    path = flags.root / "segments" / "a.json"
    path.write_text(path.read_text().replace('"a"', '"b"'))

    words = "warning: `a`: another live segment has its name too, `A` (name-twice)"
    assert words in told(flags.run("plan"))
    assert flags.run("apply", "--yes").code == 0
    app.remove_segment(twin)
    assert words not in told(flags.run("plan", "--detailed-exitcode"))


def test_two_definitions_of_one_name_are_an_error(flags: Repository) -> None:
    """Where the vendor would refuse one of them."""
    define(flags, d="A")
    ended = flags.run("validate", "--format", "json")

    assert (3, [("duplicate-name", "error")]) == (
        ended.code,
        [(one["code"], one["severity"]) for one in ended.document["problems"] if one["code"] != "unchecked-names"],
    )


def test_another_port_of_this_machine_is_another_instance(flags: Repository) -> None:
    """Whose segments have the same small numbers: nothing is planned, let alone done."""
    with make_app("unleash") as other, serve(other) as server:
        other.seed_many(3)
        flags.configure(CONFIG.format(endpoint=server.url))
        plan, applied = flags.run("plan"), flags.run("apply", "--yes")
        assert [] == [method for method, _ in other.requests if method != "GET"]

    assert (5, 5) == (plan.code, applied.code)
    assert "(ledger-elsewhere)" in plan.stderr


def test_an_instance_that_is_full_says_so(flags: Repository, app: Emulator) -> None:
    """What is there is changed all the same."""
    app.switches = replace(app.switches, segment_limit=3)
    define(flags, a="E", d="D")
    ended = flags.run("apply", "--yes")

    assert (4, {"a": "E", "b": "B", "c": "C"}) == (ended.code, live(app))
    assert "the instance has 3 segments, and takes 3 at most (segment-limit)" in ended.stdout + ended.stderr


def test_what_the_instance_does_not_allow_stops_the_plan(flags: Repository) -> None:
    """A value that a context field does not have, a project that is not there: an error with its line."""
    constraint = {"contextName": "plan", "operator": "IN", "values": ["fre"]}
    body = {"name": "N", "project": "nobody", "constraints": [constraint]}
    (flags.root / "segments" / "n.json").write_text(json.dumps(body, indent=1))
    ended = flags.run("plan", "--format", "json")

    assert (3, [(3, "unknown-project"), (9, "illegal-value")]) == (
        ended.code,
        sorted((one["line"], one["code"]) for one in ended.document["problems"]),
    )
