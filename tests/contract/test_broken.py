"""The suite bites: for every vendor, what breaks the contract in one way fails the check that is about it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from contract import (
    broken,
    check_canonical,
    check_capabilities,
    check_failing,
    check_reading,
    check_retrying,
    check_writing,
)
from contract.project import Trial, emulated
from contract.subject import Subject
from contract.subjects import SUBJECTS

from reconciler.emulator.faults import FaultKind
from reconciler.providers.registry import VENDORS

SPELLINGS = [(subject, name) for subject in SUBJECTS.values() for name in subject.spellings]
DIFFERENCES = [(subject, name) for subject in SUBJECTS.values() for name in subject.differences]
MEMBERS = [(subject, name) for subject in SUBJECTS.values() for name in subject.first]


def ids(pairs: list[tuple[Subject, str]]) -> list[str]:
    """Return a name for each pair."""
    return [f"{subject.name}: {name}" for subject, name in pairs]


def refused(contract: str) -> AbstractContextManager[pytest.ExceptionInfo[AssertionError]]:
    """Expect that a check fails because of this part of the contract."""
    return pytest.raises(AssertionError, match=f"^{contract}")


@pytest.fixture(params=SUBJECTS)
def project(request: pytest.FixtureRequest) -> Iterator[Trial]:
    """Yield a new project of each vendor."""
    with emulated(SUBJECTS[request.param]) as made:
        yield made


def test_a_listing_without_its_last_page_is_seen(project: Trial) -> None:
    """Where there are several pages; one is not enough to see it."""
    with emulated(project.subject) as other:
        check_reading.list_is_whole(other.on(broken.DropsTheLastPage(other.provider)), 100)

    with refused("list: every segment once"):
        check_reading.list_is_whole(project.on(broken.DropsTheLastPage(project.provider)), 120)


@pytest.mark.parametrize(("subject", "name"), SPELLINGS, ids=ids(SPELLINGS))
def test_a_canonical_form_that_forgets_to_fold_is_seen(subject: Subject, name: str) -> None:
    """Each spelling of the suite is one that a form which folds nothing takes for a difference."""
    form = broken.AsWritten(VENDORS[subject.name].form(subject.options))

    with refused(f"canonical form: `{name}` means the same"):
        check_canonical.a_spelling_means_the_same(form, subject, name)


@pytest.mark.parametrize(("subject", "name"), DIFFERENCES, ids=ids(DIFFERENCES))
def test_a_canonical_form_that_folds_too_much_is_seen(subject: Subject, name: str) -> None:
    """Each difference of the suite is one that a form which folds everything does not see."""
    form = broken.AllTheSame(VENDORS[subject.name].form(subject.options))

    with refused(f"canonical form: `{name}` is a difference"):
        check_canonical.a_difference_is_one(form, subject, name)


@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS)
def test_a_canonical_form_that_is_not_its_own_is_seen(subject: Subject) -> None:
    """Folding what is folded changes nothing."""
    form = broken.Restless(VENDORS[subject.name].form(subject.options))

    with refused("canonical form: idempotent"):
        check_canonical.all_spellings_mean_the_same(form, subject)


@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS)
def test_a_canonical_form_that_fails_is_seen(subject: Subject) -> None:
    """A form that raises on an odd body is not total."""
    form = broken.Particular(VENDORS[subject.name].form(subject.options))

    with refused("canonical form: total"):
        check_canonical.the_conversions_are_total(form, subject)


@pytest.mark.parametrize(("subject", "member"), MEMBERS, ids=ids(MEMBERS))
def test_an_update_that_forgets_a_member_is_seen(subject: Subject, member: str) -> None:
    """Whichever member it is."""
    with emulated(subject) as project, refused("update: the body as it was sent"):
        forgetful = project.on(broken.ForgetsAMember(project.provider, member))
        check_writing.update_replaces_every_member(forgetful, subject.first, subject.second)


def test_an_update_that_cannot_clear_is_seen(project: Trial) -> None:
    """A member that is left out stays, and the vendor would have cleared it."""
    for member in set(project.subject.optional) - set(project.subject.sticky):
        with refused("update: the body as it was sent"):
            check_writing.update_clears_what_is_left_out(project.on(broken.ForgetsAMember(project.provider, member)))


def test_a_system_segment_that_is_listed_as_an_ordinary_one_is_seen(project: Trial) -> None:
    """Where the vendor has such segments; and an ordinary one as the vendor's own, where it has none too."""
    if project.subject.system:
        with refused("list: the vendor's own segments are marked"):
            check_reading.list_is_whole(project.on(broken.KnowsNoSystemSegments(project.provider)), 3)
    with refused("list: the vendor's own segments are marked"):
        check_reading.list_is_whole(project.on(broken.SeesSystemSegmentsEverywhere(project.provider)), 3)


def test_a_segment_that_is_listed_twice_is_seen(project: Trial) -> None:
    """Every segment is listed once."""
    with refused("list: every segment once"):
        check_failing.a_segment_that_comes_twice_is_listed_once(project.on(broken.ListsTwice(project.provider)))


def test_a_listing_that_asks_twice_is_seen(project: Trial) -> None:
    """No page is asked for again."""
    with refused("list: one request a page"):
        check_reading.list_asks_once_a_page(project.on(broken.ListsTwice(project.provider)), 3)


def test_a_provider_that_remembers_is_seen(project: Trial) -> None:
    """What was edited by hand is read again."""
    with refused("read: an edit by hand is seen"):
        check_reading.a_segment_edited_by_hand_is_read_as_it_is(project.on(broken.AnswersFromMemory(project.provider)))


