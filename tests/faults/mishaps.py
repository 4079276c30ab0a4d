"""What goes wrong at one request: to the connection, in the vendor, or by a person's hand. Names no vendor."""

import os
import signal
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

import warm
from faults.gate import Act, Visit

from reconciler.emulator.app import Emulator
from reconciler.emulator.faults import Fault, FaultKind

DELAY = 0.05


def unsent(visit: Visit) -> Iterable[bytes]:
    """End the connection before the vendor has seen the request."""
    return visit.say(b"")


def unanswered(visit: Visit) -> Iterable[bytes]:
    """Have the request carried out, and end the connection."""
    visit.unheard()
    return visit.say(b"")


def half_answered(visit: Visit) -> Iterable[bytes]:
    """Have the request carried out, and end the connection in the middle of the body."""
    head, gap, body = visit.unheard().partition(b"\r\n\r\n")
    return visit.say(head + gap + body[: len(body) // 2]) if body else visit.say(head[: len(head) // 2])


def slow(visit: Visit) -> Iterable[bytes]:
    """Take a while."""
    time.sleep(DELAY)
    return visit.answer()


def _project(visit: Visit) -> Emulator:
    assert isinstance(visit.app, Emulator)
    return visit.app


def arranged(fault: Fault) -> Act:
    """Return how an emulated vendor's own fault happens to one request."""

    def act(visit: Visit) -> Iterable[bytes]:
        app = _project(visit)
        app.faults = (replace(fault, at=1),)
        try:
            return list(visit.answer())
        finally:
            app.faults = ()

    return act


MISHAPS: Final[Mapping[str, Act]] = {
    "dropped before it is sent": unsent,
    "dropped after it is done": unanswered,
    "dropped half way through the answer": half_answered,
    "answered with half of the JSON": arranged(Fault(FaultKind.TRUNCATED_JSON)),
    "429": arranged(Fault(FaultKind.STATUS, status=429)),
    "429 with Retry-After": arranged(Fault(FaultKind.STATUS, status=429, retry_after="0")),
    "408": arranged(Fault(FaultKind.STATUS, status=408)),
    "500 before it is done": arranged(Fault(FaultKind.STATUS, status=500)),
    "500 after it is done": arranged(Fault(FaultKind.FAILED_AFTER_COMMIT, status=500)),
    "503 after it is done": arranged(Fault(FaultKind.FAILED_AFTER_COMMIT, status=503)),
    "slow": slow,
    "a page again": arranged(Fault(FaultKind.REPEATED_PAGE)),
}


def _id(app: Emulator, name: str) -> str | None:
    return next((str(each["id"]) for each in app.segments() if each["name"] == name), None)


def _by_hand(name: str, change: str) -> Act:
    """Return how a person gets at a segment of this name, if there is one, ahead of a request."""

    def act(visit: Visit) -> Iterable[bytes]:
        app = _project(visit)
        if found := _id(app, name):
            if change == "edits":
                app.edit_segment(found, name=f"{name}, edited by hand")
            else:
                app.remove_segment(found)
        return visit.answer()

    return act


HANDS: Final[Mapping[str, Act]] = {
    f"a person {change} the segment that is {what}": _by_hand(name, change)
    for change in ("edits", "deletes")
    for what, name in (
        ("updated", "Segment u1"),
        ("renamed", "Segment r1"),
        ("deleted", "Segment d1"),
        ("kept", "Segment stays"),
        ("created", "New c1"),
    )
}
"""What is changed by hand is changed back by the next run, so that the end is the same."""


def kill(_visit: Visit) -> Iterable[bytes]:
    """Kill the command before the vendor has seen the request."""
    os.kill(warm.warm(measured=False).running, signal.SIGKILL)
    raise ConnectionAbortedError


def kill_after(visit: Visit) -> Iterable[bytes]:
    """Kill the command when the vendor has done what it asked for, and before it hears of it."""
    visit.unheard()
    return kill(visit)


KILLS: Final[Mapping[str, Act]] = {"before": kill, "after": kill_after}
