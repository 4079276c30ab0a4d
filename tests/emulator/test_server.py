"""The app on a port of this machine."""

import os
import signal
import socket
import threading
from collections.abc import Iterator

import httpx
import pytest

from reconciler.emulator.app import Emulator
from reconciler.emulator.server import RunningServer, serve, serve_forever
from reconciler.errors import VendorFailure

HEADERS = {"Authorization": "Bearer sk_1"}


def get(server: RunningServer) -> int:
    """Return the status of one list request."""
    return httpx.get(f"{server.url}/segments", headers=HEADERS, trust_env=False).status_code


def test_loopback_answers_like_the_app(
    app: Emulator, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Requests over loopback meet the same app, and nothing is printed or logged of them."""
    with serve(app) as server, httpx.Client(base_url=server.url, headers=HEADERS, trust_env=False) as client:
        refused = client.post("/segments", json={"name": 1})
        made = client.post("/segments", json={"name": "Ünï"})
        listed = client.get("/segments").json()["data"]

    assert (422, 201, [made.json()]) == (refused.status_code, made.status_code, listed)
    assert f"http://127.0.0.1:{server.port}/v4" == server.url
    assert ("", "") == capfd.readouterr()
    assert [] == [record for record in caplog.records if record.name == "werkzeug"]


def test_body_that_is_not_read_is_not_the_next_request(app: Emulator) -> None:
    """A request that is refused before its body is read leaves nothing behind for the next one."""
    with serve(app) as server, httpx.Client(base_url=server.url, trust_env=False) as client:
        codes = [client.post("/segments", content=b"GET / HTTP/1.1\r\n\r\n" * 99).status_code for _ in range(3)]

    assert codes == [401] * 3


def test_path_in_utf8(app: Emulator) -> None:
    """A path that is not ASCII is the same over loopback as in process."""
    with serve(app) as server:
        httpx.delete(f"{server.url}/segments/日本", headers=HEADERS, trust_env=False)

    assert app.requests == [("DELETE", "/v4/segments/%E6%97%A5%E6%9C%AC")]


def test_port_is_free_afterwards(app: Emulator) -> None:
    """The same port serves again after the context has ended."""
    with serve(app) as first:
        assert get(first) == 200
    with serve(app, first.port) as second:
        assert get(second) == 200

    assert first == second


@pytest.fixture
def taken() -> Iterator[int]:
    """Yield a port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_port_in_use_is_said(app: Emulator, taken: int, capfd: pytest.CaptureFixture[str]) -> None:
    """A port that is taken is a failure with a remedy, and werkzeug's own words are not printed."""
    with pytest.raises(VendorFailure) as caught, serve(app, taken):
        pass
    (problem,) = caught.value.problems

    assert ("port-in-use", f"127.0.0.1:{taken}: the port is in use by another program") == (
        problem.code,
        problem.message,
    )
    assert ("", "") == capfd.readouterr()


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70_000), ("127.0.0.1", -1), ("192.0.2.1", 0)])
def test_place_where_nobody_can_listen(app: Emulator, host: str, port: int) -> None:
    """A port or host that cannot be had is a failure too."""
    with pytest.raises(VendorFailure) as caught, serve(app, port, host):
        pass

    assert [problem.code for problem in caught.value.problems] == ["cannot-listen"]


def test_ipv6(app: Emulator) -> None:
    """An IPv6 host stands in brackets in the url."""
    try:
        with serve(app, 0, "::1") as server:
            assert (200, f"http://[::1]:{server.port}/v4") == (get(server), server.url)
    except VendorFailure:
        pytest.skip("this machine has no IPv6")


def test_serving_for_ever_ends_at_an_interrupt(app: Emulator) -> None:
    """Ctrl-C ends it without an exception, after requests were answered, and the port is free."""
    told: list[tuple[RunningServer, int]] = []

    def announce(server: RunningServer) -> None:
        told.append((server, get(server)))
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()

    serve_forever(app, announce=announce)
    ((server, status),) = told

    assert status == 200
    with pytest.raises(httpx.ConnectError):
        get(server)


def test_serving_for_ever_lets_other_ends_through(app: Emulator) -> None:
    """An exception that the caller raises, such as for SIGTERM, comes out again."""

    def announce(server: RunningServer) -> None:
        raise SystemExit(server.port)

    with pytest.raises(SystemExit):
        serve_forever(app, announce=announce)
