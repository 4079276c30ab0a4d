"""`reconciler init` in a fresh folder and in one that has files already."""

from pathlib import Path

import pytest
import yaml
from repository import Ended, Repository

from reconciler.providers.registry import VENDORS
from reconciler.usecases.init import WORKFLOWS, workflow

PLAIN = [
    ".gitignore",
    "reconciler.toml",
    "schemas/qonversion.segment.schema.json",
    "segments/qonversion/renewing-subscribers.json",
]
ON_GITHUB = sorted([*PLAIN, *WORKFLOWS.values()])
PATHS = [
    ".github/actions/reconciler/action.yml",
    ".github/workflows/segments-apply.yml",
    ".github/workflows/segments-drift.yml",
    ".github/workflows/segments-plan.yml",
]
FIRST = """\
next on GitHub (docs/github.md of reconciler says more):
  1. delete the example, segments/qonversion/renewing-subscribers.json
  2. uncomment `[targets.production]` in reconciler.toml
  3. with its key in `QONVERSION_SECRET_KEY` here, bring in what is live: `reconciler import --all --target production`
"""
NEXT_ON_GITHUB = f"""\
{FIRST}\
  4. say what pip installs, as the default of `install` in .github/actions/reconciler/action.yml; no public index has it
  5. make the environment `production` (settings, environments), for the branch `main` alone, with its reviewers
  6. make the secret `QONVERSION_SECRET_KEY` (settings, secrets and variables, actions)
  7. if the default branch is not `main`, name it in .github/workflows/segments-apply.yml
  8. commit all of this on a branch, and open a pull request, the first one: its plan is a comment there
a push straight to the default branch is red (5), as expected: nobody reviewed what it would change
"""
NEXT_WITH_PACKAGE = f"""\
{FIRST}\
  4. make the environment `production` (settings, environments), for the branch `main` alone, with its reviewers
  5. make the secret `QONVERSION_SECRET_KEY` (settings, secrets and variables, actions)
  6. if the default branch is not `main`, name it in .github/workflows/segments-apply.yml
  7. commit all of this on a branch, and open a pull request, the first one: its plan is a comment there
a push straight to the default branch is red (5), as expected: nobody reviewed what it would change
"""
PACKAGE = f"reconciler @ git+https://github.example.com/ada/reconciler@{'0a' * 20}"


@pytest.fixture
def empty(tmp_path: Path) -> Repository:
    """Return a folder with nothing in it."""
    made = Repository(tmp_path)
    (tmp_path / "reconciler.toml").unlink()
    (tmp_path / "segments").rmdir()
    return made


def lines(*rows: str) -> str:
    """Return rows as lines."""
    return "".join(f"{row}\n" for row in rows)


def test_a_repository_is_started(empty: Repository) -> None:
    """Without `--ci` there is nothing for GitHub, and the ledger of the target to come is a file."""
    ended = empty.run("init")

    assert (0, lines(*(f"{name}: written" for name in PLAIN), "next: `reconciler plan`"), "") == (
        ended.code,
        ended.stdout,
        ended.stderr,
    )
    assert PLAIN == list(empty.files())
    assert "ledger" not in (empty.root / "reconciler.toml").read_text()


def test_a_repository_is_started_on_github(empty: Repository) -> None:
    """The workflows and their action are written, and what is left to do on GitHub is told."""
    ended = empty.run("init", "--ci", "github")

    rows = [f"{name}: written" for name in ON_GITHUB]
    assert (0, lines(*rows) + NEXT_ON_GITHUB, "") == (ended.code, ended.stdout, ended.stderr)
    assert PATHS == sorted(WORKFLOWS.values())
    assert ON_GITHUB == list(empty.files())
    written = {name: (empty.root / path).read_text() for name, path in WORKFLOWS.items()}
    assert {name: workflow(name, "QONVERSION_SECRET_KEY") for name in WORKFLOWS} == written


