"""Invented Push0 segments, over all fields that the page lists. Must never know a request or the store."""

from typing import Final

from reconciler.emulator.tables import Document, Json

# NOTE: each member is a field, one of its relations, and a value whose type is the field's.
_CONSTRAINTS: Final[tuple[tuple[str, str, str | int], ...]] = (
    ("country", "==", "PL"),
    ("language", "!=", "eng"),
    ("timezone", "starts_with", "Europe/"),
    ("appVersion", "starts_with", "1.3."),
    ("appVersionCode", ">=", 5),
    ("osApi", "==", "35"),
    ("osVersion", "!=", "1.0.1"),
    ("customUserId", "exists", "true"),
    ("email", "ends_with", "@example.com"),
    ("type", "==", "tablet"),
    ("firstSession", "<", 1_735_689_600_000),
    ("lastSession", ">", 1_735_689_600_000),
    ("sessionCount", "<=", 20),
    ("createdAt", "!=", 1_735_689_600_000),
    ("id", "starts_with", "d"),
    ("pushToken", "exists", "true"),
    ("unRegisteredAt", "==", 0),
    ("deviceModel", "contains", "Galaxy"),
    ("deviceManufacturer", "==", "Samsung"),
)


def sample(number: int) -> Document:
    """Return the body of an invented segment, the same for the same number, with one to three groups."""
    groups: list[Json] = [_group(number, place) for place in range(1 + number % 3)]
    description = f"Invented segment {number}" if number % 2 else None
    return {"name": f"Segment {number:05}", "description": description, "constraints": groups}


def _group(number: int, place: int) -> Document:
    tag: Document = {"field": "tags", "relation": "contains", "value": f"cohort-{number}"}
    first = number + 7 * place
    picked = [_CONSTRAINTS[(first + step) % len(_CONSTRAINTS)] for step in range(1 + first % 3)]
    others: list[Json] = [{"field": field, "relation": relation, "value": value} for field, relation, value in picked]
    return {"type": "AND" if first % 2 else "OR", "constraints": [*others, tag] if place == 0 else others}
