"""What a runner gives a job: GITHUB_* variables, and the payload of the event that the run is for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from hub.records import FULL_NAME, MAIN, OWNER, Pull, Run
from hub.store import Store

Event = Literal["pull_request", "push", "schedule", "workflow_dispatch"]

_NOBODY = "0" * 40
_CRON = "17 6 * * *"


@dataclass(frozen=True)
class Happening:
    """An event: the action of a pull request's, the commit before a push, the inputs of a dispatch."""

    event: Event
    action: str = "synchronize"
    before: str | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)


def environment(
    store: Store, happening: Happening, run: Run, *, token: str, folder: Path, workspace: Path
) -> dict[str, str]:
    """Return the variables of a job, whose files are written into the folder; the checkout is in the workspace."""
    event = happening.event
    folder.mkdir(parents=True, exist_ok=True)
    payload: dict[str, Any] = {"repository": _repository(store), "sender": store.shapes.user(run.actor)}
    ref, sha = f"refs/heads/{run.branch}", run.sha
    match event:
        case "pull_request":
            pull = run.pull
            assert pull is not None, f"run {run.id} is of no pull request"
            assert pull.merge_sha is not None, "GitHub starts no run where there are conflicts"
            ref, sha = f"refs/pull/{pull.number}/merge", pull.merge_sha
            payload |= _pull_request(store, pull, happening.action)
        case "push":
            payload |= _push(store, run, happening.before)
        case "schedule":
            payload |= {"schedule": _CRON, "workflow": f".github/workflows/{run.workflow}"}
        case "workflow_dispatch":
            payload |= {"inputs": dict(happening.inputs), "ref": ref, "workflow": f".github/workflows/{run.workflow}"}
    return {
        **_files(folder, payload),
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_ACTOR": run.actor,
        "GITHUB_TRIGGERING_ACTOR": run.actor,
        "GITHUB_API_URL": store.shapes.api,
        "GITHUB_SERVER_URL": store.shapes.web,
        "GITHUB_EVENT_NAME": event,
        "GITHUB_REF": ref,
        "GITHUB_REF_NAME": ref.split("/", 2)[2],
        "GITHUB_REF_TYPE": "branch",
        "GITHUB_BASE_REF": MAIN if event == "pull_request" else "",
        "GITHUB_HEAD_REF": run.branch if event == "pull_request" else "",
        "GITHUB_REPOSITORY": FULL_NAME,
        "GITHUB_REPOSITORY_OWNER": OWNER,
        "GITHUB_RUN_ATTEMPT": str(run.attempt),
        "GITHUB_RUN_ID": str(run.id),
        "GITHUB_RUN_NUMBER": str(run.number),
        "GITHUB_SHA": sha,
        "GITHUB_TOKEN": token,
        "GITHUB_WORKFLOW": run.workflow.partition(".")[0],
        "GITHUB_WORKFLOW_REF": f"{FULL_NAME}/.github/workflows/{run.workflow}@{ref}",
        "GITHUB_WORKFLOW_SHA": sha,
        "GITHUB_WORKSPACE": str(workspace),
    }


def _files(folder: Path, payload: Mapping[str, object]) -> dict[str, str]:
    (folder / "event.json").write_text(json.dumps(payload, indent=2), encoding="utf-8")
    for name in ("summary.md", "output"):
        (folder / name).write_text("", encoding="utf-8")
    return {
        "GITHUB_EVENT_PATH": str(folder / "event.json"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        "GITHUB_OUTPUT": str(folder / "output"),
    }


def _repository(store: Store) -> dict[str, Any]:
    return store.shapes.repository()


def _pull_request(store: Store, pull: Pull, action: str) -> dict[str, Any]:
    base = store.bare.merge_base(pull.base_sha, pull.head_sha) or pull.base_sha
    shape = store.shapes.pull(pull, len(store.kept_comments(pull.number)), store.bare.files(base, pull.head_sha))
    return {"action": action, "number": pull.number, "pull_request": shape}


def _push(store: Store, run: Run, before: str | None) -> dict[str, Any]:
    parent = before or store.bare.sha(f"{run.sha}^") or _NOBODY
    new = store.bare.between(parent, run.sha) if parent != _NOBODY else [run.sha]
    commits = [
        {
            "id": commit.sha,
            "tree_id": commit.tree,
            "distinct": True,
            "message": commit.message,
            "timestamp": commit.committer["date"],
            "url": f"{store.shapes.web}/{FULL_NAME}/commit/{commit.sha}",
            "author": commit.author,
            "committer": commit.committer,
        }
        for commit in store.bare.commits(new)
    ]
    return {
        "ref": f"refs/heads/{run.branch}",
        "before": parent,
        "after": run.sha,
        "created": parent == _NOBODY,
        "deleted": False,
        "forced": parent != _NOBODY and not store.bare.has(run.sha, parent),
        "base_ref": None,
        "compare": f"{store.shapes.web}/{FULL_NAME}/compare/{parent[:12]}...{run.sha[:12]}",
        "commits": commits,
        "head_commit": commits[-1] if commits else None,
        "pusher": {"name": run.actor, "email": f"{run.actor}@example.com"},
    }