def test_a_read_of_something_else_is_seen(project: Trial) -> None:
    """What is not there is nothing."""
    with refused("read: nothing under `nobody`"):
        check_reading.an_unknown_id_is_nothing(project.on(broken.FindsSomethingForEveryId(project.provider)))


def test_a_read_that_costs_a_listing_is_seen(project: Trial) -> None:
    """Where the vendor has a single read."""
    if project.form.capabilities.single_read:
        with refused("capabilities: a single read is one request"):
            check_capabilities.a_single_read_is_one_request(project.on(broken.ReadsTheList(project.provider)))


def test_a_read_that_writes_is_seen(project: Trial) -> None:
    """Looking sends GET alone."""
    with refused("list, read, findings: GET alone"):
        check_reading.looking_sends_get_alone(project.on(broken.TouchesWhatItReads(project.provider)))


def test_findings_that_ask_for_each_body_are_seen(project: Trial) -> None:
    """One look at the project serves all bodies."""
    with refused("findings: asked once for all bodies"):
        check_reading.findings_ask_once(project.on(broken.AsksForEachBody(project.provider)))


@pytest.mark.parametrize(("subject", "member"), MEMBERS, ids=ids(MEMBERS))
def test_a_create_that_forgets_a_member_is_seen(subject: Subject, member: str) -> None:
    """Whichever member it is."""
    expected = "create: the name" if member == "name" else "create: the body as it was sent"
    with emulated(subject) as project, refused(expected):
        forgetful = project.on(broken.ForgetsToSend(project.provider, member, subject.second))
        check_writing.create_makes_what_it_was_given(forgetful, subject.first)


def test_a_deletion_that_does_nothing_is_seen(project: Trial) -> None:
    """What is deleted is gone."""
    with refused("delete: gone from the listing"):
        check_writing.delete_removes_one(project.on(broken.SaysItIsDone(project.provider)))


def test_a_provider_that_takes_the_vendor_s_word_is_seen(project: Trial) -> None:
    """A deletion that was not carried out is a failure, and so is an update that is not told as it is."""
    with refused("delete: not believed unseen: no failure"):
        check_writing.what_was_not_carried_out_is_told(project.on(broken.SaysItIsDone(project.provider)))


def test_an_update_that_is_answered_unread_is_seen(project: Trial) -> None:
    """What an update returns is what is live."""
    with refused("update: not believed unseen"):
        check_writing.what_was_not_carried_out_is_told(project.on(broken.AnswersUnread(project.provider)))


def test_a_provider_that_is_wrong_about_keys_is_seen(project: Trial) -> None:
    """The same key twice makes one segment, or two, as the capabilities say."""
    with refused("capabilities: idempotency keys are"):
        check_capabilities.a_key_makes_one(project.on(broken.MistakesKeys(project.provider, project.form.capabilities)))


def test_a_create_that_is_sent_again_is_seen(project: Trial, tmp_path: Path) -> None:
    """A create whose answer was lost has a twin then; where names are unique, the vendor itself sees to it."""
    fault, again = check_retrying.LOST["the answer is a failure"], project.on(broken.SendsAgain(project.provider))
    if project.form.capabilities.unique_names:
        check_retrying.a_lost_answer_leaves_no_twin(again, tmp_path, fault)
    else:
        with refused("retry: .*: live once"):
            check_retrying.a_lost_answer_leaves_no_twin(again, tmp_path, fault)


@pytest.mark.parametrize(
    "check",
    [
        lambda project: check_failing.every_status_is_a_failure(project, "list"),
        lambda project: check_failing.every_status_is_a_failure(project, "read"),
        lambda project: check_failing.not_found_is_a_failure(project, "list"),
        lambda project: check_failing.half_an_answer_is_a_failure(project, "list"),
        lambda project: check_failing.half_an_answer_is_a_failure(project, "read"),
        lambda project: check_failing.an_odd_answer_is_a_failure(project, "list", "id"),
        lambda project: check_failing.an_odd_answer_is_a_failure(project, "read", "name"),
        check_failing.an_answer_about_another_segment_is_a_failure,
    ],
)
def test_a_failure_that_is_taken_for_emptiness_is_seen(project: Trial, check: Callable[[Trial], None]) -> None:
    """Nothing is what the vendor said, not what could not be had."""
    with refused("errors: (list|read) .*: no failure but (None|\\(\\))"):
        check(project.on(broken.TakesFailureForEmptiness(project.provider)))


def test_a_listing_that_ends_early_in_silence_is_seen(project: Trial) -> None:
    """A page that is repeated, or empty, is no end."""
    silent, subject = project.on(broken.TakesFailureForEmptiness(project.provider)), project.subject
    kinds = [FaultKind.REPEATED_PAGE] * subject.notices_repeats + [FaultKind.EMPTY_PAGE] * subject.notices_gaps
    for kind in kinds:
        with refused(f"errors: list with {kind}: no failure"):
            check_failing.a_listing_that_is_not_whole_is_a_failure(silent, kind)


def test_a_failure_that_is_none_of_ours_is_seen(project: Trial) -> None:
    """An exception of another kind would be a traceback."""
    with refused("errors: list with .*: not a VendorFailure but LookupError"):
        check_failing.every_status_is_a_failure(project.on(broken.RaisesWhatItLikes(project.provider)), "list")


def test_a_failure_that_tells_the_secret_is_seen(project: Trial) -> None:
    """No message holds the key."""
    with refused("errors: the secret is in none"):
        telling = project.on(broken.TellsTheSecret(project.provider, project.secret))
        check_failing.every_status_is_a_failure(telling, "list")


def test_a_failure_that_does_not_say_what_failed_is_seen(project: Trial) -> None:
    """Each message names the request."""
    with refused("errors: the message names the request"):
        check_failing.every_status_is_a_failure(project.on(broken.TellsNothing(project.provider)), "list")
