"""A definitions folder into definitions and problems, all of them at once. Must never know a vendor or a network."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from reconciler.core.finding import Finding
from reconciler.core.segment import Body, Definition, Json
from reconciler.definitions.beside import shared
from reconciler.definitions.source import File, listing, read
from reconciler.definitions.variables import Unresolved, substituted
from reconciler.errors import InvalidInput, Place, Problem, Severity
from reconciler.intake.lexical import shown as quoted
from reconciler.intake.lines import Pointer, Positions
from reconciler.intake.parse import DEFINITION_DEPTH, parse
from reconciler.intake.position import positions
from reconciler.intake.schema import Schema, by_place, explain, schema, waves_through

OURS = ("$schema", "reconciler")
FormFindings = Callable[[Body], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a folder holds: the definitions without errors by key, and the problems of all files by place.

    `every` are the definitions of the whole folder, also where some files alone were asked for.
    """

    definitions: tuple[Definition, ...]
    problems: tuple[Problem, ...]
    every: tuple[Definition, ...] = ()


class _Read:
    """One file that parsed: its text, its value with variables replaced, and where its parts stand."""

    def __init__(self, file: File, value: dict[str, Json], data: bytes | None = None) -> None:
        self.file = file
        self.value = value
        self._data = data
        self.body = _body(value)
        """What is sent."""

    @cached_property
    def _positions(self) -> Positions:
        return positions((read(self.file) if self._data is None else self._data).decode())

    def locate(self, pointer: Pointer, /, *, on_key: bool = False) -> Place:
        """Return the place of a value, or of its key."""
        return Place(self.file.shown, *self._positions.at(pointer, on_key=on_key))

    def problem(self, pointer: Pointer, code: str, message: str, hint: str) -> Problem:
        """Return an error at a value."""
        return Problem(code, message, Place(self.file.shown, *self._positions.at(pointer)), hint)

    @property
    def ours(self) -> dict[str, Any]:
        """What is not; only of a file that the schema allows."""
        ours = self.value.get("reconciler")
        return ours if isinstance(ours, dict) else {}


def _body(value: dict[str, Json]) -> dict[str, Json]:
    """Return what is sent of what a file holds."""
    if value.keys().isdisjoint(OURS):
        return value
    return {name: part for name, part in value.items() if name not in OURS}


def load(
    folder: Path,
    *,
    shown: str,
    provider: str,
    variables: Mapping[str, str],
    form_findings: FormFindings,
    only: Collection[Path] | None = None,
    meanwhile: Callable[[], object] = lambda: None,
) -> Loaded:
    """Return the definitions of a folder and every problem found; `shown` is how messages name the folder.

    What is to be done `meanwhile` goes on here while other processes read, where they can. `only` keeps to what these
    files, and those below these folders, say or get wrong; the others are read all the same, since one file can be
    wrong because of another. Raises nothing for what is in the folder.
    """
    listed = listing(folder, shown)
    problems = list(listed.problems)
    rules = schema(f"{provider}.segment")
    good: list[tuple[File, dict[str, Json]]] = []
    refused: set[str] = set()
    fine = partial(_fine, rules=rules, variables=variables, form_findings=form_findings)
    for file, value in zip(listed.files, shared(listed.files, fine, meanwhile), strict=True):
        if isinstance(value, dict):
            good.append((file, value))
            continue
        one, wrong = _one(file, rules, variables)
        found = [] if one is None else [_problem(one, finding) for finding in form_findings(one.body)]
        if one and not wrong:
            good.append((file, one.value))
        told = {problem.place for problem in wrong}
        found = [each for each in found if each.place not in told]
        errors = [each for each in found if each.severity is Severity.ERROR]
        problems += [*wrong, *(errors if wrong else found)]
        refused |= {file.shown} if errors else set()
    crossed = list(_crossed([_Read(file, value) for file, value in good if "reconciler" in value], listed.files))
    refused |= {problem.place.file for problem in crossed if problem.place}
    definitions = tuple(_definition(file, value) for file, value in good if file.shown not in refused)
    problems += [*crossed, *_same_names(good)]
    if only is None:
        return Loaded(definitions, tuple(sorted(problems, key=by_place)), definitions)
    chosen = _chosen(folder, shown, only)
    meant = [each for each in problems if each.place is None or each.place.file == shown or chosen(each.place.file)]
    asked_for = tuple(each for each in definitions if chosen(each.place.file))
    return Loaded(asked_for, tuple(sorted(meant, key=by_place)), definitions)


