"""The contract of a write whose answer was lost: run again, it ends as if nothing had been. Names no vendor."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from contract.checks import listed, meaning, same
from contract.project import Project, Trial
from contract.subject import Document

from reconciler.core.plan import Plan
from reconciler.core.planner import make_plan
from reconciler.core.report import Outcome, Report
from reconciler.core.segment import Definition
from reconciler.emulator.faults import Fault, FaultKind
from reconciler.errors import Place
from reconciler.executor.run import Run, apply
from reconciler.ledger.file import FileLedger
from reconciler.usecases import clock

LOST: Final = {
    "the answer is a failure": Fault(FaultKind.FAILED_AFTER_COMMIT, 1, "[!G]*"),
    "the answer breaks off": Fault(FaultKind.TRUNCATED_JSON, 1, "[!G]*"),
}
"""What happens to the answer of the first write; it is carried out all the same."""


class Silence:
    """An Observer that looks away."""

    def started(self, total: int) -> None:
        """Look away."""

    def ended(self, outcome: Outcome) -> None:
        """Look away."""


class Keeper:
    """A repository in small: a ledger in a file, and what is defined."""

    def __init__(self, project: Project, folder: Path) -> None:
        self.project = project
        self.ledger = FileLedger(folder / "ledger.json", shown="ledger", target="t", provider=project.subject.name)

    def plan(self, *bodies: Document) -> Plan:
        """Plan for definitions with these bodies, whose keys are `k0`, `k1` and so on."""
        desired = [
            Definition(f"k{n}", str(body["name"]), self.project.form.outgoing(body), Place(""))
            for n, body in enumerate(bodies)
        ]
        live, recorded = self.project.provider.list(), self.ledger.read().segments
        return make_plan(desired, live, recorded, form=self.project.form, target="t")

    def apply(self, *bodies: Document) -> Report:
        """Plan, and apply."""
        plan, run = self.plan(*bodies), Run("contract", clock.now, lambda: False)
        claims, form = self.ledger.read(), self.project.form
        return apply(plan, self.project.provider, self.ledger, Silence(), form=form, claims=claims, run=run)

    def settled(self, contract: str, *bodies: Document) -> None:
        """Check that what is defined is live once, recorded, and nothing is left to do."""
        want = sorted(meaning(self.project, body) for body in bodies)
        live, claims = listed(self.project), self.ledger.read()
        same(f"{contract}: live once", want, sorted(meaning(self.project, one.body) for one in live.values()))
        same(f"{contract}: recorded", sorted(live), sorted(record.id for record in claims.segments.values()))
        same(f"{contract}: no intent is left", (), claims.intents)
        same(f"{contract}: nothing is left to do", [], _pending(self.plan(*bodies)))


def _pending(plan: Plan) -> Sequence[object]:
    return [(change.key, change.action, change.reason) for change in plan.pending]


def a_lost_answer_leaves_no_twin(project: Trial, folder: Path, fault: Fault) -> None:
    """Check that a create, an update and a deletion whose answers are lost are each done once."""
    keeper = Keeper(project, folder)
    first, second = project.subject.first, project.subject.second
    keeper.apply(first)
    keeper.settled("retry: before", first)
    for contract, bodies in (
        ("retry: a lost create", (first, second)),
        ("retry: a lost update", (first, {**first, "name": "Renamed"})),
        ("retry: a lost deletion", (first,)),
    ):
        project.app.faults = (fault,)
        keeper.apply(*bodies)
        project.app.faults = ()
        keeper.apply(*bodies)
        keeper.settled(contract, *bodies)


def a_lost_create_is_recorded_at_once_where_nothing_makes_it_repeatable(project: Trial, folder: Path) -> None:
    """Check that without keys the run that lost the answer finds what it made; with them, the next one asks again."""
    keeper = Keeper(project, folder)
    project.app.faults = (LOST["the answer is a failure"],)
    keeper.apply(project.subject.first)
    project.app.faults = ()

    recorded = [record.id for record in keeper.ledger.read().segments.values()]
    expected = [] if project.form.capabilities.idempotency_keys else list(listed(project))
    same("retry: a lost create is recorded at once", expected, recorded)


def a_read_back_that_fails_leaves_no_twin(project: Trial, folder: Path) -> None:
    """Check that a create that was answered and could not be read back is found by the next run."""
    keeper = Keeper(project, folder)
    read_back = project.subject.list_requests(0) + 1
    project.app.faults = (Fault(FaultKind.STATUS, read_back, "GET *"),)
    keeper.apply(project.subject.first)
    project.app.faults = ()
    keeper.apply(project.subject.first)
    keeper.settled("retry: a create that was not read back", project.subject.first)


def a_second_apply_writes_nothing(project: Trial, folder: Path) -> None:
    """Check that what is live as defined is left alone, in whatever words it is defined."""
    keeper = Keeper(project, folder)
    keeper.apply(project.subject.first, project.subject.second)
    project.app.clear_requests()
    keeper.apply(project.subject.first, project.subject.second)

    same("retry: a second apply writes nothing", {"GET"}, set(project.methods()))
    keeper.settled("retry: applied twice", project.subject.first, project.subject.second)
