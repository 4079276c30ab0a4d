"""What goes wrong at the hub, and at which requests."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Limit = Literal["secondary", "too many", "exhausted"]


@dataclass
class Fault:
    """An answer in place of the right one, or a connection that is dropped.

    `skip` requests that match go well first. With `before` the request is not carried out; else it is, and only the
    answer is lost.
    """

    method: str
    path: re.Pattern[str]
    times: int = 1
    skip: int = 0
    before: bool = True
    drop: bool = False
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    body: object = None

    def happens(self, method: str, path: str) -> bool:
        """Say whether it happens to a request, and count it if so."""
        if self.times == 0 or method != self.method or not self.path.search(path):
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return True


def limit(kind: Limit, seconds: int, now: float) -> dict[str, Any]:
    """Return the status, headers and body of an answer that asks to wait for some seconds."""
    if kind == "exhausted":
        return {
            "status": 403,
            "headers": {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(now) + seconds)},
            "body": {
                "message": "API rate limit exceeded for installation ID 1.",
                "documentation_url": "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api",
                "status": "403",
            },
        }
    status = 403 if kind == "secondary" else 429
    return {
        "status": status,
        "headers": {"retry-after": str(seconds)},
        "body": {
            "message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
            "documentation_url": "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary"
            "-rate-limits",
            "status": str(status),
        },
    }
