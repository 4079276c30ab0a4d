"""Pages of a list, and the Link header that leads from one to the next."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar
from urllib.parse import urlencode

T = TypeVar("T")

_DEFAULT = 30
_MOST = 100


class Page(NamedTuple):
    """Which page of a list is asked for."""

    number: int
    size: int

    @classmethod
    def asked(cls, query: Mapping[str, str]) -> "Page":
        """Read it from a query; what makes no sense counts as not given."""
        size = _natural(query.get("per_page", "")) or _DEFAULT
        return cls(_natural(query.get("page", "")) or 1, min(size, _MOST))

    def of(self, things: Sequence[T]) -> list[T]:
        """Return what is on it."""
        return list(things[(self.number - 1) * self.size : self.number * self.size])

    def link(self, url: str, query: Mapping[str, str], total: int) -> str | None:
        """Return the Link header; there is none where one page holds everything."""
        last = max(1, -(-total // self.size))
        places = {}
        if self.number > 1:
            places["prev"] = min(self.number - 1, last)
        if self.number < last:
            places |= {"next": self.number + 1, "last": last}
        if self.number > 1:
            places["first"] = 1
        parts = [f'<{url}?{urlencode({**query, "page": page})}>; rel="{name}"' for name, page in places.items()]
        return ", ".join(parts) or None


def _natural(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
