"""What others need for the same work: octoDNS and Terraform for a plan, check-jsonschema for validation.

Knows how to come by each peer, how to give it the objects that reconciler has, and how to tell that it did the work.
Must never know what reconciler takes.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, TypeAlias, TypeVar
from uuid import UUID

from benchmarks.measure import Command, once

Body: TypeAlias = Mapping[str, object]
"""A definition, parsed. Must have a `name`."""
Peer = TypeVar("Peer")

INSTALLING = 900
"""How long an installation may take, in seconds."""
ZONE = "segments.test."
OCTODNS = f"""\
---
providers:
  config: {{class: octodns.provider.yaml.YamlProvider, directory: config, escaped_semicolons: false}}
  live: {{class: octodns.provider.yaml.YamlProvider, directory: live, escaped_semicolons: false}}
zones:
  {ZONE}: {{sources: [config], targets: [live]}}
"""
INVALID = (
    '{"name": ',
    '["name"]',
    '{"conditions": []}',
    '{"name": "   "}',
    json.dumps({"name": "n" * 257}),
    '{"name": "n", "filters": []}',
    '{"name": "n", "conditions": [{"metric": "renewable", "value": "1"}]}',
    '{"name": "n", "conditions": [{"metric": "renewable", "comparator": "is", "value": "1"}]}',
    '{"name": "n", "conditions": [{"metric": "renewable", "comparator": "eq", "value": 1}]}',
    '{"name": "n", "conditions": [{"metric": "renewable", "comparator": "eq", "value": "1", "negate": "no"}]}',
    '{"name": "n", "reconciler": {"previously": ["Upper"]}}',
)
"""Files that are no definition of a Qonversion segment, each in another way; each on its own, whatever is beside it."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A peer that cannot be had here, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class OctoDns:
    """octoDNS: a plan from one YAML provider to another, with a TXT record for each body."""

    name: ClassVar[str] = "octoDNS"
    unequal: ClassVar[str] = (
        "octoDNS reads either side from one YAML file, in its own process, with no network, page, ledger or file per "
        "object; it parses YAML with a parser in Python, and checks both sides against the rules of DNS."
    )
    program: Path
    version: str
    opaque: bool = False
    """Whether a body is one text to it, the least work, or else a value for each condition and other member."""

    def plan(self, folder: Path, bodies: Sequence[Body], every: int) -> Command:
        """Write a world where one of so many bodies differs, or none if `every` is 0, and return the plan of it."""
        sides = {"live": bodies, "config": renamed(bodies, every)}
        for side, found in sides.items():
            (folder / side).mkdir(parents=True)
            zone = "---\n" + "".join(self._record(number, body) for number, body in enumerate(found))
            (folder / side / f"{ZONE}yaml").write_text(zone, encoding="utf-8")
        (folder / "octodns.yaml").write_text(OCTODNS, encoding="utf-8")
        updates = len(bodies[::every]) if every else 0
        summary = f"Summary: Creates=0, Updates={updates}, Deletes=0," if updates else "No changes were planned"
        wanted = {f"found {len(bodies)} records,": len(sides), summary: 1}
        arguments = (str(self.program), "--config-file", "octodns.yaml", "--log-stream-stdout")
        return Command(arguments, folder, _environment(), after=_saying(self.name, wanted))

    def _record(self, number: int, body: Body) -> str:
        values = "".join(f"  - '{text.replace(chr(39), 2 * chr(39))}'\n" for text in self._texts(body))
        return f"s{number:06}:\n  type: TXT\n  values:\n{values}"

    def _texts(self, body: Body) -> list[str]:
        if self.opaque:
            return [json.dumps(body)]
        members = (value if isinstance(value, list) else [{key: value}] for key, value in body.items())
        return [json.dumps(part) for member in members for part in member]


