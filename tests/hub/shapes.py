"""The JSON that GitHub answers with, as its OpenAPI description has it."""

from typing import Any
from urllib.parse import quote

from hub.bare import Commit
from hub.records import BOT, FORK, FULL_NAME, MAIN, OWNER, Comment, Issue, Pull, Run

_USER_URLS = ("events", "followers", "following", "gists", "organizations", "received_events", "repos", "starred")
_REPOSITORY_URLS = (
    "archive",
    "assignees",
    "blobs",
    "branches",
    "collaborators",
    "comments",
    "commits",
    "compare",
    "contents",
    "contributors",
    "deployments",
    "downloads",
    "events",
    "forks",
    "git_commits",
    "git_refs",
    "git_tags",
    "hooks",
    "issue_comment",
    "issue_events",
    "issues",
    "keys",
    "labels",
    "languages",
    "merges",
    "milestones",
    "notifications",
    "pulls",
    "releases",
    "stargazers",
    "statuses",
    "subscribers",
    "subscription",
    "tags",
    "teams",
    "trees",
    "clone",
    "git",
    "mirror",
    "ssh",
    "svn",
)
_LETTERS = {"A": "added", "D": "removed", "M": "modified", "T": "changed"}
_BEGINNING = "2026-01-01T00:00:00Z"


