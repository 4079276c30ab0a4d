"""Variables in a body, and the way back for what a vendor returned."""

from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.segment import Json
from reconciler.definitions.variables import escaped, substituted

TEXT = st.text("${}ab \n", max_size=12) | st.text(max_size=4)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(TEXT, VALUES, max_size=3))
def test_what_is_escaped_is_itself_again(body: dict[str, Json]) -> None:
    """A live body that is written as a definition means the same body, whatever its strings hold."""
    assert (body, []) == substituted(escaped(body), {"a": "b"})


def test_every_reference_that_stands_for_nothing_is_told() -> None:
    """Several in one string, each with the names there are, or with where to give them."""
    _, unresolved = substituted({"a": ["${b} ${} ${c", "${ab}"]}, {"abc": "1"})
    _, bare = substituted({"a": "${b}"}, {})

    assert [
        (("a", 0), "unknown-variable", "unknown variable `b`"),
        (("a", 0), "unknown-variable", "unknown variable ``"),
        (("a", 0), "unclosed-variable", "a `${` is not closed in `${b} ${} ${c`"),
        (("a", 1), "unknown-variable", "unknown variable `ab`"),
    ] == [(each.pointer, each.code, each.message) for each in unresolved]
    assert "did you mean `abc`? the target's `vars` are `abc`; for a literal `${` write `$${`" == unresolved[3].hint
    assert ["the target has no `vars` in `reconciler.toml`; for a literal `${` write `$${`"] == [
        each.hint for each in bare
    ]