@dataclass(frozen=True, slots=True)
class Terraform:
    """Terraform: a plan of built-in `terraform_data` resources, one for each body."""

    name: ClassVar[str] = "Terraform"
    unequal: ClassVar[str] = (
        "Terraform reads one file of configuration and one of state, and its built-in resources ask nobody when they "
        "are refreshed: no network, page, plugin or file per object; it orders all objects in one graph first."
    )
    program: Path
    version: str
    opaque: bool = False
    """Whether a body is one text to it, the least work, or else an object, which it compares member by member."""

    def plan(self, folder: Path, bodies: Sequence[Body], every: int) -> Command:
        """Write a world where one of so many bodies differs, or none if `every` is 0, and return the plan of it.

        The state is written as `terraform apply` would: 1,000 resources take it a minute, and the plan as long.
        """
        folder.mkdir(parents=True)
        desired = {f"s{number:06}": {"input": self._input(body)} for number, body in enumerate(renamed(bodies, every))}
        text = json.dumps({"resource": {"terraform_data": desired}}, indent=2)
        # NOTE: strings are templates: https://developer.hashicorp.com/terraform/language/syntax/json
        config = text.replace("${", "$${").replace("%{", "%%{")
        (folder / "main.tf.json").write_text(config, encoding="utf-8")
        resources = [self._resource(number, body) for number, body in enumerate(bodies)]
        head = {"version": 4, "terraform_version": "1.4.0", "serial": 1, "lineage": str(UUID(int=1)), "outputs": {}}
        state = json.dumps({**head, "resources": resources, "check_results": None}, indent=2)
        (folder / "terraform.tfstate").write_text(state, encoding="utf-8")
        updates = len(bodies[::every]) if every else 0
        summary = f"Plan: 0 to add, {updates} to change, 0 to destroy." if updates else "No changes."
        arguments = (str(self.program), "plan", "-input=false", "-no-color", "-detailed-exitcode")
        after = _saying(self.name, {"Refreshing state...": len(bodies), summary: 1})
        return Command(arguments, folder, _environment(), frozenset({2 if updates else 0}), after=after)

    def _input(self, body: Body) -> object:
        return json.dumps(body) if self.opaque else body

    def _resource(self, number: int, body: Body) -> Body:
        value = self._input(body)
        held = {"value": value, "type": _type(value)}
        attributes = {"id": str(UUID(int=number)), "input": held, "output": held, "triggers_replace": None}
        return {
            "mode": "managed",
            "type": "terraform_data",
            "name": f"s{number:06}",
            "provider": 'provider["terraform.io/builtin/terraform"]',
            "instances": [{"schema_version": 0, "attributes": attributes, "sensitive_attributes": []}],
        }


@dataclass(frozen=True, slots=True)
class CheckJsonschema:
    """check-jsonschema: the very definition files against the very schema."""

    name: ClassVar[str] = "check-jsonschema"
    unequal: ClassVar[str] = (
        "check-jsonschema holds each file against the schema alone; reconciler reads its configuration too, fills in "
        "variables, refuses a member that occurs twice, numbers that JSON has not, and a name that two files have."
    )
    program: Path
    version: str

    def validate(self, definitions: Path, schema: Path, refused: Collection[str] = ()) -> Command:
        """Return the validation of a folder, in one process, which must refuse just these of its files.

        The files are named on the command line, as it has no other way: 2 MiB hold some 70,000 short names on Linux.
        """
        files = sorted(path.relative_to(definitions).as_posix() for path in definitions.rglob("*.json"))
        arguments = (str(self.program), "--output-format", "json", "--schemafile", str(schema.resolve()), "--", *files)

        def after(printed: str) -> None:
            if _refused(printed) != frozenset(refused):
                message = f"{self.name} refused other files than {sorted(refused)}: {printed[:2000]}"
                raise RuntimeError(message)

        return Command(arguments, definitions, _environment(), frozenset({1 if refused else 0}), after=after)

    def refused(self, definitions: Path, schema: Path) -> frozenset[str]:
        """Return the files of a folder that it refuses, by their paths within."""
        return _refused(_printed(replace(self.validate(definitions, schema), codes=frozenset({0, 1}))))


def octodns(folder: Path) -> OctoDns | Missing:
    """Install octoDNS below a folder."""
    return _had(OctoDns.name, lambda: OctoDns(*_installed(folder, "octodns", "octodns-sync")))


def check_jsonschema(folder: Path) -> CheckJsonschema | Missing:
    """Install check-jsonschema below a folder."""
    return _had(CheckJsonschema.name, lambda: CheckJsonschema(*_installed(folder, "check-jsonschema")))


