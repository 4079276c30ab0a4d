"""What is said where the ledger is not what it was when it was read: newer, another, or gone. Pure."""

from reconciler.core.claims import Claims
from reconciler.errors import Place, Problem, Refused
from reconciler.intake.lexical import plain


def moved(shown: str, claims: Claims, stored: Claims, last: str) -> Refused:
    """Return why these claims cannot be written over the stored ones; `last` says who wrote those, if it is known."""
    if stored.serial > claims.serial:
        words, hint = "another run has written the ledger since it was read", "wait for the other run to end"
    else:
        words = "the ledger was replaced since it was read, and not by a newer one"
        hint = "see what has put it there, as `git checkout` may, and which of the two is right"
    told = f": {plain(last)}" if last else ""
    held = f"; the lease is held by {stored.lease.holder}" if stored.lease else ""
    return Refused(Problem("ledger-moved", f"{words}{told}{held}", Place(shown), f"{hint}, then plan again"))


def gone(shown: str, hint: str) -> Refused:
    """Return why nothing can be written over a ledger that is there no more; `hint` says how it is had again."""
    return Refused(Problem("ledger-moved", "the ledger was deleted since it was read", Place(shown), hint))
