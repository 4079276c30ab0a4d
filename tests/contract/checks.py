"""How a check says that the contract is broken, and what several of them need. Names no vendor."""

import uuid
from collections.abc import Callable
from typing import TypeVar

from contract.project import Project
from contract.subject import Document
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from reconciler.core.canonical import canonical_json
from reconciler.core.segment import Body, Json, Live
from reconciler.errors import VendorFailure

Value = TypeVar("Value")


def same(contract: str, expected: object, actual: object) -> None:
    """Raise AssertionError, naming the contract, where two things differ."""
    assert expected == actual, f"{contract}: expected {expected!r}, got {actual!r}"


def holds(contract: str, told: object, *, so: bool) -> None:
    """Raise AssertionError, naming the contract and what there was, where something is not so."""
    assert so, f"{contract}: {told!r}"


def failure(contract: str, act: Callable[[], object]) -> VendorFailure:
    """Return the failure that an act ends in; raises AssertionError where it ends in anything else."""
    try:
        done = act()
    except VendorFailure as error:
        return error
    except Exception as error:
        raise AssertionError(f"{contract}: not a VendorFailure but {error!r}") from error
    raise AssertionError(f"{contract}: no failure but {done!r}")


def nothing_fails(contract: str, act: Callable[[], object]) -> None:
    """Do something; raises AssertionError, naming the contract, where it fails."""
    try:
        act()
    except VendorFailure as error:
        raise AssertionError(f"{contract}: {error}") from error


def for_all(bodies: st.SearchStrategy[Value], check: Callable[[Value], None], *, worlds: int = 50) -> None:
    """Check so many values, and let the first that fails be told as it is."""

    @settings(max_examples=worlds, database=None, report_multiple_bugs=False, phases=(Phase.generate, Phase.shrink))
    @given(bodies)
    def run(value: Value) -> None:
        check(value)

    run()


def meaning(project: Project, body: Body) -> str:
    """Return the text of a body's canonical form."""
    return canonical_json(project.form.canonical(body))


def created(project: Project, body: Document) -> Live:
    """Create a segment under a new key."""
    return project.provider.create(project.form.outgoing(body), idempotency_key=str(uuid.uuid4()))


def apart(project: Project, body: Document) -> Document:
    """Return a body under a name that no other segment has, where names are unique; else as it is."""
    unique = project.form.capabilities.unique_names
    return {**body, "name": f"{body['name']} {uuid.uuid4().hex[:8]}"} if unique else body


def listed(project: Project) -> dict[str, Live]:
    """Return the ordinary segments that the provider lists, by id."""
    return {live.id: live for live in project.provider.list() if not is_system(live)}


def is_system(live: Live) -> bool:
    """Say whether a segment is taken for the vendor's own where nothing is managed."""
    return live.known(()).system


def shown(project: Project, live: Live | None) -> tuple[Json, ...]:
    """Return what the core would see of a segment."""
    return (
        (None,)
        if live is None
        else (live.id, live.name, is_system(live), live.inexpressible, meaning(project, live.body))
    )
