"""What GitHub Actions tells a job, and what is told where it does not."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from reconciler.settings.environment import git_environment

PROGRAM = """
import json
from reconciler.errors import InvalidInput
from reconciler.settings.github import job
try:
    made = job()
    print(json.dumps([made.run, made.api, made.server, made.before, made.run_url, made.commit_url("c0ffee"),
        str(made.summary), str(made.workspace), made.actor, made.workflow]))
except InvalidInput as error:
    print(json.dumps([problem.message for problem in error.problems]))
"""
GIVEN = {
    "GITHUB_TOKEN": "t0ken",
    "GITHUB_REPOSITORY": "octo/segments",
    "GITHUB_EVENT_NAME": "push",
    "GITHUB_EVENT_PATH": "event.json",
    "GITHUB_SHA": "c0ffee",
    "GITHUB_REF": "refs/heads/main",
    "GITHUB_RUN_ID": "9",
    "GITHUB_RUN_NUMBER": "4",
}


def told(folder: Path, payload: object = None, **others: str) -> list[Any]:
    """Return what a process in a folder makes of its environment."""
    (folder / "event.json").write_text(json.dumps(payload or {}))
    kept = {name: value for name, value in git_environment().items() if not name.startswith("GITHUB_")}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=folder,
        env={**kept, **GIVEN, **others},
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    found: list[Any] = json.loads(done.stdout)
    return found


def test_what_is_not_told_has_a_usual_value(tmp_path: Path) -> None:
    """GitHub's own addresses, the first attempt, no summary, and the current folder."""
    page = "https://github.com/octo/segments"

    assert told(tmp_path) == [
        [9, 4, 1],
        "https://api.github.com",
        "https://github.com",
        "",
        f"{page}/actions/runs/9/attempts/1",
        f"{page}/commit/c0ffee",
        "None",
        str(tmp_path),
        "",
        "",
    ]


def test_an_enterprise_has_its_own_addresses(tmp_path: Path) -> None:
    """And a run that is run again has its attempt."""
    server = "https://git.example"
    made = told(
        tmp_path,
        GITHUB_API_URL=f"{server}/api/v3",
        GITHUB_SERVER_URL=server,
        GITHUB_RUN_ATTEMPT="3",
        GITHUB_STEP_SUMMARY="summary.md",
        GITHUB_WORKSPACE="/elsewhere",
        GITHUB_ACTOR="ada",
        GITHUB_WORKFLOW="Apply",
    )

    assert made[:3] == [[9, 4, 3], f"{server}/api/v3", server]
    assert made[4] == f"{server}/octo/segments/actions/runs/9/attempts/3"
    assert made[6:] == ["summary.md", "/elsewhere", "ada", "Apply"]


@pytest.mark.parametrize(
    ("payload", "before"),
    [({"before": "abc"}, "abc"), ({"before": "0" * 40}, ""), ({"before": None}, ""), ({}, "")],
)
def test_where_a_branch_was_before(tmp_path: Path, payload: dict[str, object], before: str) -> None:
    """A branch that is new was nowhere, which GitHub writes as zeros."""
    assert told(tmp_path, payload)[3] == before


@pytest.mark.parametrize("value", ["0", "-1", "x", "²", "1.5"])
def test_numbers_are_positive(tmp_path: Path, value: str) -> None:
    """Each that is none is told."""
    names = ("GITHUB_RUN_ID", "GITHUB_RUN_NUMBER", "GITHUB_RUN_ATTEMPT")

    assert told(tmp_path, **dict.fromkeys(names, value)) == [
        f"the environment variable `{name}` is not a positive number" for name in names
    ]


@pytest.mark.parametrize(
    "missing", [["GITHUB_TOKEN"], ["GITHUB_SHA"], ["GITHUB_TOKEN", "GITHUB_EVENT_PATH", "GITHUB_RUN_ID"]]
)
def test_what_is_missing_is_told_in_one_message(tmp_path: Path, missing: list[str]) -> None:
    """Whatever it is, empty or not there."""
    words = ", ".join(f"`{name}`" for name in missing)

    assert told(tmp_path, **dict.fromkeys(missing, " ")) == [f"not set in the environment, or empty: {words}"]
