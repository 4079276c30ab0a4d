"""Eight real processes that apply to one target at once, round after round; `--rounds N` says how many there are.

In each round one carries out everything. Whoever comes too late is refused and told who won, or finds nothing to do.
"""

import json
import logging
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import warm
from clones import NOBODY, git
from repository import COMMAND, Repository
from unruly import PROD, SANDBOX, Meddled, configure

from reconciler.core.ports import Ledger
from reconciler.emulator.server import serve
from reconciler.settings.config import find, load
from reconciler.usecases.open import open_target

LOG = logging.getLogger(__name__)
EIGHT = 8
APPLY = ["apply", "--yes", "--format", "json"]
APART = (0, 0.1, 0.02, 0.05)
"""By how many seconds the starts of the eight differ, round by round: it decides who loses how, and never who may."""
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def one_folder(root: Path) -> list[Path]:
    """Return one folder, eight times; the ledger in it is a file."""
    return [root / "only"] * EIGHT


def alone(root: Path) -> list[Path]:
    """Return a repository without a remote, eight times."""
    git(root, "init", "--quiet", "only")
    return [root / "only"] * EIGHT


def one_clone(root: Path) -> list[Path]:
    """Return a clone of a bare repository, eight times."""
    git(root, "init", "--quiet", "--bare", "hub")
    git(root, "clone", "--quiet", f"file://{root / 'hub'}", "only")
    return [root / "only"] * EIGHT


def eight_clones(root: Path) -> list[Path]:
    """Return eight clones of a bare repository."""
    git(root, "init", "--quiet", "--bare", "hub")
    names = [f"clone-{number}" for number in range(EIGHT)]
    for name in names:
        git(root, "clone", "--quiet", f"file://{root / 'hub'}", name)
    return [root / name for name in names]


@dataclass(frozen=True)
class Ended:
    """How one of eight ended: its exit code, its process, what it did, why not, and what it said on stderr."""

    code: int
    process: int
    outcomes: list[dict[str, Any]]
    problems: list[str]
    stderr: str


@dataclass(frozen=True)
class World:
    """A vendor, and eight places to apply from, of which several may be one folder."""

    vendor: Meddled
    places: list[Repository]

    @property
    def ledger(self) -> Ledger:
        """The ledger, as another process opens it."""
        settings = load(find(self.places[0].root), "reconciler.toml")
        return open_target(settings, settings.targets["local"]).ledger

    def define(self, key: str, name: str, condition: dict[str, Any] | None) -> None:
        """Have every place define a segment under this condition, or no longer define it where that is None."""
        for place in self.places:
            if condition is None:
                (place.root / "segments" / f"{key}.json").unlink(missing_ok=True)
            else:
                place.define(key, name, condition)

    def race(self, apart: float = 0) -> list[Ended]:
        """Apply from every place at once, or each so many seconds after the one before."""
        places = enumerate(self.places)
        runs = [warm.Run(APPLY, str(each.root), each.environment(), number * apart) for number, each in places]
        return [_ended(*each) for each in warm.together(runs, measured=False)]

    def state(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]], list[Any], Any]:
        """Return the live segments by id, the recorded ids with the bodies' names, the intents and the lease."""
        shown = self.places[-1].run("ledger", "show", "--format", "json").document
        live = [(str(segment["id"]), str(segment["name"])) for segment in self.vendor.segments()]
        recorded = [(each["id"], each["body"]["name"]) for each in shown["segments"]]
        return sorted(live), sorted(recorded), shown["intents"], shown["lease"]


def _ended(code: int, process: int, stdout: str, stderr: str) -> Ended:
    document = json.loads(stdout)
    problems = [problem["code"] for problem in document["problems"]]
    return Ended(code, process, document.get("outcomes", []), problems, stderr)


