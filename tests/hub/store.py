"""What is on the hub, and the hands of the people who use its pages: no request is needed for any of it."""

import threading
from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path

from hub.bare import Bare
from hub.records import BOT, MAIN, PERMISSIONS, Clock, Comment, Issue, Pull, Refused, Run, Token
from hub.shapes import Shapes

WORKFLOWS = ("plan.yml", "apply.yml", "drift.yml")


class Store:
    """The repository `octo/segments`: what is in it, and what people and workflows do to it.

    `labels_dropped`: labels of a new or changed issue are left out in silence, as where the token's owner may not push.
    `issues_enabled`: whether the repository has issues. `private`: whether reading needs a permission.
    """

    def __init__(self, bare: Path) -> None:
        self.clock = Clock()
        self.bare = Bare(bare, self.clock)
        self.shapes = Shapes()
        self.lock = threading.RLock()
        self.labels_dropped = False
        self.issues_enabled = True
        self._tokens: dict[str, Token] = {}
        self._issues: dict[int, Issue] = {}
        self._deleted: set[int] = set()
        self._comments: dict[int, Comment] = {}
        self._runs: dict[int, Run] = {}
        self._workflows = {name: 160_000_001 + at for at, name in enumerate(WORKFLOWS)}
        self._counts: Counter[str] = Counter()
        self._trials: dict[int, tuple[str, str]] = {}

    @property
    def private(self) -> bool:
        """Whether reading needs a permission."""
        return self.shapes.private

    @private.setter
    def private(self, private: bool) -> None:
        self.shapes.private = private

    def token(
        self,
        login: str = BOT,
        *,
        permissions: Mapping[str, str] = PERMISSIONS,
        installation: bool = False,
        push: bool = True,
    ) -> str:
        """Return a new token; a bot's is always an installation's. Two of one login tell two clients apart."""
        with self.lock:
            installation = installation or login.endswith("[bot]")
            text = f"{'ghs' if installation else 'ghp'}_{len(self._tokens) + 1:036d}"
            self._tokens[text] = Token(text, login, dict(permissions), installation, push)
            return text

    def revoke(self, token: str) -> None:
        """Have a token be unknown from now on."""
        with self.lock:
            del self._tokens[token]

    @property
    def issues(self) -> dict[int, Issue]:
        """The issues that are no pull requests, by number; copies."""
        with self.lock:
            return {number: deepcopy(issue) for number, issue in self._issues.items() if not isinstance(issue, Pull)}

    @property
    def pulls(self) -> dict[int, Pull]:
        """The pull requests, by number; copies."""
        with self.lock:
            self.refresh()
            return {number: deepcopy(issue) for number, issue in self._issues.items() if isinstance(issue, Pull)}

    def comments(self, number: int) -> list[Comment]:
        """Return the comments on an issue or a pull request, oldest first; copies."""
        with self.lock:
            return [deepcopy(comment) for comment in self._comments.values() if comment.number == number]

    def open_issue_as(self, login: str, title: str, body: str = "", labels: tuple[str, ...] = ()) -> Issue:
        """Open an issue by hand."""
        with self.lock:
            now = self.clock.tick()
            issue = Issue(self.next_number(), login, title, body or None, now, now, list(labels))
            self._issues[issue.number] = issue
            return deepcopy(issue)

    def close_issue_as(self, login: str, number: int, reason: str = "completed") -> None:
        """Close an issue, or a pull request unmerged, by hand."""
        with self.lock:
            self.clock.tick()
            self.set_state(self._issues[number], "closed", reason, login)

    def reopen_issue_as(self, login: str, number: int) -> None:
        """Open an issue, or an unmerged pull request, again by hand."""
        with self.lock:
            self.clock.tick()
            self.set_state(self._issues[number], "open", "reopened", login)

    def delete_issue(self, number: int) -> None:
        """Delete an issue and its comments by hand; its number is gone."""
        with self.lock:
            del self._issues[number]
            self._deleted.add(number)
            for comment in self.comments(number):
                del self._comments[comment.id]

    def label_issue(self, number: int, *labels: str) -> None:
        """Give an issue exactly these labels by hand."""
        with self.lock:
            self._issues[number].labels = list(labels)
            self._issues[number].updated_at = self.clock.tick()

    def comment_as(self, login: str, number: int, body: str) -> Comment:
        """Write a comment by hand."""
        with self.lock:
            self.clock.tick()
            return deepcopy(self.add_comment(login, number, body))

    def edit_comment(self, comment_id: int, body: str) -> None:
        """Change a comment by hand; it stays its author's."""
        with self.lock:
            comment = self._comments[comment_id]
            comment.body, comment.updated_at = body, self.clock.tick()

    def delete_comment(self, comment_id: int) -> None:
        """Delete a comment by hand."""
        with self.lock:
            del self._comments[comment_id]
            self.clock.tick()

    def open_pull(
        self,
        branch: str,
        *,
        author: str = "ada",
        title: str = "Change segments",
        body: str = "",
        fork: bool = False,
        ref: str | None = None,
    ) -> Pull:
        """Open a pull request from a branch, whose commits are in the bare repository.

        A fork's are where `fork_ref` says, or at the `ref` that is given.
        """
        with self.lock:
            tip = ref or (fork_ref(branch) if fork else f"refs/heads/{branch}")
            now = self.clock.tick()
            pull = Pull(self.next_number(), author, title, body or None, now, now, branch=branch, tip=tip, fork=fork)
            assert self.bare.sha(tip), f"{tip} is not in the repository"
            self._issues[pull.number] = pull
            self.refresh()
            return deepcopy(pull)

    def merge_pull(self, number: int, method: str = "merge", *, by: str = "grace", delete_branch: bool = False) -> str:
        """Merge a pull request by `merge`, `squash` or `rebase`, and return the commit that the branch is at then."""
        with self.lock:
            now = self.clock.tick()
            self.refresh()
            pull = self._issues[number]
            assert isinstance(pull, Pull)
            assert pull.state == "open"
            assert pull.mergeable, "there are conflicts"
            base = self.bare.main
            pull.merge_sha = self._merged(pull, method, base)
            pull.brought = frozenset(self.bare.between(base, pull.merge_sha))
            pull.merged_at = pull.closed_at = pull.updated_at = now
            pull.merged_by = pull.closed_by = by
            pull.state = "closed"
            self.bare.update(f"refs/heads/{MAIN}", pull.merge_sha)
            self.bare.git("update-ref", "-d", f"refs/pull/{number}/merge")
            if delete_branch:
                self.bare.git("update-ref", "-d", pull.tip)
            self.refresh()
            return pull.merge_sha

    def refresh(self) -> None:
        """Have each open pull request follow its branch: its head, its trial merge, and their refs."""
        with self.lock:
            refs = self.bare.refs()
            for pull in self.all_pulls():
                if pull.state == "open":
                    self._follow(pull, refs[f"refs/heads/{MAIN}"], refs.get(pull.tip, pull.head_sha))

    def start_run(
        self,
        *,
        workflow: str = "plan.yml",
        event: str = "pull_request",
        branch: str = MAIN,
        sha: str | None = None,
        attempt: int = 1,
        actor: str | None = None,
    ) -> Run:
        """Start a run of a workflow, of the tip of a branch unless there is a sha.

        Of the event `pull_request` it is of the newest pull request from the branch, and by its author unless told.
        """
        with self.lock:
            now = self.clock.tick()
            self.refresh()
            pull = self._of_branch(branch, sha) if event == "pull_request" else None
            found = pull.head_sha if pull else sha or self.bare.sha(branch)
            assert found is not None, f"no branch {branch}"
            self._counts[workflow] += 1
            run_id = 9_000_000_001 + len(self._runs)
            run = Run(
                run_id,
                workflow,
                self._workflows.setdefault(workflow, 160_000_001 + len(self._workflows)),
                self._counts[workflow],
                attempt,
                event,
                branch,
                found,
                actor or (pull.login if pull else "ada"),
                now,
                now,
                now,
                pull=pull,
            )
            self._runs[run_id] = run
            return deepcopy(run)

    def end_run(self, run: Run, conclusion: str = "success") -> Run:
        """End a run."""
        with self.lock:
            kept = self._runs[run.id]
            kept.status, kept.conclusion, kept.updated_at = "completed", conclusion, self.clock.tick()
            return deepcopy(kept)

    def rerun(self, run: Run) -> Run:
        """Run a run's next attempt."""
        with self.lock:
            kept = self._runs[run.id]
            kept.status, kept.conclusion, kept.attempt = "in_progress", None, kept.attempt + 1
            kept.started_at = kept.updated_at = self.clock.tick()
            return deepcopy(kept)

    def set_state(self, issue: Issue, state: str, reason: str | None, login: str) -> None:
        """Open or close an issue at the clock's time."""
        closed = state == "closed"
        if state != issue.state:
            issue.closed_at = self.clock.text if closed else None
            issue.closed_by = login if closed else None
        issue.state, issue.updated_at = state, self.clock.text
        issue.state_reason = None if isinstance(issue, Pull) else reason

    def add_comment(self, login: str, number: int, body: str) -> Comment:
        """Write a comment at the clock's time, and return it itself."""
        issue = self._issues[number]
        self._counts["comments"] += 1
        now = self.clock.text
        comment = Comment(2_700_000_000 + self._counts["comments"], number, login, body, now, now)
        self._comments[comment.id] = comment
        issue.updated_at = now
        return comment

    def next_number(self) -> int:
        """Return the next number that issues and pull requests share."""
        self._counts["numbers"] += 1
        return self._counts["numbers"]

    def issue(self, number: int) -> Issue:
        """Return an issue or a pull request itself; one that is deleted is gone."""
        if number in self._deleted:
            raise Refused(410, "This issue was deleted")
        if number not in self._issues:
            raise Refused(404, "Not Found")
        return self._issues[number]

    def add_issue(self, issue: Issue) -> None:
        """Keep an issue under its number."""
        self._issues[issue.number] = issue

    def all_issues(self) -> list[Issue]:
        """Return the issues and pull requests themselves."""
        return list(self._issues.values())

    def all_pulls(self) -> list[Pull]:
        """Return the pull requests themselves."""
        return [issue for issue in self._issues.values() if isinstance(issue, Pull)]

    def kept_comment(self, comment_id: int) -> Comment | None:
        """Return a comment itself."""
        return self._comments.get(comment_id)

    def kept_comments(self, number: int) -> list[Comment]:
        """Return the comments on an issue themselves."""
        return [comment for comment in self._comments.values() if comment.number == number]

    def drop_comment(self, comment: Comment) -> None:
        """Keep a comment no longer."""
        del self._comments[comment.id]

    def kept_runs(self) -> dict[int, Run]:
        """Return the runs themselves, in the order they were started."""
        return self._runs

    def workflow(self, named: str) -> str | None:
        """Return the file of a workflow that its number or the name of its file tells."""
        names = {str(number): name for name, number in self._workflows.items()}
        return named if named in self._workflows else names.get(named)

    def _of_branch(self, branch: str, sha: str | None) -> Pull:
        """Return the newest pull request from a branch, as it is, or as it is at another of its commits."""
        found = [pull for pull in self.all_pulls() if pull.branch == branch]
        assert found, f"no pull request from {branch}"
        pull = deepcopy(found[-1])
        if sha is not None and sha != pull.head_sha:
            tree = self.bare.merged_tree(pull.base_sha, sha)
            pull.head_sha, pull.mergeable = sha, tree is not None
            pull.merge_sha = tree and self.bare.commit(tree, f"Merge {sha} into {pull.base_sha}", pull.base_sha, sha)
        return pull

    def _follow(self, pull: Pull, base: str, head: str) -> None:
        trial = (base, head)
        if trial == self._trials.get(pull.number):
            return
        self._trials[pull.number] = trial
        if head != pull.head_sha:
            pull.head_sha, pull.base_sha, pull.updated_at = head, base, self.clock.text
            self.bare.update(f"refs/pull/{pull.number}/head", head)
        pull.own = frozenset(self.bare.between(base, head))
        tree = self.bare.merged_tree(base, head)
        pull.mergeable = tree is not None
        if tree is not None:
            pull.merge_sha = self.bare.commit(tree, f"Merge {head} into {base}", base, head)
            self.bare.update(f"refs/pull/{pull.number}/merge", pull.merge_sha)

    def _merged(self, pull: Pull, method: str, base: str) -> str:
        if method == "rebase":
            return self.bare.rebase(base, pull.head_sha)
        tree = self.bare.merged_tree(base, pull.head_sha)
        assert tree is not None
        if method == "squash":
            return self.bare.commit(tree, f"{pull.title} (#{pull.number})", base)
        assert method == "merge", method
        text = f"Merge pull request #{pull.number} from {pull.label.replace(':', '/')}\n\n{pull.title}"
        return self.bare.commit(tree, text, base, pull.head_sha)


def fork_ref(branch: str) -> str:
    """Return where the bare repository keeps a fork's branch: clones do not fetch it by themselves."""
    return f"refs/forks/mallory/{branch}"
