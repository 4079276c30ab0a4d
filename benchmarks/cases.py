"""What is measured: each case with the least program for the same work, beside it in the same run."""

import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from pathlib import Path

from benchmarks import peers
from benchmarks.hub import pull_request
from benchmarks.measure import Command, Runs, interleaved
from benchmarks.served import Traffic
from benchmarks.worlds import RECONCILER, World, environment, rename, restyle, world

CHANGES = 1_000
PROPOSED = 5_000
LATENCY = 0.02
SCHEMA = Path(__file__).parents[1] / "schemas" / "qonversion.segment.schema.json"
OURS, FLOOR = "reconciler", "floor"


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that a user waits for: the runs of our command and of what it is held against, by name.

    `traffic` is what the command asked of the vendor, None for what asks nothing.
    """

    name: str
    provider: str
    definitions: int
    runs: Mapping[str, Runs]
    traffic: Traffic | None = None
    notes: Mapping[str, str] = field(default_factory=dict)


def starting(folder: Path, rounds: int) -> Iterator[Case]:
    """Yield how long `--help` takes, beside an interpreter that does nothing."""
    ours = Command((str(RECONCILER), "--help"), folder, environment())
    bare = Command((sys.executable, "-c", "pass"), folder, environment())
    yield Case("--help", "", 0, interleaved({OURS: ours, FLOOR: bare}, rounds))


def everyday(folder: Path, provider: str, size: int, rounds: int) -> Iterator[Case]:
    """Yield the cases of one provider and size, in the life of a repository."""
    with world(folder / f"{provider}-{size}", provider, size) as made:
        case = partial(_case, provider=provider, size=size, rounds=rounds)
        asked = made.run("import", "--all")
        ours = replace(made.command("import", "--all"), before=partial(_forget, made))
        floor = made.floor("import", asked, files=size)
        # NOTE: a third as often as the others, since the disk takes as long for it as for all of them.
        yield case("import --all", ours, floor, traffic=asked, rounds=-(-rounds // 3))
        yield case("validate", made.command("validate"), made.floor("validate"))
        asked = made.run("plan")
        floor = made.floor("plan", asked, ledger=True)
        yield case("plan, nothing changed", made.command("plan"), floor, traffic=asked)
        rename(made, 100, "changed")
        yield case("plan, 1 % changed", made.command("plan"), floor, traffic=asked)
        restyle(made)
        yield case("the same, half in another order", made.command("plan"), floor, traffic=asked)
        shutil.rmtree(made.ledger.parent)
        yield from _first(folder / f"first-{provider}-{size}", made, case)


def _first(folder: Path, full: World, case: Callable[..., Case]) -> Iterator[Case]:
    with world(folder, full.provider, 0) as empty:
        shutil.copytree(full.definitions, empty.definitions, dirs_exist_ok=True)
        asked = empty.run("plan")
        yield case("first plan", empty.command("plan"), empty.floor("plan", asked), traffic=asked)


def applying(folder: Path, provider: str, size: int, rounds: int) -> Iterator[Case]:
    """Yield how long it takes to apply updates, at no latency and at one that there is."""
    for latency in (0.0, LATENCY):
        with world(folder / f"apply-{provider}-{latency}", provider, size) as made:
            made.run("import", "--all")
            made.vendor.seen(latency=latency)
            numbers = count()

            def edit(made: World = made, numbers: "count[int]" = numbers) -> None:
                rename(made, size // CHANGES, f"round {next(numbers)}")

            edit()
            asked = made.run("apply", "--yes")
            ours = replace(made.command("apply", "--yes"), before=edit)
            name = f"apply of {CHANGES:,} updates at {latency * 1000:.0f} ms"
            yield _case(
                name, ours, made.floor("apply", asked, ledger=True), provider=provider, size=size, rounds=rounds,
                traffic=asked,
            )  # fmt: skip


def proposing(folder: Path, rounds: int) -> Iterator[Case]:
    """Yield how long the plan of a pull request takes that adds many definitions, with its comment."""
    with pull_request(folder / "hub", PROPOSED) as (ours, floor):
        runs = interleaved({OURS: ours, FLOOR: floor}, rounds)
        yield Case(f"github plan of {PROPOSED:,} changes", "qonversion", PROPOSED, runs)


def held_against(folder: Path, size: int, rounds: int) -> Iterator[Case]:
    """Yield a plan and a validation beside the peers that are to be had; a note says what is not equal, or lacks.

    Raises RuntimeError where a peer comes to another verdict about a file than we do.
    """
    octodns, terraform, checker = peers.octodns(folder), peers.terraform(), peers.check_jsonschema(folder)
    with world(folder / "peers", "qonversion", size) as made:
        made.run("import", "--all")
        bodies = peers.bodies(made.definitions)
        commands: dict[str, Command] = {OURS: made.command("validate")}
        if not isinstance(checker, peers.Missing):
            commands[_named(checker)] = checker.validate(made.definitions, SCHEMA)
        yield Case("validate", "qonversion", size, interleaved(commands, rounds), notes=_notes(checker))
        rename(made, 100, "changed")
        commands = {OURS: made.command("plan")}
        for peer in (octodns, terraform):
            if not isinstance(peer, peers.Missing):
                commands[_named(peer)] = peer.plan(folder / peer.name, bodies, 100)
        notes = {**_notes(octodns), **_notes(terraform)}
        yield Case("plan, 1 % changed", "qonversion", size, interleaved(commands, rounds), notes=notes)
        if not isinstance(checker, peers.Missing):
            peers.spoil(made.definitions, 97)
            theirs = checker.refused(made.definitions, SCHEMA)
            ours = peers.refused(made.command("validate", "--format", "json"), made.definitions)
            if ours != theirs:
                message = f"other verdicts: {sorted(ours ^ theirs)[:5]}"
                raise RuntimeError(message)


def _named(peer: peers.OctoDns | peers.Terraform | peers.CheckJsonschema) -> str:
    return f"{peer.name} {peer.version}"


def _notes(peer: peers.OctoDns | peers.Terraform | peers.CheckJsonschema | peers.Missing) -> dict[str, str]:
    if isinstance(peer, peers.Missing):
        return {peer.name: f"not to be had here: {peer.why}"}
    return {_named(peer): peer.unequal}


def _case(
    name: str,
    ours: Command,
    floor: Command,
    *,
    provider: str,
    size: int,
    rounds: int,
    traffic: Traffic | None = None,
) -> Case:
    return Case(name, provider, size, interleaved({OURS: ours, FLOOR: floor}, rounds), traffic)


def _forget(made: World) -> None:
    shutil.rmtree(made.ledger.parent)
    shutil.rmtree(made.definitions)
    made.definitions.mkdir()
