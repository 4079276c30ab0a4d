"""The vendors side by side in one repository: the one at the root of this project, whose targets are all embedded."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from repository import Repository

from reconciler.emulator import make_app
from reconciler.emulator.app import Emulator
from reconciler.emulator.tables import Kind
from reconciler.providers.registry import VENDORS

ROOT = Path(__file__).parents[2]
TARGETS = ["local", "local-push0", "local-kibamail", "local-unleash"]
FIELD = {"field": "lifetime_value", "operator": "gte", "value": 100}


@pytest.fixture
def vendors(tmp_path: Path) -> Repository:
    """Return a copy of this project's own configuration and examples."""
    repository = Repository(tmp_path, env={})
    shutil.copytree(ROOT / "segments", tmp_path / "segments", dirs_exist_ok=True)
    shutil.copy(ROOT / "reconciler.toml", tmp_path)
    return repository


def stored(repository: Repository, target: str, provider: str) -> Emulator:
    """Return the emulated project behind an embedded target."""
    return make_app(provider, repository.root / ".reconciler" / "embedded" / f"{target}.sqlite")


def test_the_examples_are_valid_and_without_a_doubt(vendors: Repository) -> None:
    """Every example of every vendor loads; the one warning is that `plan` checks what only the live project knows."""
    ended = vendors.run("validate", "--all-targets", "--format", "json")

    warned = {each["code"] for each in ended.document["problems"] if each["severity"] == "warning"}
    assert (0, {"unchecked-names"}) == (ended.code, warned)


def test_all_targets_are_one_report(vendors: Repository) -> None:
    """A plan of all has one digest a target; applied, every target has nothing left to do."""
    first = vendors.run("plan", "--all-targets", "--format", "json")
    applied = vendors.run("apply", "--all-targets", "--yes", "--format", "json")
    again = vendors.run("plan", "--all-targets", "--format", "json", "--detailed-exitcode")

    assert ("reconciler-plans", TARGETS) == (
        first.document["format"],
        [plan["target"] for plan in first.document["plans"]],
    )
    assert len(TARGETS) == len({plan["digest"] for plan in first.document["plans"]})
    assert (0, 0, 0) == (first.code, applied.code, again.code)
    assert [] == [
        change
        for plan in again.document["plans"]
        for change in plan["changes"]
        if change["action"] not in {"keep", "skip"}
    ]
    assert "" == again.stderr


@pytest.mark.parametrize("target", TARGETS)
def test_one_target_s_failure_does_not_hide_the_others(vendors: Repository, target: str) -> None:
    """The store of one is damaged: it is said of that one, and the others are planned."""
    folder = vendors.root / ".reconciler" / "embedded"
    folder.mkdir(parents=True)
    (folder / f"{target}.sqlite").write_text("this is no database")

    ended = vendors.run("plan", "--all-targets", "--format", "json")

    plans = {plan["target"]: plan for plan in ended.document["plans"]}
    assert (1, TARGETS) == (ended.code, list(plans))
    assert [target] == [name for name, plan in plans.items() if not plan["complete"]]
    assert all(plan["summary"]["create"] > 0 for name, plan in plans.items() if name != target)


@pytest.mark.parametrize("provider", VENDORS)
def test_a_repository_can_be_started_for_every_vendor(tmp_path: Path, provider: str) -> None:
    """What `init` writes is valid, can be applied, and plans empty after that."""
    (tmp_path / "segments").mkdir()
    repository = Repository(tmp_path, env={})
    (tmp_path / "reconciler.toml").unlink()

    codes = [
        repository.run(*command).code
        for command in (
            ["init", "--provider", provider],
            ["validate", "--strict"],
            ["fmt", "--check"],
            ["apply", "--yes"],
            ["plan", "--detailed-exitcode"],
        )
    ]

    assert [0, 0, 0, 0, 0] == codes
    assert VENDORS[provider].credential_env in (tmp_path / "reconciler.toml").read_text()
    commented = (tmp_path / "reconciler.toml").read_text().replace("\n# ", "\n")
    (tmp_path / "reconciler.toml").write_text(commented)
    assert 1 == repository.run("plan", "--target", "production").code