def test_a_second_run_keeps_every_file(empty: Repository) -> None:
    """What is there is told and left as it is, also where somebody has changed it; what is missing is written."""
    empty.run("init", "--ci", "github")
    (empty.root / PATHS[0]).write_text("ours\n")
    (empty.root / PATHS[2]).unlink()
    before = empty.files()

    ended = empty.run("init", "--ci", "github", "--provider", "qonversion")

    rows = [f"{name}: was there, left as it is" for name in ON_GITHUB if name != PATHS[2]]
    expected = lines(f"{PATHS[2]}: written", *rows) + NEXT_ON_GITHUB
    assert (0, expected) == (ended.code, ended.stdout)
    assert before == {name: data for name, data in empty.files().items() if name != PATHS[2]}


def test_workflows_are_added_to_a_repository_that_was_started_without(empty: Repository) -> None:
    """The configuration stays as it was, down to the ledger in a file."""
    empty.run("init")
    before = empty.files()

    document = empty.run("init", "--ci", "github", "--format", "json").document

    assert {
        "format": "reconciler-init",
        "format_version": document["format_version"],
        "written": PATHS,
        "kept": PLAIN,
    } == document
    assert before == {name: data for name, data in empty.files().items() if name in PLAIN}


@pytest.mark.parametrize("provider", VENDORS)
def test_the_target_to_come_keeps_its_ledger_in_git(empty: Repository, provider: str) -> None:
    """Uncommented, it is a valid target: a job has nobody who commits a ledger file."""
    empty.run("init", "--ci", "github", "--provider", provider)
    config = empty.root / "reconciler.toml"
    config.write_text(config.read_text().replace("\n# ", "\n"))

    assert '\nledger = "git"\n' in config.read_text()
    assert 0 == empty.run("validate", "--strict", "--target", "production").code


def default(repository: Repository) -> str:
    """Return what the action installs unless a workflow says another, as a YAML parser reads it."""
    found: str = yaml.safe_load((repository.root / PATHS[0]).read_text())["inputs"]["install"]["default"]
    return found


def refused(words: str) -> Ended:
    """Return how `init` ends that is not used as it should be."""
    return Ended(3, "", f"error: {words} (usage)\n  hint: `reconciler init --help` shows how it is used\n")


def test_what_ci_installs_is_said_at_once(empty: Repository) -> None:
    """The package is the default of the action's input, the only difference; then there is nothing left to say."""
    ended = empty.run("init", "--ci", "github", "--package", PACKAGE)

    rows = [f"{name}: written" for name in ON_GITHUB]
    assert Ended(0, lines(*rows) + NEXT_WITH_PACKAGE, "") == ended
    said = workflow("action.yml", "").splitlines()
    written = (empty.root / PATHS[0]).read_text().splitlines()
    assert [f'    default: "{PACKAGE}"'] == [line for line in written if line not in said]
    assert (PACKAGE, len(said)) == (default(empty), len(written))


def test_a_package_changes_no_action_that_is_there(empty: Repository) -> None:
    """It stays as it was: a warning says so, and where to say what is installed is told again."""
    empty.run("init", "--ci", "github")

    ended = empty.run("init", "--ci", "github", "--package", PACKAGE)

    rows = [f"{name}: was there, left as it is" for name in ON_GITHUB]
    told = (
        f"warning: `{PACKAGE}` was not written: {PATHS[0]} was there, and was left as it is (package-not-written)\n"
        "  hint: see what `install` has there as its default\n"
    )
    assert Ended(0, lines(*rows) + NEXT_ON_GITHUB, told) == ended
    assert "" == default(empty)


@pytest.mark.parametrize(
    "package",
    [
        ".",
        "./ci/reconciler-0.1.0-py3-none-any.whl",
        "reconciler[z3] @ https://example.com/reconciler.whl#sha256=0a",
        "a # b",
        "#",
        "a: b",
        "'",
        '"',
        'it\'s "quoted"',
        "\\",
        "\\n",
        "*a &b !c |d >e %f @g `h`",
        "{a: [b, c]}",
        "~",
        "$HOME ${HOME} $(x) {{ x }}",
        "VENDOR_SECRET_KEY RECONCILER_PACKAGE",
        "\u00e9\u6f22\U0001f600",
    ],
)
def test_a_package_is_written_as_it_was_given(empty: Repository, package: str) -> None:
    """Whatever a YAML parser would take for its own stays text."""
    empty.run("init", "--ci", "github", "--package", package)

    assert package == default(empty)


