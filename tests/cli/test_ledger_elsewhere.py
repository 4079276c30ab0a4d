"""A ledger that was written for another endpoint than the target has now: what is refused, and how it is said anew."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from clones import NOBODY, git
from repository import Repository
from unruly import PROD, Meddled, configure

from reconciler.core.claims import Lease
from reconciler.core.ports import Ledger
from reconciler.emulator.server import serve
from reconciler.settings.config import find, load
from reconciler.usecases.open import open_target

BEFORE = "http://localhost/v4"
NOW = "http://localhost/moved/v4"
HINT = (
    "  hint: give another project a target of its own; if this is the same project under another address, run "
    "`reconciler ledger rebind --target local`\n"
)
LEASE = Lease("ada@host, process 1", datetime(2026, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC))


@dataclass(frozen=True)
class Moved:
    """The same project under another path."""

    app: Meddled

    @property
    def root(self) -> str:
        """Where it is now."""
        return f"/moved{self.app.root}"

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse, /) -> Iterable[bytes]:
        """Answer as it did where it was."""
        assert environ["PATH_INFO"].startswith(self.root)
        return self.app({**environ, "PATH_INFO": environ["PATH_INFO"].removeprefix("/moved")}, start_response)


@pytest.fixture
def moved(meddled: Meddled) -> Iterator[str]:
    """Yield the endpoint where the project can be reached too."""
    with serve(Moved(meddled)) as server:
        yield server.url


@pytest.fixture(params=["file", "git"])
def kind(request: pytest.FixtureRequest) -> str:
    """Return each kind of ledger."""
    found: str = request.param
    return found


@pytest.fixture
def applied(repository: Repository, meddled: Meddled, kind: str) -> Repository:
    """Return a repository that has applied two definitions where the project was."""
    repository.env |= NOBODY
    git(repository.root, "init", "--quiet")
    configure(repository, ledger=kind)
    repository.define("alpha", "Alpha", PROD)
    repository.define("beta", "Beta", PROD)
    assert repository.run("apply", "--yes").code == 0
    repository.define("alpha", "Alpha")
    meddled.clear_requests()
    return repository


def kept(repository: Repository) -> Ledger:
    """Return the ledger, as another process opens it."""
    settings = load(find(repository.root), "reconciler.toml")
    return open_target(settings, settings.targets["local"]).ledger


COMMANDS = ["plan", "apply --yes", "drift", "forget beta", "import --all", "apply plan.json --yes"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_ledger_of_another_path_is_not_used(
    applied: Repository, meddled: Meddled, moved: str, kind: str, command: str
) -> None:
    """Its ids may mean other segments there: refused before any request, with both places, and nothing is written."""
    assert applied.run("plan", "--out", "plan.json").code == 0
    meddled.clear_requests()
    before = kept(applied).read()
    configure(applied, ledger=kind, endpoint=moved)

    ended = applied.run(*command.split())

    words = f"error: the ledger of `local` is of {BEFORE}, and the target is at {NOW} now (ledger-elsewhere)\n{HINT}"
    said = f"{words}nothing was applied\n" if command.startswith("apply") else words
    assert (5, "", said) == (ended.code, ended.stdout, ended.stderr)
    assert ([], before) == (meddled.requests, kept(applied).read())


@pytest.mark.parametrize("command", COMMANDS[:4])
def test_a_ledger_of_another_host_is_not_used(applied: Repository, kind: str, command: str) -> None:
    """As of another path; where no host is asked for, none has to exist."""
    configure(applied, ledger=kind, endpoint="https://elsewhere.invalid/v4")

    ended = applied.run(*command.split(), "--format", "json")

    assert (5, "ledger-elsewhere") == (ended.code, ended.document["problems"][0]["code"])


def test_the_same_place_in_other_words_is_the_same_place(applied: Repository, meddled: Meddled, kind: str) -> None:
    """On another port of this machine, with a slash at the end: the plan is as before."""
    with serve(meddled) as server:
        configure(applied, ledger=kind, endpoint=f"{server.url}/")
        ended = applied.run("plan", "--format", "json")

    assert (0, 1, 1) == (ended.code, ended.document["summary"]["update"], ended.document["summary"]["keep"])


def test_rebind_says_where_it_was_and_is(applied: Repository, meddled: Meddled, moved: str, kind: str) -> None:
    """Nothing is sent and no record changes; then what was refused goes on, and the old endpoint is elsewhere."""
    before = kept(applied).read()
    configure(applied, ledger=kind, endpoint=moved)

    ended = applied.run("ledger", "rebind", "--target", "local")

    after = kept(applied).read()
    assert (0, "", []) == (ended.code, ended.stderr, meddled.requests)
    assert f"local: 2 managed, at {NOW} now, and at {BEFORE} before\n" == ended.stdout
    assert (NOW, before.segments, before.serial + 1) == (after.endpoint, after.segments, after.serial)
    assert 2 == applied.run("plan", "--detailed-exitcode").code
    assert 0 == applied.run("apply", "--yes").code
    assert ({("PUT", "/v4/segments/alpha")}, ["Alpha", "Beta"]) == (set(meddled.writes), meddled.names)
    configure(applied, ledger=kind)
    assert 5 == applied.run("plan").code


def test_rebind_answers_in_json(applied: Repository, moved: str, kind: str) -> None:
    """With both places; done again, they are the same."""
    configure(applied, ledger=kind, endpoint=moved)

    first, second = (applied.run("ledger", "rebind", "--format", "json").document for _ in range(2))

    assert ("reconciler-claims", ["alpha", "beta"]) == (first["format"], [each["key"] for each in first["segments"]])
    assert [(NOW, BEFORE), (NOW, NOW)] == [(each["endpoint"], each["former_endpoint"]) for each in (first, second)]


def test_a_ledger_that_does_not_say_where_it_is_of_is_used(applied: Repository, moved: str, kind: str) -> None:
    """As of a version that did not say it: the first write says it, or rebind."""
    ledger = kept(applied)
    ledger.write(replace(ledger.read(), endpoint=""))
    configure(applied, ledger=kind, endpoint=moved)

    planned = applied.run("plan")
    ended = applied.run("ledger", "rebind")

    assert 0 == planned.code
    assert f"local: 2 managed, at {NOW} now, and at no known place before\n" == ended.stdout


def test_a_ledger_that_a_run_has_leased_is_not_rebound(applied: Repository, moved: str, kind: str) -> None:
    """Until the lease is freed, which can be done from elsewhere and leaves the ledger where it was."""
    ledger = kept(applied)
    ledger.write(ledger.read().leased(LEASE))
    configure(applied, ledger=kind, endpoint=moved)

    held = applied.run("ledger", "rebind")
    shown = applied.run("ledger", "show", "--format", "json")
    freed = applied.run("ledger", "unlock")
    left = kept(applied).read()
    refused = applied.run("plan")
    rebound = applied.run("ledger", "rebind")

    assert (5, "") == (held.code, held.stdout)
    assert "ada@host, process 1 has been applying since 2026-01-01 00:00:00 UTC" in held.stderr
    assert BEFORE == shown.document["endpoint"]
    assert (0, True) == (freed.code, freed.stdout.startswith("local: freed the lease of ada@host, process 1, "))
    assert (BEFORE, None, {"alpha", "beta"}) == (left.endpoint, left.lease, set(left.segments))
    assert [5, 0] == [refused.code, rebound.code]
