"""The one suite that every provider in the registry passes: against its emulator, in process and over loopback.

Where a real Unleash runs, it passes against that as well.
"""

import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from random import Random

import pytest
from _pytest.mark import ParameterSet
from contract import check_capabilities, check_failing, check_reading, check_retrying, check_writing
from contract.checks import for_all
from contract.project import Trial, Way, emulated
from contract.subject import Subject
from contract.subjects import SUBJECTS
from hypothesis import strategies as st
from unleash.real import real, viewer

from reconciler.emulator.faults import Fault, FaultKind
from reconciler.providers.registry import VENDORS

REAL = pytest.param(None, marks=pytest.mark.unleash, id="unleash-a real server")
"""Where a real Unleash runs, it is a project too."""

ELSEWHERE = {
    "nothing_is_deleted_unasked": "there is no target of Unleash where deleting is off",
    "a_listing_that_is_not_whole_is_a_failure": "its list has no pages",
    "a_listing_that_does_not_say_whether_it_goes_on_is_a_failure": "its list has no pages",
    "a_listing_that_moves_is_whole_or_a_failure": "its list has no pages",
    "a_segment_that_comes_twice_is_listed_once": "its list has no pages",
}
"""The checks that have no meaning on the real server, each with the reason."""


def emulators(*ways: Way) -> list[ParameterSet]:
    """Return each vendor's emulator, reached in each of these ways."""
    return [pytest.param((subject, way), id=f"{name}-{way}") for name, subject in SUBJECTS.items() for way in ways]


EVERYWHERE = [*emulators(*Way), REAL]
NEAR = [*emulators(Way.IN_PROCESS), REAL]


def counted(places: list[ParameterSet], counts: list[int], there: list[int]) -> list[ParameterSet]:
    """Return each project with each count; there are fewer of them for the real server, which takes its time."""
    return [
        pytest.param(*place.values, count, marks=place.marks, id=f"{place.id}-{count}")
        for place in places
        for count in (there if place is REAL else counts)
    ]


def opened(request: pytest.FixtureRequest, *, reading: bool = False) -> AbstractContextManager[Trial]:
    """Return the new project that a fixture is to yield, with a key that may only read where that is asked for."""
    if request.param:
        subject, way = request.param
        return emulated(subject, way, secret=subject.readonly if reading else None)
    server = request.getfixturevalue("unleash")
    return real(server, secret=viewer(server) if reading else None)


@pytest.fixture(params=SUBJECTS)
def subject(request: pytest.FixtureRequest) -> Subject:
    """Return each vendor."""
    return SUBJECTS[request.param]


@pytest.fixture(params=EVERYWHERE)
def project(request: pytest.FixtureRequest) -> Iterator[Trial]:
    """Yield a new project of each vendor, reached in each way; and the real server."""
    with opened(request) as made:
        yield made


@pytest.fixture(params=NEAR)
def near(request: pytest.FixtureRequest) -> Iterator[Trial]:
    """Yield a new project of each vendor, reached in process; and the real server."""
    with opened(request) as made:
        yield made


@pytest.fixture(params=NEAR)
def looking(request: pytest.FixtureRequest) -> Iterator[Trial]:
    """Yield the same to a key that may only read."""
    with opened(request, reading=True) as made:
        yield made


def checks() -> set[str]:
    """Return the names of all checks that work on a project."""
    modules = (check_capabilities, check_failing, check_reading, check_retrying, check_writing)
    return {
        name
        for module in modules
        for name, check in inspect.getmembers(module, inspect.isfunction)
        if check.__module__ == module.__name__ and not name.startswith("_")
    }


def test_every_check_is_for_the_real_server_or_says_why_not() -> None:
    """A check that is added is tried there too, or listed above."""
    tests = [test for name, test in globals().items() if name.startswith("test_")]
    there = [test for test in tests if {"project", "near", "looking"} & inspect.signature(test).parameters.keys()]
    tried = {name for test in there for name in re.findall(r"\bcheck_\w+\.([a-z]\w*)", inspect.getsource(test))}

    assert tried & ELSEWHERE.keys() == set()
    assert tried | ELSEWHERE.keys() == checks()


def test_every_vendor_of_the_registry_is_a_subject() -> None:
    """A vendor that is entered in the registry is entered here."""
    assert sorted(VENDORS) == sorted(SUBJECTS)


@pytest.mark.parametrize(
    ("project", "count"), counted(EVERYWHERE, [0, 1, 100, 101, 250], [0, 1, 250]), indirect=["project"]
)
def test_a_listing_is_whole(project: Trial, count: int) -> None:
    """Nothing, one, a page, a page and one, several pages: every segment once, the vendor's own marked."""
    check_reading.list_is_whole(project, count)