class Shapes:
    """Bodies of answers. `api` and `web` are the addresses that urls in them begin with."""

    def __init__(self) -> None:
        self.api = ""
        self.web = ""
        self.private = True
        self._ids: dict[str, int] = {}

    def user(self, login: str) -> dict[str, Any]:
        """Return a person, or a bot."""
        url = f"{self.api}/users/{quote(login)}"
        return {
            "login": login,
            "id": self._id(login),
            "node_id": f"U_{self._id(login)}",
            "avatar_url": f"{self.web}/avatars/{self._id(login)}",
            "gravatar_id": "",
            "url": url,
            "html_url": f"{self.web}/{quote(login)}",
            **{f"{name}_url": f"{url}/{name}" for name in (*_USER_URLS, "subscriptions")},
            "type": "Bot" if login.endswith("[bot]") else "User",
            "user_view_type": "public",
            "site_admin": False,
        }

    def private_user(self, login: str) -> dict[str, Any]:
        """Return what a person's own token is told of the person."""
        nothing = dict.fromkeys(("bio", "company", "email", "hireable", "location", "name"))
        counts = (
            "followers",
            "following",
            "public_gists",
            "public_repos",
            "collaborators",
            "disk_usage",
            "owned_private_repos",
            "private_gists",
        )
        return {
            **self.user(login),
            **nothing,
            **dict.fromkeys((*counts, "total_private_repos"), 0),
            "blog": "",
            "user_view_type": "private",
            "two_factor_authentication": True,
            "created_at": _BEGINNING,
            "updated_at": _BEGINNING,
        }

    def minimal_repository(self, full_name: str = FULL_NAME) -> dict[str, Any]:
        """Return a repository as runs and payloads have it."""
        owner, _, name = full_name.partition("/")
        url = f"{self.api}/repos/{full_name}"
        return {
            "id": self._id(full_name),
            "node_id": f"R_{self._id(full_name)}",
            "name": name,
            "full_name": full_name,
            "owner": self.user(owner),
            "private": self.private,
            "html_url": f"{self.web}/{full_name}",
            "description": None,
            "fork": full_name == FORK,
            "url": url,
            **{f"{name}_url": f"{url}/{name}" for name in _REPOSITORY_URLS},
            "default_branch": MAIN,
        }

    def repository(self, full_name: str = FULL_NAME) -> dict[str, Any]:
        """Return a repository as the ends of a pull request have it."""
        counts = (
            "forks",
            "forks_count",
            "open_issues",
            "open_issues_count",
            "size",
            "stargazers_count",
            "watchers",
            "watchers_count",
        )
        switches = ("has_downloads", "has_issues", "has_projects", "has_wiki", "has_pages", "archived", "disabled")
        return {
            **self.minimal_repository(full_name),
            **dict.fromkeys(counts, 0),
            **dict.fromkeys(switches, False),
            **dict.fromkeys(("homepage", "language", "license")),
            "has_issues": True,
            "pushed_at": _BEGINNING,
            "created_at": _BEGINNING,
            "updated_at": _BEGINNING,
        }

    def label(self, name: str) -> dict[str, Any]:
        """Return a label."""
        return {
            "id": self._id(f"label {name}"),
            "node_id": f"LA_{self._id(f'label {name}')}",
            "url": f"{self._repo}/labels/{quote(name, safe='')}",
            "name": name,
            "description": "",
            "color": "ededed",
            "default": False,
        }

    def comment(self, comment: Comment, *, on_pull: bool) -> dict[str, Any]:
        """Return a comment."""
        page = f"{self.web}/{FULL_NAME}/{'pull' if on_pull else 'issues'}/{comment.number}"
        return {
            "id": comment.id,
            "node_id": f"IC_{comment.id}",
            "url": f"{self._repo}/issues/comments/{comment.id}",
            "html_url": f"{page}#issuecomment-{comment.id}",
            "issue_url": f"{self._repo}/issues/{comment.number}",
            "user": self.user(comment.login),
            "created_at": comment.created_at,
            "updated_at": comment.updated_at,
            "body": comment.body,
            "author_association": _association(comment.login),
            "performed_via_github_app": self._app(comment.login),
        }

    def issue(self, issue: Issue, comments: int) -> dict[str, Any]:
        """Return an issue, or a pull request as an issue."""
        url = f"{self._repo}/issues/{issue.number}"
        pull = {}
        if isinstance(issue, Pull):
            pull = {"pull_request": {**self._pages(issue), "merged_at": issue.merged_at}, "draft": False}
        return {
            "id": 3_000_000_000 + issue.number,
            "node_id": f"I_{issue.number}",
            "url": url,
            "repository_url": self._repo,
            "labels_url": f"{url}/labels{{/name}}",
            "comments_url": f"{url}/comments",
            "events_url": f"{url}/events",
            "timeline_url": f"{url}/timeline",
            "html_url": f"{self.web}/{FULL_NAME}/{'pull' if pull else 'issues'}/{issue.number}",
            **self._common(issue),
            "comments": comments,
            "state_reason": issue.state_reason,
            "closed_by": self._user(issue.closed_by),
            "performed_via_github_app": self._app(issue.login),
            **pull,
        }

    def simple_pull(self, pull: Pull) -> dict[str, Any]:
        """Return a pull request as a list has it."""
        pages = self._pages(pull)
        url, issue = pages["url"], f"{self._repo}/issues/{pull.number}"
        links = {
            "self": url,
            "html": pages["html_url"],
            "issue": issue,
            "comments": f"{issue}/comments",
            "review_comments": f"{url}/comments",
            "review_comment": f"{self._repo}/pulls/comments{{/number}}",
            "commits": f"{url}/commits",
            "statuses": f"{self._repo}/statuses/{pull.head_sha}",
        }
        return {
            **pages,
            "id": 2_500_000_000 + pull.number,
            "node_id": f"PR_{pull.number}",
            **{f"{name}_url": link for name, link in links.items() if name not in {"self", "html"}},
            **self._common(pull),
            "merged_at": pull.merged_at,
            "merge_commit_sha": pull.merge_sha,
            "requested_reviewers": [],
            "requested_teams": [],
            "head": self._end(pull.label, pull.branch, pull.head_sha, pull.repository),
            "base": self._end(f"{OWNER}:{MAIN}", MAIN, pull.base_sha, FULL_NAME),
            "_links": {name: {"href": link} for name, link in links.items()},
            "auto_merge": None,
            "draft": False,
        }

    def pull(self, pull: Pull, comments: int, files: list[tuple[str, str, int, int]]) -> dict[str, Any]:
        """Return a pull request."""
        merged = pull.merged_at is not None
        return {
            **self.simple_pull(pull),
            "merged": merged,
            "mergeable": None if merged else pull.mergeable,
            "rebaseable": None if merged else pull.mergeable,
            "mergeable_state": "unknown" if merged else "clean" if pull.mergeable else "dirty",
            "merged_by": self._user(pull.merged_by),
            "comments": comments,
            "review_comments": 0,
            "maintainer_can_modify": False,
            "commits": len(pull.own),
            "additions": sum(added for _, _, added, _ in files),
            "deletions": sum(removed for _, _, _, removed in files),
            "changed_files": len(files),
        }

    def commit(self, commit: Commit) -> dict[str, Any]:
        """Return a commit as a comparison has it."""
        url = f"{self._repo}/commits/{commit.sha}"
        git = f"{self._repo}/git"
        return {
            "sha": commit.sha,
            "node_id": f"C_{commit.sha}",
            "commit": {
                "author": commit.author,
                "committer": commit.committer,
                "message": commit.message,
                "tree": {"sha": commit.tree, "url": f"{git}/trees/{commit.tree}"},
                "url": f"{git}/commits/{commit.sha}",
                "comment_count": 0,
                "verification": {
                    "verified": False,
                    "reason": "unsigned",
                    "signature": None,
                    "payload": None,
                    "verified_at": None,
                },
            },
            "url": url,
            "html_url": f"{self.web}/{FULL_NAME}/commit/{commit.sha}",
            "comments_url": f"{url}/comments",
            "author": self._person(commit.author),
            "committer": self._person(commit.committer),
            "parents": [
                {
                    "sha": parent,
                    "url": f"{self._repo}/commits/{parent}",
                    "html_url": f"{self.web}/{FULL_NAME}/commit/{parent}",
                }
                for parent in commit.parents
            ],
        }

    def file(self, sha: str, path: str, letter: str, added: int, removed: int) -> dict[str, Any]:
        """Return a file that a commit or a comparison changes."""
        quoted = quote(path)
        return {
            "sha": None,
            "filename": path,
            "status": _LETTERS[letter],
            "additions": added,
            "deletions": removed,
            "changes": added + removed,
            "blob_url": f"{self.web}/{FULL_NAME}/blob/{sha}/{quoted}",
            "raw_url": f"{self.web}/{FULL_NAME}/raw/{sha}/{quoted}",
            "contents_url": f"{self._repo}/contents/{quoted}?ref={sha}",
        }

    def run(self, run: Run, commit: Commit, pulls: list[Pull]) -> dict[str, Any]:
        """Return a run of a workflow."""
        url = f"{self._repo}/actions/runs/{run.id}"
        before = f"{url}/attempts/{run.attempt - 1}" if run.attempt > 1 else None
        fork = any(pull.fork for pull in pulls)
        return {
            "id": run.id,
            "name": run.workflow.partition(".")[0],
            "node_id": f"WFR_{run.id}",
            "head_branch": run.branch,
            "head_sha": run.sha,
            "path": f".github/workflows/{run.workflow}",
            "display_title": commit.message.partition("\n")[0],
            "run_number": run.number,
            "run_attempt": run.attempt,
            "event": run.event,
            "status": run.status,
            "conclusion": run.conclusion,
            "workflow_id": run.workflow_id,
            "url": url,
            "html_url": f"{self.web}/{FULL_NAME}/actions/runs/{run.id}",
            # NOTE: GitHub lists no pull request of a fork here.
            "pull_requests": [self._minimal_pull(pull) for pull in pulls if not pull.fork],
            "created_at": run.created_at,
            "updated_at": run.updated_at,
            "run_started_at": run.started_at,
            "actor": self.user(run.actor),
            "triggering_actor": self.user(run.actor),
            **{f"{name}_url": f"{url}/{name}" for name in ("jobs", "logs", "artifacts", "cancel", "rerun")},
            "check_suite_url": f"{self._repo}/check-suites/{run.id}",
            "previous_attempt_url": before,
            "workflow_url": f"{self._repo}/actions/workflows/{run.workflow_id}",
            "head_commit": {
                "id": commit.sha,
                "tree_id": commit.tree,
                "message": commit.message,
                "timestamp": commit.committer["date"],
                "author": {name: commit.author[name] for name in ("name", "email")},
                "committer": {name: commit.committer[name] for name in ("name", "email")},
            },
            "repository": self.minimal_repository(),
            "head_repository": self.minimal_repository(FORK if fork else FULL_NAME),
        }

    @property
    def _repo(self) -> str:
        return f"{self.api}/repos/{FULL_NAME}"

    def _id(self, name: str) -> int:
        return self._ids.setdefault(name, 40_000_001 + len(self._ids))

    def _user(self, login: str | None) -> dict[str, Any] | None:
        return None if login is None else self.user(login)

    def _person(self, signature: dict[str, str]) -> dict[str, Any] | None:
        login, _, domain = signature["email"].partition("@")
        return self.user(login) if domain == "example.com" and login != "noreply" else None

    def _app(self, login: str) -> dict[str, Any] | None:
        if login != BOT:
            return None
        return {
            "id": 15_368,
            "slug": "github-actions",
            "node_id": "A_15368",
            "owner": self.user("github"),
            "name": "GitHub Actions",
            "description": None,
            "external_url": f"{self.web}/features/actions",
            "html_url": f"{self.web}/apps/github-actions",
            "created_at": _BEGINNING,
            "updated_at": _BEGINNING,
            "permissions": {"issues": "write"},
            "events": [],
        }

    def _pages(self, pull: Pull) -> dict[str, Any]:
        page = f"{self.web}/{FULL_NAME}/pull/{pull.number}"
        return {
            "url": f"{self._repo}/pulls/{pull.number}",
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
        }

    def _common(self, issue: Issue) -> dict[str, Any]:
        return {
            "number": issue.number,
            "state": issue.state,
            "locked": False,
            "active_lock_reason": None,
            "title": issue.title,
            "body": issue.body,
            "user": self.user(issue.login),
            "labels": [self.label(name) for name in issue.labels],
            "assignee": None,
            "assignees": [],
            "milestone": None,
            "created_at": issue.created_at,
            "updated_at": issue.updated_at,
            "closed_at": issue.closed_at,
            "author_association": _association(issue.login),
        }

    def _end(self, label: str, ref: str, sha: str, full_name: str) -> dict[str, Any]:
        owner = full_name.partition("/")[0]
        return {
            "label": label,
            "ref": ref,
            "sha": sha,
            "user": self.user(owner),
            "repo": self.repository(full_name),
        }

    def _minimal_pull(self, pull: Pull) -> dict[str, Any]:
        repo = {
            "id": self._id(FULL_NAME),
            "url": self._repo,
            "name": FULL_NAME.partition("/")[2],
        }
        return {
            "id": 2_500_000_000 + pull.number,
            "number": pull.number,
            "url": self._pages(pull)["url"],
            "head": {"ref": pull.branch, "sha": pull.head_sha, "repo": repo},
            "base": {"ref": MAIN, "sha": pull.base_sha, "repo": repo},
        }


def _association(login: str) -> str:
    return "NONE" if login.endswith("[bot]") or login == FORK.partition("/")[0] else "MEMBER"
