"""What an edit does to the audience of a segment, in words. It never knows how they are laid out."""

from collections.abc import Callable
from typing import assert_never

from reconciler.core.audience import Counted
from reconciler.core.predicate import Profile
from reconciler.core.verdict import Judgement, Verdict
from reconciler.render.counts import figure, part
from reconciler.render.escape import quoted, visible
from reconciler.render.values import compact, word

MOST = 6
"""How many fields of an example are named."""


def title(verdict: Verdict) -> str:
    """Return a verdict in words."""
    return verdict.value.replace("_", " ")


def consequences(judgement: Judgement, mark: Callable[[str], str] = str) -> list[str]:
    """Return who leaves and who enters, or why nobody knows; empty where the audience is the same.

    `mark` is put around what vendors and definitions wrote.
    """
    leaves = f"somebody with {mark(example(judgement.leaves))} leaves" if judgement.leaves is not None else ""
    enters = f"somebody with {mark(example(judgement.enters))} enters" if judgement.enters is not None else ""
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
            return [mark(visible(judgement.why)), *filter(None, (leaves, enters))]
        case _:
            assert_never(judgement.verdict)


def users(counted: Counted, mark: Callable[[str], str] = str) -> str:
    """Return how many users a change moves: `88,310 → 87,106; 1,204 leave, none enter`; of a sample, that it is one."""
    size = f"{figure(counted.before)} → {figure(counted.after)}"
    sample = "" if counted.sampled == 1 else f", in {part(counted.sampled)}"
    if sample and counted.moved:
        sample += f", which makes about {figure(counted.moved)} of all"
    if counted.entered is None or counted.left is None:
        return f"{size}; {mark(visible(counted.why))}{sample}"
    moved = (_moved(counted.left, "leaves", "leave"), _moved(counted.entered, "enters", "enter"))
    emptied = "; nobody is left in it" if counted.before and not counted.after else ""
    return f"{size}; {', '.join(moved)}{sample}{emptied}"


def _moved(number: int, one: str, several: str) -> str:
    return f"1 {one}" if number == 1 else f"{figure(number) if number else 'none'} {several}"


def ids(counted: Counted, mark: Callable[[str], str] = str) -> list[str]:
    """Return the examples that were asked for, with `mark` put around each."""
    return [
        f"{words}: {', '.join(mark(quoted(each)) for each in found)}"
        for words, found in (("who leaves", counted.examples_left), ("who enters", counted.examples_entered))
        if found
    ]


def example(profile: Profile) -> str:
    """Return somebody as the fields that matter: `sessionCount 10, no country`."""
    fields = [
        f"no {word(name)}" if value is None else f"{word(name)} {compact(value)}" for name, value in profile.items()
    ]
    more = [f"and {len(fields) - MOST} more fields"] if len(fields) > MOST + 1 else []
    return ", ".join([*(fields[:MOST] if more else fields), *more]) or "anything at all"
