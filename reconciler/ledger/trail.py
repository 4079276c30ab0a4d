"""One write of the ledger as a commit message: what changed, who did it, in which run, on which definitions. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.core.claims import Claims
from reconciler.intake.lexical import plain
from reconciler.ledger.merge import same

NAMED = 2
LISTED = 50


@dataclass(frozen=True, slots=True)
class Signature:
    """Who writes, as `ada@host`; in which run; and the folder of the definitions, below the repository's own."""

    who: str
    run: str
    definitions: str

    def holds(self, holder: str) -> bool:
        """Say whether this is the holder of a lease: the same person in the same run."""
        return holder == f"{self.who}, {self.run}"


def message(target: str, old: Claims, new: Claims, signature: Signature, commit: str) -> str:
    """Return the message of the write that made the new claims of the old; `commit` says which the definitions are."""
    done = list(_done(old, new))
    noted = [
        f"about to {intent.action} {intent.key}" for intent in new.intents if intent not in old.intents
    ]  # the write that takes a lease notes them all
    lease = _lease(old, new, signature)
    settled = "intents settled" if new.intents != old.intents else "nothing new"
    complete = f"everything reviewed is applied up to {new.applied}" if new.applied != old.applied else ""
    subject = _several(done) or lease or complete or settled
    lines = [*done, *noted, *([lease] if done and lease else [])]
    if len(lines) > LISTED:
        lines = [*lines[:LISTED], f"and {len(lines) - LISTED} more"]
    trailers = {
        "Target": target,
        "Serial": str(new.serial),
        "Who": signature.who,
        "Run": signature.run,
        "Definitions": commit,
    }
    paragraphs = [
        [f"{target}: {subject}"],
        lines if lines != [subject] else [],
        [f"{name}: {value}" for name, value in trailers.items()],
    ]
    return "\n\n".join("\n".join(plain(line) for line in lines) for lines in paragraphs if lines) + "\n"


def _several(done: list[str]) -> str:
    more = f" and {len(done) - NAMED} more" if len(done) > NAMED else ""
    return ", ".join(done[:NAMED]) + more


def _done(old: Claims, new: Claims) -> Iterator[str]:
    """Yield what was recorded, in the words of the intent that it carries out, where it had one."""
    verbs = {intent.key: intent.action for intent in old.intents if intent not in new.intents}
    former = {record.id: key for key, record in old.segments.items()}
    moved = set()
    for key, record in sorted(new.segments.items()):
        if not same(old.segments.get(key), record):
            was = former.get(record.id, key)
            moved.add(was)
            yield f"{verbs.get(key, 'record')} {key}" + (f" (was {was})" if was != key else "")
    for key in sorted(old.segments.keys() - new.segments.keys() - moved):
        yield f"{verbs.get(key, 'forget')} {key}"


def _lease(old: Claims, new: Claims, signature: Signature) -> str:
    """Return what became of the lease, or nothing where its holder has only made it longer."""
    if new.lease and not (old.lease and old.lease.holder == new.lease.holder):
        return f"lease taken by {new.lease.holder}"
    if old.lease and not new.lease:
        ours = signature.holds(old.lease.holder)
        return f"lease given back by {signature.who}" if ours else f"lease of {old.lease.holder} freed"
    return ""
