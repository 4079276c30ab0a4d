"""A world in which people edit files and dashboards at will, and which is applied after each step. Names no vendor."""

import itertools
import json
import random
import shutil
import tempfile
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from contract.broken import Sound
from contract.check_retrying import Silence
from contract.checks import is_system
from contract.events import Event, events
from contract.project import Trial, emulated
from contract.subject import Document, Subject
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from reconciler.core.canonical import canonical_json
from reconciler.core.document import plan_document, text
from reconciler.core.guard import Limits, blocked
from reconciler.core.plan import Action, Plan
from reconciler.core.planner import make_plan
from reconciler.core.ports import Provider
from reconciler.core.report import Result
from reconciler.core.segment import Body, Json, Live
from reconciler.definitions.load import load
from reconciler.definitions.variables import escaped
from reconciler.emulator.app import Emulator
from reconciler.executor.run import Run, apply
from reconciler.ledger.file import FileLedger
from reconciler.providers.registry import VENDORS
from reconciler.usecases import clock


class Watched(Sound):
    """A provider that notes which segments were written to."""

    def __init__(self, provider: Provider) -> None:
        super().__init__(provider)
        self.updated: set[str] = set()
        self.deleted: set[str] = set()

    def update(self, segment_id: str, body: Body) -> Live:
        """Note the id, and hand on."""
        self.updated.add(segment_id)
        return super().update(segment_id, body)

    def delete(self, segment_id: str) -> None:
        """Note the id, and hand on."""
        self.deleted.add(segment_id)
        super().delete(segment_id)


