"""The policy of retries, by a clock that passes no time by itself: what is sent again, when, and when it ends."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

import pytest
from web.clockwork import Clockwork

from reconciler.errors import NotSent, Problem, VendorAnswer, VendorFailure
from reconciler.web.attempt import Again, Answer, Failed
from reconciler.web.pacing import MARGIN, Pace, never
from reconciler.web.retrying import Retrying

GOOD = Answer(200, {}, {})
AWAY = Failed(Problem("connection", "away", hint="wait"), Again.ANY, down=True)
LOST = Failed(Problem("vendor-error", "503"), Again.REPEATABLE, status=503, down=True)
BUSY = Failed(Problem("rate-limited", "429"), Again.ANY, status=429)
NO = Failed(Problem("vendor-rejected", "422"), status=422)


@dataclass
class Vendor:
    """One whose answers are told beforehand, and the last of them for good; `times` are when it was asked."""

    clock: Clockwork
    seconds: float = 60
    chance: float = 1.0
    stopping: Callable[[], bool] = never
    rate: float | None = None
    outcomes: list[Answer | Failed] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        patience = self.clock.patience(self.seconds, chance=self.chance, stopping=self.stopping)
        self.retrying = Retrying(Pace(self.rate, patience), patience)

    def attempt(self) -> Answer | Failed:
        """Answer once."""
        self.times.append(self.clock.time)
        return self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]

    def ask(self, *outcomes: Answer | Failed, writing: bool = False, repeatable: bool = True) -> str:
        """Return what a request ends in: `ok`, or the words of the failure."""
        self.outcomes, self.times[:] = list(outcomes), []
        try:
            assert GOOD == self.retrying.answer("GET /x", self.attempt, writing=writing, repeatable=repeatable)
        except VendorFailure as error:
            return str(error)
        return "ok"


@pytest.fixture
def clock() -> Clockwork:
    """Return a clock that begins at 0."""
    return Clockwork(time=0.0)


@pytest.mark.parametrize(
    ("failure", "repeatable", "tries"),
    [
        *((AWAY, True, 2), (LOST, True, 2), (BUSY, True, 2), (NO, True, 1)),
        *((AWAY, False, 2), (LOST, False, 1), (BUSY, False, 2), (NO, False, 1)),
    ],
)
def test_a_request_is_sent_again_where_that_may_help_and_does_no_harm(
    clock: Clockwork, failure: Failed, *, repeatable: bool, tries: int
) -> None:
    """One that must not be done twice is so only where the vendor certainly did nothing; a clear no stands."""
    vendor = Vendor(clock)
    ended = vendor.ask(failure, GOOD, repeatable=repeatable)

    words = f"{failure.problem.message} ({failure.problem.code})"
    assert (tries, "ok" if tries == 2 else words) == (len(vendor.times), ended)


def test_the_waits_double_up_to_a_limit_and_the_last_failure_tells_of_the_tries(clock: Clockwork) -> None:
    """With the worst of luck, waits are as long as they can be; the request ends in time, as it last failed."""
    vendor = Vendor(clock)

    assert "503; tried 11 times in 56 seconds (vendor-error)" == vendor.ask(AWAY, LOST)
    gaps = [after - before for before, after in zip(vendor.times, vendor.times[1:], strict=False)]
    assert pytest.approx([0.5, 1, 2, 4, 8, 8, 8, 8, 8, 8]) == gaps


def test_waits_are_drawn_by_lot(clock: Clockwork) -> None:
    """Anything from nothing to the whole wait, so that clients that failed together do not come back together."""
    lucky = Vendor(clock, chance=0.1)
    lucky.ask(LOST, LOST, GOOD)
    assert pytest.approx([0, 0.05, 0.15]) == lucky.times

    at_once = Vendor(Clockwork(time=0.0), chance=0.0)
    at_once.ask(*[LOST] * 2_000, GOOD)
    assert [0.0] * 2_001 == at_once.times


def test_the_failure_keeps_its_kind_and_its_hint(clock: Clockwork) -> None:
    """A status stays a VendorAnswer with it; a failure without one has the hint that it had."""
    for failure in (replace(LOST, status=502), AWAY):
        vendor = Vendor(clock)
        vendor.outcomes = [failure]
        with pytest.raises(VendorFailure) as caught:
            vendor.retrying.answer("GET /x", vendor.attempt, writing=False, repeatable=True)
        status = caught.value.status if isinstance(caught.value, VendorAnswer) else None
        assert (failure.status, failure.problem.hint) == (status, caught.value.problems[0].hint)


@pytest.mark.parametrize(
    ("asked", "times", "ended"),
    [
        (0.0, [0, 0.5], "ok"),
        (20.0, [0, 20], "ok"),
        (60.0, [0, 60], "ok"),
        (60.5, [0], "429; the vendor asks to wait 61 seconds (rate-limited)"),
        (3600.0, [0], "429; the vendor asks to wait 3600 seconds (rate-limited)"),
    ],
)
def test_what_the_vendor_asks_for_is_obeyed_if_there_is_time(
    clock: Clockwork, asked: float, times: list[float], ended: str
) -> None:
    """Else the request fails at once, and says how long the vendor asked to wait."""
    vendor = Vendor(clock)

    assert ended == vendor.ask(replace(BUSY, asked=asked), GOOD)
    assert pytest.approx(times) == vendor.times
    assert pytest.approx(times[-1]) == clock.time


def test_a_long_pause_after_some_tries_is_told_with_them(clock: Clockwork) -> None:
    """Both are reasons for giving up."""
    ended = Vendor(clock).ask(LOST, LOST, replace(BUSY, asked=70))

    assert "429; tried 3 times in 2 seconds; the vendor asks to wait 70 seconds (rate-limited)" == ended


def test_one_second_is_one(clock: Clockwork) -> None:
    """Words agree with their number."""
    ended = Vendor(clock, seconds=0.9).ask(LOST, replace(BUSY, asked=1))

    assert "429; tried 2 times in 1 second; the vendor asks to wait 1 second (rate-limited)" == ended


def test_without_patience_everything_is_sent_once(clock: Clockwork) -> None:
    """Even where the next try would come at once; and a pause that is asked for is told, and not made."""
    vendor = Vendor(clock, seconds=0, chance=0.0)

    assert "503 (vendor-error)" == vendor.ask(LOST, GOOD)
    assert "429; the vendor asks to wait 5 seconds (rate-limited)" == vendor.ask(replace(BUSY, asked=5), GOOD)
    assert ("ok", 0.0) == (vendor.ask(GOOD), clock.time)


def test_a_pause_is_everybody_s(clock: Clockwork) -> None:
    """Further requests wait for its end, or, where that is too far off, are not sent at all."""
    vendor = Vendor(clock, seconds=20)

    assert "503; the vendor asks to wait 30 seconds (vendor-error)" == vendor.ask(replace(LOST, asked=30))
    assert "GET /x: not sent, since the vendor asks to wait 30 seconds (rate-limited)" == vendor.ask(GOOD)
    assert [] == vendor.times
    clock.time = 15.0
    assert "ok" == vendor.ask(GOOD)
    assert pytest.approx([30]) == vendor.times


def test_a_pause_is_kept_also_by_who_may_not_try_again(clock: Clockwork) -> None:
    """A create whose fate is unknown is not sent again; what looks for it waits."""
    vendor = Vendor(clock)

    assert "503 (vendor-error)" == vendor.ask(replace(LOST, asked=30), repeatable=False)
    assert "ok" == vendor.ask(GOOD)
    assert pytest.approx([30]) == vendor.times


def test_every_try_takes_its_turn(clock: Clockwork) -> None:
    """Those that are sent again count towards the rate like any other."""
    vendor = Vendor(clock, chance=0.0, rate=1)

    assert "ok" == vendor.ask(LOST, LOST, GOOD)
    assert pytest.approx([0, MARGIN, 2 * MARGIN]) == vendor.times


def test_a_run_that_is_asked_to_stop_while_a_try_awaits_its_turn_does_not_begin_it(clock: Clockwork) -> None:
    """The request fails as it last did."""
    vendor = Vendor(clock, chance=0.0, rate=1, stopping=lambda: clock.time > 0.5)

    assert "503 (vendor-error)" == vendor.ask(LOST, GOOD)
    assert [0.0] == vendor.times


def test_a_request_to_a_vendor_that_is_down_fails_at_once(clock: Clockwork) -> None:
    """It takes no turn, since it is not sent: hundreds of changes that are not started take no time."""
    vendor = Vendor(clock, seconds=0, rate=1)
    for _ in range(5):
        vendor.ask(LOST)
    before = clock.time

    assert "the vendor seems to be down" in vendor.ask(GOOD)
    assert before == clock.time


def test_a_run_that_is_to_stop_tries_nothing_again(clock: Clockwork) -> None:
    """A wait ends early, the request fails as it last did, and one that was never sent says why it is not."""
    vendor = Vendor(clock, stopping=lambda: clock.time >= 3)

    assert "503; tried 3 times in 2 seconds (vendor-error)" == vendor.ask(LOST)
    assert pytest.approx(3.0, abs=0.11) == clock.time
    assert "429 (rate-limited)" == vendor.ask(replace(BUSY, asked=10))
    assert "GET /x: not sent, since the vendor asks to wait 10 seconds (rate-limited)" == vendor.ask(GOOD)


def test_a_vendor_that_is_down_is_left_alone(clock: Clockwork) -> None:
    """After five requests in a row that failed for that, nothing is sent any more; what kind it was is told."""
    vendor = Vendor(clock, seconds=0)
    ended = [vendor.ask(failure) for failure in (AWAY, LOST, AWAY, LOST, AWAY)]
    vendor.outcomes = [GOOD]

    assert ["away (connection)", "503 (vendor-error)"] * 2 + ["away (connection)"] == ended
    for writing in (True, False):
        with pytest.raises(NotSent) as caught:
            vendor.retrying.answer("PUT /x", vendor.attempt, writing=writing, repeatable=True)
        told = "PUT /x: not sent, since the last 5 requests failed: the vendor seems to be down (vendor-down)"
        assert (told, writing) == (str(caught.value), caught.value.writing)
    assert 1 == len(vendor.times)


@pytest.mark.parametrize("other", [GOOD, NO, BUSY], ids=["an answer", "a refusal", "a request for patience"])
def test_a_vendor_that_answers_is_not_down(clock: Clockwork, other: Answer | Failed) -> None:
    """Whatever else it says in between, the count begins anew."""
    vendor = Vendor(clock, seconds=0)
    for outcome in (*[LOST] * 4, other, *[LOST] * 4):
        vendor.ask(outcome)

    assert "ok" == vendor.ask(GOOD)


def test_a_request_that_succeeds_in_the_end_did_not_fail(clock: Clockwork) -> None:
    """Only the end of a request counts, not each of its tries."""
    vendor = Vendor(clock)

    assert ["ok"] * 6 == [vendor.ask(LOST, LOST, GOOD) for _ in range(6)]


def test_when_the_vendor_turns_out_to_be_down_nobody_waits_to_try_again(clock: Clockwork) -> None:
    """Others found it out meanwhile: the request fails as it last did."""
    vendor = Vendor(clock)

    def fail(_: float) -> None:
        clock.then = float
        for _ in range(5):
            with pytest.raises(VendorFailure):
                vendor.retrying.answer("GET /y", lambda: final, writing=False, repeatable=True)

    final = replace(LOST, again=Again.NONE)
    clock.then = fail
    assert "503 (vendor-error)" == vendor.ask(LOST)
    assert pytest.approx(0.1) == clock.time


def test_a_late_answer_does_not_bring_a_vendor_back(clock: Clockwork) -> None:
    """One that was under way when the fifth request failed changes nothing for the others."""
    vendor, other = Vendor(clock, seconds=0), Vendor(clock, seconds=0)
    other.retrying = vendor.retrying

    def attempt() -> Answer:
        assert ["503 (vendor-error)"] * 5 == [other.ask(LOST) for _ in range(5)]
        return GOOD

    assert GOOD == vendor.retrying.answer("GET /y", attempt, writing=False, repeatable=True)
    assert "the vendor seems to be down" in vendor.ask(GOOD)


def test_a_request_that_was_held_back_is_not_sent_to_a_vendor_that_is_down(clock: Clockwork) -> None:
    """Requests that were under way when the pause began may show it."""
    vendor = Vendor(clock)
    begun, release = threading.Barrier(6), threading.Event()

    def attempt() -> Failed:
        begun.wait()
        release.wait()
        return replace(LOST, again=Again.NONE)

    def ask() -> None:
        with suppress(VendorFailure):
            vendor.retrying.answer("GET /y", attempt, writing=False, repeatable=True)

    def end(_: float) -> None:
        release.set()
        for thread in threads:
            thread.join()

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    begun.wait()
    vendor.ask(replace(BUSY, asked=5.0, again=Again.NONE))
    clock.then = end

    down = "GET /x: not sent, since the last 5 requests failed: the vendor seems to be down (vendor-down)"
    assert down == vendor.ask(GOOD)
    assert [] == vendor.times
    assert pytest.approx(5.0) == clock.time
