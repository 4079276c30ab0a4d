"""How much each finding weighs, as the configuration says by code and by file. Must never make less of an error."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase

from reconciler.errors import Problem, Severity
from reconciler.settings.config import FindingRules

OFF = "off"


def weighed_by(rules: FindingRules, problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield problems as these rules have them, without those that are off. Errors are none of the rules' business."""
    for problem in problems:
        level = None if problem.severity is Severity.ERROR else _level(rules, problem)
        if level is None:
            yield problem
        elif level != OFF:
            yield replace(problem, severity=Severity(level))


def _level(rules: FindingRules, problem: Problem) -> str | None:
    """Return what the last rule says that is about the file, else what is said of the code."""
    file = problem.place.file if problem.place else ""
    about = [codes[problem.code] for glob, codes in rules.files if problem.code in codes and fnmatchcase(file, glob)]
    return about[-1] if about else rules.codes.get(problem.code)
