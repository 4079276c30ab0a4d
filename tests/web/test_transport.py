"""The one way to a vendor: which requests it sends again, from many threads too, and the credential in nothing told."""

import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from scripted import Step, drops, says, scripted
from web.clockwork import Clockwork

from reconciler.emulator import make_app
from reconciler.emulator.server import serve
from reconciler.errors import VendorFailure
from reconciler.providers.qonversion import VENDOR
from reconciler.web.blotting import blotted
from reconciler.web.transport import Transport

BODY = {"name": "A"}
KEY = {"idempotency-KEY": "k"}


def silent(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Give no answer, so that the client's patience ends at once."""
    raise httpx.ReadTimeout(environ["PATH_INFO"])


def test_a_vendor_that_does_not_answer_in_time_is_a_failure() -> None:
    """The message names the request and how long was waited."""
    with (
        Transport("http://vendor/v4", "test_sk_x", app=silent) as transport,
        pytest.raises(VendorFailure, match=r"^GET http://vendor/v4/segments: no answer within 30 seconds \(timeout\)$"),
    ):
        transport.get("/segments")


@pytest.mark.parametrize(
    ("text", "secret", "expected"),
    [
        ("key=s3cret5!", "s3cret5!", "key=***"),
        ("key=s3cret5%21", "s3cret5!", "key=***"),
        ("nothing here", "s3cret5!", "nothing here"),
        ("Beta testers", "test", "Beta testers"),
        ("nothing to hide", "", "nothing to hide"),
    ],
)
def test_a_secret_is_blotted_out_as_it_is_written(text: str, secret: str, expected: str) -> None:
    """Plain or escaped it is gone; a secret that is empty is in no text, and a short word is none."""
    assert expected == blotted(text, secret)


@pytest.mark.parametrize(
    ("first", "method", "headers", "repeatable", "sent"),
    [
        *((step, method, {}, None, 2) for step in (says(503), drops) for method in ("GET", "PUT", "PATCH", "DELETE")),
        (says(503), "POST", {}, None, 1),
        (drops, "POST", {}, None, 1),
        (says(429), "POST", {}, None, 2),
        (says(503), "POST", KEY, None, 2),
        (drops, "POST", KEY, None, 2),
        (says(503), "POST", {}, True, 2),
        (says(503), "PATCH", {}, False, 1),
        (says(500), "GET", {}, None, 1),
    ],
)
def test_a_request_that_may_be_done_twice_is_sent_again(
    first: Step, method: str, headers: dict[str, str], *, repeatable: bool | None, sent: int
) -> None:
    """All but a POST without a key, unless the caller knows better; 429 says that nothing was done."""
    patience = Clockwork().patience(60)
    ended = "ok"
    with scripted(first, says(200, {})) as vendor, Transport(vendor.url, "k", patience=patience) as transport:
        try:
            transport.send(method, "/x", body=BODY, headers=headers, repeatable=repeatable)
        except VendorFailure as error:
            ended = error.problems[0].code

    code = "connection" if first is drops else "vendor-error"
    assert ([f"{method} /v4/x"] * sent, "ok" if sent == 2 else code) == (vendor.requests, ended)


def test_a_post_is_sent_once_there_is_a_vendor() -> None:
    """A connection that could not be made has carried nothing; once it can be, the request goes through."""
    clock = Clockwork()
    with socket.create_server(("127.0.0.1", 0)) as bound:
        port = bound.getsockname()[1]
    with make_app("qonversion") as app, ExitStack() as stack:

        def open_up(_: float) -> None:
            clock.then = float
            stack.enter_context(serve(app, port))

        clock.then = open_up
        key, patience = VENDOR.embedded_credential, clock.patience(60)
        transport = stack.enter_context(Transport(f"http://127.0.0.1:{port}/v4", key, patience=patience))
        made = transport.send("POST", "/segments", body={"name": "A", "conditions": []})

        assert (201, [("POST", "/v4/segments")]) == (made.status, app.requests)


def test_the_last_failure_tells_of_the_tries_and_not_of_the_credential() -> None:
    """What the vendor echoes is blotted out, and the request is named."""
    patience = Clockwork().patience(1.6)
    echo = says(503, {"message": "no: s3cret-key"})
    with scripted(echo, echo, echo) as vendor, Transport(vendor.url, "s3cret-key", patience=patience) as transport:
        with pytest.raises(VendorFailure) as caught:
            transport.get("/s3cret-key")
        assert 3 == len(vendor.requests)

    assert caught.value.problems[0].message.endswith("answered 503: no: ***; tried 3 times in 2 seconds")


def test_what_stops_a_request_is_told_without_the_credential() -> None:
    """Also where the words are not the vendor's."""

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        raise httpx.ProxyError(environ["HTTP_AUTHORIZATION"])

    with Transport("http://vendor/v4", "s3cret-key", app=app) as transport, pytest.raises(VendorFailure) as caught:
        transport.get("/x")

    assert "GET http://vendor/v4/x: cannot be sent: bearer ***" == caught.value.problems[0].message


def test_many_threads_share_one_transport() -> None:
    """Each gets its own answer, nothing is lost or sent twice, and there is one pace for all."""
    clock = Clockwork()
    found: dict[int, object] = {}
    with make_app("qonversion") as app, serve(app) as server:
        ids = app.seed_many(80)
        transport = Transport(
            server.url, VENDOR.embedded_credential, requests_per_second=40, patience=clock.patience(9)
        )

        def ask(first: int) -> None:
            for number in range(first, 80, 8):
                match transport.get(f"/segments/{ids[number]}").data:
                    case {"id": segment_id}:
                        found[number] = segment_id
                    case _:
                        pass

        with transport:
            threads = [threading.Thread(target=ask, args=(first,)) for first in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        sent = sorted(path for _, path in app.requests)

    assert dict(enumerate(ids)) == found
    assert sorted(f"/v4/segments/{each}" for each in ids) == sent
    assert clock.slept
