"""Pull requests from where no secrets are handed to: what changed is shown, and no vendor is asked."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from clones import git
from hub.records import BOT, READ_ONLY
from hub.store import fork_ref
from town import CONFIG, Job, Town, definition, town

OLD, KEEP, MOVED, SAFE = (f"segments/{name}.json" for name in ("old", "keep", "moved", "safe"))
FILES = {
    OLD: definition("Old"),
    KEEP: definition("Keep"),
    MOVED: definition("Moved"),
    SAFE: definition("Safe", protected=True),
}


@pytest.fixture
def begun(tmp_path: Path) -> Iterator[Town]:
    """Yield a repository of four definitions, of which nothing is live."""
    with town(tmp_path, files=FILES) as made:
        yield made


def fork(made: Town, *steps: Mapping[str, str | None]) -> int:
    """Have Mallory open a pull request from a fork, with a commit for each step."""
    for files in steps:
        made.commit("change", files, to=fork_ref("change"))
    return made.hub.open_pull("change", author="mallory", fork=True).number


def plan(made: Town, *arguments: str, key: str = "", **variables: str) -> Job:
    """Run the plan as GitHub runs that of a fork: it may read, and has no secrets."""
    token = made.hub.token(BOT, permissions=READ_ONLY)
    return made.plan("change", *arguments, token=token, key=key, variables=variables)


def told(made: Town, alter: Callable[[dict[str, Any]], object]) -> str:
    """Return a file with the event of the pull request as it would be otherwise."""
    folder = made.folder / "told"
    run = made.hub.start_run(event="pull_request", branch="change")
    given = made.hub.environment("pull_request", run, made.token, folder)
    payload = json.loads(Path(given["GITHUB_EVENT_PATH"]).read_bytes())
    alter(payload)
    (folder / "other.json").write_text(json.dumps(payload))
    return str(folder / "other.json")


def test_the_difference_from_the_base_is_shown(begun: Town) -> None:
    """Created, updated, deleted, moved, and not deleted since it is protected; nobody is asked, and nothing posted."""
    there = definition("Moved", previously=["moved"])
    files = {"segments/new.json": definition("New"), KEEP: definition("Kept"), OLD: None, MOVED: None, SAFE: None}
    number = fork(begun, {**files, "segments/there.json": there})
    base = begun.hub.bare.main[:7]

    job = plan(begun, "--labels")

    assert job.code == 0, job.said
    assert job.outputs == {"changes": "5", "deletes": "2", "comment": ""}
    assert f"**Compared with the base branch at `{base}`, not with what is live:**" in job.summary
    shown = [line for line in job.summary.splitlines() if line.startswith(("#", "`")) and "```" not in line]
    assert shown == [
        "## Segments: 2 to delete, 1 to update, 1 to adopt, 1 to create, 1 of these blocked in `production`",
        "#### Delete (2)",
        '`-` **`old`** `"Old"` · the definition was removed',
        '`-` **`safe`** `"Safe"` · the definition was removed',
        "#### Update (1) · base branch → this branch",
        '`~` **`keep`** `"Kept"` · the definition changed',
        "#### Adopt (1) · the ledger alone: it is managed from now on",
        '`=` **`there`** `"Moved"` · the definition changed',
        "#### Create (1)",
        '`+` **`new`** `"New"` · new definition',
    ]
    assert "> **blocked:** protected: its definition said so" in job.summary
    assert "no comment: what a fork" in job.ended.stderr
    assert "comment-refused" not in job.ended.stdout
    assert "the summary of the job has it all" in job.ended.stderr
    assert begun.vendor.requests == []
    assert begun.hub.comments(number) == []
    assert begun.hub.pulls[number].labels == []
    assert begun.hub.complaints == []


def test_the_first_parent_of_the_trial_merge_is_the_base(begun: Town) -> None:
    """What came to the base branch after the fork is none of the pull request's."""
    fork(begun, {KEEP: definition("Kept")})
    begun.commit("main", {"segments/later.json": definition("Later")})

    job = plan(begun)

    assert (job.code, job.outputs["changes"], job.outputs["deletes"]) == (0, "1", "0"), job.said
    assert f"at `{begun.hub.bare.main[:7]}`" in job.summary


