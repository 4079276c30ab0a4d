"""What works on several targets at once: whole commands."""

import re

import pytest
from repository import VARIABLE, Repository
from unruly import PROD, Meddled

from reconciler.core.claims import Claims
from reconciler.emulator.app import Emulator
from reconciler.ledger.file import FileLedger

TARGET = """\
[targets.{name}]
provider = "qonversion"
definitions = "{name}"
endpoint = "{endpoint}"
credential_env = "QONVERSION_SECRET_KEY"
limits = {{ requests_per_second = 1000, retry_seconds = 0 }}
"""


def configure(repository: Repository) -> Repository:
    """Give a repository two targets, each with definitions of its own, and something to create on each."""
    repository.configure(
        "".join(TARGET.format(name=name, endpoint=repository.endpoint) for name in ("segments", "others"))
    )
    repository.define("a", "A", PROD)
    repository.define("../others/b", "B")
    return repository


@pytest.fixture
def two(local: Repository) -> Repository:
    """Return a repository with two embedded targets."""
    return configure(local)


def test_saved_plans_of_several_targets_are_applied_each_to_its_own(two: Repository) -> None:
    """A file that was planned with `--all-targets` says by itself which targets it is of."""
    assert 0 == two.run("plan", "--all-targets", "--out", "plans.json").code

    ended = two.run("apply", "plans.json", "--yes", "--format", "json")

    reports = ended.document["reports"]
    assert 0 == ended.code, ended.stderr
    assert [("segments", ["a"]), ("others", ["b"])] == [
        (report["target"], [outcome["key"] for outcome in report["outcomes"]]) for report in reports
    ]
    assert 0 == two.run("plan", "--all-targets", "--detailed-exitcode").code


def test_a_file_is_checked_for_the_target_that_it_is_of(two: Repository) -> None:
    """What is wrong with another target's definitions is not asked."""
    (two.root / "others" / "bad.json").write_text("{")

    assert "duplicate-name" not in two.run("validate", "segments/a.json").stdout
    assert 3 == two.run("validate").code


def test_a_target_that_fails_as_a_whole_does_not_hide_what_was_done_on_another(
    repository: Repository, meddled: Meddled
) -> None:
    """While the first is applied to, somebody else writes the ledger of the second: exit 4, not 5."""
    configure(repository)
    path = repository.root / ".reconciler" / "ledger" / "others.json"
    theirs = FileLedger(path, shown="ledger", target="others", provider="qonversion")
    meddled.once("POST /v4/segments", lambda: theirs.write(Claims()))

    ended = repository.run("apply", "--all-targets", "--yes", "--format", "json")

    first, second = ended.document["reports"]
    assert (4, ["A"]) == (ended.code, meddled.names)
    assert ("segments", 1) == (first["target"], first["summary"]["done"])
    assert ("others", ["ledger-moved"]) == (second["target"], [found["code"] for found in second["problems"]])


def test_a_target_that_cannot_be_planned_is_named_and_nothing_is_applied(two: Repository) -> None:
    """Each problem says of which target it is, and the report is one document with every target in it."""
    two.configure(
        (two.root / "reconciler.toml").read_text() + TARGET.format(name="third", endpoint="http://127.0.0.1:1/v4")
    )
    (two.root / "third").mkdir()

    ended = two.run("apply", "--all-targets", "--yes", "--format", "json")

    reports = ended.document["reports"]
    assert (1, [False] * 3) == (ended.code, [report["complete"] for report in reports])
    assert [0, 0, 1] == [len(report["problems"]) for report in reports]
    assert "error: target `third`: " in ended.stderr
    assert not two.ledger.parent.exists()


def test_a_file_is_wrong_also_because_of_another(two: Repository) -> None:
    """Checking one file tells what is wrong with it beside the others, as a hook on changed files needs it."""
    two.define("z", "A", PROD)

    assert "duplicate-name" in two.run("validate", "segments/z.json").stdout
    assert "duplicate-name" not in two.run("validate", "segments/a.json").stdout


