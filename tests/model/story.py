"""The real plan and the real apply, asked for one step at a time: what does a run do that has seen this, and no more.

A run does nothing but ask the ledger and the vendor, so what it has been answered says exactly where it is. It is begun
anew for each question, is given the same answers, and is ended as a kill would end it at the first that is missing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from model.world import BEGIN, JUMP, STORES, SYSTEM, Answer, Held, Request, Segment

from reconciler.core.claims import Claims, Edit
from reconciler.core.finding import Finding
from reconciler.core.guard import Limits, blocked
from reconciler.core.plan import Plan
from reconciler.core.planner import make_plan
from reconciler.core.ports import Form, Observer
from reconciler.core.recovery import recovered
from reconciler.core.report import Outcome, Report
from reconciler.core.segment import Body, Definition, Live
from reconciler.errors import LedgerFailure, Problem, ReconcilerError, Refused, VendorFailure
from reconciler.executor.run import Run, apply, refuse_lease

NEVER = 1e6
"""As many seconds as no test takes: what is asked of the clock is always the same."""
LOST = "timeout"


@dataclass(frozen=True)
class Seen:
    """One answer, and what the clock said then."""

    answer: Answer
    clock: int


@dataclass(frozen=True)
class Ended:
    """How a run ended: with a plan and the report about it, or with the code of the failure that it raised."""

    plan: Plan | None = None
    report: Report | None = None
    code: str = ""


class Unanswered(BaseException):
    """The run asks what it has no answer for."""

    def __init__(self, request: Request) -> None:
        super().__init__()
        self.request = request


class Silent(Observer):
    """Says nothing."""

    def started(self, total: int) -> None:
        """Say nothing."""

    def ended(self, outcome: Outcome) -> None:
        """Say nothing."""


class Memory:
    """Answers from what a run has seen. It is both its Ledger and its Provider."""

    def __init__(self, seen: Iterable[Seen]) -> None:
        self._seen = iter(seen)
        self._clock = 0

    def now(self) -> datetime:
        """Return what the clock said when the last answer came."""
        return BEGIN + self._clock * JUMP

    def ask(self, request: Request) -> Answer:
        """Return the next answer; raises the failure that it is, or Unanswered."""
        seen = next(self._seen, None)
        if seen is None:
            raise Unanswered(request)
        self._clock = seen.clock
        answer = seen.answer
        if isinstance(answer, str) and (request.verb != "post" or answer == LOST):
            problem = Problem(answer, f"{request.verb}: {answer}", hint="look")
            if answer == "ledger-moved":
                raise Refused(problem)
            raise LedgerFailure(problem) if request.verb in STORES | {"read"} else VendorFailure(problem)
        return answer

    def _claims(self, request: Request) -> Claims:
        answer = self.ask(request)
        assert isinstance(answer, Held)
        return answer.claims

    def claims(self) -> Claims:
        """Read the ledger."""
        return self._claims(Request("read"))

    def write(self, claims: Claims) -> Claims:
        """Write the ledger."""
        return self._claims(Request("write", claims=claims))

    def note(self, claims: Claims, edit: Edit) -> Claims:
        """Note an edit in the journal."""
        return self._claims(Request("note", claims=claims, edit=edit))

    def list(self) -> tuple[Live, ...]:
        """List what is live."""
        answer = self.ask(Request("list"))
        assert isinstance(answer, tuple)
        return tuple(_live(each) for each in answer)

    def read(self, segment_id: str) -> Live | None:
        """Get one segment."""
        answer = self.ask(Request("get", segment_id))
        assert answer is None or isinstance(answer, Segment)
        return None if answer is None else _live(answer)

    def findings(self, body: Body, /) -> Iterable[Finding]:
        """Find nothing."""
        return ()

    def create(self, body: Body, *, idempotency_key: str) -> Live:
        """Post, and read back."""
        return self._read_back(str(self.ask(Request("post", idempotency_key, body))))

    def update(self, segment_id: str, body: Body) -> Live:
        """Put, and read back."""
        self.ask(Request("put", segment_id, body))
        return self._read_back(segment_id)

    def delete(self, segment_id: str) -> None:
        """Delete, and make sure."""
        self.ask(Request("delete", segment_id))
        if self.read(segment_id) is not None:
            raise VendorFailure(Problem("still-there", "it is still there", hint="look"))

    def _read_back(self, segment_id: str) -> Live:
        found = self.read(segment_id)
        if found is None:
            raise VendorFailure(Problem("not-there", "what was written is not there", hint="look"))
        return found


def _live(each: Segment) -> Live:
    return Live(each.id, each.name, each.body, each.id == SYSTEM)


class Books:
    """The Ledger that a run writes to."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def read(self) -> Claims:
        """Read."""
        return self._memory.claims()

    def write(self, claims: Claims) -> Claims:
        """Write."""
        return self._memory.write(claims)

    def note(self, claims: Claims, edit: Edit) -> Claims:
        """Note."""
        return self._memory.note(claims, edit)


