"""A way through the pages of a list that is never silently short. Knows no vendor, and sends nothing itself."""

from collections.abc import Sequence

from reconciler.errors import Problem, VendorFailure

MOST_PAGES = 2_000
"""How many pages a list may have: 200,000 segments, or 20,000 where a vendor puts no more than ten on a page."""


class Walk:
    """The pages of one list, each asked for by the last id of the one before; ends only where the vendor says so."""

    def __init__(self, path: str, *, cursor: str, size: int) -> None:
        """Begin at the top; `cursor` is the query's name for where a page begins, `size` how long one may be."""
        self.path = path
        self.params: dict[str, str | int] = {"limit": size}
        self.done = False
        self._cursor = cursor
        self._promised = False
        self._pages = 0
        self._seen: set[str] = set()

    def step(self, ids: Sequence[str], *, more: bool, cursor: str | None = None) -> None:
        """Take one page in; raises VendorFailure where the list repeated itself, ended short or does not end.

        An empty page behind one that promised more is short: whatever it began at may be gone.
        """
        if ids and self._seen.issuperset(ids):
            raise incomplete(f"GET {self.path}: a page repeated what was already listed", "repeated")
        if not ids and (more or self._promised):
            raise incomplete(f"GET {self.path}: there was said to be more, and the page is empty", "short")
        self._pages += 1
        check_end(self.path, self._pages)
        self._seen.update(ids)
        self._promised = more
        self.done = not more
        if more:
            self.params[self._cursor] = cursor or ids[-1]


def check_end(path: str, pages: int) -> None:
    """Raise VendorFailure where a list has had so many pages that it is not going to end."""
    if pages > MOST_PAGES:
        raise incomplete(f"GET {path}: does not end after {MOST_PAGES} pages", "endless")


def incomplete(message: str, how: str) -> VendorFailure:
    """Return the failure of a list that did not come whole: `short`, `repeated`, `restarted` or `endless`."""
    hint = "nothing was planned on an incomplete list; run the command again, and without others editing meanwhile"
    return VendorFailure(Problem(f"listing-{how}", message, hint=hint))
