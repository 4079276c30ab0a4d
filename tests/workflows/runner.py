"""A runner's folders, and programs in place of the installed command and of Python, which write down how they ran."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workflows import steps

from reconciler.usecases.init import workflow

TOKEN = "ghs_x7Qm2LkV9"
SECRET = "QONVERSION_SECRET_KEY"
KEY = "test_sk_51c0ffee"
TEXTS = {name: workflow(name, SECRET) for name in ("action.yml", "plan.yml", "apply.yml", "drift.yml")}
"""What `init --ci github` writes for Qonversion."""

STAND_IN = """\
#!/usr/bin/env bash
printf '%s\\0' "$@" >"$RUNNER_TEMP/arguments"
env -0 >"$RUNNER_TEMP/environment"
exit {code}
"""
# As Python: `-m venv` makes a folder with a Python of the same kind, and `-m pip` ends as it is told. Both write down
# what they find in their environment, and which process started them.
PYTHON = """\
#!/usr/bin/env bash
printf '%s\\n' "$*" >>"$RUNNER_TEMP/pythons"
env -0 >"$RUNNER_TEMP/environment-of-$2"
printf '%s' "$PPID" >"$RUNNER_TEMP/parent-of-$2"
case $2 in
  venv) mkdir -p "${{@: -1}}/bin" && cp "$0" "${{@: -1}}/bin/python" ;;
  pip) exit {code} ;;
esac
"""


@dataclass(frozen=True)
class Runner:
    """A scratch folder that holds a checkout, the folder for temporary files, and the event."""

    root: Path

    @classmethod
    def made(cls, root: Path, code: int = 0) -> "Runner":
        """Return a runner on which the command ends with this code."""
        (root / "checkout").mkdir()
        (root / "event.json").write_text(json.dumps({"repository": {"default_branch": "main"}}))
        runner = cls(root)
        runner.program(root / "temp" / "reconciler" / "bin" / "reconciler", STAND_IN.format(code=code))
        return runner

    def program(self, path: Path, text: str) -> Path:
        """Write a program."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
        return path

    def environment(self, **others: str) -> dict[str, str]:
        """Return what the runner sets, and others."""
        return {
            "PATH": os.defpath,
            "HOME": str(self.root),
            "RUNNER_TEMP": str(self.root / "temp"),
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_EVENT_NAME": "push",
            "GITHUB_EVENT_PATH": str(self.root / "event.json"),
            **others,
        }

    def step(self, inputs: Mapping[str, str], **others: str) -> steps.Ended:
        """Run the step of the action that runs the command."""
        env = self.environment(**others)
        return steps.run_step(TEXTS["action.yml"], steps.RUNS, env, self.root / "checkout", inputs=inputs)

    def job(self, name: str, inputs: Mapping[str, str] = steps.NOTHING, **others: str) -> steps.Ended:
        """Run the scripts of a workflow; where inputs are given, as one that was started by hand."""
        env = self.environment(**({"GITHUB_EVENT_NAME": "workflow_dispatch"} if inputs else {}), **others)
        text, action = TEXTS[name], TEXTS["action.yml"]
        return steps.run_job(text, action, env, self.root / "checkout", inputs=inputs, secrets={SECRET: KEY})

    @property
    def arguments(self) -> list[str] | None:
        """What the command was given; None where it was not run."""
        path = self.root / "temp" / "arguments"
        return path.read_text().split("\0")[:-1] if path.exists() else None

    @property
    def found(self) -> dict[str, str]:
        """What the command found in its environment."""
        return self.written("environment")

    def written(self, name: str) -> dict[str, str]:
        """Return the environment that a stand-in wrote down in a file of this name."""
        written = (self.root / "temp" / name).read_text().split("\0")[:-1]
        return {name: value for name, _, value in (each.partition("=") for each in written)}