def test_drift_without_a_record_says_that_it_sees_nothing(two: Repository) -> None:
    """A checkout without its ledger is not taken for one without drift."""
    before = two.run("drift", "-t", "segments", "--format", "json")
    assert 0 == two.run("apply", "-t", "segments", "--yes").code
    after = two.run("drift", "-t", "segments", "--format", "json")

    assert "(nothing-recorded)" in before.stderr
    assert ["nothing-recorded"] == [problem["code"] for problem in before.document["problems"]]
    assert ("", []) == (after.stderr, after.document["problems"])


def test_a_refused_plan_says_the_same_number_throughout(two: Repository) -> None:
    """The report of a refused apply repeats no hint of a single change, and contradicts none."""
    for number in range(4):
        two.define(f"k{number}", f"K{number}")
    assert 0 == two.run("apply", "-t", "segments", "--yes").code
    for number in range(4):
        (two.root / "segments" / f"k{number}.json").unlink()

    ended = two.run("apply", "-t", "segments", "--yes")

    assert 5 == ended.code
    assert {"4"} == set(re.findall(r"--allow-deletes (\d+)", ended.stdout + ended.stderr))


def test_a_target_that_deletes_the_unmanaged_forgets_nothing(two: Repository) -> None:
    """What is forgotten would be unmanaged, and so deleted by the next apply."""
    assert 0 == two.run("apply", "-t", "segments", "--yes").code
    config = two.root / "reconciler.toml"
    two.configure(config.read_text().replace("limits =", 'unmanaged = "delete"\nlimits ='))

    ended = two.run("forget", "a", "-t", "segments")

    assert (5, True) == (ended.code, "(forgotten-is-deleted)" in ended.stderr)


def test_a_word_that_is_no_key_is_not_blotted_out(two: Repository) -> None:
    """A placeholder in the environment, such as `1`, leaves every output as it is."""
    two.env = {"QONVERSION_SECRET_KEY": "1"}
    plans = two.run("plan", "--all-targets", "--format", "json").document["plans"]

    assert [1, 1] == [plan["summary"]["create"] for plan in plans]


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ({"definitions": "segments"}, "both would make the segments in `segments`"),
        ({"definitions": "segments/eu"}, "both would make the segments in `segments/eu`"),
        ({"credential_env": "ANOTHER", "definitions": "segments"}, "both would make the segments in `segments`"),
        ({"unmanaged": "delete"}, '`b` has `unmanaged = "delete"`, and so deletes what `a` manages'),
    ],
)
@pytest.mark.parametrize("command", ["plan", "apply --yes"])
def test_two_targets_that_are_one_project_are_not_planned_side_by_side(
    remote: Repository, vendor: Emulator, command: str, second: dict[str, str], words: str
) -> None:
    """They would make twins, or delete each other's segments; nothing is asked of the vendor, and one alone is fine."""
    pair(remote, second)

    ended = remote.run(*command.split(), "--all-targets")

    assert (3, []) == (ended.code, vendor.requests)
    assert words in ended.stderr
    assert "(same-project)" in ended.stderr
    assert 0 == remote.run("plan", "--target", "a").code


@pytest.mark.parametrize(
    "second", [{}, {"credential_env": "UNSET", "definitions": "segments"}, {"endpoint": "embedded"}]
)
def test_two_targets_that_do_not_meet_are_planned_side_by_side(remote: Repository, second: dict[str, str]) -> None:
    """A project that two folders share, one key that is not there, and an emulator: none is a rival."""
    pair(remote, second)

    assert "same-project" not in remote.run("plan", "--all-targets").stderr


def pair(repository: Repository, second: dict[str, str]) -> None:
    """Give a repository two targets of one project, the second with these settings."""
    first = {
        "provider": "qonversion",
        "definitions": "segments",
        "endpoint": repository.endpoint,
        "credential_env": VARIABLE,
    }
    (repository.root / "others").mkdir()
    (repository.root / "segments" / "eu").mkdir()
    repository.env["ANOTHER"] = repository.env[VARIABLE]
    tables = {"a": first, "b": {**first, "definitions": "others", **second}}
    repository.configure(
        'default_target = "a"\n'
        + "".join(
            f"[targets.{name}]\n" + "".join(f'{key} = "{value}"\n' for key, value in table.items())
            for name, table in tables.items()
        )
    )
