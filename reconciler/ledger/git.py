"""The ledger as a ref of the definitions' repository: each write is a commit upon the last.

It must never touch another ref, the index or the work tree. Decision 12 says why it does what it does.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from reconciler.core.claims import Claims, Edit
from reconciler.errors import InvalidInput, LedgerFailure, Place, Problem, Refused
from reconciler.git import Answer, Git
from reconciler.intake.lexical import plain
from reconciler.ledger.advice import advice
from reconciler.ledger.journal import Journal
from reconciler.ledger.merge import merge
from reconciler.ledger.record import dump, parse
from reconciler.ledger.refusal import gone, moved
from reconciler.ledger.remote import STALE, Remote, choose
from reconciler.ledger.trail import Signature, message

Done = TypeVar("Done")

FILE = "ledger.json"
ATTEMPTS = 10
EMAIL = "reconciler@localhost"
ROLES = ("AUTHOR", "COMMITTER")
LAST = "--format=`%s`, by %an, %(trailers:key=Run,valueonly,separator=%x20)"
CONTENDED = ("cannot lock ref", "failed to update ref", STALE)
"""What git says where another write was quicker, or is under way."""


def pause(attempt: int) -> None:
    """Wait before another attempt: longer each time, and not as long as the others who wait."""
    time.sleep(attempt * (0.02 + secrets.randbelow(100) / 1000))


@dataclass(frozen=True, slots=True)
class Tip:
    """The newest commit of a ledger and the claims in it; no commit where nothing was ever written."""

    commit: str | None
    claims: Claims


class GitLedger:
    """A Ledger in `refs/reconciler/ledger/<target>`. Where the repository has a remote, that is the truth."""

    def __init__(
        self,
        git: Git,
        signature: Signature,
        *,
        target: str,
        provider: str,
        leftover: Path,
        wait: Callable[[int], None] = pause,
    ) -> None:
        """Keep the claims of `target`; refuse to begin empty while there is a ledger file, at `leftover`."""
        self._git = git
        self._signature = signature
        self._target = target
        self._provider = provider
        self._leftover = leftover
        self._wait = wait
        self._ref = f"refs/reconciler/ledger/{target}"
        self._opened: tuple[Remote | None] | None = None
        self._known: Tip | None = None
        self._journal: str | None = None
        self._stamp: tuple[tuple[str, ...], str] | None = None

    def read(self) -> Claims:
        """Return what the remote has, or this clone where there is none."""
        tip = self._look()
        if tip.commit is None and self._leftover.exists():
            words = f"`{self._target}` has no ledger in git yet, and one in the file `{self._shown_leftover}`"
            hint = (
                f"`reconciler ledger migrate --target {self._target}` carries it over; delete it if it is not to count"
            )
            raise Refused(Problem("ledger-in-file", words, hint=hint))
        return self._with_journal(lambda journal: journal.replayed(tip.claims))

    def note(self, claims: Claims, edit: Edit) -> Claims:
        """Append an edit to the journal in the repository's own folder, unless another run of this clone has written.

        The next write takes it to the remote, which is not asked here.
        """
        stored = self._known or self._look()
        if self._local() != stored.commit:
            stored = self._look()
        if stored.claims.serial != claims.serial or stored.claims.version != claims.version:
            raise self._moved(claims, stored)
        self._with_journal(lambda journal: journal.note(claims, edit))
        return claims.edited(edit)

    def write(self, claims: Claims) -> Claims:
        """Store the claims over what they were read from, or over what came upon that and does not conflict."""
        try:
            written = self._write(claims)
            self._with_journal(Journal.clear)
        except InvalidInput as error:
            # NOTE: nothing may be sent any more, as where the ledger cannot be written.
            raise LedgerFailure(*error.problems) from None
        return written

    def _with_journal(self, act: Callable[[Journal], Done]) -> Done:
        if self._journal is None:
            # NOTE: one for all work trees, as the ref is.
            self._journal = f"{self._git.tell('rev-parse', '--git-common-dir')}/reconciler/{self._target}.journal"
        path = self._journal
        try:
            return act(Journal(self._git.folder / path, path))
        except OSError as error:
            words = f"the journal of the ledger cannot be used: {(error.strerror or type(error).__name__).lower()}"
            hint = "check the permissions of the repository and the free space"
            raise LedgerFailure(Problem("ledger-unusable", words, Place(path), hint)) from None

    def _write(self, claims: Claims) -> Claims:
        stored = self._known or self._look()
        attempt = 0
        while True:
            attempt += 1
            written = self._commit(stored, self._over(stored, claims))
            failure = self._publish(stored, written)
            if failure is None:
                break
            self._wait(attempt)
            found = self._look()
            if self._contains(found.commit, written.commit):
                break
            if found.commit != stored.commit and found.claims.serial <= stored.claims.serial:
                raise self._moved(claims, found)
            quicker = found.commit != stored.commit or any(sign in str(failure) for sign in CONTENDED)
            if not quicker or attempt == ATTEMPTS:
                raise failure
            stored = found
        self._known = written
        return written.claims

    def _over(self, stored: Tip, claims: Claims) -> Claims:
        """Return the claims to store over the stored ones; raises Refused where they do not go together."""
        behind = stored.claims.serial - claims.serial
        if behind == 0 and stored.claims.version == claims.version:
            return claims
        base = self._before(stored, behind, claims.version) if behind else None
        merged = merge(base, claims, stored.claims) if base else None
        if merged is None:
            raise self._moved(claims, stored)
        return merged

    def _before(self, stored: Tip, writes: int, version: str) -> Claims | None:
        """Return the claims of so many writes ago; None where the history does not say, or has another commit there."""
        if writes == stored.claims.serial:
            return Claims()
        answer = self._git.ask("rev-parse", "--verify", "--quiet", f"{stored.commit}~{writes}")
        base = self._load(answer.text) if answer.code == 0 and answer.text == version else None
        return base if base and base.serial == stored.claims.serial - writes else None

    def _look(self) -> Tip:
        """Return the newest commit, brought here from the remote; this clone's ref follows it."""
        remote = self._open()
        # NOTE: ours first: it only ever holds what the remote has had before.
        local = self._local()
        commit = local if remote is None else remote.tip(self._ref)
        if remote and commit != local:
            if commit:
                remote.fetch(self._ref)
            if local and not self._contains(commit, local):
                raise self._unpublished(remote, local, commit)
            self._move("read", commit, local)
        self._known = Tip(commit, self._load(commit) if commit else Claims())
        return self._known

    def _open(self) -> Remote | None:
        """Return the remote, if any; raises InvalidInput where there is no repository to keep a ledger in."""
        if self._opened is None:
            inside = self._git.ask("rev-parse", "--git-dir")
            if inside.code:
                why = "" if inside.words.startswith("not a git repository") else f" that can be used: {inside.words}"
                words = f"the ledger of `{self._target}` is kept in git, and there is no repository{why}"
                makes = "`git init` makes one; without `ledger` in `reconciler.toml`, the ledger is a file"
                hint = advice(inside.words) or makes
                raise InvalidInput(Problem("git-repository", words, hint=hint))
            if self._git.ask("check-ref-format", self._ref).code:
                words, hint = f"git takes no ref by the name `{self._ref}`", "give the target a plainer name"
                raise InvalidInput(Problem("ledger-name", words, hint=hint))
            self._opened = (choose(self._git),)
        return self._opened[0]

    def _local(self) -> str | None:
        answer = self._git.ask("for-each-ref", "--format=%(objectname) %(refname)", self._ref)
        if answer.code or answer.words:
            raise self._foreign(answer.words)
        found = [line.split(" ") for line in answer.text.splitlines()]
        return next((commit for commit, name in found if name == self._ref), None)

    def _load(self, commit: str) -> Claims:
        answer = self._git.ask("cat-file", "blob", f"{commit}:{FILE}")
        if answer.code:
            raise self._foreign(answer.words)
        hint = f"`git log -p {self._ref}` shows the last one that was whole; without it nothing is planned"
        return replace(
            parse(answer.out, f"{self._ref}:{FILE}", self._target, self._provider, hint=hint), version=commit
        )

    def _commit(self, stored: Tip, claims: Claims) -> Tip:
        """Make the commit that would hold these claims; no ref points at it yet."""
        claims = replace(claims, serial=stored.claims.serial + 1)
        identity, definitions = self._stamp = self._stamp or (self._identity(), self._definitions())
        text = dump(claims, self._target, self._provider)
        words = message(self._target, stored.claims, claims, self._signature, definitions)
        blob = self._git.tell("hash-object", "-w", "--stdin", given=text.encode())
        tree = self._git.tell("mktree", given=f"100644 blob {blob}\t{FILE}\n".encode())
        parent = ("-p", stored.commit) if stored.commit else ()
        commit = self._git.tell(*identity, "commit-tree", tree, *parent, "-F", "-", given=words.encode())
        return Tip(commit, replace(claims, version=commit))

    def _publish(self, stored: Tip, written: Tip) -> LedgerFailure | None:
        """Have the ref hold what was written if it still holds what was stored; return why it may not have come to it.

        The remote comes first: a run that is killed here has written on both sides, or on the one that counts.
        """
        remote = self._open()
        if remote and (failure := remote.push(self._ref, written.commit or "", stored.commit)):
            return failure
        answer = self._move("write", written.commit, stored.commit)
        if answer.code == 0 or remote:
            return None
        words = f"the ledger cannot be written: {answer.words}"
        hint = advice(answer.words) or "check the permissions of the repository and the free space"
        return LedgerFailure(Problem("ledger-unusable", words, Place(self._ref), hint))

    def _move(self, why: str, commit: str | None, expected: str | None) -> Answer:
        arguments = ("--create-reflog", "--no-deref", "-m", why, self._ref, commit or "", expected or "")
        return self._git.ask("update-ref", *arguments)

    def _contains(self, commit: str | None, earlier: str | None) -> bool:
        return self._git.ask("merge-base", "--is-ancestor", earlier or "", commit or "").code == 0

    def _identity(self) -> tuple[str, ...]:
        """Return the options that name the author, where the repository does not."""
        asked = (self._git.ask("-c", "user.useConfigOnly=true", "var", f"GIT_{role}_IDENT") for role in ROLES)
        if all(answer.code == 0 for answer in asked):
            return ()
        return ("-c", f"user.name={self._signature.who}", "-c", f"user.email={EMAIL}")

    def _definitions(self) -> str:
        """Return which commit the definitions are of, and whether they are as it has them."""
        head = self._git.ask("rev-parse", "--verify", "--quiet", "HEAD").text
        folder = self._signature.definitions
        status = self._git.ask("status", "--porcelain", "--untracked-files=all", "--", folder)
        if not head:
            return "no commit yet"
        if status.code:
            return f"{head}, and perhaps changes in {folder}"
        return f"{head}, with uncommitted changes in {folder}" if status.out else head

    @property
    def _shown_leftover(self) -> str:
        return "/".join(self._leftover.parts[-3:])

    def _moved(self, claims: Claims, stored: Tip) -> Refused:
        if stored.commit is None:
            return gone(
                self._ref, f"put back what it was, as another clone may have it, with `git update-ref {self._ref}`"
            )
        last = self._git.ask("log", "-1", LAST, stored.commit).text.rstrip(", ")
        return moved(self._ref, claims, stored.claims, last)

    def _unpublished(self, remote: Remote, local: str, commit: str | None) -> Refused:
        apart = f"{remote.apart()}; " if remote.apart() else ""
        has, name = f"another ({commit[:12]})" if commit else "none", plain(remote.name)
        return Refused(
            Problem(
                "ledger-unpublished",
                f"this clone has a ledger that the remote `{name}` lacks ({local[:12]}), and the remote has {has}",
                Place(self._ref),
                hint=f"{apart}if this clone's is the newest, `git push {name} {'+' if commit else ''}{self._ref}`; "
                f"if the remote is right, `git update-ref -d {self._ref}`",
            )
        )

    def _foreign(self, words: str) -> InvalidInput:
        hint = f"look at it with `git log {self._ref}`; nothing is planned without the ledger that belongs there"
        return InvalidInput(Problem("ledger-ref", f"holds no ledger: {words}", Place(self._ref), hint))
