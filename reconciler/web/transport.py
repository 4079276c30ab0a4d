"""The one way to a vendor: requests at its pace, sent again where that may help, and the credential in nothing told.

Safe from many threads. Must never know a vendor's paths or shapes.
"""

import json
import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from reconciler.core.segment import Body
from reconciler.web.answering import Reader
from reconciler.web.attempt import Answer, Failed
from reconciler.web.pacing import Pace, Patience
from reconciler.web.retrying import Retrying

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from reconciler.web.exchange import Exchange

READING = frozenset({"GET", "HEAD", "OPTIONS"})
REPEATABLE = READING | {"PUT", "PATCH", "DELETE"}
IDEMPOTENCY_KEY = "idempotency-key"


class Transport:
    """Requests to one endpoint with one credential. Close it, or use it as a context manager."""

    def __init__(
        self,
        endpoint: str,
        secret: str,
        *,
        headers: Mapping[str, str] | None = None,
        app: "WSGIApplication | None" = None,
        requests_per_second: float | None = None,
        patience: Patience | None = None,
        like: str = "",
    ) -> None:
        """Talk to `endpoint`, the root of an API, or to a WSGI `app` in its place.

        `like` is what such a root looks like. `headers` go with every request, beside or in place of the secret as a
        bearer token. Without `patience` every request is sent once.
        """
        self._endpoint = endpoint.rstrip("/")
        self._headers = {"Authorization": f"Bearer {secret}", "Accept": "application/json", **(headers or {})}
        self._app = app
        self._patience = patience or Patience()
        self._reader = Reader(secret, self._patience.clock, like)
        self._retrying = Retrying(Pace(requests_per_second, self._patience), self._patience)
        self._exchange: Exchange | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._exchange:
            self._exchange.close()

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
        repeatable: bool | None = None,
    ) -> Answer:
        """Return the answer to a request; `root` stands in place of the endpoint's path.

        `repeatable` says whether it may be done twice. By itself that is so of all but a POST without an idempotency
        key, which is sent again only where the vendor did nothing, beyond doubt.

        Raises VendorAnswer for a status other than 2xx, VendorFailure where there was no answer that can be read, and
        NotSent. None of them holds the credential, nor does any answer: wherever the vendor echoes it, it is blotted
        out.
        """
        url = (self._endpoint if root is None else self._endpoint.removesuffix(self.root) + root) + path
        request = f"{method} {url}"
        content = None if body is None else json.dumps(dict(body), ensure_ascii=False).encode()
        own = {**({"Content-Type": "application/json"} if body is not None else {}), **(headers or {})}
        if repeatable is None:
            repeatable = method in REPEATABLE or IDEMPOTENCY_KEY in {name.lower() for name in own}
        writing = method not in READING
        exchange = self._open()

        def attempt() -> Answer | Failed:
            raw = exchange.send(method, url, params=params, content=content, headers=own)
            if isinstance(raw, Failed):
                return replace(raw, problem=replace(raw.problem, message=self._reader.clean(raw.problem.message)))
            return self._reader.read(request, raw, writing=writing)

        return self._retrying.answer(request, attempt, writing=writing, repeatable=repeatable)

    def _open(self) -> "Exchange":
        from reconciler.web.exchange import Exchange  # noqa: PLC0415 - httpx, which not every command needs

        with self._lock:
            if self._exchange is None:
                secure = self._app is None and urlsplit(self._endpoint).scheme == "https"
                self._exchange = Exchange(self._headers, self._app, self._patience.now, secure=secure)
            return self._exchange
