"""Changes, fields, bodies and problems as lines of a terminal. It never knows what whole they are a part of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from reconciler.core.guard import way_out, why
from reconciler.core.plan import Action, Block, Change, FieldChange, FieldKind, Plan
from reconciler.core.verdict import Judgement, Verdict
from reconciler.errors import Problem, Severity
from reconciler.render import audiences
from reconciler.render.escape import quoted, visible
from reconciler.render.lines import Line, Style, column, line, padded
from reconciler.render.values import members, sides, word
from reconciler.render.words import own_block, severity, sign

KEY_COLUMN = 40
NAME_COLUMN = 44
PATH_COLUMN = 44
BEFORE_COLUMN = 44
LONG_ROW = 140
DETAIL = 6
_TONES = {Severity.ERROR: Style.BOLD_RED, Severity.WARNING: Style.BOLD_YELLOW, Severity.NOTE: Style.BOLD}


@dataclass(frozen=True, slots=True)
class Head:
    """The first line of one segment: its sign, key, name, and the words beside them."""

    sign: str
    style: Style
    key: str
    name: str
    words: str
    id: str = ""
    refused: bool = False

    @property
    def shown_key(self) -> str:
        """The key, or the vendor's id of what has none."""
        return word(self.key) if self.key else f"id {word(self.id)}"

    @property
    def shown_name(self) -> str:
        """The name, in quotes."""
        return quoted(self.name)


def style(action: Action) -> Style:
    """Return the colour of an action."""
    match action:
        case Action.CREATE:
            return Style.GREEN
        case Action.UPDATE:
            return Style.YELLOW
        case Action.DELETE:
            return Style.RED
        case Action.ADOPT | Action.FORGET:
            return Style.CYAN
        case Action.KEEP | Action.SKIP:
            return Style.PLAIN
        case _:
            assert_never(action)


def head(change: Change, words: str, *, refused: bool = False) -> Head:
    """Return the first line of a change."""
    colour, key, segment_id = style(change.action), change.key or "", change.id or ""
    return Head(sign(change.action), colour, key, change.name, words, segment_id, refused)


def heads(group: Sequence[Head], width: int | None, *, indent: int = 2) -> list[Line]:
    """Return the first lines of a group, in columns; words go under the name where a line would not fit."""
    keys = column((one.shown_key for one in group), KEY_COLUMN)
    names = column((one.shown_name for one in group), NAME_COLUMN)
    return [_head(one, keys, names, width, indent) for one in group]


def _head(one: Head, keys: int, names: int, width: int | None, indent: int) -> Line:
    mark = (f"{one.sign} ", one.style)
    tone = Style.BOLD_RED if one.style is Style.RED else Style.BOLD
    words = [(one.words, Style.DIM), *([("; refused", Style.BOLD_RED)] if one.refused else [])]
    row = line(indent, mark, (padded(one.shown_key, keys), tone), "  ", padded(one.shown_name, names), "  ", *words)
    if width is None or row.cells <= width:
        return row
    return line(indent, mark, (one.shown_key, tone), "  ", one.shown_name, "  ", *words)


def details(change: Change, plan: Plan, width: int | None, hinted: set[Block]) -> Iterator[Line]:
    """Yield what stands below the first line of a change: what it makes, alters or loses, and what stops it."""
    if change.moved_from and change.action is Action.CREATE:
        yield line(DETAIL, ("formerly ", Style.DIM), visible(change.moved_from))
    if change.action is Action.CREATE:
        yield from bodies(members(change))
    yield from fields(change.fields, width)
    yield from audience(change.judgement) if change.judgement else ()
    if change.action is Action.DELETE:
        yield from bodies(members(change))
    if change.counted:
        yield line(DETAIL, ("users: ", Style.DIM), (audiences.users(change.counted), Style.BOLD), hang=7)
        yield from (line(DETAIL + 2, said, hang=2) for said in audiences.ids(change.counted))
    yield from stopped(change, plan, hinted)


