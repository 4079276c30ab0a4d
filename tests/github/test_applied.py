"""What `github apply` says afterwards, and where: the comment on the pull request, the outputs, and the ledger."""

import json
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from clones import environment, hook, log
from repository import COMMAND, KEY, VARIABLE
from town import CONFIG, Town, definition, town
from watching import Between, watched

from reconciler.core.plan import Action, Change, Reason
from reconciler.core.report import Outcome, Report, Result
from reconciler.emulator import make_app
from reconciler.emulator.faults import Fault, FaultKind
from reconciler.emulator.server import serve
from reconciler.github.api import HEADERS, GitHub
from reconciler.settings.config import load
from reconciler.settings.github import Job
from reconciler.usecases.github import Voice
from reconciler.usecases.merge import settle
from reconciler.usecases.several import Ended
from reconciler.web.transport import Transport

A, B = "segments/a.json", "segments/b.json"
PRODUCTION = "refs/reconciler/ledger/production"
COMPLETE = "production: everything reviewed is applied up to "
PATIENCE = 60
MAIN, PLACE = "refs/heads/main", Path()
BOTH: dict[str, str | None] = {A: definition("A1"), B: definition("B1")}


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Town]:
    """Yield a repository of three segments that are live as they were applied."""
    with watched(tmp_path) as found:
        yield found
        assert found.hub.complaints == []


def merged(made: Town, files: dict[str, str | None]) -> int:
    """Propose, plan and merge a change."""
    number = made.propose("feature", files)
    assert made.plan("feature").code == 0
    made.hub.merge_pull(number)
    return number


def completed(made: Town) -> list[str]:
    """Return up to which commits the ledger says that all is applied, newest first."""
    return [line.removeprefix(COMPLETE) for line in log(made.hub.bare.folder, ref=PRODUCTION) if COMPLETE in line]


def test_an_incomplete_apply_is_told_and_a_later_one_in_its_place(made: Town) -> None:
    """One comment on the pull request, of the newest attempt; the ledger says once, at the end, that all is done."""
    number = merged(made, BOTH)
    before = completed(made)
    made.vendor.faults = [Fault(FaultKind.STATUS, at=1, match="PUT *")]
    run = made.hub.start_run(workflow="apply.yml", event="push", branch="main")

    half = made.apply(run=run)
    (first,) = made.comments(number, "apply")
    left = completed(made)
    made.vendor.faults = []
    whole = made.apply(run=made.hub.rerun(run))
    (second,) = made.comments(number, "apply")

    assert (half.code, half.outputs) == (4, {"applied": "1", "unreviewed": "0"})
    assert ("1 failed" in first, "1 updated" in first) == (True, True)
    assert (whole.code, whole.outputs) == (0, {"applied": "1", "unreviewed": "0"})
    assert ("failed" in second, "1 updated" in second) == (False, True)
    assert (left, completed(made)) == (before, [run.sha, *before])
    assert len(made.comments(number)) == 1

    nothing = made.apply(run=made.hub.rerun(run))
    assert (nothing.code, nothing.outputs, completed(made)) == (
        0,
        {"applied": "0", "unreviewed": "0"},
        [run.sha, *before],
    )


def test_what_a_run_that_died_had_done_ends_its_approval(made: Town) -> None:
    """The vendor did all and said that it had not; the next run finds it done, and with that all is applied."""
    number = merged(made, BOTH)
    made.vendor.faults = [Fault(FaultKind.FAILED_AFTER_COMMIT, match="PUT *")]
    run = made.hub.start_run(workflow="apply.yml", event="push", branch="main")
    assert made.apply(run=run).code == 4
    made.vendor.faults = []
    assert made.apply(run=made.hub.rerun(run)).code == 0

    for old, new in (("A1", "A"), ("B1", "B")):
        made.vendor.edit_segment(made.named(old), name=new)
    made.commit("main", {"README.md": "more"})

    assert made.apply().code == 5
    assert sorted(made.live().values()) == ["A", "B", "C"]
    assert len(made.comments(number, "apply")) == 1