class Program:
    """What a run does: `reconciler apply --yes`, as usecases/plan.py and apply.py put it together."""

    def __init__(self, definitions: tuple[Definition, ...], form: Form, holder: str) -> None:
        self.definitions = definitions
        self.form = form
        self.holder = holder

    def run(self, memory: Memory) -> Ended:
        """Plan and apply."""
        ledger = self.ledger(memory)
        noted = ledger.read()
        refuse_lease(self.leased(noted), memory.now())
        live = memory.list()
        claims = self.recovered(noted, live)
        made = make_plan(self.definitions, live, claims.segments, form=self.form, target="t", provider="p")
        limits = Limits(max_deletes=5, managed=len(claims.segments), definitions=len(self.definitions))
        plan = blocked(made, limits)
        counter = iter(range(1, 100))
        run = Run(
            self.holder,
            memory.now,
            lambda: False,
            new_key=lambda: f"{self.holder}-{next(counter)}",
            look_seconds=NEVER,
        )
        report = apply(
            plan,
            self.provider(memory, live),
            ledger,
            Silent(),
            form=self.form,
            claims=self.leased(claims),
            run=run,
            found=claims != noted,
        )
        return Ended(plan, report)

    def ledger(self, memory: Memory) -> Books:
        """Return the ledger that is written to."""
        return Books(memory)

    def provider(self, memory: Memory, live: tuple[Live, ...]) -> Memory:
        """Return the vendor that is written to; `live` is what the plan was made from."""
        return memory

    def recovered(self, claims: Claims, live: tuple[Live, ...]) -> Claims:
        """Return the claims with what a dead run made."""
        return recovered(claims, live, self.form, wanted={definition.key for definition in self.definitions})

    def leased(self, claims: Claims) -> Claims:
        """Return the claims with the lease that is minded."""
        return claims


class Story:
    """All that one program may meet: a tree of what it has seen, whose places are numbers. 0 is its beginning."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._came: list[tuple[int, Seen | None]] = [(0, None)]
        self._places: dict[tuple[int, Seen], int] = {}
        self._steps: dict[int, Request | Ended] = {}

    def after(self, place: int, seen: Seen) -> int:
        """Return the place behind one more answer."""
        found = self._places.setdefault((place, seen), len(self._came))
        if found == len(self._came):
            self._came.append((place, seen))
        return found

    def step(self, place: int) -> Request | Ended:
        """Return what the program does there."""
        if place not in self._steps:
            self._steps[place] = self._asked(place)
        return self._steps[place]

    def path(self, place: int) -> list[tuple[Request, Answer]]:
        """Return what it has asked so far, and been answered."""
        asked: list[tuple[Request, Answer]] = []
        while place:
            before, seen = self._came[place]
            request = self.step(before)
            assert seen is not None
            assert isinstance(request, Request)
            asked.append((request, seen.answer))
            place = before
        return asked[::-1]

    def _asked(self, place: int) -> Request | Ended:
        seen: list[Seen] = []
        at = place
        while at:
            at, one = self._came[at]
            assert one is not None
            seen.append(one)
        try:
            return self.program.run(Memory(reversed(seen)))
        except Unanswered as pause:
            return pause.request
        except ReconcilerError as error:
            return Ended(code=error.problems[0].code)
