"""What a run that died left behind: the segments that it made and did not record. Knows no vendor; pure."""

from collections import Counter
from collections.abc import Collection, Iterable

from reconciler.core.canonical import digest
from reconciler.core.claims import Claims, Edit, Intent
from reconciler.core.plan import Action
from reconciler.core.ports import Form
from reconciler.core.segment import Live, Recorded


def recovered(claims: Claims, live: Iterable[Live], form: Form, *, wanted: Collection[str]) -> Claims:
    """Return the claims with every create finished whose segment is live, and without the intents that came to nothing.

    A segment belongs to an intent that means the same, if no record names it. Of several such intents the first has it,
    since they are carried out one after another; were there more segments than intents, some would be another's, and
    all are left. An intent of a key that nobody wants any more, and of which nothing is live, is let go; one that is
    wanted stays, so that its idempotency key is used again. What is not a create is let go: the plan sees what it did.
    """
    if not claims.intents:
        return claims
    managed = {record.id for record in claims.segments.values()}
    made: dict[str | None, list[Live]] = {}
    for segment in live:
        if not segment.system and segment.id not in managed:
            made.setdefault(digest(dict(form.canonical(segment.body))), []).append(segment)
    open_intents = [intent for intent in claims.intents if _is_open(intent, claims)]
    asked = Counter(intent.meaning for intent in open_intents)
    ours = {meaning: found for meaning, found in made.items() if len(found) <= asked[meaning]}
    kept = claims.segments.keys() | {intent.key for intent in open_intents if intent.key not in wanted}
    for intent in open_intents:
        if found := ours.get(intent.meaning):
            segment = found.pop(0)
            claims = claims.edited(Edit(intent.key, Recorded(intent.key, segment.id, segment.body)))
    for intent in claims.intents:
        if intent.key in kept or intent.action != Action.CREATE:
            claims = claims.settle(intent.key)
    return claims


def _is_open(intent: Intent, claims: Claims) -> bool:
    return intent.action == Action.CREATE and intent.key not in claims.segments
