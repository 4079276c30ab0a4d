"""The jobs of docs/gitlab.md: their scripts are taken from the page and run as GitLab's runner runs them."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from cli.gitlab_notes import ADA, BOT, TOKEN, Notes, served
from clones import NOBODY, git
from hypothesis import example, given
from hypothesis import strategies as st
from repository import COMMAND, Ended, Repository
from unruly import PROD, configure

from reconciler.core.plan import Action, Change, FieldChange, FieldKind, Plan, Reason
from reconciler.errors import Place, Problem
from reconciler.render import markdown

PAGE = (Path(__file__).parents[2] / "docs" / "gitlab.md").read_text(encoding="utf-8")
MISSING = [program for program in ("bash", "curl", "jq") if not shutil.which(program)]
LOCAL = 'definitions = "segments"\nendpoint = "embedded"\n'
MARKER = "<!-- reconciler: plan -->\n"

pytestmark = pytest.mark.skipif(MISSING != [], reason=f"not on the PATH: {', '.join(MISSING)}")


def block(name: str) -> str:
    """Return the block of the page after `<!-- name -->`."""
    found = re.search(rf"^<!-- {name} -->\n```\w+\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


JOBS: dict[str, dict[str, Any]] = yaml.safe_load(block("jobs"))


@pytest.fixture
def gitlab() -> Iterator[Notes]:
    """Yield a merge request."""
    with served() as notes:
        yield notes


@pytest.fixture
def project(tmp_path: Path) -> Repository:
    """Return a checkout with one definition and two targets: `production`, whose ledger is in git, and `local`."""
    project = Repository(tmp_path / "project")
    project.env |= NOBODY
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "hub")
    git(project.root, "init", "--quiet", "--initial-branch=main")
    git(project.root, "remote", "add", "origin", f"file://{tmp_path / 'hub'}")
    configure(project, ledger="git")
    production = (project.root / "reconciler.toml").read_text().replace("local", "production")
    project.configure(f'{production}[targets.local]\nprovider = "qonversion"\n{LOCAL}')
    project.define("alpha", "Alpha", PROD)
    (project.root / "ci").mkdir()
    (project.root / "ci" / "merge-request-note").write_text(block("note"))
    git(project.root, "add", ".")
    git(project.root, "commit", "--quiet", "--message", "Define alpha")
    return project


def run(job: str, project: Repository, gitlab: Notes | None = None) -> Ended:
    """Run the script of a job."""
    return shell("\n".join(JOBS[job]["script"]), project, gitlab)


def shell(script: str, project: Repository, gitlab: Notes | None = None) -> Ended:
    """Run a script with the variables of a pipeline of the merge request."""
    variables = {
        "CI_API_V4_URL": f"{gitlab.url}/api/v4" if gitlab else "",
        "CI_PROJECT_ID": "5",
        "CI_MERGE_REQUEST_IID": "7",
        "CI_PROJECT_DIR": str(project.root),
        "RECONCILER_GITLAB_TOKEN": TOKEN,
        "PATH": f"{COMMAND.parent}{os.pathsep}{project.environment()['PATH']}",
    }
    done = subprocess.run(
        ["bash", "-c", f"set -eo pipefail\n{script}"],
        cwd=project.root,
        env=project.environment(**variables),
        capture_output=True,
        text=True,
        check=False,
    )
    assert TOKEN not in done.stdout + done.stderr
    return Ended(done.returncode, done.stdout, done.stderr)


def test_the_page_is_a_pipeline() -> None:
    """Each job stands in a stage, says when it runs, and has a test below."""
    jobs = {name: job for name, job in JOBS.items() if name not in {"default", "stages"}}

    assert ["validate", "plan", "apply", "drift"] == list(jobs)
    assert [] == [name for name, job in jobs.items() if job["stage"] not in JOBS["stages"] or not job["rules"]]


def test_two_plans_make_one_note(project: Repository, gitlab: Notes) -> None:
    """The second rewrites what the first wrote, and nothing of what others wrote."""
    for number in range(130):
        gitlab.add(ADA, f"{MARKER}comment {number}")
    gitlab.add(BOT, f"{MARKER}was marked as a draft", system=True)
    gitlab.add(BOT, "another job's note")
    others = [dict(note) for note in gitlab.notes]

    first = run("plan", project, gitlab)
    written = gitlab.bodies()[2:]
    project.define("beta", "Beta /close @ada", PROD)
    second = run("plan", project, gitlab)

    assert (0, 0) == (first.code, second.code), second.stderr
    plans = (project.root / "plan.md").read_text()
    assert [f"{MARKER}{plans}"] == gitlab.bodies()[2:] != written
    assert "**`beta`**" in plans
    assert written[0].startswith(f"{MARKER}| target | ")
    assert others == gitlab.notes[:132]
    assert ["POST", "PUT"] == [asked.split()[0] for asked in gitlab.requests if not asked.startswith("GET")]


def test_a_plan_that_fails_is_told_in_the_note_and_fails_the_job(project: Repository, gitlab: Notes) -> None:
    """The note says why, and the exit code is that of the plan."""
    (project.root / "segments" / "alpha.json").write_text("{")
    ended = run("plan", project, gitlab)

    assert 3 == ended.code
    assert gitlab.bodies()[0].startswith(f"{MARKER}- `segments/alpha.json:1:2`: the file ends before")


@pytest.mark.parametrize("token", [True, False], ids=["may not write", "unknown"])
def test_a_note_that_cannot_be_written_fails_the_job(project: Repository, gitlab: Notes, *, token: bool) -> None:
    """Nobody takes an old note for the plan of what is merged."""
    if token:
        gitlab.closed = True
        ended = run("plan", project, gitlab)
    else:
        ended = shell("RECONCILER_GITLAB_TOKEN=other\n" + "\n".join(JOBS["plan"]["script"]), project, gitlab)

    assert 22 == ended.code
    assert f"The requested URL returned error: {403 if token else 401}" in ended.stderr
    assert [] == gitlab.bodies()


def test_a_plan_that_no_note_holds_is_pointed_to(project: Repository, gitlab: Notes) -> None:
    """GitLab takes a million characters, each of which may be four bytes."""
    (project.root / "plan.md").write_text("🦊" * 989_999)
    fits = shell("bash ci/merge-request-note plan.md", project, gitlab)
    whole = gitlab.bodies()
    (project.root / "plan.md").write_text("🦊" * 990_000)
    over = shell("bash ci/merge-request-note plan.md", project, gitlab)

    assert (0, 0) == (fits.code, over.code)
    assert [f"{MARKER}{'🦊' * 989_999}"] == whole
    assert [f"{MARKER}The plan is too long for a note: it is among the artifacts of the job `plan`.\n"] == (
        gitlab.bodies()
    )


def test_validate_reports_and_fails(project: Repository) -> None:
    """The report is there whether the job fails or not, and its log says what is wrong."""
    fine = run("validate", project)
    report = JOBS["validate"]["artifacts"]["reports"]["codequality"]
    none = (project.root / report).read_text()
    (project.root / "segments" / "alpha.json").write_text("{")
    wrong = run("validate", project)

    assert (0, "1 definition fine\n", "[]\n") == (fine.code, fine.stdout, none)
    assert 3 == wrong.code
    assert wrong.stdout.startswith("segments/alpha.json:1:2: the file ends before")
    assert ["segments/alpha.json"] == [
        entry["location"]["path"] for entry in json.loads((project.root / report).read_text())
    ]


def test_apply_pushes_the_ledger_and_its_exit_code_is_the_jobs(project: Repository) -> None:
    """What is merged is applied; what is refused fails the job."""
    done = run("apply", project)
    git(project.root, "ls-remote", "--exit-code", "origin", "refs/reconciler/ledger/production")
    project.define("alpha", "Alpha", PROD, protected=True)
    again = run("apply", project)
    (project.root / "segments" / "alpha.json").unlink()
    project.define("beta", "Beta", PROD)
    refused = run("apply", project)

    assert (0, 0, 5) == (done.code, again.code, refused.code), refused.stderr
    assert not (project.root / ".reconciler" / "embedded" / "local.sqlite").exists()


def test_drift_fails_the_job(project: Repository) -> None:
    """With 2 where a live segment was changed."""
    applied = run("apply", project)
    none = run("drift", project)
    store = project.root / ".reconciler" / "embedded" / "production.sqlite"
    store.unlink()
    found = run("drift", project)

    assert (0, 0, 2) == (applied.code, none.code, found.code), found.stderr


HOSTILE = st.text("/ \n\r\tclose`@", min_size=1, max_size=12)


@given(HOSTILE)
@example("/close")
@example("\n/close")
@example("\r\n  /close")
@example("```\n/close\n```")
@example("\u2028/close")
def test_no_line_of_a_note_is_a_command(text: str) -> None:
    """Whatever a vendor or a definition wrote: a line that begins with `/` would be one."""
    fields = (FieldChange(text, FieldKind.CHANGED, text, {text: text}),)
    changes = (
        Change(text, Action.CREATE, Reason.NEW_DEFINITION, text, after={text: text}),
        Change(text, Action.UPDATE, Reason.DRIFTED, f"{text}2", text, fields=fields),
        Change(text, Action.DELETE, Reason.UNMANAGED, None, text, {text: text}),
    )
    problem = Problem("evil", text, Place(text), text)
    shown = markdown.plan(Plan(text, text, changes, warnings=(problem,)), verbose=True) + markdown.problems([problem])

    assert [] == [
        line for line in re.split(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]", shown) if line.lstrip("> ").startswith("/")
    ]
