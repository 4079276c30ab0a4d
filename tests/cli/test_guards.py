"""Every safety rule in whole commands: what it stops, what it leaves alone, and that its way out leads out."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from cli.applied import apply, outcomes
from repository import VARIABLE, Ended, Repository
from unruly import PROD, SANDBOX

from reconciler.core.plan import Block
from reconciler.emulator import make_app, parse_switches
from reconciler.emulator.app import Emulator
from reconciler.emulator.server import serve
from reconciler.providers.registry import VENDORS

TARGET = """\
default_target = "local"

[targets.local]
provider = "{provider}"
definitions = "segments"
endpoint = "{endpoint}"
credential_env = "{variable}"
{options}
limits = {{ requests_per_second = 1000, retry_seconds = 0, max_deletes = {max_deletes} }}
"""
BODIES: Mapping[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "qonversion": ({"conditions": [PROD]}, {"conditions": [SANDBOX]}),
    "push0": (
        {"constraints": [{"type": "AND", "constraints": [{"field": "country", "relation": "==", "value": "PL"}]}]},
        {"constraints": [{"type": "AND", "constraints": [{"field": "country", "relation": "==", "value": "DE"}]}]},
    ),
}
"""Of each vendor two bodies that differ."""

ODD: dict[str, Any] = {"metric": "environment", "comparator": "resembles", "value": "prod", "negate": False}
"""A live condition that no definition can say."""


@dataclass
class Scene:
    """A repository, the project of its one target, and hands for both."""

    repository: Repository
    app: Emulator
    provider: str

    def configure(self, *, max_deletes: int = 5, **options: str) -> None:
        """Write `reconciler.toml`."""
        text = "\n".join(f'{name} = "{value}"' for name, value in options.items())
        self.repository.configure(
            TARGET.format(
                provider=self.provider,
                endpoint=self.repository.endpoint,
                variable=VARIABLE,
                options=text,
                max_deletes=max_deletes,
            )
        )

    def define(self, key: str, name: str = "", *, other: bool = False, **ours: object) -> None:
        """Write a definition, with the other body where that is asked for; its name is its key with a capital."""
        body = BODIES[self.provider][other]
        members = {"name": name or key.capitalize(), **body, **({"reconciler": ours} if ours else {})}
        (self.repository.root / "segments" / f"{key}.json").write_text(json.dumps(members))

    def remove(self, *keys: str) -> None:
        """Take definitions away."""
        for key in keys:
            (self.repository.root / "segments" / f"{key}.json").unlink()

    def settle(self, *keys: str, protected: str = "") -> None:
        """Define and apply."""
        for key in keys:
            self.define(key, protected=key == protected)
        self.do("apply", "--yes")

    def put(self, name: str, segment_id: str) -> None:
        """Make a segment in the vendor's dashboard."""
        self.app.put_segment({"name": name, **BODIES[self.provider][0]}, segment_id=segment_id)

    def do(self, *arguments: str) -> Ended:
        """Run a command that has to succeed."""
        ended = self.repository.run(*arguments)
        assert ended.code == 0, ended.stderr
        return ended

    @property
    def live(self) -> dict[str, tuple[str, object]]:
        """The segments of the project by their ids, each with its name and what it asks for."""
        return {
            str(segment["id"]): (str(segment["name"]), segment.get("conditions", segment.get("constraints")))
            for segment in self.app.segments()
        }

    @property
    def names(self) -> list[str]:
        """The names of the segments, sorted."""
        return sorted(name for name, _ in self.live.values())

    @property
    def managed(self) -> dict[str, str]:
        """The ids that the ledger has, by key."""
        shown = self.repository.run("ledger", "show", "--format", "json").document
        return {segment["key"]: segment["id"] for segment in shown["segments"]}


Step: TypeAlias = Callable[[Scene], object]


@dataclass(frozen=True)
class Way:
    """One way out: what is done before the apply that ends with 0, and what is live and managed after it."""

    go: Step
    names: list[str]
    keys: list[str]
    check: Step = lambda _: None


