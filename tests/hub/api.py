"""What the hub answers to each request: REST, by GitHub's documentation.

A `Visit` is one request. Each endpoint is a function of the store and the visit, found by its name in `ENDPOINTS`.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from hub.paging import Page
from hub.records import FULL_NAME, LONGEST_BODY, MAIN, OWNER, Comment, Issue, Pull, Refused, Run, Token
from hub.store import Store
from werkzeug.routing import Map, Rule

_REPO = "/repos/<owner>/<repo>"
RULES: Final = Map(
    [
        Rule(path if path == "/user" else f"{_REPO}{path}", methods=[method], endpoint=endpoint)
        for method, path, endpoint in (
            ("GET", "/user", "get_user"),
            ("GET", "/issues", "list_issues"),
            ("POST", "/issues", "create_issue"),
            ("GET", "/issues/<int:number>", "get_issue"),
            ("PATCH", "/issues/<int:number>", "update_issue"),
            ("GET", "/issues/<int:number>/comments", "list_comments"),
            ("POST", "/issues/<int:number>/comments", "create_comment"),
            ("GET", "/issues/comments/<int:comment>", "get_comment"),
            ("PATCH", "/issues/comments/<int:comment>", "update_comment"),
            ("DELETE", "/issues/comments/<int:comment>", "delete_comment"),
            ("GET", "/issues/<int:number>/labels", "list_labels"),
            ("POST", "/issues/<int:number>/labels", "add_labels"),
            ("DELETE", "/issues/<int:number>/labels/<path:label>", "remove_label"),
            ("GET", "/pulls", "list_pulls"),
            ("GET", "/pulls/<int:number>", "get_pull"),
            ("GET", "/commits/<path:ref>/pulls", "list_pulls_of_commit"),
            ("GET", "/commits/<path:ref>", "get_commit"),
            ("GET", "/compare/<path:basehead>", "compare"),
            ("GET", "/actions/runs/<int:run>", "get_run"),
            ("GET", "/actions/workflows/<workflow>/runs", "list_runs"),
        )
    ],
    strict_slashes=False,
    merge_slashes=False,
)

_LONGEST_TITLE = 256
_LONGEST_LABEL = 50
_MOST_COMMITS = 250


class Visit(NamedTuple):
    """One request: who asks, for what; `url` is the address without the query."""

    token: Token
    arguments: Mapping[str, Any]
    query: Mapping[str, str]
    body: object
    url: str

    def need(self, access: str, *permissions: str) -> None:
        """Refuse a token that has none of these permissions."""
        if any(self.token.may(permission, access) for permission in permissions):
            return
        kind = "integration" if self.token.installation else "personal access token"
        raise Refused(403, f"Resource not accessible by {kind}")

    def members(self) -> Mapping[str, object]:
        """Return the body, which is to be an object."""
        if not isinstance(self.body, Mapping):
            raise Refused(400, "Problems parsing JSON" if self.body is None else "Body should be a JSON object")
        return self.body


class Answer(NamedTuple):
    """What is answered; a body of None is no body."""

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = {}


def answer(store: Store, endpoint: str, visit: Visit) -> Answer:
    """Answer one request to a known path."""
    if endpoint != "get_user":
        owner, repo = visit.arguments["owner"], visit.arguments["repo"]
        if f"{owner}/{repo}".lower() != FULL_NAME or not visit.token.permissions:
            raise Refused(404, "Not Found")
    return ENDPOINTS[endpoint](store, visit)


def get_user(store: Store, visit: Visit) -> Answer:
    """Say who asks: a person. An installation is none."""
    if visit.token.installation:
        raise Refused(403, "Resource not accessible by integration")
    return Answer(body=store.shapes.private_user(visit.token.login))


def list_issues(store: Store, visit: Visit) -> Answer:
    """List issues and pull requests, the newest first."""
    _read(store, visit, "issues", "pull_requests")
    query = visit.query
    state, creator, labels = query.get("state", "open"), query.get("creator"), query.get("labels", "")
    wanted = {label.lower() for label in labels.split(",") if label}
    found = [
        issue
        for issue in store.all_issues()
        if state in {issue.state, "all"}
        and (creator is None or issue.login.lower() == creator.lower())
        and wanted <= {label.lower() for label in issue.labels}
        and issue.updated_at >= query.get("since", "")
    ]
    return _listed(visit, _sorted(found, query), lambda issue: _issue(store, issue))


def create_issue(store: Store, visit: Visit) -> Answer:
    """Open an issue. Labels are dropped in silence where the token may not set them."""
    visit.need("write", "issues")
    if not store.issues_enabled:
        raise Refused(410, "Issues has been disabled in this repository.")
    members = visit.members()
    title, body = _title(members), _body(members, "Issue", needed=False)
    labels = _labels(members.get("labels", [])) if _labelling(store, visit) else []
    issue = Issue(store.next_number(), visit.token.login, title, body, store.clock.text, store.clock.text, labels)
    store.add_issue(issue)
    made = _issue(store, issue)
    return Answer(201, made, {"location": made["url"]})


def get_issue(store: Store, visit: Visit) -> Answer:
    """Return an issue or a pull request."""
    return Answer(body=_issue(store, _readable(store, visit)))


def update_issue(store: Store, visit: Visit) -> Answer:
    """Change what the body names of an issue or a pull request."""
    issue, members = _writable(store, visit), visit.members()
    if issue.login != visit.token.login and not visit.token.push:
        raise Refused(403, "Must have admin rights to Repository.")
    title = _title(members) if "title" in members else issue.title
    body = _body(members, "Issue", needed=False) if "body" in members else issue.body
    labels = issue.labels
    if "labels" in members and _labelling(store, visit):
        labels = _labels(members["labels"])
    state, reason = _state(members, issue)
    issue.title, issue.body, issue.labels, issue.updated_at = title, body, labels, store.clock.text
    if state != issue.state or reason != issue.state_reason:
        store.set_state(issue, state, reason, visit.token.login)
    return Answer(body=_issue(store, issue))


def list_comments(store: Store, visit: Visit) -> Answer:
    """List the comments on an issue, the oldest first."""
    issue = _readable(store, visit)
    found = [
        comment for comment in store.kept_comments(issue.number) if comment.updated_at >= visit.query.get("since", "")
    ]
    return _listed(visit, found, lambda comment: _comment(store, comment))


def create_comment(store: Store, visit: Visit) -> Answer:
    """Comment on an issue or a pull request."""
    issue = _writable(store, visit)
    text = _body(visit.members(), "IssueComment", needed=True)
    made = _comment(store, store.add_comment(visit.token.login, issue.number, text or ""))
    return Answer(201, made, {"location": made["url"]})


def get_comment(store: Store, visit: Visit) -> Answer:
    """Return a comment."""
    comment = _kept_comment(store, visit)
    _read(store, visit, *_permissions(store.issue(comment.number)))
    return Answer(body=_comment(store, comment))


def update_comment(store: Store, visit: Visit) -> Answer:
    """Change a comment."""
    comment = _changeable(store, visit)
    comment.body = _body(visit.members(), "IssueComment", needed=True) or ""
    comment.updated_at = store.clock.text
    return Answer(body=_comment(store, comment))


def delete_comment(store: Store, visit: Visit) -> Answer:
    """Delete a comment."""
    store.drop_comment(_changeable(store, visit))
    return Answer(204)


def list_labels(store: Store, visit: Visit) -> Answer:
    """List the labels of an issue."""
    return _listed(visit, _readable(store, visit).labels, store.shapes.label)


def add_labels(store: Store, visit: Visit) -> Answer:
    """Give an issue more labels; what the repository does not have yet is made."""
    issue = _writable(store, visit)
    if not visit.token.push:
        raise Refused(403, "Must have admin rights to Repository.")
    added = _labels(visit.body if isinstance(visit.body, list) else visit.members().get("labels", []))
    if _labelling(store, visit):
        known = {label.lower() for label in issue.labels}
        issue.labels = issue.labels + [label for label in added if label.lower() not in known]
        issue.updated_at = store.clock.text
    return Answer(body=[store.shapes.label(label) for label in issue.labels])


def remove_label(store: Store, visit: Visit) -> Answer:
    """Take a label from an issue, and list those that it still has."""
    issue, name = _writable(store, visit), visit.arguments["label"].lower()
    left = [label for label in issue.labels if label.lower() != name]
    if left == issue.labels:
        raise Refused(404, "Label does not exist")
    issue.labels, issue.updated_at = left, store.clock.text
    return Answer(body=[store.shapes.label(label) for label in left])


def list_pulls(store: Store, visit: Visit) -> Answer:
    """List pull requests, the newest first."""
    _read(store, visit, "pull_requests")
    query = visit.query
    state, head, base = query.get("state", "open"), query.get("head", ""), query.get("base", MAIN)
    found = [
        pull
        for pull in store.all_pulls()
        if state in {pull.state, "all"} and (":" not in head or pull.label == head) and base == MAIN
    ]
    return _listed(visit, _sorted(found, query), store.shapes.simple_pull)


def get_pull(store: Store, visit: Visit) -> Answer:
    """Return a pull request."""
    _read(store, visit, "pull_requests")
    pull = store.issue(visit.arguments["number"])
    if not isinstance(pull, Pull):
        raise Refused(404, "Not Found")
    base = store.bare.merge_base(pull.base_sha, pull.head_sha) or pull.base_sha
    files = store.bare.files(base, pull.head_sha)
    return Answer(body=store.shapes.pull(pull, len(store.kept_comments(pull.number)), files))


def list_pulls_of_commit(store: Store, visit: Visit) -> Answer:
    """List the merged pull request that brought a commit to the default branch; else those that have it.

    A pull request that was closed unmerged is never listed.
    """
    _read(store, visit, "pull_requests")
    sha = _commit(store, visit.arguments["ref"])
    if store.bare.has(store.bare.main, sha):
        found = [pull for pull in store.all_pulls() if sha in pull.brought]
    else:
        found = [
            pull
            for pull in store.all_pulls()
            if sha in pull.own and (pull.state == "open" or pull.merged_at is not None)
        ]
    return _listed(visit, found, store.shapes.simple_pull)


def get_commit(store: Store, visit: Visit) -> Answer:
    """Return a commit, with the files that it changes."""
    _read(store, visit, "contents")
    (commit,) = store.bare.commits([_commit(store, visit.arguments["ref"])])
    files = store.bare.files(commit.parents[0] if commit.parents else "", commit.sha)
    added, removed = sum(file[2] for file in files), sum(file[3] for file in files)
    body = {
        **store.shapes.commit(commit),
        "stats": {"additions": added, "deletions": removed, "total": added + removed},
        "files": [store.shapes.file(commit.sha, *file) for file in Page.asked(visit.query).of(files)],
    }
    return Answer(body=body)


def compare(store: Store, visit: Visit) -> Answer:
    """Compare two commits. Without paging there are the latest 250 commits that the head is ahead by."""
    _read(store, visit, "contents")
    first, dots, second = visit.arguments["basehead"].partition("...")
    base, head = (store.bare.sha(name.removeprefix(f"{OWNER}:")) for name in (first, second))
    if not dots or base is None or head is None:
        raise Refused(404, "Not Found")
    common = store.bare.merge_base(base, head)
    if common is None:
        raise Refused(404, f"No common ancestor between {first} and {second}.")
    ahead, behind = store.bare.between(base, head), len(store.bare.between(head, base))
    page, paged = Page.asked(visit.query), not {"page", "per_page"}.isdisjoint(visit.query)
    listed = page.of(ahead) if paged else ahead[-_MOST_COMMITS:]
    one, other, *commits = store.bare.commits([base, common, *listed])
    where = f"{store.shapes.web}/{FULL_NAME}/compare"
    body = {
        "url": visit.url,
        "html_url": f"{where}/{first}...{second}",
        "permalink_url": f"{where}/{OWNER}:{base[:7]}...{OWNER}:{head[:7]}",
        "diff_url": f"{where}/{first}...{second}.diff",
        "patch_url": f"{where}/{first}...{second}.patch",
        "base_commit": store.shapes.commit(one),
        "merge_base_commit": store.shapes.commit(other),
        "status": _status(len(ahead), behind),
        "ahead_by": len(ahead),
        "behind_by": behind,
        "total_commits": len(ahead),
        "commits": [store.shapes.commit(commit) for commit in commits],
    }
    if page.number == 1:
        body["files"] = [store.shapes.file(head, *file) for file in store.bare.files(common, head)[:300]]
    return Answer(body=body, headers=_link(visit, page, len(ahead)) if paged else {})


def get_run(store: Store, visit: Visit) -> Answer:
    """Return a run of a workflow."""
    visit.need("read", "actions")
    run = store.kept_runs().get(visit.arguments["run"])
    if run is None:
        raise Refused(404, "Not Found")
    return Answer(body=_run(store, run))


def list_runs(store: Store, visit: Visit) -> Answer:
    """List the runs of a workflow, which its number or the name of its file tells; the newest first."""
    visit.need("read", "actions")
    workflow, query = store.workflow(visit.arguments["workflow"]), visit.query
    if workflow is None:
        raise Refused(404, "Not Found")
    found = [
        run
        for run in reversed(store.kept_runs().values())
        if run.workflow == workflow
        and query.get("branch", run.branch) == run.branch
        and query.get("event", run.event) == run.event
        and query.get("status", run.status) in {run.status, run.conclusion}
        and query.get("actor", run.actor) == run.actor
        and query.get("head_sha", run.sha) == run.sha
    ]
    page = Page.asked(query)
    body = {"total_count": len(found), "workflow_runs": [_run(store, run) for run in page.of(found)]}
    return Answer(body=body, headers=_link(visit, page, len(found)))


def _read(store: Store, visit: Visit, *permissions: str) -> None:
    """Refuse a read that the token may not do; anybody may read what is public."""
    if store.private:
        visit.need("read", *permissions)


def _permissions(issue: Issue) -> tuple[str, ...]:
    return ("issues", "pull_requests") if isinstance(issue, Pull) else ("issues",)


def _readable(store: Store, visit: Visit) -> Issue:
    issue = store.issue(visit.arguments["number"])
    _read(store, visit, *_permissions(issue))
    return issue


def _writable(store: Store, visit: Visit) -> Issue:
    issue = store.issue(visit.arguments["number"])
    visit.need("write", *_permissions(issue))
    return issue


def _kept_comment(store: Store, visit: Visit) -> Comment:
    comment = store.kept_comment(visit.arguments["comment"])
    if comment is None:
        raise Refused(404, "Not Found")
    return comment


def _changeable(store: Store, visit: Visit) -> Comment:
    comment = _kept_comment(store, visit)
    visit.need("write", *_permissions(store.issue(comment.number)))
    if comment.login != visit.token.login and not visit.token.push:
        raise Refused(403, "Must have admin rights to Repository.")
    return comment


def _commit(store: Store, name: str) -> str:
    sha = store.bare.sha(name)
    if sha is None:
        raise Refused(422, f"No commit found for SHA: {name}")
    return sha


def _title(members: Mapping[str, object]) -> str:
    title = members.get("title")
    if title is None:
        raise Refused(422, 'Invalid request.\n\n"title" wasn\'t supplied.')
    text = str(title)
    if not text.strip():
        raise Refused(422, "Validation Failed", {"resource": "Issue", "code": "missing_field", "field": "title"})
    if len(text) > _LONGEST_TITLE:
        message = f"title is too long (maximum is {_LONGEST_TITLE} characters)"
        raise Refused(422, "Validation Failed", _custom("Issue", "title", message))
    return text


def _body(members: Mapping[str, object], resource: str, *, needed: bool) -> str | None:
    body = members.get("body")
    if body is None and not needed:
        return None
    if body is None:
        raise Refused(422, 'Invalid request.\n\n"body" wasn\'t supplied.')
    if not isinstance(body, str):
        raise Refused(422, f"Invalid request.\n\nFor 'properties/body', {body!r} is not a string.")
    if needed and not body.strip():
        raise Refused(422, "Validation Failed", {"resource": resource, "code": "missing_field", "field": "body"})
    if len(body) > LONGEST_BODY:
        message = f"body is too long (maximum is {LONGEST_BODY} characters)"
        raise Refused(422, "Validation Failed", _custom(resource, "body", message))
    return body


def _labels(given: object) -> list[str]:
    named = (
        [label["name"] if isinstance(label, Mapping) else label for label in given] if isinstance(given, list) else []
    )
    for name in named:
        if not isinstance(name, str) or not name.strip() or len(name) > _LONGEST_LABEL:
            error = {"value": name, "resource": "Label", "field": "name", "code": "invalid"}
            raise Refused(422, "Validation Failed", error)
    return list({name.lower(): name for name in reversed(named)}.values())[::-1]


def _labelling(store: Store, visit: Visit) -> bool:
    return visit.token.push and not store.labels_dropped


def _state(members: Mapping[str, object], issue: Issue) -> tuple[str, str | None]:
    state = members.get("state") or issue.state
    if state not in {"open", "closed"}:
        error = {"value": str(state), "resource": "Issue", "field": "state", "code": "invalid"}
        raise Refused(422, "Validation Failed", error)
    if isinstance(issue, Pull) and issue.merged_at is not None and state == "open":
        message = "The pull request cannot be reopened."
        raise Refused(422, "Validation Failed", _custom("Issue", "state", message))
    if state == issue.state and "state_reason" not in members:
        return issue.state, issue.state_reason
    reason = members.get("state_reason") or ("completed" if state == "closed" else "reopened")
    return str(state), str(reason)


def _custom(resource: str, field: str, message: str) -> dict[str, str]:
    return {"resource": resource, "code": "custom", "field": field, "message": message}


def _issue(store: Store, issue: Issue) -> dict[str, Any]:
    return store.shapes.issue(issue, len(store.kept_comments(issue.number)))


def _comment(store: Store, comment: Comment) -> dict[str, Any]:
    return store.shapes.comment(comment, on_pull=isinstance(store.issue(comment.number), Pull))


def _run(store: Store, run: Run) -> dict[str, Any]:
    (commit,) = store.bare.commits([run.sha])
    return store.shapes.run(run, commit, [run.pull] if run.pull else [])


def _status(ahead: int, behind: int) -> str:
    return {(False, False): "identical", (True, False): "ahead", (False, True): "behind"}.get(
        (ahead > 0, behind > 0), "diverged"
    )


def _sorted(found: list[Any], query: Mapping[str, str]) -> list[Any]:
    by = {"updated": "updated_at"}.get(query.get("sort", "created"), "created_at")
    found.sort(key=lambda issue: (getattr(issue, by), issue.number), reverse=query.get("direction", "desc") == "desc")
    return found


def _listed(visit: Visit, found: list[Any], shape: Callable[[Any], object]) -> Answer:
    page = Page.asked(visit.query)
    return Answer(body=[shape(thing) for thing in page.of(found)], headers=_link(visit, page, len(found)))


def _link(visit: Visit, page: Page, total: int) -> dict[str, str]:
    link = page.link(visit.url, visit.query, total)
    return {} if link is None else {"link": link}


ENDPOINTS: Final[Mapping[str, Callable[[Store, Visit], Answer]]] = {
    endpoint.__name__: endpoint
    for endpoint in (
        get_user,
        list_issues,
        create_issue,
        get_issue,
        update_issue,
        list_comments,
        create_comment,
        get_comment,
        update_comment,
        delete_comment,
        list_labels,
        add_labels,
        remove_label,
        list_pulls,
        get_pull,
        list_pulls_of_commit,
        get_commit,
        compare,
        get_run,
        list_runs,
    )
}
