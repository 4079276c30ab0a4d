"""What the vendor answers to a create, of which its page says little: an id, or why there is none."""

from reconciler.core.canonical import canonical_json
from reconciler.core.segment import Json
from reconciler.intake.lexical import plain
from reconciler.web.answering import SHOWN_CHARACTERS


def refusal(answer: Json) -> str:
    """Return the words of a create's answer that are an error's; empty where it is none.

    The page promises an id or a message, and no status that would tell them apart.
    """
    if not isinstance(answer, dict):
        return ""
    said = answer.get("error", answer.get("message"))
    if not said or created_id(answer):
        return ""
    return plain(said if isinstance(said, str) else canonical_json(answer))[:SHOWN_CHARACTERS]


def created_id(answer: Json) -> str:
    """Return the id in what a create answered: a bare one, or the member `id`; empty where there is none.

    The page says that the id is returned, and shows no answer.
    """
    found = answer.get("id") if isinstance(answer, dict) else answer
    return found if isinstance(found, str) else ""
