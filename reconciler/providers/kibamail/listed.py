"""Pages of segments that are plainly as documented, without a model of them; `wire` is the authority on all others.

A test holds the two to one verdict, and to one reading.
"""

from typing import Any

from reconciler.core.segment import Json, Live
from reconciler.providers.answers import Listed, is_identifier
from reconciler.providers.kibamail.expressible import inexpressible, shallow


def listed(page: Any) -> Listed | None:
    """Return a page; None where it may be other than documented."""
    match page:
        case {"data": [*segments], "hasMore": bool(more)} if all(map(_is_segment, segments)):
            return Listed([_live(each) for each in segments], more)
        case _:
            return None


def single(item: Any) -> Live | None:
    """Return a segment that was asked for by itself; None where it may be other than documented."""
    return _live(item) if _is_segment(item) else None


def _live(item: dict[str, Any]) -> Live:
    return live(item["id"], item["name"], item.get("description"), item.get("conditions"))


def live(segment_id: str, name: str, description: str | None, conditions: Json) -> Live:
    """Return a live segment; the vendor has no system segments."""
    body: dict[str, Json] = {"name": name}
    if description is not None:
        body["description"] = description
    body["conditions"] = shallow(conditions)
    said = ["its empty name"] if not name.strip() else []
    if words := inexpressible(conditions):
        said.append(words)
    return Live(id=segment_id, name=name, body=body, inexpressible=", ".join(said))


def _is_segment(item: Any) -> bool:
    return (
        type(item) is dict
        and is_identifier(item.get("id"))
        and type(item.get("name")) is str
        and type(item.get("description")) in {str, type(None)}
    )