class World(RuleBasedStateMachine):
    """One world: a folder of definitions, a ledger file, and a project with system and unmanaged segments."""

    subject: ClassVar[Subject]
    events: ClassVar[st.SearchStrategy[Event]]

    def __init_subclass__(cls) -> None:
        """Draw from one strategy in all worlds of a vendor."""
        super().__init_subclass__()
        cls.events = events(cls.subject, VENDORS[cls.subject.name].form(cls.subject.options))

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.definitions = self.folder / "definitions"
        self.definitions.mkdir()
        name = self.subject.name
        self.ledger = FileLedger(self.folder / "ledger.json", shown="ledger.json", target="t", provider=name)
        self.stack = ExitStack()
        project = self.stack.enter_context(self.opened())
        self.app, self.hands, self.form, self.connect = project.app, project.hands, project.form, project.connect
        self.provider = Watched(self.connect())
        self.keys = itertools.count()
        self.hands.put_segment({**self.subject.first, "name": "Nobody's"})
        self.system = self.system_bodies()

    def opened(self) -> AbstractContextManager[Trial]:
        """Return the new project of a world."""
        return emulated(self.subject)

    def teardown(self) -> None:
        """Close the world."""
        self.stack.close()
        shutil.rmtree(self.folder)

    @rule(data=st.data())
    def people_act(self, data: st.DataObject) -> None:
        """Let a few things happen at once, and the vendor answer an open question otherwise from here on."""
        for event in data.draw(st.lists(self.events, min_size=2, max_size=6)):
            self.happen(event)
        variant = data.draw(st.sampled_from([{}, *self.subject.variants.values()]))
        if isinstance(self.app, Emulator):
            own = {**self.subject.switches, **variant}
            self.app.switches = replace(type(self.app.switches)(), **own)

    @invariant()
    def an_apply_settles_everything(self) -> None:
        """Plan, apply, plan again, in a run of its own; then look at the vendor, the ledger and the requests."""
        self.provider = Watched(self.connect())
        plan = self.plan()
        assert text(plan_document(plan)) == text(plan_document(self.plan()))
        assert plan.digest == self.plan(respelt=True).digest

        claims = self.ledger.read()
        strangers = self.unmanaged_bodies()
        run = Run("machine", clock.now, lambda: False)
        report = apply(plan, self.provider, self.ledger, Silence(), form=self.form, claims=claims, run=run)

        assert {outcome.result for outcome in report.outcomes} <= {Result.DONE}, report
        assert [outcome.change for outcome in report.outcomes] == [c for c in plan.pending if c.blocked_by is None]
        self.check_writes(plan, {record.id for record in claims.segments.values()})
        self.check_left_alone(plan, strangers)
        self.check_ledger({change.key for change in plan.pending if change.blocked_by})
        again = self.plan()
        assert [change for change in again.pending if change.blocked_by is None] == []

    def plan(self, *, respelt: bool = False) -> Plan:
        """Plan this world; or from inputs in another order, with what is live in other words."""
        loaded = load(
            self.definitions,
            shown="definitions",
            provider=self.subject.name,
            variables={},
            form_findings=self.form.findings,
        )
        errors = [problem for problem in loaded.problems if problem.severity.value == "error"]
        assert errors == []
        live = list(self.provider.list())
        definitions = [one._replace(body=self.form.outgoing(one.body)) for one in loaded.definitions]
        claims = self.ledger.read()
        if respelt:
            definitions, live = definitions[::-1], [self.in_other_words(segment) for segment in reversed(live)]
        plan = make_plan(definitions, live, claims.segments, form=self.form, target="t", provider=self.subject.name)
        deletions = sum(1 for c in plan.changes if c.action is Action.DELETE and c.blocked_by is None)
        limits = Limits(5, len(claims.segments), len(definitions), claims.serial == 0, deletions)
        return blocked(plan, limits)

    def check_writes(self, plan: Plan, managed: set[str]) -> None:
        """Check that no write reached a system or an unmanaged segment; only an update takes over a namesake."""
        assert self.provider.updated <= {change.id for change in plan.pending if change.action is Action.UPDATE}
        assert self.provider.deleted <= managed
        assert self.system_bodies() == self.system

    def check_left_alone(self, plan: Plan, strangers: dict[str, str]) -> None:
        """Check that what was unmanaged before and is not taken over is as it was, to the letter."""
        taken = {change.id for change in plan.pending}
        now = {str(segment["id"]): json.dumps(segment) for segment in self.hands.segments()}
        assert {key: now.get(key) for key in strangers if key not in taken} == {
            key: body for key, body in strangers.items() if key not in taken
        }

    def check_ledger(self, stopped: set[str | None]) -> None:
        """Check that every record names a live segment of that body, but for those whose change a rule stopped."""
        claims = self.ledger.read()
        live = {segment.id: segment for segment in self.provider.list()}
        defined = {str(path.relative_to(self.definitions))[:-5] for path in self.definitions.rglob("*.json")}
        for key, record in claims.segments.items():
            if key in defined - stopped and live[record.id].name not in self.subject.system:
                assert self.meaning(live[record.id].body) == self.meaning(record.body)
        assert claims.intents == ()
        assert claims.lease is None

    def meaning(self, body: Body) -> str:
        """Return the text of a body's canonical form."""
        return canonical_json(self.form.canonical(body))

    def in_other_words(self, segment: Live) -> Live:
        """Return a live segment whose body means the same; the vendor's own is as it is."""
        if is_system(segment):
            return segment
        return segment._replace(body=self.subject.respelt(dict(segment.body), random.Random(1)))

    def system_bodies(self) -> list[str]:
        """Return the system segments as they are, to the letter."""
        ordinary = [segment["id"] for segment in self.hands.segments()]
        return [json.dumps(one) for one in self.hands.segments(system=True) if one["id"] not in ordinary]

    def unmanaged_bodies(self) -> dict[str, str]:
        """Return the live segments that no record holds, to the letter."""
        ids = {record.id for record in self.ledger.read().segments.values()}
        return {str(s["id"]): json.dumps(s) for s in self.hands.segments() if s["id"] not in ids}

    def happen(self, event: Event) -> None:
        """Let one thing happen, if there is something that it can happen to."""
        if event.what == "define":
            self.write(f"k{next(self.keys)}", escaped(event.body))
        elif event.what == "create live":
            if self.is_free(event.body["name"]):
                self.hands.put_segment(event.body)
        elif event.what == "reorder list":
            ids = [str(segment["id"]) for segment in self.hands.segments()]
            random.Random(event.seed).shuffle(ids)
            self.hands.reorder_segments(ids)
        elif event.what.endswith("live"):
            segments = self.hands.segments()
            if segments:
                self.in_dashboard(event, segments[event.which % len(segments)])
        else:
            files = sorted(self.definitions.rglob("*.json"))
            if files:
                self.in_files(event, files[event.which % len(files)])

    def is_free(self, name: Json) -> bool:
        """Say whether the dashboard would give this name to a segment: where names are unique, one that none has."""
        taken = [segment["name"] for segment in self.hands.segments(system=True)]
        return not self.form.capabilities.unique_names or name not in taken

    def in_dashboard(self, event: Event, segment: dict[str, Any]) -> None:
        """Change a live segment behind our back."""
        segment_id, body = segment["id"], {name: segment[name] for name in self.subject.second if name in segment}
        if event.what == "delete live":
            self.hands.remove_segment(segment_id)
        if event.what == "rename live" and self.is_free(event.body["name"]):
            self.hands.edit_segment(segment_id, name=event.body["name"])
        if event.what == "edit live":
            self.hands.edit_segment(segment_id, **{**event.body, "name": body["name"]})
        if event.what == "respell live":
            self.hands.edit_segment(segment_id, **self.subject.respelt(body, random.Random(event.seed)))

    def in_files(self, event: Event, path: Path) -> None:
        """Change a definition."""
        body: Document = json.loads(path.read_text())
        ours: Any = body.pop("reconciler", {})
        key = str(path.relative_to(self.definitions))[:-5]
        if event.what == "remove definition":
            path.unlink()
            return
        if event.what == "move definition":
            path.unlink()
            ours = {**ours, "previously": [key]}
            key = f"moved/k{next(self.keys)}"
        if event.what == "edit definition":
            body = {**escaped(event.body), "name": body["name"]}
        if event.what == "rename definition":
            body["name"] = escaped(event.body)["name"]
        if event.what == "respell definition":
            body = self.subject.respelt(body, random.Random(event.seed), written=True)
        if event.what == "protect definition":
            ours = {**ours, "protected": event.seed % 2 == 0}
        self.write(key, {**body, **({"reconciler": ours} if ours else {})})

    def write(self, key: str, body: Body) -> None:
        """Write a definition file."""
        path = self.definitions / f"{key}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(dict(body)))
