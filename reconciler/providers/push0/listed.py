"""Pages of segments that are plainly as documented, without a model of them; `wire` is the authority on all others.

A test holds the two to one verdict, and to one reading.
"""

from typing import Any

from reconciler.core.segment import Json, Live
from reconciler.providers.answers import Listed, is_identifier
from reconciler.providers.push0.convert import inexpressible

BUILT_IN = "All"
"""The name of the segment of everybody, which every account starts with."""


def listed(page: Any) -> Listed | None:
    """Return a page; None where it may be other than documented."""
    if type(page) is not list or not all(map(_is_segment, page)):
        return None
    return Listed([live(each["id"], each["name"], each.get("description"), each["constraints"]) for each in page])


def live(segment_id: str, name: str, description: str | None, constraints: list[Json]) -> Live:
    """Return a live segment. `All` without constraints is the vendor's; with either alone it looks like that."""
    described: dict[str, Json] = {"description": description} if description else {}
    return Live(
        id=segment_id,
        name=name,
        body={"name": name, **described, "constraints": constraints},
        system=name == BUILT_IN and not constraints,
        inexpressible=inexpressible(constraints),
        looks_system=name == BUILT_IN or not constraints,
    )


def _is_segment(item: Any) -> bool:
    return (
        type(item) is dict
        and is_identifier(item.get("id"))
        and type(item.get("name")) is str
        and type(item.get("description")) in {str, type(None)}
        and type(item.get("constraints")) is list
    )
