"""Changes, fields and problems as Markdown. It never knows what whole they are a part of, or where it is posted."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from reconciler.core.guard import way_out, why
from reconciler.core.plan import Action, Block, Change, FieldChange, Plan
from reconciler.errors import Problem
from reconciler.render import audiences
from reconciler.render.escape import quoted
from reconciler.render.fitting import Detail
from reconciler.render.gfm import code, fenced, folded, prose
from reconciler.render.lines import column, padded
from reconciler.render.values import members, sides, word
from reconciler.render.words import own_block, severity

COLUMN = 44
FEW = 10
"""More changes of one action are folded up, unless they are deletions."""
LONG = 30
"""A difference of more lines is folded up by itself."""


def title(key: str | None, segment_id: str | None, name: str, mark: str, words: str) -> str:
    """Return the first line of one segment: its sign, key, name, and the words beside them."""
    return f"{code(mark)} **{code(called(key, segment_id))}** {code(quoted(name))}{' · ' if words else ''}{words}"


def called(key: str | None, segment_id: str | None) -> str:
    """Return what a segment is known by: its key, or its id where it has none."""
    return word(key) if key else f"id {word(segment_id or '')}"


def difference(change: Change, detail: Detail) -> list[str]:
    """Return what a change makes, alters or loses, as a block of `diff`, as far as the detail goes."""
    lines = []
    if detail <= Detail.FIELDS and change.action is Action.CREATE and change.moved_from:
        lines += [f"! formerly {word(change.moved_from)}"]
    if detail is Detail.BODIES and change.action in {Action.CREATE, Action.DELETE}:
        lines += _body(change, "-" if change.action is Action.DELETE else "+")
    lines += _sides(change.fields) if detail <= Detail.FIELDS else []
    return _block(lines)


def _block(lines: Sequence[str]) -> list[str]:
    """Return lines as a block of `diff` after what stands before, folded up where it is long."""
    if len(lines) > LONG:
        return ["", *folded(f"{len(lines)} lines", [*fenced(lines), ""])]
    return ["", *fenced(lines)] if lines else []


def _body(change: Change, mark: str) -> list[str]:
    shown = members(change)
    width = column((member for member, _ in shown), COLUMN)
    return [
        f"{mark} {padded('' if number else member, width)}  {text}"
        for member, values in shown
        for number, text in enumerate(values)
    ]


def audience(change: Change, detail: Detail) -> list[str]:
    """Return what an update does to the audience, as far as the detail goes."""
    if detail > Detail.NAMES:
        return []
    lines: list[str] = []
    if change.judgement:
        said = [f"**{audiences.title(change.judgement.verdict)}**"]
        said += audiences.consequences(change.judgement, code) if detail <= Detail.FIELDS else []
        lines += ["", f"audience: {' · '.join(said)}"]
    if change.counted:
        said = [f"**{audiences.users(change.counted, code)}**", *audiences.ids(change.counted, code)]
        lines += ["", f"users: {' · '.join(said)}"]
    return lines


def fields(changes: Sequence[FieldChange], detail: Detail) -> list[str]:
    """Return differences as a block of `diff`, unless the detail leaves them out."""
    return _block(_sides(changes)) if detail <= Detail.FIELDS else []


def _sides(changes: Sequence[FieldChange]) -> list[str]:
    rows = [(word(change.path), *sides(change)) for change in changes]
    width = column((path for path, _, _ in rows), COLUMN)
    return [
        f"{mark} {padded(path, width)}  {side}"
        for path, old, new in rows
        for mark, side in (("-", old), ("+", new))
        if side
    ]


def stopped(change: Change, plan: Plan, hinted: set[Block]) -> list[str]:
    """Return why a rule stops this change alone, with the way out where `hinted` does not hold the rule yet."""
    rule = own_block(change, plan)
    if not rule:
        return []
    hint = [] if rule in hinted else [f"> <br>hint: {prose(way_out(rule, plan))}"]
    hinted.add(rule)
    return ["", f"> **blocked:** {prose(why(rule))}", *hint]


def problem(one: Problem, detail: Detail = Detail.BODIES) -> list[str]:
    """Return a problem as an item of a list, its place first, its remedy below it."""
    place = f"{code(str(one.place))}: " if one.place else ""
    hint = [f"  <br>hint: {prose(one.hint)}"] if one.hint and detail <= Detail.FIELDS else []
    return [f"- {place}{severity(one)}{prose(one.message)} ({code(one.code)})", *hint]


def problems(found: Sequence[Problem], detail: Detail, most: int | None) -> Iterator[str]:
    """Yield a list of problems as far as the detail goes, of at most so many."""
    for one in found[:most]:
        yield from problem(one, detail)
    yield from ("", *_more(len(found), most)) if found else ()


def group(
    heading: str, number: int, gloss: str, items: Iterable[Iterable[str]], most: int | None, *, fold: bool
) -> Iterator[str]:
    """Yield items under their heading, folded up where they are many and may be, and how many there are besides."""
    said = f"{heading} ({number}){f' · {gloss}' if gloss else ''}"
    lines = chain((line for item in items for line in (*item, "")), _more(number, most))
    if fold and number > FEW:
        yield from folded(f"<b>{said}</b>", lines)
    else:
        yield from (f"#### {said}", "")
        yield from lines


def packed(names: Sequence[str]) -> list[str]:
    """Return what is lost by what it is known by alone, a line each, as close as it goes."""
    return fenced([f"- {name}" for name in names]) if names else []


def _more(number: int, most: int | None) -> list[str]:
    return [] if most is None or number <= most else [f"**…and {number - most} more**", ""]
