"""Problems as SARIF 2.1.0, for GitHub's code scanning and other viewers. It never knows who uploads it.

Pages: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, and what GitHub makes of it:
https://docs.github.com/code-security/reference/code-scanning/sarif-files/sarif-support
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from reconciler import __version__
from reconciler.core.document import Document, text
from reconciler.core.segment import Json
from reconciler.errors import Place, Problem, Severity
from reconciler.render.identity import fingerprints

MOST = 25_000
"""How many results GitHub takes; of more it refuses all. It shows the 5,000 gravest."""

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
SENTENCE = re.compile(r"(?<=[.!?]) ")

Catalogue = Mapping[str, tuple[str, str]]


def sarif(problems: Iterable[Problem], catalogue: Catalogue, *, exit_code: int, ran: bool, most: int = MOST) -> str:
    """Return the log of one run, of `most` results. `catalogue` has for each code what it means, and an example.

    What has a place is a result. What has none is a notification, and so is everything where the run did not come to
    look at the definitions; then there are no results at all, since an empty list would close every alert.
    """
    found = tuple(problems)
    ranked = sorted((one for one in found if ran and one.place), key=lambda one: [*Severity].index(one.severity))
    results, notes = ranked[:most], [one for one in found if not (ran and one.place)]
    told: list[Json] = [_notification(one) for one in notes]
    if more := len(ranked) - len(results):
        told.append({"level": "warning", "message": {"text": f"{more} more results are left out"}})
    driver: Document = {
        "name": "reconciler",
        "semanticVersion": __version__,
        "rules": _descriptors(results, catalogue),
        "notifications": _descriptors(notes, catalogue),
    }
    run: Document = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": ran, "exitCode": exit_code, "toolExecutionNotifications": told}],
        "originalUriBaseIds": {ROOT: {"description": {"text": "the root of the repository"}}},
        "columnKind": "unicodeCodePoints",
    }
    if ran:
        run["results"] = _results(results)
    return text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _descriptors(problems: Sequence[Problem], catalogue: Catalogue) -> list[Json]:
    return [_descriptor(code, *catalogue[code]) for code in _codes(problems)]


def _descriptor(code: str, means: str, example: str) -> Document:
    return {
        "id": code,
        "shortDescription": {"text": SENTENCE.split(means, maxsplit=1)[0]},
        "fullDescription": {"text": means},
        "help": {"text": f"{means}\n\nExample: {example}"},
    }


def _codes(problems: Sequence[Problem]) -> list[str]:
    return sorted({problem.code for problem in problems})


def _results(problems: Sequence[Problem]) -> list[Json]:
    order = {code: number for number, code in enumerate(_codes(problems))}
    return [
        {
            "ruleId": problem.code,
            "ruleIndex": order[problem.code],
            **_said(problem),
            "partialFingerprints": {"reconciler/v1": known},
        }
        for problem, known in zip(problems, fingerprints(problems), strict=True)
    ]


def _notification(problem: Problem) -> Document:
    return {"descriptor": {"id": problem.code}, **_said(problem)}


def _said(problem: Problem) -> Document:
    words = problem.message + (f"\nhint: {problem.hint}" if problem.hint else "")
    said: Document = {"level": problem.severity.value, "message": {"text": _plain(words)}}
    return said | ({"locations": [_location(problem.place)]} if problem.place else {})


def _plain(words: str) -> str:
    """Return words in which no viewer finds a link, which SARIF writes as Markdown does."""
    return words.replace("](", "] (")


def _location(place: Place) -> Json:
    uri = quote(place.file, safe="/", errors="surrogateescape")
    where: Document = {"artifactLocation": {"uri": uri, "uriBaseId": ROOT}}
    if place.line:
        where["region"] = {"startLine": place.line, "startColumn": place.column or 1}
    return {"physicalLocation": where}
