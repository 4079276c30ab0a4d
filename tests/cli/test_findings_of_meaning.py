"""What `validate` finds in what definitions mean, and how its weight is set."""

import json
from pathlib import Path
from typing import Any

import pytest
from repository import Repository

CONFIG = """\
[targets.local]
provider = "push0"
definitions = "segments"
endpoint = "embedded"
"""


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Return a repository of Push0's."""
    made = Repository(tmp_path, env={})
    made.configure(CONFIG)
    return made


def define(repository: Repository, key: str, *constraints: tuple[str, str, Any], join: str = "AND") -> None:
    """Write a definition whose constraints stand on a line each, the first in line 3."""
    items = ",\n".join(json.dumps({"field": f, "relation": r, "value": v}) for f, r, v in constraints)
    group = f'{{"type": "{join}", "constraints": [\n{items}]}}' if constraints else ""
    path = repository.root / "segments" / f"{key}.json"
    path.write_text(f'{{"name": "{key}",\n"constraints": [{group}]}}')


def found(repository: Repository, *arguments: str) -> list[tuple[str, str, int | None, str]]:
    """Return severity, code, line and message of each problem."""
    ended = repository.run("validate", "--format", "json", *arguments)
    return [(one["severity"], one["code"], one["line"], one["message"]) for one in ended.document["problems"]]


def test_each_contradiction_is_told_with_its_lines(repository: Repository) -> None:
    """Two in one file are two findings; what a simpler rule says of the same is left out."""
    define(
        repository,
        "a",
        ("country", "==", "PL"),
        ("country", "==", "DE"),
        ("sessionCount", ">", 9),
        ("sessionCount", "<", 9),
    )

    assert found(repository) == [
        (
            "warning",
            "matches-nobody",
            4,
            "matches nobody: `country ==` in line 3 and `country ==` in line 4 cannot hold at once",
        ),
        (
            "warning",
            "matches-nobody",
            6,
            "matches nobody: `sessionCount >` in line 5 and `sessionCount <` in line 6 cannot hold at once",
        ),
    ]


def test_one_condition_alone_can_match_nobody(repository: Repository) -> None:
    """Then nothing is said of others."""
    repository.configure(CONFIG.replace("push0", "kibamail") + 'text_order = "codepoint"\n')
    body = {"name": "A", "conditions": {"field": "city", "operator": "lt", "value": ""}}
    (repository.root / "segments" / "a.json").write_text(json.dumps(body))

    messages = [message for _, code, _, message in found(repository) if code == "matches-nobody"]

    assert messages == ["matches nobody: `city lt` in line 1 cannot hold"]


def test_what_leaves_nobody_out(repository: Repository) -> None:
    """A body without conditions is a note, which the strictest validation leaves alone; conditions in vain are not."""
    repository.configure(CONFIG.replace("push0", "qonversion"))
    repository.define("a", "A")
    assert found(repository, "--strict") == [
        ("note", "matches-everybody", None, "matches everybody: it has no conditions")
    ]

    repository.configure(CONFIG + 'missing_field = "differs"\n')
    define(repository, "a", ("country", "!=", "PL"), ("country", "!=", "DE"), join="OR")
    assert [each[:2] for each in found(repository, "--strict")] == [("error", "matches-everybody")]


def test_a_condition_that_adds_nothing(repository: Repository) -> None:
    """It is told with those that imply it; one that is written twice is told by the vendor's rules alone."""
    define(repository, "a", ("sessionCount", ">", 5), ("sessionCount", ">", 9), ("country", "==", "PL"))
    define(repository, "b", ("sessionCount", ">", 5), ("sessionCount", ">", 5))

    told = [(code, message) for _, code, _, message in found(repository)]

    assert ("redundant-condition", "`sessionCount >` in line 3 is implied by `sessionCount >` in line 4") in told
    assert [code for code, _ in told] == ["redundant-condition", "audience-inside", "repeated-constraint"] or told


def test_a_condition_of_no_effect_by_itself(repository: Repository) -> None:
    """It leaves nobody out, whatever the others say."""
    repository.configure(CONFIG.replace("push0", "kibamail"))
    nin = {"field": "city", "operator": "nin", "value": []}
    eq = {"field": "country", "operator": "eq", "value": "PL"}
    body = {"name": "A", "conditions": {"$and": [eq, {"$or": [nin, eq]}]}}
    (repository.root / "segments" / "a.json").write_text(json.dumps(body))

    messages = [message for _, code, _, message in found(repository) if code == "redundant-condition"]

    assert messages == ["the condition in line 1 leaves nobody out"]


