"""Every order of every event, in a small world: no state is left out, and none is looked at twice."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from uuid import NAMESPACE_URL, uuid5

from model.story import LOST, Ended, Program, Seen, Story
from model.world import KILLED, STORES, STRANGER, SYSTEM, WRITES, Answer, Request, Segment, World, held, segment, served
from worlds import body

from reconciler.core.canonical import canonical_json
from reconciler.core.plan import Block
from reconciler.core.report import Result
from reconciler.core.segment import Json

THEIRS: dict[str, Json] = {"metric": "country", "comparator": "eq", "value": "US"}
"""What a person writes into a segment."""

PATIENCE = 2
"""How many undisturbed runs may be needed until nothing is left to do."""

FURTHER = 4
"""How many keys follow from a noted one, by docs/decisions/0016."""


class Found(NamedTuple):
    """What is wrong, and what led to it."""

    what: str
    trace: tuple[str, ...]


@dataclass
class Seeker:
    """A search from one world: what was looked at, and what was found to be wrong.

    `last` is the program that is run when all is over. `stalls` says whether a lease may be taken from a run that is
    still going.
    """

    begin: World
    stories: Sequence[Story]
    last: Program
    stalls: bool = False

    def __post_init__(self) -> None:
        """Begin with nothing looked at."""
        self.states = 0
        self.endings = 0
        self._settling = Story(self.last)
        self._settled: dict[World, str] = {}
        self._from: dict[World, tuple[World | None, str]] = {}

    def search(self) -> Found | None:
        """Look at every world that can come about; return the first thing that is wrong."""
        self._from = {self.begin: (None, "")}
        ahead = [self.begin]
        while ahead:
            world = ahead.pop()
            self.states += 1
            wrong = self._wrong_at_rest(world)
            if wrong:
                return Found(wrong, self._trace(world))
            for event, after, wrong in self._events(world):
                if wrong:
                    return Found(wrong, (*self._trace(world), event))
                if after not in self._from:
                    self._from[after] = (world, event)
                    ahead.append(after)
        return None

    def _trace(self, world: World) -> tuple[str, ...]:
        trace: list[str] = []
        at: World | None = world
        while at is not None:
            at, event = self._from[at]
            trace.append(event)
        return tuple(reversed(trace[:-1]))

    def _events(self, world: World) -> Iterator[tuple[str, World, str]]:
        for number, story in enumerate(self.stories):
            place = world.runs[number]
            step = None if place == KILLED else story.step(place)
            if isinstance(step, Request):
                yield from self._answers(world, number, story, step)
                yield from _kills(world, number)
            elif isinstance(step, Ended):
                wrong = _wrong_report(step)
                if wrong:
                    yield "it ends", world, wrong
        yield from _of_a_person(world, {definition.name for definition in self.last.definitions})
        yield from self._of_the_lease(world)

    def _answers(self, world: World, number: int, story: Story, request: Request) -> Iterator[tuple[str, World, str]]:
        def then(name: str, after: World, answer: Answer, wrong: str = "") -> tuple[str, World, str]:
            place = story.after(world.runs[number], Seen(answer, world.clock))
            return f"run {number + 1}: {request.verb} {request.id}: {name}".strip(), after.at(number, place), wrong

        after, answer = served(world, request)
        wrong = self._wrong_write(world, after, number, request) if request.verb in WRITES else ""
        yield then("done", after, answer, wrong)
        if world.faults and request.verb != "read":
            code = "ledger-unusable" if request.verb in STORES else LOST
            yield then("fails", replace(world, faults=world.faults - 1), code)
            if after != world:
                yield then("done, and its answer is lost", replace(after, faults=world.faults - 1), code)

    def _of_the_lease(self, world: World) -> Iterator[tuple[str, World, str]]:
        lease = world.ledger.claims.lease
        if not world.jumps or lease is None:
            return
        going = any(
            place != KILLED and story.program.holder == lease.holder and isinstance(story.step(place), Request)
            for place, story in zip(world.runs, self.stories, strict=True)
        )
        if self.stalls or not going:
            less = replace(world, jumps=world.jumps - 1, stalled=world.stalled or going)
            yield "the lease runs out", replace(less, clock=world.clock + 1), ""
            claims = world.ledger.claims
            freed = replace(claims.leased(None), serial=claims.serial + 1)
            yield "a person frees the lease", replace(less, ledger=held(freed), journal=()), ""

    def _wrong_write(self, before: World, after: World, number: int, request: Request) -> str:
        """Return what is wrong about a write that the vendor carries out, in the words of docs/guarantees.md."""
        story = self.stories[number]
        path = story.path(before.runs[number])
        claims = before.ledger.claims
        if request.id in {SYSTEM, STRANGER}:
            return "wrote to a system or unmanaged segment"
        if not before.stalled and (claims.lease is None or claims.lease.holder != story.program.holder):
            return "wrote without holding the lease"
        if request.verb == "post":
            if not before.stalled and request.id not in _keys(world=before):
                return "created something that the ledger did not know of"
        else:
            listed = next(answer for asked, answer in path if asked.verb == "list")
            looked = [answer for asked, answer in path if (asked.verb, asked.id) == ("get", request.id)]
            planned = [each for each in listed if each.id == request.id] if isinstance(listed, tuple) else []
            if not looked or [looked[-1]] != planned:
                return "wrote over what the plan had not seen"
        made = Counter(each.made_as for each in after.live if each.made_as and each.id not in after.touched)
        if any(count > 1 for count in made.values()):
            return "made a twin"
        return ""

    def _wrong_at_rest(self, world: World) -> str:
        """Return what is wrong once nobody is running, and the command is run again, undisturbed."""
        if any(
            place != KILLED and isinstance(story.step(place), Request)
            for place, story in zip(world.runs, self.stories, strict=True)
        ):
            return ""
        quiet = replace(world, runs=(0,), clock=world.clock + 1, edits=0, faults=0, kills=0, jumps=0)
        if quiet not in self._settled:
            self.endings += 1
            self._settled[quiet] = self._settle(quiet)
        return self._settled[quiet]

    def _settle(self, world: World) -> str:
        for _ in range(PATIENCE):
            world = world.at(0, 0)
            while isinstance(step := self._settling.step(world.runs[0]), Request):
                after, answer = served(world, step)
                world = after.at(0, self._settling.after(world.runs[0], Seen(answer, world.clock)))
            blocked = {change.key for change in (step.report.blocked if step.report else ())}
            wrong = _wrong_report(step) or self._unlike(world, step, blocked)
            if not wrong:
                return ""
        return wrong

    def _unlike(self, world: World, step: Ended, blocked: set[str | None]) -> str:
        """Return how the world differs from what the definitions say."""
        if step.report is None:
            return f"the next run fails: {step.code}"
        ends = {outcome.problem.code for outcome in step.report.outcomes if outcome.problem}
        if ends or step.report.problems:
            return f"the next run does not do it all: {sorted(ends)}"
        if any(change.blocked_by is not Block.AMBIGUOUS_NAME for change in step.report.blocked) or (
            blocked and not world.touched
        ):
            return "the next run is blocked"
        claims = world.ledger.claims
        wanted = {each.key: each for each in self.last.definitions if each.key not in blocked}
        open_intents = {intent.key for intent in claims.intents} - blocked
        if open_intents or claims.lease or wanted.keys() != claims.segments.keys() - blocked:
            return "the ledger says something else than the definitions"
        for key, definition in wanted.items():
            record = claims.segments[key]
            found = world.segment(record.id)
            form = self.last.form
            want = canonical_json(form.canonical(definition.body))
            if found is None or want != canonical_json(form.canonical(found.body)):
                return f"the segment of `{key}` is not as it is defined"
            if want != canonical_json(form.canonical(record.body)):
                return f"the record of `{key}` is not as it is defined"
        managed = {record.id for record in claims.segments.values()}
        allowed = managed | world.touched | {SYSTEM, STRANGER}
        doubted = {each.name for each in self.last.definitions if each.key in blocked}
        left = [each for each in world.live if each.id not in allowed and each.name not in doubted]
        return "left a segment behind that nobody manages" if left else ""


def _keys(world: World) -> set[str]:
    """Return the idempotency keys that are noted, and those that follow from them."""
    noted = {intent.idempotency_key for intent in world.ledger.claims.intents}
    known = set(noted)
    for _ in range(FURTHER):
        noted = {str(uuid5(NAMESPACE_URL, key)) for key in noted}
        known |= noted
    return known


def _kills(world: World, number: int) -> Iterator[tuple[str, World, str]]:
    if world.kills:
        dead = replace(world.at(number, KILLED), kills=world.kills - 1)
        yield f"run {number + 1} is killed", dead, ""
        if dead.journal:
            yield f"run {number + 1} is killed, and its machine is lost", replace(dead, journal=()), ""


def _of_a_person(world: World, names: set[str]) -> Iterator[tuple[str, World, str]]:
    if not world.edits:
        return
    less = replace(world, edits=world.edits - 1)

    def by_hand(event: str, changed: Segment | None, gone: str = "") -> tuple[str, World, str]:
        touched = less.touched | {gone} | ({changed.id} if changed else set())
        after = less.having(*([changed] if changed else []), gone=gone)
        return f"a person {event}", replace(after, touched=touched - {""}), ""

    for each in world.live:
        if each.id == SYSTEM:
            continue
        yield by_hand(f"edits {each.id}", segment(each.id, body(each.name, THEIRS), each.made_as))
        yield by_hand(f"renames {each.id}", segment(each.id, {**each.body, "name": f"{each.name} 2"}, each.made_as))
        yield by_hand(f"deletes {each.id}", None, gone=each.id)
        yield by_hand(f"makes {each.id} again", segment(f"{each.id}-again", each.body), gone=each.id)
    for name in sorted(names - {each.name for each in world.live}):
        yield by_hand(f"makes a {name}", segment(f"person-{name}", body(name, THEIRS)))


def _wrong_report(ended: Ended) -> str:
    if ended.report is None or ended.plan is None:
        return ""
    told = [(outcome.change.key, outcome.change.id) for outcome in ended.report.outcomes]
    told += [(change.key, change.id) for change in ended.report.blocked]
    pending = [(change.key, change.id) for change in ended.plan.pending]
    if sorted(map(str, told)) != sorted(map(str, pending)):
        return "a change has no outcome, or several"
    unexplained = [
        outcome for outcome in ended.report.outcomes if outcome.result is not Result.DONE and not outcome.problem
    ]
    return "a change that was not done has no reason" if unexplained else ""