def test_limits_hold_for_a_fork_too(begun: Town) -> None:
    """A plan that would be refused says so, and nothing failed."""
    fork(begun, {OLD: None, KEEP: None, MOVED: None})

    job = plan(begun)

    assert job.code == 0, job.said
    assert job.summary.startswith("## Segments: refused: 3 to delete in `production`\n")
    assert begun.vendor.requests == []


def test_nothing_changed(begun: Town) -> None:
    """A pull request about something else says what was compared."""
    fork(begun, {"README.md": "more"})

    job = plan(begun)

    assert (job.code, job.outputs["changes"]) == (0, "0")
    assert "4 definitions of commit" in job.summary
    assert "compared with those of the base branch" in job.summary


def test_an_invalid_definition_is_annotated(begun: Town) -> None:
    """Beside its line, on a red job, and in the summary; nobody is asked."""
    fork(begun, {"segments/wrong.json": '{\n  "name": "Wrong",\n  "conditions": 3\n}'})

    job = plan(begun)

    assert job.code == 3
    assert job.outputs == {"changes": "0", "deletes": "0", "comment": ""}
    assert job.ended.stdout.startswith("::error file=segments/wrong.json,line=3,col=17,title=wrong-type::")
    assert "`segments/wrong.json:3:17`" in job.summary
    assert "so no plan was made" in job.summary
    assert "comment-refused" in job.ended.stdout
    assert begun.vendor.requests == []


def test_a_pull_request_that_mends_the_base_is_green(begun: Town) -> None:
    """What cannot be read there looks new, and that is told."""
    begun.commit("main", {KEEP: "{"})
    fork(begun, {KEEP: definition("Keep")})

    job = plan(begun)

    assert job.code == 0
    assert "1 file of the base branch cannot be read" in job.summary
    assert "1 to create" in job.summary
    assert begun.vendor.requests == []


def test_a_base_without_definitions_makes_all_of_them_new(tmp_path: Path) -> None:
    """The pull request brings the folder."""
    with town(tmp_path) as made:
        fork(made, {KEEP: definition("Keep"), OLD: definition("Old")})

        job = plan(made)

        assert (job.code, job.outputs["changes"]) == (0, "2"), job.said
        assert "2 to create" in job.summary


@pytest.mark.parametrize("folder", ["segments", "nested/segments", "."])
def test_a_configuration_below_the_root(tmp_path: Path, folder: str) -> None:
    """The base's definitions are those below the configuration, wherever that says they are."""
    config = CONFIG.replace('"segments"', f'"{folder}"')
    with town(tmp_path, config=config) as made:
        text = config.format(endpoint=made.endpoint)
        files = {f"sub/{folder}/{name.lower()}.json": definition(name) for name in ("Keep", "Other")}
        made.commit("main", {"sub/reconciler.toml": text, "reconciler.toml": None, **files})
        fork(made, {f"sub/{folder}/keep.json": definition("Kept")})

        job = plan(made, "--config", "sub/reconciler.toml")

        assert (job.code, job.outputs["changes"]) == (0, "1"), job.said
        assert "1 to update" in job.summary


def test_a_dispatched_commit_that_is_no_trial_merge_is_held_against_the_base_of_the_event(begun: Town) -> None:
    """Whoever checks the branch itself out gets the base that the event tells, if that is there."""
    fork(begun, {KEEP: definition("Kept")})
    run = begun.hub.start_run(branch="change")
    assert run.pull
    run.pull.merge_sha = run.pull.head_sha

    job = begun.job("plan", "pull_request", run, key="")

    assert (job.code, job.outputs["changes"]) == (0, "1"), job.said


def test_a_base_that_is_not_in_the_checkout(begun: Town) -> None:
    """Two commits deep, the branch itself does not reach it."""
    fork(begun, {KEEP: definition("Kept")}, {OLD: definition("Older")})
    run = begun.hub.start_run(branch="change")
    assert run.pull
    run.pull.merge_sha = run.pull.head_sha

    job = begun.job("plan", "pull_request", run, key="")

    assert job.code == 3
    assert job.ended.stdout.startswith("::error title=base-missing::the commit ")
    assert "check out with `fetch-depth: 2`" in job.said
    assert "fetch-depth: 2" in job.summary
    assert begun.vendor.requests == []