@pytest.fixture(params=[one_folder, alone, one_clone, eight_clones], ids=lambda made: made.__name__.replace("_", " "))
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Yield eight places around one emulator on loopback."""
    make: Callable[[Path], list[Path]] = request.param
    with Meddled() as app, serve(app) as server:
        places = [Repository(root, server.url) for root in make(tmp_path)]
        for place in places:
            place.env |= NOBODY
            configure(place, concurrency=4, ledger="file" if make is one_folder else "git")
        yield World(app, places)


def settled(world: World, ended: list[Ended], defined: list[str]) -> Ended:
    """Check how a race ended and what it left, and return who won."""
    [won] = [each for each in ended if each.outcomes]
    assert (0, {"done"}, []) == (won.code, {outcome["result"] for outcome in won.outcomes}, won.problems)
    refused = [each for each in ended if each.code == 5]
    idle = [each for each in ended if (each.code, each.outcomes, each.problems) == (0, [], [])]
    assert EIGHT == 1 + len(refused) + len(idle), ended
    assert [] == [each for each in refused if f"process {won.process}" not in each.stderr]
    assert {"lease-held", "ledger-moved"} >= {code for each in refused for code in each.problems}

    live, recorded, intents, lease = world.state()
    assert (defined, live) == (sorted(name for _, name in live), recorded)
    assert ([], None) == (intents, lease)
    late = world.places[-1].run(*APPLY)
    assert (0, []) == (late.code, late.document["outcomes"])
    return won


def test_of_eight_applies_one_does_everything_and_the_others_are_told(
    world: World, pytestconfig: pytest.Config
) -> None:
    """Each round updates four segments, makes one and deletes one: no twin, no lost record, every loser told."""
    rounds: int = pytestconfig.getoption("--rounds")
    kept = [f"Kept {number}" for number in range(4)]
    counted: Counter[str] = Counter()
    for number in range(rounds):
        for place, name in enumerate(kept):
            world.define(f"kept-{place}", name, (PROD, SANDBOX)[number % 2])
        world.define(f"new-{number - 1}", "", None)
        world.define(f"new-{number}", f"New {number}", PROD)

        ended = world.race(APART[number % len(APART)])

        won = settled(world, ended, [*kept, f"New {number}"])
        assert (6 if number else 5) == len(won.outcomes)
        counted += Counter("nothing to do" if not each.problems else each.problems[0] for each in ended)
    LOG.info("%d rounds: %s; one of those with nothing to complain of won each", rounds, dict(counted))


def test_of_eight_that_find_a_dead_run_s_expired_lease_one_takes_it_over(
    world: World, pytestconfig: pytest.Config
) -> None:
    """It says so; what the dead run began is finished without a twin, and the others are told who took over."""
    for number in range(pytestconfig.getoption("--rounds")):
        world.define(f"k{number}", f"K {number}", PROD)
        dead: list[int] = []
        with subprocess.Popen(
            [COMMAND, *APPLY], cwd=world.places[0].root, env=world.places[0].environment(), stdout=subprocess.DEVNULL
        ) as run:

            def kill(doomed: "subprocess.Popen[bytes]" = run, dead: list[int] = dead) -> None:
                dead.append(doomed.pid)
                doomed.kill()

            world.vendor.once("POST /v4/segments", kill)
            run.wait()
        ledger = world.ledger
        claims = ledger.read()
        assert claims.lease
        ledger.write(claims.leased(replace(claims.lease, until=LONG_AGO)))

        ended = world.race()

        [took_over] = [each for each in ended if "lease-expired" in each.problems and each.code == 0]
        assert f"process {dead[0]} never gave its lease back" in took_over.stderr
        refused = [each for each in ended if each.code == 5]
        idle = [each for each in ended if (each.code, each.outcomes, each.problems) == (0, [], [])]
        assert EIGHT == 1 + len(refused) + len(idle), ended
        assert [] == [each for each in refused if f"process {took_over.process}" not in each.stderr]
        live, recorded, intents, lease = world.state()
        assert live == recorded
        assert (number + 1, [], None) == (len(live), intents, lease)