def test_definitions_beside_one_another(repository: Repository) -> None:
    """The same audience said in two ways, and one inside another, of which the smallest around it is named."""
    define(repository, "many", ("sessionCount", ">", 10))
    define(repository, "same", ("sessionCount", ">=", 11))
    define(repository, "more", ("sessionCount", ">", 5))
    define(repository, "poles", ("sessionCount", ">", 20), ("country", "==", "PL"))

    every = found(repository)
    one = found(repository, "segments/poles.json")
    other = found(repository, "segments/same.json")

    inside = "its whole audience is in `segments/{}.json` too"
    assert every == [
        ("note", "audience-inside", None, inside.format("more")),
        ("note", "audience-inside", None, inside.format("many")),
        ("warning", "same-audience", None, "has the same audience as `segments/many.json`"),
    ]
    assert one == [every[1]]
    assert other == [every[2]]


def test_a_third_definition_hides_nothing_of_two(repository: Repository) -> None:
    """Whatever it asks for of a field, and so whatever values the others are tried with."""
    repository.configure(CONFIG.replace("push0", "qonversion"))
    both = [("environment", "eq", "prod"), ("renewable", "eq", "1")]
    bodies = {
        "a": both,
        "b": [*both, ("custom_uid", "contains", "x")],
        "c": [("custom_uid", "gte", "9000"), ("custom_uid", "lt", "9500")],
    }
    for key, conditions in bodies.items():
        items = [dict(zip(("metric", "comparator", "value"), each, strict=True)) for each in conditions]
        repository.define(key, key, *items)

    assert found(repository) == [("note", "audience-inside", None, "its whole audience is in `segments/a.json` too")]


def test_too_many_definitions_are_not_compared(repository: Repository) -> None:
    """That is said, and each is looked at by itself all the same."""
    for number in range(1001):
        define(repository, f"s{number}", ("sessionCount", "==", number))

    ((severity, code, _, message),) = found(repository)

    assert ("note", "not-compared") == (severity, code)
    assert "1001 definitions are too many" in message


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("", [("note", "audience-inside"), ("warning", "redundant-condition")]),
        ('audience-inside = "off"', [("warning", "redundant-condition")]),
        ('redundant-condition = "error"', [("note", "audience-inside"), ("error", "redundant-condition")]),
        ('[findings.files."segments/b*"]\naudience-inside = "off"', [("warning", "redundant-condition")]),
        (
            '[findings.files."other/*"]\naudience-inside = "off"',
            [("note", "audience-inside"), ("warning", "redundant-condition")],
        ),
        (
            'audience-inside = "off"\n[findings.files."*/b.json"]\naudience-inside = "warning"',
            [("warning", "audience-inside"), ("warning", "redundant-condition")],
        ),
    ],
)
def test_the_weight_of_a_finding_is_set(repository: Repository, rules: str, expected: list[tuple[str, str]]) -> None:
    """By its code, and by file, which counts for more; the exit code follows."""
    repository.configure(f"{CONFIG}[findings]\n{rules}\n")
    define(repository, "a", ("sessionCount", ">", 5))
    define(repository, "b", ("sessionCount", ">", 6), ("sessionCount", ">", 7))

    ended = repository.run("validate", "--format", "json")

    assert sorted(expected) == sorted((one["severity"], one["code"]) for one in ended.document["problems"])
    assert ended.code == (3 if "error" in rules else 0)


def test_an_error_stays_one(repository: Repository) -> None:
    """No rule makes less of what the vendor would refuse."""
    repository.configure(f'{CONFIG}[findings]\nwrong-type = "off"\n')
    define(repository, "a", ("country", "==", 5))

    assert [each[:2] for each in found(repository)] == [("error", "wrong-type")]


def test_a_rule_for_a_code_that_there_is_not(repository: Repository) -> None:
    """It names the nearest."""
    repository.configure(f'{CONFIG}[findings]\nmatches-nobodi = "off"\n')
    define(repository, "a", ("country", "==", "PL"))

    ended = repository.run("validate")

    assert ended.code == 3
    assert "reconciler.toml:6:1: there is no code `matches-nobodi` (unknown-code)" in ended.stderr
    assert "matches-nobody" in ended.stderr


def test_each_code_that_there_is_not(repository: Repository) -> None:
    """Also those of files, and together with whatever else is wrong."""
    rules = '[findings]\nmatches-nobodi = "off"\n[findings.files."*"]\nsame-audienc = "off"\n'
    repository.configure(f'default_target = "lokal"\n{CONFIG}{rules}')

    ended = repository.run("validate", "--format", "json")

    assert [(one["code"], one["line"]) for one in ended.document["problems"]] == [
        ("unknown-target", 1),
        ("unknown-code", 7),
        ("unknown-code", 9),
    ]


def test_a_number_compared_as_text(repository: Repository) -> None:
    """What is no number is compared by order."""
    repository.configure(CONFIG.replace("push0", "qonversion"))
    repository.define("a", "A", {"metric": "renewable", "comparator": "gt", "value": "ten"})

    ended = repository.run("validate", "--strict")

    assert "(compared-as-text)" in ended.stdout
    assert ended.code == 3
