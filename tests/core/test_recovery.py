"""What a run that died left behind."""

from worlds import FORM, PROD, RENEWS, body, held, lives, records

from reconciler.core.canonical import digest
from reconciler.core.claims import Claims, Intent
from reconciler.core.recovery import recovered
from reconciler.core.segment import Json, Live


def intent(key: str, *conditions: Json, action: str = "create") -> Intent:
    """Return the intent of writing what `defined(key, …)` says."""
    meaning = digest(dict(FORM.canonical(body(key.upper(), *conditions))))
    return Intent(key, action, None, "sha256:of-the-letters", f"key-of-{key}", meaning)


def after(claims: Claims, *live: Live, wanted: tuple[str, ...] = ()) -> tuple[dict[str, str], list[str]]:
    """Return the ids that are managed by key, and the keys of the intents that are left."""
    found = recovered(claims, live, FORM, wanted=wanted)
    return {key: record.id for key, record in found.segments.items()}, [left.key for left in found.intents]


def test_a_segment_that_a_dead_run_made_is_managed_again() -> None:
    """It is known by what it means, also where its definition is gone or says something else by now."""
    claims = Claims().intend(intent("a", PROD, RENEWS))

    assert ({"a": "id-a"}, []) == after(claims, lives("A", RENEWS, {**PROD, "negate": False}))


def test_what_could_be_several_or_another_s_is_left() -> None:
    """Two alike, one that is managed, one of the vendor's own, and one that means something else."""
    claims = Claims().intend(intent("a", PROD))
    managed = Claims(segments=records(held("b", segment_id="id-a"))).intend(intent("a", PROD))

    assert ({}, ["a"]) == after(claims, lives("A", PROD), lives("A", PROD, segment_id="twin"), wanted=("a",))
    assert ({"b": "id-a"}, ["a"]) == after(managed, lives("A", PROD), wanted=("a",))
    assert ({}, ["a"]) == after(claims, lives("A", PROD, system=True), wanted=("a",))
    assert ({}, ["a"]) == after(claims, lives("A", RENEWS), wanted=("a",))


def test_two_intents_do_not_share_a_segment() -> None:
    """The first one has it; two segments are shared out."""
    one, other = intent("a", PROD), intent("b", PROD)
    same = Intent("b", "create", None, None, other.idempotency_key, one.meaning)

    claims, twin = Claims().intend(one, same), lives("A", PROD, segment_id="twin")

    assert ({"a": "id-a"}, ["b"]) == after(claims, lives("A", PROD), wanted=("a", "b"))
    assert ({"a": "id-a", "b": "twin"}, []) == after(claims, lives("A", PROD), twin, wanted=("a", "b"))


def test_an_intent_that_came_to_nothing_is_let_go_with_its_definition() -> None:
    """Where the definition is there, the key of the first try is used again; what an update did, the plan sees."""
    claims = Claims(segments=records(held("u"))).intend(intent("a", PROD), intent("u", action="update"))

    assert ({"u": "id-u"}, ["a"]) == after(claims, lives("U"), wanted=("a", "u"))
    assert ({"u": "id-u"}, []) == after(claims, lives("U"))
    assert ({}, []) == after(Claims(), lives("U"))
