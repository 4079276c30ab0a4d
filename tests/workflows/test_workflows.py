"""What the workflows and the action may do, read from their texts: the shipped ones, and this repository's own."""

import re
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from workflows import steps
from workflows.own import ROOT, rendered
from workflows.runner import SECRET, TEXTS

from reconciler.providers.registry import VENDORS
from reconciler.usecases.init import WORKFLOWS, workflow

OWN = {path.name: path for path in chain(*(ROOT.glob(f".github/{folder}/*.yml") for folder in ("workflows", "*/*")))}
EVERY = {f"shipped {name}": text for name, text in TEXTS.items()} | {name: OWN[name].read_text() for name in OWN}
FLOWS = {name: text for name, text in EVERY.items() if not name.endswith("action.yml")}
PINNED = re.compile(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
LOCAL = re.compile(rf"uses: {re.escape(steps.LOCAL_ACTION)}( #.*)?$")

PERMISSIONS = {
    "plan.yml": {"contents": "read", "pull-requests": "write", "actions": "read"},
    "apply.yml": {"contents": "write", "pull-requests": "write", "actions": "read"},
    "drift.yml": {"contents": "read", "issues": "write", "actions": "read"},
    "ci.yml": {"contents": "read"},
}
OWN_PERMISSIONS = {**PERMISSIONS, "apply.yml": {**PERMISSIONS["apply.yml"], "contents": "read"}}


def every(text: str, uses: str) -> list[dict[str, Any]]:
    """Return the steps that use an action whose name begins so."""
    return [each for each in steps.steps(steps.parsed(text)) if each.get("uses", "").startswith(uses)]


def test_both_sets_are_looked_at() -> None:
    """A workflow that is added is held to the same, here or above."""
    assert {"plan.yml", "apply.yml", "drift.yml", "action.yml"} == set(TEXTS) == set(WORKFLOWS)
    assert {*TEXTS, "ci.yml"} == set(OWN)


@pytest.mark.parametrize("path", rendered(), ids=lambda path: path.name)
def test_this_repository_has_what_is_shipped(path: Path) -> None:
    """But for the listed differences; to write them anew: `cd tests; python -m workflows.own`."""
    assert rendered()[path] == path.read_text()


@pytest.mark.parametrize("provider", VENDORS)
def test_nothing_in_a_written_text_is_left_to_fill_in(provider: str) -> None:
    """Every workflow maps the vendor's secret, by its own name, to the variable that the target names."""
    name = VENDORS[provider].credential_env
    for each in ("plan.yml", "apply.yml", "drift.yml"):
        [step] = every(workflow(each, name), steps.LOCAL_ACTION)
        assert {name: f"${{{{ secrets.{name} }}}}"} == step["env"]
    assert not [each for each in TEXTS if re.search("VENDOR_SECRET_KEY|RECONCILER_PACKAGE", workflow(each, name))]


@pytest.mark.parametrize("name", EVERY)
def test_no_text_is_written_into_a_script(name: str) -> None:
    """Scripts hold no expression: what comes from outside reaches them through their environment; and all are bash."""
    document = steps.parsed(EVERY[name])
    scripts = [each for each in steps.steps(document) if "run" in each]
    default = document.get("defaults", {}).get("run", {}).get("shell")

    assert [] == [each["name"] for each in scripts if "${{" in each["run"]]
    assert [] == [each["name"] for each in scripts if each.get("shell", default) != "bash"]


@pytest.mark.parametrize("name", EVERY)
def test_every_action_is_pinned(name: str) -> None:
    """By the whole commit, with its version beside; the one in the repository is that of the checkout."""
    used = [line.strip().removeprefix("- ") for line in EVERY[name].splitlines() if "uses:" in line]

    assert [] == [line for line in used if not PINNED.match(line) and not LOCAL.match(line)]


def test_there_is_one_pin_for_each_action() -> None:
    """Both sets use the same commits, so that an update in one is seen in the other."""
    pins = {found for text in EVERY.values() for found in re.findall(r"uses: (\S+@.*)", text)}

    assert sorted({pin.split("@")[0] for pin in pins}) == sorted(pin.split("@")[0] for pin in pins)


@pytest.mark.parametrize("name", FLOWS)
def test_a_job_may_do_what_it_needs(name: str) -> None:
    """The workflow as a whole may do nothing; each job has its permissions, each with a reason beside it."""
    document = steps.parsed(FLOWS[name])
    expected = (PERMISSIONS if name.startswith("shipped") else OWN_PERMISSIONS)[name.removeprefix("shipped ")]
    [job] = document["jobs"].values()

    assert ({}, expected) == (document["permissions"], job["permissions"])
    for permission, level in expected.items():
        assert re.search(rf"^      {permission}: {level} # \w", FLOWS[name], re.MULTILINE)


@pytest.mark.parametrize("name", FLOWS)
def test_a_checkout_leaves_no_credential(name: str) -> None:
    """What a later step runs finds no token on the disk."""
    checkouts = every(FLOWS[name], "actions/checkout@")

    assert ["false"] == [each["with"]["persist-credentials"] for each in checkouts]


@pytest.mark.parametrize("name", FLOWS)
def test_everything_has_a_name_and_an_end(name: str) -> None:
    """A person who reads the log knows where they are, and a job that hangs is stopped."""
    document = steps.parsed(FLOWS[name])
    [job] = document["jobs"].values()

    assert all(document["name"] and job["name"] and each["name"] for each in steps.steps(document))
    assert 0 < int(job["timeout-minutes"]) <= 60


@pytest.mark.parametrize("name", FLOWS)
def test_only_what_changes_nothing_is_cut_off(name: str) -> None:
    """A newer run takes the place of one that plans or checks; an apply, or what writes an issue, runs to its end."""
    document = steps.parsed(FLOWS[name])
    cut_off = name.endswith(("plan.yml", "ci.yml"))

    assert str(cut_off).lower() == document["concurrency"]["cancel-in-progress"]
    assert "${{ github.workflow }}" in document["concurrency"]["group"]


def test_what_starts_the_shipped_workflows() -> None:
    """No trigger hands secrets to the code of a stranger: there is no `pull_request_target` and no `workflow_run`."""
    triggers = {name: steps.parsed(text)["on"] for name, text in FLOWS.items()}

    assert {
        "shipped plan.yml": ["pull_request"],
        "shipped apply.yml": ["push", "workflow_dispatch"],
        "shipped drift.yml": ["schedule", "workflow_dispatch"],
        "plan.yml": ["pull_request"],
        "apply.yml": ["workflow_dispatch"],
        "drift.yml": ["workflow_dispatch"],
        "ci.yml": ["push", "pull_request"],
    } == {name: list(found) for name, found in triggers.items()}
    assert {"branches": ["main"]} == triggers["shipped apply.yml"]["push"]


def test_only_the_apply_is_in_the_environment() -> None:
    """The rules of `production` hold for the job that writes, and only there: a plan waits for nobody."""
    jobs = {name: steps.parsed(text)["jobs"] for name, text in TEXTS.items() if name != "action.yml"}

    assert {"plan.yml": None, "apply.yml": "production", "drift.yml": None} == {
        name: job.get("environment") for name, found in jobs.items() for job in found.values()
    }


def test_a_plan_sees_what_its_pull_request_changes() -> None:
    """The merge commit comes with its parents, of which the first is the base."""
    [checkout] = every(TEXTS["plan.yml"], "actions/checkout@")

    assert "2" == checkout["with"]["fetch-depth"]


@pytest.mark.parametrize("name", ["plan.yml", "apply.yml", "drift.yml"])
def test_a_secret_reaches_one_step(name: str) -> None:
    """The vendor's key is in the environment of the step that uses the action, and nowhere else."""
    document = steps.parsed(TEXTS[name])

    assert 1 == TEXTS[name].count("secrets.")
    assert [[SECRET]] == [list(each["env"]) for each in steps.steps(document) if "secrets." in str(each)]
