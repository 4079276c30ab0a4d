"""What a new instance of Unleash holds, and segments invented for it. Must never know a request."""

from typing import Final

from reconciler.emulator.tables import Document, Json, Kind, Record

_OPENED: Final = 1_735_689_600.0  # 2025-01-01T00:00:00Z
_FIELDS: Final[dict[str, list[Json]]] = {
    **{name: [] for name in ("appName", "currentTime", "environment", "sessionId", "userId")},
    **{name: [] for name in ("appVersion", "country", "email", "seats")},
    "plan": ["free", "team", "enterprise"],
}

SEED: Final = (
    Record(Kind.PROJECT, "default", {"name": "Default"}, _OPENED, _OPENED),
    *(
        Record(Kind.CONTEXT_FIELD, name, {"name": name, "legalValues": legal}, _OPENED, _OPENED)
        for name, legal in _FIELDS.items()
    ),
)
"""One project, the fields that every instance lists at first, and some as somebody has added them."""


def sample(number: int) -> Document:
    """Return an invented segment with one to three constraints."""
    constraints: list[Json] = [
        {"contextName": "country", "operator": "IN", "values": [("US", "CA", "DE")[number % 3]]},
        {"contextName": "userId", "operator": "STR_ENDS_WITH", "values": [f"-cohort-{number}"], "inverted": False},
        {"contextName": "seats", "operator": "NUM_GTE", "values": [], "value": str(number % 7)},
    ]
    return {"name": f"Segment {number:05}", "description": None, "constraints": constraints[: 1 + number % 3]}
