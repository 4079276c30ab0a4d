"""The canonical form of every provider in the registry: what it folds, what it does not, and that it never fails."""

import pytest
from contract import check_canonical
from contract.subject import Subject
from contract.subjects import SUBJECTS

from reconciler.core.ports import Form
from reconciler.intake.schema import schema
from reconciler.providers.registry import VENDORS

SPELLINGS = [(subject, name) for subject in SUBJECTS.values() for name in subject.spellings]
DIFFERENCES = [(subject, name) for subject in SUBJECTS.values() for name in subject.differences]
EVERY = pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS)


def ids(pairs: list[tuple[Subject, str]]) -> list[str]:
    """Return a name for each pair."""
    return [f"{subject.name}: {name}" for subject, name in pairs]


def form_of(subject: Subject) -> Form:
    """Return the conversions of a target that can do everything."""
    return VENDORS[subject.name].form(subject.options)


@pytest.mark.parametrize(("subject", "name"), SPELLINGS, ids=ids(SPELLINGS))
def test_a_spelling_means_the_same(subject: Subject, name: str) -> None:
    """Order where there is none, defaults, aliases and other written forms make no difference."""
    check_canonical.a_spelling_means_the_same(form_of(subject), subject, name)


@EVERY
def test_all_spellings_mean_the_same(subject: Subject) -> None:
    """Nor do they all at once; and a canonical form is its own."""
    check_canonical.all_spellings_mean_the_same(form_of(subject), subject)


@pytest.mark.parametrize(("subject", "name"), DIFFERENCES, ids=ids(DIFFERENCES))
def test_a_difference_is_one(subject: Subject, name: str) -> None:
    """Nothing else is folded: each small edit of a body is seen."""
    check_canonical.a_difference_is_one(form_of(subject), subject, name)


@EVERY
def test_the_conversions_are_total(subject: Subject) -> None:
    """Whatever a vendor or a person may have written."""
    check_canonical.the_conversions_are_total(form_of(subject), subject)


@EVERY
def test_the_schema_accepts_the_bodies_of_the_suite(subject: Subject) -> None:
    """What is checked here is what a definition may say, in all its spellings."""
    rules = schema(f"{subject.name}.segment")
    check_canonical.the_schema_accepts(rules, subject)
