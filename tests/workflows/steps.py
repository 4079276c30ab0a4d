"""Plays the steps of a workflow or of the action with bash, as GitHub's runner does. Knows the few expressions in them.

Pages: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax (shells; `steps[*].env`)
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

LOCAL_ACTION = "./.github/actions/reconciler"
RUNS = "Run reconciler"
EXPRESSION = re.compile(r"\$\{\{ (.+?) \}\}")
SHELL = ("bash", "--noprofile", "--norc", "-eo", "pipefail")

Ended = subprocess.CompletedProcess[str]
Given = Mapping[str, str]
NOTHING: Given = {}


def parsed(text: str) -> dict[str, Any]:
    """Return a YAML document whose scalars all stay texts: `on` is no boolean here."""
    found: dict[str, Any] = yaml.BaseLoader(text).get_single_data()
    return found


def steps(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the steps of an action, or of every job of a workflow."""
    jobs = [document["runs"]] if "runs" in document else document["jobs"].values()
    for job in jobs:
        yield from job["steps"]


def run_step(
    text: str, step_name: str, env: Given, cwd: Path, *, inputs: Given = NOTHING, secrets: Given = NOTHING
) -> Ended:
    """Run the script of one step of a workflow or action, and return how it ended.

    `env` is what the runner sets, such as `GITHUB_REF`, and what the step that uses the action has in its own `env`;
    `GITHUB_TOKEN` in it is `github.token`, and gets into the script only as far as the step says so. `inputs` are those
    that are given; the others have their defaults.
    """
    document = parsed(text)
    contexts = _contexts(document, env, inputs, secrets)
    step = next(each for each in steps(document) if each["name"] == step_name)
    own = {name: evaluated(value, contexts) for name, value in step.get("env", {}).items()}
    runner = {name: value for name, value in env.items() if name != "GITHUB_TOKEN"}
    with tempfile.NamedTemporaryFile("w", suffix=".sh") as script:
        script.write(step["run"])
        script.flush()
        return subprocess.run(
            [*SHELL, script.name], cwd=cwd, env={**runner, **own}, capture_output=True, encoding="utf-8", check=False
        )


def run_job(
    workflow: str, action: str, env: Given, cwd: Path, *, inputs: Given = NOTHING, secrets: Given = NOTHING
) -> Ended:
    """Run the scripts of a workflow's steps, one after another until one fails, and return how the last one ended.

    Of the action the step that runs the command is played. The checkout, Python and the installation are taken as done:
    `cwd` is the checkout, and `reconciler/bin/reconciler` in the folder `RUNNER_TEMP` is the command.
    """
    document = parsed(workflow)
    contexts = _contexts(document, env, inputs, secrets)
    ended = Ended((), 0, "", "")
    for step in steps(document):
        if "run" in step:
            ended = run_step(workflow, step["name"], env, cwd, inputs=inputs, secrets=secrets)
        elif step["uses"] == LOCAL_ACTION:
            given = {name: evaluated(value, contexts) for name, value in step.get("with", {}).items()}
            handed = {name: evaluated(value, contexts) for name, value in step.get("env", {}).items()}
            ended = run_step(action, RUNS, {**env, **handed}, cwd, inputs=given)
        if ended.returncode:
            break
    return ended


def evaluated(text: str, contexts: Mapping[str, Any]) -> str:
    """Return a text with its expressions replaced: paths into the contexts, texts in quotes, and `||` between them."""
    return EXPRESSION.sub(lambda found: _first(found[1].split(" || "), contexts), text)


def _first(choices: list[str], contexts: Mapping[str, Any]) -> str:
    values = (each[1:-1] if each.startswith("'") else _at(each.split("."), contexts) for each in choices)
    return next((value for value in values if value), "")


def _at(path: list[str], contexts: Mapping[str, Any]) -> str:
    """Return what a path leads to; empty where it ends early, as GitHub has it, but not for an unknown context."""
    found: Any = contexts[path[0]]
    for name in path[1:]:
        found = found.get(name, "") if isinstance(found, dict) else ""
    return str(found)


def _contexts(document: Mapping[str, Any], env: Given, inputs: Given, secrets: Given) -> dict[str, Any]:
    declared = _declared(document, env)
    defaults = {name: each.get("default", "") for name, each in declared.items()}
    assert set(inputs) <= set(declared), "GitHub only warns of an input that nobody declared"
    event = Path(env["GITHUB_EVENT_PATH"]).read_text() if "GITHUB_EVENT_PATH" in env else "{}"
    github = {name.removeprefix("GITHUB_").lower(): value for name, value in env.items() if name.startswith("GITHUB_")}
    contexts = {"github": {**github, "event": json.loads(event)}, "secrets": dict(secrets)}
    given = {name: evaluated(value, contexts) for name, value in {**defaults, **inputs}.items()}
    return {**contexts, "inputs": given, "steps": {"python": {"outputs": {"python-path": sys.executable}}}}


def _declared(document: Mapping[str, Any], env: Given) -> dict[str, Any]:
    """Return the inputs of an action, or of a workflow that was started by hand."""
    by_hand = env.get("GITHUB_EVENT_NAME") == "workflow_dispatch"
    triggers = document.get("on", {}).get("workflow_dispatch") or {}
    found: dict[str, Any] = document["inputs"] if "runs" in document else triggers.get("inputs", {}) if by_hand else {}
    return found
