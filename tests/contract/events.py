"""Hypothesis strategies for what may happen to a world between two applies. Names no vendor."""

from dataclasses import dataclass

from contract.subject import Document, Subject
from hypothesis import strategies as st

from reconciler.core.ports import Form
from reconciler.errors import Severity
from reconciler.intake.schema import schema, waves_through


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


def events(subject: Subject, form: Form) -> st.SearchStrategy[Event]:
    """Return what may happen to a world of a vendor; names and most bodies are from small pools, so that they collide.

    The pool of bodies is what the suite takes for different, as far as a definition may say it.
    """
    samples = (subject.first, subject.second)
    edited = [edit(body) for body in samples for edit in subject.differences.values()]
    rules = schema(f"{subject.name}.segment")
    pool = [
        body
        for body in (*samples, *(one for one in edited if one))
        if waves_through(rules, body) and all(one.severity is not Severity.ERROR for one in form.findings(body))
    ]
    named = st.tuples(st.sampled_from(pool) | subject.bodies, st.sampled_from(subject.names))
    return st.builds(
        Event,
        what=st.sampled_from(WHATS),
        which=st.integers(0, 7),
        body=named.map(lambda pair: subject.filled({**pair[0], "name": pair[1]})),
        seed=st.integers(0, 5),
    )
