"""What the relay before the real server sees: every request, and whatever its own description does not have."""

from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest
from instance import Instance
from unleash.real import real
from unleash.relay import Relay, described

from reconciler.emulator.faults import Fault, FaultKind
from reconciler.emulator.server import serve
from reconciler.errors import VendorFailure

AT = "/api/admin/segments"
BODY = {"name": "A", "constraints": [{"contextName": "userId", "operator": "IN", "values": ["1"]}]}


@pytest.fixture
def relay(unleash: Instance) -> Iterator[Relay]:
    """Yield a relay before the server."""
    with closing(Relay(unleash, described(unleash))) as made:
        yield made


@pytest.fixture
def client(relay: Relay, unleash: Instance) -> Iterator[httpx.Client]:
    """Yield a client of the relay, with an admin's token."""
    with serve(relay) as server, httpx.Client(base_url=server.url, headers={"Authorization": unleash.token}) as made:
        yield made


def test_what_is_described_is_handed_on(relay: Relay, client: httpx.Client, unleash: Instance) -> None:
    """With its answer as the server gives it, and nothing to complain of."""
    made = client.post("/segments", json=BODY)
    kept = client.put(f"/segments/{made.json()['id']}", json={**BODY, "description": None, "project": None})
    with unleash.client() as direct:
        expected = direct.get("segments")
    listed = client.get("/segments")

    assert (made.status_code, kept.status_code, kept.content) == (201, 204, b"")
    assert expected.content == listed.content
    assert expected.headers["ETag"] == listed.headers["ETag"]
    assert relay.requests == [("POST", AT), ("PUT", f"{AT}/{made.json()['id']}"), ("GET", AT)]
    assert relay.complaints == []


def test_what_is_not_described_is_complained_of(relay: Relay, client: httpx.Client) -> None:
    """A path, a method, a parameter, an id, a body, its type and its members; the server may take it all the same."""
    odd = {"name": 5, "constraints": [{"contextName": "userId", "operator": "SOUNDS_LIKE", "foo": 1}], "colour": "red"}
    client.get("/segmented")
    client.patch("/segments/1", json=BODY)
    client.get("/segments", params={"limit": 5})
    client.get("/segments/one")
    client.post("/segments", json=odd)
    client.post("/segments", content=b'{"name": "B", "constraints": []}', headers={"Content-Type": "text/json"})
    client.post("/segments", content=b"{", headers={"Content-Type": "application/json"})
    client.put("/segments/99999")
    client.request("DELETE", "/segments/99999", json={})
    told = [line.partition(" ['NOT_IN'")[0] for line in relay.complaints]

    assert told == [
        "GET /api/admin/segmented: there is no such path, or it has no such method",
        f"PATCH {AT}/1: there is no such path, or it has no such method",
        f"GET {AT}: query: there is no `limit`",
        f"GET {AT}/one: path: `id`: $: 'one' is not of type 'integer'",
        f"POST {AT}: body: $.name: 5 is not of type 'string'",
        f"POST {AT}: body: $.constraints[0]: Additional properties are not allowed ('foo' was unexpected)",
        f"POST {AT}: body: $.constraints[0].operator: 'SOUNDS_LIKE' is not one of",
        f"POST {AT}: body: $: Additional properties are not allowed ('colour' was unexpected)",
        f"POST {AT}: body: it is of the type `text/json`, and not application/json",
        f"POST {AT}: body: it is not JSON",
        f"PUT {AT}/99999: body: it is missing",
        f"DELETE {AT}/99999: body: there should be none",
    ]


def test_a_provider_that_sends_what_is_not_described_is_seen(unleash: Instance) -> None:
    """Though the check itself may have passed: the project that it had ends in the complaint."""
    told = pytest.raises(AssertionError, match=r"^requests: as .*'EQUALS' is not one of")
    with told, real(unleash) as project, pytest.raises(VendorFailure, match="400"):
        project.provider.create({"name": "A", "constraints": [{"operator": "EQUALS"}]}, idempotency_key="one")


@pytest.mark.parametrize(("kind", "made"), [(FaultKind.STATUS, []), (FaultKind.FAILED_AFTER_COMMIT, ["A"])])
def test_a_fault_is_ahead_of_the_server_or_behind_it(
    relay: Relay, client: httpx.Client, kind: FaultKind, made: list[str]
) -> None:
    """A request is kept from it, or carried out and answered otherwise; it is looked at in both cases."""
    relay.faults = (Fault(kind, 1, "POST *", status=503),)
    answer = client.post("/segments", json=BODY)
    relay.faults = ()

    assert answer.status_code == 503
    assert [segment["name"] for segment in client.get("/segments").json()["segments"]] == made
    assert [method for method, _ in relay.requests] == ["POST", "GET"]


def test_a_server_that_is_gone_is_complained_of(relay: Relay, unleash: Instance) -> None:
    """Whatever a provider makes of the answer."""
    nowhere = Instance("http://127.0.0.1:1", unleash.token)
    with closing(Relay(nowhere, described(unleash))) as lost, serve(lost) as server:
        answer = httpx.get(f"{server.url}/segments")

    assert answer.status_code == 502
    assert ["GET http://127.0.0.1:1/api/admin/segments: the server did not answer"] == [
        line.partition(": ConnectError")[0] for line in lost.complaints
    ]
