"""Validate definitions offline: every problem of every file of every chosen target, each once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from reconciler.core.finding import UNCHECKED
from reconciler.core.ports import Form
from reconciler.definitions.load import Loaded, load
from reconciler.errors import InvalidInput, Place, Problem, Severity
from reconciler.providers.registry import VENDORS
from reconciler.settings.config import Settings, Target
from reconciler.usecases.analyse import analysed, without_superseded
from reconciler.usecases.doubts import unchecked
from reconciler.usecases.judge import SOLVER, installed
from reconciler.usecases.levels import weighed_by


@dataclass(frozen=True, slots=True)
class Validated:
    """How many definitions have no error, and what is wrong with the others, by place."""

    files: int
    problems: tuple[Problem, ...]


def validate(
    settings: Settings, targets: Iterable[Target], paths: tuple[Path, ...], *, strict: bool, solver: str = SOLVER
) -> Validated:
    """Return what is wrong with the definitions of these targets, or with those of their files that are named.

    `strict` makes errors of warnings, but for what only the live project knows. Raises InvalidInput for a path that is
    no target's.
    """
    chosen = tuple(targets)
    wanted = tuple(path.resolve() for path in paths)
    _refuse_strangers(chosen, paths)
    problems: dict[Problem, None] = {}
    files: set[Place] = set()
    for target in chosen:
        only = tuple(path for path in wanted if _holds(target, path))
        if paths and not only:
            continue
        form = VENDORS[target.provider].form(target.options)
        loaded = _load(target, form, only)
        found = [*(_once_each(loaded.problems) if form.capabilities.unique_names else loaded.problems)]
        if installed(solver):
            meant = analysed(target, VENDORS[target.provider], loaded.every, loaded.definitions)
            found = [*without_superseded([*found, *meant])]
        found += unchecked(target, form, loaded.definitions)
        problems |= dict.fromkeys(weighed_by(settings.findings, found))
        files |= {definition.place for definition in loaded.definitions}
    weighed = [_strictly(problem) if strict else problem for problem in problems]
    wrong = {each.place.file for each in weighed if each.place and each.severity is Severity.ERROR}
    return Validated(sum(place.file not in wrong for place in files), tuple(sorted(weighed, key=_place)))


def _strictly(problem: Problem) -> Problem:
    stays = problem.severity is Severity.NOTE or problem.code == UNCHECKED
    return problem if stays else replace(problem, severity=Severity.ERROR)


def _once_each(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Make an error of a name that two definitions have: the vendor would refuse one of them."""
    for each in problems:
        yield replace(each, severity=Severity.ERROR) if each.code == "duplicate-name" else each


def _load(target: Target, form: Form, only: tuple[Path, ...]) -> Loaded:
    return load(
        target.definitions,
        shown=target.shown,
        provider=target.provider,
        variables=target.variables,
        form_findings=form.findings,
        only=only or None,
    )


def _refuse_strangers(targets: tuple[Target, ...], paths: tuple[Path, ...]) -> None:
    strangers = [path for path in paths if not any(_holds(target, path.resolve()) for target in targets)]
    missing = [path for path in paths if not path.exists() and path not in strangers]
    if strangers or missing:
        folders = ", ".join(dict.fromkeys(f"`{target.shown}`" for target in targets))
        hint = f"the chosen targets keep their definitions in {folders}"
        raise InvalidInput(
            *(
                Problem("not-a-definition", "is not below a target's definitions", Place(str(p)), hint)
                for p in strangers
            ),
            *(Problem("unreadable-file", "there is no such file or folder", Place(str(p)), hint) for p in missing),
        )


def _holds(target: Target, path: Path) -> bool:
    return path.is_relative_to(target.definitions.resolve())


def _place(problem: Problem) -> tuple[Place, str]:
    return (problem.place or Place(""), problem.code)
