"""SARIF: a whole log, the published schema, what GitHub takes of it, and texts that would like to be more than text."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from golden.endings import FOUND
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema.validators import validator_for

from reconciler import __version__
from reconciler.catalogue import entries
from reconciler.errors import Place, Problem, Severity
from reconciler.render.identity import fingerprints
from reconciler.render.sarif import MOST, sarif

SCHEMA = Path(__file__).parents[2].with_name("shared") / "data" / "sarif-schema-2.1.0.json"
CATALOGUE = {
    "unknown-member": ("A member is not known. Is it misspelt?", '"nam": "EU"'),
    "unknown-metric": ("A metric is not known", '"metric": "colour"'),
    "no-target": ("Several targets, and none is named.", "plan"),
    "odd": ("Odd!", "1"),
}
EVIL = "[click](https://example.com) {0} \x1b[31m \u202e 🦊 ::error::a\r\n```</script>"


def log(*problems: Problem, exit_code: int = 3, ran: bool = True) -> dict[str, Any]:
    """Return the log of these problems."""
    made: dict[str, Any] = json.loads(sarif(problems, CATALOGUE, exit_code=exit_code, ran=ran))
    return made


def run(*problems: Problem, ran: bool = True) -> dict[str, Any]:
    """Return the one run in the log of these problems."""
    (only,) = log(*problems, ran=ran)["runs"]
    found: dict[str, Any] = only
    return found


def rule(code: str, short: str) -> dict[str, Any]:
    """Return what a log says about a code of the catalogue."""
    means, example_of = CATALOGUE[code]
    return {
        "id": code,
        "shortDescription": {"text": short},
        "fullDescription": {"text": means},
        "help": {"text": f"{means}\n\nExample: {example_of}"},
    }


def test_a_whole_log() -> None:
    """What has a place is a result, by gravity; what has none is a notification."""
    known = fingerprints([FOUND[0], FOUND[1]])
    root = {"uriBaseId": "%SRCROOT%"}

    assert log(*FOUND) == {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "reconciler",
                        "semanticVersion": __version__,
                        "rules": [
                            rule("unknown-member", "A member is not known."),
                            rule("unknown-metric", "A metric is not known"),
                        ],
                        "notifications": [
                            rule("no-target", "Several targets, and none is named."),
                            rule("odd", "Odd!"),
                        ],
                    }
                },
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "exitCode": 3,
                        "toolExecutionNotifications": [
                            {
                                "descriptor": {"id": "no-target"},
                                "level": "error",
                                "message": {
                                    "text": "no target is named `prod`\nhint: targets: `local`, `production`",
                                },
                            },
                            {
                                "descriptor": {"id": "odd"},
                                "level": "warning",
                                "message": {"text": "one ` alone, @octocat and https://example.com"},
                            },
                        ],
                    }
                ],
                "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "the root of the repository"}}},
                "columnKind": "unicodeCodePoints",
                "results": [
                    {
                        "ruleId": "unknown-member",
                        "ruleIndex": 0,
                        "level": "error",
                        "message": {"text": "unknown member `nam`\nhint: did you mean `name`?"},
                        "locations": [
                            {
                                "physicalLocation": {
                                    "artifactLocation": {"uri": "segments/a.json", **root},
                                    "region": {"startLine": 3, "startColumn": 5},
                                }
                            }
                        ],
                        "partialFingerprints": {"reconciler/v1": known[0]},
                    },
                    {
                        "ruleId": "unknown-metric",
                        "ruleIndex": 1,
                        "level": "warning",
                        "message": {"text": "the vendor's pages do not name a metric `x|y`"},
                        "locations": [
                            {"physicalLocation": {"artifactLocation": {"uri": "segments/b.json", **root}}},
                        ],
                        "partialFingerprints": {"reconciler/v1": known[1]},
                    },
                ],
            }
        ],
    }


def test_a_run_that_did_not_look_has_no_results() -> None:
    """An empty list of them would close every alert; each problem is a notification, with its place."""
    made = run(FOUND[0], ran=False)

    assert "results" not in made
    assert made["invocations"] == [
        {
            "executionSuccessful": False,
            "exitCode": 3,
            "toolExecutionNotifications": [
                {
                    "descriptor": {"id": "unknown-member"},
                    "level": "error",
                    "message": {"text": "unknown member `nam`\nhint: did you mean `name`?"},
                    "locations": [
                        {
                            "physicalLocation": {
                                "artifactLocation": {"uri": "segments/a.json", "uriBaseId": "%SRCROOT%"},
                                "region": {"startLine": 3, "startColumn": 5},
                            }
                        }
                    ],
                }
            ],
        }
    ]


def test_a_run_that_found_nothing_says_so() -> None:
    """The list of results is there, and empty."""
    made = run()

    assert ([], [], True) == (
        made["results"],
        made["tool"]["driver"]["rules"],
        made["invocations"][0]["executionSuccessful"],
    )


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("segments/ä b.json", "segments/%C3%A4%20b.json"),
        ("a:b/c,d#e?f%0A.json", "a%3Ab/c%2Cd%23e%3Ff%250A.json"),
        ("x\n🦊\udcff.json", "x%0A%F0%9F%A6%8A%FF.json"),
    ],
)
def test_a_file_is_a_relative_uri(file: str, uri: str) -> None:
    """Each byte that a URI cannot hold is encoded, also of a name that is no text."""
    (result,) = run(Problem("odd", "odd", Place(file)))["results"]

    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_no_message_holds_a_link() -> None:
    """A viewer shows `[words](address)` as a link, and would show a definition's as ours."""
    (result,) = run(Problem("odd", "[a](https://example.com)", Place("a.json"), "[b](1)"))["results"]

    assert result["message"]["text"] == "[a] (https://example.com)\nhint: [b] (1)"


