"""Problems as the report of GitLab's Code Quality, which shows them in a merge request. It never knows who uploads it.

Page: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format; a place is required there.
"""

import json
from collections.abc import Iterable
from typing import assert_never

from reconciler.core.segment import Json
from reconciler.errors import Place, Problem, Severity
from reconciler.render.identity import fingerprints

NOWHERE = Place("reconciler.toml")
"""Where a problem stands that has no place of its own."""


def code_quality(problems: Iterable[Problem]) -> str:
    """Return the report: a list that is empty where there is no problem, in ASCII, without a byte order mark."""
    found = tuple(problems)
    report = [_entry(problem, known) for problem, known in zip(found, fingerprints(found), strict=True)]
    return json.dumps(report, indent=2) + "\n"


def _entry(problem: Problem, fingerprint: str) -> dict[str, Json]:
    place = problem.place or NOWHERE
    return {
        "description": problem.message + (f" (hint: {problem.hint})" if problem.hint else ""),
        "check_name": problem.code,
        "fingerprint": fingerprint,
        "severity": _severity(problem.severity),
        "location": {"path": place.file, "lines": {"begin": place.line or 1}},
    }


def _severity(severity: Severity) -> str:
    match severity:
        case Severity.ERROR:
            return "major"
        case Severity.WARNING:
            return "minor"
        case Severity.NOTE:
            return "info"
        case _:
            assert_never(severity)
