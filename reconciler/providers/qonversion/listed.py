"""Pages of segments that are plainly as documented, without a model of them; `wire` is the authority on all others.

A test holds the two to one verdict, and to one reading.
"""

from typing import Any

from reconciler.core.segment import Live
from reconciler.providers.answers import Listed, is_identifier
from reconciler.providers.qonversion.convert import inexpressible


def listed(page: Any, *, system: bool = False) -> Listed | None:
    """Return a page; None where it may be other than documented. `system` says that it lists system segments."""
    match page:
        case {"data": [*segments], "has_more": bool(more)} if all(map(_is_segment, segments)):
            cursor = page.get("next_cursor")
        case _:
            return None
    if cursor is not None and type(cursor) is not str:
        return None
    return Listed([_live(each, system=system) for each in segments], more, cursor)


def single(item: Any) -> Live | None:
    """Return a segment that was asked for by itself; None where it may be other than documented."""
    return _live(item) if _is_segment(item) else None


def _live(item: dict[str, Any], *, system: bool = False) -> Live:
    return live(item["id"], item["name"], item["conditions"], system=system or item["is_system"])


def live(segment_id: str, name: str, conditions: list[Any], *, system: bool) -> Live:
    """Return a live segment; its conditions are written as a definition has them, which mostly leaves `negate` out."""
    for condition in conditions:
        if condition.get("negate") is False:
            del condition["negate"]
    return Live(segment_id, name, {"name": name, "conditions": conditions}, system, inexpressible(conditions))


def _is_segment(item: Any) -> bool:
    return (
        type(item) is dict
        and is_identifier(item.get("id"))
        and type(item.get("name")) is str
        and type(item.get("is_system")) is bool
        and type(item.get("conditions")) is list
        and all(map(_is_condition, item["conditions"]))
    )


def _is_condition(item: Any) -> bool:
    return (
        type(item) is dict
        and type(item.get("metric")) is str
        and type(item.get("comparator")) is str
        and type(item.get("value")) is str
        and type(item.get("negate", False)) is bool
    )
