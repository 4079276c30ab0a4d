"""The contract of the canonical form: one for all that means the same, another for all else, total. Names no vendor."""

from random import Random

from contract.checks import for_all, holds, same
from contract.subject import Document, Subject
from hypothesis import strategies as st

from reconciler.core.canonical import canonical_json
from reconciler.core.ports import Form
from reconciler.core.segment import Body, Json
from reconciler.intake.schema import Schema, waves_through

DEEP = 200

JUNK: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=3), below, max_size=3),
    max_leaves=4,
)


def text_of(form: Form, body: Body) -> str:
    """Return the text of a body's canonical form."""
    return canonical_json(form.canonical(body))


def a_spelling_means_the_same(form: Form, subject: Subject, name: str) -> None:
    """Check that other words for the same body have the same canonical form."""
    spelling = subject.spellings[name]

    def check(pair: tuple[Document, int]) -> None:
        body, seed = pair
        respelt = spelling(body, Random(seed))
        same(f"canonical form: `{name}` means the same", text_of(form, body), text_of(form, respelt))

    for_all(st.tuples(subject.bodies, st.integers(0, 9)), check)


def all_spellings_mean_the_same(form: Form, subject: Subject) -> None:
    """Check that so have all spellings at once, and what stands for a canonical form is its own."""

    def check(pair: tuple[Document, int]) -> None:
        body, seed = pair
        canonical = form.canonical(body)
        same("canonical form: idempotent", canonical_json(canonical), text_of(form, canonical))
        respelt = subject.respelt(body, Random(seed))
        same("canonical form: all spellings mean the same", text_of(form, body), text_of(form, respelt))
        same("outgoing: means the same", text_of(form, body), text_of(form, form.outgoing(body)))

    for_all(st.tuples(subject.bodies, st.integers(0, 9)), check)


def a_difference_is_one(form: Form, subject: Subject, name: str) -> None:
    """Check that a body that means something else has another canonical form."""
    difference = subject.differences[name]
    compared = []

    def check(body: Document) -> None:
        other = difference(body)
        if other is not None:
            compared.append(other)
            told = f"canonical form: `{name}` is a difference"
            holds(told, (body, other), so=text_of(form, body) != text_of(form, other))

    for_all(subject.bodies, check)
    holds(f"subject: `{name}` has something to edit", compared, so=bool(compared))


def the_conversions_are_total(form: Form, subject: Subject) -> None:
    """Check that a body with junk in it has a canonical form, labels and findings, and is not changed by them."""

    def check(body: Document) -> None:
        try:
            converted(body)
        except AssertionError:
            raise
        except Exception as error:
            raise AssertionError(f"canonical form: total, but {body!r} has {error!r}") from error

    def converted(body: Document) -> None:
        before = canonical_json(body)
        canonical = form.canonical(body)
        same("canonical form: idempotent on junk", canonical_json(canonical), text_of(form, canonical))
        for act in (form.outgoing, form.findings, form.unchecked):
            list(act(body))
        for item in (body, *body.values()):
            holds("label: a text", item, so=isinstance(form.label(item), str))
            labels = [form.label(one) for one in item] if isinstance(item, list) else []
            holds("label: a text", labels, so=all(isinstance(label, str) for label in labels))
        same("canonical form: the body is left as it was", before, canonical_json(body))

    deep: Json = "x"
    for _ in range(DEEP):
        deep = [deep]
    for_all(spoilt(subject) | st.just({"name": "A", "conditions": deep, "constraints": deep}), check, worlds=150)


@st.composite
def spoilt(draw: st.DrawFn, subject: Subject) -> Document:
    """Return a body with junk in the place of one of its values, members or items."""
    body = draw(subject.bodies)
    spoiled = _spoilt(draw, body)
    return spoiled if isinstance(spoiled, dict) else {"name": spoiled}


def _spoilt(draw: st.DrawFn, value: Json) -> Json:
    here = draw(st.integers(0, 4)) == 0
    match value:
        case dict() if value and not here:
            name = draw(st.sampled_from(sorted(value)))
            return {**value, name: _spoilt(draw, value[name])}
        case list() if value and not here:
            place = draw(st.integers(0, len(value) - 1))
            return [*value[:place], _spoilt(draw, value[place]), *value[place + 1 :]]
        case dict():
            return {**value, draw(st.text(max_size=3)): draw(JUNK)} if draw(st.booleans()) else draw(JUNK)
        case list():
            return [*value, draw(JUNK)] if draw(st.booleans()) else draw(JUNK)
        case _:
            return draw(JUNK)


def the_schema_accepts(rules: Schema, subject: Subject) -> None:
    """Check that every body of a subject, in every spelling, is a valid definition."""

    def check(pair: tuple[Document, int]) -> None:
        body, seed = pair
        respelt = subject.respelt(body, Random(seed), written=True)
        holds("schema: accepts a body", body, so=waves_through(rules, body))
        holds("schema: accepts a body in other words", respelt, so=waves_through(rules, respelt))

    for_all(st.tuples(subject.bodies, st.integers(0, 9)), check)
