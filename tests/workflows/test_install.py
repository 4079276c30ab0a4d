"""The step of the action that installs, run with bash as GitHub's runner runs it; a stand-in is Python and pip."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from workflows import steps
from workflows.runner import KEY, PYTHON, SECRET, TEXTS, TOKEN, Runner

EMPTY = (
    "::error title=reconciler::the input 'install' is empty: "
    "say in .github/actions/reconciler/action.yml, as its default, what pip installs\n"
)
NEEDED = {
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "LD_LIBRARY_PATH": "/opt/python/lib",
    "TMPDIR": "/scratch",
    "XDG_CACHE_HOME": "/cache",
    "PIP_CONSTRAINT": "a=b = c",
    "PIP_INDEX_URL": "https://ada:secret@packages.example.com/simple",
    "SSL_CERT_FILE": "/certificates.pem",
    "REQUESTS_CA_BUNDLE": "/certificates.pem",
    "https_proxy": "http://proxy.example.com",
    "NO_PROXY": "",
    "GIT_CONFIG_COUNT": "0",
}
OTHERS = {
    SECRET: KEY,
    "A_MULTILINE_KEY": f"first\nPATH={KEY}\n\n{KEY}",
    "A-KEY.OF%A kind": KEY,
    "BASH_FUNC_pip%%": "() { :; }",
    "GIT_TOKEN": KEY,
    "PIPE": KEY,
    "GITHUB_ENV": "/commands",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": TOKEN,
}
BY_BASH = {"_", "PWD", "SHLVL"}


def installed(
    runner: Runner, install: str = ".", others: Mapping[str, str] = steps.NOTHING, code: int = 0
) -> steps.Ended:
    """Run the step that installs, with a Python whose pip ends with this code."""
    python = runner.program(runner.root / "temp" / "python", PYTHON.format(code=code))
    env, cwd = runner.environment(**others), runner.root / "checkout"
    given = {"command": "plan", "install": install}
    text = TEXTS["action.yml"].replace("${{ steps.python.outputs.python-path }}", str(python))
    return steps.run_step(text, "Install reconciler", env, cwd, inputs=given)


@pytest.mark.parametrize(
    "install",
    [
        ".",
        "./ci/reconciler-0.1.0-py3-none-any.whl",
        "reconciler @ git+https://github.example.com/o/r@8f5f3b1",
        "reconciler[z3] @ https://example.com/r.whl#sha256=0a",
        "--index-url=https://example.com",
        "$(touch made) ; x",
        "`touch made`'\"\\",
    ],
)
def test_what_is_installed_is_one_plain_argument(tmp_path: Path, install: str) -> None:
    """It is installed into an environment of its own; no option and no shell is in it."""
    runner = Runner.made(tmp_path)

    ended = installed(runner, install)

    venv = tmp_path / "temp" / "reconciler"
    assert (0, "", "") == (ended.returncode, ended.stdout, ended.stderr)
    assert [
        f"-m venv --clear {venv}",
        f"-m pip install --quiet --no-input --disable-pip-version-check -- {install}",
    ] == (tmp_path / "temp" / "pythons").read_text().splitlines()
    assert [] == list((tmp_path / "checkout").iterdir())


def test_without_a_word_nothing_is_installed(tmp_path: Path) -> None:
    """Nobody else's package of the same name is taken: the step refuses, and says where to say what is meant."""
    runner = Runner.made(tmp_path)

    ended = installed(runner, "")

    assert (3, EMPTY, "") == (ended.returncode, ended.stdout, ended.stderr)
    assert not (tmp_path / "temp" / "pythons").exists()
    assert "" == steps.parsed(TEXTS["action.yml"])["inputs"]["install"]["default"]


def test_an_installation_that_fails_ends_the_job(tmp_path: Path) -> None:
    """The step is red with pip's own exit code."""
    assert 1 == installed(Runner.made(tmp_path), "nothing", code=1).returncode


@pytest.mark.parametrize("module", ["venv", "pip"])
def test_what_is_installed_does_not_see_the_key(tmp_path: Path, module: str) -> None:
    """The code of a package finds what pip needs, unaltered, and nothing else of what the step was given."""
    runner = Runner.made(tmp_path)

    ended = installed(runner, others={**NEEDED, **OTHERS})

    found = {name: value for name, value in runner.written(f"environment-of-{module}").items() if name not in BY_BASH}
    usual = {name: runner.environment()[name] for name in ("PATH", "HOME", "RUNNER_TEMP")}
    assert (0, "", "") == (ended.returncode, ended.stdout, ended.stderr)
    assert {**usual, **NEEDED} == found


def test_no_shell_with_the_key_waits_for_pip(tmp_path: Path) -> None:
    """Pip takes the place of the script: a package could read the environment of the process that started it."""
    runner = Runner.made(tmp_path)

    installed(runner, others=OTHERS)

    assert str(os.getpid()) == (tmp_path / "temp" / "parent-of-pip").read_text()


def test_where_the_environment_cannot_be_listed_nothing_is_installed(tmp_path: Path) -> None:
    """With an `env` that knows no `-0` the step fails, and hands nothing on."""
    runner = Runner.made(tmp_path)
    folder = runner.program(tmp_path / "bin" / "env", "#!/bin/sh\nexit 9\n").parent

    ended = installed(runner, others={"PATH": f"{folder}{os.pathsep}{os.defpath}"})

    assert 9 == ended.returncode
    assert not (tmp_path / "temp" / "pythons").exists()