def test_what_was_refused_is_told(made: Town) -> None:
    """Somebody changed a segment after the review: the other is done, and this one stands above it, with why."""
    number = merged(made, BOTH)
    made.vendor.edit_segment(made.named("A"), name="Vandal")

    told = made.apply()

    (comment,) = made.comments(number, "apply")
    assert (told.code, told.outputs, completed(made)[1:]) == (5, {"applied": "1", "unreviewed": "1"}, [])
    assert comment.index("`a`") < comment.index("`b`")
    assert "Vandal" in comment
    assert "reviewed-otherwise" in told.said


def test_no_personal_value_is_told(tmp_path: Path) -> None:
    """Neither by the plan nor by the apply, in any comment, summary or log; the digests still match."""
    people = ["ada@example.com", "eve@example.com", "bob@example.com"]
    bodies = [
        json.dumps({"name": "A", "conditions": [{"metric": "custom_uid", "comparator": "eq", "value": each}]})
        for each in people
    ]
    with watched(tmp_path, files={A: bodies[0], B: definition("B")}) as made:
        number = made.propose("feature", {A: bodies[1], "segments/d.json": bodies[2].replace('"A"', '"D"')})
        planned = made.plan("feature")
        made.hub.merge_pull(number)
        applied = made.apply()

        assert (planned.code, applied.code, applied.outputs["applied"]) == (0, 0, "2")
        texts = [*made.comments(number), *made.comments(number, "apply"), planned.summary, applied.summary]
        assert [each for each in texts if "example.com" in each] == []
        assert len(texts) == 4
        assert "sha256:" in texts[0]


def test_a_ledger_that_does_not_take_the_last_word_is_no_failure(made: Town) -> None:
    """All is applied; that it is cannot be written down, which is a warning, and the next run comes to the same."""
    merged(made, BOTH)
    check = "while read old new ref; do ! git log -1 --format=%s $new | grep -q 'everything reviewed' || exit 1; done"
    refusal = hook(made.hub.bare.folder, "pre-receive", check)
    before = completed(made)

    told = made.apply()

    assert (told.code, told.outputs["applied"], completed(made)) == (0, "2", before)
    assert "::warning" in told.said
    refusal.unlink()
    assert made.apply(event="push").code == 0


def test_a_summary_that_cannot_be_written_is_a_failure_of_the_job(made: Town, tmp_path: Path) -> None:
    """What was done is done, and told on the pull request; the exit code says that not all went well."""
    number = merged(made, BOTH)

    told = made.apply(variables={"GITHUB_STEP_SUMMARY": str(tmp_path / "missing" / "summary.md")})

    assert (told.code, sorted(made.live().values())) == (4, ["A1", "B1", "C"])
    assert len(made.comments(number, "apply")) == 1
    again = made.apply(variables={"GITHUB_STEP_SUMMARY": str(tmp_path / "missing" / "summary.md")})
    assert again.code == 1


def test_a_comment_that_is_refused_is_no_failure(made: Town) -> None:
    """The token may not comment any more, or GitHub fails: what was done is done."""
    merged(made, BOTH)
    made.hub.fail(("POST", "/comments"), times=9, status=403, body={"message": "Resource not accessible"})

    told = made.apply()

    assert (told.code, told.outputs["applied"]) == (0, "2")
    assert "comment-refused" in told.said


def test_a_github_that_fails_while_it_is_told_is_no_failure(made: Town) -> None:
    """The comments cannot be read any more once all was applied."""
    merged(made, BOTH)
    made.hub.fail(("POST", "/comments"), times=9, status=422, body={"message": "Validation Failed"})

    told = made.apply()

    assert (told.code, told.outputs["applied"]) == (0, "2")
    assert "::warning" in told.said


