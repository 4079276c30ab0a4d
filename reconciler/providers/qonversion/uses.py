"""Which automations use a segment, listed once for many deletions. Must never know what is done with the answer."""

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reconciler.providers.qonversion.wire import Automation

SHARED = 100
"""How many deletions may go by one listing, so that it does not grow old in a long row of them."""


class Uses:
    """The automations as they were listed just before the first deletion; safe from many threads."""

    def __init__(self, listing: "Callable[[], Sequence[Automation]]") -> None:
        """Ask `listing` for every automation; one that fails is not remembered."""
        self._listing = listing
        self._lock = threading.Lock()
        self._left = 0
        self._listed: Sequence[Automation] = ()

    def of(self, segment_id: str) -> list[str]:
        """Return what uses a segment, in words; raises VendorFailure where the automations cannot be listed."""
        with self._lock:
            if not self._left:
                self._listed, self._left = self._listing(), SHARED
            self._left -= 1
            listed = self._listed
        return sorted(f"the automation `{each.name or each.id}`" for each in listed if each.uses(segment_id))

    def forget(self) -> None:
        """List them anew for the next deletion."""
        with self._lock:
            self._left = 0
