"""What stands between a gate on loopback and a real server: a WSGI app that hands every request on over HTTP."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

import httpx

HANDED_ON = {"CONTENT_TYPE": "Content-Type", "HTTP_AUTHORIZATION": "Authorization", "HTTP_ACCEPT": "Accept"}
TOLD = {"content-type", "location", "etag", "retry-after"}


class Beyond:
    """A server elsewhere, as an app. A path begins at the server's root."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=60)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Ask the server, and answer as it does."""
        answer = self._client.request(
            environ["REQUEST_METHOD"],
            f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}".rstrip("?"),
            content=environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)),
            headers={name: environ[key] for key, name in HANDED_ON.items() if environ.get(key)},
        )
        headers = [(name, value) for name, value in answer.headers.items() if name in TOLD]
        start_response(f"{answer.status_code} {answer.reason_phrase}", headers)
        return [answer.content]

    def close(self) -> None:
        """Close its connections."""
        self._client.close()