def define(repository: Repository, *fields: Mapping[str, Any]) -> None:
    """Have one Kibamail definition, with these conditions on the lines 3 and on."""
    shutil.rmtree(repository.root / "segments" / "kibamail")
    path = repository.root / "segments" / "kibamail" / "rich.json"
    path.parent.mkdir()
    rows = ",\n".join(json.dumps(field) for field in fields)
    path.write_text(f'{{"name": "Rich",\n"conditions": {{"$and": [\n{rows}\n]}}}}\n')


NUMBER_AS_TEXT = {"field": "lifetime_value", "operator": "eq", "value": "100"}
MISSPELT = {"field": "lifetme_value", "operator": "gte", "value": 100}
NO_TOPIC = {"subscribedToTopic": ["topic-newsleter"]}


def test_names_and_types_are_held_against_the_live_project(vendors: Repository) -> None:
    """A plan reports everything that the project does not have, or has otherwise, with line and column."""
    define(vendors, FIELD, NUMBER_AS_TEXT, MISSPELT, NO_TOPIC)

    ended = vendors.run("plan", "--target", "local-kibamail")

    places = [line.split(": ")[0] for line in ended.stderr.splitlines() if line.startswith("segments/")]
    codes = [line.rsplit("(", 1)[1].rstrip(")") for line in ended.stderr.splitlines() if line.startswith("segments/")]
    assert (3, "") == (ended.code, ended.stdout)
    assert [
        ("segments/kibamail/rich.json:4:56", "property-type"),
        ("segments/kibamail/rich.json:5:11", "unknown-property"),
        ("segments/kibamail/rich.json:6:24", "unknown-topic"),
    ] == list(zip(places, codes, strict=True))


def test_a_property_that_is_gone_is_a_warning_where_nothing_would_be_sent(vendors: Repository) -> None:
    """The segment is broken at the vendor, which is said; the other changes are not stopped for it."""
    define(vendors, FIELD)
    assert 0 == vendors.run("apply", "--yes", "--target", "local-kibamail").code
    with stored(vendors, "local-kibamail", "kibamail") as app:
        app.remove_object(Kind.PROPERTY, "property-lifetime-value")

    ended = vendors.run("plan", "--target", "local-kibamail", "-v")

    assert 0 == ended.code
    assert "warning" in ended.stderr
    assert "unknown-property" in ended.stderr


@pytest.mark.parametrize("command", [["validate"], ["plan", "--live", "live.json"]], ids=["validate", "snapshot"])
def test_offline_the_doubt_is_said(vendors: Repository, command: list[str]) -> None:
    """Without the project, names that are not built in cannot be checked, and a warning says which."""
    define(vendors, FIELD, NO_TOPIC)
    assert 0 == vendors.run("snapshot", "--target", "local-kibamail", "--out", "live.json").code

    ended = vendors.run(*command, "--target", "local-kibamail", "--format", "json", "-v")

    said = json.dumps(ended.document) + ended.stderr
    assert 0 == ended.code
    assert "unchecked-names" in said
    assert "lifetime_value" in said


def test_push0_deletes_once_the_target_says_how(vendors: Repository) -> None:
    """Without `delete` a removed definition is blocked as what cannot be expressed; with it the segment goes."""
    assert 0 == vendors.run("apply", "--yes", "--target", "local-push0").code
    next((vendors.root / "segments" / "push0").rglob("*.json")).unlink()

    blocked = vendors.run("apply", "--yes", "--target", "local-push0", "--format", "json")
    config = vendors.root / "reconciler.toml"
    config.write_text(config.read_text().replace('provider = "push0"\n', 'provider = "push0"\ndelete = "query"\n'))
    done = vendors.run("apply", "--yes", "--target", "local-push0", "--format", "json")

    assert (5, ["cannot_express"]) == (blocked.code, [each["blocked_by"] for each in blocked.document["blocked"]])
    assert (0, ["done"]) == (done.code, [each["result"] for each in done.document["outcomes"]])