@dataclass(frozen=True)
class Guard:
    """A situation, the rule that it meets, and on which change or changes; `says` is the way out as it is printed."""

    block: str
    begin: Step
    says: str
    ways: Mapping[str, Way]
    stops: tuple[str, ...]
    whole: bool = False
    beside: bool = True
    provider: str = "qonversion"
    switches: tuple[str, ...] = ()


def steps(*several: Step) -> Step:
    """Return all of these, one after another."""

    def go(scene: Scene) -> None:
        for step in several:
            step(scene)

    return go


def runs(*arguments: str) -> Step:
    """Return the run of a command that succeeds."""
    return lambda scene: scene.do(*arguments)


def allow_as_printed(scene: Scene) -> None:
    """Apply with the number that the plan prints."""
    [option] = re.findall(r"`(--allow-deletes \d+)`", scene.repository.run("plan").stdout)
    scene.do("apply", "--yes", *option.split())


def two_live_twins(scene: Scene) -> None:
    """Have one definition, and two live segments of its name."""
    scene.settle("kept")
    scene.put("Twin", "twin-1")
    scene.put("Twin", "twin-2")
    scene.define("twin", other=True)


def two_twins_for_one_that_is_gone(scene: Scene) -> None:
    """Have one recorded segment that is gone, and two live ones of its name."""
    scene.settle("kept", "twin")
    scene.app.remove_segment("twin")
    scene.put("Twin", "twin-1")
    scene.put("Twin", "twin-2")
    scene.define("twin", other=True)


def two_definitions(scene: Scene) -> None:
    """Have one live segment, and two definitions of its name."""
    scene.settle("kept")
    scene.put("Twin", "twin-1")
    scene.define("one", "Twin")
    scene.define("two", "Twin", other=True)


def two_pasts(scene: Scene) -> None:
    """Have a definition that has a segment, and says that it was another one that has one too."""
    scene.settle("former", "kept", "now")
    scene.remove("former")
    scene.define("now", other=True, previously=["former"])


def odd_live(scene: Scene) -> None:
    """Have a live segment that asks for what no definition can say, and a definition that says something else."""
    scene.settle("kept", "odd")
    scene.app.edit_segment("odd", conditions=[ODD])
    scene.define("odd", other=True)


def has_id(key: str, segment_id: str) -> Step:
    """Return the check that a key has this segment, and that the segment is as the definition says."""

    def check(scene: Scene) -> None:
        assert scene.managed[key] == segment_id
        assert scene.live[segment_id][1] == [{**SANDBOX, "negate": False}]

    return check


