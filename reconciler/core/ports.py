"""What the core asks of the ring: protocols and capabilities. Implementations are elsewhere and unknown here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.core.claims import Claims, Edit
    from reconciler.core.finding import Finding
    from reconciler.core.personal import Personal
    from reconciler.core.report import Outcome
    from reconciler.core.segment import Body, Json, Live


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a vendor's API can do. What it cannot is refused or skipped aloud, never weakened silently."""

    idempotency_keys: bool
    delete: bool
    unique_names: bool
    description: bool
    single_read: bool


class Form(Protocol):
    """A vendor's pure conversions: what bodies mean the same, and how to name their parts. Total."""

    @property
    def capabilities(self) -> Capabilities:
        """What the vendor's API can do."""
        ...

    @property
    def personal(self) -> Personal:
        """Which fields hold personal data, whose values no plan document shows."""
        ...

    def canonical(self, body: Body) -> Body:
        """Return the body with defaults filled, documented aliases folded and unordered lists as multisets."""
        ...

    def outgoing(self, body: Body) -> Body:
        """Return the body as it is sent: as it was written, unless the target asks for another way of writing it."""
        ...

    def label(self, item: Json) -> str:
        """Return the short name of one item of a list in a body, such as `environment eq`."""
        ...

    def findings(self, body: Body, /) -> Iterable[Finding]:
        """Return what is wrong or doubtful in a body that the schema accepts, as far as it says by itself."""
        ...

    def unchecked(self, body: Body, /) -> Iterable[Finding]:
        """Return what in a body only the live project could confirm, for where nobody asks it."""
        ...


class Provider(Protocol):
    """Four verbs, a single read and a look at the project, over the network. Writes return what was read back.

    All raise `VendorFailure`; `list` also where the listing failed, ended short, restarted or repeated itself.
    """

    def list(self) -> tuple[Live, ...]:
        """Return every live segment once, system segments included and marked."""
        ...

    def read(self, segment_id: str) -> Live | None:
        """Return one live segment, or None where the vendor says that it does not exist."""
        ...

    def findings(self, body: Body, /) -> Iterable[Finding]:
        """Return what the live project has against a body that would be sent; asks it at most once for all bodies."""
        ...

    def create(self, body: Body, *, idempotency_key: str) -> Live:
        """Create a segment and return it as read back."""
        ...

    def update(self, segment_id: str, body: Body) -> Live:
        """Replace a segment's body and return it as read back."""
        ...

    def delete(self, segment_id: str) -> None:
        """Delete a segment and make sure that it is gone; raise `SegmentInUse` where something still uses it."""
        ...


class Ledger(Protocol):
    """Where the claims of one target are kept. Raises `LedgerFailure` or, for damaged content, `InvalidInput`."""

    def read(self) -> Claims:
        """Return what is recorded; empty claims with serial 0 where nothing ever was."""
        ...

    def write(self, claims: Claims) -> Claims:
        """Store the claims if what is stored is still what they were read from, and return them with the next serial.

        Raises `Refused` where another run has written in between, or something else is there.
        """
        ...

    def note(self, claims: Claims, edit: Edit) -> Claims:
        """Make an edit to claims that were written, so that it outlives this process, and return the claims with it.

        It costs no write of the whole: the next `write` takes it in, and `read` does until then.
        """
        ...


class Observer(Protocol):
    """Told what an apply does while it does it."""

    def started(self, total: int) -> None:
        """Say how many changes are about to be carried out."""
        ...

    def ended(self, outcome: Outcome) -> None:
        """Say how one change ended."""
        ...
