"""The other runs of the same workflow on the same branch that have not ended. It writes nothing.

Page: https://docs.github.com/en/rest/actions/workflow-runs
"""

from enum import StrEnum

from pydantic import BaseModel

from reconciler.errors import GitHubAnswer
from reconciler.github.api import PER_PAGE, GitHub, Parameters
from reconciler.github.marker import Run

ENDED = "completed"


class Company(StrEnum):
    """Who else may be writing about the same thing."""

    NEWER = "newer"
    """A run that was started later has not ended: what it writes counts."""
    OLDER = "older"
    """Only runs that were started earlier have not ended, or nobody can say whether there are any."""
    NONE = "none"


class _Home(BaseModel):
    full_name: str


class _This(BaseModel):
    workflow_id: int
    head_branch: str | None
    head_repository: _Home | None
    event: str


class _Other(BaseModel):
    id: int
    status: str | None
    head_repository: _Home | None


class _Others(BaseModel):
    workflow_runs: list[_Other]


def company(github: GitHub, run: Run) -> Company:
    """Return who else is there now; without `actions: read` nobody can say.

    Of two runs that overlap, the one that asks later sees the other.
    """
    try:
        this = github.get(_This, f"/actions/runs/{run.id}")
        query: Parameters = {"event": this.event, "branch": this.head_branch or "", "per_page": PER_PAGE}
        others = github.get(_Others, f"/actions/workflows/{this.workflow_id}/runs", query).workflow_runs
    except GitHubAnswer:
        return Company.OLDER
    found = [
        other.id
        for other in others
        if other.id != run.id and other.status != ENDED and other.head_repository == this.head_repository
    ]
    if any(each > run.id for each in found):
        return Company.NEWER
    return Company.OLDER if found else Company.NONE
