"""The canonical form of a JSON value: one text for everything that means the same. Knows no vendor."""

import json
import marshal
from collections.abc import Iterable
from typing import Any

from reconciler.core.segment import Body, Json

_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))
"""Made once: `json.dumps` makes one for each text, which takes as long as the text."""
_NO_REFERENCES = 2
"""The format of marshal in which what is written does not depend on which objects are shared."""


def canonical_json(value: Body | Json) -> str:
    """Return the one text of a JSON value: members sorted, no spaces. `1`, `1.0` and `true` stay apart."""
    return _ENCODER.encode(value)


def multiset(items: Iterable[Json]) -> list[Json]:
    """Return the items in an order that does not depend on how they came, keeping repeats."""
    listed = list(items)
    return sorted(listed, key=canonical_json) if len(listed) > 1 else listed


def digest(value: Body | Json) -> str:
    """Return `sha256:` and the hexadecimal digest of the canonical text; total, also for unpaired surrogates."""
    return text_digest(canonical_json(value))


def text_digest(text: str) -> str:
    """Return the digest of a canonical text."""
    import hashlib  # noqa: PLC0415 - OpenSSL, which `validate` does not need

    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def surely_same(one: Body | Json, *others: Body | Json) -> bool:
    """Say, quickly, whether values are surely all the same, which they also may be where this says no.

    `1`, `1.0` and `true` stay apart here too, unlike with `==`.
    """
    written = {_written(value): value for value in (one, *(other for other in others if other is not one))}
    if len(written) == 1:
        return True
    first, *rest = written.values()
    return all(each == first for each in rest) and len({canonical_json(each) for each in written.values()}) == 1


def _written(value: Any) -> bytes:  # noqa: ANN401 - what typeshed has no name for
    return marshal.dumps(value, _NO_REFERENCES)
