"""Drift: what the ledger last applied against what is live."""

from worlds import FORM, PROD, RENEWS, held, lives, records

from reconciler.core.drift import find_drift


def test_what_changed_and_what_is_gone_is_drift() -> None:
    """Each managed segment is compared by its id; order and defaults are not drift, and strangers are not looked at."""
    recorded = records(held("a", PROD), held("b", PROD, RENEWS), held("c"), held("d", PROD))
    live = [
        lives("A", RENEWS),
        lives("B", {**RENEWS, "negate": False}, PROD),
        lives("RENAMED", PROD, segment_id="id-d"),
    ]

    drifts = find_drift(recorded, [*live, lives("STRANGER")], FORM)

    assert [(drift.key, drift.kind.value, drift.name) for drift in drifts] == [
        ("a", "changed", "A"),
        ("c", "deleted", "C"),
        ("d", "changed", "RENAMED"),
    ]
    assert [field.path for field in drifts[2].fields] == ["name"]