class Shallow(Town):
    """A town whose checkouts have one commit, as `actions/checkout` makes them unasked."""

    def check_out(self, folder: Path, given: Mapping[str, str]) -> None:
        """Check out what the event is about, and no commit before it."""
        git(self.folder, "init", "--quiet", str(folder))
        git(folder, "remote", "add", "origin", f"file://{self.hub.bare.folder}")
        git(folder, "fetch", "--quiet", "--depth=1", "origin", given["GITHUB_SHA"])
        git(folder, "checkout", "--quiet", "--detach", given["GITHUB_SHA"])


def test_a_checkout_of_one_commit(begun: Town) -> None:
    """The parents of the trial merge are cut off: neither they nor the event lead to the base."""
    fork(begun, {KEEP: definition("Kept")})
    shallow = Shallow(begun.folder / "shallow", begun.hub, begun.vendor, begun.endpoint, begun.token)
    shallow.folder.mkdir()

    job = plan(shallow)

    assert job.code == 3
    assert "base-missing" in job.ended.stdout
    assert begun.vendor.requests == []


def test_a_fork_that_was_deleted(begun: Town) -> None:
    """Its repository is null in the event: it is a fork's all the same."""
    fork(begun, {KEEP: definition("Kept")})

    def delete(payload: dict[str, Any]) -> None:
        payload["pull_request"]["head"]["repo"] = None

    job = plan(begun, GITHUB_EVENT_PATH=told(begun, delete))

    assert (job.code, job.outputs["changes"]) == (0, "1"), job.said
    assert begun.vendor.requests == []


def test_dependabot_has_no_secrets_either(begun: Town) -> None:
    """Its branches are in the repository itself."""
    begun.propose("bump", {KEEP: definition("Kept")})
    run = begun.hub.start_run(branch="bump", actor="dependabot[bot]")

    job = begun.job("plan", "pull_request", run, key="")

    assert (job.code, job.outputs["changes"]) == (0, "1"), job.said
    assert "Compared with the base branch" in begun.comments(run.pull.number if run.pull else 0)[0]
    assert begun.vendor.requests == []


def test_nothing_of_a_fork_is_approved(begun: Town) -> None:
    """Where the comment could be posted after all, an apply finds no digest in it."""
    begun.propose("bump", {KEEP: definition("Kept")})
    run = begun.hub.start_run(branch="bump", actor="dependabot[bot]")
    assert begun.job("plan", "pull_request", run, key="").code == 0

    (comment,) = begun.hub.comments(1)

    assert comment.body.startswith("<!-- reconciler ")
    assert '"digests":{}' in comment.body


def test_a_fork_whose_key_is_there_is_planned(begun: Town) -> None:
    """An administrator may hand secrets to forks: then it is held against what is live, of which there is nothing."""
    fork(begun, {KEEP: definition("Kept")})

    job = begun.plan("change")

    assert (job.code, job.outputs["changes"]) == (0, "4"), job.said
    assert begun.vendor.requests != []
    assert "Compared with the base branch" not in job.summary


def test_a_pull_request_of_the_repository_without_a_key_is_red(begun: Town) -> None:
    """There a missing key is a mistake, and the comment says so."""
    number = begun.propose("change", {KEEP: definition("Kept")})

    job = begun.plan("change", key="")

    assert job.code == 1
    assert job.ended.stdout.startswith("::error title=credential-missing::")
    assert "no plan of `production`" in begun.comments(number)[0]
    assert "`QONVERSION_SECRET_KEY` is not set" in job.summary
    assert begun.vendor.requests == []


def test_one_target_of_a_fork_may_have_its_key(tmp_path: Path) -> None:
    """What can be looked at is; the comment says which was not."""
    more = CONFIG + CONFIG[CONFIG.index("[targets") :].replace("production", "staging").replace(
        "SECRET_KEY", "OTHER_KEY"
    )
    with town(tmp_path, config=more, files={KEEP: definition("Keep")}) as made:
        number = fork(made, {KEEP: definition("Kept")})

        job = made.plan("change", "--all-targets")

        assert job.code == 0, job.said
        assert "1 to create" in job.summary
        assert "this run has no credentials for `staging`" in made.comments(number)[0]
        marker = made.hub.comments(number)[0].body.partition("\n")[0]
        assert ("production" in marker.partition("digests")[2], "staging" in marker.partition("digests")[2]) == (
            True,
            False,
        )
