"""The canonical form of a JSON value: one text for everything that means the same. Knows no vendor."""

import hashlib
import json
from collections.abc import Iterable

from reconciler.core.segment import Body, Json

_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))
"""Made once: `json.dumps` makes one for each text, which takes as long as the text."""


def canonical_json(value: Body | Json) -> str:
    """Return the one text of a JSON value: members sorted, no spaces. `1`, `1.0` and `true` stay apart."""
    return _ENCODER.encode(value)


def multiset(items: Iterable[Json]) -> list[Json]:
    """Return the items in an order that does not depend on how they came, keeping repeats."""
    return sorted(items, key=canonical_json)


def digest(value: Body | Json) -> str:
    """Return `sha256:` and the hexadecimal digest of the canonical text; total, also for unpaired surrogates."""
    return "sha256:" + hashlib.sha256(canonical_json(value).encode("utf-8", "surrogatepass")).hexdigest()