IMPORTED = Way(
    runs("import", "--id", "twin-2"),
    ["Kept", "New", "Twin", "Twin"],
    ["kept", "new", "twin"],
    has_id("twin", "twin-2"),
)
ONE = (
    "say which one is meant with `reconciler import --id ID`, give each its own name, or take a key out of `previously`"
)
OTHERWISE = (
    "change it in the vendor's dashboard, or stop managing it: remove its definition, then `reconciler forget KEY`; "
    "for a deletion, see whether the provider has a setting `delete`"
)
GUARDS: Mapping[str, Guard] = {
    "protected": Guard(
        block="protected",
        begin=steps(
            lambda scene: scene.settle("kept", "more", "vip", protected="vip"), lambda scene: scene.remove("vip")
        ),
        says='restore the file and set "protected": false, apply, then remove it; or `reconciler forget KEY`',
        ways={
            "in two steps": Way(
                steps(
                    lambda scene: scene.define("vip", protected=False),
                    runs("apply", "--yes"),
                    lambda scene: scene.remove("vip"),
                ),
                ["Kept", "More", "New"],
                ["kept", "more", "new"],
            ),
            "forgotten": Way(runs("forget", "vip"), ["Kept", "More", "New", "Vip"], ["kept", "more", "new"]),
        },
        stops=("vip",),
    ),
    "ambiguous_name: two live": Guard(
        block="ambiguous_name",
        begin=two_live_twins,
        says=ONE,
        ways={
            "imported": IMPORTED,
            "renamed live": Way(
                lambda scene: scene.app.edit_segment("twin-1", name="Other"),
                ["Kept", "New", "Other", "Twin"],
                ["kept", "new", "twin"],
                has_id("twin", "twin-2"),
            ),
            "renamed here": Way(
                lambda scene: scene.define("twin", "Third", other=True),
                ["Kept", "New", "Third", "Twin", "Twin"],
                ["kept", "new", "twin"],
                has_id("twin", "third"),
            ),
        },
        stops=("twin",),
    ),
    "ambiguous_name: two live for one that is gone": Guard(
        block="ambiguous_name",
        begin=two_twins_for_one_that_is_gone,
        says=ONE,
        ways={"imported": IMPORTED},
        stops=("twin",),
    ),
    "ambiguous_name: two definitions": Guard(
        block="ambiguous_name",
        begin=two_definitions,
        says=ONE,
        ways={
            "renamed": Way(
                lambda scene: scene.define("one", "Other"),
                ["Kept", "New", "Other", "Twin"],
                ["kept", "new", "one", "two"],
                has_id("two", "twin-1"),
            )
        },
        stops=("one", "two"),
    ),
    "ambiguous_name: two pasts": Guard(
        block="ambiguous_name",
        begin=two_pasts,
        says=ONE,
        ways={
            "without its past": Way(
                lambda scene: scene.define("now", other=True),
                ["Kept", "New", "Now"],
                ["kept", "new", "now"],
                has_id("now", "now"),
            )
        },
        stops=("now", "former"),
    ),
    "cannot_express: a deletion": Guard(
        block="cannot_express",
        begin=steps(lambda scene: scene.settle("kept", "more", "old"), lambda scene: scene.remove("old")),
        says=OTHERWISE,
        ways={
            "the setting": Way(
                lambda scene: scene.configure(delete="query"), ["Kept", "More", "New"], ["kept", "more", "new"]
            ),
            "in the dashboard": Way(
                lambda scene: scene.app.remove_segment(scene.managed["old"]),
                ["Kept", "More", "New"],
                ["kept", "more", "new"],
            ),
            "forgotten": Way(runs("forget", "old"), ["Kept", "More", "New", "Old"], ["kept", "more", "new"]),
        },
        stops=("old",),
        provider="push0",
        switches=("delete_style=query",),
    ),
    "cannot_express: an update": Guard(
        block="cannot_express",
        begin=odd_live,
        says=OTHERWISE,
        ways={
            "in the dashboard": Way(
                lambda scene: scene.app.edit_segment("odd", conditions=[]),
                ["Kept", "New", "Odd"],
                ["kept", "new", "odd"],
                has_id("odd", "odd"),
            ),
            "forgotten": Way(
                steps(lambda scene: scene.remove("odd"), runs("forget", "odd")),
                ["Kept", "New", "Odd"],
                ["kept", "new"],
            ),
        },
        stops=("odd",),
    ),
    "max_deletes": Guard(
        block="max_deletes",
        begin=steps(
            lambda scene: scene.settle("kept", "more", "old", "older"),
            lambda scene: scene.remove("old", "older"),
            lambda scene: scene.configure(max_deletes=1),
        ),
        says="if each of these deletions is meant, run apply with `--allow-deletes 2`",
        ways={"said": Way(allow_as_printed, ["Kept", "More", "New"], ["kept", "more", "new"])},
        stops=("old", "older"),
        whole=True,
    ),
    "all_managed": Guard(
        block="all_managed",
        begin=steps(lambda scene: scene.settle("old", "older"), lambda scene: scene.remove("old", "older")),
        says="if each of these deletions is meant, run apply with `--allow-deletes 2`",
        ways={"said": Way(allow_as_printed, ["New"], ["new"])},
        stops=("old", "older"),
        whole=True,
    ),
    "definitions_gone": Guard(
        block="definitions_gone",
        begin=steps(lambda scene: scene.settle("kept", "old", "older"), lambda scene: scene.remove("old", "older")),
        says="if each of these deletions is meant, run apply with `--allow-deletes 2`",
        ways={"said": Way(allow_as_printed, ["Kept", "New"], ["kept", "new"])},
        stops=("old", "older"),
        whole=True,
    ),
    "no_definitions": Guard(
        block="no_definitions",
        begin=steps(lambda scene: scene.settle("old"), lambda scene: scene.remove("old")),
        beside=False,
        says="if each of these deletions is meant, run apply with `--allow-deletes 1`",
        ways={"said": Way(allow_as_printed, [], [])},
        stops=("old",),
        whole=True,
    ),
    "no_ledger": Guard(
        block="no_ledger",
        begin=steps(
            lambda scene: scene.configure(unmanaged="delete"),
            lambda scene: scene.define("known"),
            lambda scene: scene.put("Known", "known"),
            lambda scene: scene.put("Theirs", "theirs"),
        ),
        says="set `unmanaged` to `report`, apply once so that what is managed is recorded, then set it back",
        ways={
            "reported first": Way(
                steps(
                    lambda scene: scene.configure(unmanaged="report"),
                    runs("apply", "--yes"),
                    lambda scene: scene.configure(unmanaged="delete"),
                ),
                ["Known", "New"],
                ["known", "new"],
            )
        },
        stops=("theirs",),
        whole=True,
    ),
}


