"""Check a target for drift: what the ledger last applied against what is live. Sends nothing that writes."""

from reconciler.core.drift import find_drift
from reconciler.core.report import DriftReport
from reconciler.errors import Problem, Severity
from reconciler.usecases.open import Opened, connect


def check_drift(opened: Opened) -> DriftReport:
    """Return every managed segment that changed or is gone; definitions play no part."""
    claims = opened.claims()
    with connect(opened) as provider:
        live = provider.list()
    drifts = find_drift(claims.segments, live, opened.form)
    warnings = () if claims.serial else (_nothing_recorded(opened.target.name),)
    return DriftReport(opened.target.name, opened.target.provider, drifts, len(claims.segments), warnings)


def _nothing_recorded(target: str) -> Problem:
    return Problem(
        "nothing-recorded",
        f"nothing is recorded for target `{target}`, so drift cannot be seen",
        hint="is its ledger in this checkout? a first `reconciler apply` records what is managed",
        severity=Severity.WARNING,
    )
