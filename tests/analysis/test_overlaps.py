"""Which audiences lie in one another, and of how many comparisons nobody knows."""

from reconciler.analysis.overlaps import Overlaps, overlaps
from reconciler.core import predicate as of

WORDS = tuple(f"w{number:02}x" for number in range(60))


def contains(word: str) -> of.Predicate:
    """Return that the field holds a word."""
    return of.Test("f", of.Has(of.Where.ANYWHERE, word))


def test_what_the_solver_leaves_open_is_told() -> None:
    """One inside another where 60 words are looked for: nobody knows, and it is not passed over in silence."""
    assert overlaps([of.Any(tuple(map(contains, WORDS))), contains(WORDS[0])]) == Overlaps((), (), 1)


def test_a_definition_of_which_no_example_is_known() -> None:
    """Nothing is said of it, but that it is so."""
    every = of.All(tuple(map(contains, WORDS)))

    assert overlaps([every, contains(WORDS[0])]) == Overlaps((), (), 1)


def test_a_definition_that_nobody_matches_is_in_no_other() -> None:
    """Since it would be in each; that it has nobody is said elsewhere."""
    nobody = of.All((contains("a"), of.Test("f", of.OneOf(("b",)))))

    assert overlaps([nobody, contains("a")]) == Overlaps((), (), 0)


def test_every_field_that_is_never_missing_is_there() -> None:
    """Also for the example of a definition that does not ask for it."""
    rare = of.All((of.Test("g", of.OneOf(("x",))), contains(WORDS[0]), contains(WORDS[1]), contains(WORDS[2])))
    told = of.All((of.Test("h", of.OneOf(("x",))), of.Test("g", of.OneOf(("x",)))))

    assert overlaps([rare, told, of.Test("g", of.OneOf(("x",)))], frozenset({"h"})).inside == ((0, 2), (1, 2))
