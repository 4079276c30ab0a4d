"""What an import takes, and what it leaves."""

from worlds import PROD, defined, held, lives, records

from reconciler.core.adopt import Adoption, Selection, choose
from reconciler.core.segment import Definition, Live, Recorded

LIVE = [
    lives("A"),
    lives("B"),
    lives("B", segment_id="other-b"),
    lives("ODD", {**PROD, "window": "7d"}, inexpressible="a condition's member `window`"),
    lives("SYSTEM", system=True),
]


def chosen(
    selection: Selection, recorded: dict[str, Recorded] | None = None, desired: list[Definition] | None = None
) -> tuple[list[str], list[tuple[str, str]], list[str]]:
    """Return the ids taken anew, those claimed with their keys, and the problems as code and severity."""
    adoption: Adoption = choose(LIVE, recorded or {}, desired or [], selection)
    claimed = [(segment.id, definition.key) for segment, definition in adoption.claimed]
    return _ids(adoption.new), claimed, [f"{problem.code} {problem.severity}" for problem in adoption.problems]


def _ids(segments: tuple[Live, ...]) -> list[str]:
    return [segment.id for segment in segments]


def test_all_takes_what_can_be_taken() -> None:
    """Of everything live, system segments and managed ones are passed over, and what cannot be written is told."""
    assert chosen(Selection(every=True), records(held("a"))) == (["id-b", "other-b"], [], ["cannot-express warning"])


def test_all_leaves_the_namesakes_of_definitions_to_apply() -> None:
    """A definition that is not applied yet will adopt its namesake by itself."""
    new, claimed, problems = chosen(Selection(every=True), desired=[defined("a")])

    assert (new, claimed) == (["id-b", "other-b"], [])
    assert problems == ["already-defined warning", "cannot-express warning"]


def test_what_looks_like_the_vendor_s_own_is_not_taken() -> None:
    """Of everything it is passed over; asked for by name, the answer says why not."""
    doubtful = lives("A")._replace(looks_system=True)

    every = choose([doubtful], {}, [], Selection(every=True))
    named = choose([doubtful], {}, [], Selection(names=("A",)))

    assert ((), ()) == (every.new, every.problems)
    assert ["system-segment"] == [problem.code for problem in named.problems]


def test_a_name_takes_the_one_segment_that_has_it() -> None:
    """A name that several have, or none, is an error."""
    assert chosen(Selection(names=("A",))) == (["id-a"], [], [])
    assert chosen(Selection(names=("B", "NONE"))) == ([], [], ["ambiguous-name error", "no-such-segment error"])


def test_an_id_takes_that_segment() -> None:
    """An id that is not live is an error; the same segment is taken once."""
    assert chosen(Selection(ids=("other-b", "none"))) == (["other-b"], [], ["no-such-segment error"])
    assert chosen(Selection(names=("A",), ids=("id-a",))) == (["id-a"], [], [])


def test_what_is_asked_for_by_name_and_cannot_be_had_is_an_error() -> None:
    """System segments, managed ones and those that no definition can express."""
    selection = Selection(names=("A", "ODD", "SYSTEM"))

    assert chosen(selection, records(held("a")))[2] == [
        "already-managed error",
        "cannot-express error",
        "system-segment error",
    ]


def test_a_segment_asked_for_belongs_to_the_definition_that_names_it() -> None:
    """Saying which of several namesakes is meant claims it for the definition, without writing a file."""
    assert chosen(Selection(ids=("other-b",)), desired=[defined("b")]) == ([], [("other-b", "b")], [])


def test_two_definitions_of_the_name_are_not_guessed_between() -> None:
    """A segment is not given to one of two definitions that name it."""
    desired = [defined("one", name="A"), defined("two", name="A")]

    assert chosen(Selection(names=("A",)), desired=desired) == ([], [], ["already-defined error"])


def test_a_definition_whose_segment_is_gone_takes_the_one_that_is_named() -> None:
    """Its record names nothing that is live, so a segment of its name is for it, and for no new definition."""
    gone = records(held("mine", PROD, segment_id="gone"))

    assert ([], [("id-b", "mine")], []) == chosen(Selection(ids=("id-b",)), gone, [defined("mine", name="B")])


def test_a_definition_that_has_a_segment_takes_no_other() -> None:
    """Under its own key, or under the one that it had before: a namesake becomes a definition of its own."""
    has = records(held("mine", segment_id="other-b"))
    moved = defined("moved", name="B", previously=("mine",))

    for definition in (defined("mine", name="B"), moved):
        assert (["id-b"], [], []) == chosen(Selection(ids=("id-b",)), has, [definition])


def test_of_two_definitions_neither_is_guessed() -> None:
    """Both could be meant, so each needs a name of its own first; one would be adopted, or claimed by id."""
    desired = [defined("one", name="A"), defined("two", name="A")]

    (both,) = choose(LIVE, {}, desired, Selection(ids=("id-a",))).problems
    (one,) = choose(LIVE[:1], {}, desired[:1], Selection(every=True)).problems

    assert "give each of these definitions a name of its own" == both.hint
    assert "`reconciler apply` adopts it; or `reconciler import --id id-a` says that it is this one" == one.hint
