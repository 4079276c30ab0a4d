"""The workflows and the action of this repository: what `init --ci github` writes, but for what is listed here.

To write them anew: `cd tests; python -m workflows.own`.
"""

from pathlib import Path

from reconciler.usecases.init import workflow

ROOT = Path(__file__).parents[2]
SECRET = "EXAMPLE_SECRET_KEY"

EMULATORS = """\
#
# The targets of this repository are emulators, each of which begins empty in every run. So
# {what}
"""

INSTALLS = """\
          install: .
        env:
          PIP_CONSTRAINT: ${{ github.workspace }}/.ci/constraints.txt
          PIP_BUILD_CONSTRAINT: ${{ github.workspace }}/.ci/constraints.txt
"""

HAS_KEY = f"""\
        env:
          {SECRET}: ${{{{ secrets.{SECRET} }}}}
"""

DIFFERENCES: dict[str, tuple[tuple[str, str], ...]] = {
    "plan.yml": (
        ("on:\n", EMULATORS.format(what="every plan creates all examples, by the code of the pull request.") + "on:\n"),
        ("          targets: production\n", ""),
        (HAS_KEY, INSTALLS),
    ),
    "apply.yml": (
        (
            "on:\n  push:\n    branches: [main] # the default branch\n",
            EMULATORS.format(
                what="an apply is a rehearsal: it creates all examples, leaves nothing behind, and is started by hand."
            )
            + "on:\n",
        ),
        (
            "description: The target\n        default: production\n",
            'description: The target; all of them where it is left out\n        default: ""\n',
        ),
        ("    environment: production\n", ""),
        ("contents: write # to check the repository out, and to write the ledger", "contents: read # to check it out"),
        ("${{ inputs.target || 'production' }}", "${{ inputs.target }}"),
        (HAS_KEY, INSTALLS),
    ),
    "drift.yml": (
        (
            'on:\n  schedule:\n    - cron: "23 5 * * *"\n',
            EMULATORS.format(
                what="no run finds any drift, and a schedule would say nothing: by hand it shows that the job can run."
            )
            + "on:\n",
        ),
        ("          targets: production\n", ""),
        (HAS_KEY, INSTALLS),
    ),
    "action.yml": (),
}
"""What is different in this repository's copy of a text: what is shipped, and what stands here in its place."""


def rendered() -> dict[Path, str]:
    """Return the files of this repository, as they should be."""
    return {_path(name): _rendered(name) for name in DIFFERENCES}


def _path(name: str) -> Path:
    folder = "actions/reconciler" if name == "action.yml" else "workflows"
    return ROOT / ".github" / folder / name


def _rendered(name: str) -> str:
    text = workflow(name, SECRET)
    for shipped, own in DIFFERENCES[name]:
        assert text.count(shipped) == 1, shipped
        text = text.replace(shipped, own)
    return text


if __name__ == "__main__":
    for path, text in rendered().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
