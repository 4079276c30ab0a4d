"""How long a vendor asks to wait, in both forms of `Retry-After`, and which statuses are worth another try."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.web.answering import Raw, Reader, asked_to_wait
from reconciler.web.attempt import Again, Failed
from reconciler.web.pacing import Patience

NOON = datetime(2026, 1, 5, 12, 0, 0, tzinfo=UTC)
YEAR = 366 * 24 * 60 * 60
FORBIDDEN = 403
TOO_MANY = 429


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "0"}, 0),
        ({"retry-after": " 120 "}, 120),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "9" * 5_000}, YEAR),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "٣"}, None),
        ({"retry-after": "Mon, 05 Jan 2026 12:00:30 GMT"}, 30),
        ({"retry-after": "Monday, 05-Jan-26 12:00:30 GMT"}, 30),
        ({"retry-after": "Mon, 05 Jan 2026 12:00:30 -0000"}, 30),
        ({"retry-after": "Mon, 05 Jan 2026 11:00:00 GMT"}, 0),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"}, YEAR),
        ({"retry-after": "Mon, 05 Jan 2026 99:00:00 GMT"}, None),
        ({"retry-after": "Mon, 05 Jan 2026 14:00:30 GMT", "date": "Mon, 05 Jan 2026 14:00:00 GMT"}, 30),
        ({"retry-after": "Mon, 05 Jan 2026 12:00:30 GMT", "date": "today"}, 30),
        ({"retry-after": "Sun, 06 Nov 99999999999999999999 08:49:37 GMT"}, None),
        ({"retry-after": "Sun, 06 Nov 1994 08:49:37 +99999999999999"}, None),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 -2300"}, None),
        ({"retry-after": "Mon, 05 Jan 2026 12:00:30 GMT", "date": "Fri, 31 Dec 9999 23:59:59 -2300"}, 30),
        ({"retry-after": "Mon, 05 Jan 2026 12:00:30 GMT", "date": "Sun, 06 Nov 1994 08:49:37 +99999999999999"}, 30),
    ],
)
def test_how_long_the_vendor_asks_to_wait(headers: dict[str, str], expected: float | None) -> None:
    """Seconds, or a date, which is held against the vendor's own clock where the answer tells it."""
    assert expected == asked_to_wait(headers, lambda: NOON)


NUMBERS = (
    st.integers(0, 10**25).map(str) | st.integers(0, 9999).map("{:04}".format) | st.text("0123456789٣²", max_size=9)
)
ZONES = st.just("GMT") | st.builds("{}{}".format, st.sampled_from("+-"), NUMBERS) | st.text(max_size=5)
DATES = st.builds(
    "Sun, {} Nov {} {}:{}:{} {}".format, *(st.just(part) | NUMBERS for part in ("06", "1994", "08", "49", "37")), ZONES
)
HEADERS = st.fixed_dictionaries(
    {}, optional={name: DATES | NUMBERS | st.text() for name in ("retry-after", "date", "x-ratelimit-reset")}
)


@given(HEADERS, st.sampled_from([403, 429, 503]))
def test_whatever_the_headers_are_the_wait_is_a_number_in_bounds_or_none(headers: dict[str, str], status: int) -> None:
    """A vendor, or what is between, may write anything there: it is no error of ours."""
    raw = Raw(status, {"x-ratelimit-remaining": "0", **headers}, b"{}")
    failed = Reader("k3y", lambda: NOON).read("GET /x", raw, writing=False)

    assert isinstance(failed, Failed)
    for asked in (failed.asked, asked_to_wait(headers, lambda: NOON), asked_to_wait(headers, Patience().clock)):
        assert asked is None or 0 <= asked <= YEAR


def test_a_date_says_nothing_where_no_clock_is_known() -> None:
    """Neither the vendor's nor ours."""
    soon = {"retry-after": "Mon, 05 Jan 2026 12:00:30 GMT"}

    assert None is asked_to_wait(soon, Patience().clock)
    assert 30 == asked_to_wait({**soon, "date": "Mon, 05 Jan 2026 12:00:00 GMT"}, Patience().clock)


