"""Runs with one thing left out each, which the search has to find. None of this is in `reconciler`."""

from dataclasses import replace

from model.story import Books, Memory, Program
from model.world import Answer, Request

from reconciler.core.claims import Claims, Edit
from reconciler.core.segment import Live


class Forgetful(Program):
    """Never looks for what a dead run made."""

    def recovered(self, claims: Claims, live: tuple[Live, ...]) -> Claims:
        """Return the claims without what was to be looked for."""
        return replace(claims, intents=())


class Unminding(Program):
    """Does not mind that another run holds the lease."""

    def leased(self, claims: Claims) -> Claims:
        """Return the claims without any lease."""
        return claims.leased(None)


class Silent(Books):
    """Writes no intent down."""

    def write(self, claims: Claims) -> Claims:
        """Write the claims without their intents."""
        return super().write(replace(claims, intents=()))


class Unannounced(Program):
    """Creates without a word in the ledger before."""

    def ledger(self, memory: Memory) -> Books:
        """Return a ledger that takes no intents."""
        return Silent(memory)


class Headlong(Books):
    """Writes over whatever is there."""

    def write(self, claims: Claims) -> Claims:
        """Write as if it had been read just now."""
        return super().write(replace(claims, serial=self.read().serial))

    def note(self, claims: Claims, edit: Edit) -> Claims:
        """Note as if it had been read just now."""
        return super().note(replace(claims, serial=self.read().serial), edit)


class Overwriting(Program):
    """Compares no serial before it writes the ledger."""

    def ledger(self, memory: Memory) -> Books:
        """Return a ledger that is written over."""
        return Headlong(memory)


class Trusting(Memory):
    """Answers the look at a segment with what was listed, once for each."""

    def __init__(self, memory: Memory, live: tuple[Live, ...]) -> None:
        super().__init__(())
        self._memory = memory
        self._known = {each.id: each for each in live}

    def ask(self, request: Request) -> Answer:
        """Ask the vendor."""
        return self._memory.ask(request)

    def read(self, segment_id: str) -> Live | None:
        """Return what was listed, the first time."""
        return self._known.pop(segment_id, None) or super().read(segment_id)


class Unlooking(Program):
    """Does not look at a segment again before it writes to it."""

    def provider(self, memory: Memory, live: tuple[Live, ...]) -> Memory:
        """Return a vendor that is believed to have what it had."""
        return Trusting(memory, live)


class Hasty(Books):
    """Says that a change was noted, and does not note it; what was created is never found again."""

    def note(self, claims: Claims, edit: Edit) -> Claims:
        """Note nothing, and settle the intent at once."""
        return claims.edited(edit)

    def write(self, claims: Claims) -> Claims:
        """Write what was noted last, and no lease."""
        return super().write(claims.leased(None))


class Leaseless(Program):
    """Takes no lease."""

    def ledger(self, memory: Memory) -> Books:
        """Return a ledger that holds no lease."""
        return Hasty(memory)
