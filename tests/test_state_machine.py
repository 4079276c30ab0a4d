"""Worlds in which people edit files and dashboards at will: what an apply leaves behind holds after every step.

The profile `worlds` (`pytest tests/test_state_machine.py --hypothesis-profile=worlds`) runs 5,000 worlds.
"""

import itertools
import json
import random
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from strategies import EVENTS, Event

from reconciler.core.canonical import canonical_json
from reconciler.core.document import plan_document, text
from reconciler.core.guard import Limits, blocked
from reconciler.core.plan import Action, Plan
from reconciler.core.planner import make_plan
from reconciler.core.report import Outcome, Result
from reconciler.core.segment import Body, Json, Live
from reconciler.definitions.load import load
from reconciler.emulator import make_app
from reconciler.emulator.qonversion_switches import QonversionSwitches
from reconciler.executor import Run, apply
from reconciler.ledger.file import FileLedger
from reconciler.providers.registry import VENDORS
from reconciler.providers.transport import Transport
from reconciler.usecases import clock

if TYPE_CHECKING:
    from collections.abc import Callable

VENDOR = VENDORS["qonversion"]
FORM = VENDOR.form


class Silence:
    """An Observer that looks away."""

    def started(self, total: int) -> None:
        """Look away."""

    def ended(self, outcome: Outcome) -> None:
        """Look away."""


