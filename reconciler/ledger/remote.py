"""The remote that keeps the ledger's ref: which one it is, what it has, and how it is given more. Reads no ledger."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from reconciler.errors import InvalidInput, LedgerFailure, Problem
from reconciler.git import Git
from reconciler.intake.lexical import plain
from reconciler.ledger.advice import advice

CHOICE = "reconciler.remote"
PRIVATE = re.compile(r"://(?:(\S*)@)?[^\s?]*(\?\S*)?")
STALE = "stale info"
"""What git says of a push where the ref is not as the fetch had it."""
SHORTEST = 4
"""Below this length a piece of a URL is no secret: to blot it out would only mangle the message."""
ALONE = ("--no-tags", "--no-prune", "--recurse-submodules=no", "--no-write-fetch-head", "--refmap=", "--quiet")


@dataclass(frozen=True, slots=True)
class Remote:
    """One remote of a repository."""

    git: Git
    name: str

    def tip(self, ref: str) -> str | None:
        """Return what a ref of the remote points at, or None; raises LedgerFailure where the remote does not say."""
        answer = self.git.ask("ls-remote", "--quiet", "--", self.name, ref)
        if answer.code:
            raise self._failure("does not say what is in the ledger", answer.words)
        found = [line.split("\t") for line in answer.text.splitlines()]
        return next((each[0] for each in found if each[1:] == [ref]), None)

    def fetch(self, ref: str) -> None:
        """Bring what the ref has into this clone, and change no ref here."""
        answer = self.git.ask("fetch", *ALONE, "--", self.name, ref)
        if answer.code:
            raise self._failure("did not hand over the ledger", answer.words)

    def push(self, ref: str, commit: str, expected: str | None) -> LedgerFailure | None:
        """Have the ref point at the commit if it still is as expected; return why it may not have come to that."""
        lease = f"--force-with-lease={ref}:{expected or ''}"
        options = ("--porcelain", "--no-verify", "--no-signed", "--no-follow-tags", "--recurse-submodules=no", lease)
        try:
            answer = self.git.ask(
                *("-c", f"remote.{self.name}.mirror=false"), "push", *options, "--", self.name, f"{commit}:{ref}"
            )
        except LedgerFailure as error:
            return error
        refused = [line.split("\t")[-1] for line in answer.text.splitlines() if line.startswith("!")]
        return self._failure("did not take the ledger", "; ".join([*refused, answer.words])) if answer.code else None

    def apart(self) -> str:
        """Return what to do where git fetches from elsewhere than it pushes to; nothing where it does not."""
        here, there = self._urls()
        name = plain(self.name)
        words = f"git does not push to the URL of `{name}` that it fetches from: both have to be one repository, see "
        return f"{words}`git remote -v` and `remote.{name}.pushurl`" if here != there else ""

    def _failure(self, what: str, words: str) -> LedgerFailure:
        for secret in self._secrets():
            words = words.replace(secret, "***")
        known = self.apart() if STALE in words else advice(words)
        where = "in the repository of the remote: " if known and "remote: " in words else ""
        check = f"check the network and what this clone may do there, with `git ls-remote {plain(self.name)}`"
        return LedgerFailure(
            Problem(
                "ledger-remote",
                f"the remote `{plain(self.name)}` {what}: {words or 'git does not say why'}",
                hint=f"{where}{known or check}; without the ledger nothing is planned or sent",
            )
        )

    def _urls(self) -> list[str]:
        """Return the URLs that git fetches from, and those that it pushes to: one a line."""
        return [self.git.ask("remote", "get-url", "--all", *push, self.name).text for push in ((), ("--push",))]

    def _secrets(self) -> list[str]:
        """Return every part of a user, password or query in the URLs of this remote, as written and as decoded.

        Git and its helpers repeat them in pieces where a URL is not well formed.
        """
        private = [part for urls in self._urls() for parts in PRIVATE.findall(urls) for part in parts]
        pieces = {piece for part in private for piece in re.split(r"[:/@?&=]", part)}
        return sorted(
            (each for each in pieces | {unquote(piece) for piece in pieces} if len(each) >= SHORTEST), key=len
        )[::-1]


def choose(git: Git) -> Remote | None:
    """Return the remote that is named in git's configuration, else `origin`, else the only one, else None.

    Raises InvalidInput where that leaves a choice.
    """
    names = git.tell("remote").splitlines()
    named = git.ask("config", "--get", CHOICE).text
    if named and named not in names:
        raise _unclear(f"`{CHOICE}` in git's configuration names `{plain(named)}`, which is no remote", names)
    if named or "origin" in names:
        return Remote(git, named or "origin")
    if len(names) > 1:
        raise _unclear("the repository has several remotes, and none of them is `origin`", names)
    return Remote(git, names[0]) if names else None


def _unclear(words: str, names: list[str]) -> InvalidInput:
    known = ", ".join(f"`{plain(name)}`" for name in names)
    hint = f"`git config {CHOICE} NAME` says which remote keeps the ledger" + (f": {known}" if known else "")
    return InvalidInput(Problem("ledger-remotes", words, hint=hint))
