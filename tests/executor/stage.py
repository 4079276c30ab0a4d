"""What every test of the executor needs: forms, and how a plan is carried out and its report read."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from worlds import FORM, held

from reconciler.core.claims import Claims
from reconciler.core.plan import Plan
from reconciler.core.ports import Capabilities, Observer, Provider
from reconciler.core.report import Outcome, Report
from reconciler.emulator.app import Emulator
from reconciler.executor.run import Run, apply
from reconciler.ledger.file import FileLedger
from reconciler.providers.qonversion.convert import QonversionForm
from reconciler.usecases import clock


class Quiet:
    """An Observer that does nothing."""

    def started(self, total: int) -> None:
        """Wait."""

    def ended(self, outcome: Outcome) -> None:
        """Wait."""


class Keyless(QonversionForm):
    """Of a vendor that is said to know no idempotency keys."""

    @property
    def capabilities(self) -> Capabilities:
        """All but the keys."""
        return replace(super().capabilities, idempotency_keys=False)


QUIET = Quiet()


def carried_out(
    made: Plan,
    provider: Provider,
    ledger: FileLedger,
    observer: Observer = QUIET,
    *,
    stopping: bool = False,
    form: QonversionForm = FORM,
    concurrency: int = 1,
    now: Callable[[], datetime] = clock.now,
) -> Report:
    """Apply a plan that was made just now."""
    run = Run("ada@here", now, lambda: stopping, concurrency, look_seconds=0.01)
    return apply(made, provider, ledger, observer, form=form, claims=ledger.read(), run=run)


def ends(report: Report) -> list[tuple[str | None, str, str]]:
    """Return how each change ended: key, result, and the code of the problem."""
    return [
        (outcome.change.key, outcome.result.value, outcome.problem.code if outcome.problem else "")
        for outcome in report.outcomes
    ]


def begin(app: Emulator, ledger: FileLedger, *keys: str) -> None:
    """Have the segments of these keys live and recorded."""
    claims = Claims()
    for key in keys:
        record = held(key)
        app.put_segment(dict(record.body), segment_id=record.id)
        claims = claims.claim(record)
    ledger.write(claims)
