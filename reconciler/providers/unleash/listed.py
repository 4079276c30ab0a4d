"""Pages of segments that are plainly as documented, without a model of them; `wire` is the authority on all others.

A test holds the two to one verdict, and to one reading.
"""

from typing import Any

from reconciler.core.segment import Json, Live
from reconciler.providers.answers import Listed
from reconciler.providers.unleash.expressible import inexpressible


def listed(answer: Any) -> Listed | None:
    """Return the segments of an instance; None where the answer may be other than documented."""
    match answer:
        case {"segments": [*segments]} if all(map(_is_segment, segments)):
            return Listed([_live(each) for each in segments])
        case _:
            return None


def single(item: Any) -> Live | None:
    """Return a segment that was asked for by itself; None where it may be other than documented."""
    return _live(item) if _is_segment(item) else None


def live(segment_id: str, name: str, optional: dict[str, Json], constraints: list[Json], flags: int) -> Live:
    """Return a live segment, which so many flags use; the vendor has no system segments."""
    given = {member: value for member, value in optional.items() if value is not None}
    body: dict[str, Json] = {"name": name, **given, "constraints": constraints}
    used_by = f"{flags} flag{'' if flags == 1 else 's'}" if flags else ""
    return Live(id=segment_id, name=name, body=body, inexpressible=inexpressible(name, constraints), used_by=used_by)


def _live(item: dict[str, Any]) -> Live:
    optional = {"description": item.get("description"), "project": item.get("project")}
    return live(str(item["id"]), item["name"], optional, item["constraints"], item.get("usedInFeatures", 0))


def _is_segment(item: Any) -> bool:
    return (
        type(item) is dict
        and type(item.get("id")) is int
        and type(item.get("name")) is str
        and type(item.get("description")) in {str, type(None)}
        and type(item.get("project")) in {str, type(None)}
        and type(item.get("constraints")) is list
        and type(item.get("usedInFeatures", 0)) is int
    )