def terraform() -> Terraform | Missing:
    """Find Terraform on the PATH."""
    program = shutil.which("terraform")
    if program is None:
        return Missing(Terraform.name, "no `terraform` on the PATH")
    found = _had(Terraform.name, lambda: Terraform(Path(program), _version(Path(program), "version")))
    if isinstance(found, Terraform) and tuple(map(int, found.version.split(".")[:2])) < (1, 4):
        return Missing(Terraform.name, f"{found.version} has no `terraform_data`: 1.4 brought it")
    return found


def installed(folder: Path, package: str) -> Path:
    """Install a package into a virtual environment of its own below a folder, where it is not yet, and return that.

    Raises CalledProcessError, TimeoutExpired or OSError where it fails. pip asks the registries it is configured with.
    """
    place = folder / package
    install = (str(place / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", package)
    for arguments in ((sys.executable, "-m", "venv", str(place)), install):
        subprocess.run(arguments, check=True, capture_output=True, text=True, timeout=INSTALLING)
    return place


def bodies(definitions: Path) -> list[Body]:
    """Return the definitions of a folder, in the order of their names."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(definitions.rglob("*.json"))]


def renamed(bodies: Sequence[Body], every: int) -> list[Body]:
    """Return the bodies, with another name for one of so many; for none if `every` is 0."""
    return [
        {**body, "name": f"{body['name']} anew"} if every and number % every == 0 else body
        for number, body in enumerate(bodies)
    ]


def spoil(definitions: Path, every: int) -> frozenset[str]:
    """Make one of so many files of a folder invalid, each in the next way, and return their paths within."""
    chosen = sorted(definitions.rglob("*.json"))[::every]
    for number, path in enumerate(chosen):
        path.write_text(INVALID[number % len(INVALID)], encoding="utf-8")
    return frozenset(path.relative_to(definitions).as_posix() for path in chosen)


def refused(validate: Command, definitions: Path) -> frozenset[str]:
    """Return the files of a folder that `reconciler validate --format json` refuses, by their paths within."""
    found = json.loads(_printed(replace(validate, codes=frozenset({0, 3}))))
    errors = (problem for problem in found["problems"] if problem["severity"] == "error")
    return frozenset((validate.cwd / error["file"]).relative_to(definitions).as_posix() for error in errors)


def _installed(folder: Path, package: str, program: str | None = None) -> tuple[Path, str]:
    found = installed(folder, package) / "bin" / (program or package)
    return found.absolute(), _version(found, "--version")


def _version(program: Path, asking: str) -> str:
    ended = subprocess.run((program, asking), check=True, capture_output=True, text=True, env=_environment())
    return ended.stdout.splitlines()[0].split()[-1].removeprefix("v")


def _had(name: str, find: Callable[[], Peer]) -> Peer | Missing:
    try:
        return find()
    except (OSError, subprocess.SubprocessError) as error:
        said = f"{error}\n{getattr(error, 'stderr', None) or ''}".splitlines()
        return Missing(name, next((line for line in said if line.startswith("ERROR")), said[0]))


def _environment() -> dict[str, str]:
    # NOTE: Terraform asks for its newest version unless told not to: https://developer.hashicorp.com/terraform/cli/commands
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COVERAGE", "TF_"))}
    return {**kept, "CHECKPOINT_DISABLE": "1"}


def _saying(name: str, wanted: Mapping[str, int]) -> Callable[[str], None]:
    def after(printed: str) -> None:
        for text, times in wanted.items():
            if printed.count(text) != times:
                message = f"{name} said `{text}` {printed.count(text)} times, not {times}: {printed[-2000:]}"
                raise RuntimeError(message)

    return after


def _printed(command: Command) -> str:
    printed: list[str] = []
    once(replace(command, after=printed.append))
    return printed[0]


def _refused(printed: str) -> frozenset[str]:
    found = json.loads(printed)
    return frozenset(error["filename"] for kind in ("errors", "parse_errors") for error in found.get(kind, ()))


def _type(value: object) -> object:
    match value:
        case dict():
            return ["object", {key: _type(item) for key, item in value.items()}]
        case list():
            return ["tuple", [_type(item) for item in value]]
        case bool():
            return "bool"
        case int() | float():
            return "number"
        case None:
            return "dynamic"
        case _:
            return "string"
