"""A list that goes on and on."""

import pytest
from providers.push0_stand_in import Vendor, failure, segment

from reconciler.errors import VendorFailure
from reconciler.providers.paging import MOST_PAGES, Walk


def test_a_list_has_an_end() -> None:
    """A vendor that promises one more page each time is given up, after more pages than any project has."""
    walk = Walk("/segments", cursor="starting_after", size=100)
    for number in range(MOST_PAGES):
        walk.step([f"s{number}"], more=True)

    with pytest.raises(VendorFailure) as caught:
        walk.step(["one more"], more=True)

    assert "listing-endless" == caught.value.problems[0].code


def test_numbered_pages_have_an_end() -> None:
    """Each has a new segment, so that none repeats another."""
    provider = Vendor(pages=[[segment(f"s{number}")] for number in range(MOST_PAGES + 1)]).provider()

    assert ("listing-endless", f"GET /segments: does not end after {MOST_PAGES} pages") == failure(provider.list)
