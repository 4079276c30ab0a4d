"""One definition held against the live segment that is its own: what is to be done about it, and why. Pure."""

from dataclasses import dataclass, replace

from reconciler.core.canonical import canonical_json, surely_same, text_digest
from reconciler.core.diff import diff
from reconciler.core.plan import Action, Block, Change, FieldChange, FieldKind, Reason
from reconciler.core.ports import Form
from reconciler.core.segment import Definition, Live, Recorded


def draft(definition: Definition, record: Recorded | None) -> Change:
    """Return the change that creates what a definition says; `record` is what the ledger holds of it."""
    return Change(
        name=definition.name,
        action=Action.CREATE,
        reason=Reason.NEW_DEFINITION,
        key=definition.key,
        after=definition.body,
        protected=definition.protected,
        moved_from=record.key if record and record.key != definition.key else "",
    )


def matched(definition: Definition, live: Live, record: Recorded | None, form: Form) -> Change:
    """Return the change that makes the segment what the definition says, or that keeps it as it is.

    `record` is what the ledger holds of the two, None where the definition has the segment for its name alone.
    """
    if record and _is_kept(definition, record, live):
        return _kept(definition, live)
    want, have = form.canonical(definition.body), form.canonical(live.body)
    texts = _Texts(canonical_json(want), canonical_json(have))
    if record:
        texts.known = _known(record, definition, live, form, texts)
    change = draft(definition, record)
    ours = () if record is None else _ledger_fields(change, record)
    if texts.want == texts.have and texts.known == texts.want and not ours:
        return _kept(definition, live)
    found = replace(change, id=live.id, before=live.body, live_fingerprint=text_digest(texts.have))
    if texts.want == texts.have:
        return replace(found, action=Action.ADOPT, reason=_adopt_reason(texts), fields=ours)
    update = replace(found, action=Action.UPDATE, fields=diff(have, want, form.label) + ours)
    if live.inexpressible:
        return replace(update, reason=Reason.CANNOT_EXPRESS, blocked_by=Block.CANNOT_EXPRESS)
    return replace(update, reason=_update_reason(texts))


def _is_kept(definition: Definition, record: Recorded, live: Live) -> bool:
    """Say, quickly, whether nothing surely changed: what is the same to the letter means the same."""
    return (
        record.key == definition.key
        and record.protected is definition.protected
        and surely_same(definition.body, live.body, record.body)
    )


def _kept(definition: Definition, live: Live) -> Change:
    return Change(definition.name, Action.KEEP, Reason.SAME, definition.key, live.id, protected=definition.protected)


@dataclass(slots=True)
class _Texts:
    """The three sides in canonical form; `known` is None where no record says what was applied last."""

    want: str
    have: str
    known: str | None = None


def _known(record: Recorded, definition: Definition, live: Live, form: Form, texts: _Texts) -> str:
    """Return the canonical text of what was applied last, which mostly is to the letter what one of the sides is."""
    if surely_same(record.body, definition.body):
        return texts.want
    return texts.have if surely_same(record.body, live.body) else canonical_json(form.canonical(record.body))


def _adopt_reason(texts: _Texts) -> Reason:
    if texts.known is None:
        return Reason.NAME_MATCHES
    return Reason.DEFINITION_CHANGED if texts.known == texts.want else Reason.BOTH_CHANGED


def _update_reason(texts: _Texts) -> Reason:
    if texts.known is None:
        return Reason.NAME_MATCHES
    if texts.known == texts.have:
        return Reason.DEFINITION_CHANGED
    return Reason.DRIFTED if texts.known == texts.want else Reason.BOTH_CHANGED


def _ledger_fields(change: Change, record: Recorded) -> tuple[FieldChange, ...]:
    fields = []
    if change.moved_from:
        fields.append(FieldChange("key", FieldKind.CHANGED, record.key, change.key))
    if change.protected != record.protected:
        fields.append(FieldChange("reconciler.protected", FieldKind.CHANGED, record.protected, change.protected))
    return tuple(fields)
