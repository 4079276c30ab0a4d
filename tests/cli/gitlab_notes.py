"""GitLab as far as the notes of one merge request go, written from its documentation, on loopback.

Pages: https://docs.gitlab.com/api/notes/, https://docs.gitlab.com/api/rest/#pagination, https://docs.gitlab.com/api/users/
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from werkzeug.exceptions import BadRequest, Forbidden, HTTPException, NotFound, Unauthorized
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

TOKEN = "glpat-7c1e0b52d9"
NOTES = re.compile(r"/api/v4/projects/5/merge_requests/7/notes(?:/(\d+))?")
BOT, ADA = 41, 1


@dataclass
class Notes:
    """The notes of merge request 7 of project 5, and what was asked."""

    notes: list[dict[str, Any]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    closed: bool = False
    url: str = ""

    def add(self, author: int, body: str, *, system: bool = False) -> dict[str, Any]:
        """Write a note as somebody."""
        note = {"id": 300 + len(self.notes), "body": body, "author": {"id": author}, "system": system}
        self.notes.append(note)
        return note

    def bodies(self, author: int = BOT) -> list[str]:
        """Return what somebody wrote."""
        return [note["body"] for note in self.notes if note["author"]["id"] == author]

    def answer(self, request: Request) -> Response:
        """Answer a request."""
        self.requests.append(f"{request.method} {request.path}")
        try:
            return self._answer(request)
        except HTTPException as error:
            return _json({"message": f"{error.code} {error.name}"}, error.code or 500)

    def _answer(self, request: Request) -> Response:
        if request.headers.get("PRIVATE-TOKEN") != TOKEN:
            raise Unauthorized
        if (request.method, request.path) == ("GET", "/api/v4/user"):
            return _json({"id": BOT, "username": "project_5_bot"})
        found = NOTES.fullmatch(request.path)
        if not found:
            raise NotFound
        if request.method == "GET":
            return self._listed(request)
        if self.closed:
            raise Forbidden
        body = json.loads(request.get_data())["body"]
        if request.mimetype != "application/json" or not body or len(body) > 1_000_000:
            raise BadRequest
        if request.method == "POST":
            return _json(self.add(BOT, body), 201)
        note = next((note for note in self.notes if str(note["id"]) == found[1]), None)
        if request.method != "PUT" or note is None:
            raise NotFound
        if note["author"]["id"] != BOT:
            raise Forbidden
        note["body"] = body
        return _json(note)

    def _listed(self, request: Request) -> Response:
        ordered = self.notes if request.args.get("sort") == "asc" else self.notes[::-1]
        size, page = min(100, request.args.get("per_page", 20, int)), request.args.get("page", 1, int)
        return _json(ordered[(page - 1) * size : page * size])


@contextmanager
def served() -> Iterator[Notes]:
    """Yield the merge request, served."""
    notes = Notes()
    server = make_server("127.0.0.1", 0, Request.application(notes.answer), threaded=True)
    notes.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield notes
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _json(value: object, status: int = 200) -> Response:
    return Response(json.dumps(value), status, mimetype="application/json")
