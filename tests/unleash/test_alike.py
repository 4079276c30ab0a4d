"""The emulator answers as the real server does, whatever is asked: statuses, kinds, shapes, and what is kept.

The words of errors are its own. Each request goes to both, and each segment has the same id in both.
"""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from contract.check_canonical import spoilt
from contract.checks import for_all, same
from contract.subject import Document
from contract.unleash_subject import UNLEASH
from hypothesis import strategies as st
from instance import UNENCRYPTED, Instance

from reconciler.emulator import make_app
from reconciler.emulator.app import Emulator

JSON = {"Content-Type": "application/json"}
OK = b'{"name": "A", "constraints": []}'
ODD = (
    *(
        ("POST", "segments", content, JSON)
        for content in (
            *(b"", b" ", b"5", b"null", b"[]", b"{}", b"{", b"NaN", b'{"name": NaN}', b'{"x": 1}', OK + b" x"),
            *(b'{"name": "", "constraints": [{"contextName": "a"}]}', b'{"name": [], "constraints": 1}'),
            b'{"name": "A", "constraints": [{"contextName": "a", "operator": "EQUALS", "values": ["1"]}]}',
            b'{"name": "A", "constraints": [], "id": "x"}',
            b'{"name": "A", "constraints": [], "id": 99999999999}',
            b'{"name": "A", "constraints": [], "project": "nowhere"}',
            b" " * 102_401,
        )
    ),
    *(("POST", "segments", OK, {"Content-Type": kind}) for kind in ("", "text/plain", "application/json; charset=x")),
    *(
        ("POST", "segments/validate", content, JSON)
        for content in (
            OK,
            b'{"x": 1}',
            b'{"name": 5}',
            b'{"name": null}',
            b'{"name": [], "x": 1}',
            b'{"name": "", "": 1}',
        )
    ),
    *(
        ("PUT", f"segments/{segment_id}", content, JSON)
        for segment_id in ("99999", "99999999999", "abc", "1.5", "%20", "0x1", "Infinity")
        for content in (b"{", b"[]", b'{"name": []}', b'{"name": "", "constraints": []}', OK)
    ),
    *(
        (method, f"segments/{segment_id}", b"", {})
        for method in ("GET", "DELETE", "PATCH")
        for segment_id in ("99999", "99999999999", "abc", "1_0", "%EF%BB%BF1", "0b1", "1e400", ".5", "5.", "1//", "1/x")
    ),
    *(
        ("GET", path, b"", {})
        for path in ("segments/1/Strategies", "SEGMENTS", "segments//", "segments?x=1", "segment")
    ),
    *((method, "segments", b"", {}) for method in ("HEAD", "PUT", "DELETE", "PATCH")),
)


@dataclass(frozen=True)
class Pair:
    """A client of the server, and one of the emulator."""

    server: httpx.Client
    emulator: httpx.Client

    def told(self, method: str, path: str, content: bytes, headers: dict[str, str]) -> tuple[object, object]:
        """Return what both answer, without what differs from one moment to the next."""
        server = self.server.request(method, path, content=content, headers=headers)
        emulator = self.emulator.request(method, path, content=content, headers=headers)
        return gist(server), gist(emulator)

    def alike(self, method: str, path: str, body: Document | None = None) -> None:
        """Check that both answer the same."""
        content, headers = (json.dumps(body).encode(), JSON) if body is not None else (b"", {})
        same(f"{method} {path} {body}", *self.told(method, path, content, headers))

    def created(self, body: Document) -> list[int]:
        """Check that both create the same, or refuse it in the same way; return its id, where there is one."""
        server = self.server.post("segments", content=json.dumps(body), headers=JSON)
        numbers = [server.json()["id"]] if server.status_code == 201 else []
        asked = {**body, "id": numbers[0]} if numbers else body
        same(
            f"POST {body}", gist(server), gist(self.emulator.post("segments", content=json.dumps(asked), headers=JSON))
        )
        return numbers


def emulated(app: Emulator, headers: dict[str, str]) -> httpx.Client:
    """Return a client of an emulator."""
    return httpx.Client(transport=httpx.WSGITransport(app=app), base_url=f"http://emulator{app.root}", headers=headers)


def gist(response: httpx.Response) -> object:
    """Return what is alike in two answers: of an error its name, the paths in it, and whether it has an id."""
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    found = response.json() if kind == "application/json" and response.content else None
    if response.is_error and found:
        paths = [one.get("path") for one in found["details"]]
        found = {"name": found["name"], "has an id": "id" in found, "paths": paths}
    elif found:
        for one in found.get("segments", found.get("strategies", [found])):
            one.pop("id" if "strategies" in found else "createdAt", None)
    return response.status_code, kind, response.headers.get("Location"), found


@pytest.fixture
def app() -> Iterator[Emulator]:
    """Yield an emulator."""
    with make_app("unleash") as made:
        yield made


@pytest.fixture
def pair(unleash: Instance, app: Emulator) -> Iterator[Pair]:
    """Yield both, without segments."""
    with unleash.client() as server, emulated(app, {"Authorization": "*:*.1"}) as emulator:
        yield Pair(server, emulator)


def test_odd_requests_are_answered_alike(pair: Pair) -> None:
    """What does not parse, lacks something or has too much, ids that are none, and routes that are not there."""
    answers = [(request[:3], *pair.told(*request)) for request in ODD]

    assert [] == [(request, server, emulator) for request, server, emulator in answers if server != emulator]


def test_a_token_is_refused_alike(unleash: Instance, app: Emulator) -> None:
    """None, a wrong one, and one of another shape."""
    server = httpx.Client(base_url=f"{unleash.url}/api/admin/", verify=UNENCRYPTED)
    with server, emulated(app, {}) as emulator:
        for headers in ({}, {"Authorization": "nobody's"}, {"Authorization": "Bearer nobody's"}):
            same(f"{headers}", *Pair(server, emulator).told("GET", "segments", b"", headers))


def test_a_segment_in_use_is_answered_alike(pair: Pair, app: Emulator) -> None:
    """Where it is listed, moved to a project, told who uses it, and refused to be deleted."""
    flag = f"flag-{uuid.uuid4()}"
    [number] = pair.created(UNLEASH.first)
    strategies = f"projects/default/features/{flag}/environments/development/strategies"
    pair.server.post("projects/default/features", json={"name": flag}).raise_for_status()
    pair.server.post(strategies, json={"name": "default", "segments": [number]}).raise_for_status()
    app.add_strategy(flag, str(number))

    pair.alike("GET", "segments")
    pair.alike("GET", f"segments/{number}/strategies")
    pair.alike("DELETE", f"segments/{number}")
    pair.alike("PUT", f"segments/{number}", {**UNLEASH.second, "project": "default"})
    pair.alike("GET", f"segments/{number}")


def test_bodies_are_answered_alike(pair: Pair) -> None:
    """Such as people write, and with junk in the place of one of their values: made, changed, listed and deleted."""
    bodies = st.one_of(UNLEASH.bodies, spoilt(UNLEASH))

    def check(both: tuple[Document, Document]) -> None:
        first, second = both
        for number in pair.created(first):
            try:
                pair.created(first)
                pair.alike("PUT", f"segments/{number}", second)
                pair.alike("GET", f"segments/{number}")
                pair.alike("GET", "segments")
            finally:
                pair.alike("DELETE", f"segments/{number}")
                pair.alike("DELETE", f"segments/{number}")

    for_all(st.tuples(bodies, bodies), check, worlds=40)
