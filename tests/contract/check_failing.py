"""The contract of failures: each is a VendorFailure that names the request, and holds no secret. Names no vendor."""

import re
import traceback
from collections.abc import Callable
from functools import partial
from typing import Final

from contract.checks import apart, created, failure, holds, is_system, listed, same
from contract.project import Trial

from reconciler.emulator.faults import Fault, FaultKind
from reconciler.errors import VendorFailure

READING, WRITING = "GET *", "[!G]*"
NAMES_THE_REQUEST: Final = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE) \S*/\S+")
REFUSING = ("unauthorized", "forbidden")

STATUSES: Final = {
    **{str(status): Fault(FaultKind.STATUS, status=status) for status in (400, 401, 403, 408, 409, 422, 500, 503)},
    "429": Fault(FaultKind.STATUS, status=429, retry_after="1"),
    "a page of HTML": Fault(FaultKind.HTML, status=502),
    "a redirect": Fault(FaultKind.REDIRECT),
}
VERBS: Final[dict[str, tuple[str, Callable[[Trial, str], object]]]] = {
    "list": (READING, lambda project, _: project.provider.list()),
    "read": (READING, lambda project, segment_id: project.provider.read(segment_id)),
    "create": (WRITING, lambda project, _: created(project, project.subject.second)),
    "update": (
        WRITING,
        lambda project, segment_id: project.provider.update(segment_id, project.form.outgoing(project.subject.second)),
    ),
    "delete": (WRITING, lambda project, segment_id: project.provider.delete(segment_id)),
}


def _failing(project: Trial, verb: str, fault: Fault, *, at: int | None = None) -> VendorFailure:
    """Return the failure of a verb whose requests go wrong; checks what every failure has in common."""
    segment_id = project.hands.put_segment(apart(project, project.subject.first))
    match, act = VERBS[verb]
    project.app.faults = (Fault(fault.kind, at, match, fault.status, fault.retry_after, fault.member),)
    error = failure(f"errors: {verb} with {fault.kind}", lambda: act(project, segment_id))
    project.app.faults = ()
    told = "\n".join([str(error), repr(error.problems), *traceback.format_exception(error)])

    named = NAMES_THE_REQUEST.search(str(error)) or f"`{segment_id}`" in str(error)
    holds("errors: the message names the request", str(error), so=bool(named))
    holds("errors: the secret is in none", told, so=project.secret not in told)
    return error


def every_status_is_a_failure(project: Trial, verb: str) -> None:
    """Check that whatever the vendor refuses or fails with, the verb says so; and what it did not do is not done."""
    for fault in STATUSES.values():
        before = len(listed(project))
        _failing(project, verb, fault)
        same("errors: nothing is done", before + 1, len(listed(project)))


def not_found_is_a_failure(project: Trial, verb: str) -> None:
    """Check that a route that is not there is no empty list, and a write to it is not done."""
    _failing(project, verb, Fault(FaultKind.STATUS, status=404))


def half_an_answer_is_a_failure(project: Trial, verb: str) -> None:
    """Check that JSON that breaks off is not taken for anything, where there is any in the answer."""
    if verb not in project.subject.wordless:
        _failing(project, verb, Fault(FaultKind.TRUNCATED_JSON))


def an_odd_answer_is_a_failure(project: Trial, verb: str, member: str) -> None:
    """Check that a member that is missing or of another type is not guessed."""
    for kind in (FaultKind.MISSING_MEMBER, FaultKind.WRONG_TYPE):
        where = project.subject.item if verb == "list" else project.subject.alone
        _failing(project, verb, Fault(kind, member=f"{where}{member}"))


def a_listing_that_is_not_whole_is_a_failure(project: Trial, kind: FaultKind) -> None:
    """Check that a page that is empty, or that comes again, where there was said to be more, is not the end."""
    project.hands.seed_many(2 * project.subject.page + 50)
    _failing(project, "list", Fault(kind), at=2)


def a_listing_that_does_not_say_whether_it_goes_on_is_a_failure(project: Trial) -> None:
    """Check that without the member that says so, nobody knows whether a page was the last."""
    _failing(project, "list", Fault(FaultKind.NO_HAS_MORE))


def a_listing_that_moves_is_whole_or_a_failure(project: Trial) -> None:
    """Check that the deletion of what a page ended with, before the next one, hides nothing else in silence."""
    project.hands.seed_many(2 * project.subject.page + 50)
    order = [live.id for live in project.provider.list() if not is_system(live)]
    last = order[project.subject.page - 1]
    project.meddler.meddle(lambda: project.hands.remove_segment(last), at=2)
    try:
        found = {live.id for live in project.provider.list()}
    except VendorFailure as error:
        holds("errors: the message names the request", str(error), so=bool(NAMES_THE_REQUEST.search(str(error))))
    else:
        same("list: nothing is missing in silence", set(), set(order) - {last} - found)


def a_segment_that_comes_twice_is_listed_once(project: Trial) -> None:
    """Check that a page may begin with the segment that the one before ended with."""
    ids = project.hands.seed_many(2 * project.subject.page + 50)
    project.app.faults = (Fault(FaultKind.DUPLICATE_ID, at=2, match=READING),)
    found = sorted(live.id for live in project.provider.list() if not is_system(live))

    same("list: every segment once", sorted(ids), found)


def an_answer_about_another_segment_is_a_failure(project: Trial) -> None:
    """Check that a single read is not given another segment in silence."""
    asked, given = project.hands.put_segment(project.subject.first), project.hands.put_segment(project.subject.second)
    project.meddler.confuse(asked, given)
    error = failure("errors: read of another segment", lambda: project.provider.read(asked))

    holds("errors: the message names the request", str(error), so=bool(NAMES_THE_REQUEST.search(str(error))))


def a_key_that_may_only_read_writes_nothing(project: Trial) -> None:
    """Check that a key without the right to write lists, and its writes are failures that say so."""
    segment_id = project.hands.put_segment(project.subject.first)
    for verb in ("create", "update", "delete"):
        _, act = VERBS[verb]
        error = failure(f"errors: {verb} with a key that may only read", partial(act, project, segment_id))
        holds("errors: the key is refused", error, so=error.problems[0].code in REFUSING)
        holds("errors: the secret is in none", str(error), so=project.secret not in str(error))

    same("errors: nothing is done", [segment_id], list(listed(project)))
