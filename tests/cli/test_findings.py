"""`validate` in the formats of CI systems: whole commands, and files that are found wherever the command is run."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import warm
from repository import COMMAND, Ended, Repository

FORMATS = ("github", "sarif", "gitlab")
BAD = '{"name": "New", "conditions": [], "conditionz": 1}'
CONFIG = '[targets.local]\nprovider = "qonversion"\ndefinitions = "segments"\nendpoint = "embedded"\n'
MISSING = (
    "::error title=config-missing::there is no `reconciler.toml` here or in a folder above%0Ahint: "
    "run `reconciler init` to start a repository, or name the file with `--config FILE`\n"
)
NOBODY = {"GITHUB_WORKSPACE": "", "CI_PROJECT_DIR": ""}


class Checkout:
    """A repository with a configuration at its root, and one with a definition that is wrong in the folder `sub`."""

    def __init__(self, root: Path, *, git: bool = True) -> None:
        self.root = root
        self.sub = Repository(root / "sub")
        self.sub.configure(CONFIG)
        (root / "sub" / "segments" / "bad.json").write_text(BAD)
        (root / "sub" / "deep").mkdir()
        if git:
            subprocess.run(["git", "init", "--quiet", root], check=True)

    def validate(self, folder: str, *arguments: str, **environment: str) -> Ended:
        """Run `validate` in a folder of the repository."""
        told = self.sub.environment(**{**NOBODY, **environment})
        return Ended(*warm.run(("validate", *arguments), self.root / folder, told, b"", measured=True))


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """Return a repository that was checked out."""
    return Checkout(tmp_path / "checkout")


def files(ended: Ended, shown: str) -> list[str | None]:
    """Return the file of each problem in an output."""
    if shown == "github":
        commands = [line for line in ended.stdout.splitlines() if line.startswith("::")]
        return [command.partition("file=")[2].partition(",")[0] or None for command in commands]
    if shown == "gitlab":
        return [entry["location"]["path"] for entry in json.loads(ended.stdout)]
    run: dict[str, Any] = ended.document["runs"][0]
    told = run.get("results", []) + run["invocations"][0]["toolExecutionNotifications"]
    places = [one["locations"][0]["physicalLocation"] if "locations" in one else None for one in told]
    return [place and place["artifactLocation"]["uri"] for place in places]


def test_what_is_wrong_is_annotated(checkout: Checkout) -> None:
    """One command on stdout, and how many there are; stderr is read for commands too, and stays empty."""
    ended = checkout.validate("sub", "--format", "github")

    assert ended == Ended(
        3,
        "::error file=sub/segments/bad.json,line=1,col=35,title=unknown-member::unknown member `conditionz`"
        "%0Ahint: did you mean `conditions`? known here: `$schema`, `name`, `conditions`, `reconciler`\n"
        "0 definitions fine, 1 error\n",
        "",
    )


def test_what_is_fine_is_not_annotated(checkout: Checkout) -> None:
    """The log says how much was looked at."""
    (checkout.root / "sub" / "segments" / "bad.json").unlink()
    checkout.sub.define("good", "Good", {"metric": "environment", "comparator": "eq", "value": "prod"})

    assert checkout.validate("sub", "--format", "github") == Ended(0, "1 definition fine\n", "")
    assert checkout.validate("sub", "--format", "gitlab") == Ended(0, "[]\n", "")


def test_what_github_has_no_room_for_is_told_in_the_log(checkout: Checkout) -> None:
    """All problems in words, behind the annotations, fenced so that none of the words is a command."""
    for number in range(10):
        shutil.copy(checkout.root / "sub" / "segments" / "bad.json", checkout.root / f"sub/segments/bad{number}.json")

    lines = checkout.validate("", "--config", "sub/reconciler.toml", "--format", "github").stdout.splitlines()

    assert "::error title=+2 more errors::not shown here: GitHub has room for 10 in a step" == lines[9]
    fence = lines[10].removeprefix("::stop-commands::")
    assert "sub/segments/bad.json:1:35: unknown member `conditionz` (unknown-member)" == lines[11]
    assert "sub/segments/bad9.json:1:35: unknown member `conditionz` (unknown-member)" == lines[31]
    assert [f"::{fence}::", "0 definitions fine, 11 errors"] == lines[33:]


@pytest.mark.parametrize("shown", FORMATS)
@pytest.mark.parametrize(
    ("folder", "words"),
    [("sub", []), ("sub/deep", []), ("", ["--config", "sub/reconciler.toml"]), ("sub/deep", ["../segments/bad.json"])],
    ids=["folder", "below", "above", "file"],
)
def test_a_definition_is_named_from_the_root(checkout: Checkout, folder: str, words: list[str], shown: str) -> None:
    """In whatever folder the command runs, and wherever the configuration is."""
    ended = checkout.validate(folder, *words, "--format", shown)

    assert (3, ["sub/segments/bad.json"]) == (ended.code, files(ended, shown))


@pytest.mark.parametrize("shown", FORMATS)
@pytest.mark.parametrize(
    ("folder", "words"),
    [("sub", []), ("sub/deep", []), ("", ["--config", "sub/reconciler.toml"])],
    ids=["folder", "below", "above"],
)
def test_the_configuration_is_named_from_the_root(
    checkout: Checkout, folder: str, words: list[str], shown: str
) -> None:
    """Also where nothing else can be read."""
    checkout.sub.configure('[targets.local]\ncolour = "red"\n')
    ended = checkout.validate(folder, *words, "--format", shown)

    assert 3 == ended.code
    assert {"sub/reconciler.toml"} == set(files(ended, shown))


@pytest.mark.parametrize("shown", FORMATS)
def test_a_path_that_is_no_definition_is_named_from_the_root(checkout: Checkout, shown: str) -> None:
    """It is the current folder's, where that of a definition is the configuration's."""
    ended = checkout.validate("sub/deep", "package.json", "--format", shown)

    assert (3, ["sub/deep/package.json"]) == (ended.code, files(ended, shown))


@pytest.mark.parametrize(("shown", "file"), [("github", None), ("sarif", None), ("gitlab", "reconciler.toml")])
def test_what_is_beyond_the_root_has_no_place(checkout: Checkout, shown: str, file: str | None) -> None:
    """The server does not have that file; the words say which it is."""
    ended = checkout.validate("sub", "../../x.json", "--format", shown)

    assert (3, [file]) == (ended.code, files(ended, shown))
    assert "../../x.json: is not below a target's definitions" in ended.stdout


@pytest.mark.parametrize("variable", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"])
def test_without_a_repository_the_workspace_is_the_root(tmp_path: Path, variable: str) -> None:
    """As where a job downloads an archive; the CI system says where."""
    checkout = Checkout(tmp_path / "workspace", git=False)
    told = checkout.validate("sub", "--format", "gitlab", **{variable: str(tmp_path / "workspace")})
    elsewhere = checkout.validate("sub", "--format", "gitlab", **{variable: str(tmp_path / "other")})
    untold = checkout.validate("sub", "--format", "gitlab")

    assert ["sub/segments/bad.json"] == files(told, "gitlab")
    assert ["segments/bad.json"] == files(elsewhere, "gitlab")
    assert ["segments/bad.json"] == files(untold, "gitlab")


def test_a_repository_in_the_workspace_is_a_root_of_its_own(tmp_path: Path) -> None:
    """A job can check out into a folder of its workspace."""
    checkout = Checkout(tmp_path / "workspace" / "checkout")
    ended = checkout.validate("sub", "--format", "github", GITHUB_WORKSPACE=str(tmp_path / "workspace"))

    assert ["sub/segments/bad.json"] == files(ended, "github")


def test_a_repository_in_the_repository_of_the_workspace_is_a_part_of_it(tmp_path: Path) -> None:
    """Such as a submodule: what is annotated is the repository that the workspace is of, however it is named."""
    workspace = tmp_path / "workspace"
    checkout = Checkout(workspace / "module")
    subprocess.run(["git", "init", "--quiet", workspace], check=True)
    (tmp_path / "link").symlink_to(workspace)
    ended = checkout.validate("sub", "--format", "github", GITHUB_WORKSPACE=str(tmp_path / "link"))

    assert ["module/sub/segments/bad.json"] == files(ended, "github")


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("github", MISSING),
        ("gitlab", None),
        ("sarif", None),
    ],
)
def test_a_missing_configuration_is_told_in_the_format(tmp_path: Path, shown: str, said: str | None) -> None:
    """An error is a result too; what is no command is told on stderr besides."""
    where = Repository(tmp_path, env=NOBODY)
    (tmp_path / "reconciler.toml").unlink()
    ended = where.run("validate", "--format", shown)

    assert 3 == ended.code
    assert said in {None, ended.stdout}
    assert ("error: there is no `reconciler.toml` here" in ended.stderr) == (shown != "github")
    if shown == "gitlab":
        (entry,) = json.loads(ended.stdout)
        assert ("config-missing", "major", {"path": "reconciler.toml", "lines": {"begin": 1}}) == (
            entry["check_name"],
            entry["severity"],
            entry["location"],
        )
    if shown == "sarif":
        (run,) = ended.document["runs"]
        (invocation,) = run["invocations"]
        (note,) = invocation["toolExecutionNotifications"]
        assert (False, 3, "config-missing") == (
            invocation["executionSuccessful"],
            invocation["exitCode"],
            note["descriptor"]["id"],
        )


@pytest.mark.parametrize("shown", FORMATS)
def test_these_formats_are_for_validate_alone(local: Repository, shown: str) -> None:
    """Of another command it is an error of usage, told in words, and which formats there are."""
    ended = local.run("apply", "--format", shown)

    assert ended == Ended(
        3,
        "",
        "error: `--format` takes one of `text`, `json`, `markdown` (usage)\n"
        "  hint: `reconciler apply --help` shows how it is used\n",
    )


@pytest.mark.parametrize("shown", FORMATS)
def test_an_error_of_usage_is_told_in_the_format_too(local: Repository, shown: str) -> None:
    """Where the command offers it."""
    ended = local.run("validate", "--bogus", f"--format={shown}")

    assert 3 == ended.code
    assert "there is no option `--bogus`" in ended.stdout


def test_an_error_behind_the_result_is_annotated_too(local: Repository) -> None:
    """It is no second result: the log has both."""
    local.env = NOBODY
    shown, plain = (
        local.run("validate", "--format", form, "--out", "reconciler.toml/a") for form in ("github", "gitlab")
    )

    assert (1, "") == (shown.code, shown.stderr)
    assert shown.stdout.startswith("0 definitions fine\n::error file=reconciler.toml/a,title=unwritable-file::")
    assert (1, "[]\n") == (plain.code, plain.stdout)
    assert "(unwritable-file)" in plain.stderr


def test_the_document_can_be_had_besides(checkout: Checkout) -> None:
    """`--out` writes it, whatever the format shown; files are named there as in every document."""
    checkout.validate("sub", "--format", "sarif", "--out", "found.json")
    (found,) = json.loads((checkout.root / "sub" / "found.json").read_text())["problems"]

    assert ("unknown-member", "segments/bad.json") == (found["code"], found["file"])


def test_in_a_folder_that_is_gone_an_error_is_still_told(tmp_path: Path) -> None:
    """There is no place to name, and none is needed."""
    gone = tmp_path / "gone"
    gone.mkdir()
    done = subprocess.run(
        ["sh", "-c", f'cd "$1"; rmdir "$1"; exec {COMMAND} validate --format github', "sh", gone],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )

    assert (1, "") == (done.returncode, done.stderr)
    assert done.stdout.startswith("::error title=file-unusable::no such file or directory")


def test_a_hostile_name_of_a_file_starts_no_command(checkout: Checkout) -> None:
    """The annotation stands at that file, whatever its name is."""
    segments = checkout.root / "sub" / "segments"
    (segments / "bad.json").rename(segments / "::error::a,b%0A##[add-mask]c🦊.json")

    lines = checkout.validate("sub", "--format", "github").stdout.splitlines()

    file = "sub/segments/%3A%3Aerror%3A%3Aa%2Cb%250A##[add-mask]c🦊.json"
    assert [f"::error file={file}", "0 definitions fine"] == [line.partition(",")[0] for line in lines]


@pytest.mark.parametrize("command", ["apply", "drift", "validate", "audience"])
def test_other_commands_write_no_page(local: Repository, command: str) -> None:
    """They refuse the format as any other that there is not."""
    ended = local.run(command, "--format", "html")

    assert (3, "") == (ended.code, ended.stdout)
    assert "`--format` takes one of `text`, `json`, `markdown`" in ended.stderr


def test_what_refuses_a_plan_is_told_beside_its_page(local: Repository) -> None:
    """The page goes to a file: the log of a job shows on stderr why nothing will be applied."""
    for key in ("one", "two", "three"):
        local.define(key, key.capitalize())
    assert local.run("apply", "--yes").code == 0
    for key in ("one", "two", "three"):
        (local.root / "segments" / f"{key}.json").unlink()

    page, document = (local.run("plan", "--format", shown) for shown in ("html", "json"))

    assert "refused: " in page.stdout
    assert (page.code, page.stderr) == (document.code, document.stderr) != (page.code, "")
