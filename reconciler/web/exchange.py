"""One request over HTTP and its whole answer, within bounds of time and size, or why there is none.

The only module that knows httpx; it is imported when the first request is sent, since that costs as much as a small
plan. Must never know what a request is for, or whether it is sent again.
"""

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from wsgiref.types import WSGIApplication

import httpx

from reconciler.errors import Problem, VendorFailure
from reconciler.web.answering import Raw
from reconciler.web.attempt import CHECK_ENDPOINT, RUN_AGAIN, Again, Failed

SILENCE_SECONDS = 30.0
CONNECT_SECONDS = 10.0
WHOLE_SECONDS = 60.0
MOST_BYTES = 32 * 2**20
CONNECTIONS = 64
ENDLESS = f"no whole answer within {WHOLE_SECONDS:.0f} seconds, though the vendor keeps sending"
HUGE = f"the answer is larger than {MOST_BYTES // 2**20} MiB, and was not read to its end"
REPORT = "check the target's `endpoint`; if it is right, please report this"


class Exchange:
    """A pool of connections, safe from many threads."""

    def __init__(
        self, headers: Mapping[str, str], app: WSGIApplication | None, now: Callable[[], float], *, secure: bool
    ) -> None:
        """Send these headers with every request: to a WSGI `app`, or over the network where that is None.

        `now` is of a clock that only goes forwards. `secure` says that there are https URLs to be asked; without it
        nobody is trusted over https, and the time to read whom to trust is spared. Raises VendorFailure where the
        environment names a proxy that cannot be used.
        """
        self._now = now
        try:
            self._client = httpx.Client(
                transport=httpx.WSGITransport(app=app) if app else None,
                verify=_authorities() if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
                headers=dict(headers),
                timeout=httpx.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS),
                limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS),
                follow_redirects=False,
            )
        except (ImportError, ValueError, httpx.InvalidURL):
            message = "the proxy that the environment names is not one that can be used"
            hint = "set `HTTP_PROXY`, `HTTPS_PROXY` and `ALL_PROXY` to http(s) URLs, or unset them"
            raise VendorFailure(Problem("bad-proxy", message, hint=hint)) from None

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def send(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str | int] | None,
        content: bytes | None,
        headers: Mapping[str, str],
    ) -> Raw | Failed:
        """Send one request, once."""
        request = f"{method} {url}"
        try:
            with self._client.stream(method, url, params=params, content=content, headers=dict(headers)) as answer:
                return self._whole(request, answer)
        except httpx.ConnectTimeout:
            return _late(request, f"no connection within {CONNECT_SECONDS:.0f} seconds", Again.ANY)
        except httpx.TimeoutException:
            return _late(request, f"no answer within {SILENCE_SECONDS:.0f} seconds", Again.REPEATABLE)
        except httpx.ConnectError as error:
            again = Again.NONE if _hopeless(error) else Again.ANY
            return _broken(request, f"cannot be reached: {_reason(error)}", again)
        except (httpx.NetworkError, httpx.RemoteProtocolError):
            return _broken(request, "the connection broke off before there was a whole answer", Again.REPEATABLE)
        except httpx.DecodingError:
            return _unusable(request, "the answer is not compressed as it says")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return _unusable(request, f"cannot be sent: {_reason(error)}")

    def _whole(self, request: str, answer: httpx.Response) -> Raw | Failed:
        until = self._now() + WHOLE_SECONDS
        content = bytearray()
        for chunk in answer.iter_bytes():
            content += chunk
            if len(content) > MOST_BYTES:
                return Failed(Problem("unexpected-answer", f"{request}: {HUGE}", hint=REPORT))
            if self._now() > until:
                return _late(request, ENDLESS, Again.REPEATABLE)
        return Raw(answer.status_code, dict(answer.headers), bytes(content))


@cache
def _authorities() -> ssl.SSLContext:
    """Return whom to trust over https, read once for all that this process talks to."""
    return httpx.create_ssl_context()


def _late(request: str, words: str, again: Again) -> Failed:
    return Failed(Problem("timeout", f"{request}: {words}", hint=RUN_AGAIN), again, down=True)


def _broken(request: str, words: str, again: Again) -> Failed:
    return Failed(Problem("connection", f"{request}: {words}", hint=CHECK_ENDPOINT), again, down=True)


def _unusable(request: str, words: str) -> Failed:
    return Failed(Problem("connection", f"{request}: {words}", hint=CHECK_ENDPOINT))


def _hopeless(error: Exception) -> bool:
    """Say whether a connection will not be had by asking again: no such host, or not the one that it claims to be."""
    return any(
        isinstance(cause, ssl.SSLCertVerificationError)
        or (isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME)
        for cause in _causes(error)
    )


def _reason(error: Exception) -> str:
    """Return the operating system's words for what stopped a request, or else the library's."""
    told = (cause.strerror for cause in _causes(error) if isinstance(cause, OSError) and cause.strerror)
    words = next(told, str(error)).rstrip(".")
    return words[:1].lower() + words[1:]


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__ or error.__context__
