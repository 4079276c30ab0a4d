"""The other runs of the same workflow on the same branch: who is newer, and who has not ended. It writes nothing.

Page: https://docs.github.com/en/rest/actions/workflow-runs
"""

from enum import StrEnum

from pydantic import BaseModel

from reconciler.errors import GitHubAnswer
from reconciler.github.api import PER_PAGE, GitHub
from reconciler.github.marker import Run

ENDED = "completed"


class Company(StrEnum):
    """Who else may be writing about the same thing."""

    NEWER = "newer"
    """A run that was started later: this one has nothing to say any more."""
    OLDER = "older"
    """A run that was started earlier and has not ended, or nobody can say whether there is one."""
    NONE = "none"


class _This(BaseModel):
    workflow_id: int
    head_branch: str | None
    event: str


class _Other(BaseModel):
    id: int
    run_number: int
    run_attempt: int = 1
    status: str | None


class _Others(BaseModel):
    workflow_runs: list[_Other]


def company(github: GitHub, run: Run) -> Company:
    """Return who else is there now; the token needs `actions: read` for anything but OLDER.

    Every newer run is seen by an older one that begins to write after the newer one began, and every older one that
    began to write before is seen by the newer.
    """
    try:
        this = github.get(_This, f"/actions/runs/{run.id}")
        query = {"event": this.event, "branch": this.head_branch or "", "per_page": PER_PAGE}
        others = github.get(_Others, f"/actions/workflows/{this.workflow_id}/runs", query).workflow_runs
    except GitHubAnswer:
        return Company.OLDER
    place = (run.number, run.attempt)
    found = [(other.run_number, other.run_attempt, other.status) for other in others]
    if any((number, attempt) > place for number, attempt, _ in found):
        return Company.NEWER
    if any((number, attempt) < place and status != ENDED for number, attempt, status in found):
        return Company.OLDER
    return Company.NONE