class Worlds(RuleBasedStateMachine):
    """One world: a folder of definitions, a ledger file, and an emulated project with system and unmanaged segments."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.definitions = self.folder / "definitions"
        self.definitions.mkdir()
        self.ledger = FileLedger(self.folder / "ledger.json", shown="ledger.json", target="t", provider="qonversion")
        self.app = make_app("qonversion", None, QonversionSwitches())
        self.transport = Transport(f"http://emulator{self.app.root}", VENDOR.embedded_credential, app=self.app)
        self.provider = VENDOR.connect(self.transport)
        self.keys = itertools.count()
        self.app.put_segment({"name": "Nobody's", "conditions": []})
        self.system = self.system_bodies()

    def teardown(self) -> None:
        """Close the world."""
        self.transport.__exit__(None, None, None)
        self.app.close()
        shutil.rmtree(self.folder)

    @rule(system_in_list=st.booleans(), next_cursor=st.booleans(), delete_body=st.booleans())
    def vendor_differs(self, *, system_in_list: bool, next_cursor: bool, delete_body: bool) -> None:
        """Answer one of the vendor's open questions otherwise from here on."""
        self.app.switches = replace(
            self.app.switches, system_in_list=system_in_list, next_cursor=next_cursor, delete_body=delete_body
        )

    @rule(events=st.lists(EVENTS, min_size=1, max_size=4))
    def people_act(self, events: list[Event]) -> None:
        """Let a few things happen at once."""
        for event in events:
            self.happen(event)

    @invariant()
    def an_apply_settles_everything(self) -> None:
        """Plan, apply, plan again; then look at the vendor, the ledger and the requests."""
        plan = self.plan()
        assert text(plan_document(plan)) == text(plan_document(self.plan()))
        assert plan.digest == self.plan(shuffled=True).digest

        claims = self.ledger.read()
        strangers = self.unmanaged_bodies()
        self.app.clear_requests()
        run = Run("machine", clock.now, lambda: False)
        report = apply(plan, self.provider, self.ledger, Silence(), form=FORM, claims=claims, run=run)
        requests = self.app.requests

        assert {outcome.result for outcome in report.outcomes} <= {Result.DONE}
        assert [outcome.change for outcome in report.outcomes] == [c for c in plan.pending if c.blocked_by is None]
        self.check_writes(plan, {record.id for record in claims.segments.values()}, requests)
        self.check_left_alone(plan, strangers)
        self.check_ledger()
        again = self.plan()
        assert [change for change in again.pending if change.blocked_by is None] == []

    def plan(self, *, shuffled: bool = False) -> Plan:
        """Plan this world; shuffled, from inputs in another order, with every default spelt out."""
        loaded = load(
            self.definitions, shown="definitions", provider="qonversion", variables={}, form_findings=FORM.findings
        )
        errors = [problem for problem in loaded.problems if problem.severity.value == "error"]
        assert errors == []
        definitions, live = list(loaded.definitions), list(self.provider.list())
        claims = self.ledger.read()
        if shuffled:
            definitions, live = definitions[::-1], [spelt_out(segment) for segment in reversed(live)]
        plan = make_plan(definitions, live, claims.segments, form=FORM, target="t", provider="qonversion")
        deletions = sum(1 for c in plan.changes if c.action is Action.DELETE and c.blocked_by is None)
        limits = Limits(5, len(claims.segments), len(definitions), claims.serial == 0, deletions)
        return blocked(plan, limits)

    def check_writes(self, plan: Plan, managed: set[str], requests: list[tuple[str, str]]) -> None:
        """Check that no write reached a system or an unmanaged segment; only an update takes over a namesake."""
        taken = {change.id for change in plan.pending if change.action is Action.UPDATE}
        written = {path.rsplit("/", 1)[1] for method, path in requests if method == "PUT"}
        deleted = {path.rsplit("/", 1)[1] for method, path in requests if method == "DELETE"}
        assert written <= taken
        assert deleted <= managed
        assert self.system_bodies() == self.system

    def check_left_alone(self, plan: Plan, strangers: dict[str, str]) -> None:
        """Check that what was unmanaged before and is not taken over is as it was, to the letter."""
        taken = {change.id for change in plan.pending}
        now = {segment["id"]: json.dumps(segment) for segment in self.app.segments()}
        assert {key: now.get(key) for key in strangers if key not in taken} == {
            key: body for key, body in strangers.items() if key not in taken
        }

    def check_ledger(self) -> None:
        """Check that every record names a live segment of that body, but for those whose deletion a rule stopped."""
        claims = self.ledger.read()
        live = {segment.id: segment for segment in self.provider.list()}
        defined = {str(path.relative_to(self.definitions))[:-5] for path in self.definitions.rglob("*.json")}
        for key, record in claims.segments.items():
            if key in defined and live[record.id].name not in {json.loads(body)["name"] for body in self.system}:
                assert canonical_json(FORM.canonical(live[record.id].body)) == canonical_json(
                    FORM.canonical(record.body)
                )
        assert claims.intents == ()
        assert claims.lease is None

    def system_bodies(self) -> list[str]:
        """Return the system segments as they are, to the letter."""
        return [json.dumps(segment) for segment in self.app.segments(system=True) if segment["is_system"]]

    def unmanaged_bodies(self) -> dict[str, str]:
        """Return the live segments that no record holds, to the letter."""
        ids = {record.id for record in self.ledger.read().segments.values()}
        return {str(s["id"]): json.dumps(s) for s in self.app.segments() if s["id"] not in ids}

    def happen(self, event: Event) -> None:
        """Let one thing happen, if there is something that it can happen to."""
        if event.what == "define":
            self.write(f"k{next(self.keys)}", {"name": escaped(event.name), "conditions": list(event.conditions)})
        elif event.what == "create live":
            self.app.put_segment({"name": event.name, "conditions": list(event.conditions)})
        elif event.what == "reorder list":
            ids = [str(segment["id"]) for segment in self.app.segments()]
            random.Random(event.seed).shuffle(ids)
            self.app.reorder_segments(ids)
        elif event.what.endswith("live"):
            segments = self.app.segments()
            if segments:
                self.in_dashboard(event, segments[event.which % len(segments)])
        else:
            files = sorted(self.definitions.rglob("*.json"))
            if files:
                self.in_files(event, files[event.which % len(files)])

    def in_dashboard(self, event: Event, segment: dict[str, Any]) -> None:
        """Change a live segment behind our back."""
        order = list(range(len(segment["conditions"])))
        random.Random(event.seed).shuffle(order)
        hands: dict[str, Callable[[], None]] = {
            "edit live": lambda: self.app.edit_segment(segment["id"], conditions=list(event.conditions)),
            "rename live": lambda: self.app.edit_segment(segment["id"], name=event.name),
            "delete live": lambda: self.app.remove_segment(segment["id"]),
            "reorder live": lambda: self.app.reorder_conditions(segment["id"], order),
        }
        hands[event.what]()

    def in_files(self, event: Event, path: Path) -> None:
        """Change a definition."""
        body = json.loads(path.read_text())
        key = str(path.relative_to(self.definitions))[:-5]
        if event.what == "remove definition":
            path.unlink()
            return
        if event.what == "move definition":
            path.unlink()
            body["reconciler"] = {**body.get("reconciler", {}), "previously": [key]}
            key = f"moved/k{next(self.keys)}"
        if event.what == "edit definition":
            body["conditions"] = list(event.conditions)
        if event.what == "rename definition":
            body["name"] = escaped(event.name)
        if event.what == "reorder definition":
            random.Random(event.seed).shuffle(body["conditions"])
        if event.what == "spell out defaults":
            body["conditions"] = [{"negate": False, **condition} for condition in body["conditions"]]
        if event.what == "protect definition":
            body["reconciler"] = {**body.get("reconciler", {}), "protected": event.seed % 2 == 0}
        self.write(key, body)

    def write(self, key: str, body: Body) -> None:
        """Write a definition file."""
        path = self.definitions / f"{key}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(dict(body)))


def escaped(name: str) -> str:
    """Return a name as a definition writes it: `${` would be a variable."""
    return name.replace("${", "$${")


def spelt_out(segment: Live) -> Live:
    """Return the live segment with its conditions in another order and every default written out."""
    conditions = segment.body["conditions"]
    assert isinstance(conditions, list)
    filled: list[Json] = [
        {"negate": False, **condition} for condition in reversed(conditions) if isinstance(condition, dict)
    ]
    return replace(segment, body={**segment.body, "conditions": filled})


TestWorlds = Worlds.TestCase
TestWorlds.settings = settings(stateful_step_count=6)
