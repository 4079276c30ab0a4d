"""Stop managing segments, leaving them live; say where they are; and free a lease that a dead run left."""

from dataclasses import replace

from reconciler.core.claims import Claims, Lease
from reconciler.core.segment import Unmanaged
from reconciler.errors import InvalidInput, Problem, Refused
from reconciler.executor.run import refuse_lease
from reconciler.intake.schema import nearest
from reconciler.usecases import clock
from reconciler.usecases.open import Opened


def forget(opened: Opened, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Release these keys in the ledger, and return them; raises InvalidInput where one is not recorded."""
    if opened.target.unmanaged is Unmanaged.DELETE:
        words = f"target `{opened.target.name}` deletes what is unmanaged, and so what is forgotten"
        raise Refused(Problem("forgotten-is-deleted", words, hint="set the target's `unmanaged` to `report` first"))
    claims = opened.claims()
    refuse_lease(claims, clock.now())
    unknown = [key for key in keys if key not in claims.segments]
    if unknown:
        raise InvalidInput(
            *(
                Problem(
                    "not-managed",
                    f"target `{opened.target.name}` does not manage a segment with the key `{key}`",
                    hint=nearest(key, claims.segments, "`reconciler ledger show` lists what is managed"),
                )
                for key in unknown
            )
        )
    for key in keys:
        claims = claims.release(key).settle(key)
    opened.ledger.write(claims)
    return keys


def unlock(opened: Opened) -> Lease | None:
    """Free the lease of a target, and return it; None where there was none."""
    claims = opened.ledger.read()
    if claims.lease is not None:
        opened.ledger.write(claims.leased(None))
    return claims.lease


def rebind(opened: Opened) -> tuple[str, Claims]:
    """Have the ledger say that its segments are at the target's endpoint; return where they were, and what it holds."""
    claims = opened.ledger.read()
    refuse_lease(claims, clock.now())
    return claims.endpoint, opened.ledger.write(replace(claims, endpoint=opened.place))