def test_what_the_rules_refuse_is_not_imported(vendors: Repository) -> None:
    """A live segment that its vendor cannot evaluate would be a definition with an error, which stops every plan."""
    with stored(vendors, "local-kibamail", "kibamail") as app:
        app.put_segment({"name": "Odd", "conditions": {"field": "country", "operator": "eq", "value": ["US"]}})
        app.put_segment({"name": "Even", "conditions": {"field": "country", "operator": "eq", "value": "US"}})
    shutil.rmtree(vendors.root / "segments" / "kibamail")

    ended = vendors.run("import", "--all", "--target", "local-kibamail", "--format", "json")

    assert (0, ["Even"]) == (ended.code, [each["name"] for each in ended.document["written"]])
    assert "live segment `Odd`: warning: is not imported: " in ended.stderr
    assert 0 == vendors.run("plan", "--target", "local-kibamail", "--detailed-exitcode").code


def test_what_nobody_could_look_up_is_said_once_and_never_an_error(vendors: Repository) -> None:
    """The examples pass the strictest validation; one warning a target speaks of all that only the project knows."""
    define(vendors, FIELD)
    (vendors.root / "segments" / "kibamail" / "too.json").write_text(
        json.dumps({"name": "Too", "conditions": {"$or": [FIELD, NO_TOPIC]}})
    )

    ended = vendors.run("validate", "--all-targets", "--strict", "--format", "json")

    warned = [one for one in ended.document["problems"] if one["severity"] != "note"]
    found = {(one["severity"], one["code"]): 1 for one in warned}
    others = ["nor about `segments/kibamail/too.json`", "nor about 4 other definitions"]
    assert (0, [("warning", "unchecked-names")]) == (ended.code, [*found])
    assert others == [one["message"].partition("and was not asked; ")[2] for one in warned]


def test_a_plan_reviewed_as_blocked_does_not_become_a_deletion(vendors: Repository) -> None:
    """A setting that lifts the block after the review makes another plan of it."""
    assert 0 == vendors.run("apply", "--yes", "--target", "local-push0").code
    next((vendors.root / "segments" / "push0").rglob("*.json")).unlink()
    assert 0 == vendors.run("plan", "--target", "local-push0", "--out", "plan.json").code
    config = vendors.root / "reconciler.toml"
    config.write_text(config.read_text().replace('provider = "push0"\n', 'provider = "push0"\ndelete = "query"\n'))

    ended = vendors.run("apply", "plan.json", "--yes")

    assert 5 == ended.code
    assert "the reviewed plan does not: cannot_express, and now it would delete (plan-stale)" in ended.stderr


def test_a_condition_as_deep_as_may_be_is_applied_and_read_again(vendors: Repository) -> None:
    """Whatever a definition may nest, the ledger, a saved plan and a snapshot can hold."""
    deep: dict[str, Any] = {"field": "country", "operator": "exists", "value": True}
    for _ in range(88):
        deep = {"$not": deep}
    define(vendors, deep)

    refused = vendors.run("validate", "--target", "local-kibamail")
    define(vendors, deep["$not"]["$not"])
    codes = [
        vendors.run(*command, "--target", "local-kibamail").code
        for command in (
            ["validate"],
            ["plan", "--out", "plan.json"],
            ["apply", "plan.json", "--yes"],
            ["plan", "--detailed-exitcode"],
            ["snapshot", "--out", "live.json"],
            ["plan", "--live", "live.json", "--detailed-exitcode"],
        )
    ]

    assert (3, True) == (refused.code, "nested deeper than 90 levels" in refused.stderr + refused.stdout)
    assert [0, 0, 0, 0, 0, 0] == codes


def test_a_target_that_cannot_be_planned_is_named_beside_those_that_can(vendors: Repository) -> None:
    """A reader of the result alone sees that one is missing from it, in every format."""
    (vendors.root / "segments" / "kibamail" / "bad.json").write_text("{")

    text = vendors.run("plan", "--all-targets")
    markdown = vendors.run("plan", "--all-targets", "--format", "markdown")

    assert (3, "local-kibamail: not planned") == (text.code, text.stdout.splitlines()[-1])
    assert (3, "**Not planned:** `local-kibamail`") == (markdown.code, markdown.stdout.splitlines()[0])
