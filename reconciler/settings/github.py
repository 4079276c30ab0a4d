"""What GitHub Actions tells a job in its environment: which repository, event and run it is, and where it may write.

Page: https://docs.github.com/en/actions/reference/workflows-and-actions/variables
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ValidationError

from reconciler.core.segment import Json
from reconciler.errors import InvalidInput, Problem

NEEDED = (
    "GITHUB_TOKEN",
    "GITHUB_REPOSITORY",
    "GITHUB_EVENT_NAME",
    "GITHUB_EVENT_PATH",
    "GITHUB_SHA",
    "GITHUB_REF",
    "GITHUB_RUN_ID",
    "GITHUB_RUN_NUMBER",
)
NUMBERS = ("GITHUB_RUN_ID", "GITHUB_RUN_NUMBER", "GITHUB_RUN_ATTEMPT")
COPY = "run it in a workflow as `reconciler init --ci github` writes it"


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request: its newest commit, and that of the branch it is for.

    `foreign` says that it comes from where no secrets are handed to: from a fork, or from Dependabot.
    """

    number: int
    head: str
    base: str
    foreign: bool


@dataclass(frozen=True, slots=True)
class Job:
    """One job. `sha` is what is checked out, `ref` its branch in full; `run` is its id, number and attempt.

    `payload` is the event as GitHub's webhooks have it. `summary` and `output` are files to append to, where there are
    any; `workspace` is where the repository is checked out.
    """

    api: str
    server: str
    repository: str
    token: str
    event: str
    payload: Mapping[str, Json]
    sha: str
    ref: str
    actor: str
    workflow: str
    run: tuple[int, int, int]
    summary: Path | None
    output: Path | None
    workspace: Path

    @property
    def run_url(self) -> str:
        """The page of the run, with its summary."""
        return f"{self.server}/{self.repository}/actions/runs/{self.run[0]}/attempts/{self.run[2]}"

    def commit_url(self, sha: str) -> str:
        """Return the page of a commit."""
        return f"{self.server}/{self.repository}/commit/{sha}"

    def branch(self) -> str:
        """Return the branch that the job is of; raises InvalidInput where it is not the repository's default one."""
        repository = self._happened().repository
        if repository is None:
            raise InvalidInput(_no_payload("tells no default branch"))
        default = repository.default_branch
        if self.ref == f"refs/heads/{default}":
            return default
        words = f"`{self.event}` is of `{self.ref}`, and only what is on the default branch `{default}` is applied"
        raise InvalidInput(Problem("wrong-event", words, hint="merge it first"))

    @property
    def before(self) -> str:
        """The commit that the branch was at before it was pushed to; empty where there was none."""
        sha = self._happened().before or ""
        return sha if sha.strip("0") else ""

    def pull_request(self) -> PullRequest:
        """Return the pull request of the event; raises InvalidInput where there is none."""
        pull = self._happened().pull_request
        if pull is None:
            raise InvalidInput(_no_payload("holds no pull request"))
        home = pull.head.repo.full_name if pull.head.repo else ""
        foreign = self.actor == "dependabot[bot]" or home != self.repository
        return PullRequest(pull.number, pull.head.sha, pull.base.sha, foreign)

    def _happened(self) -> "_Event":
        try:
            return _Event.model_validate(self.payload)
        except ValidationError as error:
            where = ".".join(map(str, error.errors()[0]["loc"]))
            raise InvalidInput(_no_payload(f"is not as GitHub writes it: `{where}`")) from None


class _Repository(BaseModel):
    default_branch: str


class _Home(BaseModel):
    full_name: str


class _Tip(BaseModel):
    sha: str
    repo: _Home | None


class _Pull(BaseModel):
    number: int
    head: _Tip
    base: _Tip


class _Event(BaseModel):
    repository: _Repository | None = None
    pull_request: _Pull | None = None
    before: str | None = None


def job() -> Job:
    """Return the job that this process runs in; raises InvalidInput with everything that is missing or wrong."""
    found = {name: value.strip() for name, value in os.environ.items() if name.startswith("GITHUB_") and value.strip()}
    problems = _missing([name for name in NEEDED if name not in found])
    problems += [_not_a_number(name) for name in NUMBERS if name in found and not _is_number(found[name])]
    payload, unreadable = _payload(found.get("GITHUB_EVENT_PATH", ""))
    problems += unreadable
    if problems:
        raise InvalidInput(*problems)
    return Job(
        api=found.get("GITHUB_API_URL", "https://api.github.com"),
        server=found.get("GITHUB_SERVER_URL", "https://github.com"),
        repository=found["GITHUB_REPOSITORY"],
        token=found["GITHUB_TOKEN"],
        event=found["GITHUB_EVENT_NAME"],
        payload=payload,
        sha=found["GITHUB_SHA"],
        ref=found["GITHUB_REF"],
        actor=found.get("GITHUB_ACTOR", ""),
        workflow=found.get("GITHUB_WORKFLOW", ""),
        run=(int(found["GITHUB_RUN_ID"]), int(found["GITHUB_RUN_NUMBER"]), int(found.get("GITHUB_RUN_ATTEMPT", "1"))),
        summary=_file(found, "GITHUB_STEP_SUMMARY"),
        output=_file(found, "GITHUB_OUTPUT"),
        workspace=Path(found.get("GITHUB_WORKSPACE") or Path.cwd()),
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text) > 0


def _file(found: Mapping[str, str], name: str) -> Path | None:
    return Path(found[name]) if name in found else None


def _missing(names: list[str]) -> list[Problem]:
    """Return one problem with all that is missing, if anything is; where only the token is, with how to map it."""
    if not names:
        return []
    hint = "map it in the step: `env: { GITHUB_TOKEN: ${{ github.token }} }`" if names == ["GITHUB_TOKEN"] else COPY
    words = ", ".join(f"`{name}`" for name in names)
    return [Problem("not-in-actions", f"not set in the environment, or empty: {words}", hint=hint)]


def _not_a_number(name: str) -> Problem:
    return Problem("not-in-actions", f"the environment variable `{name}` is not a positive number", hint=COPY)


def _payload(path: str) -> tuple[Mapping[str, Json], list[Problem]]:
    if not path:
        return {}, []
    try:
        data = json.loads(Path(path).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}, [_no_payload("cannot be read as JSON")]
    return (data, []) if isinstance(data, dict) else ({}, [_no_payload("is not an object")])


def _no_payload(words: str) -> Problem:
    return Problem("not-in-actions", f"the event in the file that `GITHUB_EVENT_PATH` names {words}", hint=COPY)
