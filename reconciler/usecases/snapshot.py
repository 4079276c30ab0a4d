"""Take the live state of a target as a document. Sends nothing that writes."""

from reconciler.core.document import Document, snapshot_document
from reconciler.usecases.open import Opened, connect


def take_snapshot(opened: Opened) -> Document:
    """Return every live segment, system ones included, by id."""
    with connect(opened) as provider:
        live = provider.list()
    return snapshot_document(opened.target.name, opened.target.provider, live)