def audience(judgement: Judgement) -> Iterator[Line]:
    """Yield what an edit does to the audience, with an example of who leaves and of who enters."""
    yield line(DETAIL, ("audience: ", Style.DIM), (audiences.title(judgement.verdict), _weight(judgement.verdict)))
    for said in audiences.consequences(judgement):
        yield line(DETAIL + 2, said, hang=2)


def _weight(verdict: Verdict) -> Style:
    return Style.DIM if verdict is Verdict.SAME_AUDIENCE else Style.BOLD


def stopped(change: Change, plan: Plan, hinted: set[Block]) -> Iterator[Line]:
    """Yield why a rule stops this change alone, with the way out where `hinted` does not hold the rule yet."""
    rule = own_block(change, plan)
    if rule:
        yield line(DETAIL, ("blocked: ", Style.BOLD_YELLOW), why(rule), hang=9)
        if rule not in hinted:
            yield hint(way_out(rule, plan), DETAIL + 2)
        hinted.add(rule)


def bodies(shown: Sequence[tuple[str, list[str]]]) -> Iterator[Line]:
    """Yield the members of a body, their names left, their values right of them."""
    width = column((member for member, _ in shown), PATH_COLUMN)
    for member, values in shown:
        for number, text in enumerate(values):
            left = padded("" if number else member, width)
            yield line(DETAIL, (left, Style.DIM), "  ", text, hang=width + 4)


def fields(changes: Sequence[FieldChange], width: int | None) -> Iterator[Line]:
    """Yield each difference on a row of aligned columns, or with its sides on lines of their own where that is long."""
    rows = [(change.kind, word(change.path), *sides(change)) for change in changes]
    paths = column((path for _, path, _, _ in rows), PATH_COLUMN)
    befores = column((old for kind, _, old, _ in rows if kind is FieldKind.CHANGED), BEFORE_COLUMN)
    for kind, path, old, new in rows:
        tone = _tone(kind)
        arrow = [(padded(old, befores), Style.RED), ("  →  ", Style.DIM), (new, Style.GREEN)]
        values = arrow if kind is FieldKind.CHANGED else [(old + new, tone[1])]
        row = line(DETAIL, tone, padded(path, paths), "  ", *values)
        if row.cells <= (width or LONG_ROW):
            yield row
        else:
            yield line(DETAIL, tone, path)
            yield from _stacked(old, "- ", Style.RED)
            yield from _stacked(new, "+ ", Style.GREEN)


def _tone(kind: FieldKind) -> tuple[str, Style]:
    match kind:
        case FieldKind.ADDED:
            return "+ ", Style.GREEN
        case FieldKind.REMOVED:
            return "- ", Style.RED
        case FieldKind.CHANGED:
            return "~ ", Style.YELLOW
        case _:
            assert_never(kind)


def _stacked(side: str, mark: str, tone: Style) -> Iterator[Line]:
    if side:
        yield line(DETAIL + 2, (mark, tone), (side, tone), hang=2)


def problem(one: Problem, indent: int = 0) -> Iterator[Line]:
    """Yield a problem on one line, its place first, and its remedy on a line of its own."""
    place = f"{visible(str(one.place))}: " if one.place else ""
    weight = severity(one)
    tone = _TONES[one.severity]
    yield line(indent, (place, Style.BOLD), (weight, tone), visible(one.message), (f" ({one.code})", Style.DIM))
    if one.hint:
        yield hint(visible(one.hint), indent + 2)


def hint(text: str, indent: int) -> Line:
    """Return the line that says what to do."""
    return line(indent, ("hint: ", Style.CYAN), text, hang=6)


def title(text: str, number: int, gloss: str, tone: Style) -> Line:
    """Return the first line of a group."""
    return line(0, (f"{text} ({number})", tone), *([("  " + gloss, Style.DIM)] if gloss else []))
