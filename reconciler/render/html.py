"""Plans as one page of HTML, to be opened from anywhere, without a network: what is lost first.

It is kept where others see it, so that no personal value is in it: see `disclosed_plan`. It never asks who reads it.
"""

from collections.abc import Iterable, Iterator, Sequence

from markupsafe import Markup

from reconciler.core.audience import Counted
from reconciler.core.guard import way_out, why
from reconciler.core.plan import Action, Block, Change, FieldChange, Plan
from reconciler.core.privacy import disclosed_plan
from reconciler.errors import Problem
from reconciler.render import audiences, pictures
from reconciler.render.counts import plan_summary
from reconciler.render.escape import quoted
from reconciler.render.items import called
from reconciler.render.page import document, joined, listed, paragraph, table, text, value
from reconciler.render.population import users
from reconciler.render.sections import counted_somewhere, plan_counts
from reconciler.render.values import members, sides, word
from reconciler.render.words import (
    NONE_OF_IT,
    SHOWN,
    because,
    gloss,
    heading,
    own_block,
    refusals,
    refused,
    severity,
    sign,
)

Failed = tuple[str, Sequence[Problem]]
"""A target of which there is no plan, and why."""


def plans(made: Iterable[Plan], failed: Sequence[Failed] = (), *, verbose: bool = False) -> str:
    """Return the plans of several targets as a page, deletions first, what could not be planned above all."""
    every = [(one, disclosed_plan(one)) for one in made]
    body = [Markup("<h1>Plan of segments</h1>")]
    for target, problems in failed:
        missing = Markup('<div class="refused"><p>no plan of {}:</p>\n{}</div>')
        body.append(missing.format(text(target), _problems(problems)))
    counts = [plan_counts(one) for _, one in every]
    names = counted_somewhere(counts)
    if names:
        rows = [(target, provider, *(str(numbers[name]) for name in names)) for target, provider, numbers in counts]
        body.append(table("Changes by target", ["target", "provider", *names], rows, numbers=len(names)))
    for number, (whole, one) in enumerate(every):
        body.append(_section(one, whole.digest, number, verbose=verbose))
    return document("Plan of segments", body)


def _section(made: Plan, digest: str, number: int, *, verbose: bool) -> Markup:
    parts = [paragraph(plan_summary(made))]
    parts += [Markup('<p class="note">digest <code>{}</code></p>').format(digest)] if made.pending else []
    parts += [*_refusal(made), _problems(made.warnings)]
    actions = (*reversed(SHOWN), Action.KEEP, Action.SKIP) if verbose else tuple(reversed(SHOWN))
    most = max((max(one.before or 0, one.after or 0) for one in _counts(made)), default=0)
    hinted: set[Block] = set()
    for action in actions:
        found = [change for change in made.changes if change.action is action]
        if found:
            words = f"{heading(action)} ({len(found)}){f' · {gloss(action)}' if gloss(action) else ''}"
            parts.append(Markup("<h3>{}</h3>").format(words))
            parts += [_change(change, made, most, hinted) for change in found]
    if made.population:
        parts.append(Markup("<h3>Users of the segments</h3>\n<p>Counted over {}.</p>").format(users(made.population)))
        parts += pictures.overlaps(made.population)
    title = Markup('<h2 id="target-{n}">{t} <span class="note">({p})</span></h2>').format(
        n=number, t=text(made.target), p=text(made.provider)
    )
    frame = Markup('<section aria-labelledby="target-{}">\n{}\n{}\n</section>')
    return frame.format(number, title, joined(filter(None, parts)))


def _counts(made: Plan) -> Iterator[Counted]:
    yield from (change.counted for change in made.changes if change.counted)


def _refusal(made: Plan) -> Iterator[Markup]:
    reasons, ways = refusals(made)
    if reasons:
        lines = [*(f"refused: {reason}" for reason in reasons), NONE_OF_IT, *(f"hint: {way}" for way in ways)]
        yield Markup('<div class="refused">{}</div>').format(joined(map(paragraph, lines)))


def _change(change: Change, made: Plan, most: int, hinted: set[Block]) -> Markup:
    known = called(change.key, change.id)
    said = f"{because(change.reason)}{'; refused' if refused(change, made) else ''}"
    line = Markup('<h4><span aria-hidden="true">{}</span> <code>{}</code> {} <span class="note">· {}</span></h4>')
    title = line.format(sign(change.action), text(known), quoted(change.name), said)
    parts = [title, *_body(change), *_fields(change.fields), *_audience(change, most), *_stopped(change, made, hinted)]
    return Markup('<article class="{}">\n{}\n</article>').format(change.action.value, joined(parts))


def _body(change: Change) -> Iterator[Markup]:
    if change.action is Action.CREATE and change.moved_from:
        yield paragraph(f"formerly {change.moved_from}", "note")
    if change.action in {Action.CREATE, Action.DELETE}:
        kind = "before" if change.action is Action.DELETE else "after"
        rows = [(member, Markup("<br>").join(value(line, kind) for line in lines)) for member, lines in members(change)]
        if rows:
            yield table("What is lost" if kind == "before" else "What is made", ["member", "value"], rows)


def _fields(changes: Sequence[FieldChange]) -> Iterator[Markup]:
    rows = [
        (word(each.path), value(old, "before"), value(new, "after"))
        for each, (old, new) in ((each, sides(each)) for each in changes)
    ]
    if rows:
        yield table("What differs", ["where", "before", "after"], rows)


def _audience(change: Change, most: int) -> Iterator[Markup]:
    if change.judgement:
        said = audiences.consequences(change.judgement)
        title = audiences.title(change.judgement.verdict)
        yield Markup("<p>audience: <strong>{}</strong></p>\n{}").format(title, listed(said))
    if change.counted:
        yield pictures.bars(change.counted, most)
        yield listed(audiences.ids(change.counted))


def _stopped(change: Change, made: Plan, hinted: set[Block]) -> Iterator[Markup]:
    rule = own_block(change, made)
    if rule:
        hint = "" if rule in hinted else f" Hint: {way_out(rule, made)}."
        hinted.add(rule)
        yield Markup('<p class="before">blocked: {}.{}</p>').format(text(why(rule)), text(hint))


def _problems(found: Iterable[Problem]) -> Markup:
    return listed(
        Markup("{}{}{} <code>{}</code>{}").format(
            f"{text(str(one.place))}: " if one.place else "",
            severity(one),
            text(one.message),
            one.code,
            Markup('<br><span class="note">hint: {}</span>').format(text(one.hint)) if one.hint else "",
        )
        for one in found
    )