@pytest.mark.parametrize(("near", "count"), counted(NEAR, [0, 1, 99, 100, 101, 250], [0, 101]), indirect=["near"])
def test_a_listing_asks_once_a_page(near: Trial, count: int) -> None:
    """No request is spent on anything but the pages."""
    check_reading.list_asks_once_a_page(near, count)


def test_a_listing_and_a_single_read_agree(project: Trial) -> None:
    """A fingerprint of the one is a fingerprint of the other."""
    check_reading.list_and_read_agree(project)


def test_edits_by_hand_are_seen(project: Trial) -> None:
    """Whatever happens behind the API's back is what the next read shows."""
    check_reading.a_segment_edited_by_hand_is_read_as_it_is(project)


def test_an_unknown_id_is_nothing(project: Trial) -> None:
    """Reading what is not there is no failure."""
    check_reading.an_unknown_id_is_nothing(project)


def test_looking_sends_get_alone(project: Trial) -> None:
    """Listing, reading and looking for findings change nothing."""
    check_reading.looking_sends_get_alone(project)


def test_the_project_is_asked_for_findings_once(near: Trial) -> None:
    """However many bodies there are."""
    check_reading.findings_ask_once(near)


def test_a_create_makes_what_it_was_given(project: Trial) -> None:
    """Any body that the schema accepts is stored, listed and read back as it was sent."""
    for_all(project.subject.bodies, lambda body: check_writing.create_makes_what_it_was_given(project, body), worlds=15)


def test_an_update_replaces_every_member(project: Trial) -> None:
    """Any body becomes any other."""
    bodies = st.tuples(project.subject.bodies, project.subject.bodies)
    for_all(bodies, lambda pair: check_writing.update_replaces_every_member(project, *pair), worlds=15)


def test_an_update_clears_what_is_left_out(project: Trial) -> None:
    """A member that is not in the new body is gone, or known to be impossible to clear."""
    check_writing.update_clears_what_is_left_out(project)


def test_a_deletion_removes_one(project: Trial) -> None:
    """One segment goes, and the others stay."""
    check_writing.delete_removes_one(project)


def test_deleting_what_is_gone_is_done(near: Trial) -> None:
    """A deletion makes sure that a segment is gone, whoever has seen to it."""
    check_writing.deleting_what_is_gone_is_done(near)


def test_a_write_that_was_not_carried_out_is_told(near: Trial) -> None:
    """Each write is read back, whatever the vendor says of it."""
    check_writing.what_was_not_carried_out_is_told(near)


def test_nothing_is_deleted_where_deleting_is_off() -> None:
    """A vendor whose pages do not say how to delete is not asked to, until the target says how."""
    for subject in SUBJECTS.values():
        if subject.options != subject.modest:
            with emulated(subject, target=(subject.modest, {})) as project:
                check_writing.nothing_is_deleted_unasked(project)


@pytest.mark.parametrize(
    "check",
    [
        check_capabilities.a_key_makes_one,
        check_capabilities.names_may_repeat,
        check_capabilities.a_description_is_kept,
        check_capabilities.a_single_read_is_one_request,
    ],
)
def test_capabilities_are_true(near: Trial, check: Callable[[Trial], None]) -> None:
    """What a provider says of its vendor is how the vendor behaves."""
    check(near)


@pytest.mark.parametrize("verb", check_failing.VERBS)
def test_every_status_is_a_failure(near: Trial, verb: str) -> None:
    """No status other than a 2xx is taken for success, for emptiness, or for a mistake of ours."""
    check_failing.every_status_is_a_failure(near, verb)


@pytest.mark.parametrize("verb", ["list", "create", "update", "delete"])
def test_a_route_that_is_not_there_is_a_failure(near: Trial, verb: str) -> None:
    """Only a single read takes a 404 for the absence of a segment."""
    check_failing.not_found_is_a_failure(near, verb)


@pytest.mark.parametrize("verb", ["list", "read", "create", "update"])
def test_half_an_answer_is_a_failure(project: Trial, verb: str) -> None:
    """JSON that breaks off is not taken for anything."""
    check_failing.half_an_answer_is_a_failure(project, verb)


@pytest.mark.parametrize("verb", ["list", "read"])
@pytest.mark.parametrize("member", ["id", "name"])
def test_an_odd_answer_is_a_failure(near: Trial, verb: str, member: str) -> None:
    """What a segment cannot be without is not guessed."""
    check_failing.an_odd_answer_is_a_failure(near, verb, member)


def test_an_answer_about_another_segment_is_a_failure(near: Trial) -> None:
    """What is asked for by its id is what is answered."""
    check_failing.an_answer_about_another_segment_is_a_failure(near)


