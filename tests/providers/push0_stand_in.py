"""A Push0 to test the provider against: as the vendor's pages say, and as a test wants it where they say nothing."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from reconciler.core.ports import Provider
from reconciler.core.segment import Json
from reconciler.errors import VendorFailure
from reconciler.providers.push0 import VENDOR
from reconciler.web.transport import Transport

WIRE = Path(__file__).parent.parent / "wire" / "push0"
FILES = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(WIRE.glob("*.json"))}
GROUPS: list[Json] = [{"type": "AND", "constraints": [{"field": "osApi", "relation": "==", "value": "35"}]}]
BODY: dict[str, Json] = {"name": "A", "description": "d", "constraints": GROUPS}
KEY = "push0_key"
MESSAGE: Json = {"message": "none of that"}


def segment(segment_id: str, **members: Json) -> dict[str, Json]:
    """Return a segment as the list shows it."""
    stored: dict[str, Json] = {
        "id": segment_id,
        "name": "A",
        "description": None,
        "constraints": GROUPS,
        "updatedAt": None,
    }
    return {**stored, "createdAt": 1767225600000, **members}


ALL = segment("all", name="All", constraints=[])
"""The segment that every account has."""


@dataclass
class Vendor:
    """A WSGI app with segments, one list that answers below `root`, and whatever answers are given in its place.

    `pages` are what the list answers page by page; without them it pages its segments by `cap`, or by `limit`.
    `answers` are of a method, a path, or a query by `id` or by `page`: status and body. It `stores` what it takes.
    """

    segments: Sequence[Mapping[str, Json]] = ()
    root: str = "/v1"
    pages: Sequence[Json] = ()
    cap: int = 100
    answers: Mapping[str, tuple[int, Json]] = field(default_factory=dict)
    stores: bool = True
    sent: list[str] = field(default_factory=list)
    bodies: list[Json] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request; one without a content type is refused, as the vendor's page says."""
        method, path, query = environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        content = environ["wsgi.input"].read()
        self.sent.append(f"{method} {path}{'?' if query else ''}{query}")
        self.bodies += [json.loads(content)] if content else []
        status, answer = self.answer(method, path, dict(parse_qsl(query)), json.loads(content or "{}"))
        if environ.get("CONTENT_TYPE") != "application/json":
            status, answer = 400, {"message": "content type"}
        start_response(f"{status} X", [("Content-Type", "application/json")])
        return [b"" if answer is None else json.dumps(answer).encode()]

    def answer(self, method: str, path: str, query: dict[str, str], body: dict[str, Json]) -> tuple[int, Json]:
        """Return status and body of an answer, once the request has done what it does."""
        if method != "GET":
            status, answer = self.answers.get(method, (200, None))
            if self.stores and status == 200:
                self.store(method, path, {**query, **body})
            return status, answer
        if path != f"{self.root}/segments":
            return self.answers.get(path, (404, MESSAGE))
        if "id" in query:
            found: Json = [dict(each) for each in self.segments if each["id"] == query["id"]]
            return self.answers.get("id", (200, found))
        number = int(query["page"])
        if self.pages:
            return 200, self.pages[number - 1]
        size = min(self.cap, int(query["limit"]))
        shown: Json = [dict(each) for each in self.segments[(number - 1) * size : number * size]]
        return self.answers.get("page", (200, shown))

    def store(self, method: str, path: str, sent: dict[str, Json]) -> None:
        """Create, change or delete, as the vendor's pages have it: what is sent without a value changes nothing."""
        if method == "POST":
            self.segments = [*self.segments, segment("new", **{**sent, "createdAt": 1767225600001})]
        elif method == "PATCH":
            kept = {name: value for name, value in sent.items() if value}
            self.segments = [{**each, **kept} if each["id"] == sent["id"] else each for each in self.segments]
        else:
            gone = {sent.get("id"), path.rsplit("/", 1)[-1]}
            self.segments = [each for each in self.segments if each["id"] not in gone]

    def provider(self, endpoint: str = "http://vendor/v1", **options: str) -> Provider:
        """Return the provider on this vendor."""
        return VENDOR.connect(Transport(endpoint, KEY, headers=VENDOR.headers(KEY), app=self), options)


def failure(act: Callable[[], object]) -> tuple[str, str]:
    """Return the code and words of the failure that an act ends in."""
    with pytest.raises(VendorFailure) as caught:
        act()
    return caught.value.problems[0].code, caught.value.problems[0].message
