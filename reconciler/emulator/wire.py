"""What every app's requests and answers have in common: JSON in and out, slugs, and a refusal that carries its answer.

Must never know a vendor's envelope.
"""

import json
import re
import unicodedata
from typing import Final

from werkzeug import Response

from reconciler.emulator.tables import Document, Json

_NOT_IN_SLUG: Final = re.compile(r"[^a-z0-9]+")


class Refusal(Exception):
    """A request that the vendor refuses, with the answer that says so."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status)
        self.answer = answer


def answered(document: Json, status: int = 200) -> Response:
    """Return a JSON answer."""
    return Response(json.dumps(document), status=status, mimetype="application/json")


def read_object(data: bytes) -> Document:
    """Return the object in a request's bytes. Raises `ValueError` for what is not JSON in UTF-8, or not an object."""
    message = "the body must be a JSON object"
    try:
        document: Json = json.loads(data.decode("utf-8"), parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError(message) from error
    if not isinstance(document, dict):
        raise ValueError(message)  # noqa: TRY004 - to the caller the two are one
    return document


def slug(name: str) -> str:
    """Return a name as lower-case ASCII words joined by hyphens, at most 240 long; empty where nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return _NOT_IN_SLUG.sub("-", plain)[:240].strip("-")


def _refuse_constant(constant: str) -> Json:
    message = f"`{constant}` is not JSON"
    raise ValueError(message)