@contextmanager
def met(guard: Guard, folder: Path) -> Iterator[Scene]:
    """Yield the situation of a guard, and beside it one definition that is new."""
    switches = parse_switches(guard.provider, list(guard.switches))
    with make_app(guard.provider, None, switches) as app, serve(app) as server:
        secret = VENDORS[guard.provider].embedded_credential
        scene = Scene(Repository(folder / "repository", server.url, {VARIABLE: secret}), app, guard.provider)
        scene.configure()
        guard.begin(scene)
        if guard.beside:
            scene.define("new")
        yield scene


@pytest.mark.parametrize("situation", GUARDS)
def test_a_guard_stops_what_it_is_for(tmp_path: Path, situation: str) -> None:
    """One change, and the others are done; or the whole plan, and nothing is. Exit 5, and it is the same once more."""
    guard = GUARDS[situation]
    with met(guard, tmp_path) as scene:
        live, managed = scene.live, scene.managed

        planned = scene.do("plan", "--format", "json").document
        first, second = apply(scene.repository), apply(scene.repository)

        stopped = [(change["key"] or change["id"], change["blocked_by"]) for change in planned["changes"]]
        assert dict.fromkeys(guard.stops, guard.block) == {subject: rule for subject, rule in stopped if rule}
        assert guard.whole == (guard.block in planned.get("refused_by", []))
        assert [5, 5] == [first.code, second.code]
        assert ([] if guard.whole else [("new", "done", "")], []) == (outcomes(first), outcomes(second))
        assert live == {key: value for key, value in scene.live.items() if value[0] != "New"}
        assert managed == {key: value for key, value in scene.managed.items() if key != "new"}
        assert guard.whole == ("new" not in scene.managed)


@pytest.mark.parametrize("situation", GUARDS)
def test_a_guard_says_the_way_out_to_people(tmp_path: Path, situation: str) -> None:
    """In the plan and in the report of an apply, as text and as Markdown."""
    guard = GUARDS[situation]
    with met(guard, tmp_path) as scene:
        said = {
            (command, shown): unescape(scene.repository.run(*command.split(), "--format", shown).stdout)
            for command in ("plan", "apply --yes")
            for shown in ("text", "markdown")
        }

    assert [] == [printed for printed, text in said.items() if f"hint: {guard.says}" not in text]


WAYS = [(situation, way) for situation, guard in GUARDS.items() for way in guard.ways]


@pytest.mark.parametrize(("situation", "way"), WAYS, ids=[f"{situation}: {way}" for situation, way in WAYS])
def test_the_way_out_leads_out(tmp_path: Path, situation: str, way: str) -> None:
    """Whoever was refused and does what was printed ends with 0, with what was wanted, and nothing left to do."""
    guard = GUARDS[situation]
    out = guard.ways[way]
    with met(guard, tmp_path) as scene:
        assert apply(scene.repository).code == 5

        out.go(scene)
        scene.do("apply", "--yes")

        scene.do("plan", "--detailed-exitcode")
        assert (out.names, out.keys) == (scene.names, sorted(scene.managed))
        out.check(scene)


