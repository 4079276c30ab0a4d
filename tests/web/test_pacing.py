"""When a request may be sent, by a clock that passes no time by itself."""

import threading

import pytest
from web.clockwork import Clockwork

from reconciler.web.pacing import MARGIN, Bucket, Pace, Patience, never


@pytest.mark.parametrize(
    ("rate", "count", "expected"),
    [
        (3, 7, [0, 0, 0, 1, 1, 1, 2]),
        (2.5, 7, [0, 0, 0, 1.2, 1.2, 1.2, 2.4]),
        (0.5, 3, [0, 2, 4]),
        (1e9, 3, [0, 0, 0]),
        (None, 3, [0, 0, 0]),
    ],
)
def test_a_second_s_worth_may_be_sent_at_once_and_then_no_more_than_the_rate(
    rate: float | None, count: int, expected: list[float]
) -> None:
    """In no second, or where the rate is no whole number in no slightly longer time, there are more than allowed."""
    bucket = Bucket(rate)

    assert pytest.approx([due * MARGIN for due in expected]) == [bucket.take(0) for _ in range(count)]


def test_tokens_come_back_while_nothing_is_sent_but_no_more_than_there_were() -> None:
    """A long silence saves up nothing beyond one second's worth; a short one brings back what is due."""
    bucket = Bucket(2)
    taken = [bucket.take(now) for now in (0, 0.5, 1.1, 1.1, 100, 100, 100)]

    assert pytest.approx([0, 0.5, 1.1, 0.5 + MARGIN, 100, 100, 100 + MARGIN]) == taken


def test_threads_share_one_bucket() -> None:
    """However many take at the same time, every token is handed out once."""
    bucket, start = Bucket(10), threading.Barrier(8)
    taken: list[float] = []

    def take() -> None:
        start.wait()
        taken.extend(bucket.take(0) for _ in range(25))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert pytest.approx([number // 10 * MARGIN for number in range(200)]) == sorted(taken)


def test_a_turn_is_waited_for_in_slices() -> None:
    """The wait for a token is as long as it has to be, and no longer than a tenth of a second at a stretch."""
    clock = Clockwork(time=0.0)
    pace = Pace(2, clock.patience(0))
    times = []
    for _ in range(3):
        assert pace.turn(0)
        times.append(clock.time)

    assert pytest.approx([0, 0, MARGIN]) == times
    assert max(clock.slept) <= 0.1


def test_a_pause_holds_everything_back_until_it_ends() -> None:
    """The longest of several counts, and where it ends too late for a request, that one does not wait at all."""
    clock = Clockwork(time=0.0)
    pace = Pace(None, clock.patience(60))
    for seconds in (5, 10, 7):
        pace.hold(seconds)

    assert (False, 0.0, 10.0) == (pace.turn(9.9), clock.time, pace.pause)
    assert pace.turn(10)
    assert pytest.approx([10, 0]) == [clock.time, pace.pause]


def test_a_pause_that_begins_while_a_token_is_waited_for_counts() -> None:
    """Another thread's answer may ask for it: the token is then taken anew, so that nothing piles up behind it."""
    clock = Clockwork(time=0.0)
    pace = Pace(1, clock.patience(60))
    clock.then = lambda time: pace.hold(3) if 0.35 < time < 0.45 else None

    assert (True, True) == (pace.turn(60), pace.turn(60))
    assert pytest.approx(3.4) == clock.time


def test_a_run_that_is_to_stop_waits_for_no_pause_but_for_its_token() -> None:
    """What was begun is to be finished, and a token is never far; a pause may be."""
    clock = Clockwork(time=0.0)
    pace = Pace(1, clock.patience(60, stopping=lambda: True))

    assert (True, True, True) == (pace.turn(60), pace.turn(60), clock.time >= 1)
    pace.hold(5)
    assert (False, True) == (pace.turn(60), clock.time < 2)


def test_without_patience_there_are_no_pauses() -> None:
    """Who sends everything once waits for nobody."""
    clock = Clockwork()
    pace = Pace(None, clock.patience(0))
    pace.hold(5)

    assert (True, [], 0.0) == (pace.turn(clock.time), clock.slept, pace.pause)


def test_a_wait_that_is_over_can_still_be_given_up() -> None:
    """Being asked to stop comes first; the clock of every day is used where no other is given."""
    assert (False, True) == (Patience().wait(0, lambda: True), Patience().wait(0, never))