@pytest.mark.parametrize(
    ("status", "again", "asked", "down"),
    [
        (400, Again.NONE, None, False),
        (403, Again.ANY, 7, False),
        (408, Again.REPEATABLE, 7, False),
        (429, Again.ANY, 7, False),
        (500, Again.NONE, None, True),
        (502, Again.REPEATABLE, 7, True),
        (503, Again.REPEATABLE, 7, True),
        (504, Again.REPEATABLE, 7, True),
        (505, Again.NONE, None, True),
    ],
)
def test_which_statuses_are_worth_another_try(status: int, again: Again, asked: float | None, *, down: bool) -> None:
    """Those that pass; that nothing was done is certain with 429 alone, and with 403 that says how long to wait."""
    raw = Raw(status, {"retry-after": "7"}, json.dumps({"error": {"message": "no"}}).encode())
    failed = Reader("k3y", lambda: NOON).read("GET /x", raw, writing=False)

    assert isinstance(failed, Failed)
    meant = 429 if status == FORBIDDEN else status
    assert (again, meant, asked, down) == (failed.again, failed.status, failed.asked, failed.down)
    assert f"GET /x: answered {status}: no" == failed.problem.message


@pytest.mark.parametrize(
    ("headers", "words", "asked"),
    [
        ({"retry-after": "7"}, "", 7),
        ({"retry-after": "Mon, 05 Jan 2026 12:00:30 GMT"}, "", 30),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOON.timestamp()) + 2)}, "", 2),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOON.timestamp()) - 2)}, "", 0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9" * 20}, "", YEAR),
        ({"x-ratelimit-remaining": "0"}, "You have exceeded a Secondary Rate Limit.", 60),
        ({}, "You have exceeded a secondary rate limit.", 60),
    ],
)
def test_a_403_may_ask_to_wait(headers: dict[str, str], words: str, asked: float) -> None:
    """As GitHub does in place of 429, in three ways: then it counts as that, and nothing was done."""
    raw = Raw(FORBIDDEN, headers, json.dumps({"message": words}).encode())
    failed = Reader("k3y", lambda: NOON).read("POST /x", raw, writing=True)

    assert isinstance(failed, Failed)
    assert (Again.ANY, TOO_MANY, asked) == (failed.again, failed.status, failed.asked)
    assert failed.problem.code == "rate-limited"
    assert failed.problem.message.startswith("POST /x: answered 403: ")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"retry-after": "soon"},
        {"x-ratelimit-remaining": "1", "x-ratelimit-reset": "1767614402"},
        {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "soon"},
    ],
)
def test_a_403_that_asks_for_no_wait_is_a_refusal(headers: dict[str, str]) -> None:
    """What it may not do now it may not do later."""
    raw = Raw(FORBIDDEN, headers, b'{"message": "Resource not accessible by integration"}')
    failed = Reader("k3y", lambda: NOON).read("POST /x", raw, writing=True)

    assert isinstance(failed, Failed)
    assert (Again.NONE, FORBIDDEN, None) == (failed.again, failed.status, failed.asked)
    assert failed.problem.code == "forbidden"


def test_a_reset_time_says_nothing_where_no_clock_is_known() -> None:
    """Neither GitHub's nor ours."""
    reset = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOON.timestamp()) + 2)}
    dated = {**reset, "date": "Mon, 05 Jan 2026 12:00:00 GMT"}
    silent, told = (
        Reader("k3y", Patience().clock).read("GET /x", Raw(FORBIDDEN, headers, b"{}"), writing=False)
        for headers in (reset, dated)
    )

    assert isinstance(silent, Failed)
    assert isinstance(told, Failed)
    assert (silent.asked, told.asked) == (None, 2)


def test_what_the_vendor_says_is_told_with_its_details() -> None:
    """Those that are texts, and those that name a field, each once."""
    details = ["no rights", {"field": "name", "message": "is taken"}, {"message": "no rights"}]
    raw = Raw(422, {}, json.dumps({"error": {"message": "refused", "details": details}}).encode())
    failed = Reader("k3y", lambda: NOON).read("POST /x", raw, writing=True)

    assert isinstance(failed, Failed)
    assert failed.problem.message == "POST /x: answered 422: refused; no rights; `name`: is taken"