def test_a_run_that_is_stopped_says_what_it_did(tmp_path: Path) -> None:
    """SIGTERM, as GitHub sends it: what is under way is finished, the comment says it all, and the exit code is 4."""
    came, go = threading.Event(), threading.Event()

    def hold(method: str) -> None:
        if method == "PUT":
            came.set()
            go.wait(PATIENCE)

    with make_app("qonversion", None) as vendor:
        between = Between(vendor)
        with (
            serve(between) as server,
            town(
                tmp_path,
                config=CONFIG.replace("{endpoint}", server.url).replace("1000,", "1000, concurrency = 1,"),
                files={A: definition("A"), B: definition("B")},
            ) as made,
        ):
            assert made.apply(event="workflow_dispatch").code == 0
            number = merged(made, BOTH)
            between.before = hold
            run = made.hub.start_run(workflow="apply.yml", event="push", branch="main")
            folder = tmp_path / "stopped"
            given = made.hub.environment("push", run, made.token, folder, workspace=folder / "checkout")
            made.check_out(folder / "checkout", given)
            with subprocess.Popen(
                [COMMAND, "github", "apply"],
                cwd=folder / "checkout",
                env=environment(**given, **{VARIABLE: KEY}),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            ) as running:
                assert came.wait(PATIENCE)
                running.send_signal(signal.SIGTERM)
                assert running.stderr
                assert "stopping" in running.stderr.readline()
                go.set()
                stdout, _ = running.communicate(timeout=PATIENCE)

            (comment,) = made.comments(number, "apply")
            names = sorted(str(each["name"]) for each in vendor.segments())
            assert (running.returncode, names) == (4, ["A1", "B"]), stdout
            assert ("1 updated" in comment, "1 not started" in comment) == (True, True)
            assert "applied=1\n" in Path(given["GITHUB_OUTPUT"]).read_text()
            assert "1 not started" in Path(given["GITHUB_STEP_SUMMARY"]).read_text()
            assert made.apply().code == 0


def test_a_ledger_that_cannot_be_written_is_told(made: Town) -> None:
    """Nothing was sent; the job is red, and its annotations and summary say why."""
    number = merged(made, BOTH)
    hook(made.hub.bare.folder, "pre-receive", "exit 1")

    job = made.apply()

    assert (job.code, sorted(made.live().values())) == (1, ["A", "B", "C"])
    assert "::error title=ledger-remote::" in job.said
    assert "ledger-remote" in job.summary
    assert len(made.comments(number, "apply")) == 1


def test_a_pull_request_whose_plan_had_no_changes_approves_nothing(made: Town) -> None:
    """What was pushed beside it is left, and told there, since it came with that merge."""
    number = merged(made, {"README.md": "more"})
    made.commit("main", {A: definition("A1")})

    job = made.apply()

    assert (job.code, sorted(made.live().values())) == (5, ["A", "B", "C"])
    assert made.comments(number, "apply") == []


def test_a_newer_run_has_the_last_word_in_the_ledger(made: Town, tmp_path: Path) -> None:
    """One that ends later does not say that all is applied up to its own commit."""
    merged(made, BOTH)
    assert made.apply().code == 0
    checkout = max(tmp_path.glob("job-*/checkout"))
    settings = load(checkout / "reconciler.toml", "reconciler.toml")
    target = settings.targets["production"]
    change = Change("A", Action.UPDATE, Reason.DEFINITION_CHANGED, "a")
    report = Report("production", "qonversion", (Outcome(change, Result.DONE, "a"),))
    with GitHub(Transport(made.hub.url, made.token, headers=HEADERS), "octo/segments") as github:
        voice = Voice(github, older(made), "", checkout, (), str)

        assert settle(voice, settings, (Ended(target, report),)) == ()
        assert [outcome for outcome in completed(made) if outcome == voice.job.sha] == []


def older(made: Town) -> Job:
    """Return a job of an older commit."""
    page, run = made.hub.url, (1, 1, 1)
    return Job(
        page, page, "octo/segments", made.token, "push", {}, "0" * 40, MAIN, "ada", "apply", run, None, None, PLACE
    )
