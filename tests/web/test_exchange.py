"""One request over real sockets: the bounds on its answer, and which failures leave no doubt that nothing was done."""

import gzip
import socket
import ssl
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import httpx
import pytest
from scripted import Step, drops, says, scripted, sends

from reconciler.web.answering import Raw
from reconciler.web.attempt import Again, Failed
from reconciler.web.exchange import MOST_BYTES, Exchange

App: TypeAlias = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def sent(*steps: Step, seconds: float = 0.0) -> Raw | Failed:
    """Return what comes of one request; between two looks at the clock pass so many seconds."""
    ticks = (number * seconds for number in range(1_000))
    with scripted(*steps) as vendor:
        return sent_to(vendor.url, lambda: next(ticks))


def sent_to(url: str, now: Callable[[], float] = float, app: App | None = None) -> Raw | Failed:
    """Return what comes of one request to this root, with the port left out."""
    exchange = Exchange({"X-One": "1"}, app, now, secure=url.startswith("https"))
    try:
        return exchange.send("GET", f"{url}/x", params={"a": 1}, content=None, headers={"X-Two": "2"})
    finally:
        exchange.close()


def told(outcome: Raw | Failed) -> tuple[str, str, Again, bool]:
    """Return what is told of a failure: code, words without the request, and what may be done."""
    assert isinstance(outcome, Failed)
    _, _, words = outcome.problem.message.partition("/x: ")
    return outcome.problem.code, words, outcome.again, outcome.down


def raising(error: Exception, cause: Exception | None = None) -> App:
    """Return an app in whose place the network fails."""

    def app(_environ: dict[str, Any], _start_response: Callable[..., Any]) -> Iterable[bytes]:
        raise error from cause

    return app


def test_over_https_a_server_that_is_not_there_is_told() -> None:
    """Whom to trust is read, and nobody has to be."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        found = sent_to(f"https://127.0.0.1:{taken.getsockname()[1]}")

    assert told(found) == ("connection", "cannot be reached: connection refused", Again.ANY, True)


def test_an_answer_comes_whole() -> None:
    """Status, headers by lower-case name, and a body whose compression is undone."""
    body = gzip.compress(b'{"a": 1}')
    found = sent(sends(HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\nX-Id: 7\r\n\r\n" % len(body) + body))

    assert isinstance(found, Raw)
    assert (200, b'{"a": 1}', "7") == (found.status, found.content, found.headers["x-id"])


def test_an_answer_that_is_too_large_is_not_read_to_its_end() -> None:
    """Neither in one piece nor where it is small on the wire; as much as is allowed is fine."""
    for size, expected in ((MOST_BYTES, True), (MOST_BYTES + 1, False)):
        body = gzip.compress(b" " * size, 1)
        head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)
        found = sent(sends(head + body))
        assert expected == isinstance(found, Raw)

    words = "the answer is larger than 32 MiB, and was not read to its end"
    assert ("unexpected-answer", words, Again.NONE, False) == told(found)


def test_an_answer_that_drips_is_not_waited_for() -> None:
    """Though no byte is late, the whole is."""
    chunk = b"1\r\n \r\n"
    found = sent(sends(CHUNKED, chunk, chunk, chunk), seconds=31)

    words = "no whole answer within 60 seconds, though the vendor keeps sending"
    assert ("timeout", words, Again.REPEATABLE, True) == told(found)
    assert isinstance(sent(sends(CHUNKED, chunk, b"0\r\n\r\n"), seconds=31), Raw)


@pytest.mark.parametrize(
    "step",
    [drops, sends(HEAD + b"Content-Length: 9\r\n\r\n{"), sends(b"HTTP/1.1 200 O"), sends(b"hello\r\n\r\n")],
    ids=["nothing", "half a body", "half a head", "no HTTP"],
)
def test_a_connection_that_breaks_off_leaves_doubt(step: Step) -> None:
    """The vendor may have done what was asked."""
    words = "the connection broke off before there was a whole answer"
    assert ("connection", words, Again.REPEATABLE, True) == told(sent(step))


def test_a_connection_that_is_refused_leaves_no_doubt() -> None:
    """Nothing was sent."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    words = "cannot be reached: connection refused"
    assert ("connection", words, Again.ANY, True) == told(sent_to(f"http://127.0.0.1:{port}"))


def test_an_answer_that_is_not_compressed_as_it_says_is_of_no_use() -> None:
    """It would come in the same way again."""
    found = sent(sends(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"))

    assert ("connection", "the answer is not compressed as it says", Again.NONE, False) == told(found)


@pytest.mark.parametrize(
    ("error", "cause", "expected"),
    [
        (httpx.ConnectTimeout("x"), None, ("timeout", "no connection within 10 seconds", Again.ANY, True)),
        (httpx.ReadTimeout("x"), None, ("timeout", "no answer within 30 seconds", Again.REPEATABLE, True)),
        (
            httpx.ConnectError("x"),
            socket.gaierror(socket.EAI_NONAME, "No such host."),
            ("connection", "cannot be reached: no such host", Again.NONE, True),
        ),
        (
            httpx.ConnectError("x"),
            socket.gaierror(socket.EAI_AGAIN, "Try later"),
            ("connection", "cannot be reached: try later", Again.ANY, True),
        ),
        (
            httpx.ConnectError("Bad certificate"),
            ssl.SSLCertVerificationError(),
            ("connection", "cannot be reached: bad certificate", Again.NONE, True),
        ),
        (
            httpx.ProxyError("403 No"),
            None,
            ("connection", "cannot be sent: 403 No", Again.NONE, False),
        ),
    ],
)
def test_what_stops_a_request_decides_whether_it_is_sent_again(
    error: Exception, cause: Exception | None, expected: tuple[str, str, Again, bool]
) -> None:
    """A host that is not there, or is another, will not be there in a minute; what may have arrived leaves doubt."""
    assert expected == told(sent_to("http://vendor", app=raising(error, cause)))


def test_a_request_carries_the_headers_of_all_and_its_own() -> None:
    """Both, and the query."""
    seen = {}

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        seen.update(environ)
        start_response("204 X", [])
        return [b""]

    assert Raw(204, {}, b"") == sent_to("http://vendor/v4", app=app)
    expected = {"HTTP_X_ONE": "1", "HTTP_X_TWO": "2", "QUERY_STRING": "a=1", "PATH_INFO": "/v4/x"}
    assert expected == {name: seen[name] for name in expected}
    assert ("GET", True) == (seen["REQUEST_METHOD"], isinstance(sent(says(204)), Raw))
