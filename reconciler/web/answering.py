"""Reads a vendor's answer: JSON, or the vendor's own words for what is wrong, and the credential in neither.

Must never know how the answer came, or whether its request is sent again.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from reconciler.core.segment import Json
from reconciler.errors import Problem
from reconciler.web.attempt import RUN_AGAIN, Again, Answer, Failed
from reconciler.web.blotting import blotted

SHOWN_CHARACTERS = 200
TAG = re.compile(r"<(style|script)\b.*?</\1>|<[^<>]*>", re.DOTALL | re.IGNORECASE)
SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")
LONGEST_PAUSE = 366 * 24 * 60 * 60
GOOD = range(200, 300)
VENDOR_FAILS = 500
FORBIDDEN = 403
TOO_MANY = 429
MINUTE = 60.0
REDIRECTS = frozenset({301, 302, 303, 307, 308})
AGAIN = {
    408: Again.REPEATABLE,
    TOO_MANY: Again.ANY,
    502: Again.REPEATABLE,
    503: Again.REPEATABLE,
    504: Again.REPEATABLE,
}


@dataclass(frozen=True, slots=True)
class Raw:
    """A whole answer as it came, less its compression; headers by lower-case name."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the answers to requests with one credential; `clock` tells the time of day, aware, where it is known.

    `root` is what an endpoint of the vendor looks like, for hints.
    """

    secret: str
    clock: Callable[[], datetime | None]
    root: str = ""

    def clean(self, text: str) -> str:
        """Return a text without the credential."""
        return blotted(text, self.secret)

    def read(self, request: str, raw: Raw, *, writing: bool) -> Answer | Failed:
        """Return what an answer says. Where the vendor echoes the credential, it is blotted out."""
        good = raw.status in GOOD
        kind = self.clean(raw.headers.get("content-type", "no content type").split(";")[0])
        try:
            data = self._parsed(raw.content)
        except (ValueError, RecursionError):
            data = None
            if good:
                words = f"{request}: answered {raw.status} with something other than whole JSON in UTF-8: "
                words += f"{self._beginning(raw.content)} ({kind})"
                hint = f"{self._check_root()}, and that no proxy answers for it"
                return Failed(Problem("not-json", words, hint=hint))
        if good:
            return Answer(raw.status, data, {name: self.clean(value) for name, value in raw.headers.items()})
        status, asked = raw.status, asked_to_wait(raw.headers, self.clock) if raw.status in AGAIN else None
        if raw.status == FORBIDDEN and (limit := _held_back(raw.headers, _words(data), self.clock)) is not None:
            status, asked = TOO_MANY, limit
        words = _words(data)[:SHOWN_CHARACTERS] or f"{self._beginning(raw.content)} ({kind})"
        if raw.status in REDIRECTS and "location" in raw.headers:
            words = f"it leads to {self.clean(raw.headers['location'])}"
        code, hint = _meaning(status, self._check_root(), writing=writing)
        return Failed(
            Problem(code, f"{request}: answered {raw.status}: {words}", hint=hint),
            again=AGAIN.get(status, Again.NONE),
            status=status,
            down=raw.status >= VENDOR_FAILS,
            asked=asked,
        )

    def _check_root(self) -> str:
        such_as = f", such as `{self.root}`" if self.root else ""
        return f"check that the target's `endpoint` is the root of the API{such_as}"

    def _parsed(self, content: bytes) -> Json:
        text = self.clean(content.decode("utf-8"))
        data: Json = json.loads(text, parse_constant=_refuse) if text.strip() else None
        if "\\" in text and (plain := json.dumps(data, ensure_ascii=False)) != (cleaned := self.clean(plain)):
            data = json.loads(cleaned)
        return data

    def _beginning(self, content: bytes) -> str:
        """Return how a body that cannot be read as JSON begins: on one line, less the tags of HTML."""
        text = self.clean(content.decode("utf-8", "replace"))
        words = " ".join(TAG.sub(" ", text[: 10 * SHOWN_CHARACTERS]).split())
        return f"`{words[:SHOWN_CHARACTERS]}{'…' if len(words) > SHOWN_CHARACTERS else ''}`" if words else "no words"


def asked_to_wait(headers: Mapping[str, str], clock: Callable[[], datetime | None]) -> float | None:
    """Return for how many seconds `Retry-After` asks, in either of its forms; None where it says nothing readable.

    A date is held against the `Date` of the same answer, since the vendor's clock and ours may differ.
    """
    value = headers.get("retry-after", "").strip()
    if SECONDS.fullmatch(value):
        return min(float(value), LONGEST_PAUSE)
    until = _date(value)
    since = _date(headers.get("date", "")) or clock()
    if until is None or since is None:
        return None
    return min(max((until - since).total_seconds(), 0.0), LONGEST_PAUSE)


def _held_back(headers: Mapping[str, str], words: str, clock: Callable[[], datetime | None]) -> float | None:
    """Return for how long a 403 asks us to wait; None where it is a plain refusal.

    GitHub says so in place of 429, as which it then counts, and in three ways: `Retry-After`, a reset time, or words
    alone. Page: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
    """
    if "retry-after" in headers:
        return asked_to_wait(headers, clock)
    now = _date(headers.get("date", "")) or clock()
    if headers.get("x-ratelimit-remaining") == "0" and SECONDS.fullmatch(headers.get("x-ratelimit-reset", "")) and now:
        return min(max(float(headers["x-ratelimit-reset"]) - now.timestamp(), 0.0), LONGEST_PAUSE)
    return MINUTE if "secondary rate limit" in words.lower() else None


def _date(text: str) -> datetime | None:
    """Return the time that a header names, in UTC; None where it names none, or none that there can be."""
    try:
        found = parsedate_to_datetime(text)
        # NOTE: numbers of any length are taken, and a zone may lead to before the year 1 or after 9999.
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _refuse(word: str) -> Json:
    message = f"{word} is not JSON"
    raise ValueError(message)


def _meaning(status: int, check_root: str, *, writing: bool) -> tuple[str, str]:
    match status:
        case 401:
            return "unauthorized", "check the key: is it whole, of this project, not revoked, and allowed to do this?"
        case 403:
            return (
                "forbidden",
                "the key lacks the right to do this: give it that right in the dashboard, or use another",
            )
        case 404:
            return "not-found", check_root
        case 409:
            return "conflict", "look at the segment in the vendor's dashboard, then plan again"
        case 400 | 422 if writing:
            return "vendor-rejected", "change the definition as the vendor says, then plan again"
        case 400 | 422:
            return "vendor-rejected", f"{check_root}; if it is, please report this"
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
    return "; ".join(dict.fromkeys(part for part in (head, *fields) if part))


def _detail(detail: Json) -> str:
    if not isinstance(detail, dict):
        return str(detail)
    message = str(detail.get("message", ""))
    return f"`{detail['field']}`: {message}" if "field" in detail else message
