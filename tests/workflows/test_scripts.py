"""The scripts of the shipped workflows and of the action, run with bash as GitHub's runner runs them."""

import base64
import subprocess
from pathlib import Path

import pytest
from workflows.runner import KEY, SECRET, TOKEN, Runner

COMMANDS = ["plan", "apply", "drift"]
CODES = range(6)
BASIC = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
MASK = f"::add-mask::{BASIC}\n"
NOTICE = "::notice title=reconciler::live segments were changed behind git's back: an issue says which\n"
ERROR = "::error title=reconciler::"
DIGEST = f"sha256:{'0a' * 32}"
FORM = "the input '{}' does not have the form that it should"


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("command", COMMANDS)
def test_the_job_ends_as_the_command_does(tmp_path: Path, command: str, code: int) -> None:
    """Each exit code turns the job red, but for 2 of `drift`: that was told in an issue, and is a notice here."""
    runner = Runner.made(tmp_path, code)
    told = command == "drift" and code == 2

    ended = runner.job(f"{command}.yml")

    assert (0 if told else code, MASK + (NOTICE if told else ""), "") == (ended.returncode, ended.stdout, ended.stderr)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_workflow_runs_its_command_on_production(tmp_path: Path, command: str) -> None:
    """The command gets the target, the vendor's key by its name, the token, and nothing else of the inputs."""
    runner = Runner.made(tmp_path)

    runner.job(f"{command}.yml")

    assert ["github", command, "--target", "production"] == runner.arguments
    assert (KEY, TOKEN) == (runner.found[SECRET], runner.found["GITHUB_TOKEN"])


def test_a_run_by_hand_says_what_is_meant(tmp_path: Path) -> None:
    """The inputs of the apply workflow become options; what is left out has its default."""
    runner = Runner.made(tmp_path)

    runner.job("apply.yml", {"allow_deletes": "7", "expect_digest": DIGEST})

    expected = ["--target", "production", "--allow-deletes", "7", "--expect-digest", DIGEST]
    assert ["github", "apply", *expected] == runner.arguments


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"command": "plan"}, ["plan", "--all-targets"]),
        ({"command": "plan", "targets": " \n\t"}, ["plan", "--all-targets"]),
        ({"command": "drift", "targets": "a"}, ["drift", "--target", "a"]),
        (
            {"command": "plan", "targets": " eu-1\n us.2\t3_x ", "labels": "true", "author": "our-app[bot]"},
            ["plan", "--target", "eu-1", "--target", "us.2", "--target", "3_x", "--author", "our-app[bot]", "--labels"],
        ),
        (
            {"command": "apply", "labels": "false", "author": "ada_corp"},
            ["apply", "--all-targets", "--author", "ada_corp"],
        ),
        ({"command": "apply", "labels": "", "allow-deletes": "0"}, ["apply", "--all-targets", "--allow-deletes", "0"]),
    ],
)
def test_inputs_become_arguments(tmp_path: Path, inputs: dict[str, str], expected: list[str]) -> None:
    """Targets are split at any space; an input that is empty is left out."""
    runner = Runner.made(tmp_path)

    ended = runner.step(inputs)

    assert (0, MASK, ["github", *expected]) == (ended.returncode, ended.stdout, runner.arguments)


HOSTILE = [
    "a;touch${IFS}made",
    "$(touch made)",
    "`touch made`",
    "a|b",
    "a&b",
    "*",
    "'",
    '"',
    'x" ; touch made ; "',
    "--flag",
    "-t",
    "--config=/etc/passwd",
    "\\",
    "a\\",
    "\u00e9",
    "a\u202eb",
    "[a]",
    "{a,b}",
    "~",
    "::set-output name=x::y",
    "1\n::add-mask::github",
    "\x1b[31m",
]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("targets", FORM.format("targets")),
        ("author", FORM.format("author")),
        ("allow-deletes", FORM.format("allow-deletes")),
        ("expect-digest", FORM.format("expect-digest")),
        ("labels", "the input 'labels' is true or false"),
        ("command", "the input 'command' is plan, apply or drift"),
    ],
)
def test_a_hostile_input_is_refused(tmp_path: Path, name: str, words: str, value: str) -> None:
    """It ends the step as invalid input does; nothing of it is run, shown, or reaches the command."""
    runner = Runner.made(tmp_path)

    ended = runner.step({"command": "apply", name: value})

    assert (3, f"{ERROR}{words}\n", "") == (ended.returncode, ended.stdout, ended.stderr)
    assert None is runner.arguments
    assert [] == list((tmp_path / "checkout").iterdir())


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"command": "plan", "targets": "good -bad"}, FORM.format("targets")),
        ({"command": "plan", "allow-deletes": "3"}, "the input 'allow-deletes' is not for this command"),
        ({"command": "drift", "expect-digest": DIGEST}, "the input 'expect-digest' is not for this command"),
        ({"command": "drift", "labels": "true"}, "the input 'labels' is not for this command"),
        ({"command": "apply", "allow-deletes": "-1"}, FORM.format("allow-deletes")),
        ({"command": "apply", "allow-deletes": "3 "}, FORM.format("allow-deletes")),
        ({"command": "apply", "allow-deletes": "3\n"}, FORM.format("allow-deletes")),
        ({"command": "apply", "allow-deletes": "1234567"}, FORM.format("allow-deletes")),
        ({"command": "apply", "expect-digest": DIGEST[:-1]}, FORM.format("expect-digest")),
        ({"command": "apply", "expect-digest": f"{DIGEST}\n"}, FORM.format("expect-digest")),
        ({"command": "apply plan"}, "the input 'command' is plan, apply or drift"),
        ({"command": ""}, "the input 'command' is plan, apply or drift"),
    ],
)
def test_an_input_that_the_command_has_not_is_refused(tmp_path: Path, inputs: dict[str, str], words: str) -> None:
    """No input is passed over in silence: somebody meant something by it."""
    runner = Runner.made(tmp_path)

    ended = runner.step(inputs)

    assert (3, f"{ERROR}{words}\n") == (ended.returncode, ended.stdout)
    assert None is runner.arguments


def test_git_gets_the_token_for_this_server_alone(tmp_path: Path) -> None:
    """It is masked before it is used, and takes the place of what a checkout left; other settings stay."""
    runner = Runner.made(tmp_path)
    server = "https://github.example.com"
    extra = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}

    ended = runner.step({"command": "apply"}, GITHUB_SERVER_URL=server, **extra)

    def asked(*words: str) -> str:
        done = subprocess.run(
            ["git", "config", *words], cwd=tmp_path, env=runner.found, capture_output=True, check=True
        )
        return done.stdout.decode()

    assert MASK == ended.stdout
    assert "*\n" == asked("--get-all", "safe.directory")
    assert f"\nAUTHORIZATION: basic {BASIC}\n" == asked("--get-all", f"http.{server}/.extraheader")
    assert [f"http.{server}/.extraheader"] * 2 == asked("--name-only", "--get-regexp", "^http").splitlines()


def test_without_a_token_git_is_left_as_it_is(tmp_path: Path) -> None:
    """Where the token is empty, nothing is masked and git gets no header."""
    runner = Runner.made(tmp_path)

    ended = runner.step({"command": "plan"}, GITHUB_TOKEN="")

    assert (0, "", "") == (ended.returncode, ended.stdout, ended.stderr)
    assert [] == [name for name in runner.found if name.startswith("GIT_CONFIG")]
