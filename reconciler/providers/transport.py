"""The one HTTP client: timeouts, pacing, answers as JSON or as our errors, and the credential in nothing that leaves.

NOTE: httpx is imported where it is used, since the import costs as much as a small plan.
"""

import base64
import html
import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote, urlsplit

from reconciler.core.segment import Body, Json
from reconciler.errors import Problem, VendorAnswer, VendorFailure

if TYPE_CHECKING:
    import httpx

    Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

TIMEOUT_SECONDS = 30.0
CONNECT_SECONDS = 10.0
SHOWN_CHARACTERS = 200
SHORTEST_SECRET = 8
TAG = re.compile(r"<(style|script)\b.*?</\1>|<[^<>]*>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer: its body as JSON (None where there is none) and its headers by lower-case name."""

    status: int
    data: Json
    headers: Mapping[str, str]


class Transport:
    """Requests to one endpoint with one credential. Close it, or use it as a context manager."""

    def __init__(
        self,
        endpoint: str,
        secret: str,
        *,
        headers: Mapping[str, str] | None = None,
        app: "Application | None" = None,
        requests_per_second: float | None = None,
    ) -> None:
        """Talk to `endpoint`, the root of an API with its version, or to a WSGI `app` in its place.

        `headers` go with every request, beside or in place of the secret as a bearer token.
        """
        self._endpoint = endpoint.rstrip("/")
        self._secret = secret
        self._headers = {"Authorization": f"Bearer {secret}", "Accept": "application/json", **(headers or {})}
        self._app = app
        self._interval = 1 / requests_per_second if requests_per_second else 0.0
        self._earliest = 0.0
        self._client: httpx.Client | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._client:
            self._client.close()

    @property
    def root(self) -> str:
        """The path of the endpoint, such as `/v1`."""
        return urlsplit(self._endpoint).path

    def get(self, path: str, params: Mapping[str, str | int] | None = None, *, root: str | None = None) -> Answer:
        """Send a GET and return its answer; raises as `send` does."""
        return self.send("GET", path, params=params, root=root)

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        body: Body | None = None,
        headers: Mapping[str, str] | None = None,
        root: str | None = None,
    ) -> Answer:
        """Send one request, once; `root` stands in place of the endpoint's path.

        Raises VendorAnswer for a status other than 2xx, and VendorFailure where there was no answer, or one that is
        not JSON. Neither holds the credential, nor does any answer: wherever the vendor echoes it, it is blotted out.
        """
        import httpx  # noqa: PLC0415 - see the module

        self._pace()
        url = (self._endpoint if root is None else self._endpoint.removesuffix(self.root) + root) + path
        request = f"{method} {url}"
        content = None if body is None else json.dumps(dict(body), ensure_ascii=False).encode()
        client = self._open()
        try:
            answer = client.request(
                method,
                url,
                params=params,
                content=content,
                headers={**({"Content-Type": "application/json"} if body is not None else {}), **(headers or {})},
            )
        except httpx.TimeoutException:
            raise VendorFailure(
                Problem("timeout", f"{request}: no answer within {TIMEOUT_SECONDS:.0f} seconds", hint=RUN_AGAIN)
            ) from None
        except httpx.ConnectError as error:
            raise self._failure(request, f"cannot be reached: {_reason(error)}") from None
        except (httpx.NetworkError, httpx.RemoteProtocolError):
            raise self._failure(request, "the connection broke off before there was a whole answer") from None
        except httpx.DecodingError:
            raise self._failure(request, "the answer is not compressed as it says") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._failure(request, f"cannot be sent: {_reason(error)}") from None
        return self._answer(request, answer)

    def _failure(self, request: str, words: str) -> VendorFailure:
        return VendorFailure(Problem("connection", f"{request}: {self._clean(words)}", hint=CHECK_ENDPOINT))

    def _pace(self) -> None:
        wait = self._earliest - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        self._earliest = time.monotonic() + self._interval

    def _open(self) -> "httpx.Client":
        import httpx  # noqa: PLC0415 - see the module

        if self._client is None:
            try:
                self._client = httpx.Client(
                    transport=httpx.WSGITransport(app=self._app) if self._app else None,
                    headers=self._headers,
                    timeout=httpx.Timeout(TIMEOUT_SECONDS, connect=CONNECT_SECONDS),
                    follow_redirects=False,
                )
            except (ImportError, ValueError, httpx.InvalidURL):
                message = "the proxy that the environment names is not one that can be used"
                hint = "set `HTTP_PROXY`, `HTTPS_PROXY` and `ALL_PROXY` to http(s) URLs, or unset them"
                raise VendorFailure(Problem("bad-proxy", message, hint=hint)) from None
        return self._client

    def _clean(self, text: str) -> str:
        return blotted(text, self._secret)

    def _answer(self, request: str, answer: "httpx.Response") -> Answer:
        kind = self._clean(answer.headers.get("content-type", "no content type").split(";")[0])
        try:
            data = self._parsed(answer.content)
        except (ValueError, RecursionError):
            data = None
            if answer.is_success:
                raise VendorFailure(
                    Problem(
                        "not-json",
                        f"{request}: answered {answer.status_code} with something other than whole JSON in UTF-8: "
                        f"{self._beginning(answer.content)} ({kind})",
                        hint=CHECK_ENDPOINT,
                    )
                ) from None
        if answer.is_success:
            return Answer(
                answer.status_code, data, {name: self._clean(value) for name, value in answer.headers.items()}
            )
        words = _words(data)[:SHOWN_CHARACTERS] or f"{self._beginning(answer.content)} ({kind})"
        if answer.has_redirect_location:
            words = f"it leads to {self._clean(answer.headers['location'])}"
        code, hint = _meaning(answer.status_code, reading=answer.request.method == "GET")
        problem = Problem(code, f"{request}: answered {answer.status_code}: {words}", hint=hint)
        raise VendorAnswer(answer.status_code, problem)

    def _parsed(self, content: bytes) -> Json:
        text = self._clean(content.decode("utf-8"))
        data: Json = json.loads(text, parse_constant=_refuse) if text.strip() else None
        if "\\" in text:
            data = json.loads(self._clean(json.dumps(data, ensure_ascii=False)))
        return data

    def _beginning(self, content: bytes) -> str:
        """Return how a body that cannot be read as JSON begins: on one line, less the tags of HTML."""
        text = self._clean(content.decode("utf-8", "replace"))
        words = " ".join(TAG.sub(" ", text[: 10 * SHOWN_CHARACTERS]).split())
        return f"`{words[:SHOWN_CHARACTERS]}{'…' if len(words) > SHOWN_CHARACTERS else ''}`" if words else "no words"