def test_a_listing_that_is_not_whole_is_a_failure(subject: Subject) -> None:
    """A page that is lost or repeated, or does not say whether it is the last, where the vendor's lists show it."""
    kinds = [FaultKind.REPEATED_PAGE] * subject.notices_repeats + [FaultKind.EMPTY_PAGE] * subject.notices_gaps
    for kind in kinds:
        with emulated(subject) as project:
            check_failing.a_listing_that_is_not_whole_is_a_failure(project, kind)
    if subject.more:
        with emulated(subject) as project:
            check_failing.a_listing_that_does_not_say_whether_it_goes_on_is_a_failure(project)


def test_a_listing_that_moves_is_whole_or_a_failure(subject: Subject) -> None:
    """A deletion between two pages hides no segment, where the vendor's lists let it be seen."""
    if subject.notices_moves:
        with emulated(subject) as project:
            check_failing.a_listing_that_moves_is_whole_or_a_failure(project)


def test_a_segment_that_comes_twice_is_listed_once(subject: Subject) -> None:
    """A list that moves while it is read shows a segment on two pages."""
    with emulated(subject) as project:
        check_failing.a_segment_that_comes_twice_is_listed_once(project)


def test_a_key_that_may_only_read_writes_nothing(looking: Trial) -> None:
    """A key without the right to write is a failure that says so, and holds no secret."""
    check_failing.a_key_that_may_only_read_writes_nothing(looking)


@pytest.mark.parametrize("fault", check_retrying.LOST.values(), ids=check_retrying.LOST)
def test_a_lost_answer_leaves_no_twin(near: Trial, tmp_path: Path, fault: Fault) -> None:
    """A write that was carried out and whose answer was lost is neither done twice nor forgotten."""
    check_retrying.a_lost_answer_leaves_no_twin(near, tmp_path, fault)


@pytest.mark.parametrize(
    "check",
    [
        check_retrying.a_lost_create_is_recorded_at_once_where_nothing_makes_it_repeatable,
        check_retrying.a_read_back_that_fails_leaves_no_twin,
        check_retrying.a_second_apply_writes_nothing,
    ],
)
def test_an_apply_that_is_repeated_ends_the_same(
    near: Trial, tmp_path: Path, check: Callable[[Trial, Path], None]
) -> None:
    """Whatever was lost, the ledger and the project agree in the end."""
    check(near, tmp_path)


TARGETS = [(subject, name) for subject in SUBJECTS.values() for name in subject.targets]


@pytest.mark.parametrize(("subject", "target"), TARGETS, ids=[f"{one.name}: {name}" for one, name in TARGETS])
def test_the_contract_holds_whatever_a_target_asks_for(subject: Subject, target: str, tmp_path: Path) -> None:
    """Each setting that only this vendor has: writing, deleting and retrying are as they were."""
    with emulated(subject, target=subject.targets[target]) as project:
        check_writing.create_makes_what_it_was_given(project, subject.respelt(subject.first, Random(1), written=True))
        check_writing.update_replaces_every_member(project, subject.first, subject.second)
        check_writing.update_replaces_every_member(
            project, subject.second, subject.respelt(subject.first, Random(1), written=True)
        )
    with emulated(subject, target=subject.targets[target]) as project:
        check_writing.delete_removes_one(project)
    with emulated(subject, target=subject.targets[target]) as project:
        check_retrying.a_lost_answer_leaves_no_twin(project, tmp_path, check_retrying.LOST["the answer is a failure"])


VARIANTS = [(subject, name) for subject in SUBJECTS.values() for name in subject.variants]


@pytest.mark.parametrize(("subject", "variant"), VARIANTS, ids=[f"{one.name}: {name}" for one, name in VARIANTS])
def test_the_contract_holds_however_the_vendor_answers_what_its_pages_leave_open(
    subject: Subject, variant: str, tmp_path: Path
) -> None:
    """Each open question, answered otherwise: listing, writing, deleting and retrying are as they were."""
    switches = subject.variants[variant]
    with emulated(subject, variant=switches) as project:
        check_reading.list_is_whole(project, 120)
    with emulated(subject, variant=switches) as project:
        check_reading.list_and_read_agree(project)
        check_reading.an_unknown_id_is_nothing(project)
    with emulated(subject, variant=switches) as project:
        check_writing.create_makes_what_it_was_given(project, subject.first)
        check_writing.update_replaces_every_member(project, subject.first, subject.second)
        check_writing.update_clears_what_is_left_out(project)
    with emulated(subject, variant=switches) as project:
        check_writing.delete_removes_one(project)
    with emulated(subject, variant=switches) as project:
        check_retrying.a_lost_answer_leaves_no_twin(project, tmp_path, check_retrying.LOST["the answer is a failure"])
    with emulated(subject, variant=switches) as project:
        for verb in ("list", "update"):
            check_failing.every_status_is_a_failure(project, verb)