def located(folder: Path, definition: Definition, pointer: Pointer) -> Place:
    """Return where a value of a definition stands; where its file cannot be read any more, the file alone."""
    try:
        data = read(File(definition.key, os.path.realpath(folder / f"{definition.key}.json"), definition.place.file))
        return Place(definition.place.file, *positions(data.decode()).at(pointer))
    except (InvalidInput, ValueError):
        return definition.place


def _chosen(folder: Path, shown: str, only: Collection[Path]) -> Callable[[str], bool]:
    """Return whether a file, by its name for people, is one of those that were asked for."""
    # NOTE: a link may be meant as itself or as what it leads to, so every path counts as both.
    roots = _spellings(folder)
    chosen = frozenset[Path]().union(*map(_spellings, only))

    def is_chosen(name: str) -> bool:
        paths = [root / name[len(shown) + 1 :] for root in roots]
        return any(not chosen.isdisjoint((path, *path.parents)) for path in paths)

    return is_chosen


def _spellings(path: Path) -> frozenset[Path]:
    return frozenset({Path(os.path.abspath(path)), Path(os.path.realpath(path))})  # noqa: PTH100 - keeps links


def _fine(
    file: File, *, rules: Schema, variables: Mapping[str, str], form_findings: FormFindings
) -> dict[str, Json] | None:
    """Return what a file holds, with its variables replaced, if there is nothing to say about it."""
    try:
        value, unresolved, _ = _value(file, variables)
    except InvalidInput:
        return None
    told = unresolved or not waves_through(rules, value) or any(True for _ in form_findings(_body(value)))
    return None if told else value


def _value(file: File, variables: Mapping[str, str]) -> tuple[dict[str, Json], list[Unresolved], bytes]:
    """Return what a file holds, with its variables replaced, which of them there are not, and its text."""
    data = read(file)
    value = parse(data, file.shown, DEFINITION_DEPTH)
    if b"${" not in data and b"\\u" not in data:
        return value, [], data
    ours = {name: part for name, part in value.items() if name in OURS}
    body, unresolved = substituted(_body(value), variables)
    return body | ours, unresolved, data


def _one(file: File, rules: Schema, variables: Mapping[str, str]) -> tuple[_Read | None, list[Problem]]:
    """Return a file as it was read, if it is JSON, and what its schema and its variables have against it."""
    try:
        value, unresolved, data = _value(file, variables)
    except InvalidInput as error:
        return None, list(error.problems)
    one = _Read(file, value, data)
    problems = [one.problem(each.pointer, each.code, each.message, each.hint) for each in unresolved]
    return one, problems + explain(rules, value, one.locate)


def _problem(one: _Read, finding: Finding) -> Problem:
    """Return what a vendor's rules have against a body, which may be one that its schema does not allow."""
    problem = one.problem(finding.pointer, finding.code, finding.message, finding.hint)
    return replace(problem, severity=finding.severity)


def _definition(file: File, value: dict[str, Json]) -> Definition:
    name, place = str(value.get("name", "")), Place(file.shown)
    ours = value.get("reconciler")
    if not isinstance(ours, dict):
        return Definition(file.key, name, _body(value), place)
    previously: Any = ours.get("previously", ())
    return Definition(file.key, name, _body(value), place, tuple(previously), ours.get("protected") is True)


def _crossed(good: list[_Read], files: Collection[File]) -> Iterator[Problem]:
    """Yield what is wrong with `previously`, which one file says of another."""
    keys = {file.key for file in files} if good else set()
    first: dict[str, _Read] = {}
    for one in good:
        for index, key in enumerate(one.ours.get("previously", ())):
            pointer = ("reconciler", "previously", index)
            if key == one.file.key:
                hint = "name the keys that the definition had before, or take it out"
                yield one.problem(pointer, "previously-itself", f"`{key}` is the key of this definition", hint)
            elif key in keys:
                hint = f"delete `{key}.json` if this definition takes its place, or take the key out"
                yield one.problem(pointer, "previously-exists", f"`{key}` still has a definition", hint)
            elif (other := first.setdefault(key, one)) is not one:
                message = f"`{key}` is named as a previous key by `{other.file.shown}` too"
                yield one.problem(pointer, "previously-twice", message, "keep it in the one that took its place")


def _same_names(good: list[tuple[File, dict[str, Json]]]) -> Iterator[Problem]:
    first: dict[str, File] = {}
    for file, value in good:
        name = str(value.get("name", ""))
        if (other := first.setdefault(name, file)) is not file:
            message = f"`{other.shown}` has the same name, {quoted(name)}"
            hint = "give each segment a name of its own"
            problem = _Read(file, value).problem(("name",), "duplicate-name", message, hint)
            yield replace(problem, severity=Severity.WARNING)