RUN_AGAIN = "run the command again; what was done is not done twice"
CHECK_ENDPOINT = "check the target's `endpoint`, the network and any proxy, then run the command again"


def blotted(text: str, secret: str) -> str:
    """Return the text with `***` for the secret: plain, in Base64, or escaped as JSON, Python, URL or HTML have it.

    What is too short to be one is no secret: it would stand in names and values by chance.
    """
    if len(secret) < SHORTEST_SECRET:
        return text
    forms = {secret, json.dumps(secret)[1:-1], "".join(f"\\u{ord(each):04x}" for each in secret)}
    forms |= {repr(secret)[1:-1], repr(secret.encode())[2:-1], html.escape(secret)}
    forms |= {quote(secret), quote(secret, safe=""), quote(secret, safe="").lower()}
    forms |= {base64.b64encode(each.encode()).decode().rstrip("=") for each in (secret, f"Bearer {secret}")}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, "***")
    return text


def _refuse(word: str) -> Json:
    message = f"{word} is not JSON"
    raise ValueError(message)


def _reason(error: Exception) -> str:
    """Return the operating system's words for what stopped a request, or else the library's."""
    cause: BaseException | None = error
    while cause and not (isinstance(cause, OSError) and cause.strerror):
        cause = cause.__cause__ or cause.__context__
    words = str(cause.strerror if isinstance(cause, OSError) else error).rstrip(".")
    return words[:1].lower() + words[1:]


def _meaning(status: int, *, reading: bool) -> tuple[str, str]:
    match status:
        case 401:
            return "unauthorized", "check the key: is it whole, of this project, not revoked, and allowed to do this?"
        case 403:
            return (
                "forbidden",
                "the key lacks the right to do this: give it that right in the dashboard, or use another",
            )
        case 404:
            return "not-found", "check that the target's `endpoint` is the root of the API with its version"
        case 409:
            return "conflict", "look at the segment in the vendor's dashboard, then plan again"
        case 400 | 422 if reading:
            return "vendor-rejected", "check the target's `endpoint`; if it is right, please report this"
        case 400 | 422:
            return "vendor-rejected", "change the definition as the vendor says, then plan again"
        case 429:
            return "rate-limited", "lower `requests_per_second` in the target's limits, or run again later"
        case 301 | 302 | 303 | 307 | 308:
            return (
                "redirected",
                "set the target's `endpoint` to where the vendor's API is now; redirects are not followed",
            )
        case _:
            return "vendor-error", RUN_AGAIN


def _words(data: Json) -> str:
    """Return the vendor's own words in an error envelope, read tolerantly; empty where there are none."""
    error = data.get("error", data) if isinstance(data, dict) else data
    if isinstance(error, str):
        return error
    if not isinstance(error, dict):
        return ""
    head = ", ".join(str(error[name]) for name in ("message", "code") if isinstance(error.get(name), str | int))
    details = error.get("details", error.get("validationErrors"))
    fields = [_detail(detail) for detail in details] if isinstance(details, list) else []
    return "; ".join(part for part in (head, *fields) if part)


def _detail(detail: Json) -> str:
    if not isinstance(detail, dict):
        return str(detail)
    return f"`{detail.get('field', '')}`: {detail.get('message', '')}"
