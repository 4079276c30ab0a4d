"""What a plan says of audiences in each of its formats, in the comment on a pull request, and after it was saved."""

import json
from dataclasses import replace
from typing import Any

import pytest
from repository import Repository

from reconciler.core.document import plan_document
from reconciler.core.plan import Action, Change, Plan, Reason
from reconciler.core.privacy import disclosed_plan
from reconciler.core.verdict import Judgement, Verdict
from reconciler.providers.registry import VENDORS
from reconciler.render import conversation
from reconciler.render.conversation import Source
from reconciler.usecases.judge import judged

SIX = {"metric": "client_uid", "comparator": "gte", "value": "6"}
SEVEN = {"metric": "client_uid", "comparator": "gt", "value": "7"}
NARROWED = Judgement(Verdict.NARROWER, leaves={"sessionCount": 10})


def narrowed(local: Repository) -> None:
    """Apply a definition, and narrow it."""
    local.define("six", "Six", SIX)
    assert local.run("apply", "--yes").code == 0
    local.define("six", "Six", SEVEN)


def test_every_format_has_the_verdict(local: Repository) -> None:
    """In words for people, as members for programs; and personal values by their fingerprints there."""
    narrowed(local)

    text = local.run("plan").stdout
    comment = local.run("plan", "--format", "markdown").stdout
    page = local.run("plan", "--format", "html").stdout
    (change,) = [each for each in local.run("plan", "--format", "json").document["changes"] if each["key"]]

    assert 'audience: narrower\n        somebody with client_uid "6" leaves\n        nobody enters\n' in text
    assert 'audience: **narrower** · somebody with `client_uid "6"` leaves · nobody enters' in comment
    assert "audience: <strong>narrower</strong>" in page
    assert ("narrower", None, "") == tuple(change["audience"][name] for name in ("verdict", "enters", "why"))
    assert change["audience"]["leaves"]["client_uid"].startswith("sha256:")
    assert 'client_uid "6"' not in page


def test_a_change_of_the_name_alone_is_the_same_audience(local: Repository) -> None:
    """Nobody has to look."""
    local.define("six", "Six", SIX)
    assert local.run("apply", "--yes").code == 0
    local.define("six", "Half a dozen", SIX)

    assert "audience: same audience\n" in local.run("plan").stdout


def test_the_comment_on_a_pull_request_has_the_verdict() -> None:
    """Beside the difference that it is about."""
    change = Change("n", Action.UPDATE, Reason.DEFINITION_CHANGED, key="k", id="i", before={}, after={})
    said = conversation.plan([Plan("t", "push0", (replace(change, judgement=NARROWED),))], (), Source())

    assert "audience: **narrower** · somebody with `sessionCount 10` leaves · nobody enters" in said


def test_personal_values_of_examples_are_in_no_document() -> None:
    """Where the bodies have none, an example could still name one."""
    body: dict[str, Any] = {"name": "a", "conditions": []}
    personal: dict[str, Any] = {
        **body,
        "conditions": [{"metric": "custom_uid", "comparator": "eq", "value": "me@example.com"}],
    }
    change = Change("a", Action.UPDATE, Reason.DRIFTED, key="a", id="a", before=body, after=personal)

    made = judged(Plan("t", "qonversion", (change,)), VENDORS["qonversion"], {})

    assert made.changes[0].judgement is not None
    assert "me@example.com" not in json.dumps(plan_document(made))
    assert "me@example.com" not in json.dumps(plan_document(disclosed_plan(made)))


@pytest.mark.parametrize("verdict", ["same_audience", "wider", "unknown"])
def test_a_saved_verdict_that_was_edited_is_refused(local: Repository, verdict: str) -> None:
    """What a reviewer read is what the next run comes to; a run that came to nothing refutes nothing."""
    narrowed(local)
    assert local.run("plan", "--out", "plan.json").code == 0
    path = local.root / "plan.json"
    path.write_text(path.read_text().replace('"verdict": "narrower"', f'"verdict": "{verdict}"'))

    ended = local.run("apply", "plan.json", "--yes")

    assert ended.code == (0 if verdict == "unknown" else 5)
    assert ("(plan-edited)" in ended.stderr) is (verdict != "unknown")


def test_the_weight_of_a_warning_counts_in_a_plan_too(local: Repository) -> None:
    """One that is off is not told, and one that is an error stops the plan."""
    local.define("odd", "Odd", {"metric": "odd", "comparator": "eq", "value": "1"})
    config = (local.root / "reconciler.toml").read_text()

    told = local.run("plan")
    local.configure(f'{config}[findings]\nunknown-metric = "off"\n')
    silent = local.run("plan")
    local.configure(f'{config}[findings]\nunknown-metric = "error"\n')
    stopped = local.run("plan")

    assert (0, 0, 3) == (told.code, silent.code, stopped.code)
    assert "(unknown-metric)" in told.stderr
    assert "(unknown-metric)" not in silent.stderr
    assert "(unknown-metric)" in stopped.stderr
