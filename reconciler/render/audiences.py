"""What an edit does to the audience of a segment, in words. It never knows how they are laid out."""

from typing import assert_never

from reconciler.core.predicate import Profile
from reconciler.core.verdict import Judgement, Verdict
from reconciler.render.values import compact, word

MOST = 6
"""How many fields of an example are named."""


def title(verdict: Verdict) -> str:
    """Return a verdict in words."""
    return verdict.value.replace("_", " ")


def consequences(judgement: Judgement) -> list[str]:
    """Return who leaves and who enters, or why nobody knows; empty where the audience is the same."""
    leaves = f"somebody with {example(judgement.leaves)} leaves" if judgement.leaves is not None else ""
    enters = f"somebody with {example(judgement.enters)} enters" if judgement.enters is not None else ""
    match judgement.verdict:
        case Verdict.SAME_AUDIENCE:
            return []
        case Verdict.NARROWER:
            return [leaves, "nobody enters"]
        case Verdict.WIDER:
            return ["nobody leaves", enters]
        case Verdict.DIFFERENT:
            return [leaves, enters]
        case Verdict.UNKNOWN:
            return list(filter(None, (judgement.why, leaves, enters)))
        case _:
            assert_never(judgement.verdict)


def example(profile: Profile) -> str:
    """Return somebody as the fields that matter: `sessionCount 10, no country`."""
    fields = [
        f"no {word(name)}" if value is None else f"{word(name)} {compact(value)}" for name, value in profile.items()
    ]
    more = [f"and {len(fields) - MOST} more fields"] if len(fields) > MOST + 1 else []
    return ", ".join([*(fields[:MOST] if more else fields), *more]) or "anything at all"