def test_no_more_results_than_github_takes() -> None:
    """Of more it would take none; what is left out are warnings first, and how many is said."""
    warnings = [Problem("odd", "odd", Place("a.json", one), severity=Severity.WARNING) for one in range(1, 4)]
    made = _capped(*warnings, Problem("odd", "grave", Place("b.json")))
    whole = _capped(*warnings[:2])

    assert 25_000 == MOST
    assert ["grave", "odd"] == [result["message"]["text"] for result in made["results"]]
    assert made["invocations"][0]["toolExecutionNotifications"] == [
        {"level": "warning", "message": {"text": "2 more results are left out"}}
    ]
    assert (2, []) == (len(whole["results"]), whole["invocations"][0]["toolExecutionNotifications"])


def _capped(*problems: Problem) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(sarif(problems, CATALOGUE, exit_code=3, ran=True, most=2))["runs"][0]
    return made


def test_a_problem_is_known_again_when_its_line_has_moved() -> None:
    """Code, file and words identify it; of several alike, which of them it is."""
    before = [
        Problem("twice", "`a` is there twice, first on line 3", Place("a.json", 7, 1)),
        Problem("odd", "odd", Place("a.json", 8)),
        Problem("odd", "odd", Place("a.json", 9)),
        Problem("odd", "odd", Place("b.json", 9)),
        Problem("odd", "even", Place("b.json", 9)),
        Problem("even", "even", Place("b.json", 9)),
        Problem("even", "even"),
    ]
    after = [
        Problem("twice", "`a` is there twice, first on line 13", Place("a.json", 17, 3)),
        *(Problem(one.code, one.message, one.place and Place(one.place.file, 99)) for one in before[1:]),
    ]

    assert fingerprints(before) == fingerprints(after)
    assert len(before) == len(set(fingerprints(before)))


def test_the_catalogue_fits_what_github_shows_of_a_rule() -> None:
    """A description has 1,024 characters at most."""
    assert [code for code, entry in entries().items() if len(entry.means) > 1_024] == []


@pytest.mark.skipif(not SCHEMA.is_file(), reason="the schema of SARIF 2.1.0 is not beside the repository")
@given(
    texts=st.lists(st.tuples(st.text(max_size=20), st.integers(0, 3), st.sampled_from(Severity)), max_size=4),
    ran=st.booleans(),
)
@example(texts=[(EVIL, 1, Severity.ERROR), (EVIL, 0, Severity.WARNING)], ran=True)
@example(texts=[(EVIL, 1, Severity.ERROR)], ran=False)
def test_every_log_is_valid(texts: list[tuple[str, int, Severity]], *, ran: bool) -> None:
    """By the schema that the standard publishes, whatever the words and the files' names are."""
    problems = [
        Problem("odd", f"x{words}", Place(f"x{words}", line, line // 2) if number % 2 == 0 else None, words, kind)
        for number, (words, line, kind) in enumerate(texts)
    ]

    _validator().validate(log(*problems, ran=ran))


@pytest.mark.skipif(not SCHEMA.is_file(), reason="the schema of SARIF 2.1.0 is not beside the repository")
def test_the_schema_refuses_what_is_wrong() -> None:
    """So that the test above means something."""
    wrong = log(*FOUND)
    wrong["runs"][0]["results"][0]["level"] = "grave"

    with pytest.raises(jsonschema.ValidationError):
        _validator().validate(wrong)


def _validator() -> jsonschema.protocols.Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    kind = validator_for(schema)
    return kind(schema, format_checker=kind.FORMAT_CHECKER)