def test_every_rule_that_can_stop_something_has_its_situation() -> None:
    """But for names that only one can have, see test_names.py, for users, see test_audience.py, and for reviews."""
    elsewhere = {"max_audience_change", "name_conflict", "unreviewed", "reviewed_otherwise"}
    assert {rule.value for rule in Block} - elsewhere == {guard.block for guard in GUARDS.values()}


def gone(scene: Scene) -> None:
    """Have three of the four managed definitions gone."""
    scene.settle("kept", "one", "two", "three")
    scene.remove("one", "two", "three")


@pytest.mark.parametrize("saved", [(), ("plan.json",)], ids=["made now", "saved"])
def test_a_part_of_a_refused_plan_is_refused(tmp_path: Path, saved: tuple[str, ...]) -> None:
    """`--only` passes no rule that the whole plan meets, and the number to say is that of the whole plan."""
    guard = Guard(block="definitions_gone", begin=gone, says="", ways={}, stops=())
    with met(guard, tmp_path) as scene:
        scene.do("plan", "--out", "plan.json")
        parts = (["--only", "one", "--only", "two"], ["--only", "three"], ["--only", "new"])
        refused = [scene.repository.run("apply", "--yes", *saved, *part) for part in parts]
        names = scene.names
        less = apply(scene.repository, *saved, "--only", "one", "--allow-deletes", "1")
        said = apply(scene.repository, *saved, "--only", "one", "--allow-deletes", "3")

        assert [5, 5, 5] == [ended.code for ended in refused]
        assert {("3",)} == {tuple(sorted(set(re.findall(r"--allow-deletes (\d+)", each.stdout)))) for each in refused}
        assert ["Kept", "One", "Three", "Two"] == names
        assert (5, [], 0, [("one", "done", "")]) == (less.code, outcomes(less), said.code, outcomes(said))


def test_too_many_deletions_are_not_done_in_parts(tmp_path: Path) -> None:
    """`max_deletes` is about the whole plan too."""
    guard = GUARDS["max_deletes"]
    with met(guard, tmp_path) as scene:
        ended = apply(scene.repository, "--only", "old")

        assert (5, ["max_deletes"], []) == (ended.code, ended.document["refused_by"], outcomes(ended))


def test_what_a_saved_plan_leaves_counts_among_what_is_gone(tmp_path: Path) -> None:
    """Two of four were reviewed to go, and a third definition is gone since: that is more than half."""
    guard = Guard(
        block="definitions_gone", begin=lambda scene: scene.settle("a", "b", "c", "d"), says="", ways={}, stops=()
    )
    with met(guard, tmp_path) as scene:
        scene.remove("a", "b")
        scene.do("plan", "--out", "plan.json")
        scene.remove("c")

        refused = apply(scene.repository, "plan.json")
        said = apply(scene.repository, "plan.json", "--allow-deletes", "2")

        assert (5, ["definitions_gone"], []) == (refused.code, refused.document["refused_by"], outcomes(refused))
        assert (0, ["C", "D", "New"]) == (said.code, scene.names)


def test_what_a_saved_plan_leaves_is_no_deletion_of_it(tmp_path: Path) -> None:
    """What others took away since refuses no plan that deletes nothing, or less than is allowed."""
    guard = Guard(block="max_deletes", begin=lambda scene: scene.settle(*"abcdefgh"), says="", ways={}, stops=())
    with met(guard, tmp_path) as scene:
        scene.configure(max_deletes=1)
        scene.remove("a")
        scene.do("plan", "--out", "plan.json")
        scene.remove("b", "c")

        ended = apply(scene.repository, "plan.json")

        assert (0, [*"BCDEFGH", "New"]) == (ended.code, scene.names)
