"""Reads `reconciler.toml`: which targets there are, and what each of them is. Everything wrong is reported at once."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reconciler.core.segment import Unmanaged
from reconciler.errors import InvalidInput, Place, Problem
from reconciler.intake.lines import Lines, Pointer
from reconciler.intake.schema import by_place, explain, nearest, schema, waves_through
from reconciler.intake.toml import toml_error, toml_position
from reconciler.settings.rules import CONFIG_NAME, EMBEDDED, beyond_schema, provider_options

TOML = 'text stands in double quotes, `key = "value"`, and a key stands once in its table; toml.io says the rest'
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class TargetLimits:
    """What one target allows; `requests_per_second` is None where the provider's own figure holds.

    `retry_seconds` is for how long a request that failed is sent again, 0 for never. `max_audience_change` is how many
    users one change may move; None for any number, which nobody then counts for that.
    """

    max_deletes: int = 5
    requests_per_second: float | None = None
    concurrency: int = 8
    retry_seconds: int = 60
    max_audience_change: int | None = None


@dataclass(frozen=True, slots=True)
class AudienceSettings:
    """Where the users of a target are: `source` a file pattern or a database's address, or the variable that holds it.

    `columns` says which column has a field, `id` which has the ids of users, and `sample` how large a part of them is
    looked at.
    """

    source: str | None = None
    source_env: str | None = None
    id: str | None = None
    sample: float = 1.0
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Target:
    """One vendor project. `endpoint` is None where the provider's own holds; `shown` is the folder as written.

    `options` are the settings that only its provider has. `accept_unreviewed` lets a merge be applied that nobody
    reviewed.
    """

    name: str
    provider: str
    definitions: Path
    shown: str
    endpoint: str | None = None
    credential_env: str | None = None
    ledger: str = "file"
    unmanaged: Unmanaged = Unmanaged.REPORT
    accept_unreviewed: bool = False
    variables: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    limits: TargetLimits = TargetLimits()
    audience: AudienceSettings | None = None

    @property
    def embedded(self) -> bool:
        """Say whether the target is the emulator in this process."""
        return self.endpoint == EMBEDDED


@dataclass(frozen=True, slots=True)
class FindingRules:
    """How much findings weigh, `off` for not at all: by code, and for files, by a glob, in the order of the file."""

    codes: Mapping[str, str] = field(default_factory=dict)
    files: tuple[tuple[str, Mapping[str, str]], ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """All targets of one repository. `root` is the folder of the configuration file, `shown` that file as named."""

    root: Path
    shown: str
    targets: Mapping[str, Target]
    default_target: str | None = None
    findings: FindingRules = FindingRules()

    def choose(self, names: tuple[str, ...], *, every: bool = False) -> tuple[Target, ...]:
        """Return the targets of these names, or the default one; raises InvalidInput naming the nearest known."""
        if every:
            return tuple(self.targets.values())
        wanted = names or self._default()
        unknown = [name for name in wanted if name not in self.targets]
        if unknown:
            known = ", ".join(f"`{name}`" for name in sorted(self.targets))
            raise InvalidInput(
                *(
                    Problem(
                        "unknown-target",
                        f"there is no target `{name}`",
                        Place(self.shown),
                        nearest(name, self.targets, f"the targets are {known}"),
                    )
                    for name in unknown
                )
            )
        return tuple(self.targets[name] for name in dict.fromkeys(wanted))

    def _default(self) -> tuple[str, ...]:
        if self.default_target:
            return (self.default_target,)
        if len(self.targets) == 1:
            return tuple(self.targets)
        raise InvalidInput(
            Problem(
                "no-target",
                "several targets are configured, and none of them is the default",
                Place(self.shown),
                "name one with `--target NAME`, all with `--all-targets`, or set `default_target`",
            )
        )


def find(start: Path) -> Path:
    """Return the nearest `reconciler.toml` in this folder or above it; raises InvalidInput where there is none."""
    for folder in (start, *start.parents):
        if (folder / CONFIG_NAME).exists():
            return folder / CONFIG_NAME
    raise InvalidInput(
        Problem(
            "config-missing",
            f"there is no `{CONFIG_NAME}` here or in a folder above",
            hint="run `reconciler init` to start a repository, or name the file with `--config FILE`",
        )
    )


def load(path: Path, shown: str) -> Settings:
    """Return the settings in this file; raises InvalidInput with every problem found in it."""
    try:
        text = _decoded(path.read_bytes(), shown)
    except OSError as error:
        words = f"cannot be read: {(error.strerror or 'unknown error').lower()}"
        hint = "name the file with `--config FILE`, or start one with `reconciler init`"
        raise InvalidInput(Problem("config-unreadable", words, Place(shown), hint)) from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, column, words = toml_error(error, text)
        raise InvalidInput(Problem("toml-syntax", words, Place(shown, line, column), TOML)) from None

    def locate(pointer: Pointer, /, *, on_key: bool = False) -> Place:
        return Place(shown, *toml_position(text, pointer, on_key=on_key))

    known = schema("config")
    problems = [] if waves_through(known, data) else explain(known, data, locate)
    if not problems:
        problems = beyond_schema(data, locate)
    if problems:
        raise InvalidInput(*sorted(problems, key=by_place))
    targets = {name: _target(name, table, path.parent) for name, table in data["targets"].items()}
    return Settings(path.parent, shown, targets, data.get("default_target"), _findings(data.get("findings", {})))


def _decoded(data: bytes, shown: str) -> str:
    if data.startswith(BYTE_ORDER_MARK):
        words, hint = "the file begins with a byte order mark", "save the file as UTF-8 without a byte order mark"
        raise InvalidInput(Problem("byte-order-mark", words, Place(shown, 1, 1), hint))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = Lines(data).at(error.start)
        words = f"the byte 0x{data[error.start]:02x} is not UTF-8 text"
        raise InvalidInput(Problem("not-utf8", words, Place(shown, line, column), "save the file as UTF-8")) from None


def _findings(table: Mapping[str, Any]) -> FindingRules:
    codes = {code: level for code, level in table.items() if code != "files"}
    return FindingRules(codes, tuple(table.get("files", {}).items()))


def _target(name: str, table: Mapping[str, Any], root: Path) -> Target:
    limits = table.get("limits", {})
    return Target(
        name=name,
        provider=table["provider"],
        definitions=root / table["definitions"],
        shown=table["definitions"].rstrip("/"),
        endpoint=table.get("endpoint"),
        credential_env=table.get("credential_env"),
        ledger=table.get("ledger", "file"),
        unmanaged=Unmanaged(table.get("unmanaged", "report")),
        accept_unreviewed=table.get("accept_unreviewed", False),
        variables=table.get("vars", {}),
        options={option: table[option] for option in provider_options() if option in table},
        limits=TargetLimits(**limits),
        audience=AudienceSettings(**table["audience"]) if "audience" in table else None,
    )
