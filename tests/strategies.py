"""Hypothesis strategies for Qonversion bodies and for what may happen to a world between two applies."""

from dataclasses import dataclass

from hypothesis import strategies as st

from reconciler.core.segment import Json

NAMES = ("Payers", "Trial users", "EU", "Active subscribers", "EU ", "${literal}")
"""A small pool, so that names collide: with each other, with system segments, and nearly (a trailing space)."""

CONDITIONS: st.SearchStrategy[dict[str, Json]] = st.fixed_dictionaries(
    {
        "metric": st.sampled_from(["environment", "renewable", "custom_uid"]),
        "comparator": st.sampled_from(["eq", "ne", "gte", "not_contains"]),
        "value": st.sampled_from(["prod", "1", "", "1.0"]),
    },
    optional={"negate": st.booleans()},
)
CONDITION_LISTS = st.lists(CONDITIONS, max_size=3)


@dataclass(frozen=True)
class Event:
    """One thing that happens to a world: what, to which one (taken modulo how many there are), and with what."""

    what: str
    which: int
    name: str
    conditions: tuple[dict[str, Json], ...]
    seed: int


WHATS = (
    "define",
    "define",
    "define",
    "edit definition",
    "spell out defaults",
    "reorder definition",
    "rename definition",
    "move definition",
    "protect definition",
    "remove definition",
    "edit live",
    "rename live",
    "delete live",
    "create live",
    "reorder live",
    "reorder list",
)

EVENTS = st.builds(
    Event,
    what=st.sampled_from(WHATS),
    which=st.integers(0, 7),
    name=st.sampled_from(NAMES),
    conditions=CONDITION_LISTS.map(tuple),
    seed=st.integers(0, 5),
)
