"""A repository and a vendor's project in files, in which twenty changes are to be applied. Names no vendor."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clones import NOBODY, git
from contract.subject import Document, Subject
from faults.gate import Act, Gate
from repository import VARIABLE, Ended, Repository

from reconciler.core.canonical import canonical_json
from reconciler.emulator import make_app
from reconciler.emulator.app import Emulator
from reconciler.providers.registry import VENDORS
from reconciler.web.transport import Transport

TARGET = "local"
CHANGES = 20


def named(body: Document, name: str) -> Document:
    """Return a body of this name."""
    return {**body, "name": name}


def managed(subject: Subject) -> dict[str, Document]:
    """Return what was defined before: five to be updated, three to be renamed, four to go, and one to stay."""
    one = subject.first
    keys = [*(f"u{n}" for n in range(5)), *(f"r{n}" for n in range(3)), *(f"d{n}" for n in range(4)), "stays"]
    return {key: named(one, f"Segment {key}") for key in keys}


def wanted(subject: Subject) -> dict[str, Document]:
    """Return what is defined now: twenty changes, with one to adopt and seven to create, of which two are alike.

    Where names are unique, those two are alike but for their names.
    """
    one, other = subject.first, subject.second
    unique = VENDORS[subject.name].form(subject.options).capabilities.unique_names
    return {
        "stays": named(one, "Segment stays"),
        **{f"u{n}": named(other, f"Segment u{n}") for n in range(5)},
        **{f"r{n}": named(one, f"Renamed r{n}") for n in range(3)},
        "adopted": named(other, "To adopt"),
        **{f"c{n}": named((one, other)[n % 2], f"New c{n}") for n in range(5)},
        "t0": named(one, "Twin"),
        "t1": named(one, "Twin, the second" if unique else "Twin"),
    }


@dataclass
class Scene:
    """A folder with a repository, a bare remote where the ledger is in git, and the project's store."""

    subject: Subject
    folder: Path
    endpoint: str
    git: bool
    clone: str = "repository"

    @property
    def repository(self) -> Repository:
        """The repository, in which commands run."""
        made = Repository.__new__(Repository)
        made.root, made.endpoint, made.measured = self.folder / self.clone, self.endpoint, False
        made.env = {VARIABLE: VENDORS[self.subject.name].embedded_credential, **NOBODY}
        return made

    def lay(self, *, side_by_side: int = 1, retry_seconds: int = 0) -> None:
        """Make the repository and the project: what was defined before is live and recorded, and strangers are live."""
        self.folder.mkdir(parents=True)
        self.configure(side_by_side=side_by_side, retry_seconds=retry_seconds)
        if self.git:
            git(self.folder, "init", "--quiet", "--bare", "--initial-branch=main", "hub")
            git(self.repository.root, "init", "--quiet", "--initial-branch=main")
            git(self.repository.root, "remote", "add", "origin", "../hub")
        self.define(managed(self.subject))

    def configure(self, *, side_by_side: int, retry_seconds: int) -> None:
        """Write the configuration."""
        options = "".join(f'{name} = "{value}"\n' for name, value in self.subject.options.items())
        root = self.folder / self.clone
        root.mkdir(exist_ok=True)
        (root / "reconciler.toml").write_text(
            f'default_target = "{TARGET}"\n[targets.{TARGET}]\nprovider = "{self.subject.name}"\n'
            f'definitions = "segments"\nendpoint = "{self.endpoint}"\ncredential_env = "{VARIABLE}"\n'
            f'ledger = "{"git" if self.git else "file"}"\n{options}'
            f"[targets.{TARGET}.limits]\nrequests_per_second = 1000\nretry_seconds = {retry_seconds}\n"
            f"concurrency = {side_by_side}\nmax_deletes = {CHANGES}\n"
        )

    def define(self, bodies: dict[str, Document]) -> None:
        """Have these definitions and no others; committed and pushed where the repository is one of git's."""
        root = self.folder / self.clone
        shutil.rmtree(root / "segments", ignore_errors=True)
        (root / "segments").mkdir()
        for key, body in bodies.items():
            (root / "segments" / f"{key}.json").write_text(json.dumps(body))
        if self.git:
            git(root, "add", "--all")
            git(root, "commit", "--quiet", "--message", "Define")
            git(root, "push", "--quiet", "--set-upstream", "origin", "main")

    def copied(self, folder: Path) -> "Scene":
        """Return the same scene in another folder."""
        shutil.copytree(self.folder, folder)
        return replace(self, folder=folder)

    def lose_the_machine(self) -> None:
        """Leave nothing but the remote, and go on in a new clone of it."""
        shutil.rmtree(self.folder / self.clone)
        self.clone = "new-clone"
        git(self.folder, "clone", "--quiet", "--origin", "origin", "hub", self.clone)

    @contextmanager
    def project(self) -> Iterator[Emulator]:
        """Yield the vendor's project."""
        with make_app(self.subject.name, self.folder / "store.sqlite") as app:
            app.switches = replace(app.switches, **self.subject.switches)
            yield app

    def apply(self, *arguments: str) -> Ended:
        """Run the command, as a user's shell would."""
        return self.repository.run("apply", *arguments, "--yes", "--format", "json")

    def unlock(self) -> Ended:
        """Free the lease of a run that is dead."""
        return self.repository.run("ledger", "unlock")

    def state(self, app: Emulator) -> dict[str, Any]:
        """Return what is live and what is recorded, without what the vendor alone decides, such as ids."""
        vendor = VENDORS[self.subject.name]
        form, key = vendor.form(self.subject.options), vendor.embedded_credential
        with Transport(f"http://emulator{app.root}", key, headers=vendor.headers(key), app=app) as transport:
            live = vendor.connect(transport, self.subject.options).list()
        meaning = {segment.id: canonical_json(form.canonical(segment.body)) for segment in live}
        shown = self.repository.run("ledger", "show", "--format", "json")
        assert shown.code == 0, shown.stderr
        found = shown.document
        assert len({record["id"] for record in found["segments"]}) == len(found["segments"])
        return {
            "live": sorted(meaning.values()),
            "recorded": {record["key"]: meaning.get(record["id"]) for record in found["segments"]},
            "intents": found["intents"],
            "lease": found["lease"],
        }


