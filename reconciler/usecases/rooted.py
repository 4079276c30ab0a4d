"""Where problems stand as the server of the repository names its files: below its root, wherever the command ran."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from reconciler.errors import Problem


def find_root(folder: Path, workspace: Path | None) -> Path:
    """Return the root of the repository that a folder is in; the folder itself where it is in none.

    `workspace` is where a CI system says that it checked the repository out. It counts before a repository inside of
    it, such as a submodule, unless it is no repository itself.
    """
    start = folder.resolve()
    above = (start, *start.parents)
    told = [path for path in above if workspace and path == workspace.resolve()]
    return next((path for path in (*told, *above) if (path / ".git").exists()), next(iter(told), start))


def rooted(problems: Iterable[Problem], root: Path, base: Path, named: Mapping[str, Path]) -> tuple[Problem, ...]:
    """Return problems with their files named from the root; `named` has those whose names are not based on `base`.

    A problem in a file beyond the root has no place that the server knows, and says in words where it is.
    """
    return tuple(_rooted(problem, root, base.resolve(), named) for problem in problems)


def _rooted(problem: Problem, root: Path, base: Path, named: Mapping[str, Path]) -> Problem:
    if not problem.place:
        return problem
    path = named.get(problem.place.file, base / problem.place.file)
    # NOTE: not resolved to its end: git knows a link by its own name.
    file = Path(os.path.normpath(path.parent.resolve() / path.name))
    if not file.is_relative_to(root):
        return replace(problem, message=f"{problem.place}: {problem.message}", place=None)
    return replace(problem, place=problem.place._replace(file=file.relative_to(root).as_posix()))
