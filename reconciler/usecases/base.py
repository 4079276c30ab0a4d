"""What a pull request changes in the definitions, where nobody may look at what is live. Asks git, and no vendor."""

import tempfile
from dataclasses import replace
from pathlib import Path

from reconciler.core.claims import Claims
from reconciler.core.guard import Limits, blocked
from reconciler.core.planner import make_plan
from reconciler.core.segment import Definition, Live, Recorded
from reconciler.errors import InvalidInput, Problem, Severity
from reconciler.git import Git
from reconciler.render.counts import counted
from reconciler.settings.environment import git_environment
from reconciler.settings.github import PullRequest
from reconciler.usecases.judge import judged
from reconciler.usecases.open import Opened
from reconciler.usecases.plan import Planned, outgoing

DEEPER = "check out with `fetch-depth: 2`, as `reconciler init --ci github` writes it"


def base_of(folder: Path, pull: PullRequest) -> str:
    """Return the commit that the pull request would be merged into.

    That is the first parent of what is checked out, if it is GitHub's trial merge; else what the event says. Raises
    InvalidInput where that commit is not in the checkout.
    """
    git = Git(folder, git_environment())
    parents = git.tell("rev-list", "--max-count=1", "--parents", "HEAD").split()[1:]
    base = parents[0] if pull.head in parents[1:] else pull.base
    if git.ask("cat-file", "-e", f"{base}^{{commit}}").code:
        words = f"the commit {base[:7]} that the pull request is for is not in this checkout"
        raise InvalidInput(Problem("base-missing", words, hint=DEEPER))
    return base


def compared(opened: Opened, base: str) -> Planned:
    """Return a plan of what differs between the definitions at `base` and those that are checked out.

    Raises InvalidInput where the latter have an error; those of the base that do are left out, with a warning.
    """
    definitions, warnings = opened.whole()
    before, broken = _at(opened, base)
    form, target = opened.form, opened.target
    live = tuple(Live(each.key, each.name, form.outgoing(each.body)) for each in before)
    recorded = {each.key: Recorded(each.key, each.key, form.outgoing(each.body), each.protected) for each in before}
    plan = make_plan(
        [outgoing(each, form) for each in definitions],
        live,
        recorded,
        form=form,
        target=target.name,
        provider=target.provider,
        place=opened.place,
        unmanaged=target.unmanaged,
    )
    limits = Limits(target.limits.max_deletes, managed=len(recorded), definitions=len(definitions))
    made = judged(blocked(plan, limits), opened.vendor, target.options)
    return Planned(made, Claims(), (*warnings, *broken))


def _at(opened: Opened, base: str) -> tuple[tuple[Definition, ...], tuple[Problem, ...]]:
    """Return the definitions of a target as they were at a commit, none where it had no such folder; and a warning."""
    root = opened.settings.root
    folder = opened.target.definitions.relative_to(root).as_posix()
    with tempfile.TemporaryDirectory() as scratch:
        variables = {**git_environment(), "GIT_INDEX_FILE": f"{scratch}/index"}
        git = Git(root, variables)
        tree = git.ask("rev-parse", "--verify", "--quiet", f"{base}:./{folder}")
        if tree.code:
            return (), ()
        # NOTE: anywhere but at the top git takes out only those files whose names begin with where it is.
        top = Git(Path(git.tell("rev-parse", "--show-toplevel")), variables)
        top.tell("read-tree", tree.text)
        top.tell("checkout-index", "--all", f"--prefix={scratch}/tree/")
        target = replace(opened.target, definitions=Path(scratch, "tree"), shown=f"{base[:7]}:{opened.target.shown}")
        loaded = replace(opened, target=target).definitions()
        files = {each.place.file for each in loaded.problems if each.place and each.severity is Severity.ERROR}
        words = f"{counted(len(files), 'file')} of the base branch cannot be read, and what they define looks new"
        hint = "see what `reconciler validate` says on that branch"
        told = (Problem("base-invalid", words, hint=hint, severity=Severity.WARNING),) if files else ()
        return loaded.definitions, told
