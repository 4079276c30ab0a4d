"""Keys: what one is, and one for a name. Must never touch a disk."""

import re
import unicodedata
from collections.abc import Collection

PART = re.compile(r"[a-z0-9][a-z0-9._-]*")
_LONGEST = 80


def key_for(name: str, taken: Collection[str], fallback: str) -> str:
    """Return a key for a segment of this name that is not taken; from the fallback where the name has no letters."""
    stem = _slug(name) or _slug(fallback) or "segment"
    key = stem
    number = 2
    while key in taken:
        key = f"{stem}-{number}"
        number += 1
    return key


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST].rstrip("-")
