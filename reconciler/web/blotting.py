"""Keeps a credential out of a text, in whatever form it was written there. Knows nothing of where the text goes."""

import base64
import html
import json
from functools import lru_cache
from urllib.parse import quote

SHORTEST_SECRET = 8


def blotted(text: str, secret: str) -> str:
    """Return the text with `***` for the secret: plain, in Base64, or escaped as JSON, Python, URL or HTML have it.

    What is too short to be one is no secret: it would stand in names and values by chance.
    """
    for form in _forms(secret):
        text = text.replace(form, "***")
    return text


@lru_cache(maxsize=8)
def _forms(secret: str) -> tuple[str, ...]:
    """Return how a secret may be written, longest first; none of what is too short to be one."""
    if len(secret) < SHORTEST_SECRET:
        return ()
    forms = {secret, json.dumps(secret)[1:-1], "".join(f"\\u{ord(each):04x}" for each in secret)}
    forms |= {repr(secret)[1:-1], repr(secret.encode())[2:-1], html.escape(secret)}
    forms |= {quote(secret), quote(secret, safe=""), quote(secret, safe="").lower()}
    forms |= {base64.b64encode(each.encode()).decode().rstrip("=") for each in (secret, f"Bearer {secret}")}
    return tuple(sorted(forms, key=len, reverse=True))