@dataclass(frozen=True)
class Base:
    """A scene that is ready for its twenty changes, and what becomes of it when nothing goes wrong.

    `requests` is how many those take; `strangers` are the segments that nobody manages and the vendor's own.
    """

    scene: Scene
    expected: dict[str, Any]
    requests: int
    strangers: tuple[str, ...]
    seen: str

    def untouched(self, app: Emulator, gate: Gate) -> None:
        """Assert that the strangers are as they were, and that nothing that would write ever named one."""
        assert self.seen == _seen(app, self.strangers)
        named = re.compile("|".join(rf"(?<![\w.]){re.escape(one)}(?![\w.])" for one in self.strangers))
        named_in = [line for line in gate.written if named.search(" ".join(line[1:]))]
        assert [] == named_in

    @contextmanager
    def at(self, folder: Path, gate: Gate, at: int, act: Act | None) -> Iterator[tuple[Scene, Emulator]]:
        """Yield a copy of the scene, in which this is to happen at a request."""
        scene = self.scene.copied(folder)
        with scene.project() as app:
            gate.open(app)
            gate.arm(at, act)
            yield scene, app
        shutil.rmtree(folder)


def prepared(scene: Scene, gate: Gate, folder: Path) -> Base:
    """Lay a scene, and try it once undisturbed in a copy."""
    subject = scene.subject
    scene.lay()
    with scene.project() as app:
        gate.open(app)
        first = scene.apply()
        assert first.code == 0, first.stderr
        strangers = [app.put_segment(named(subject.first, "Nobody's")), *app.seed_many(subject.page)]
        app.put_segment(named(subject.second, "To adopt"))
        managed_ids = {each["id"] for each in app.segments()}
        own = [str(each["id"]) for each in app.segments(system=True) if each["id"] not in managed_ids]
        seen = _seen(app, (*strangers, *own))
    scene.define(wanted(subject))
    whole = scene.copied(folder)
    with whole.project() as app:
        gate.open(app)
        done = whole.apply()
        requests = gate.count
        assert done.code == 0, done.stderr
        assert len(done.document["outcomes"]) == CHANGES
        expected = whole.state(app)
    assert ([], None) == (expected["intents"], expected["lease"])
    return Base(scene, expected, requests, (*strangers, *own), seen)


def _seen(app: Emulator, ids: tuple[str, ...]) -> str:
    return json.dumps(
        sorted((each for each in app.segments(system=True) if str(each["id"]) in ids), key=lambda each: str(each["id"]))
    )
