"""A stand-in for Unleash that gives prepared answers, and the vendor's documented bodies."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from reconciler.providers.unleash import VENDOR
from reconciler.web.transport import Transport

WIRE = {
    file.stem: json.loads(file.read_text(encoding="utf-8"))
    for file in sorted((Path(__file__).parents[1] / "wire" / "unleash").glob("*.json"))
}
NONE = 404, {"name": "NotFoundError", "message": "none", "details": [{"message": "none"}]}
DONE = 204, None
TOKEN = "*:*.5d1f"


class Vendor:
    """A WSGI app that gives each request, such as `GET /segments`, its answer; and remembers what was sent.

    Where a list of answers is given, each is given once. Bytes are given as they are.
    """

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.sent: list[Any] = []
        self.tokens: set[str] = set()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request, by default with 404."""
        request = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO'].removeprefix('/api/admin')}"
        content = environ["wsgi.input"].read()
        self.sent.append((request, json.loads(content)) if content else request)
        self.tokens.add(environ["HTTP_AUTHORIZATION"])
        answer = self.answers.get(request, NONE)
        status, data = answer.pop(0) if isinstance(answer, list) else answer
        start_response(f"{status} X", [] if data is None else [("Content-Type", "application/json")])
        return [b"" if data is None else data if isinstance(data, bytes) else json.dumps(data).encode()]

    def transport(self) -> Transport:
        """Return a transport to this vendor."""
        return Transport("http://vendor/api/admin", TOKEN, headers=VENDOR.headers(TOKEN), app=self)
