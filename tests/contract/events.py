"""Hypothesis strategies for what may happen to a world between two applies. Names no vendor."""

from dataclasses import dataclass

from contract.subject import Document, Subject
from hypothesis import strategies as st


@dataclass(frozen=True)
class Event:
    """One thing that happens to a world: what, to which one (taken modulo how many there are), and with what body."""

    what: str
    which: int
    body: Document
    seed: int


WHATS = (
    "define",
    "define",
    "define",
    "edit definition",
    "respell definition",
    "rename definition",
    "move definition",
    "protect definition",
    "remove definition",
    "edit live",
    "rename live",
    "respell live",
    "delete live",
    "create live",
    "reorder list",
)


def events(subject: Subject) -> st.SearchStrategy[Event]:
    """Return what may happen to a world of a vendor; names are from its small pool, so that they collide."""
    named = st.tuples(subject.bodies, st.sampled_from(subject.names))
    return st.builds(
        Event,
        what=st.sampled_from(WHATS),
        which=st.integers(0, 7),
        body=named.map(lambda pair: subject.filled({**pair[0], "name": pair[1]})),
        seed=st.integers(0, 5),
    )
