"""What two runs have written over the same claims, and whether both can be had."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from clones import claimed, intent, record

from reconciler.core.claims import Claims, Lease
from reconciler.core.segment import Recorded
from reconciler.ledger.merge import merge

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
OURS = Lease("ada@host, process 1", NOON, NOON)
RENEWED = replace(OURS, until=NOON + timedelta(minutes=15))
THEIRS = Lease("bob@host, process 2", NOON, NOON)


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "expected"),
    [
        (claimed(), claimed("a"), claimed("b"), claimed("a", "b")),
        (claimed("a", "b"), claimed("b"), claimed("a"), claimed()),
        (claimed("a", "b"), claimed("a", "b").claim(record("a", "A")), claimed("a"), Claims().claim(record("a", "A"))),
        (claimed("a"), claimed("a"), claimed("b"), claimed("b")),
        (
            claimed().intend(intent("a"), intent("b")),
            claimed("a").intend(intent("b")),
            claimed().intend(intent("a"), intent("b"), intent("c")),
            claimed("a").intend(intent("b"), intent("c")),
        ),
        (
            claimed().leased(OURS),
            claimed("a").leased(RENEWED),
            claimed("b").leased(OURS),
            claimed("a", "b").leased(RENEWED),
        ),
        (claimed().leased(OURS), claimed(), claimed("b").leased(OURS), claimed("b")),
        (claimed(), claimed().intend(intent("a")), claimed("b"), claimed("b").intend(intent("a"))),
    ],
)
def test_changes_to_different_segments_go_together(
    base: Claims, ours: Claims, theirs: Claims, expected: Claims
) -> None:
    """Records, intents and a lease that was ours are ours where we changed them, and theirs elsewhere."""
    assert replace(expected, serial=7) == merge(base, ours, replace(theirs, serial=7))


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        (claimed(), claimed("a"), claimed("a")),
        (claimed("a"), claimed(), claimed("a").claim(record("a", "A"))),
        (claimed("a"), claimed("a").claim(record("a", "A")), claimed()),
        (claimed(), claimed("a"), Claims().claim(record("b")._replace(id="id-a"))),
        (claimed(), claimed().intend(intent("a")), claimed("a")),
        (claimed(), claimed().intend(intent("a", "adopt", "id-b")), claimed("b")),
        (claimed(), claimed().leased(OURS), claimed("b")),
        (claimed().leased(THEIRS), claimed().leased(OURS), claimed("b").leased(THEIRS)),
        (claimed(), claimed("a"), claimed().leased(THEIRS)),
        (claimed().leased(OURS), claimed("a").leased(RENEWED), claimed()),
        (claimed().leased(OURS), claimed().leased(None), claimed().leased(RENEWED)),
    ],
)
def test_changes_that_touch_one_another_do_not(base: Claims, ours: Claims, theirs: Claims) -> None:
    """The same key, the same id, a lease that somebody else changed, or one that would be taken over changed claims."""
    assert None is merge(base, ours, theirs)


def test_true_is_not_one() -> None:
    """A body that differs in that alone was changed."""
    one, true = (Claims().claim(Recorded("a", "id-a", {"negate": value})) for value in (1, True))

    merged = merge(one, true, one)

    assert merged
    assert merged.segments["a"].body["negate"] is True
