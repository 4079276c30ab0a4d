"""A stand-in for Kibamail that gives prepared answers, and the vendor's documented bodies."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from reconciler.web.transport import Transport

WIRE = {
    file.stem: json.loads(file.read_text(encoding="utf-8"))
    for file in sorted((Path(__file__).parents[1] / "wire" / "kibamail").glob("*.json"))
}
NONE = 404, {"error": {"type": "NOT_FOUND_ERROR", "code": "SEGMENT_NOT_FOUND", "message": "none"}}


class Vendor:
    """A WSGI app that gives each request, such as `GET /segments?limit=100`, its answer; and remembers what was sent.

    Where a list of answers is given, each is given once.
    """

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.sent: list[Any] = []
        self.headers: list[set[str]] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request, by default with 404."""
        query = f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else ""
        request = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO'].removeprefix('/v1')}{query}"
        content = environ["wsgi.input"].read()
        self.sent.append((request, json.loads(content)) if content else request)
        self.headers.append({name for name in environ if name.startswith("HTTP_")})
        answer = self.answers.get(request, NONE)
        status, data = answer.pop(0) if isinstance(answer, list) else answer
        start_response(f"{status} X", [("Content-Type", "application/json")])
        return [json.dumps(data).encode()]

    def transport(self) -> Transport:
        """Return a transport to this vendor."""
        return Transport("http://vendor/v1", "kb_x", app=self)
