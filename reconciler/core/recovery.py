"""What a run that died left behind: the segments that it made and did not record. Knows no vendor; pure."""

from collections.abc import Collection, Iterable

from reconciler.core.canonical import digest
from reconciler.core.claims import Claims, Edit
from reconciler.core.plan import Action
from reconciler.core.ports import Form
from reconciler.core.segment import Live, Recorded


def recovered(claims: Claims, live: Iterable[Live], form: Form, *, wanted: Collection[str]) -> Claims:
    """Return the claims with every create finished whose segment is live, and without the intents that came to nothing.

    A segment belongs to an intent that means the same, if no record names it and no other segment could be the one.
    An intent of a key that nobody wants any more, and of which nothing is live, is let go; one that is wanted stays, so
    that its idempotency key is used again.
    """
    managed = {record.id for record in claims.segments.values()}
    made: dict[str, list[Live]] = {}
    for segment in live:
        if claims.intents and not segment.system and segment.id not in managed:
            made.setdefault(digest(dict(form.canonical(segment.body))), []).append(segment)
    for intent in claims.intents:
        found = made.get(intent.meaning or "", [])
        if intent.action == Action.CREATE and intent.key not in claims.segments and len(found) == 1:
            segment = found.pop()
            claims = claims.edited(Edit(intent.key, Recorded(intent.key, segment.id, segment.body)))
        elif intent.key not in wanted and intent.key not in claims.segments:
            claims = claims.settle(intent.key)
    return claims