@pytest.mark.parametrize(
    "package",
    [
        "reconciler",
        "reconciler==0.1.0",
        "reconciler ~= 0.1",
        "reconciler(>=1)",
        "reconciler[z3]",
        "reconciler[z3] >= 1; python_version > '3'",
        "null",
        "1.0",
        "ci",
    ],
)
def test_a_bare_name_is_refused(empty: Repository, package: str) -> None:
    """Pip would install whatever has this name on a public index; nothing is written."""
    ended = empty.run("init", "--ci", "github", "--package", package)

    words = (
        f"error: `--package`: pip takes `{package}` from a public index, where the name is somebody else's (usage)\n"
        "  hint: name a path that begins with `./`, a commit or a wheel with its hash; what an index of yours has, "
        f"write as the default of `install` in {PATHS[0]}\n"
    )
    assert Ended(3, "", words) == ended
    assert {} == empty.files()


@pytest.mark.parametrize(
    "package",
    ["./ci/x.whl", "ci/x.whl", "x.whl", "x.whl[z3]", "./a@b", "../x.whl", "/opt/wheels/x.whl", "/", "a.tar.gz"],
)
def test_a_path_to_nothing_is_warned_of(empty: Repository, package: str) -> None:
    """It may be on its way, so it is written; what is outside of the folder no job checks out."""
    ended = empty.run("init", "--ci", "github", "--package", package, "--format", "json")

    words = (
        f"warning: `{package}` is not in this folder, so no job would find it (package-missing)\n"
        "  hint: `pip wheel --no-deps` builds it from a checkout; commit it as well\n"
    )
    assert (0, words, package) == (ended.code, ended.stderr, default(empty))


@pytest.mark.parametrize(
    "package", [".", "./ci", "ci/x.whl", "ci/x.whl[z3]", "file:ci/y.whl", "https://example.com/y.whl"]
)
def test_a_path_that_is_there_is_not_warned_of(empty: Repository, package: str) -> None:
    """Nor is an address, which nobody asks."""
    (empty.root / "ci").mkdir()
    (empty.root / "ci" / "x.whl").touch()

    ended = empty.run("init", "--ci", "github", "--package", package)

    assert (0, "", package) == (ended.code, ended.stderr, default(empty))


SEEN = "it is one line of characters that can be seen, with no space around it"


@pytest.mark.parametrize(
    ("package", "words"),
    [
        ("", SEEN),
        (" ", SEEN),
        (" -r requirements.txt", SEEN),
        ("a\n", SEEN),
        ("a\nb", SEEN),
        ("a\tb", SEEN),
        ("a\x1b[31mb", SEEN),
        ("a\x7f", SEEN),
        ("a\x85b", SEEN),
        ("a\u2028b", SEEN),
        ("a\u202eb", SEEN),
        ("a\u200bb", SEEN),
        ("a\udcffb", SEEN),
        ("-rrequirements.txt", "an option of pip is nothing to install"),
        ("--index-url=https://example.com", "an option of pip is nothing to install"),
        ("${{ github.token }}", "GitHub would replace what begins with `${{`"),
        ("a@${{x", "GitHub would replace what begins with `${{`"),
    ],
)
def test_a_package_that_hides_something_is_refused(empty: Repository, package: str, words: str) -> None:
    """What pip, YAML, GitHub or a reviewer would read as something else is invalid input; nothing is written."""
    ended = empty.run("init", "--ci", "github", "--package", package)

    assert refused(f"`--package` cannot be used: {words}") == ended
    assert {} == empty.files()


def test_a_package_without_ci_is_refused(empty: Repository) -> None:
    """Nothing would hold it."""
    ended = empty.run("init", "--package", PACKAGE)

    assert refused("`--package` goes with `--ci`") == ended
    assert {} == empty.files()


def test_another_system_than_github_is_refused(empty: Repository) -> None:
    """A name that `--ci` does not know is invalid input, and nothing is written."""
    ended = empty.run("init", "--ci", "jenkins")

    assert (3, "") == (ended.code, ended.stdout)
    assert {} == empty.files()
